"""Routes of progress: how far the grading is, what is stuck, and the reminder."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.bars.queries import everybody
from app.audit.enums import AuditState, CaseState
from app.audit.guards import audit_for
from app.audit.models import Audit
from app.audit.staff import actions as staffing
from app.audit.staff import queries as staff_queries
from app.audit.staff.routes import OfAudit, grader
from app.audit.staff.time import Time
from app.clock import due_in_words, local_date, today
from app.errors import Elsewhere
from app.moderation.enums import ReturnState
from app.moderation.returns.queries import open_returns
from app.people.enums import Role
from app.people.queries import kinds_now
from app.report import queries
from app.report.figures.progress import Auditor, Burn, CaseProgress, Stuck, Tally, burn_of, stuck, tallies
from app.report.pictures import charts
from app.report.progress import queries as progress_queries
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit

router = Router()


def _followed(visit: Visit) -> Audit:
    audit = audit_for(*staff_queries.FOLLOWERS).find(visit)
    if audit.imported or audit.state not in {AuditState.FIELDWORK, AuditState.FINALISED, AuditState.PUBLISHED}:
        raise Elsewhere(f"/audits/{audit.ref}", "Progress can be followed once fieldwork has opened here.")
    return audit


followed = Guard(
    "whoever follows the grading of an audit in fieldwork: lead, directors, improvement assistant", _followed
)


@dataclass(frozen=True, kw_only=True)
class ProgressPage(Page):
    """How far the grading is: counts, never grades."""

    template: ClassVar[str] = "report/progress/progress.html"
    audit: Audit
    burn: Burn
    by_auditor: Sequence[Tally]
    others: Mapping[str, Sequence[Tally]]
    stuck: Sequence[Stuck]
    reminded: frozenset[str]
    may_remind: bool
    may_open: bool


def _burn(visit: Visit, audit: Audit, cases: Sequence[CaseProgress]) -> Burn:
    opened = staff_queries.opened_on(visit.session, audit) or local_date(audit.commissioned_at)
    return burn_of(cases, opened, audit.grade_by, today())


def _auditors(visit: Visit, audit: Audit, cases: Sequence[CaseProgress]) -> dict[int, Auditor]:
    times, here = staff_queries.times(visit.session, audit), everybody(visit.session)
    theirs = {c.auditor for c in cases if c.auditor is not None and c.state is not CaseState.DRAWN}
    sign_in = {p.id for p in here.people}
    named = sorted((here.names[key], key) for key in theirs)
    return {key: Auditor(name, times.get(key, Time()), key not in sign_in) for name, key in named}


def _stuck(
    visit: Visit, audit: Audit, cases: Sequence[CaseProgress], auditors: Mapping[int, Auditor]
) -> Iterator[Stuck]:
    if audit.state is not AuditState.FIELDWORK:
        return
    for key, ref, area in progress_queries.requests_waiting(visit.session, audit):
        why, link = "Somebody asked to have it replaced", f"/cases/{key}/replacement/answer"
        yield Stuck(f"Case {ref}, {area}", why, link, "Answer")
    yield from stuck(cases, auditors, audit.ref, today())
    yield from _not_reviewed(visit, audit)


def _not_reviewed(visit: Visit, audit: Audit) -> Iterator[Stuck]:
    """Yield the reviews that are late.

    That a case went back says how it was graded: only to those who decide, and not while they grade themselves.
    """
    decides = visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref)
    if not decides or staff_queries.has_to_grade(visit.session, audit, visit.viewer.id):
        return
    for returned in open_returns(visit.session, visit.viewer, audit):
        if returned.state is ReturnState.OPEN and returned.review_due < today():
            what = f"Case {returned.case.case_ref}, {returned.case.area}"
            why = f"Not reviewed by its area; the review was due {due_in_words(returned.review_due)}"
            yield Stuck(what, why, f"/cases/{returned.case_id}", "Ask the head of service")


@router.get("/audits/{ref}/progress", followed)
def progress_page(visit: Visit, audit: Audit) -> Response:
    """Show how far the grading is and what is stuck."""
    cases = progress_queries.progress(visit.session, audit)
    auditors = _auditors(visit, audit, cases)
    names = {str(key): auditor.name for key, auditor in auditors.items()}
    areas = {code: code for code in queries.area_order(visit.session, audit)}
    page = ProgressPage(
        title="Progress",
        audit=audit,
        burn=_burn(visit, audit, cases),
        by_auditor=tallies(cases, lambda c: c.auditor, names),
        others={
            "Service area": tallies(cases, lambda c: c.area, areas),
            "Law type": tallies(
                cases, lambda c: c.law_type, kinds_now(visit.session).law_types.shorts(audit.law_types)
            ),
        },
        stuck=list(_stuck(visit, audit, cases, auditors)),
        reminded=frozenset(str(p) for p in staff_queries.reminded_today(visit.session, audit)),
        may_remind=audit.state is AuditState.FIELDWORK and visit.viewer.has(Role.LEAD, audit=audit.ref),
        may_open=visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref),
    )
    return visit.render(page)


@router.get("/audits/{ref}/progress.svg", followed)
def picture(visit: Visit, audit: Audit) -> Response:
    """Give the picture of the submitted cases against the calendar."""
    burn = _burn(visit, audit, progress_queries.progress(visit.session, audit))
    size = charts.NARROW if visit.query("size") == "narrow" else charts.WIDE
    return Response(charts.burn_svg(burn, size), media_type="image/svg+xml", headers={"Cache-Control": "no-store"})


@router.post("/audits/{ref}/progress/people/{person_id}/remind", grader)
def remind(visit: Visit, of: OfAudit) -> Response:
    """Leave a reminder on somebody's work."""
    staffing.remind(visit.session, of.audit, of.person, by=visit.viewer)
    return visit.redirect(
        f"/audits/{of.audit.ref}/progress",
        f"{of.person.name} finds a reminder on ‘Your work’. It goes once they save something.",
    )
