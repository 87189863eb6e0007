"""Reads the sources that are known and their mappings; whoever may see them has been checked by the caller."""

from collections.abc import Iterator, Sequence

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.events import Row
from app.mapping.log import source_row, version_row
from app.mapping.models import MappingSource, MappingVersion
from app.mapping.profile import slug

Known = tuple[MappingSource, MappingVersion]


def newest(session: Session, kind: str, *, closed: bool = False) -> Sequence[Known]:
    """Return the sources of a kind, each with its newest mapping, by name; perhaps those that are closed, too."""
    last = (
        select(MappingVersion.source_id, func.max(MappingVersion.number).label("number"))
        .group_by(MappingVersion.source_id)
        .subquery()
    )
    query = (
        select(MappingSource, MappingVersion)
        .join(last, last.c.source_id == MappingSource.id)
        .join(
            MappingVersion,
            (MappingVersion.source_id == MappingSource.id) & (MappingVersion.number == last.c.number),
        )
        .where(MappingSource.kind == kind)
        .order_by(MappingSource.name, MappingSource.id)
    )
    if not closed:
        query = query.where(MappingSource.closed_at.is_(None))
    return [(source, version) for source, version in session.execute(query)]


def versions(session: Session, source: MappingSource) -> Sequence[MappingVersion]:
    """Return every version of a source's mapping, the newest first."""
    query = select(MappingVersion).where(MappingVersion.source_id == source.id).order_by(MappingVersion.number.desc())
    return session.scalars(query).all()


def version(session: Session, source_id: int, number: int) -> MappingVersion | None:
    """Return a version of a source's mapping."""
    query = select(MappingVersion).where(MappingVersion.source_id == source_id, MappingVersion.number == number)
    return session.scalars(query).first()


def called(session: Session, kind: str, name: str) -> Known | None:
    """Return the open source that has a name, as it stands or as the command line takes it."""
    return next((one for one in newest(session, kind) if name == one[0].name or slug(name) == slug(one[0].name)), None)


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(source_row, session.scalars(select(MappingSource).order_by(MappingSource.id)))
    yield from map(version_row, session.scalars(select(MappingVersion).order_by(MappingVersion.id)))
