"""Who decides a challenge and until when, and what can be contested."""

from collections.abc import Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from app.audit.bars.rules import Bars
from app.audit.enums import AuditState
from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import FactRow, JudgedRow
from app.audit.rules import PartsKnown
from app.audit.standing.rules import Settled
from app.audit.thresholds.indication import Judged
from app.db import unsaved
from app.moderation.challenges.rules import (
    CHALLENGE,
    ChallengeKnown,
    contestable,
    decides_blind,
    follows_from_standards,
    has_own_view,
    indicated_from,
    settled_by,
    why_no_note,
)
from app.moderation.enums import ChallengeState, Stage
from app.moderation.models import Challenge, ChallengePoint
from app.moderation.rules import facts_in_words
from app.people.enums import Role
from app.workflow import Situation
from tests.audit.thresholds.test_thresholds import DOCUMENTS
from tests.moves import (
    AREA,
    ENDED,
    ME,
    REF,
    SOMEBODY,
    TODAY,
    YESTERDAY,
    refused,
    said,
    stopped,
    thing,
    who,
)

HEAD, LEAD, DIRECTOR = who(Role.HEAD_OF_SERVICE), who(Role.LEAD), who(Role.DIRECTOR)


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def contested(state: ChallengeState = ChallengeState.OPEN, **more: Any) -> Any:
    """Return a challenge whose decision can be escalated until today."""
    return thing(state, **{"escalation_due": TODAY, "decision": None, **more})


def known(*, aside: int = 0, views: frozenset[tuple[int, Stage]] = frozenset(), **part: int) -> ChallengeKnown:
    """Return who had which part in a challenged case."""
    names = ("graded", "decided", "acted_for_area")
    parts = PartsKnown(*(frozenset({part[n]} if n in part else set()) for n in names))
    return ChallengeKnown(parts, views, frozenset({aside} if aside else set()), Bars())


@pytest.mark.parametrize(
    ("name", "state", "viewer"),
    [
        ("withdraw", ChallengeState.OPEN, HEAD),
        ("decide", ChallengeState.OPEN, LEAD),
        ("accept", ChallengeState.DECIDED, HEAD),
        ("escalate", ChallengeState.DECIDED, HEAD),
        ("adjudicate", ChallengeState.ESCALATED, DIRECTOR),
    ],
)
def test_a_challenge_moves_while_its_audit_is_open(name: str, state: ChallengeState, viewer: Any) -> None:
    assert refused(CHALLENGE, name, contested(state), viewer, known()) is None
    over = refused(CHALLENGE, name, contested(state, audit=AuditState.FINALISED), viewer, known())
    assert said(over).startswith(ENDED)


def test_a_decision_is_escalated_until_its_day() -> None:
    late = contested(ChallengeState.DECIDED, escalation_due=YESTERDAY)
    assert "ended on 24 November 2026" in said(refused(CHALLENGE, "escalate", late, HEAD, known()))


@pytest.mark.parametrize(
    ("name", "state", "viewer", "next_one"),
    [
        ("decide", ChallengeState.OPEN, LEAD, "decide: another audit lead"),
        ("adjudicate", ChallengeState.ESCALATED, DIRECTOR, "adjudicate: another national service director"),
    ],
)
def test_nobody_decides_on_what_they_had_a_part_in(
    name: str, state: ChallengeState, viewer: Any, next_one: str
) -> None:
    of = contested(state)
    for part, words in (
        (known(graded=ME), "You graded this case"),
        (known(decided=ME), "You decided an earlier challenge of this case"),
        (known(acted_for_area=ME), "You acted for the area on this case"),
        (known(aside=ME), "You said that you would not decide this challenge"),
    ):
        found = said(refused(CHALLENGE, name, of, viewer, part))
        assert found.startswith(words)
        assert f"somebody else has to {next_one}" in found
        assert CHALLENGE.barred(name, of, Situation(viewer, REF, part, AREA)) == found
    for part in (
        known(graded=SOMEBODY),
        known(decided=SOMEBODY),
        known(acted_for_area=SOMEBODY),
        known(aside=SOMEBODY),
    ):
        assert refused(CHALLENGE, name, of, viewer, part) is None


def test_whoever_decided_this_challenge_or_heads_the_area_is_told_so() -> None:
    mine, other = (SimpleNamespace(by_id=number) for number in (ME, SOMEBODY))
    of = contested(ChallengeState.ESCALATED, decision=mine)
    assert said(refused(CHALLENGE, "adjudicate", of, DIRECTOR, known(decided=ME))).startswith(
        "You decided this challenge"
    )
    of = contested(ChallengeState.ESCALATED, decision=other)
    assert "an earlier challenge" in said(refused(CHALLENGE, "adjudicate", of, DIRECTOR, known(decided=ME)))
    both = who(Role.LEAD, Role.HEAD_OF_SERVICE)
    assert "from your own area" in said(refused(CHALLENGE, "decide", contested(), both, known()))
    elsewhere = who(Role.LEAD, Role.HEAD_OF_SERVICE, area="A2")
    assert refused(CHALLENGE, "decide", contested(), elsewhere, known()) is None


def test_whoever_may_decide_and_has_no_own_view_decides_blind() -> None:
    def blind(state: ChallengeState, viewer: Any, of: ChallengeKnown) -> bool:
        return decides_blind(contested(state), Situation(viewer, REF, of, AREA))

    assert blind(ChallengeState.OPEN, LEAD, known())
    assert blind(ChallengeState.ESCALATED, DIRECTOR, known())
    assert not blind(ChallengeState.OPEN, LEAD, known(views=frozenset({(ME, Stage.DECISION)})))
    assert blind(
        ChallengeState.OPEN, LEAD, known(views=frozenset({(ME, Stage.ADJUDICATION), (SOMEBODY, Stage.DECISION)}))
    )
    assert not blind(ChallengeState.OPEN, LEAD, known(graded=ME))
    assert not blind(ChallengeState.OPEN, HEAD, known())
    assert not blind(ChallengeState.DECIDED, LEAD, known())
    seen = Situation(LEAD, REF, known(views=frozenset({(ME, Stage.DECISION)})), AREA)
    assert [has_own_view(stage, seen) for stage in (Stage.DECISION, Stage.ADJUDICATION)] == [True, False]


def test_the_auditor_adds_notes_while_a_challenge_waits() -> None:
    auditor = who(Role.IMPROVEMENT_MANAGER, number=SOMEBODY)
    waiting = {state for state in ChallengeState if why_no_note(contested(state), auditor) is None}
    assert waiting == {ChallengeState.OPEN, ChallengeState.ESCALATED}
    assert said(why_no_note(contested(ChallengeState.DECIDED), auditor)).endswith("a note can no longer be added.")
    assert said(why_no_note(contested(), who(Role.IMPROVEMENT_MANAGER))).startswith("Only the improvement manager who")


NATIONAL = DOCUMENTS["national-casework-2014-10"]
CODES = [s.code for s in NATIONAL.standards_for("public")]


def drafted(levels: dict[str, str], *, aside: str = "", indicated: str = "met") -> Any:
    """Return an assessment in which some standards are judged."""
    rows = [JudgedRow(c, "" if c == aside else level, "minor", "On file.", c == aside) for c, level in levels.items()]
    assessment: Any = SimpleNamespace(indicated_grade=indicated, judgements=rows, facts=())
    return Draft(1, "public", assessment, NATIONAL)


def test_what_was_judged_can_be_contested_the_lower_levels_first() -> None:
    one, two, three, four = CODES[:4]
    found = contestable(drafted({one: "good", two: "not_met", three: "met", four: ""}, aside=three))
    levels = [(c.standard.code, c.below_best, c.at_lowest) for c in found]
    assert levels == [(two, True, True), (one, False, False)]
    assert contestable(None) == ()


def test_a_grade_follows_from_the_standards_where_they_indicate_it() -> None:
    draft = drafted({CODES[0]: "met"})
    assert follows_from_standards(draft, "met")
    assert not follows_from_standards(draft, "good")
    assert not follows_from_standards(drafted({}), "met")
    assert not follows_from_standards(None, "met")


def test_a_decision_settles_what_it_says_and_nothing_more() -> None:
    point = unsaved(ChallengePoint, standard="SAF1", decided="met", decided_reasons="Seen.", decided_degree="minor")
    silent = unsaved(ChallengePoint, standard="SAF2", decided="", adjudicated="")
    challenge = unsaved(Challenge, points=[point, silent])
    assert list(settled_by(challenge, Stage.DECISION)) == [Settled("SAF1", "met", "minor", "Seen.")]
    assert list(settled_by(challenge, Stage.ADJUDICATION)) == []
    # Adjudicated before degrees were asked for.
    point.adjudicated, point.adjudicated_reasons = "good", "All there."
    assert list(settled_by(challenge, Stage.ADJUDICATION)) == [Settled("SAF1", "good", None, "All there.")]


def test_decided_levels_take_the_place_of_the_auditors() -> None:
    draft = drafted(dict.fromkeys(CODES, "good"))
    assert indicated_from(None, {}) is None
    assert said_grade(draft, {}) == "good"
    assert said_grade(draft, {CODES[0]: "not_met"}) == "not_met"
    lower = drafted({**dict.fromkeys(CODES, "good"), CODES[0]: "not_met"})
    assert said_grade(lower, {}) == "not_met"
    assert said_grade(lower, {CODES[0]: "good"}) == "good"
    aside = drafted({**dict.fromkeys(CODES, "good"), CODES[0]: "not_met"}, aside=CODES[0])
    assert said_grade(aside, {}) == "good"
    assert said_grade(aside, {CODES[0]: "not_met"}) == "not_met"
    unjudged = drafted(dict.fromkeys(CODES[1:], "good"))
    assert said_grade(unjudged, {CODES[0]: "good"}) == "good"
    # At any level but the best the auditor's degree stays, and none was given here.
    assert indicated_from(unjudged, {CODES[0]: Judged("met")}) is None
    assert indicated_from(unjudged, {CODES[0]: Judged("met", "minor")}) is not None


def said_grade(draft: Any, levels: dict[str, str]) -> str:
    """Return the grade that follows from decided levels."""
    found = indicated_from(draft, {code: Judged(level) for code, level in levels.items()})
    assert found is not None
    return found.grade


def test_facts_are_said_in_words_or_as_not_answered() -> None:
    facts = NATIONAL.facts_for("public")
    first = facts[0]
    draft = drafted({})
    draft.assessment.facts = [FactRow(first.code, [first.answers[0].code, "else"])]
    found = dict(facts_in_words(draft))
    assert found[first.question] == f"{first.answers[0].label}; else"
    assert set(found.values()) - {found[first.question]} == {"Not answered"}
    assert len(found) == len({f.question for f in facts})
    assert facts_in_words(None) == facts_in_words(drafted({})) == ()
