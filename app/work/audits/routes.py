"""Routes of the list of audits and of an audit's home."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.commission import actions as commission_actions
from app.audit.commission.rules import is_archived
from app.audit.drafts.queries import drafts
from app.audit.enums import AUDIT_KIND_LABELS, AUDIT_STATE_LABELS, AuditKind, AuditState, CaseState
from app.audit.guards import any_audit, audit_to
from app.audit.models import Audit
from app.audit.rules import AUDIT, OVER
from app.audit.shapes.meaning import how_many
from app.audit.shapes.shape import shape_of
from app.clock import today
from app.labels import capital
from app.moderation.concerns import queries as concerns_queries
from app.moderation.enums import ConcernState
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.pages import Page
from app.web.routing import Router, Visit, signed_in
from app.work.audits.stages import GRADED, Stage, sees_progress, stages_of

router = Router()


@dataclass(frozen=True, kw_only=True)
class AuditsPage(Page):
    """The audits that a person may know of."""

    template: ClassVar[str] = "work/audits/audits.html"
    audits: Sequence[Audit]
    states: Mapping[AuditState, str]
    kinds: Mapping[AuditKind, str]
    may_commission: bool
    may_bring_in: bool
    drafts: Sequence[Audit]
    # Whether these are the archived ones, and how many of those there are otherwise.
    archived: bool
    others: int


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """An audit's home: its stages, their state, and what blocks."""

    template: ClassVar[str] = "work/audits/audit.html"
    audit: Audit
    stages: Sequence[Stage]
    state: str
    kind: str
    law_types: str
    share: str
    headless: Sequence[str]
    counts: Mapping[str, int]
    concerns: str
    may_withdraw: bool
    may_archive: bool
    may_bring_back: bool
    may_repeat: bool
    # Of an audit that is a draft again, for whoever writes in it.
    to_draft: bool
    may_prepare: bool
    may_keep_phrases: bool
    follows_returns: bool
    grades: bool


@router.get("/audits", signed_in)
def audits_page(visit: Visit, viewer: Viewer) -> Response:
    """List the audits."""
    archived, known = visit.query("show") == "archived", audit_queries.audits(visit.session, viewer)
    drafting = () if archived else drafts(visit.session, viewer)
    apart = [of for of in known if is_archived(of, today())]
    here = [of for of in known if of not in apart and of not in drafting]
    page = AuditsPage(
        title="Archived audits" if archived else "Audits",
        audits=apart if archived else here,
        drafts=drafting,
        archived=archived,
        others=0 if archived else len(apart),
        states=AUDIT_STATE_LABELS,
        kinds=AUDIT_KIND_LABELS,
        may_commission=viewer.nationwide(Role.DIRECTOR),
        may_bring_in=viewer.holds(Role.ANALYST, Role.LEAD),
    )
    return visit.render(page)


def _headless_in(visit: Visit, audit: Audit) -> Sequence[str]:
    """Return the areas without a head, for those who can do something about it before a case goes back."""
    open_to = visit.viewer.has(Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.ANALYST, audit=audit.ref)
    ended = audit.state in {AuditState.FINALISED, AuditState.PUBLISHED, AuditState.WITHDRAWN}
    return audit_queries.headless_areas(visit.session, audit) if open_to and not ended else ()


def _concerns_in_words(visit: Visit, audit: Audit) -> str:
    """Return what the link to an audit's concerns says, or nothing for whoever sees none and could raise none here."""
    seen = concerns_queries.concerns_of_audit(visit.session, visit.viewer, audit)
    still = sum(c.state is not ConcernState.CLOSED for c in seen)
    if not seen and not visit.viewer.has(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT, audit=audit.ref):
        return ""
    return f"Urgent safeguarding concerns: {still:,} open" if still else "Urgent safeguarding concerns: none open"


@router.get("/audits/{ref}", any_audit)
def audit_page(visit: Visit, audit: Audit) -> Response:
    """Show an audit's home."""
    counts = audit_queries.counts_by_state(visit.session, audit) if sees_progress(visit.viewer, audit) else {}
    viewer, ended = visit.viewer, audit.state in OVER
    is_ended = audit.state in AUDIT["archive"].sources and AUDIT["archive"].is_for(viewer, audit.ref)
    page = AuditPage(
        title=audit.name,
        audit=audit,
        stages=stages_of(visit, audit),
        state=AUDIT_STATE_LABELS[audit.state],
        kind=AUDIT_KIND_LABELS[audit.kind],
        share="" if audit.imported else capital(how_many(shape_of(audit))),
        headless=_headless_in(visit, audit),
        law_types=", ".join(kinds_now(visit.session).law_types.shorts(audit.law_types).values()),
        counts=_counts(counts) if counts else {},
        concerns=_concerns_in_words(visit, audit),
        may_withdraw=viewer.nationwide(Role.DIRECTOR) and not ended and not audit.rehearsal,
        may_archive=is_ended and not audit.rehearsal and not is_archived(audit, today()),
        may_bring_back=is_ended and audit.archived_at is not None,
        may_repeat=viewer.nationwide(Role.DIRECTOR) and not audit.rehearsal and audit.state is not AuditState.DRAFT,
        to_draft=audit.state is AuditState.DRAFT and AUDIT["save"].is_for(viewer, audit.ref),
        follows_returns=viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref),
        may_prepare=_may_prepare(viewer, audit),
        grades=viewer.has(Role.IMPROVEMENT_MANAGER, Role.BENCHMARKER, audit=audit.ref) and not audit.imported,
        may_keep_phrases=not audit.imported and viewer.has(Role.LEAD, audit=audit.ref),
    )
    return visit.render(page)


@router.post("/audits/{ref}/archive", audit_to(AUDIT["archive"]))
def archive(visit: Visit, audit: Audit) -> Response:
    """Keep an ended audit apart from the list."""
    commission_actions.archive(visit.session, audit, by=visit.viewer)
    return visit.redirect("/audits", f"{audit.name} is archived. It stays as it is, under ‘Archived audits’.")


@router.post("/audits/{ref}/bring-back", audit_to(AUDIT["bring_back"]))
def bring_back(visit: Visit, audit: Audit) -> Response:
    """Bring an archived audit back to the list."""
    commission_actions.bring_back(visit.session, audit, by=visit.viewer)
    return visit.redirect("/audits", f"{audit.name} is in the list again.")


def _counts(by_state: Mapping[CaseState, int]) -> dict[str, int]:
    return {
        "Not started": by_state.get(CaseState.DRAWN, 0) + by_state.get(CaseState.ALLOCATED, 0),
        "In progress": by_state.get(CaseState.IN_PROGRESS, 0),
        "Graded": sum(by_state.get(s, 0) for s in GRADED),
    }


def _may_prepare(viewer: Viewer, audit: Audit) -> bool:
    return audit.state is AuditState.FIELDWORK and viewer.has(Role.IMPROVEMENT_ASSISTANT, audit=audit.ref)
