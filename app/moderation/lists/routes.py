"""Routes of the lists of an audit's cases and challenges, with the grades that the person may see."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.benchmarks.queries import benchmarks_to_do
from app.audit.enums import CASE_STATE_LABELS, CaseState
from app.audit.guards import any_audit
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase
from app.audit.staff import queries as staff_queries
from app.audit.thresholds.document import ThresholdDocument
from app.db import PageOf
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.blind import LABELS
from app.moderation.lists.queries import Wanted, cases_of
from app.moderation.models import Challenge
from app.moderation.own_views.actions import blind_cases
from app.people.enums import Role
from app.people.queries import kinds_now
from app.web.forms import number_of
from app.web.pages import Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, kw_only=True)
class CasesPage(Page):
    """The cases of an audit that the person may open."""

    template: ClassVar[str] = "moderation/lists/cases.html"
    audit: Audit
    document: ThresholdDocument
    cases: PageOf[AuditCase]
    areas: Sequence[str]
    wanted: Wanted
    names: Mapping[int, str]
    states: Mapping[CaseState, str]
    law_types: Mapping[str, str]
    shows_auditors: bool
    shows_grades: bool
    # Whose grade is not shown before the person has recorded their own view of a challenge.
    blind: frozenset[int]
    may_grade: bool
    # How many cases are left out, as the person has to grade them a second time, blind.
    in_benchmarking: int


@dataclass(frozen=True, kw_only=True)
class ChallengesPage(Page):
    """The challenges of an audit."""

    template: ClassVar[str] = "moderation/lists/challenges.html"
    audit: Audit
    document: ThresholdDocument
    challenges: Sequence[Challenge]
    labels: dict[str, dict[object, str]]
    blind: frozenset[int]


def _wanted(visit: Visit, *, may_ask_for_others: bool) -> Wanted:
    by = visit.query("by") if may_ask_for_others else ""
    auditor = visit.viewer.id if visit.query("whose") == "mine" else number_of(by)
    return Wanted(visit.query("area"), visit.query("state"), visit.query("case").strip(), auditor)


@router.get("/audits/{ref}/cases", any_audit)
def cases_page(visit: Visit, audit: Audit) -> Response:
    """List the cases that the person may open."""
    shows_auditors = visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref)
    wanted = _wanted(visit, may_ask_for_others=shows_auditors)
    cases = cases_of(visit.session, visit.viewer, audit, wanted, visit.query("page"))
    names = queries.names(visit.session, frozenset(c.auditor_id for c in cases.rows if c.auditor_id))
    page = CasesPage(
        title="Cases",
        audit=audit,
        document=library_queries.document_of(audit),
        cases=cases,
        names=names,
        wanted=wanted,
        areas=queries.areas_of(visit.session, visit.viewer, audit),
        states=CASE_STATE_LABELS,
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        shows_auditors=shows_auditors,
        shows_grades=not staff_queries.has_to_grade(visit.session, audit, visit.viewer.id),
        blind=blind_cases(visit.session, visit.viewer, audit, cases.rows),
        may_grade=visit.viewer.has(Role.IMPROVEMENT_MANAGER, audit=audit.ref),
        in_benchmarking=sum(b.case.audit_id == audit.id for b in benchmarks_to_do(visit.session, visit.viewer)),
    )
    return visit.render(page)


@router.get("/audits/{ref}/challenges", any_audit)
def challenges_page(visit: Visit, audit: Audit) -> Response:
    """List the challenges of an audit that the person may see."""
    challenges = challenges_queries.challenges_of_audit(visit.session, visit.viewer, audit)
    page = ChallengesPage(
        title="Challenges",
        audit=audit,
        document=library_queries.document_of(audit),
        blind=blind_cases(visit.session, visit.viewer, audit, [c.case for c in challenges]),
        challenges=challenges,
        labels=LABELS,  # type: ignore[arg-type]
    )
    return visit.render(page)
