"""What is kept of the reports themselves: boxes, sign-offs, revisions and published editions.

The route has admitted the viewer to the report.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Integer, String, bindparam, cast, null, select, union_all
from sqlalchemy.orm import Session, defer

from app.asking import asked_once
from app.audit.models import Audit
from app.events import Row
from app.people.enums import Role
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


@asked_once
def boxes(session: Session, of: Audit) -> dict[str, NarrativeBox]:
    """Return the boxes of an audit's report in which something was saved, by code."""
    return {
        box.code: box
        for box in session.scalars(
            select(NarrativeBox).where(NarrativeBox.audit_id == of.id).order_by(NarrativeBox.code)
        )
    }


@asked_once
def sign_offs(session: Session, of: Audit) -> Sequence[SignOff]:
    """Return every sign-off of an audit's report, newest first, those that were withdrawn too."""
    return session.scalars(select(SignOff).where(SignOff.audit_id == of.id).order_by(SignOff.id.desc())).all()


@asked_once
def revisions(session: Session, of: Audit) -> Sequence[Revision]:
    """Return the revisions of an audit's report, newest first."""
    return session.scalars(_REVISIONS, {"audit": of.id}).all()


def open_revision(session: Session, of: Audit) -> Revision | None:
    """Return the revision that is being made, if there is one."""
    return next((r for r in revisions(session, of) if r.published_at is None), None)


@dataclass(frozen=True, slots=True)
class Signing:
    """Whether a revision of a report is being made, and who signed it off in which role and did not withdraw it."""

    revising: bool
    by: Mapping[Role, int]


NOT_BEGUN = Signing(revising=False, by={})
_NO_ROLE, _NOBODY = cast(null(), String), cast(null(), Integer)
_REVISING = select(Revision.audit_id, _NO_ROLE, _NOBODY).where(Revision.published_at.is_(None))
_SIGNED = select(SignOff.audit_id, cast(SignOff.role, String), SignOff.by_id).where(SignOff.withdrawn_at.is_(None))
_SIGNING = union_all(_REVISING, _SIGNED)


def signing(session: Session) -> Mapping[int, Signing]:
    """Return by audit how far the signing of its report is, where it has begun.

    A sign-off is withdrawn when the report's text is changed; whether it is of the report to the letter is asked by the
    report's own page, which has that text.
    """
    revising, signed = set[int](), defaultdict[int, dict[Role, int]](dict)
    for audit, role, by in session.connection().execute(_SIGNING):
        if role is None:
            revising.add(audit)
        else:
            signed[audit][Role(role)] = by
    return {audit: Signing(audit in revising, signed[audit]) for audit in {*revising, *signed}}


@asked_once
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
