"""News name the case, say what came of it and lead to it; graders hear once they have finished; nobody is forgotten."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select, update

from app.audit.enums import CaseState
from app.audit.models import AuditCase, Benchmark
from app.clock import clock
from app.db import unsaved
from app.moderation.challenges.rules import decide_by
from app.moderation.enums import ChallengeState, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns.rules import is_unread
from app.notices.enums import Kind, MailState
from app.notices.models import Notice
from app.notices.posting import make_due
from app.people.models import Person
from tests.browser import plain
from tests.moderation.concern_steps import raised
from tests.moderation.seconds import difference
from tests.notices.post import later
from tests.notices.test_telling import adjudicated, back_with_the_area, challenged, decided, the_challenge
from tests.world import World, cases


def kinds_of(world: World, name: str) -> set[tuple[Kind, MailState]]:
    with world.database.reading() as session:
        mine = session.scalars(select(Notice).where(Notice.person_id == world.viewer(name).id))
        return {(n.kind, n.state) for n in mine}


def auditor_of(world: World, challenge_id: int) -> tuple[str, str]:
    """Return who graded a challenged case, and what the case is called."""
    with world.database.reading() as session:
        case = session.get_one(Challenge, challenge_id).case
        return session.get_one(Person, case.auditor_id).email.partition("@")[0], f"Case {case.case_ref}, {case.area}"


def finish_grading(world: World, name: str) -> None:
    """Take from somebody what they still have to grade."""
    with world.database.writing() as session:
        waiting = AuditCase.state.in_([CaseState.ALLOCATED, CaseState.IN_PROGRESS])
        session.execute(
            update(AuditCase)
            .where(AuditCase.auditor_id == world.viewer(name).id, waiting)
            .values(auditor_id=None, state=CaseState.DRAWN)
        )


def news_of(world: World, name: str) -> str:
    page = plain(world.browser(name).get("/").text)
    return page.partition("News of the last two weeks")[2]


def test_a_grader_hears_what_became_of_a_grade_once_nothing_is_left_to_grade(told: World) -> None:
    decided(told)
    grader, case = auditor_of(told, the_challenge(told))
    assert (Kind.GRADE_SETTLED, MailState.HELD) in kinds_of(told, grader)
    assert "challenge of your grade was decided" not in news_of(told, grader)
    make_due(told.database)
    assert (Kind.GRADE_SETTLED, MailState.HELD) in kinds_of(told, grader)
    finish_grading(told, grader)
    make_due(told.database)
    assert (Kind.GRADE_SETTLED, MailState.WAITING) in kinds_of(told, grader)
    assert f"{case}: the challenge of your grade was decided: the grade stays Not Met" in news_of(told, grader)


def test_the_area_hears_the_outcome_with_a_link(told: World) -> None:
    adjudicated(told)
    _, case = auditor_of(told, the_challenge(told))
    html = told.browser("head2").get("/").text
    assert f"{case}: your challenge was decided: the grade stays Not Met" in plain(html)
    assert f"{case}: the challenge was adjudicated: re-graded to Met" in plain(html)
    assert f'href="/challenges/{the_challenge(told)}"' in html


def test_a_challenge_of_ones_grade_is_told_at_once_and_waits_with_its_day(told: World) -> None:
    challenged(told)
    with told.database.reading() as session:
        of = session.scalars(select(Challenge).order_by(Challenge.id.desc())).first()
        assert of is not None
        grader, case = auditor_of(told, of.id)
        expected = decide_by(of)
    page = plain(told.browser(grader).get("/").text)
    assert f"{case}: the area challenges your grade. A decision is expected by 9 December 2026." in page
    assert expected == datetime(2026, 12, 9, tzinfo=UTC).date()
    rows = page.partition("News of the last two weeks")[0]
    assert "Your grade is challenged: add a note, if you want to 9 Dec 2026" in rows


def test_a_head_follows_a_pending_challenge_until_it_is_decided(told: World) -> None:
    _, case = auditor_of(told, the_challenge(told))
    followed = plain(told.browser("head2").get("/").text).partition("What you follow")[2]
    assert f"{case} Your challenge waits for a decision, expected by" in followed
    later(days=30)
    followed = plain(told.browser("head2").get("/").text).partition("What you follow")[2]
    assert "it was expected by" in followed
    decided(told)
    assert "waits for a decision" not in plain(told.browser("head2").get("/").text)


def test_a_concern_names_its_case_before_that_is_graded(told: World) -> None:
    case_id = cases(told, "A1")[0]
    concern = raised(told, case_id=case_id)
    with told.database.reading() as session:
        name = f"Case {session.get_one(AuditCase, case_id).case_ref}, A1"
    assert f"{name}: an urgent safeguarding concern" in news_of(told, "head1")
    assert f'href="/concerns/{concern}"' in told.browser("head1").get("/").text.partition("News of the last")[2]
    assert "safeguarding concern" not in news_of(told, "head2")


def test_a_decision_is_expected_only_of_what_waits() -> None:
    expected = date(2026, 12, 9)
    days = {state: decide_by(unsaved(Challenge, state=state, decide_by=expected)) for state in ChallengeState}
    assert days.pop(ChallengeState.OPEN) == days.pop(ChallengeState.ESCALATED) == expected
    assert set(days.values()) == {None}


OPENED = datetime(2026, 12, 4, 16, 30, tzinfo=UTC)  # a Friday afternoon


@pytest.mark.parametrize(
    ("now", "unread"),
    [
        (OPENED + timedelta(hours=1), False),
        (OPENED + timedelta(days=2), False),
        (OPENED + timedelta(days=3, minutes=-1), False),
        (OPENED + timedelta(days=3), True),
        (OPENED + timedelta(days=4), True),
    ],
)
def test_a_return_is_unread_after_one_working_day(now: datetime, *, unread: bool) -> None:
    of = unsaved(Return, state=ReturnState.OPEN, opened_at=OPENED, read_at=None)
    assert is_unread(of, now) is unread
    of.read_at = OPENED
    assert not is_unread(of, now)
    of.read_at, of.state = None, ReturnState.REVIEWED
    assert not is_unread(of, now)


def test_the_assistant_director_and_the_lead_hear_of_a_return_that_nobody_opens(told: World) -> None:
    case_id = back_with_the_area(told)
    with told.database.reading() as session:
        ref = session.get_one(AuditCase, case_id).case_ref
    make_due(told.database)
    assert "has not been opened" not in news_of(told, "lead")
    later(days=1, minutes=1)
    make_due(told.database)
    make_due(told.database)
    for name in ("lead", "ad"):
        assert [kind for kind, _ in kinds_of(told, name)].count(Kind.RETURN_UNREAD) == 1, name
    page = plain(told.browser("lead").get("/").text)
    assert f"Case {ref}, A1 Urgent" in page
    assert "Nobody of A1 has opened this returned case since 1 December 2026" in page
    # Its head opens it: from then on nobody is sent after them, and it is kept who did.
    assert told.browser("head1").get(f"/cases/{case_id}/review").status_code == 200
    with told.database.reading() as session:
        of = session.scalars(select(Return).where(Return.case_id == case_id)).one()
        assert (of.read_by, of.read_at) == (told.viewer("head1").id, clock.now())
    assert f"Case {ref}, A1 Urgent" not in plain(told.browser("lead").get("/").text)
    assert "The area opened the returned case" in plain(told.browser("lead").get(f"/cases/{case_id}").text)


def test_only_the_area_counts_as_having_opened_a_return(told: World) -> None:
    case_id = back_with_the_area(told)
    told.browser("lead").get(f"/cases/{case_id}")
    with told.database.reading() as session:
        assert session.scalars(select(Return).where(Return.case_id == case_id)).one().read_at is None


def test_second_graders_see_their_grades_and_what_became_of_them_when_they_have_finished(told: World) -> None:
    difference(told)
    with told.database.reading() as session:
        [done] = session.scalars(select(Benchmark).where(Benchmark.second_id.is_not(None))).all()
        ref, who = done.case.case_ref, session.get_one(Person, done.benchmarker_id).email.partition("@")[0]
    page = plain(told.browser(who).get("/second-grades").text)
    assert ref in page
    assert "Differs: the audit lead resolves it" in page
    assert "You have not given a second grade yet" in plain(told.browser("im1").get("/second-grades").text)
    assert "Your second grades" in plain(told.browser(who).get("/").text)


def test_a_lead_is_told_of_cases_with_somebody_who_can_no_longer_grade(told: World) -> None:
    assert "can no longer grade" not in plain(told.browser("lead").get("/").text)
    with told.database.writing() as session:
        session.get_one(Person, told.viewer("im1").id).disabled_at = clock.now()
    page = plain(told.browser("lead").get("/").text)
    assert "who can no longer grade: share them out" in page
