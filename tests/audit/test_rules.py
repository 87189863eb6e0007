"""What keeps an audit, a case, a second grade, a replacement or a threshold document from moving, guard by guard."""

from collections.abc import Iterator
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest

from app.audit.bars.rules import Bars
from app.audit.benchmarks.rules import BENCHMARK, BENCHMARKERS, BenchmarkKnown, why_not_benchmarked
from app.audit.enums import AuditState, BenchmarkState, CaseState, ReplacementState, ThresholdState
from app.audit.library.rules import EDITORS, THRESHOLD, DraftKnown, why_not_edited
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import (
    ADDERS,
    AUDIT,
    CASE,
    SIGNERS,
    AuditKnown,
    CaseKnown,
    GradeKnown,
    ListKnown,
    PartsKnown,
    Taker,
    sample_can_change,
    why_not_published,
)
from app.audit.thresholds.answers import fact_sent
from app.db import LONGEST_NAME, LONGEST_TEXT
from app.moderation.submission.rules import went_to
from app.people.enums import Role
from tests.moves import ME, SOMEBODY, TODAY, TOMORROW, YESTERDAY, guarded, refused, stopped, thing, unoffered, who

LEAD, DIRECTOR, MANAGER = who(Role.LEAD), who(Role.DIRECTOR), who(Role.IMPROVEMENT_MANAGER)
NOBODY = PartsKnown(frozenset(), frozenset(), frozenset())


@pytest.fixture(autouse=True)
def _today() -> Iterator[None]:
    with stopped():
        yield


def test_what_guards_each_move() -> None:
    assert guarded(AUDIT) == {
        **dict.fromkeys(("draft", "save", "commission", "take_back", "send_back", "bring_back"), ([], [])),
        "archive": (["is_no_rehearsal"], []),
        "rehearse": ([], []),
        **dict.fromkeys(("forward", "erase"), (["is_a_rehearsal"], [])),
        "discard": (["is_no_audit"], []),
        "agree": (["by_somebody_else"], []),
        "reopen": (["list_is_open"], []),
        "draw": (["frame_is_locked", "not_by_the_importer"], []),
        "allocate": ([], []),
        "finalise": (["nothing_is_open"], []),
        "publish": (["is_no_rehearsal", "is_signed_off"], []),
        "withdraw": (["was_an_audit", "is_no_rehearsal"], []),
    }
    theirs = ["allocated_to_them", "may_act_on"]
    second = ["assigned_to_them", "graded_it_not_first", "may_act_on_its_case"]
    assert guarded(CASE) == {
        "allocate": (["can_be_given"], []),
        "move": (["fieldwork_is_on", "can_be_given"], []),
        "start": (["fieldwork_is_on"], theirs),
        "submit": (["fieldwork_is_on"], theirs),
        "correct": (["fieldwork_is_on", "nobody_else_decided", "within_correction_window"], theirs),
        "replace": (["can_be_replaced"], []),
        "settle": ([], []),
    }
    assert guarded(BENCHMARK) == {
        "assign": (["audit_is_benchmarked", "can_have_it"], []),
        "move": (["audit_in_fieldwork", "can_have_it"], []),
        "start": (["audit_in_fieldwork"], second),
        "submit": (["audit_in_fieldwork"], second),
        "agree": ([], []),
        "differ": ([], []),
        "resolve": (["audit_in_fieldwork", "no_challenge_is_open"], ["gave_neither_grade", "may_act_on_its_case"]),
    }
    assert guarded(REPLACEMENT) == {"make": (["case_can_be_replaced"], []), "decline": ([], [])}
    assert guarded(THRESHOLD) == {"publish": (["nothing_to_mend"], []), "discard": ([], [])}


def test_what_only_follows_from_other_acts() -> None:
    assert unoffered(CASE) == {"allocate", "replace", "settle"}
    assert unoffered(BENCHMARK) == {"agree", "differ"}
    assert [unoffered(w) for w in (AUDIT, REPLACEMENT, THRESHOLD)] == [set()] * 3


def test_who_acts_outside_the_tables() -> None:
    assert (ADDERS, SIGNERS, BENCHMARKERS) == (
        (Role.LEAD,),
        (Role.LEAD, Role.DIRECTOR),
        (Role.BENCHMARKER, Role.LEAD),
    )
    assert EDITORS == (Role.LEAD, Role.ASSISTANT_DIRECTOR, Role.DIRECTOR)


def test_a_sample_is_drawn_from_a_locked_list_by_somebody_else() -> None:
    def draw(frame: int | None, filings: ListKnown | None) -> str | None:
        of = thing(AuditState.FRAMEWORK_AGREED, frame_id=frame)
        return refused(AUDIT, "draw", of, LEAD, AuditKnown(filings=filings))

    locked = ListKnown(locked=True, imported_by=SOMEBODY)
    assert draw(1, locked) is None
    assert draw(1, ListKnown(locked=True, imported_by=None)) is None
    assert "not been imported yet" in (draw(None, locked) or "")
    assert "not been locked yet" in (draw(1, ListKnown(locked=False, imported_by=SOMEBODY)) or "")
    assert "You imported the list" in (draw(1, ListKnown(locked=True, imported_by=ME)) or "")
    with pytest.raises(LookupError):
        draw(1, None)


def test_an_audit_is_finalised_with_nothing_open_and_published_when_signed_off() -> None:
    def finalise(still_open: list[str] | None) -> str | None:
        return refused(AUDIT, "finalise", thing(AuditState.FIELDWORK), DIRECTOR, AuditKnown(still_open=still_open))

    assert finalise([]) is None
    assert (finalise(["one"]) or "").startswith("1 thing is still open.")
    assert (finalise(["one"] * 1200) or "").startswith("1,200 things are still open.")
    with pytest.raises(LookupError):
        finalise(None)
    known = AuditKnown(unsigned=(Role.LEAD,))
    assert "the audit lead has signed" in (
        refused(AUDIT, "publish", thing(AuditState.FINALISED), DIRECTOR, known) or ""
    )
    assert refused(AUDIT, "publish", thing(AuditState.FINALISED), DIRECTOR, AuditKnown(unsigned=())) is None
    both = "the audit lead and the national service director have signed it off"
    assert both in (why_not_published(SIGNERS) or "")


def test_an_audit_can_be_withdrawn_until_it_is_published() -> None:
    def withdraw(state: AuditState, by: int | None = SOMEBODY) -> str | None:
        return refused(AUDIT, "withdraw", thing(state, commissioned_by=by), DIRECTOR)

    over = {AuditState.PUBLISHED, AuditState.WITHDRAWN, AuditState.DISCARDED}
    assert {state for state in AuditState if withdraw(state) is None} == set(AuditState) - over
    assert "Discard it" in (withdraw(AuditState.DRAFT, None) or "")


def test_a_draft_is_discarded_unless_it_was_an_audit() -> None:
    never, once = (thing(AuditState.DRAFT, commissioned_by=by) for by in (None, SOMEBODY))
    assert refused(AUDIT, "discard", never, DIRECTOR) is None
    assert "Withdraw it" in (refused(AUDIT, "discard", once, DIRECTOR) or "")


def test_a_framework_is_agreed_by_somebody_else_where_there_is_somebody() -> None:
    def agree(by: int | None, others: list[str] | None) -> str | None:
        of = thing(AuditState.COMMISSIONED, commissioned_by=by)
        return refused(AUDIT, "agree", of, DIRECTOR, AuditKnown(agreers=others))

    assert agree(SOMEBODY, None) is agree(None, None) is agree(ME, []) is None
    assert (agree(ME, ["Ann", "Bo"]) or "").endswith("Ask Ann or Bo.")
    with pytest.raises(LookupError):
        agree(ME, None)


def test_a_framework_is_reopened_until_its_list_is_locked() -> None:
    def reopen(frame: int | None, *, locked: bool) -> str | None:
        of, assistant = thing(AuditState.FRAMEWORK_AGREED, frame_id=frame), who(Role.ASSISTANT_DIRECTOR)
        return refused(AUDIT, "reopen", of, assistant, AuditKnown(filings=ListKnown(locked, None)))

    assert reopen(None, locked=True) is reopen(1, locked=False) is None
    assert "can no longer be reopened" in (reopen(1, locked=True) or "")


FREE = Bars()
CORRECTABLE = CaseKnown(GradeKnown(TODAY, decided=False), bars=FREE)


def submitted(until: date | None, *, decided: bool = False) -> CaseKnown:
    """Return what is known of a grade that can be corrected until a day."""
    return CaseKnown(GradeKnown(until, decided=decided), bars=FREE)


@pytest.mark.parametrize(
    ("name", "state", "known", "words"),
    [
        ("start", CaseState.ALLOCATED, CaseKnown(bars=FREE), None),
        ("submit", CaseState.IN_PROGRESS, CaseKnown(bars=FREE), None),
        ("correct", CaseState.GRADED, CORRECTABLE, None),
        ("correct", CaseState.GRADED, submitted(TOMORROW), None),
        (
            "correct",
            CaseState.GRADED,
            submitted(YESTERDAY),
            "ended on 24 November 2026",
        ),
        ("correct", CaseState.GRADED, submitted(None), "no time for corrections"),
        (
            "correct",
            CaseState.GRADED,
            submitted(TODAY, decided=True),
            "no longer yours to correct",
        ),
    ],
)
def test_a_case_is_graded_by_its_auditor_in_fieldwork(
    name: str, state: CaseState, known: CaseKnown, words: str
) -> None:
    mine, other = ({"auditor_id": number} for number in (ME, SOMEBODY))
    said = refused(CASE, name, thing(state, **mine), MANAGER, known)
    assert said is None if words is None else words in (said or "")
    if words is None:
        assert refused(CASE, name, thing(state, **other), MANAGER, known) == "This case is allocated to somebody else."
        over = refused(CASE, name, thing(state, audit=AuditState.FINALISED, **mine), MANAGER, known)
        assert over == "The audit is ‘finalised’. Cases are graded during fieldwork."


def test_a_grade_of_which_nothing_is_known_is_not_corrected() -> None:
    with pytest.raises(LookupError):
        refused(CASE, "correct", thing(CaseState.GRADED, auditor_id=ME), MANAGER, CaseKnown())


def test_a_case_is_given_to_whoever_may_have_it() -> None:
    def given(taker: Taker | None, audit: AuditState = AuditState.FIELDWORK) -> str | None:
        return refused(CASE, "move", thing(CaseState.ALLOCATED, audit=audit), LEAD, CaseKnown(taker=taker))

    assert given(Taker(None)) is None
    assert given(Taker("Not them.")) == "Not them."
    assert "during fieldwork" in (given(Taker(None), AuditState.SAMPLED) or "")
    with pytest.raises(LookupError):
        given(None)


def test_a_sample_changes_between_the_draw_and_the_end_of_fieldwork() -> None:
    open_to_it = {AuditState.SAMPLED, AuditState.FIELDWORK}
    for state in AuditState:
        said = sample_can_change(SimpleNamespace(state=state))
        assert (said is None) == (state in open_to_it)
        drawn, asked = thing(CaseState.DRAWN, audit=state), thing(ReplacementState.ASKED)
        asked.case = drawn
        assert refused(CASE, "replace", drawn, LEAD) == said
        assert refused(REPLACEMENT, "make", asked, LEAD) == said
        assert refused(REPLACEMENT, "decline", asked, LEAD) is None
    graded = thing(ReplacementState.ASKED)
    graded.case = thing(CaseState.GRADED)
    assert refused(REPLACEMENT, "make", graded, LEAD)


def test_a_second_grade_is_given_out_in_fieldwork_to_whoever_may_have_it() -> None:
    free, not_them = BenchmarkKnown(taker=Taker(None)), BenchmarkKnown(taker=Taker("Not them."))
    begun = thing(BenchmarkState.IN_PROGRESS)
    assert refused(BENCHMARK, "move", begun, LEAD, free) is None
    assert refused(BENCHMARK, "move", begun, LEAD, not_them) == "Not them."
    assert refused(BENCHMARK, "assign", thing(BenchmarkState.ASSIGNED), LEAD, free) is None
    for name, state in (("assign", BenchmarkState.ASSIGNED), ("move", BenchmarkState.IN_PROGRESS)):
        early = refused(BENCHMARK, name, thing(state, audit=AuditState.SAMPLED), LEAD, free)
        assert "during fieldwork" in (early or "")
    with pytest.raises(LookupError):
        refused(BENCHMARK, "move", begun, LEAD, BenchmarkKnown())
    assert [s for s in AuditState if why_not_benchmarked(thing(None, audit=s).audit) is None] == [AuditState.FIELDWORK]


@pytest.mark.parametrize(
    ("name", "state"), [("start", BenchmarkState.ASSIGNED), ("submit", BenchmarkState.IN_PROGRESS)]
)
def test_a_second_grade_is_given_by_whoever_it_is_assigned_to(name: str, state: BenchmarkState) -> None:
    for viewer in (who(Role.BENCHMARKER), LEAD):
        known = BenchmarkKnown(bars=FREE)
        assert refused(BENCHMARK, name, thing(state, benchmarker_id=ME), viewer, known) is None
        other = refused(BENCHMARK, name, thing(state, benchmarker_id=SOMEBODY), viewer, known)
        assert other == "This second grade is assigned to somebody else."
        over = refused(BENCHMARK, name, thing(state, benchmarker_id=ME, audit=AuditState.FINALISED), viewer)
        assert "during fieldwork" in (over or "")


def parts(**of: int) -> PartsKnown:
    """Return who had which part in a case: one person each."""
    names = ("graded", "decided", "acted_for_area")
    return PartsKnown(*(frozenset({of[name]} if name in of else set()) for name in names))


@pytest.mark.parametrize(
    ("known", "words"),
    [
        (BenchmarkKnown(parts=NOBODY, challenge_open=False, bars=FREE), None),
        (BenchmarkKnown(parts=parts(graded=ME), challenge_open=False), "You graded this case or decided"),
        (BenchmarkKnown(parts=parts(decided=ME), challenge_open=False), "You graded this case or decided"),
        (BenchmarkKnown(parts=parts(acted_for_area=ME), challenge_open=False), "of your own area"),
        (BenchmarkKnown(parts=parts(graded=SOMEBODY), challenge_open=False, bars=FREE), None),
        (BenchmarkKnown(parts=NOBODY, challenge_open=True), "not settled yet"),
    ],
)
def test_a_difference_is_resolved_by_somebody_without_a_part_in_it(known: BenchmarkKnown, words: str | None) -> None:
    said = refused(BENCHMARK, "resolve", thing(BenchmarkState.DIFFERS), LEAD, known)
    assert said is None if words is None else words in (said or "")


def test_the_head_of_an_area_resolves_no_difference_in_it() -> None:
    known = BenchmarkKnown(parts=NOBODY, challenge_open=False, bars=FREE)
    of = thing(BenchmarkState.DIFFERS)
    assert "of your own area" in (refused(BENCHMARK, "resolve", of, who(Role.LEAD, Role.HEAD_OF_SERVICE), known) or "")
    assert refused(BENCHMARK, "resolve", of, who(Role.LEAD, Role.HEAD_OF_SERVICE, area="A2"), known) is None
    over = refused(BENCHMARK, "resolve", thing(BenchmarkState.DIFFERS, audit=AuditState.FINALISED), LEAD, known)
    assert "during fieldwork" in (over or "")


@pytest.mark.parametrize(
    "known", [BenchmarkKnown(parts=NOBODY), BenchmarkKnown(challenge_open=False)], ids=["challenge", "parts"]
)
def test_a_difference_of_which_something_is_not_known_is_not_resolved(known: BenchmarkKnown) -> None:
    with pytest.raises(LookupError):
        refused(BENCHMARK, "resolve", thing(BenchmarkState.DIFFERS), LEAD, known)


def test_a_threshold_document_is_published_clean_and_then_never_changes() -> None:
    def publish(count: int) -> str | None:
        return refused(THRESHOLD, "publish", thing(ThresholdState.DRAFT), LEAD, DraftKnown([""] * count))

    assert publish(0) is None
    assert publish(1) == "1 thing has to be mended first. The check on the draft’s page names it."
    assert publish(2) == "2 things have to be mended first. The check on the draft’s page names each."
    editable = [s for s in ThresholdState if why_not_edited(thing(s)) is None]
    assert editable == [ThresholdState.DRAFT]


def test_everybody_who_had_a_part_is_named() -> None:
    assert PartsKnown(frozenset({1}), frozenset({2}), frozenset({3})).people == {1, 2, 3}


def test_where_a_returned_case_went_is_said_by_name() -> None:
    assert went_to("A1", ["Ann", "Bo"], ["Di"]) == (
        "It has gone back to Ann and Bo, head of service of A1, for immediate review."
    )
    stand_in = "the audit lead is told, and Di or Ed reviews it as assistant director."
    assert went_to("A1", [], ["Di", "Ed"]) == f"No head of service is named for A1, so {stand_in}"
    assert went_to("A1", [], []) == "No head of service is named for A1, so the audit lead is told."


def fact(kind: str, alone: str = "") -> Any:
    """Return a fact with three answers."""
    answers = [SimpleNamespace(code=code, label=code.upper()) for code in ("a", "b", "c")]
    return SimpleNamespace(kind=kind, question="Why?", answers=answers, alone=frozenset(alone))


def test_an_answer_to_a_fact_is_kept_as_far_as_the_document_offers_it() -> None:
    assert fact_sent(fact("text"), [" Because. ", "not this"]) == ("Because.", "")
    assert fact_sent(fact("text"), []) == ("", "")
    assert fact_sent(fact("text"), ["x" * LONGEST_TEXT])[1] == ""
    too_long = f"The answer to ‘Why?’ must be {LONGEST_TEXT:,} characters or fewer. It has 4,001, so take out 1"
    assert fact_sent(fact("text"), ["x" * (LONGEST_TEXT + 1)])[1] == too_long
    assert fact_sent(fact("single"), ["b", "a", "z"]) == ("b", "")
    assert fact_sent(fact("single", "b"), ["b", "a"]) == ("b", "")
    assert fact_sent(fact("multiple"), ["c", "z", "a", "c"]) == ("c\na", "")
    assert fact_sent(fact("multiple", "b"), ["b"]) == ("b", "")
    wrong = "‘B’ cannot be combined with another answer to ‘Why?’"
    assert fact_sent(fact("multiple", "bc"), ["c", "b"]) == ("c\nb", wrong)
    assert (LONGEST_NAME, LONGEST_TEXT) == (120, 4000)
