"""Who is told what, and that no message says anything about a case."""

import re
from collections.abc import Callable
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.audit.allocation import actions as allocating
from app.audit.enums import BenchmarkState, CaseState, ChosenBy
from app.audit.grading import actions as grading
from app.audit.library.queries import document_of
from app.audit.models import AuditCase, Benchmark
from app.audit.replacements.actions import ask_for_replacement, decline_replacement
from app.audit.staff import actions as staffing
from app.clock import add_working_days, clock, is_working_day
from app.db import unsaved
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns import actions as concerns_actions
from app.moderation.concerns.rules import CONCERN
from app.moderation.enums import Deadline, ReturnState
from app.moderation.follow_up import actions as follow_up
from app.moderation.models import Challenge, Return
from app.moderation.returns.queries import return_of
from app.moderation.returns.rules import RETURN
from app.moderation.submission import actions as submission_actions
from app.notices.enums import WORDS, Kind, MailChoice
from app.notices.models import Notice
from app.notices.posting import make_due, round_of
from app.notices.rules import leaves_at, letter_of, next_digest
from app.notices.telling import TOLD, tell
from app.people.models import Person
from app.sampling.replacement import Reason
from app.web.sessions import viewer_of
from tests.moderation.concern_steps import raised
from tests.moderation.seconds import difference
from tests.moderation.stories import own_view
from tests.notices.post import MailServer, later
from tests.world import World, answers_for, cases, challenge, grade, the_audit

DETAIL = "SECRET-EVIDENCE"


def notices(world: World) -> set[tuple[str, Kind]]:
    """Return who was told what."""
    with world.database.reading() as session:
        return {(n.person.email.partition("@")[0], n.kind) for n in session.scalars(select(Notice))}


def back_with_the_area(world: World) -> int:
    """Grade another case of the first area at the lowest level."""
    case_id = cases(world, "A1")[0]
    grade(world, case_id, "not_met")
    return case_id


def the_challenge(world: World) -> int:
    with world.database.reading() as session:
        return session.scalars(select(Challenge.id)).one()


def decided(world: World) -> None:
    ruling = challenges_actions.Ruling("not_met", DETAIL, [challenges_actions.Point("SAF1", "not_met", DETAIL)])
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        own_view(session, of, world.viewer("second"), "not_met")
        challenges_actions.decide_challenge(session, of, ruling, by=world.viewer("second"))


def escalated(world: World) -> None:
    decided(world)
    with world.database.writing() as session:
        challenges_actions.escalate(
            session, session.get_one(Challenge, the_challenge(world)), reason=DETAIL, by=world.viewer("head2")
        )


def adjudicated(world: World) -> None:
    escalated(world)
    ruling = challenges_actions.Ruling("met", DETAIL, [challenges_actions.Point("SAF1", "met", DETAIL)])
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        own_view(session, of, world.viewer("director"))
        challenges_actions.adjudicate(session, of, ruling, by=world.viewer("director"))


def withdrawn(world: World) -> None:
    """Have a grade that sent a case back corrected by its auditor."""
    case_id = back_with_the_area(world)
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        auditor = viewer_of(session.get_one(Person, case.auditor_id))
        draft = submission_actions.start_correction(session, case, by=auditor)
        grading.save_judgements(session, draft, answers_for(document_of(case.audit), case.law_type, "good"))
        grading.save_grade(session, draft, grade="good", departure_reason="")
        draft.correction_reason = DETAIL
        submission_actions.submit_grade(session, case, draft, indicated=("good", "rule"), by=auditor)


def challenged(world: World) -> None:
    with world.database.reading() as session:
        [waiting] = [
            c for c in cases(world, "A1", CaseState.GRADED) if session.get_one(AuditCase, c).standing_grade == "not_met"
        ]
    challenge(world, waiting, "head1")


def reminded(world: World) -> None:
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer("im1").id)
        staffing.remind(session, the_audit(session), person, by=world.viewer("lead"))


def moved(world: World) -> None:
    to = {world.viewer("im1").id: "im2", world.viewer("im2").id: "im1"}
    with world.database.writing() as session:
        case = session.get_one(AuditCase, cases(world, "A1")[0])
        assert case.auditor_id is not None
        choice = allocating.Choice(case.id, case.auditor_id, world.viewer(to[case.auditor_id]).id)
        assert allocating.choose(session, the_audit(session), [choice], reason=DETAIL, by=world.viewer("lead")) == {}


def replacement(world: World) -> None:
    with world.database.writing() as session:
        case = session.get_one(AuditCase, cases(world, "A1")[0])
        asker = {world.viewer(name).id: name for name in ("im1", "im2")}[case.auditor_id or 0]
        request = ask_for_replacement(session, case, reason=Reason.SEALED, note=DETAIL, by=world.viewer(asker))
        decline_replacement(session, request, answer=DETAIL, by=world.viewer("lead"))


def more_time(world: World) -> None:
    """Give the first area more time for its review, and remind it once that has run out."""
    with world.database.writing() as session:
        returned = session.scalars(select(Return).where(Return.state == ReturnState.OPEN)).one()
        follow_up.extend(
            session,
            returned,
            Deadline.REVIEW,
            until=add_working_days(returned.review_due, 1),
            reason=DETAIL,
            by=world.viewer("lead"),
        )
    later(days=30)
    with world.database.writing() as session:
        follow_up.remind(session, session.get_one(Return, returned.id), by=world.viewer("lead"))


STORIES: dict[Callable[[World], object], set[tuple[str, Kind]]] = {
    back_with_the_area: {("head1", Kind.REVIEW)},
    withdrawn: {("head1", Kind.REVIEW), ("head1", Kind.RETURN_WITHDRAWN)},
    challenged: {("lead", Kind.CHALLENGE), ("second", Kind.CHALLENGE), ("im1", Kind.GRADE_CHALLENGED)},
    decided: {("head2", Kind.DECISION), ("im1", Kind.GRADE_SETTLED)},
    escalated: {("head2", Kind.DECISION), ("director", Kind.ESCALATION), ("im1", Kind.GRADE_SETTLED)},
    adjudicated: {
        ("im1", Kind.GRADE_SETTLED),
        ("head2", Kind.DECISION),
        ("director", Kind.ESCALATION),
        ("head2", Kind.ADJUDICATION),
        ("lead", Kind.ADJUDICATION),
        ("second", Kind.ADJUDICATION),
    },
    raised: {("head1", Kind.CONCERN), ("lead", Kind.CONCERN), ("second", Kind.CONCERN)},
    reminded: {("im1", Kind.REMINDER)},
    more_time: {("head1", Kind.TIME_EXTENDED), ("head1", Kind.AREA_REMINDED)},
    difference: {("head2", Kind.SECONDS_GIVEN), ("lead", Kind.DIFFERENCE), ("second", Kind.DIFFERENCE)},
    moved: {("im1", Kind.CASES_GIVEN), ("im2", Kind.CASES_TAKEN)},
    replacement: {
        ("lead", Kind.REPLACEMENT_ASKED),
        ("second", Kind.REPLACEMENT_ASKED),
        ("im1", Kind.REPLACEMENT_ANSWERED),
    },
}


@pytest.mark.parametrize("story", STORIES, ids=lambda s: s.__name__)
def test_those_whom_it_concerns_are_told_and_nobody_else(
    told: World, server: MailServer, story: Callable[[World], object]
) -> None:
    story(told)
    found, wanted = notices(told), STORIES[story]
    swapped = {({"im1": "im2", "im2": "im1"}.get(name, name), kind) for name, kind in wanted}
    assert found in (wanted, swapped)
    # Who still grades hears later what became of their grade.
    assert round_of(told.database, server.mail).sent >= len([kind for _, kind in found if not kind.after_grading])
    with told.database.reading() as session:
        refs = session.execute(select(AuditCase.case_ref, AuditCase.practitioner_id)).all()
        names = session.scalars(select(Person.name)).all()
    secrets = [
        *(part for row in refs for part in row),
        *names,
        "Met",
        "Good",
        "Not Met",
        "Outstanding",
        "A1",
        "A2",
        "SAF1",
        DETAIL,
    ]
    for message in server.got:
        text = f"{message['Subject']} {message.get_content()}"
        assert [s for s in secrets if re.search(rf"\b{re.escape(s)}\b", text)] == []


def test_every_event_that_tells_is_one_that_happens() -> None:
    there = {t.event for workflow in (RETURN, CHALLENGE, CONCERN) for t in workflow.transitions}
    theirs = {name for name in TOLD if name.split("_")[0] in {"return", "challenge", "concern"}}
    assert theirs - there == {"return_opened", "concern_raised"}
    assert set(WORDS) == set(Kind)


@given(st.sampled_from(Kind), st.dates(date(2000, 1, 1), date(2100, 1, 1)), st.text(max_size=40))
def test_a_message_is_made_of_its_kind_and_its_day_alone(kind: Kind, due: date, about: str) -> None:
    def one(about: str, case_id: int) -> str:
        person = unsaved(Person, name="Ann", email="ann@example.test")
        notice = unsaved(
            Notice,
            id=1,
            kind=kind,
            due=due,
            about=about,
            case_id=case_id,
            at=clock.now().replace(2026, 1, 1, 0, 0, 0, 0),
            person=person,
            attempts=1,
        )
        letter = letter_of([notice], MailServer(port=1).mail)
        return f"{letter.subject}\n{letter.body}\n{letter.reference}"

    assert one(about, 7) == one("something else", 8)


def test_the_same_is_told_once(told: World) -> None:
    head = frozenset({told.viewer("head1").id})
    with told.database.writing() as session:
        assert tell(session, head, Kind.REVIEW_SOON, about="return 1", by_mail=True) == 1
        assert tell(session, head, Kind.REVIEW_SOON, about="return 1", by_mail=True) == 0


def test_many_cases_given_on_one_day_are_one_message(told: World) -> None:
    for _ in range(2):
        moved(told)
        moved(told)
    with told.database.reading() as session:
        assert len(session.scalars(select(Notice)).all()) == 4, (
            "one that they were given some and one that some were taken, for each of two"
        )


def test_a_review_that_is_near_and_one_that_is_late_are_told_once_each(told: World) -> None:
    back_with_the_area(told)
    with told.database.reading() as session:
        case_id = cases(told, "A1", CaseState.GRADED)[-1]
        due = return_of(session, told.viewer("head1"), case_id).review_due
    clock.set(datetime(due.year, due.month, due.day, 9, tzinfo=UTC))
    for _ in range(2):
        make_due(told.database)
    assert ("head1", Kind.REVIEW_SOON) in notices(told)
    assert ("lead", Kind.REVIEW_LATE) not in {n for n in notices(told) if n[1] is Kind.REVIEW_SOON}
    later(days=1)
    for _ in range(2):
        make_due(told.database)
    assert {("head1", Kind.REVIEW_LATE), ("lead", Kind.REVIEW_LATE)} <= notices(told)


def test_a_concern_that_nobody_acknowledges_is_told_again(told: World) -> None:
    raised(told)
    later(days=3)
    make_due(told.database)
    assert {("head1", Kind.CONCERN_LATE), ("lead", Kind.CONCERN_LATE)} <= notices(told)


def test_who_benchmarks_a_case_is_told_nothing_of_it_until_they_are_done(told: World) -> None:
    case_id = cases(told, "A1")[0]
    with told.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        head = told.viewer("head1").id
        session.add(
            Benchmark(
                case_id=case.id,
                benchmarker_id=head,
                state=BenchmarkState.ASSIGNED,
                chosen_by=ChosenBy.HAND,
                reason="To try.",
                probability="",
                ticket="x",
                assigned_by=head,
                assigned_at=clock.now(),
                resolution="",
                unclear_standard="",
            )
        )
    grade(told, case_id, "not_met")
    assert ("head1", Kind.REVIEW) not in notices(told)


def test_where_nobody_heads_an_area_the_assistant_director_is_told(told: World) -> None:
    with told.database.writing() as session:
        session.get_one(Person, told.viewer("head1").id).disabled_at = clock.now()
    back_with_the_area(told)
    assert notices(told) == {("ad", Kind.REVIEW)}


def test_what_is_rolled_back_is_told_to_nobody(told: World) -> None:
    with suppress(RuntimeError), told.database.writing() as session:
        concerns_actions.raise_concern(
            session, session.get_one(AuditCase, cases(told, "A1")[0]), seen=DETAIL, by=told.viewer("lead")
        )
        assert session.scalars(select(Notice)).all()
        raise RuntimeError
    assert notices(told) == set()


@given(st.datetimes(datetime(2026, 1, 1), datetime(2027, 12, 31), timezones=st.just(UTC)))  # noqa: DTZ001 - hypothesis adds the zone
def test_the_daily_message_leaves_at_seven_of_a_working_day(now: datetime) -> None:
    at = next_digest(now)
    assert (at.hour, at.minute, is_working_day(at.date())) == (7, 0, True)
    assert timedelta(0) < at - now < timedelta(days=6)


def test_choices_decide_when_a_message_leaves() -> None:
    now = datetime(2026, 12, 1, 10, tzinfo=UTC)
    assert leaves_at(Kind.REVIEW, MailChoice.AT_ONCE, now) == now
    assert leaves_at(Kind.REVIEW, MailChoice.DAILY, now) == datetime(2026, 12, 2, 7, tzinfo=UTC)
    assert leaves_at(Kind.REVIEW, MailChoice.NEVER, now) is None
    assert {leaves_at(Kind.CONCERN, choice, now) for choice in MailChoice} == {now}


def test_a_notice_tells_its_day() -> None:
    assert (
        unsaved(Notice, kind=Kind.REVIEW, due=date(2026, 12, 3)).words
        == "A case of your area has come back for immediate review. It is due by 3 December 2026."
    )
    assert unsaved(Notice, kind=Kind.REMINDER, due=None).words == "The audit lead reminds you to go on grading."
