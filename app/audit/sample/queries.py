"""What the pages of a sample read: its cases, what could not be audited, and what stands in for it."""

from collections.abc import Sequence

from sqlalchemy import Select, func, select, true
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once, written_once
from app.audit.enums import AuditState, CaseState, Origin, ReplacementState
from app.audit.models import Audit, AuditCase, Replacement
from app.audit.sample.coverage import Gone
from app.db import PageOf, page_of
from app.people.enums import Role
from app.people.models import ServiceArea
from app.people.rules import Viewer


def open_request(session: Session, of: AuditCase) -> Replacement | None:
    """Return the request to replace a case that waits for an answer."""
    query = select(Replacement).where(Replacement.case_id == of.id, Replacement.state == ReplacementState.ASKED)
    return session.scalars(query.options(joinedload(Replacement.case))).one_or_none()


@written_once
def requests_to_answer(viewer: Viewer) -> Select[Replacement]:
    """Select the requests that wait for this audit lead, each joined to its case and audit."""
    theirs = true() if viewer.nationwide(Role.LEAD) else Audit.ref.in_(viewer.audits(Role.LEAD))
    running = Audit.state.in_([AuditState.SAMPLED, AuditState.FIELDWORK])
    query = select(Replacement).join(Replacement.case).join(AuditCase.audit)
    return query.where(Replacement.state == ReplacementState.ASKED, theirs, running)


@asked_once
def replacements_of(session: Session, of: Audit) -> Sequence[Replacement]:
    """Return the replacements of an audit's sample in their order."""
    query = select(Replacement).where(Replacement.audit_id == of.id, Replacement.state == ReplacementState.MADE)
    return session.scalars(
        query.options(joinedload(Replacement.case), joinedload(Replacement.new_case)).order_by(Replacement.number)
    ).all()


def gone_from(session: Session, of: Audit) -> list[Gone]:
    """Return the drawn cases of a sample that could not be audited.

    Each place counts once, however often what stood in was replaced too.
    """
    found: dict[int, Gone] = {}
    for made in replacements_of(session, of):
        first = first_drawn(session, made.case)
        if first.origin is Origin.DRAWN:
            found[first.id] = Gone(
                first.area, first.law_type, first.performance_band, first.employment, short=made.new_case_id is None
            )
    return list(found.values())


def added_to(session: Session, of: Audit) -> int:
    """Return how many cases were added to an audit by hand."""
    return (
        session.scalar(
            select(func.count()).where(
                AuditCase.audit_id == of.id, AuditCase.origin == Origin.ADDED, AuditCase.state != CaseState.REPLACED
            )
        )
        or 0
    )


def whole_sample(session: Session, of: Audit) -> Sequence[AuditCase]:
    """Return every case that is, or once was, in a sample, by practitioner, for whoever checks it."""
    return session.scalars(
        select(AuditCase).where(AuditCase.audit_id == of.id).order_by(AuditCase.practitioner_id, AuditCase.id)
    ).all()


def first_drawn(session: Session, of: AuditCase) -> AuditCase:
    """Return the drawn case in whose place a case stands, itself where it was drawn."""
    case = of
    while case.origin is Origin.REPLACEMENT:
        case = session.scalars(
            select(AuditCase)
            .join(Replacement, Replacement.case_id == AuditCase.id)
            .where(Replacement.new_case_id == case.id)
        ).one()
    return case


def used_in_sample(session: Session, of: Audit) -> tuple[frozenset[str], frozenset[str]]:
    """Return the practitioners and the cases that are, or once were, in an audit's sample."""
    rows = session.execute(
        select(AuditCase.practitioner_id, AuditCase.case_ref).where(AuditCase.audit_id == of.id)
    ).all()
    return frozenset(r[0] for r in rows), frozenset(r[1] for r in rows)


def sample_of(session: Session, of: Audit, number: str) -> PageOf[AuditCase]:
    """Return a page of an audit's sample for those who draw and check it: where each case is from, never its grade."""
    query = select(AuditCase).join(ServiceArea, ServiceArea.code == AuditCase.area).where(AuditCase.audit_id == of.id)
    return page_of(session, query.order_by(ServiceArea.position, AuditCase.case_ref), number)
