"""Doors of the report: the report itself, its picture and figures, finalising and publishing."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import Response

from app.audit.enums import LAW_TYPE_SHORT, LawType
from app.audit.guards import audit_for, not_while_grading
from app.audit.models import Audit
from app.audit.queries import document_of, is_grading
from app.audit.rules import AUDIT
from app.audit.thresholds.document import ThresholdDocument
from app.doors import Doors, Guard, Visit, signed_in
from app.errors import NotFound
from app.pages import Page
from app.people.enums import Role
from app.people.rules import Viewer
from app.report import actions, charts, narrative, queries
from app.report.blockers import StillOpen, stays_open, still_open
from app.report.figures import Basis, without_auditors
from app.report.models import Publication
from app.sampling.replacement import REASON_LABELS
from app.workflow import Situation

doors = Doors()


def _reported(visit: Visit) -> Audit:
    return queries.reported_audit(visit.session, visit.viewer, visit.word("ref"))


def _published(visit: Visit) -> Audit:
    assert visit.viewer  # noqa: S101 - any signed-in person; raises SignInNeeded
    found = next((a for a in queries.published(visit.session, visit.viewer) if a.ref == visit.word("ref")), None)
    if found is None:
        raise NotFound
    return found


report_reader = Guard("whoever may read the finalised audit’s report", _reported)
published_reader = Guard("whoever may read the published report", _published)
finaliser = audit_for(Role.LEAD, Role.DIRECTOR)


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """A report: figures 1 to 5, moderation and themes, each with its sentences."""

    template: ClassVar[str] = "report/report.html"
    audit: Audit
    document: ThresholdDocument
    basis: Basis
    figures: Mapping[str, Any]
    publication: Publication
    words: Mapping[str, Sequence[str]]
    law_names: Mapping[str, str]
    chart_summary: str
    chart_address: str
    may_publish: bool
    # Figures by service area are not for those who have a case to grade.
    by_area: bool
    # Rates by auditor are for those who lead the audit, not for its readers.
    by_auditor: bool


@dataclass(frozen=True, kw_only=True)
class ReportsPage(Page):
    """The published reports."""

    template: ClassVar[str] = "report/reports.html"
    audits: Sequence[Audit]


@dataclass(frozen=True, kw_only=True)
class FinalisePage(Page):
    """What is still open, and the button that finalises."""

    template: ClassVar[str] = "report/finalise.html"
    audit: Audit
    groups: Mapping[str, Sequence[StillOpen]]
    staying: Sequence[StillOpen]
    refusal: str | None
    graded: int


def report_page_of(visit: Visit, audit: Audit, base: str) -> ReportPage:
    """Return the report of an audit as a page below the address `base`."""
    basis, figures = actions.basis_of(visit.session, audit), actions.figures_of(visit.session, audit)
    publication = queries.publication(visit.session, audit)
    assert publication is not None  # noqa: S101 - figures_of has read it
    names = {w: LAW_TYPE_SHORT[LawType(w)] for w in audit.law_types}
    reasons = {reason.value: label for reason, label in REASON_LABELS.items()}
    words = {
        "sample": narrative.sample(figures, reasons), "overall": narrative.overall(basis, figures), "law_type": narrative.law_type(basis, figures, names),
        "service_area": narrative.service_area(basis, figures), "children_seen": narrative.children_seen(basis, figures),
        "employment": narrative.employment(basis, figures), "moderation": narrative.moderation(basis, figures),
    }  # fmt: skip
    offers = AUDIT.offers(audit, Situation(visit.viewer, audit.ref))
    return ReportPage(
        title=audit.name, audit=audit, document=document_of(audit), basis=basis, figures=figures, publication=publication, words=words,
        law_names=names, chart_summary=charts.areas_summary(basis, figures), chart_address=f"{base}/areas.svg",
        by_area=not is_grading(visit.session, visit.viewer), by_auditor=visit.viewer.has(*queries.BY_AUDITOR, audit=audit.ref),
        may_publish=any(o.transition.name == "publish" for o in offers),
    )  # fmt: skip


def _picture(visit: Visit, audit: Audit) -> Response:
    size = charts.NARROW if visit.query("size") == "narrow" else charts.WIDE
    svg = charts.areas_svg(actions.basis_of(visit.session, audit), actions.figures_of(visit.session, audit), size)
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


@doors.get("/reports", signed_in)
def reports_page(visit: Visit, viewer: Viewer) -> Response:
    """List the published reports."""
    return visit.render(ReportsPage(title="Reports", audits=queries.published(visit.session, viewer)))


@doors.get("/reports/{ref}", published_reader)
def published_report(visit: Visit, audit: Audit) -> Response:
    """Show a published report."""
    return visit.render(report_page_of(visit, audit, f"/reports/{audit.ref}"))


@doors.get("/reports/{ref}/areas.svg", not_while_grading(published_reader))
def published_picture(visit: Visit, audit: Audit) -> Response:
    """Give the picture of a published report."""
    return _picture(visit, audit)


@doors.get("/audits/{ref}/report", report_reader)
def report(visit: Visit, audit: Audit) -> Response:
    """Show the report of a finalised audit."""
    return visit.render(report_page_of(visit, audit, f"/audits/{audit.ref}/report"))


@doors.get("/audits/{ref}/report/areas.svg", not_while_grading(report_reader))
def picture(visit: Visit, audit: Audit) -> Response:
    """Give the picture of a finalised audit's report."""
    return _picture(visit, audit)


@doors.get("/audits/{ref}/report/figures.json", not_while_grading(report_reader))
def figures_file(visit: Visit, audit: Audit) -> Response:
    """Give the figures as a file; how each auditor graded is for those who lead the audit."""
    figures = actions.figures_of(visit.session, audit)
    text = actions.figures_text(figures if visit.viewer.has(*queries.BY_AUDITOR, audit=audit.ref) else without_auditors(figures))
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}-figures.json"'}
    return Response(text, media_type="application/json", headers=headers)


@doors.get("/audits/{ref}/finalise", finaliser)
def finalise_page(visit: Visit, audit: Audit) -> Response:
    """Show what is still open."""
    found = still_open(visit.session, audit)
    groups = {name: [item for item in found if item.group == name] for name in dict.fromkeys(item.group for item in found)}
    situation = Situation(visit.viewer, audit.ref, known={"open": found})
    page = FinalisePage(
        title="Finalise the audit", audit=audit, groups=groups, refusal=AUDIT.refusal("finalise", audit, situation),
        graded=queries.graded(visit.session, audit), staying=stays_open(visit.session, audit),
    )  # fmt: skip
    return visit.render(page)


@doors.post("/audits/{ref}/finalise", finaliser)
def finalise(visit: Visit, audit: Audit) -> Response:
    """Finalise the audit."""
    actions.finalise(visit.session, audit, by=visit.viewer)
    return visit.redirect(f"/audits/{audit.ref}/report", "The audit is finalised and its figures are frozen.")


@doors.post("/audits/{ref}/publish", audit_for(Role.DIRECTOR))
def publish(visit: Visit, audit: Audit) -> Response:
    """Publish the report."""
    actions.publish(visit.session, audit, by=visit.viewer)
    return visit.redirect(f"/reports/{audit.ref}", "The report is published. Readers can see it now.")
