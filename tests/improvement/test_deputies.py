"""Roles for some days, and a deputy who acts for a head of service while they are away."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.accounts.actions import end_role, grant_role
from app.accounts.deputies.rules import LONGEST, faults
from app.audit.bars.queries import bars_of_person, everybody
from app.clock import clock, today
from app.events import Event
from app.keeping.record import wrong
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant
from app.people.queries import headless
from app.people.rules import Days
from tests.browser import plain
from tests.improvement.conftest import MANAGER, supervised
from tests.moderation.stories import date_fields
from tests.world import World, cases, grade

DAYS = st.dates(date(2026, 1, 1), date(2027, 12, 31))
PAGE = "/areas/A1/deputies"


@pytest.fixture(autouse=True)
def _clock() -> Iterator[None]:
    yield
    clock.set(None)


@pytest.fixture
def returned(world: World) -> int:
    """Return a case of A1 that went back to its head of service, who has a service manager."""
    supervised(world, cases(world, "A1")[-1])
    key = cases(world, "A1")[0]
    grade(world, key, "not_met")
    return key


def until(days: int, name: str = "until_day") -> dict[str, str]:
    day = today() + timedelta(days=days)
    return date_fields(name, day.day, day.month, day.year)


def grants_of(world: World, address: str) -> list[RoleGrant]:
    with world.database.reading() as session:
        mine = RoleGrant.person_id == Person.id
        query = select(RoleGrant).join(Person, mine).where(Person.email == address, RoleGrant.deputy_for.is_not(None))
        return list(session.scalars(query))


def number_of(world: World, address: str) -> int:
    with world.database.reading() as session:
        return session.scalars(select(Person.id).where(Person.email == address)).one()


@given(st.none() | DAYS, st.none() | DAYS, DAYS)
def test_a_role_is_held_from_its_first_day_to_its_last(first: date | None, last: date | None, on: date) -> None:
    days = Days(first, last)
    assert days.hold(on) is ((first is None or first <= on) and (last is None or on <= last))
    assert not (days.over(on) and days.hold(on))
    if not days.faults(on):
        assert not days.over(on)
        # A deputy's days are also bounded.
        if last and not faults(days, on):
            assert last - max(first or on, on) <= LONGEST


def test_a_role_begins_and_ends_by_itself_at_midnight_in_london(world: World) -> None:
    clock.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    admin, key = world.browser("admin"), world.viewer("nobody").id
    form = {"role": "analyst", "scope_kind": "audit", "audit": "T-2026"}
    days = date_fields("from_day", 3, 6, 2026) | date_fields("until_day", 4, 6, 2026)
    page = admin.post(f"/admin/people/{key}/roles", form | days)
    assert "analyst from 3 June 2026 until 4 June 2026" in plain(page.text)
    assert "It has not begun" in plain(admin.get(f"/admin/people/{key}").text)
    admin.post(f"/admin/people/{key}/roles", form, status=409)
    # 4 June in London ends at 23:00 UTC.
    moments = ((2, 22, 59, 404), (2, 23, 0, 200), (4, 22, 59, 200), (4, 23, 0, 404))
    for day, hour, minute, status in moments:
        clock.set(datetime(2026, 6, day, hour, minute, tzinfo=UTC))
        world.browser("nobody").get("/audits/T-2026", status=status)
    assert "It is over" in plain(world.browser("admin").get(f"/admin/people/{key}").text)
    # What is over makes way for the same again.
    world.browser("admin").post(f"/admin/people/{key}/roles", form)
    world.browser("nobody").get("/audits/T-2026")
    with world.database.reading() as session:
        assert list(wrong(session)) == []


@pytest.mark.parametrize(
    ("days", "said"),
    [
        (date_fields("until_day", 31, 5, 2026), "must be today or later"),
        (date_fields("from_day", 3, 6, 2026) | date_fields("until_day", 2, 6, 2026), "on or after the first day"),
        (date_fields("from_day", 3, 6, 2036), "within five years"),
    ],
)
def test_days_in_no_order_are_refused_at_their_field(world: World, days: dict[str, str], said: str) -> None:
    clock.set(datetime(2026, 6, 1, 12, tzinfo=UTC))
    admin, key = world.browser("admin"), world.viewer("nobody").id
    form = {"role": "lead", "scope_kind": "audit", "audit": "T-2026", **days}
    assert said in plain(admin.post(f"/admin/people/{key}/roles", form, status=422).text)


def test_a_deputy_acts_for_the_head_and_the_record_says_so(world: World, returned: int) -> None:
    head, manager = world.browser("head1"), world.browser(MANAGER.split("@", maxsplit=1)[0])
    manager.get(f"/cases/{returned}/review", status=404)
    who = str(number_of(world, MANAGER))
    head.post(PAGE, {"person": who} | until(200), status=422)
    head.post(PAGE, {"person": str(world.viewer("reader").id)} | until(5), status=422)
    head.post(PAGE, {"person": who} | until(-1), status=422)
    assert "acts for you until" in plain(head.post(PAGE, {"person": who} | until(5)).text)
    assert "Record the immediate review" in plain(manager.get("/").text)
    review = {
        "children_safe": "yes",
        "note": "Both children were seen today.",
        "further_action": "none",
        "answer": "later",
    }
    manager.post(f"/cases/{returned}/review", review)
    told = plain(head.get(f"/cases/{returned}").text)
    assert "deputy for" in told
    # A deputy names no other, and ends nobody's role.
    refused = manager.post(PAGE, {"person": str(world.viewer("ad").id)} | until(3), status=403)
    assert "You are the deputy" in plain(refused.text)
    grant = grants_of(world, MANAGER)[0]
    manager.post(f"{PAGE}/{grant.id}/end", status=403)
    world.browser("head2").post(f"{PAGE}/{grant.id}/end", status=404)
    head.post(f"{PAGE}/{grant.id}/end")
    manager.get(f"/cases/{returned}/review", status=404)
    with world.database.reading() as session:
        details = [e.details for e in session.scalars(select(Event).where(Event.case_id == returned))]
        assert [d["deputy_for"] for d in details if "deputy_for" in d] == [world.viewer("head1").id]
        assert list(wrong(session)) == []


def test_the_assistant_director_is_asked_and_answers(world: World, returned: int) -> None:
    head, director = world.browser("head1"), world.browser("ad")
    who = str(world.viewer("ad").id)
    for answer in ("decline", "agree"):
        assert "is asked" in plain(head.post(PAGE, {"person": who} | until(5)).text)
        head.post(PAGE, {"person": who} | until(6), status=409)
        page = director.get("/").text
        link = page.split('href="/deputies/')[1].split('"')[0]
        head.get(f"/deputies/{link}", status=404)
        world.browser("admin").get(f"/admin/proposals/{link}", status=404)
        assert "asks you to act for them until" in plain(director.get(f"/deputies/{link}").text)
        director.post(f"/deputies/{link}/decline", {"reason": ""}, status=422)
        director.get(f"/cases/{returned}/review", status=404)
        director.post(f"/deputies/{link}/{answer}", {"reason": "I am away too."})
        director.post(f"/deputies/{link}/{answer}", {"reason": "Again."}, status=409)
    assert "I am away too." in plain(head.get(PAGE).text)
    director.get(f"/cases/{returned}/review")
    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_whoever_stands_in_for_a_head_grades_none_of_the_area(world: World) -> None:
    """A bar holds from the day on which the role is given: who acts for the head next month does not grade today."""
    admin, key = world.browser("admin"), world.viewer("im1").id
    admin.post(
        f"/admin/people/{key}/roles",
        {"role": "head_of_service", "scope_kind": "area", "area": "A1"} | until(20, "from_day") | until(30),
    )
    with world.database.reading() as session:
        assert (key, "A1") in bars_of_person(session, key).heads
        assert (key, "A1") in everybody(session).bars.heads
        assert [p.email for p in everybody(session).heads_of("A1")] == ["head1@example.test"]


def test_who_follows_is_asked_before_nobody_is_left(world: World) -> None:
    clock.set(datetime(2026, 11, 2, 12, tzinfo=UTC))
    admin = world.browser("admin")

    def bounded(name: str, form: dict[str, str], last: int) -> None:
        key = world.viewer(name).id
        held = admin.get(f"/admin/people/{key}").text.split(f"/admin/people/{key}/roles/")[1].split("/end")[0]
        admin.post(f"/admin/people/{key}/roles/{held}/end")
        admin.post(f"/admin/people/{key}/roles", form | date_fields("until_day", last, 11, 2026))

    def bounded_lead(name: str, last: int) -> None:
        # On a page it would take a second person.
        with world.database.writing() as session:
            person = session.get_one(Person, world.viewer(name).id)
            end_role(session, person, person.grants[0].id, by=None)
            days = Days(None, date(2026, 11, last))
            grant_role(session, person, Role.LEAD, Scope.AUDIT, "T-2026", by=None, days=days)

    bounded("head1", {"role": "head_of_service", "scope_kind": "area", "area": "A1"}, 16)
    assert "Head of service of A1" in admin.get("/").text
    assert "have an administrator name who follows" in plain(world.browser("lead").get("/").text)
    bounded_lead("lead", 16)
    assert "Audit lead of T-2026" not in world.browser("second").get("/").text, "the second lead has no last day"
    bounded_lead("second", 9)
    assert "The role ends on 16 November 2026" in plain(world.browser("second").get("/").text)
    clock.set(datetime(2026, 11, 17, 12, tzinfo=UTC))
    with world.database.reading() as session:
        assert headless(session) == [code for code in everybody(session).headless]
        assert "A1" in headless(session)
