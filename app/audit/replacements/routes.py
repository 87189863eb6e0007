"""Routes of what changes a sample after the draw: ask for a replacement, answer, add a case by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.guards import audit_for
from app.audit.models import Audit, AuditCase, Replacement
from app.audit.replacements import actions as replacing
from app.audit.replacements.forms import AddedForm, DeclineForm, ReplacementForm
from app.audit.replacements.guards import case_to_replace, request_to
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import ADDERS, CASE, sample_can_change
from app.audit.sample import queries as sample_queries
from app.errors import Conflict
from app.long_acts.forethought import Forethought
from app.people.kinds import KindsOfWork
from app.people.models import ServiceArea
from app.people.queries import kinds_now
from app.sampling.population import Filing
from app.sampling.replacement import ABOUT_THE_CASE, REASON_LABELS, Reason, StandIn, steps_in
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, kw_only=True)
class ReplacementPage(Page):
    """Say why a case cannot be audited."""

    template: ClassVar[str] = "audit/replacements/replacement.html"
    case: AuditCase
    form: Filled
    reasons: Sequence[tuple[str, str, str]]
    refusal: str | None
    is_lead: bool


@dataclass(frozen=True, kw_only=True)
class AnswerPage(Page):
    """Answer a request to replace a case."""

    template: ClassVar[str] = "audit/replacements/replacement_answer.html"
    request: Replacement
    case: AuditCase
    form: Filled
    asked_by: str
    reason: str
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class AddedPage(Page):
    """Add a case by hand."""

    template: ClassVar[str] = "audit/replacements/added.html"
    audit: Audit
    form: Filled
    areas: Sequence[ServiceArea]
    law_types: Mapping[str, str]
    bands: Mapping[str, str]
    employment: Mapping[str, str]
    refusal: str | None


def _replacement_page(visit: Visit, case: AuditCase, form: Filled) -> ReplacementPage:
    same, another = "Another case of the same practitioner stands in", "Another practitioner stands in"
    return ReplacementPage(
        title="This case cannot be audited",
        case=case,
        form=form,
        reasons=[(r.value, label, same if r in ABOUT_THE_CASE else another) for r, label in REASON_LABELS.items()],
        refusal=_why_not(visit, case),
        is_lead=REPLACEMENT["make"].is_for(visit.viewer, case.audit.ref),
    )


def _why_not(visit: Visit, case: AuditCase) -> str | None:
    """Return why the case cannot be replaced now, whoever asks."""
    if case.state not in CASE["replace"].sources:
        return CASE.moved_on(case, CASE["replace"])
    if sample_queries.open_request(visit.session, case) is not None:
        return "Somebody has asked for this case to be replaced already. The audit lead answers."
    return sample_can_change(case.audit)


@router.get("/cases/{case_id}/replacement", case_to_replace)
def replacement_page(visit: Visit, case: AuditCase) -> Response:
    """Ask why the case cannot be audited."""
    return visit.render(_replacement_page(visit, case, Filled()))


def _at_once(visit: Visit, case: AuditCase) -> bool:
    return REPLACEMENT["make"].is_for(visit.viewer, case.audit.ref)


def _stand_in(visit: Visit, case: AuditCase) -> Forethought[StandIn] | None:
    sent, _ = fill(ReplacementForm, visit.form)
    if sent is None or not _at_once(visit, case) or _why_not(visit, case):
        return None
    return replacing.foreseen_stand_in(visit.session, case, sent.reason)


@router.post("/cases/{case_id}/replacement", case_to_replace.making(REPLACEMENT["make"]), beforehand=_stand_in)
def ask(visit: Visit, case: AuditCase) -> Response:
    """Ask for the case to be replaced; the audit lead, who would answer, has it replaced at once."""
    refusal = _why_not(visit, case)
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(ReplacementForm, visit.form)
    if sent is None:
        return visit.render(_replacement_page(visit, case, form), status=422)
    if _at_once(visit, case):
        request = replacing.replace_at_once(
            visit.session, case, reason=sent.reason, note=sent.note, by=visit.viewer, before=visit.forethought
        )
        return _replaced(visit, request)
    replacing.ask_for_replacement(visit.session, case, reason=sent.reason, note=sent.note, by=visit.viewer)
    return visit.redirect(
        "/", f"The audit lead is asked to replace case {case.case_ref}. It stays with you until they answer."
    )


def _replaced(visit: Visit, request: Replacement) -> Response:
    old, new = request.case.case_ref, request.new_case
    where, steps = f"/audits/{request.case.audit.ref}/sample", steps_in(request.case.audit.bands)
    if new is None:
        why = steps.get(request.step, "It was added by hand, so nothing stands in for it")
        return visit.redirect(where, f"Case {old} leaves the sample. {why}.")
    return visit.redirect(where, f"Case {new.case_ref} stands in for case {old}. {steps[request.step]}.")


def _answer_page(visit: Visit, request: Replacement, form: Filled) -> AnswerPage:
    asked_by = queries.names(visit.session, frozenset({request.asked_by} if request.asked_by else ())).get(
        request.asked_by or 0, "The command line"
    )
    return AnswerPage(
        title="A case that cannot be audited",
        request=request,
        case=request.case,
        form=form,
        asked_by=asked_by,
        reason=REASON_LABELS[Reason(request.reason)],
        refusal=sample_can_change(request.case.audit),
    )


@router.get("/cases/{case_id}/replacement/answer", request_to(REPLACEMENT["make"], REPLACEMENT["decline"]))
def answer_page(visit: Visit, request: Replacement) -> Response:
    """Show what was asked."""
    return visit.render(_answer_page(visit, request, Filled()))


@router.post(
    "/cases/{case_id}/replacement/make",
    request_to(REPLACEMENT["make"]),
    beforehand=lambda visit, of: replacing.foreseen_stand_in(visit.session, of.case, Reason(of.reason)),
)
def make(visit: Visit, request: Replacement) -> Response:
    """Replace the case by the rule."""
    replacing.make_replacement(visit.session, request, by=visit.viewer, before=visit.forethought)
    return _replaced(visit, request)


@router.post("/cases/{case_id}/replacement/decline", request_to(REPLACEMENT["decline"]))
def decline(visit: Visit, request: Replacement) -> Response:
    """Keep the case."""
    sent, form = fill(DeclineForm, visit.form)
    if sent is None:
        return visit.render(_answer_page(visit, request, form), status=422)
    replacing.decline_replacement(visit.session, request, answer=sent.answer, by=visit.viewer)
    return visit.redirect(
        f"/cases/{request.case_id}", "The case stays in the sample. Its improvement manager sees your answer."
    )


def _added_page(visit: Visit, audit: Audit, form: Filled) -> AddedPage:
    kinds = kinds_now(visit.session)
    return AddedPage(
        title="Add a case by hand",
        audit=audit,
        form=form,
        areas=queries.service_areas(visit.session),
        law_types=kinds.law_types.shorts(audit.law_types),
        bands=kinds.bands.names(audit.bands),
        employment=kinds.employment.shorts(kind.code for kind in kinds.employment.open),
        refusal=sample_can_change(audit),
    )


@router.get("/audits/{ref}/sample/add", audit_for(*ADDERS))
def added_page(visit: Visit, audit: Audit) -> Response:
    """Ask which case is added, and why."""
    return visit.render(_added_page(visit, audit, Filled()))


def _differences(visit: Visit, audit: Audit) -> Forethought[Mapping[str, str]] | None:
    sent, _ = fill(AddedForm, visit.form)
    return (
        replacing.foreseen_differences(visit.session, audit, _filing(sent, kinds_now(visit.session))) if sent else None
    )


@router.post("/audits/{ref}/sample/add", audit_for(*ADDERS), beforehand=_differences)
def add(visit: Visit, audit: Audit) -> Response:
    """Add a case by hand."""
    sent, form = fill(AddedForm, visit.form)
    if sent is not None:
        form = form.with_errors(**_faults(visit, audit, sent))
    if sent is None or form.errors:
        return visit.render(_added_page(visit, audit, form), status=422)
    wanted = replacing.Addition(_filing(sent, kinds_now(visit.session)), sent.why)
    case = replacing.add_by_hand(visit.session, audit, wanted, by=visit.viewer, before=visit.forethought)
    said = f"Case {case.case_ref} is added. It is marked everywhere and counts in no figure about the population."
    return visit.redirect(f"/audits/{audit.ref}/sample", said)


def _filing(sent: AddedForm, kinds: KindsOfWork) -> Filing:
    law, filed_on = sent.law_type, sent.filed_on.isoformat()
    who = (sent.case_ref, sent.practitioner_id, sent.area, law)
    return Filing(*who, sent.performance_band, sent.employment, filed_on, kinds.document_kinds.usual)


ONE_CASE_EACH = "This practitioner has a case in this audit. Only one case of each practitioner is audited"


def _faults(visit: Visit, audit: Audit, sent: AddedForm) -> dict[str, str]:
    found: dict[str, Any] = {}
    if sent.area not in {a.code for a in queries.service_areas(visit.session)}:
        found["area"] = sent.wrong["area"]
    kinds = kinds_now(visit.session)
    if sent.law_type not in audit.law_types:
        found["law_type"] = f"This audit is about {', '.join(kinds.law_types.names(audit.law_types).values())}"
    if sent.employment not in kinds.employment.codes:
        found["employment"] = sent.wrong["employment"]
    if sent.performance_band not in (audit.bands or ("",)):
        found["performance_band"] = sent.wrong["performance_band"]
    if not audit.window_from <= sent.filed_on <= audit.window_to:
        found["filed_on"] = "The date must be inside the audit’s window"
    used, _ = sample_queries.used_in_sample(visit.session, audit)
    if sent.practitioner_id in used:
        found["practitioner_id"] = ONE_CASE_EACH
    unlike = replacing.differences_from_list(visit.session, audit, _filing(sent, kinds), visit.forethought)
    return {**unlike, **found}
