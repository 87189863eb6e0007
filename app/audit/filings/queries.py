"""What an audit's list of filings is mapped by: its own names, and the sources that are known."""

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.audit.queries import service_areas
from app.clock import day as in_words
from app.mapping import queries
from app.mapping.profile import Profile
from app.people.queries import kinds_now
from app.sampling.mapping.draft import Draft, draft_as_json
from app.sampling.mapping.exports import ByMapping

KIND = "filings"


def by_mapping(session: Session, audit: Audit, *, name: str = "", profile: Profile | None = None) -> ByMapping:
    """Return how an export is mapped for an audit: by one mapping, by any that is known, or by what is recognised."""
    names = {area.code: area.name for area in service_areas(session)}
    laws = kinds_now(session).law_types.shorts(audit.law_types)
    if profile is not None:
        return ByMapping(names, laws, profile.name, draft=draft_as_json(Draft(profile)), plain_first=False)
    found = sorted(queries.newest(session, KIND), key=lambda one: one[1].made_at, reverse=True)
    return ByMapping(names, laws, name, known=[version.body for _, version in found])


def known_sources(session: Session) -> list[tuple[str, str]]:
    """Return the sources whose files are read at once, each with its version and when it was last changed."""
    return [
        (source.name, f"version {version.number}, {in_words(version.made_at)}")
        for source, version in queries.newest(session, KIND)
    ]
