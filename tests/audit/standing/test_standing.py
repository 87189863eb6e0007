"""The standing judgement of each standard: the newest of what was said, whatever was said before."""

from datetime import UTC, datetime
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.enums import DecisionKind
from app.audit.grading.in_hand import JudgedRow
from app.audit.models import Decision
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.rules import adopted, standing_judgements
from app.db import unsaved

STANDARDS, LEVELS, DEGREES = ("SAF1", "SAF2", "PLN1"), ("good", "met", "not_met"), ("none", "minor", "significant")
NOW = datetime(2026, 11, 30, tzinfo=UTC)
# Made once before any is drawn: the first row of a table takes longer than a drawing may.
NEWEST = unsaved(Decision, id=99, kind=DecisionKind.ADJUDICATION, at=NOW)


@st.composite
def judged(draw: st.DrawFn) -> list[JudgedRow]:
    """Return what an assessment says of some standards."""
    found = []
    for code in draw(st.lists(st.sampled_from(STANDARDS), unique=True)):
        aside = draw(st.booleans())
        level, degree = ("", "") if aside else (draw(st.sampled_from(LEVELS)), draw(st.sampled_from(DEGREES)))
        found.append(JudgedRow(code, level, degree, f"Evidence on {code}.", aside))
    return found


@st.composite
def decided(draw: st.DrawFn) -> list[DecidedJudgement]:
    """Return what some decisions settled, in the order in which they were made."""
    kinds = st.sampled_from([k for k in DecisionKind if k is not DecisionKind.FIRST_GRADE])
    found = []
    for number, kind in enumerate(draw(st.lists(kinds, max_size=4)), 1):
        decision = unsaved(Decision, id=number, kind=kind, at=NOW)
        for code in draw(st.lists(st.sampled_from(STANDARDS), unique=True)):
            degree = draw(st.sampled_from([*DEGREES, None]))
            found.append(settled(decision, code, draw(st.sampled_from(LEVELS)), degree))
    return found


def settled(decision: Decision, code: str, level: str, degree: str | None) -> DecidedJudgement:
    values: dict[str, Any] = {"standard": code, "level": level, "degree": degree, "set_aside": False, "why": "So."}
    return unsaved(DecidedJudgement, decision_id=decision.id, decision=decision, **values)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged(), decided(), st.randoms())
def test_the_newest_that_says_something_of_a_standard_stands(
    first: list[JudgedRow], later: list[DecidedJudgement], order: Any
) -> None:
    shuffled = list(later)
    order.shuffle(shuffled)
    found = standing_judgements(first, shuffled)
    by_auditor = {j.standard: j for j in first}
    assert found.keys() == by_auditor.keys() | {d.standard for d in later}
    for code, stands in found.items():
        newest = [d for d in later if d.standard == code][-1:]
        wanted = newest[0] if newest else None
        # What the auditor said stays beside it, whatever was decided.
        assert stands.first is by_auditor.get(code)
        if wanted is None:
            said = by_auditor[code]
            assert (stands.level, stands.degree, stands.set_aside) == (said.judgement, said.degree, said.set_aside)
            assert (stands.evidence, stands.decision, stands.changed, stands.called) == (said.evidence, None, False, "")
        else:
            assert (stands.level, stands.degree, stands.evidence) == (wanted.level, wanted.degree, wanted.why)
            assert stands.decision is wanted.decision
            same = stands.first and (stands.first_level, stands.first.degree) == (wanted.level, wanted.degree)
            assert stands.changed == (not same)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged(), decided())
def test_a_decision_that_says_nothing_of_a_standard_leaves_it(
    first: list[JudgedRow], later: list[DecidedJudgement]
) -> None:
    before = standing_judgements(first, later)
    after = standing_judgements(first, [*later, settled(NEWEST, "SAF1", "met", None)])
    assert {c: s for c, s in after.items() if c != "SAF1"} == {c: s for c, s in before.items() if c != "SAF1"}
    assert (after["SAF1"].level, after["SAF1"].degree, after["SAF1"].called) == ("met", None, "Adjudicated")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(judged(), judged())
def test_a_second_grade_that_is_adopted_brings_all_its_judgements(
    first: list[JudgedRow], second: list[JudgedRow]
) -> None:
    decision = unsaved(Decision, id=1, kind=DecisionKind.BENCHMARK_RESOLUTION, at=NOW)
    rows = [
        unsaved(
            DecidedJudgement,
            decision_id=1,
            decision=decision,
            **{name: getattr(s, name) for name in ("standard", "level", "degree", "set_aside", "why")},
        )
        for s in adopted(second)
    ]
    found = standing_judgements(first, rows)
    for said in second:
        stands = found[said.standard]
        assert (stands.level, stands.degree, stands.set_aside) == (said.judgement, said.degree, said.set_aside)
        assert stands.evidence == said.evidence
