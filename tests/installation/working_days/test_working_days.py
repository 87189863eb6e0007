"""The working days of a service: whose holidays count and which were added, everywhere, and what does not move."""

import json
from collections.abc import Iterator, Mapping
from datetime import UTC, date, datetime, timedelta

import holidays
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import Date, select, update
from sqlmodel import SQLModel

from app.audit.enums import AuditState, CaseState
from app.audit.models import Audit, AuditCase
from app.audit.queries import correct_until
from app.clock import (
    USUAL_DAYS,
    Nation,
    WorkingDays,
    add_working_days,
    clock,
    counting_by,
    is_working_day,
    take_working_days,
    today,
    working_days,
    working_days_between,
)
from app.dates import NotADay, working_fault
from app.events import Event
from app.improvement.readings.rules import read_by
from app.installation.working_days.actions import change_working_days
from app.keeping import record as check
from app.moderation.challenges.queries import days_taken
from app.moderation.challenges.rules import decide_by, free_again_on
from app.moderation.models import Challenge, Concern, Return
from app.notices.enums import Kind
from app.notices.models import Notice
from app.notices.posting import make_due
from app.people.models import SettingsKept
from app.people.queries import SETTINGS, settings_now
from app.people.service import acting_for
from app.people.working_days import days_typed, in_lines, plain, with_standing, working_days_of
from tests.browser import plain as text_of
from tests.commands.conftest import Run, run  # noqa: F401 - a fixture
from tests.moderation.stories import returned_case
from tests.work.first_run.test_first_run import left
from tests.world import World, challenge, the_audit

BANK = {Nation.ENGLAND_AND_WALES: "ENG", Nation.SCOTLAND: "SCT", Nation.NORTHERN_IRELAND: "NIR"}
PRIVILEGE = "24 December 2026, Privilege day"
DAYS = st.dates(date(2015, 1, 1), date(2040, 12, 31))
ADDED = st.dictionaries(DAYS, st.just("Privilege day"), max_size=12)
WEEKDAYS = [day for n in range(150) if (day := date(2027, 1, 1) + timedelta(days=n)).weekday() < 5]
MANY = "\n".join(f"{day}, x" for day in WEEKDAYS)
AT = datetime(2026, 12, 1, 10, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _the_time_runs() -> Iterator[None]:
    yield
    clock.set(None)


def works(nation: Nation, added: Mapping[date, str], day: date) -> bool:
    """Say what the library says of a day, by itself."""
    off = holidays.country_holidays("GB", subdiv=BANK[nation], years=day.year)
    return day.weekday() < 5 and day not in off and day not in added


@settings(deadline=None, max_examples=200)
@given(st.sampled_from(Nation), ADDED, DAYS, st.integers(0, 30))
def test_days_are_counted_as_the_library_has_them(
    nation: Nation, added: Mapping[date, str], start: date, count: int
) -> None:
    with counting_by([WorkingDays(nation, added)]):
        assert is_working_day(start) is works(nation, added, start)
        end = add_working_days(start, count)
        between = [start + timedelta(days=n) for n in range(1, (end - start).days + 1)]
        assert sum(works(nation, added, day) for day in between) == count
        assert not count or works(nation, added, end)
        assert working_days_between(start, end) == working_days_between(end, start) == count
        first = take_working_days(start, count)
        back = [first + timedelta(days=n) for n in range((start - first).days)]
        assert sum(works(nation, added, day) for day in back) == count
    assert working_days() is USUAL_DAYS


@settings(deadline=None, max_examples=100)
@given(st.lists(st.tuples(st.sampled_from(Nation), ADDED), min_size=1, max_size=5), DAYS, st.integers(1, 20))
def test_what_was_told_stays_through_any_changes(
    changes: list[tuple[Nation, Mapping[date, str]]], start: date, count: int
) -> None:
    kept, told = "", []
    for n, (nation, added) in enumerate(changes):
        at = AT + timedelta(days=2 * n)
        with counting_by(working_days_of(kept)):
            told.append((at - timedelta(days=1), add_working_days(start, count)))
        kept = json_of(with_standing(kept, WorkingDays(nation, added), at))
    with counting_by(working_days_of(kept)):
        assert [add_working_days(start, count, told=moment) for moment, _ in told] == [due for _, due in told]
        assert plain(working_days()) == plain(WorkingDays(*changes[-1]))


def json_of(stood: object) -> str:
    return json.dumps({"working_days": stood})


def test_the_nations_differ() -> None:
    andrew, boyne, easter = date(2026, 11, 30), date(2027, 7, 12), date(2027, 3, 29)
    for nation, off in {
        Nation.ENGLAND_AND_WALES: {easter},
        Nation.SCOTLAND: {andrew},
        Nation.NORTHERN_IRELAND: {easter, boyne},
    }.items():
        with counting_by([WorkingDays(nation)]):
            assert {day for day in (andrew, boyne, easter) if not is_working_day(day)} == off


def test_a_sentence_names_the_day_off() -> None:
    with counting_by([WorkingDays(Nation.SCOTLAND, {date(2026, 12, 24): "Privilege day"})]):
        assert working_fault(date(2026, 12, 24)) == (
            "24 December 2026 is a day off of your service (Privilege day). "
            "Enter a working day: the next is 29 December 2026"
        )
        assert "bank holiday" in str(working_fault(date(2026, 11, 30)))
    assert working_fault(date(2026, 12, 24)) is None


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ("24 December 2026", "Line 1 must have a day, a comma and a name"),
        ("\n24 Dec, Closed", "The day in line 2 must be written like"),
        ("31 February 2027, Closed", "The day in line 1 must be a real date"),
        (f"{PRIVILEGE}\n2026-12-24, again", "Line 2: 24 December 2026 stands above already"),
        ("26 December 2026, Boxing Day", "is a Saturday, on which nobody works anyway"),
        (f"24 December 2026, {'x' * 61}", "60 characters or fewer"),
        (MANY, "Enter 100 or fewer"),
    ],
)  # fmt: skip
def test_a_line_that_cannot_be_read_is_told(typed: str, said: str) -> None:
    with pytest.raises(NotADay) as refused:
        days_typed(typed)
    assert said in refused.value.wrong


@given(ADDED)
def test_what_is_shown_is_read_again(added: Mapping[date, str]) -> None:
    weekdays = {on: name for on, name in added.items() if on.weekday() < 5 and on.year <= 2036}
    assert days_typed(in_lines(weekdays)) == weekdays


def save(world: World, nation: str = "scotland", added: str = PRIVILEGE, status: int = 200) -> str:
    return world.browser("admin").post("/settings/working-days", {"nation": nation, "added": added}, status=status).text


def test_they_are_an_administrators_and_what_was_typed_comes_back(world: World) -> None:
    world.browser("lead").get("/settings/working-days", status=404)
    world.browser("lead").post("/settings/working-days", {"nation": "scotland"}, status=404)
    page = save(world, added="24 December 2026", status=422)
    assert "must have a day, a comma and a name" in text_of(page)
    assert "24 December 2026</textarea>" in page
    assert "Choose whose bank holidays count" in text_of(save(world, nation="atlantis", status=422))
    clock.set(AT)
    save(world)
    page = text_of(world.browser("admin").get("/settings/working-days").text)
    assert "24 December 2026 Privilege day" in page
    assert "2 January" in page, "a holiday of Scotland"
    save(world)
    with world.database.reading() as session:
        assert len(list(session.scalars(select(SettingsKept.id)))) == 1
        [event] = session.scalars(select(Event).where(Event.name == "settings_changed"))
        assert event.details["changed"] == {
            "nation": ["england_and_wales", "scotland"],
            "added": [{}, {"2026-12-24": "Privilege day"}],
        }
        assert list(check.wrong(session)) == []


def test_the_first_day_asks_once_even_if_nothing_is_to_change(world: World) -> None:
    assert "Say which days are working days" in left(world)
    save(world, nation="england_and_wales", added="")
    assert "Say which days are working days England and Wales Done" in left(world)
    save(world, nation="england_and_wales", added="")
    with world.database.reading() as session:
        assert len(list(session.scalars(select(SettingsKept.id)))) == 1


def test_other_settings_stay_beside_them(world: World) -> None:
    world.browser("admin").post("/settings/roles", {"lead": "Audit chief"})
    save(world)
    world.browser("admin").post("/settings/service", {"organisation": "Ours"})
    assert "Audit chief" in text_of(world.browser("admin").get("/admin/people").text)
    assert 'value="scotland" checked' in world.browser("admin").get("/settings/working-days").text


def test_every_process_counts_by_them(world: World) -> None:
    """A page follows what another process changed."""
    with world.database.writing() as session:
        change_working_days(session, WorkingDays(Nation.SCOTLAND, days_typed("29 December 2026, Closed")), by=None)
        assert session.info[SETTINGS]
    clock.set(datetime(2026, 12, 24, 10, tzinfo=UTC))
    form = {
        f"list_by-{part}": value for part, value in zip(("day", "month", "year"), ("29", "12", "2026"), strict=True)
    }
    said = text_of(world.browser("lead").post("/audits/T-2026/timetable/edit", form, status=422).text)
    assert "a day off of your service (Closed)" in said


def test_the_background_sender_counts_by_them(world: World) -> None:
    case_id = returned_case(world, "A1")
    with world.database.reading() as session:
        due = session.scalars(select(Return.review_due).where(Return.case_id == case_id)).one()
    before = take_working_days(due, 1)
    clock.set(datetime.combine(take_working_days(due, 2), datetime.min.time(), UTC) + timedelta(hours=10))
    make_due(world.database)
    assert not told_soon(world), "the review is due in two working days"
    with world.database.writing() as session:
        change_working_days(session, WorkingDays(added={before: "Closed"}), by=None)
    make_due(world.database)
    assert told_soon(world), "it is due on the next one"
    assert working_days() is USUAL_DAYS, "and nobody else counts by them"


def told_soon(world: World) -> bool:
    with world.database.reading() as session:
        return bool(list(session.scalars(select(Notice.id).where(Notice.kind == Kind.REVIEW_SOON))))


def everything_told(world: World) -> dict[str, object]:
    """Return every day that is stored or was told, by where it stands."""
    found: dict[str, object] = {}
    with world.database.reading() as session, acting_for(settings_now(session)):
        for table in SQLModel.metadata.tables.values():
            for column in (c for c in table.columns if isinstance(c.type, Date)):
                found[f"{table.name}.{column.name}"] = sorted(map(str, session.scalars(select(column))))
        for case in session.scalars(select(AuditCase)):
            found[f"{case.id} correct until"] = correct_until(session, case)
            found[f"{case.id} read by"] = read_by(case, "not_met", None)
        for challenge in session.scalars(select(Challenge)):
            found[f"{challenge.id} decide by"] = decide_by(challenge)
            found[f"{challenge.id} free again"] = free_again_on(challenge)
        found["taken"] = sorted(days_taken(session, the_audit(session)))
    return found


def test_no_deadline_moves_that_was_stored_or_told(world: World) -> None:
    case_id = returned_case(world, "A1")
    world.browser("im1")
    challenge_id = challenge(world, case_id, "head1")
    with world.database.writing() as session:
        # One from before a challenge kept its day, and an audit that has ended: what follows is worked out anew.
        session.execute(update(Challenge).where(Challenge.id == challenge_id).values(decide_by=None))
        session.execute(update(Audit).values(correction_days=5, finalised_at=clock.now() - timedelta(days=1)))
        session.execute(update(Audit).values(state=AuditState.FINALISED))
        session.execute(update(AuditCase).where(AuditCase.id == other(world)).values(state=CaseState.FINAL))
    before = everything_told(world)
    assert before[f"{challenge_id} decide by"]
    assert any(value for name, value in before.items() if name.endswith("correct until"))
    assert any(value for name, value in before.items() if name.endswith("read by"))
    closed = [today() + timedelta(days=n) for n in range(1, 100)]
    added = {day: "Closed" for day in closed if day.weekday() < 5}
    with world.database.writing() as session:
        change_working_days(session, WorkingDays(Nation.SCOTLAND, added), by=None)
    assert everything_told(world) == before
    with counting_by([WorkingDays(Nation.SCOTLAND, added)]):
        moved = add_working_days(today(), 1)
    assert moved > today() + timedelta(days=90), "and what is told from now on is counted by them"
    assert everything_told_later(world, case_id) == moved


def other(world: World) -> int:
    """Return a case that was graded better than the lowest."""
    with world.database.reading() as session:
        query = select(AuditCase.id).where(AuditCase.standing_grade == "good").limit(1)
        return session.scalars(query).one()


def everything_told_later(world: World, case_id: int) -> date | None:
    """Return by when a concern that is raised now has to be acknowledged."""
    with world.database.writing() as session:
        session.execute(update(Audit).values(state=AuditState.FIELDWORK))
    world.browser("head1").post(f"/cases/{case_id}/concern", {"seen": "A child is not safe today."})
    with world.database.reading() as session:
        return session.scalars(select(Concern.acknowledge_by)).one()


def test_the_command_line_shows_and_sets_them(run: Run) -> None:  # noqa: F811 - the fixture
    assert "nation\tengland_and_wales" in run("setting", "show")[1]
    assert run("setting", "set", "nation", "scotland")[1].startswith("nation is set")
    run("setting", "set", "days_off", "2026-12-24, Privilege day; 2026-12-31, Closed")
    shown = run("setting", "show")[1]
    assert "nation\tscotland" in shown
    assert "days_off\t24 December 2026, Privilege day; 31 December 2026, Closed" in shown
    for name, value, said in (
        ("nation", "wales", "no bank holidays of wales"),
        ("days_off", "2026-12-24", "must have a day"),
        ("nothing", "x", "nation, days_off"),
    ):
        status, _, complaint = run("setting", "set", name, value)
        assert (status, said in complaint) == (1, True), complaint
