"""Who stands behind a document: who publishes it, who signed it off and when, whom to ask.

It is no part of what was frozen: whom to ask may change, and must be right in a file that is made today.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy.orm import Session

from app.audit.enums import AuditState
from app.audit.models import Audit
from app.audit.rehearsals import MARK
from app.clock import day
from app.documents import Document
from app.people.enums import Role
from app.people.models import Person
from app.people.queries import settings_now
from app.people.service import service_of
from app.report.document import queries
from app.report.document.assembled import signed_text
from app.report.enums import Edition
from app.report.models import SignOff
from app.settings import Settings

# Said where the one who commissioned also agreed; anywhere else somebody else did.
ALONE = "Agreed by the person who commissioned the audit, as nobody else could agree it"


def with_imprint(session: Session, audit: Audit, document: Document, settings: Settings) -> Document:
    """Return a document that says who stands behind it; what nobody knows it does not say."""
    settings, at = service_of(settings_now(session)).on(settings), _published(session, audit)
    signed = [(of, session.get_one(Person, of.by_id)) for of in _signed(session, audit, at)]
    by = "; ".join(f"{who.name}, {_low(who.job_title)}, on {day(of.at)}" for of, who in signed)
    lead = next((who for of, who in signed if of.role is Role.LEAD), None)
    ask = settings.contact or (f"{lead.name}, {_low(lead.job_title)}" if lead else "")
    pairs = [
        ("Published by", f"{settings.organisation}, on {day(at)}") if at else ("Not published", settings.organisation),
        ("Signed off by", by or ("" if at else "Nobody yet")),
        ("Framework", ALONE if audit.agreed_by is not None and audit.agreed_by == audit.commissioned_by else ""),
        ("Whom to ask", ask),
    ]
    return marked(session, replace(document, imprint=[(name, value) for name, value in pairs if value]))


def marked(session: Session, document: Document) -> Document:
    """Return a document with the marking of the service: what is marked by itself is internal, the rest is public.

    A rehearsal stays marked as one, whatever the service writes.
    """
    if document.marking == MARK:
        return document
    service = service_of(settings_now(session))
    marking = (service.marking or document.marking) if document.marking else service.public_marking
    return replace(document, marking=marking)


def _published(session: Session, audit: Audit) -> datetime | None:
    """Return when an audit's report was published last, or None where it is not."""
    if audit.state is not AuditState.PUBLISHED:
        return None
    kept = next(iter(queries.published_editions(session, audit, Edition.INTERNAL)), None)
    return kept.published_at if kept else audit.published_at


def _signed(session: Session, audit: Audit, published: datetime | None) -> Sequence[SignOff]:
    """Return the sign-offs that a report was published on, or those that stand of it as it is, the lead's first."""
    every = queries.sign_offs(session, audit)
    if published is None:
        now = signed_text(session, audit)
        found = [of for of in every if of.withdrawn_at is None and of.sha256 == now]
    else:
        found = [of for of in every if of.at <= published and (of.withdrawn_at is None or of.withdrawn_at > published)]
    return sorted(found, key=lambda of: (of.role is not Role.LEAD, of.at))


def _low(title: str) -> str:
    return f"{title[:1].lower()}{title[1:]}"
