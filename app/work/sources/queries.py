"""Which audits' lists were made by which source."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.mapping.models import MappingSource, MappingVersion
from app.people.models import Person
from app.sampling.models import Frame


def used_in(session: Session) -> Mapping[tuple[str, int], Sequence[str]]:
    """Return the references of the audits whose list was made by each mapping, by its source's name and number."""
    mapping = Frame.summary["source"]["mapping"]
    query = (
        select(mapping["name"].as_string(), mapping["version"].as_integer(), Audit.ref)
        .join(Audit, Audit.frame_id == Frame.id)
        .where(mapping["name"].as_string().is_not(None))
        .order_by(Audit.id)
    )
    found: defaultdict[tuple[str, int], list[str]] = defaultdict(list)
    for name, number, ref in session.execute(query):
        found[name, number].append(ref)
    return found


def sources(session: Session, kind: str) -> Sequence[tuple[MappingSource, MappingVersion, str]]:
    """Return every version of every source of a kind with who made it: by name, the newest first, closed ones last."""
    query = (
        select(MappingSource, MappingVersion, Person.name)
        .join(MappingVersion, MappingVersion.source_id == MappingSource.id)
        .outerjoin(Person, Person.id == MappingVersion.made_by)
        .where(MappingSource.kind == kind)
        .order_by(
            MappingSource.closed_at.is_not(None), MappingSource.name, MappingSource.id, MappingVersion.number.desc()
        )
    )
    return [(source, version, name or "The command line") for source, version, name in session.execute(query)]
