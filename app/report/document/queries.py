"""What is kept of the reports themselves: boxes, sign-offs, revisions and published editions.

The route has admitted the viewer to the report.
"""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, defer

from app.audit.models import Audit
from app.events import Row
from app.report.enums import Edition
from app.report.log import box_row, edition_row, revision_row, sign_off_row
from app.report.models import NarrativeBox, PublishedEdition, Revision, SignOff

# Built once: whoever reads a report asks these.
_REVISIONS = select(Revision).where(Revision.audit_id == bindparam("audit")).order_by(Revision.number.desc())
_EDITIONS = (
    select(PublishedEdition)
    .where(PublishedEdition.audit_id == bindparam("audit"), PublishedEdition.edition == bindparam("edition"))
    .order_by(PublishedEdition.number.desc())
    .options(defer(PublishedEdition.figures), defer(PublishedEdition.text), defer(PublishedEdition.pictures))
)


def boxes(session: Session, of: Audit) -> dict[str, NarrativeBox]:
    """Return the boxes of an audit's report in which something was saved, by code."""
    return {
        box.code: box
        for box in session.scalars(
            select(NarrativeBox).where(NarrativeBox.audit_id == of.id).order_by(NarrativeBox.code)
        )
    }


def sign_offs(session: Session, of: Audit) -> Sequence[SignOff]:
    """Return every sign-off of an audit's report, newest first, those that were withdrawn too."""
    return session.scalars(select(SignOff).where(SignOff.audit_id == of.id).order_by(SignOff.id.desc())).all()


def revisions(session: Session, of: Audit) -> Sequence[Revision]:
    """Return the revisions of an audit's report, newest first."""
    return session.scalars(_REVISIONS, {"audit": of.id}).all()


def open_revision(session: Session, of: Audit) -> Revision | None:
    """Return the revision that is being made, if there is one."""
    return next((r for r in revisions(session, of) if r.published_at is None), None)


def published_editions(session: Session, of: Audit, edition: Edition) -> Sequence[PublishedEdition]:
    """Return an audit's publications in an edition, newest first, none where it was published before there were any.

    What was frozen in each is long: it is fetched when somebody asks for it.
    """
    return session.scalars(_EDITIONS, {"audit": of.id, "edition": edition}).all()


def every_edition(session: Session) -> Iterator[PublishedEdition]:
    """Yield everything that was ever published."""
    yield from session.scalars(select(PublishedEdition).order_by(PublishedEdition.id))


def rows(session: Session) -> Iterator[Row]:
    """Yield the rows of the reports as the event log keeps them."""
    yield from map(box_row, session.scalars(select(NarrativeBox).order_by(NarrativeBox.id)))
    yield from map(sign_off_row, session.scalars(select(SignOff).order_by(SignOff.id)))
    yield from map(revision_row, session.scalars(select(Revision).order_by(Revision.id)))
    yield from map(edition_row, every_edition(session))
