"""Timetables and calendars through the pages, and the file as a second library reads it."""

import re
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import vobject

from app.clock import clock
from app.keeping.record import wrong
from tests.browser import Browser, plain
from tests.world import REF, World

PAGE, EDIT = f"/audits/{REF}/timetable", f"/audits/{REF}/timetable/edit"


@pytest.fixture(autouse=True)
def _today(world: World) -> Any:  # noqa: ARG001 - after it is built
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    yield
    clock.set(None)


def days(**of: date) -> dict[str, str]:
    parts = {name: (str(d.day), str(d.month), str(d.year)) for name, d in of.items()}
    return {
        f"{name}-{part}": box
        for name, p in parts.items()
        for part, box in zip(("day", "month", "year"), p, strict=True)
    }


PLAN = {"grading_to": date(2026, 12, 14), "finalise_on": date(2027, 1, 25)}


def sound(world: World) -> None:
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_days_are_planned_forwards_and_kept_by_the_button_alone(world: World) -> None:
    lead = world.browser("lead")
    asked = "way=forwards&anchor-day=9&anchor-month=11&anchor-year=2026&grading=20"
    page = lead.get(f"{EDIT}?{asked}").text
    assert re.search(r'id="publish_on-month"[^>]*value="2"', page)
    assert "Not planned yet" in plain(lead.get(PAGE).text)
    lead.post(EDIT, days(**PLAN))
    page = plain(world.browser("im1").get(PAGE).text)
    for text in ("14 Dec 2026", "Audit lead (Lead and Second)", "It is adjudicated by 25 January 2027"):
        assert text in page
    assert "Nothing was changed" in plain(lead.post(EDIT, days(**PLAN)).text)
    shorter = plain(lead.post(EDIT, days(**{**PLAN, "finalise_on": date(2027, 1, 8)})).text)
    assert "the plan holds only if areas answer sooner" in shorter
    sound(world)


@pytest.mark.parametrize(
    ("sent", "said"),
    [
        ({"grading_to": date(2026, 12, 25)}, "is a bank holiday (Christmas Day)"),
        ({"grading_to": date(2026, 12, 12)}, "is a Saturday"),
        ({"grading_to": date(2026, 12, 14), "lock_on": date(2026, 12, 15)}, "comes after ‘The list is locked’"),
    ],
)
def test_days_that_cannot_be_are_refused_and_stay_on_the_page(world: World, sent: dict[str, date], said: str) -> None:
    page = world.browser("lead").post(EDIT, days(**sent), status=422).text
    assert said in plain(page)
    assert f'value="{sent["grading_to"].day}"' in page
    bad = world.browser("lead").send(
        "GET", f"{EDIT}?way=sideways&grading=0&anchor-day=31&anchor-month=2&anchor-year=2027"
    )
    assert bad.status_code == 422
    assert "February 2027 has 28 days" in plain(bad.text)


@pytest.mark.parametrize("who", ["analyst", "im1", "head1", "ad"])
def test_only_the_lead_and_the_director_plan(world: World, who: str) -> None:
    browser = world.browser(who)
    browser.get(PAGE)
    browser.post(EDIT, days(**PLAN), status=403)
    world.browser("director").post(EDIT, days(**PLAN))


def test_the_calendar_has_what_is_late_first_then_weeks(world: World) -> None:
    late = {"finalise_on": date(2026, 11, 26), "publish_on": date(2026, 12, 9), "report_on": date(2026, 12, 7)}
    world.browser("lead").post(EDIT, days(**late))
    page = plain(world.browser("head1").get("/calendar").text)
    assert page.index("26 November 2026") < page.index("Week of 7 December 2026") < page.index("9 December 2026")
    assert page.count("Week of") == 1
    assert "Nothing is planned" in plain(world.browser("stranger").get("/calendar").text)


def address_of(browser: Browser) -> str:
    found = re.search(r'value="[^"]*(/calendar\.ics\?key=[^"]+)"', browser.post("/calendar/address").text)
    assert found
    return found[1]


def read(world: World, address: str) -> dict[str, Any]:
    answer = world.browser().send("GET", address)
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    calendar = vobject.readOne(answer.text)
    return {event.summary.value: event for event in getattr(calendar, "vevent_list", [])}


def test_a_calendar_reads_whole_days_and_learns_what_moves(world: World) -> None:
    lead = world.browser("lead")
    lead.post(EDIT, days(**PLAN))
    address = address_of(lead)
    event = read(world, address)[f"{REF}: Grading ends"]
    first, end = event.dtstart.value, event.dtend.value
    assert (first, end) == (date(2026, 12, 14), date(2026, 12, 14) + timedelta(days=1))
    uid, sequence = event.uid.value, int(event.sequence.value)
    assert sorted(key for key in event.contents) == [
        "dtend", "dtstamp", "dtstart", "sequence", "status", "summary", "transp", "uid",
    ]  # fmt: skip
    lead.post(EDIT, days(**{**PLAN, "grading_to": date(2026, 12, 15)}))
    moved = read(world, address)[f"{REF}: Grading ends"]
    assert (moved.uid.value, int(moved.sequence.value)) == (uid, sequence + 1)
    assert moved.dtstart.value == date(2026, 12, 15)
    lead.post(EDIT, days(finalise_on=PLAN["finalise_on"]))
    gone = read(world, address)[f"{REF}: Grading ends"]
    assert (gone.uid.value, int(gone.sequence.value), gone.status.value) == (uid, sequence + 2, "CANCELLED")


def test_an_address_ends_when_it_is_revoked_made_anew_or_its_person_leaves(world: World) -> None:
    lead, head = world.browser("lead"), world.browser("head1")
    lead.post(EDIT, days(**PLAN))
    first = address_of(lead)
    second = address_of(lead)
    assert world.browser().send("GET", first).status_code == 404
    assert f"{REF}: Grading ends" in read(world, second)
    lead.post("/calendar/address/revoke")
    for address in (second, "/calendar.ics", "/calendar.ics?key=", "/calendar.ics?key=nonsense"):
        assert world.browser().send("GET", address).status_code == 404
    theirs = address_of(head)
    assert f"{REF}: Grading ends" in read(world, theirs), "an area in fieldwork"
    assert read(world, address_of(world.browser("stranger"))) == {}
    from app.accounts.actions import disable  # noqa: PLC0415 - for this one
    from app.people.models import Person  # noqa: PLC0415 - as above

    with world.database.writing() as session:
        disable(session, session.get_one(Person, world.viewer("head1").id), by=None)
    assert world.browser().send("GET", theirs).status_code == 404
    sound(world)
