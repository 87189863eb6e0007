"""Routes of the sources whose files are mapped."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby
from typing import Any, ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.mapping import queries as mappings
from app.mapping.actions import close_source, save_mapping
from app.mapping.models import MappingSource
from app.mapping.profile import MOST_BYTES, Profile, Unreadable, slug
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.work.sources import queries
from app.work.sources.kinds import OF, PEOPLE, mapping_in

router = Router()
HERE = "/admin/sources"
FOR_ADMINISTRATORS = "It is of lists of people and says which words become which roles, so an administrator reads it in"


def _reader(visit: Visit) -> Viewer:
    if not visit.viewer.holds(Role.ADMINISTRATOR, Role.ANALYST):
        raise NotFound
    return visit.viewer


def _source(visit: Visit) -> MappingSource:
    _reader(visit)
    found = visit.session.get(MappingSource, visit.number("source_id"))
    if found is None or found.kind not in _kinds(visit):
        raise NotFound
    return found


def _kinds(visit: Visit) -> list[str]:
    """Return the kinds whose mappings somebody sees: those of lists of people give roles, which administrators do."""
    return [kind for kind in OF if kind != PEOPLE or visit.viewer.holds(Role.ADMINISTRATOR)]


reader = Guard("an administrator or an analyst", _reader)
source_by_reader = Guard("an administrator or an analyst, for a source that is known", _source)


@dataclass(frozen=True, slots=True)
class VersionLine:
    """A version of a mapping: who made it when, what changed since the one before, and the audits of its lists."""

    number: int
    sha256: str
    at: datetime
    by: str
    changed: str
    audits: Sequence[str]


@dataclass(frozen=True, slots=True)
class SourceLine:
    """A source with its versions."""

    id: int
    name: str
    of: str
    command: str
    closed_at: datetime | None
    versions: Sequence[VersionLine]


@dataclass(frozen=True, kw_only=True)
class SourcesPage(Page):
    """The sources whose files are mapped."""

    template: ClassVar[str] = "work/sources/sources.html"
    sources: Sequence[SourceLine]
    form: Filled


def _page(visit: Visit, form: Filled) -> SourcesPage:
    used = queries.used_in(visit.session)
    lines = []
    every = [row for kind in _kinds(visit) for row in queries.sources(visit.session, kind)]
    for _, rows in groupby(every, key=lambda row: row[0].id):
        versions = list(rows)
        source = versions[0][0]
        bodies = [version.body for _, version, _ in versions]
        told = [
            VersionLine(
                version.number,
                version.sha256,
                version.made_at,
                by,
                changed_since(bodies[n + 1], version.body) if n + 1 < len(bodies) else "",
                used.get((source.name, version.number), ()),
            )
            for n, (_, version, by) in enumerate(versions)
        ]
        lines.append(SourceLine(source.id, source.name, OF[source.kind], slug(source.name), source.closed_at, told))
    return SourcesPage(title="Sources", sources=lines, form=form)


_PARTS = {
    "columns": "columns",
    "values": "what values become",
    "dates": "how dates are written",
    "several": "several values of one practitioner",
    "outside_window": "filings outside the window",
    "absent": "fields without a column",
    "file": "how the file is laid out",
}


def changed_since(before: Mapping[str, Any], now: Mapping[str, Any]) -> str:
    """Return which parts of a mapping differ from the one before, in words."""
    names = dict.fromkeys([*before, *now])
    parts = [_PARTS.get(name, "other rules") for name in names if before.get(name) != now.get(name) and name != "name"]
    return ", ".join(dict.fromkeys(parts))


@router.get(HERE, reader)
def sources_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show the sources."""
    return visit.render(_page(visit, Filled()))


def _profile_sent(visit: Visit) -> Profile:
    """Return the mapping of the file that was sent; raises Unreadable with a sentence."""
    file = visit.files.get("file")
    if file is None or not file.filename:
        raise Unreadable("Choose a file with a mapping")
    text = file.file.read(MOST_BYTES + 1).decode("utf-8-sig", "replace")
    profile = mapping_in(text, kinds_now(visit.session))
    if profile.kind not in _kinds(visit):
        raise Unreadable(FOR_ADMINISTRATORS)
    return profile


@router.post(HERE, reader)
def read_mapping(visit: Visit, viewer: Viewer) -> Response:
    """Keep the mapping of a file as the newest version of its source."""
    try:
        profile = _profile_sent(visit)
    except Unreadable as error:
        return visit.render(_page(visit, Filled().with_errors(file=str(error).removesuffix("."))), status=422)
    kept = save_mapping(visit.session, profile, by=viewer.id)
    return visit.redirect(HERE, f"{profile.name}, version {kept.number}, is kept.")


@router.get("/admin/sources/{source_id}/{number}.json", source_by_reader)
def mapping_file(visit: Visit, source: MappingSource) -> Response:
    """Give a version of a mapping as a file."""
    found = mappings.version(visit.session, source.id, visit.number("number"))
    if found is None:
        raise NotFound
    told = {"Content-Disposition": f'attachment; filename="{slug(source.name)}-{found.number}.json"'}
    text = json.dumps(found.body, ensure_ascii=False, indent=1) + "\n"
    return Response(text, media_type="application/json", headers=told)


@router.post("/admin/sources/{source_id}/close", source_by_reader)
def close(visit: Visit, source: MappingSource) -> Response:
    """Close a source."""
    close_source(visit.session, source, by=visit.viewer.id)
    return visit.redirect(HERE, f"{source.name} is closed. What was read by it stays as it is.")
