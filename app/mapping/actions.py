"""Keeping a mapping for the next time, and closing a source."""

from sqlalchemy.orm import Session

from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.mapping import queries
from app.mapping.log import source_row, version_row
from app.mapping.models import MappingSource, MappingVersion
from app.mapping.profile import Profile


def save_mapping(session: Session, profile: Profile, *, by: int | None) -> MappingVersion:
    """Keep a mapping as the newest version of the source of its name; one that is the newest already stays."""
    known = queries.called(session, profile.kind, profile.name)
    if known is not None:
        lock(session, MappingSource, known[0].id)
        if known[1].sha256 == profile.sha256:
            return known[1]
    source = known[0] if known else MappingSource(kind=profile.kind, name=profile.name.strip())
    session.add(source)
    session.flush()
    number = known[1].number + 1 if known else 1
    kept = MappingVersion(
        source_id=source.id,
        number=number,
        body=profile.body,
        sha256=profile.sha256,
        made_by=by,
        made_at=clock.now(),
    )
    session.add(kept)
    session.flush()
    details = {"name": source.name, "version": number, "sha256": kept.sha256}
    rows = [source_row(source), version_row(kept)]
    record(session, "mapping_saved", by=by, subject=Subject("mapping", source.id), details=details, rows=rows)
    return kept


def close_source(session: Session, source: MappingSource, *, by: int | None) -> None:
    """Close a source: files are not read by it any more; what was read stays. Raises Conflict where it is closed."""
    lock(session, MappingSource, source.id)
    if source.closed_at is not None:
        raise Conflict("This source is closed already.")
    source.closed_at = clock.now()
    session.flush()
    about, rows = Subject("mapping", source.id), [source_row(source)]
    record(session, "mapping_closed", by=by, subject=about, details={"name": source.name}, rows=rows)
