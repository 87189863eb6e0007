"""Progress: counts against the calendar, what is stuck and why, reminders; never a grade."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import event, select, update

from app.accounts.actions import grant_role
from app.audit.enums import AuditState, CaseState
from app.audit.models import AuditCase, Reminder
from app.audit.staff.time import Time
from app.clock import add_working_days, clock, today
from app.keeping.record import wrong
from app.moderation.models import Return
from app.moderation.returns.queries import open_returns
from app.people.enums import Role, Scope
from app.people.models import Person
from app.report.figures.progress import Auditor, Burn, CaseProgress, burn_of, stuck, tallies
from tests.audit.replacements.test_replacing import LEFT
from tests.browser import plain
from tests.world import REF, World, cases, grade, the_audit

PROGRESS = f"/audits/{REF}/progress"
FIRST, LAST = date(2026, 11, 2), date(2026, 11, 27)


def burn(submitted: int, now: date, last: date | None = LAST, total: int = 100) -> Burn:
    return Burn(total, submitted, FIRST, last, now, [FIRST] * submitted)


@pytest.mark.parametrize(
    ("of", "title"),
    [
        (burn(50, date(2026, 11, 16)), "Grading is on course: 50 of 100 cases are submitted"),
        (burn(49, date(2026, 11, 16)), "Grading is 1 case behind an even pace"),
        (burn(0, FIRST), "Grading is on course: no case is submitted"),
        (burn(100, date(2026, 12, 20)), "Every case is submitted"),
        (
            burn(99, date(2026, 12, 1)),
            "Grading should have ended on 27 November 2026; 1 of 100 cases is not submitted",
        ),
        (burn(3, date(2026, 11, 16), None), "3 of 100 cases are submitted; no day is set on which grading ends"),
    ],
)
def test_the_title_says_whether_it_is_on_course(of: Burn, title: str) -> None:
    assert of.title == title


def test_the_pace_counts_working_days() -> None:
    of = Burn(40, 10, FIRST, LAST, date(2026, 11, 6), [date(2026, 11, 4)] * 10)
    assert [r.day for r in of.rows][:6] == [date(2026, 11, d) for d in (2, 3, 4, 5, 6, 9)]
    assert [of.rows[4].even, of.rows[-1].even] == [10, 40]
    assert (of.rows[4].submitted, of.rows[5].submitted) == (10, None)
    assert of.forecast == "At the pace of the last 5 working days it would end on 27 November 2026."
    assert (
        Burn(40, 0, FIRST, LAST, date(2026, 11, 6), []).forecast == "Nothing was submitted in the last 5 working days."
    )
    slow = Burn(40, 5, FIRST, LAST, date(2026, 11, 6), [date(2026, 11, 4)] * 5)
    assert slow.forecast.endswith(", later than the day that is set.")


def case(key: int, state: CaseState, auditor: int = 1, given: int = 2, saved: int | None = None) -> CaseProgress:
    saved_at = datetime(2026, 11, saved, 12, tzinfo=UTC) if saved else None
    return CaseProgress(
        key,
        f"C{key}",
        "A1",
        "public",
        state,
        auditor,
        datetime(2026, 11, given, 12, tzinfo=UTC),
        saved_at,
        saved_at if state is CaseState.GRADED else None,
    )


def test_what_is_stuck_says_why_and_what_helps() -> None:
    people = {
        1: Auditor("Ann", Time(), disabled=False),
        2: Auditor("Ben", Time(), disabled=True),
        3: Auditor("Cy", Time(0), disabled=False),
        4: Auditor("Di", Time(away_from=date(2026, 11, 8), away_to=date(2026, 11, 20)), disabled=False),
    }
    of = [
        case(1, CaseState.ALLOCATED),
        case(2, CaseState.ALLOCATED, given=5),
        case(3, CaseState.IN_PROGRESS, saved=4),
        case(4, CaseState.IN_PROGRESS, saved=5),
        case(5, CaseState.ALLOCATED, 2),
        case(6, CaseState.IN_PROGRESS, 3, saved=2),
        case(7, CaseState.ALLOCATED, 4, given=9),
        case(8, CaseState.GRADED, 2, saved=3),
    ]
    found = [(s.what, s.why, s.helps) for s in stuck(of, people, REF, date(2026, 11, 9))]
    assert found == [
        ("Ben", "1 case not submitted, and Ben cannot sign in any more", "Share out again"),
        ("Cy", "1 case not submitted, and Cy does not grade any more", "Share out again"),
        ("Di", "1 case not submitted, and Di is away", "Share out again"),
        ("Case C3, A1", "Begun by Ann, not saved since 4 November 2026", "Remind, or give it by hand"),
    ]
    later = [(s.what, s.why) for s in stuck(of, people, REF, date(2026, 11, 12)) if s.what == "Ann"]
    assert later == [("Ann", "2 cases not started, and nothing saved since 5 November 2026")]
    assert [
        (t.name, t.waiting, t.begun, t.submitted)
        for t in tallies(of, lambda c: c.auditor, {"1": "Ann", "2": "Ben", "9": "Zoe"})
    ] == [
        ("Ann", 2, 2, 0),
        ("Ben", 1, 0, 1),
    ]
    assert burn_of(of, FIRST, LAST, date(2026, 11, 9)).submitted == 1


def test_the_page_counts_and_never_grades(world: World) -> None:
    for who in ("lead", "director", "ad", "assistant"):
        words = plain(world.browser(who).get(PROGRESS).text)
        assert "3 of 10 cases are submitted" in words
        for label in ("Not Met", "Good"):
            assert label not in words, (who, label)
    assert world.browser("lead").send("GET", f"{PROGRESS}.svg").headers["content-type"].startswith("image/svg+xml")
    for who in ("im1", "im2", "head1", "analyst", "reader"):
        assert world.browser(who).send("GET", PROGRESS).status_code in {403, 404}, who
        assert world.browser(who).send("GET", f"{PROGRESS}.svg").status_code in {403, 404}, who


def test_a_returned_case_is_stuck_only_for_those_who_decide_and_do_not_grade(world: World) -> None:
    with world.database.reading() as session:
        ref = next(
            r.case.case_ref
            for r in open_returns(session, world.viewer("lead"), the_audit(session))
            if r.reviewed_at is None
        )
    assert f"Case {ref}" not in plain(world.browser("lead").get(PROGRESS).text), "its review is not late yet"
    with world.database.writing() as session:
        session.execute(update(Return).values(review_due=today() - timedelta(days=1)))
    assert f"Case {ref}" in plain(world.browser("lead").get(PROGRESS).text)
    assert f"Case {ref}" not in plain(world.browser("assistant").get(PROGRESS).text)
    with world.database.writing() as session:
        grading = session.scalars(select(AuditCase.auditor_id).where(AuditCase.state == CaseState.ALLOCATED)).first()
        person = session.get_one(Person, grading)
        grant_role(session, person, Role.LEAD, Scope.AUDIT, REF, by=None)
        name = person.email.partition("@")[0]
    assert f"Case {ref}" not in plain(world.browser(name).get(PROGRESS).text)


def test_what_waits_for_the_lead_is_named_with_a_link(world: World) -> None:
    case_id = cases(world, "A1")[0]
    with world.database.reading() as session:
        found = session.get_one(AuditCase, case_id)
        ref, auditor = found.case_ref, session.get_one(Person, found.auditor_id).email.partition("@")[0]
    world.browser(auditor).post(f"/cases/{case_id}/replacement", LEFT)
    page = world.browser("lead").get(PROGRESS).text
    assert f"Case {ref}, A1" in plain(page)
    assert f'href="/cases/{case_id}/replacement/answer"' in page
    assert "replacement/answer" not in world.browser("assistant").get(PROGRESS).text


def test_a_reminder_reaches_your_work_once_a_day_until_something_is_saved(world: World) -> None:
    case_id = cases(world, "A1")[0]
    with world.database.reading() as session:
        person = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id)
    path, lead, grader = (
        f"{PROGRESS}/people/{person.id}/remind",
        world.browser("lead"),
        world.browser(person.email.partition("@")[0]),
    )
    assert "reminded you" not in plain(grader.get("/").text)
    assert "finds a reminder" in plain(lead.post(path).text)
    assert "Reminded today" in plain(lead.get(PROGRESS).text)
    assert "was reminded today already" in plain(world.browser("second").post(path, status=409).text)
    assert "reminded you" in plain(grader.get("/").text)
    world.browser("director").post(path, status=403)
    grader.post(f"/cases/{case_id}/assess")
    assert "reminded you" not in plain(grader.get("/").text)
    with world.database.snapshot() as session:
        assert list(wrong(session)) == []
    clock.set(datetime.combine(add_working_days(today(), 1), datetime.min.time(), UTC).replace(hour=10))
    try:
        world.browser("lead").post(path)
    finally:
        clock.set(None)
    with world.database.reading() as session:
        assert len(session.scalars(select(Reminder)).all()) == 2


def test_who_has_nothing_to_grade_is_not_reminded(world: World) -> None:
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")
    refused = world.browser("lead").post(f"{PROGRESS}/people/{world.viewer('im1').id}/remind", status=409)
    assert "nothing to be reminded of" in plain(refused.text)


def test_before_fieldwork_the_page_leads_to_the_audit(world: World) -> None:
    with world.database.writing() as session:
        the_audit(session).state = AuditState.SAMPLED
    assert "once fieldwork has opened" in plain(world.browser("lead").get(PROGRESS).text)


@contextmanager
def counted(world: World) -> Iterator[list[str]]:
    """Collect the statements that the database is sent."""
    sent: list[str] = []

    def keep(*args: object) -> None:
        sent.append(str(args[2]))

    event.listen(world.database.engine, "before_cursor_execute", keep)
    yield sent
    event.remove(world.database.engine, "before_cursor_execute", keep)


def test_the_number_of_queries_does_not_grow_with_the_cases(world: World) -> None:
    lead = world.browser("lead")
    lead.get(PROGRESS)
    with counted(world) as many:
        lead.get(PROGRESS)
    with world.database.writing() as session:
        keep = session.scalars(select(AuditCase.id).where(AuditCase.state == CaseState.GRADED)).all()
        session.execute(update(AuditCase).where(AuditCase.id.not_in(keep)).values(state=CaseState.REPLACED))
    with counted(world) as few:
        lead.get(PROGRESS)
    assert len(many) == len(few)
    assert len(few) > 5
