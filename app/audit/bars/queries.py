"""Everybody as the guards know them: what they hold, and on which cases they must not act."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sqlalchemy import Date, Integer, String, bindparam, case, cast, literal, null, or_, select, true, union_all
from sqlalchemy.orm import Session

from app.asking import asked_once
from app.asking.statements import Statement
from app.audit.bars.models import Waiver
from app.audit.bars.rules import Bars
from app.audit.models import Interest
from app.clock import today
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant, ServiceArea
from app.people.queries import held_on, passed_to
from app.people.rules import NATIONWIDE, Grant, Viewer, stood_in_for

_people: Any = Person.__table__
_grants: Any = RoleGrant.__table__
_areas: Any = ServiceArea.__table__
_interests: Any = Interest.__table__
_waivers: Any = Waiver.__table__
_TODAY = bindparam("today", type_=Date)
_NO_TEXT, _NO_NUMBER = cast(null(), String), cast(null(), Integer)
# What a row says, of whom, in up to three words and a number. Built once: every save of the tool asks for one person's.
_SIGNS_IN = case((_people.c.disabled_at.is_(None), 1), else_=0)
_PEOPLE = select(literal("person"), _people.c.id, _people.c.name, _people.c.email, _people.c.job_title, _SIGNS_IN)
_GRANTS = select(
    literal("grant"), _grants.c.person_id, _grants.c.role, _grants.c.scope_kind, _grants.c.scope, _NO_NUMBER
)
# Of an area that has closed, whoever heads its successor.
_PASSED = select(
    literal("grant"), _grants.c.person_id, _grants.c.role, _grants.c.scope_kind, _areas.c.code, _NO_NUMBER
).join(_areas, passed_to(_grants, _areas, _TODAY))
# With whether it is held today: one that has not begun, or is over, opens nothing.
_HELD = case((held_on(_grants, _TODAY), 1), else_=0)
_DATED, _PASSED_DATED = (q.with_only_columns(*list(q.selected_columns)[:-1], _HELD) for q in (_GRANTS, _PASSED))
_NOT_YET = case((_areas.c.opened_on > _TODAY, "not yet"), (_areas.c.closed_on <= _TODAY, "closed"), else_="")
_AREAS = select(literal("area"), _NO_NUMBER, _areas.c.code, _areas.c.successor, _NOT_YET, _areas.c.position)
_REGIONS = select(literal("region"), _NO_NUMBER, _areas.c.code, _areas.c.region, _NO_TEXT, _NO_NUMBER).where(
    _areas.c.region.is_not(None)
)
_INTERESTS = select(
    literal("interest"), _interests.c.person_id, _interests.c.area, _interests.c.practitioner_id, _NO_TEXT, _NO_NUMBER
).where(_interests.c.ended_at.is_(None))
# Those that bar: of the area that somebody heads, and of the cases that are their own. Whatever its days: whoever
# stands in for a head next month does not grade there today.
_BARRING = _GRANTS.where(or_(_grants.c.scope_kind == Scope.AREA, _grants.c.scope_kind == Scope.PRACTITIONER))
_WAIVED = select(literal("waived"), _waivers.c.person_id, _NO_TEXT, _NO_TEXT, _NO_TEXT, _waivers.c.case_id).where(
    true()
)
# Who is, or will be, at the head of an area or of an audit, and until when.
_LAST = select(
    literal("last"), _grants.c.person_id, _grants.c.role, _grants.c.scope, cast(_grants.c.until_day, String), _NO_NUMBER
).where(
    or_(_grants.c.role == Role.HEAD_OF_SERVICE, _grants.c.role == Role.LEAD),
    or_(_grants.c.until_day.is_(None), _grants.c.until_day >= _TODAY),
)
# Who leaves, and when; who was disabled since has left.
_LEAVING = select(
    literal("leaves"), _people.c.id, cast(_people.c.leaves_on, String), _NO_TEXT, _NO_TEXT, _NO_NUMBER
).where(_people.c.leaves_on.is_not(None), _people.c.disabled_at.is_(None))
_EVERYBODY = Statement(
    union_all(_PEOPLE, _DATED, _PASSED_DATED, _AREAS, _REGIONS, _INTERESTS, _WAIVED, _LAST, _LEAVING)
)
_ONE = Statement(
    union_all(
        *(
            query.where(table.c.person_id == bindparam("person"))
            for query, table in (
                (_INTERESTS, _interests),
                (_BARRING, _grants),
                (_PASSED, _grants),
                (_WAIVED, _waivers),
            )
        )
    )
)


@dataclass(frozen=True, slots=True)
class Everybody:
    """Who can sign in, by name, with what they hold; the areas, and those without a head, in their usual order.

    The bars also hold for those who cannot sign in, and they have names.
    """

    people: Sequence[Viewer]
    headless: Sequence[str]
    bars: Bars
    names: Mapping[int, str]
    areas: Sequence[str]
    regions: Mapping[str, str]
    # Until when an area has a head, and an audit or the nation a lead; None where that has no end.
    last_days: Mapping[tuple[Role, str], date | None]
    # Whose last day an administrator has said, and can still sign in.
    leaving: Mapping[int, date]

    def with_role(self, role: Role, audit_ref: str) -> list[Viewer]:
        """Return who holds a role on an audit."""
        return [p for p in self.people if any(_reaches(g, role, audit_ref) for g in p.grants)]

    def heads_of(self, area: str) -> list[Viewer]:
        """Return the heads of a service area."""
        return [p for p in self.people if Grant(Role.HEAD_OF_SERVICE, Scope.AREA, area) in p.grants]

    def standing_in(self, area: str) -> list[Viewer]:
        """Return the assistant directors who stand in for an area that has no head, or would where it had none."""
        every = [g for p in self.people for g in p.grants if g.role is Role.ASSISTANT_DIRECTOR]
        region = {area: self.regions.get(area, "")}
        return [p for p in self.people if stood_in_for(p.grants, region, every)]


def _reaches(grant: Grant, role: Role, audit_ref: str) -> bool:
    return grant.role is role and (grant.kind in NATIONWIDE or (grant.kind is Scope.AUDIT and grant.scope == audit_ref))


@asked_once
def everybody(session: Session) -> Everybody:
    """Return everybody, in one statement: what is decided about one case may have to look at all."""
    rows = _EVERYBODY.rows(session, today=today())
    grants: dict[int, set[Grant]] = {}
    for _, person, role, kind, scope, _ in (row for row in rows if row[0] == "grant" and row[5]):
        grants.setdefault(person, set()).add(_grant(role, kind, scope))
    named = sorted((row for row in rows if row[0] == "person" and row[5]), key=lambda row: (row[2], row[1]))
    known = sorted((row for row in rows if row[0] == "area"), key=lambda row: row[5])
    areas = [row[2] for row in known if not row[4]]
    in_hand = [row[2] for row in known if not row[4] or (row[4] == "closed" and row[3])]
    headed = {g.scope for row in named for g in grants.get(row[1], ()) if g.role is Role.HEAD_OF_SERVICE}
    headless = [code for code in in_hand if code not in headed]
    regions = {row[2]: row[3] for row in rows if row[0] == "region"}
    people = _people_of(named, grants, {code: regions.get(code, "") for code in headless})
    names = {row[1]: row[2] for row in rows if row[0] == "person"}
    last_days = _last_days(rows, {row[1] for row in named})
    leaving = {row[1]: date.fromisoformat(row[2]) for row in rows if row[0] == "leaves"}
    return Everybody(people, headless, _bars(rows), names, areas, regions, last_days, leaving)


def _people_of(named: Sequence[Any], grants: Mapping[int, set[Grant]], headless: Mapping[str, str]) -> list[Viewer]:
    every = [g for row in named for g in grants.get(row[1], ()) if g.role is Role.ASSISTANT_DIRECTOR]
    people = []
    for _, person, name, email, job_title, _ in named:
        held = frozenset(grants.get(person, ()))
        people.append(Viewer(person, name, email, job_title, held, stood_in_for(held, headless, every)))
    return people


def _last_days(rows: Iterable[Any], people: Collection[int]) -> dict[tuple[Role, str], date | None]:
    ends: dict[tuple[Role, str], set[str]] = {}
    for kind, person, role, scope, until, _ in rows:
        if kind == "last" and person in people:
            ends.setdefault((Role(role), scope), set()).add(until or "")
    return {key: None if "" in days else date.fromisoformat(max(days)) for key, days in ends.items()}


@lru_cache(4096)
def _grant(role: str, kind: str, scope: str) -> Grant:
    return Grant(Role(role), Scope(kind), scope)


def bars(session: Session) -> Bars:
    """Return everybody's bars: the areas that they head, their own cases, and what they declared an interest in."""
    return everybody(session).bars


def bars_of_person(session: Session, person: int) -> Bars:
    """Return one person's."""
    return _bars(_ONE.rows(session, person=person, today=today()))


def _bars(rows: Iterable[Any]) -> Bars:
    areas, practitioners, heads, waived, parts = set(), set(), set(), set(), set()
    for kind, person, first, second, third, number in rows:
        if kind == "grant" and first == Role.HEAD_OF_SERVICE and second == Scope.AREA:
            heads.add((person, third))
        elif kind == "grant" and first == Role.PRACTITIONER:
            parts.add((person, third))
        elif kind == "waived":
            waived.add((person, number))
        elif kind == "interest" and first is not None:
            areas.add((person, first))
        elif kind == "interest":
            practitioners.add((person, second))
    of_areas = (frozenset(areas), frozenset(practitioners), frozenset(heads))
    return Bars(*of_areas, frozenset(parts), frozenset(waived))
