"""Routes of the page that says who may do what."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from inspect import cleandoc
from typing import ClassVar

from starlette.responses import Response

from app.installation.doors.rules import Entry, entry
from app.people.enums import Role
from app.people.rules import Viewer
from app.tables.writing import csv_text
from app.web.pages import Page
from app.web.routing import Route, Router, Visit, administrator

router = Router()
HERE = "/admin/doors"
# What the rooms of the house are called for people, in the order in which the page shows them.
PARTS: Mapping[str, str] = {
    "work": "Your work, calendar and rehearsals",
    "audit": "Audits, samples and grading",
    "moderation": "Returned cases, challenges and concerns",
    "report": "Reports and figures",
    "improvement": "Areas, teams and practitioners",
    "accounts": "People and accounts",
    "installation": "Settings of the service",
    "keeping": "What is kept and erased",
    "notices": "Email",
    "public": "Pages that anybody may read",
    "web": "Signing in and the API",
}
COLUMNS = ("method", "address", "what it is for", "part", "who", "scope", "on condition")


@dataclass(frozen=True, slots=True)
class Door:
    """An address with its method, what it is for, and who opens it."""

    method: str
    path: str
    purpose: str
    part: str
    words: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which doors a page shows: those of one part, those that a role opens, or all."""

    role: str
    part: str

    def shows(self, door: Door) -> bool:
        """Say whether a door is one of them."""
        of_role = self.role not in set(Role) or door.entry.names(Role(self.role))
        return of_role and self.part in {"", door.part}


@dataclass(frozen=True, kw_only=True)
class DoorsPage(Page):
    """Who may do what: the doors that were asked for, by part, or how many each role opens where nothing was."""

    template: ClassVar[str] = "installation/doors/doors.html"
    wanted: Wanted
    doors: Sequence[tuple[str, Sequence[Door]]]
    shown: int
    total: int
    roles: Sequence[tuple[str, str, int]]
    parts: Sequence[tuple[str, str, int]]
    role_options: Sequence[tuple[str, str]]
    part_options: Sequence[tuple[str, str]]
    query: str


def door_of(route: Route) -> Door:
    """Return a route as a door; raises LookupError where nobody has said who opens it."""
    found, said = entry(route.guard.words), cleandoc(route.handler.__doc__ or "")
    if found is None:
        message = f"{route.method} {route.path} has no entry in app/installation/doors/rules.py."
        raise LookupError(message)
    part = route.handler.__module__.split(".")[1]
    return Door(route.method, route.path, said.split("\n\n")[0].replace("\n", " "), part, route.guard.words, found)


def _doors(visit: Visit) -> list[Door]:
    return [door_of(route) for route in visit.surroundings.routes()]


def _wanted(visit: Visit) -> Wanted:
    role, part = visit.query("role"), visit.query("part")
    return Wanted(role if role in set(Role) else "", part if part in PARTS else "")


def _roles(doors: Sequence[Door]) -> list[tuple[str, str, int]]:
    return [(role.value, role.label, sum(door.entry.names(role) for door in doors)) for role in Role]


def _by_part(doors: Sequence[Door]) -> list[tuple[str, list[Door]]]:
    of = [(name, [door for door in doors if door.part == part]) for part, name in PARTS.items()]
    return [(name, found) for name, found in of if found]


@router.get(HERE, administrator)
def doors_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show who may do what."""
    doors, wanted = _doors(visit), _wanted(visit)
    count = Counter(door.part for door in doors)
    narrowed = [door for door in doors if wanted.shows(door)] if wanted.role or wanted.part else []
    page = DoorsPage(
        title="Who may do what",
        wanted=wanted,
        doors=_by_part(narrowed),
        shown=len(narrowed),
        total=len(doors),
        roles=_roles(doors),
        parts=[(part, name, count[part]) for part, name in PARTS.items()],
        role_options=[(role.value, role.label) for role in Role],
        part_options=list(PARTS.items()),
        query=f"?role={wanted.role}&part={wanted.part}",
    )
    return visit.render(page)


def _lines(doors: Sequence[Door]) -> Iterator[tuple[str, ...]]:
    for door in doors:
        said = (door.method, door.path, door.purpose, PARTS[door.part])
        if door.entry.everybody:
            yield (*said, door.entry.everybody, "their own" if door.entry.own else "", door.words)
        for opening in door.entry.opens:
            yield (*said, opening.role.label, opening.scope, door.words)


@router.get(f"{HERE}/doors.csv", administrator)
def doors_file(visit: Visit, _viewer: Viewer) -> Response:
    """Give who may do what as a table: a line for each address and each role that opens it."""
    wanted = _wanted(visit)
    text = csv_text(COLUMNS, _lines([door for door in _doors(visit) if wanted.shows(door)]))
    told = {"Content-Disposition": 'attachment; filename="who-may-do-what.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=told)
