"""Routes of the commission and the framework."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.commission import actions as commission_actions
from app.audit.commission.forms import WithdrawForm
from app.audit.commission.rules import share_in_words
from app.audit.enums import AUDIT_KIND_LABELS, AuditState
from app.audit.guards import any_audit, audit_to
from app.audit.models import Audit
from app.audit.rules import AUDIT
from app.audit.shapes.meaning import cases_in_words, how_many, more_in_words
from app.audit.shapes.shape import shape_of
from app.audit.wording.queries import became_of_clauses
from app.clock import month
from app.labels import capital
from app.people.enums import Role
from app.people.queries import kinds_now
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.workflow import Offer

router = Router()


@dataclass(frozen=True, kw_only=True)
class FrameworkPage(Page):
    """The framework of an audit, and its agreement."""

    template: ClassVar[str] = "audit/commission/framework.html"
    audit: Audit
    law_types: Sequence[str]
    kind: str
    sample: str
    sample_more: Sequence[str]
    second_share: str
    # None for somebody who has a case to grade: not even which bands there are.
    bands: Sequence[str] | None
    targets_told: str
    # What the version of the document made of what was read in two ways before; empty where there was nothing.
    reworded: str
    document_kinds: Sequence[str]
    # What may become of the framework now, by the row's name; and what of it is refused.
    offers: Mapping[str, Offer]
    refused: Sequence[Offer]
    may_compare: bool
    may_keep: bool
    to_draft: bool


@dataclass(frozen=True, kw_only=True)
class WithdrawPage(Page):
    """Withdraw an audit."""

    template: ClassVar[str] = "audit/commission/withdraw.html"
    audit: Audit
    form: Filled


@router.get("/audits/{ref}/framework", any_audit)
def framework_page(visit: Visit, audit: Audit) -> Response:
    """Show the framework, and the button that agrees it."""
    situation = commission_actions.situation_of_agreeing(visit.session, audit, visit.viewer)
    known = {name: AUDIT.offer(name, audit, situation) for name in ("agree", "take_back", "send_back", "reopen")}
    offers = {name: offer for name, offer in known.items() if offer is not None}
    page = FrameworkPage(
        title="Framework",
        audit=audit,
        law_types=list(kinds_now(visit.session).law_types.names(audit.law_types).values()),
        kind=AUDIT_KIND_LABELS[audit.kind],
        sample=f"{capital(how_many(shape_of(audit)))}, {cases_in_words(shape_of(audit))}",
        sample_more=more_in_words(shape_of(audit)),
        second_share=share_in_words(audit.benchmark_share),
        bands=None
        if queries.is_grading(visit.session, visit.viewer)
        else list(kinds_now(visit.session).bands.names(audit.bands).values()),
        targets_told=_told_of(audit),
        reworded=became_of_clauses(visit.session, audit.threshold),
        document_kinds=list(kinds_now(visit.session).document_kinds.names(shape_of(audit).documents).values()),
        offers=offers,
        refused=[offer for offer in offers.values() if offer.refusal],
        may_compare=visit.viewer.has(Role.LEAD, audit=audit.ref),
        may_keep=visit.viewer.nationwide(*AUDIT["commission"].roles) and audit.state is not AuditState.DRAFT,
        to_draft=audit.state is AuditState.DRAFT and AUDIT["save"].is_for(visit.viewer, audit.ref),
    )
    return visit.render(page)


def _told_of(audit: Audit) -> str:
    """Return by when the targets shall be reached and where they were set, to follow what they are."""
    by = f", by {month(audit.targets_by)}" if audit.targets_by else ""
    return f"{by}. Set in: {audit.targets_set_in}" if audit.targets_set_in else by


@router.post("/audits/{ref}/framework", audit_to(AUDIT["agree"]))
def agree_framework(visit: Visit, audit: Audit) -> Response:
    """Agree the framework."""
    commission_actions.agree_framework(visit.session, audit, by=visit.viewer)
    return visit.redirect(
        f"/audits/{audit.ref}", "The framework is agreed and locked. An analyst imports the list of filings next."
    )


@router.get("/audits/{ref}/withdraw", audit_to(AUDIT["withdraw"]))
def withdraw_page(visit: Visit, audit: Audit) -> Response:
    """Ask why the audit is withdrawn."""
    return visit.render(WithdrawPage(title="Withdraw this audit", audit=audit, form=Filled()))


@router.post("/audits/{ref}/withdraw", audit_to(AUDIT["withdraw"]))
def withdraw(visit: Visit, audit: Audit) -> Response:
    """Withdraw the audit."""
    sent, form = fill(WithdrawForm, visit.form)
    if sent is None:
        return visit.render(WithdrawPage(title="Withdraw this audit", audit=audit, form=form), status=422)
    commission_actions.withdraw(visit.session, audit, by=visit.viewer, reason=sent.reason)
    return visit.redirect(f"/audits/{audit.ref}", f"{audit.name} is withdrawn.")
