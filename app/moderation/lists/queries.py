"""The cases of an audit as a list: narrowed, page by page; every function takes the viewer."""

from dataclasses import dataclass

from sqlalchemy import Select
from sqlalchemy.orm import Session

from app.asking import written_once
from app.audit.models import Audit, AuditCase
from app.audit.queries import cases_visible_to
from app.db import PageOf, page_of
from app.people.models import ServiceArea
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which cases of a list are wanted; what is empty does not narrow it."""

    area: str = ""
    state: str = ""
    # The start of a case's reference, in any case of letters.
    case_ref: str = ""
    # Whose: the person to whom they are allocated.
    auditor: int = 0

    def narrow(self, query: Select[AuditCase]) -> Select[AuditCase]:
        """Narrow a query on cases."""
        if self.area:
            query = query.where(AuditCase.area == self.area)
        if self.state:
            query = query.where(AuditCase.state == self.state)
        if self.case_ref:
            query = query.where(AuditCase.case_ref.istartswith(self.case_ref, autoescape=True))
        if self.auditor:
            query = query.where(AuditCase.auditor_id == self.auditor)
        return query


def cases_of(session: Session, viewer: Viewer, of: Audit, wanted: Wanted, number: str) -> PageOf[AuditCase]:
    """Return one page of the cases of an audit that the person may open, by area and reference."""
    return page_of(session, wanted.narrow(_in_order(viewer)).where(AuditCase.audit_id == of.id), number)


@written_once
def _in_order(viewer: Viewer) -> Select[AuditCase]:
    by_area = cases_visible_to(viewer).join(ServiceArea, ServiceArea.code == AuditCase.area)
    return by_area.order_by(ServiceArea.position, AuditCase.case_ref)
