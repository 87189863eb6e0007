"""An administrator names areas and regions, closes, splits and merges them; what is open passes to the next head."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select

from app.audit.bars.queries import bars_of_person, everybody
from app.audit.models import AuditCase, Interest
from app.clock import clock
from app.events import Event
from app.keeping.record import wrong
from app.people.models import AreaChange, ServiceArea
from app.people.queries import headless
from tests.browser import plain
from tests.moderation.stories import date_fields
from tests.world import World, cases, grade

CHANGE = "/admin/areas/A1/change"
DAY = date_fields("day", 1, 4, 2027)


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set(None)


def whole(world: World) -> None:
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_regions_and_areas_are_named_and_moved(world: World) -> None:
    admin = world.browser("admin")
    for path in ("/admin/areas", "/admin/areas/A1", CHANGE, "/admin/areas/new"):
        world.browser("lead").get(path, status=404)
    admin.post("/admin/regions", {"code": "S", "name": "The South"})
    admin.post("/admin/regions", {"code": "s", "name": "Again"}, status=422)
    admin.post("/admin/areas/new", {"code": "A3", "name": "Kent", "region": "S"})
    assert "is or was an area already" in plain(admin.post("/admin/areas/new", {"code": "a3"}, status=422).text)
    admin.post("/admin/areas/A1", {"name": "Sussex", "region": "S"})
    admin.post("/admin/areas/A1", {"name": "Sussex", "region": "N"}, status=422)
    admin.post("/admin/areas/A1", {"name": ""}, status=422)
    admin.post("/admin/regions/S", {"name": "South"})
    page = plain(admin.get("/admin/areas").text)
    assert "Sussex" in page
    assert "No head" in page, "nobody heads A3 yet"
    assert page.index("South") < page.index("Sussex") < page.index("In no region")
    admin.get("/admin/areas/A7", status=404)
    whole(world)


def test_a_merge_passes_what_is_open_to_the_new_head_on_its_day(world: World) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    admin, key = world.browser("admin"), cases(world, "A1")[0]
    grade(world, key, "not_met")
    merged = {"how": "merge", "others": ["A2"], "into": "A1N, The new one", "reason": "One service.", **DAY}
    assert 'name="others" type="checkbox" value="A2"' in admin.get(CHANGE).text
    admin.post(CHANGE, {**merged, "into": ""}, status=422)
    shown = plain(admin.post(CHANGE, merged).text)
    assert "A1 and A2 end at the end of the day before 1 April 2027" in shown
    assert "pass to the head of service of A1N" in shown
    with world.database.reading() as session:
        assert session.scalars(select(AreaChange)).all() == [], "nothing is changed before it is confirmed"
    head2 = world.viewer("head2").id
    admin.post(f"{CHANGE}/made", {**merged, "head-A1N": str(head2), "interests": "yes"})
    admin.post(f"{CHANGE}/made", {**merged, "head-A1N": str(head2)}, status=422)
    for day, sees in ((31, {"head1": 200, "head2": 404}), (1, {"head1": 404, "head2": 200})):
        clock.set(datetime(2027, 3 if day == 31 else 4, day, 12, tzinfo=UTC))
        for name, status in sees.items():
            world.browser(name).get(f"/cases/{key}/review", status=status)
    with world.database.reading() as session:
        passed = session.scalars(select(Event.case_id).where(Event.name == "case_passed")).all()
        here = everybody(session)
        assert key in passed
        assert here.areas == ["A1N", "A9"]
        assert here.headless == headless(session)
        assert {"A1", "A2", "A1N"}.isdisjoint(here.headless)
        assert (head2, "A1") in bars_of_person(session, head2).heads
        assert (head2, "A1") in here.bars.heads
        assert {session.get_one(AuditCase, k).area for k in passed} == {"A1", "A2"}, "a case keeps its area"
    assert "acts for this case of A1" in plain(world.browser("head2").get(f"/cases/{key}").text)
    whole(world)


def test_an_area_that_closes_needs_a_successor_while_something_is_open(world: World) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    admin = world.browser("admin")
    closing = {"how": "close", "reason": "It is no more.", **date_fields("day", 1, 12, 2026)}
    assert "still open there" in plain(admin.post(CHANGE, closing, status=422).text)
    admin.post(CHANGE, {**closing, "successor": "A2"})
    admin.post(f"{CHANGE}/made", {**closing, "successor": "A2"})
    key = cases(world, "A1")[0]
    grade(world, key, "not_met")
    world.browser("head2").get(f"/cases/{key}/review")
    world.browser("head1").get(f"/cases/{key}/review", status=404)
    page = plain(admin.get("/admin/areas").text)
    assert "What was open passed to A2" in page
    # What had passed to an area passes on with it.
    second = {"how": "merge", "into": "A5", "reason": "Another code.", **date_fields("day", 1, 12, 2026)}
    admin.post("/admin/areas/A2/change/made", {**second, "head-A5": str(world.viewer("head2").id)})
    with world.database.reading() as session:
        assert session.get_one(ServiceArea, "A1").successor == "A5"
    world.browser("head2").get(f"/cases/{key}/review")
    whole(world)


def test_an_interest_in_two_areas_that_merge_is_one_interest(world: World) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    im1 = world.viewer("im1").id
    for area in ("A1", "A2"):
        world.browser("im1").post("/interests", {"interest_area": area, "interest_reason": "I worked there."})
    merged = {"how": "merge", "others": ["A2"], "into": "A1N", "reason": "One service.", **DAY}
    world.browser("admin").post(f"{CHANGE}/made", {**merged, "interests": "yes"})
    with world.database.reading() as session:
        kept = list(session.scalars(select(Interest.area).where(Interest.person_id == im1)))
    assert sorted(map(str, kept)) == ["A1", "A1N", "A2"]
    whole(world)


def test_a_declared_interest_holds_of_what_comes_of_an_area(world: World) -> None:
    clock.set(datetime(2026, 12, 1, 12, tzinfo=UTC))
    im1 = world.viewer("im1").id
    world.browser("im1").post("/interests", {"interest_area": "A1", "interest_reason": "I worked there."})
    split = {"how": "split", "parts": "A1P, Public\nA1V, Private", "successor": "A1P", "reason": "Too large.", **DAY}
    admin = world.browser("admin")
    assert "1 declared interest" in plain(admin.post(CHANGE, split).text)
    admin.post(f"{CHANGE}/made", {**split, "interests": "yes"})
    with world.database.reading() as session:
        kept = set(session.scalars(select(Interest.area).where(Interest.person_id == im1)))
        assert {"A1", "A1P", "A1V"} <= kept
        assert session.get_one(ServiceArea, "A1V").opened_on == date(2027, 4, 1)
        assert "A1P" not in headless(session), "what has not opened needs nobody yet"
    clock.set(datetime(2027, 4, 1, 12, tzinfo=UTC))
    with world.database.reading() as session:
        assert {"A1", "A1P", "A1V"} <= set(headless(session)), "nobody was named for what came of it"
        assert everybody(session).headless == headless(session)
    whole(world)
