"""Routes of the commission and the framework."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.actions import situation_in_audit
from app.audit.commission import actions as commission_actions
from app.audit.commission.forms import CommissionForm, WithdrawForm, wishes_of
from app.audit.commission.rules import not_offered, share_in_words
from app.audit.enums import AUDIT_KIND_LABELS, AuditKind
from app.audit.guards import any_audit, audit_to, commissioner
from app.audit.library import queries as library_queries
from app.audit.models import Audit, Commission, ThresholdText
from app.audit.rules import AUDIT
from app.audit.shapes.meaning import cases_in_words, how_many, more_in_words
from app.audit.shapes.shape import shape_of
from app.audit.wording.queries import became_of_clauses
from app.clock import month
from app.errors import Conflict
from app.labels import capital, listed
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.forms import fill, readable
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
USUAL = (
    "law_rule",
    "review_days",
    "challenge_days",
    "decision_days",
    "escalation_days",
    "correction_days",
    "benchmark_share",
    "extend_over",
)
DEFAULTS = {
    **{name: str(Commission.model_fields[name].default) for name in USUAL},
    "fraction": "1/2",
    "how_many": "share",
    "cases_each": "1",
    "kind": "national",
}


WAYS = (
    (
        "share",
        "A share of the practitioners",
        "The same share of every service area, such as half. Everybody’s chance is the same",
    ),
    (
        "total",
        "A number in all",
        "Each service area in proportion to its practitioners. Everybody’s chance is the same",
    ),
    (
        "areas",
        "A number or a share by service area",
        "Areas can be compared on equal numbers. Chances differ, so the whole audit’s shares are weighted",
    ),
    ("everybody", "Everybody", "Nothing is left to chance, and nothing is estimated"),
)


@dataclass(frozen=True, kw_only=True)
class CommissionPage(Page):
    """Commission an audit."""

    template: ClassVar[str] = "audit/commission/commission.html"
    form: Filled
    kinds: Sequence[tuple[str, str]]
    law_types: Sequence[tuple[str, str]]
    bands: Sequence[tuple[str, str]]
    # How many practitioners are audited: each way with what it means.
    ways: Sequence[tuple[str, str, str]]
    areas: str
    staff: str
    thresholds: Sequence[tuple[str, str]]


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
    may_agree: bool
    may_compare: bool


@dataclass(frozen=True, kw_only=True)
class WithdrawPage(Page):
    """Withdraw an audit."""

    template: ClassVar[str] = "audit/commission/withdraw.html"
    audit: Audit
    form: Filled


def _commission_page(visit: Visit, form: Filled) -> CommissionPage:
    documents = [
        (str(t.id), f"{t.title} ({t.version})")
        for t in library_queries.thresholds(visit.session)
        if t.subject == "case"
    ]
    kinds = kinds_now(visit.session)
    return CommissionPage(
        title="Commission an audit",
        form=form,
        thresholds=documents,
        kinds=[(k.value, AUDIT_KIND_LABELS[k]) for k in AuditKind if k is not AuditKind.HEALTH_CHECK],
        law_types=[(kind.code, kind.name) for kind in kinds.law_types.open],
        bands=[(kind.code, kind.name) for kind in kinds.bands.open],
        ways=WAYS,
        areas=", ".join(a.code for a in queries.service_areas(visit.session)),
        staff=", ".join(kind.code for kind in kinds.employment.open),
    )


@router.get("/audits/new", commissioner)
def commission_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask what the audit shall be."""
    kinds = kinds_now(visit.session)
    every = {which: [kind.code for kind in kinds.of(which).open] for which in ("law_types", "bands")}
    return visit.render(_commission_page(visit, Filled({**DEFAULTS, **every})))


@router.post("/audits/new", commissioner)
def commission(visit: Visit, viewer: Viewer) -> Response:
    """Commission an audit."""
    sent, form = fill(CommissionForm, visit.form)
    read = sent or readable(CommissionForm, visit.form)
    found = {**read.faults(form.errors), **_faults_in_the_house(visit, read), **form.errors}
    form = replace(form, errors={name: found[name] for name in CommissionForm.model_fields if name in found})
    kept = _chosen(visit, read)
    if sent is None or kept is None or form.errors:
        return visit.render(_commission_page(visit, form), status=422)
    scale = library_queries.document(kept).scale
    decided = {
        "threshold_id": sent.threshold,
        "comparators": sent.comparators(scale[0].code, scale[-1].code),
        "shape": sent.shape.kept(),
        "fraction": str(sent.shape.fraction) if sent.shape.fraction else "",
    }
    wanted = Commission.model_validate(sent, update=decided)
    try:
        audit = commission_actions.commission(visit.session, wanted, by=viewer.id)
    except Conflict as refusal:
        return visit.render(_commission_page(visit, form.with_errors(ref=refusal.sentence)), status=422)
    return visit.redirect(
        f"/audits/{audit.ref}", f"{audit.name} is commissioned. An assistant director agrees its framework next."
    )


def _chosen(visit: Visit, sent: CommissionForm) -> ThresholdText | None:
    return next(
        (t for t in library_queries.thresholds(visit.session) if t.id == sent.threshold and t.subject == "case"), None
    )


def _faults_in_the_house(visit: Visit, sent: CommissionForm) -> dict[str, str]:
    """Return what does not fit what is there.

    A reference may be taken; a document may be missing, be for areas, or have no standards for a law type.
    """
    kinds = kinds_now(visit.session)
    found = not_offered(kinds, sent.law_types or (), sent.bands or ())
    laws = kinds.law_types
    if sent.ref and queries.is_taken(visit.session, sent.ref):
        found["ref"] = f"There is already an audit with the reference {sent.ref}. Choose another reference"
    known = {a.code for a in queries.service_areas(visit.session)}
    strange = [a for a in wishes_of(sent).only if a not in known]
    if known and strange:
        are = "is no service area" if len(strange) == 1 else "are no service areas"
        found["only_areas"] = f"{listed(strange)} {are} here. Write the codes as they stand in earlier lists"
    staff = [kind.code for kind in kinds.employment.open]
    if no_kind := next((kind for _, kind, _ in wishes_of(sent).staff_shares() if kind and kind not in staff), ""):
        found["staff"] = f"{no_kind} is no kind of staff here. There are: {', '.join(staff) or 'none'}"
    kept = _chosen(visit, sent)
    if kept is None:
        return {**found, "threshold": sent.wrong["threshold"]}
    unjudged = [
        laws.short(law) for law in sent.law_types or () if not library_queries.document(kept).standards_for(law)
    ]
    if unjudged and "law_types" not in found:
        found["law_types"] = (
            f"The document chosen has no standards for {' and '.join(unjudged)}. Leave that out, or choose another "
            "document"
        )
    return found


@router.get("/audits/{ref}/framework", any_audit)
def framework_page(visit: Visit, audit: Audit) -> Response:
    """Show the framework, and the button that agrees it."""
    offer = AUDIT.offer("agree", audit, situation_in_audit(audit, visit.viewer))
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
        may_agree=offer is not None,
        may_compare=visit.viewer.has(Role.LEAD, audit=audit.ref),
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
