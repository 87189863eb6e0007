"""Doors of the allocation, and the list of an audit's cases."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import actions, queries
from app.audit.enums import CASE_STATE_LABELS, AuditState, CaseState, law_labels
from app.audit.forms import AllocateForm
from app.audit.guards import any_audit, audit_for
from app.audit.models import Audit, AuditCase
from app.audit.thresholds.document import ThresholdDocument
from app.db import PageOf
from app.doors import Doors, Visit
from app.forms import fill
from app.pages import Filled, Page
from app.people.enums import Role
from app.people.models import Person

doors = Doors()
lead = audit_for(Role.LEAD)


@dataclass(frozen=True, kw_only=True)
class AllocationPage(Page):
    """Who grades what: the form before fieldwork, progress by person after it."""

    template: ClassVar[str] = "audit/allocation.html"
    audit: Audit
    form: Filled
    may_allocate: bool
    auditors: Sequence[Person]
    progress: Sequence[tuple[str, Mapping[CaseState, int]]]
    count: int
    headless: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class CasesPage(Page):
    """The cases of an audit that the person may open."""

    template: ClassVar[str] = "audit/cases.html"
    audit: Audit
    document: ThresholdDocument
    cases: PageOf[AuditCase]
    areas: Sequence[str]
    wanted: queries.Wanted
    names: Mapping[int, str]
    states: Mapping[CaseState, str]
    law_types: Mapping[str, str]
    shows_auditors: bool
    may_grade: bool


def _allocation_page(visit: Visit, audit: Audit, form: Filled) -> AllocationPage:
    by_person: dict[str, dict[CaseState, int]] = {}
    for name, state, count in queries.progress_by_auditor(visit.session, audit):
        by_person.setdefault(name, {})[state] = count
    counts = queries.counts_by_state(visit.session, audit)
    return AllocationPage(
        title="Allocation and progress", audit=audit, form=form, auditors=queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit),
        may_allocate=audit.state is AuditState.SAMPLED and visit.viewer.has(Role.LEAD, audit=audit.ref),
        progress=list(by_person.items()), count=sum(counts.values()), headless=queries.headless_areas(visit.session, audit),
    )  # fmt: skip


@doors.get("/audits/{ref}/allocation", audit_for(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT))
def allocation_page(visit: Visit, audit: Audit) -> Response:
    """Show who grades how many cases and how far they are."""
    everyone = [str(p.id) for p in queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)]
    return visit.render(_allocation_page(visit, audit, Filled({"auditors": everyone})))


@doors.post("/audits/{ref}/allocation", lead)
def allocate(visit: Visit, audit: Audit) -> Response:
    """Share the cases out and open fieldwork."""
    sent, form = fill(AllocateForm, visit.form)
    if sent is None:
        return visit.render(_allocation_page(visit, audit, form), status=422)
    counts = actions.allocate_cases(visit.session, audit, auditors=sent.auditors, by=visit.viewer)
    fewest, most = min(counts.values()), max(counts.values())
    spread = f"{most} each" if fewest == most else f"{fewest} to {most} each"
    return visit.redirect(f"/audits/{audit.ref}/allocation", f"The cases are allocated, {spread}. Grading can start.")


@doors.get("/audits/{ref}/cases", any_audit)
def cases_page(visit: Visit, audit: Audit) -> Response:
    """List the cases that the person may open."""
    own = visit.viewer.id if visit.query("whose") == "mine" else 0
    wanted = queries.Wanted(visit.query("area"), visit.query("state"), visit.query("case").strip(), own)
    cases = queries.cases_of(visit.session, visit.viewer, audit, wanted, visit.query("page"))
    names = queries.names(visit.session, frozenset(c.auditor_id for c in cases.rows if c.auditor_id))
    page = CasesPage(
        title="Cases", audit=audit, document=queries.document_of(audit), cases=cases, names=names, wanted=wanted,
        areas=queries.areas_of(visit.session, visit.viewer, audit), states=CASE_STATE_LABELS,
        law_types=law_labels(audit.law_types), shows_auditors=visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref),
        may_grade=visit.viewer.has(Role.IMPROVEMENT_MANAGER, audit=audit.ref),
    )  # fmt: skip
    return visit.render(page)
