"""Routes of the JSON API: the audits that a person may know of, and what each was commissioned to be."""

from datetime import date, datetime
from typing import Any

from pydantic import Field

from app.audit import queries
from app.audit.enums import AuditKind, AuditState
from app.audit.framework import Framework
from app.audit.guards import any_audit
from app.audit.models import Audit
from app.people.rules import Viewer
from app.web.api.paging import ListQuery, RowId, page, place
from app.web.api.routing import Answer, ApiRouter, ListOf
from app.web.routing import Visit, signed_in

router = ApiRouter()


class AuditInList(Answer):
    """An audit, as a list has it."""

    ref: str = Field(description="Its short reference, by which it is asked for", examples=["NA-2014-11"])
    name: str
    kind: AuditKind
    state: AuditState
    window_from: date = Field(description="The first day on which a filing of the audit was made")
    window_to: date = Field(description="The last day on which a filing of the audit was made")
    rehearsal: bool = Field(
        default=False, description="Whether it is a rehearsal: its cases are invented, and it counts nowhere"
    )
    imported: bool = Field(description="Whether its results were brought in from an earlier audit")


class Audits(ListOf[AuditInList]):
    """The audits that somebody may know of, newest window first."""


class ThresholdName(Answer):
    """The threshold document that cases are graded against."""

    document_id: str
    version: str
    title: str


class AuditCommission(Framework, AuditInList):
    """An audit with its framework."""

    # It is 0 in audits whose framework was agreed before there were corrections.
    correction_days: int = Field(ge=0, description="Working days in which an auditor can correct a grade")
    # Empty where the sample is a number of practitioners; `shape` says which, and what else is wanted.
    fraction: str
    shape: dict[str, Any]
    threshold: ThresholdName
    commissioned_at: datetime
    finalised_at: datetime | None
    published_at: datetime | None


@router.get("/audits", signed_in, response_model=Audits, query=ListQuery)
def list_audits(visit: Visit, viewer: Viewer, asked: ListQuery) -> object:
    """List the audits that you may know of, newest window first."""
    last = place(asked.cursor, tuple[date, RowId])
    return page(queries.audits_after(visit.session, viewer, last, asked.limit + 1), asked, _place)


def _place(audit: Audit) -> tuple[date, int]:
    return audit.window_to, audit.id


@router.get("/audits/{ref}", any_audit, response_model=AuditCommission)
def read_audit(_visit: Visit, audit: Audit) -> object:
    """Give an audit with its framework."""
    return audit
