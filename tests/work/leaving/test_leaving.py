"""Somebody leaves: the last day, what is in hand, to whom it can go, and who follows."""

from datetime import date, timedelta
from types import SimpleNamespace
from typing import Any

from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actions import grant_role
from app.audit.bars.rules import Bars
from app.audit.models import AuditCase, Benchmark
from app.audit.staff.actions import Declared, declare_interest
from app.clock import clock, today
from app.keeping import record as check
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant
from app.work.leaving.handing import InHand, in_hand, takers
from tests.browser import plain
from tests.house.test_routes import real
from tests.moderation.seconds import difference
from tests.test_statements import MOST, counted
from tests.world import World

LAST = today() + timedelta(days=7)


def day_fields(day: date, name: str = "last_day") -> dict[str, str]:
    return {f"{name}-day": str(day.day), f"{name}-month": str(day.month), f"{name}-year": str(day.year)}


def key_of(world: World, name: str) -> int:
    return world.viewer(name).id


def grants(world: World, name: str) -> list[tuple[Role, str, date | None, date | None]]:
    with world.database.reading() as session:
        found = session.scalars(select(RoleGrant).where(RoleGrant.person_id == key_of(world, name)))
        return [(g.role, g.scope, g.from_day, g.until_day) for g in found]


def test_every_role_ends_with_the_last_day_and_the_lead_moves_the_cases(world: World) -> None:
    admin, path = world.browser("admin"), f"/admin/people/{key_of(world, 'im1')}/leave"
    page = plain(admin.get(path).text)
    assert "Cases not begun:" in page or "Cases begun:" in page
    assert "Can take" in page
    assert "Im2" in page
    assert "C-A1" not in page, "an administrator sees counts"
    assert "Enter their last day" in plain(admin.post(path, {}, status=422).text)
    past = admin.post(path, day_fields(today() - timedelta(days=1)), status=422)
    assert "must be today or later" in plain(past.text)
    admin.post(path, day_fields(LAST))
    assert [until for _, _, _, until in grants(world, "im1")] == [LAST]
    assert "Im1 leaves, and has" in plain(world.browser("lead").get("/").text)
    assert "/audits/T-2026/allocation/again" in world.browser("lead").get("/").text
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []
    admin.post(f"/admin/people/{key_of(world, 'im1')}/stay")
    assert [until for _, _, _, until in grants(world, "im1")] == [None]
    assert "Im1 leaves" not in plain(world.browser("lead").get("/").text)


def test_whoever_has_left_is_to_be_disabled(world: World) -> None:
    admin, key = world.browser("admin"), key_of(world, "reader")
    admin.post(f"/admin/people/{key}/leave", day_fields(today()))
    assert "disable them" not in plain(admin.get("/").text)
    clock.set(clock.now() + timedelta(days=1))
    try:
        admin = world.browser("admin")
        assert "Their last day was" in plain(admin.get("/").text)
        admin.post(f"/admin/people/{key}/disable")
        assert "Their last day was" not in plain(admin.get("/").text)
    finally:
        clock.set(None)


def test_somebody_follows_at_the_head_of_an_area_unless_they_grade_there(world: World) -> None:
    admin, path = world.browser("admin"), f"/admin/people/{key_of(world, 'head1')}/leave"
    assert "Who follows as head of service of A1" in admin.get(path).text
    grades = str(key_of(world, "im1"))
    refused = admin.post(path, {**day_fields(LAST), "follows_1": grades}, status=422)
    assert "still grades cases of A1" in plain(refused.text)
    admin.post(path, {**day_fields(LAST), "follows_1": str(key_of(world, "nobody"))})
    assert grants(world, "head1") == [(Role.HEAD_OF_SERVICE, "A1", None, LAST)]
    assert grants(world, "nobody") == [(Role.HEAD_OF_SERVICE, "A1", LAST + timedelta(days=1), None)]
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


def test_the_last_administrator_does_not_leave(world: World) -> None:
    with world.database.writing() as session:
        ad = session.get_one(Person, key_of(world, "ad"))
        grant_role(session, ad, Role.ADMINISTRATOR, Scope.NATION, "", by=None)
    other = world.browser("ad")
    admin, path = world.browser("admin"), f"/admin/people/{key_of(world, 'ad')}/leave"
    other.post(f"/admin/people/{key_of(world, 'ad')}/leave", day_fields(LAST), status=403)
    admin.post(path, day_fields(LAST))
    refused = other.post(f"/admin/people/{key_of(world, 'admin')}/leave", day_fields(LAST), status=422)
    assert "the only administrator who can sign in after that day" in plain(refused.text)


def test_what_is_in_hand_costs_little_and_names_nobody_who_is_barred(world: World) -> None:
    real(world)
    for name in ("im1", "im2", "lead", "second", "head1", "head2"):
        browser = world.browser("admin")
        with counted(world) as asked:
            browser.get(f"/admin/people/{key_of(world, name)}/leave")
        assert len(asked) <= MOST, name
    with world.database.reading() as session:
        for of in session.scalars(select(Benchmark)):
            lines = [
                x for x in in_hand(session, session.get_one(Person, of.benchmarker_id)) if x.kind == "Second grades"
            ]
            grader = session.get_one(Person, session.get_one(AuditCase, of.case_id).auditor_id or 0)
            assert all(line.count > 1 or grader.name not in line.takers for line in lines)


PEOPLE, AREAS, WHOSE = st.integers(1, 6), st.sampled_from("ABC"), st.sampled_from("PQR")
PAIRS = st.frozensets(st.tuples(PEOPLE, AREAS))
CASES: Any = st.lists(
    st.builds(SimpleNamespace, id=st.integers(1, 9), area=AREAS, practitioner_id=WHOSE, auditor_id=PEOPLE), max_size=8
)


@given(CASES, st.frozensets(PEOPLE), PAIRS, PAIRS, st.frozensets(st.tuples(PEOPLE, WHOSE)))
def test_no_rule_of_separation_is_broken(
    cases: Any,
    able: frozenset[int],
    areas: frozenset[tuple[int, str]],
    heads: frozenset[tuple[int, str]],
    parts: frozenset[tuple[int, str]],
) -> None:
    who, nobody = takers(cases, able, Bars(areas=areas, heads=heads, parts=parts))

    def may(person: int, case: Any) -> bool:
        theirs = {(person, case.area)}
        barred = theirs & (areas | heads) or (person, case.practitioner_id) in parts or person == case.auditor_id
        return person in able and not barred

    assert all(any(may(person, case) for case in cases) for person in who)
    assert nobody == sum(not any(may(person, case) for person in able) for case in cases)


def test_differences_that_they_may_resolve_are_in_hand_with_who_else_may(world: World) -> None:
    made = difference(world)
    with world.database.reading() as session:
        (of,) = lines_of(session, world, "lead")
        assert (of.audit, of.count, of.nobody) == ("T-2026", 1, 0)
        assert "Lead" not in of.takers
        assert "Second" in of.takers
        assert set(of.takers) <= {"Second", "Director"}
        case = session.get_one(Benchmark, made).case
        grader = session.get_one(Person, case.auditor_id or 0).name
        assert grader not in of.takers, "who graded it does not resolve it"
        assert not lines_of(session, world, "im1"), "nobody but leads and directors has it in hand"
    page = plain(world.browser("admin").get(f"/admin/people/{key_of(world, 'lead')}/leave").text)
    assert "Differences between two grades to resolve: 1" in page
    with world.database.writing() as session:
        case = session.get_one(Benchmark, made).case
        lead = key_of(world, "lead")
        declare_interest(session, lead, Declared("Led it.", area=case.area), by=lead)
    with world.database.reading() as session:
        assert not lines_of(session, world, "lead"), "an interest keeps them from it"
        assert lines_of(session, world, "second")[0].takers == ["Director"]


def lines_of(session: Session, world: World, name: str) -> list[InHand]:
    found = in_hand(session, session.get_one(Person, key_of(world, name)))
    return [line for line in found if line.kind.startswith("Differences")]
