"""What happens to areas and regions; each act with its event."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from sqlalchemy.orm import Session

from app.accounts import queries as people
from app.accounts.actions import end_role, grant_role
from app.accounts.log import area_row, person_rows
from app.audit.actions import subject_of_case
from app.audit.areas import queries
from app.audit.areas.log import change_row, region_row
from app.audit.areas.reading import Listed
from app.audit.areas.rules import Wanted, code_fault, ending, faults
from app.audit.staff.actions import Declared, declare_interest
from app.audit.staff.queries import is_declared
from app.clock import clock, today
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.labels import plural
from app.people.enums import Role, Scope
from app.people.models import AreaChange, Region, RoleGrant, ServiceArea
from app.people.rules import Days, area_key


@dataclass(frozen=True, slots=True)
class NewArea:
    """An area that there is not yet: without a name it is called by its code."""

    code: str
    name: str = ""
    region: str = ""
    opened: date | None = None


@dataclass(frozen=True, slots=True)
class Following:
    """What follows a change: of each new area name and head, by code, and whether interests are carried over."""

    names: Mapping[str, str] = field(default_factory=dict)
    heads: Mapping[str, int] = field(default_factory=dict)
    interests: bool = True


def add_region(session: Session, code: str, name: str, *, by: int | None) -> Region:
    """Add a region, the last of all; raises Conflict where there is one of that code."""
    known = queries.regions(session)
    if any(of.code.casefold() == code.casefold() for of in known):
        raise Conflict(f"There is a region {code} already. Enter another code.")
    made = Region(code=code, name=name, position=1 + max((of.position for of in known), default=0))
    session.add(made)
    session.flush()
    record(session, "region_added", by=by, subject=Subject("region", code), rows=[region_row(made)])
    return made


def rename_region(session: Session, of: Region, name: str, *, by: int | None) -> None:
    """Give a region another name."""
    before, of.name = of.name, name
    session.flush()
    subject = Subject("region", of.code)
    record(
        session, "region_renamed", by=by, subject=subject, details={"from": before, "to": name}, rows=[region_row(of)]
    )


def add_areas(
    session: Session, wanted: Sequence[NewArea], *, by: int | None, as_they_stand: bool = False
) -> Sequence[ServiceArea]:
    """Add service areas; all areas keep their usual order.

    Raises Conflict where some area has or had a code, NotFound for a region that there is not. In a list that was
    brought in, areas are called as they stand there: two codes may differ in nothing but capitals.
    """
    known = list(queries.areas(session))
    taken = () if as_they_stand else [of.code for of in known]
    made = [_new(session, of, taken) for of in sorted(wanted, key=lambda of: area_key(of.code))]
    session.add_all(made)
    session.flush()
    # Each new area is an event with its row; those that make room for it go with the first.
    others = [area_row(of) for of in _in_order(session, [*known, *made]) if of in known]
    for of in made:
        record(session, "area_added", by=by, subject=Subject("area", of.code), rows=[area_row(of), *others])
        others = []
    return made


def _new(session: Session, wanted: NewArea, taken: Collection[str]) -> ServiceArea:
    fault = code_fault(wanted.code, taken)
    if fault:
        raise Conflict(f"{fault}.")
    if wanted.region:
        queries.region(session, wanted.region)
    return ServiceArea(
        code=wanted.code,
        name=wanted.name or wanted.code,
        position=0,
        region=wanted.region or None,
        opened_on=wanted.opened,
    )


def _in_order(session: Session, areas: Sequence[ServiceArea]) -> list[ServiceArea]:
    """Give every area its place; return those whose place is another than it was."""
    moved = []
    for position, of in enumerate(sorted(areas, key=lambda a: area_key(a.code)), 1):
        if of.position != position:
            of.position = position
            moved.append(of)
    session.flush()
    return moved


def change_area(session: Session, of: ServiceArea, name: str, region: str, *, by: int | None) -> bool:
    """Give an area another name, or move it to another region; say whether anything changed."""
    if region:
        queries.region(session, region)
    before = {"name": of.name, "region": of.region or ""}
    after = {"name": name, "region": region}
    if before == after:
        return False
    of.name, of.region = name, region or None
    session.flush()
    details = {key: [before[key], after[key]] for key in before if before[key] != after[key]}
    record(session, "area_changed", by=by, subject=Subject("area", of.code), details=details, rows=[area_row(of)])
    return True


def change_areas(session: Session, wanted: Wanted, reason: str, then: Following, *, by: int | None) -> AreaChange:
    """Close, split or merge areas from a day on; raises Conflict where that cannot be.

    Past audits keep their areas. Cases that are open keep theirs too, and pass to the head of the successor.
    """
    around = queries.around(session, wanted.old)
    fault = next(iter(faults(wanted, around).values()), "")
    if fault:
        raise Conflict(f"{fault}.")
    regions = {around.areas[code].region or "" for code in wanted.old}
    region = regions.pop() if len(regions) == 1 else ""
    new = [code for code in wanted.new if code not in around.areas]
    add_areas(session, [NewArea(code, then.names.get(code, ""), region, wanted.day) for code in new], by=by)
    made = AreaChange(
        day=wanted.day, old=list(wanted.old), new=list(wanted.new), reason=reason, by_id=by, at=clock.now()
    )
    session.add(made)
    closed = _closed(session, wanted)
    session.flush()
    details = {"old": list(wanted.old), "new": list(wanted.new), "day": str(wanted.day), "reason": reason}
    rows = [change_row(made), *map(area_row, closed)]
    record(session, "areas_changed", by=by, subject=Subject("area", wanted.old[0]), details=details, rows=rows)
    _pass_cases(session, wanted, by)
    _pass_heads(session, wanted, then.heads, by)
    if then.interests:
        _carry_interests(session, wanted, by)
    return made


def _closed(session: Session, wanted: Wanted) -> list[ServiceArea]:
    """Close the areas that end, and let what had passed to them pass to their successor."""
    closed = []
    for code in ending(wanted):
        of = lock(session, ServiceArea, code)
        of.closed_on, of.successor = wanted.day, wanted.successor or None
        closed.append(of)
    for of in queries.areas(session):
        if of.successor in ending(wanted) and of not in closed:
            of.successor = wanted.successor or None
            closed.append(of)
    return closed


def _pass_cases(session: Session, wanted: Wanted, by: int | None) -> None:
    for case in queries.open_cases(session, ending(wanted)):
        details = {"from": case.area, "to": wanted.successor, "day": str(wanted.day)}
        record(session, "case_passed", by=by, subject=subject_of_case(case), details=details)


def _heads(session: Session, codes: Collection[str]) -> Sequence[RoleGrant]:
    found = [grant for person in people.people(session) for grant in person.grants]
    heads = [g for g in found if g.role is Role.HEAD_OF_SERVICE and g.scope_kind is Scope.AREA]
    return [g for g in heads if g.scope in codes and not g.days.over(today())]


def _pass_heads(session: Session, wanted: Wanted, heads: Mapping[str, int], by: int | None) -> None:
    """End the headships of the areas that end, with their last day, and begin those of the new ones."""
    for grant in _heads(session, ending(wanted)):
        last = wanted.day - timedelta(days=1)
        if last < today() or not grant.days.begun(last):
            end_role(session, people.person(session, grant.person_id), grant.id, by=by)
        elif grant.until_day is None or grant.until_day > last:
            grant.until_day = last
            session.flush()
            person = people.person(session, grant.person_id)
            details = {"role": grant.role, "scope": grant.scope, "until": str(last)}
            subject = Subject("person", person.id)
            record(session, "role_bounded", by=by, subject=subject, details=details, rows=person_rows(person))
    for code, person_id in heads.items():
        days = Days(wanted.day) if wanted.day > today() else Days()
        person = people.person(session, person_id)
        grant_role(session, person, Role.HEAD_OF_SERVICE, Scope.AREA, code, by=by, days=days)


def _carry_interests(session: Session, wanted: Wanted, by: int | None) -> None:
    """Let what was declared of an area that ends hold of what comes of it, where it is not declared of that already."""
    for of in queries.interests(session, ending(wanted)):
        for code in wanted.new:
            if not is_declared(session, of.person_id, code):
                declare_interest(session, of.person_id, Declared(of.reason, area=code), by=by or of.declared_by)


def heads_of(session: Session, codes: Collection[str]) -> dict[int, str]:
    """Return who heads some areas, by number: they can be asked to head what comes of them."""
    return {g.person_id: g.person.name for g in _heads(session, codes)}


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a list of areas: how many were added, changed, or are as they were, and how many regions came."""

    added: int
    changed: int
    same: int
    regions: int

    @property
    def words(self) -> str:
        """Return it as a sentence."""
        said = [plural(self.added, "area") + " added"]
        said += [f"{self.changed:,} changed"] if self.changed else []
        said += [f"{self.same:,} as before"] if self.same else []
        regions = f" {plural(self.regions, 'region is', 'regions are')} new." if self.regions else ""
        return f"{', '.join(said)}.{regions}"


def take_list(session: Session, areas: Sequence[Listed], *, by: int | None) -> Taken:
    """Add or change the areas of a list, and add the regions that it names first; what it leaves empty stays."""
    new = _new_regions(session, areas, by)
    there = {of.code: of for of in queries.areas(session)}
    known = [(there[one.code], one) for one in areas if one.code in there]
    changed = sum(change_area(session, of, o.name or of.name, o.region or of.region or "", by=by) for of, o in known)
    wanted = [NewArea(one.code, one.name, one.region) for one in areas if one.code not in there]
    if wanted:
        add_areas(session, wanted, by=by)
    return Taken(len(wanted), changed, len(known) - changed, new)


def _new_regions(session: Session, areas: Sequence[Listed], by: int | None) -> int:
    known = {of.code for of in queries.regions(session)}
    names = {one.region: one.region_name for one in areas if one.region and one.region_name}
    new = [code for code in dict.fromkeys(one.region for one in areas) if code and code not in known]
    for code in new:
        add_region(session, code, names.get(code, code), by=by)
    return len(new)
