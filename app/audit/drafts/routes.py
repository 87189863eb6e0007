"""Routes of drafts: a new audit, a draft and what becomes of it, an audit that goes back to its draft, templates."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit.actions import situation_in_audit
from app.audit.commission.actions import commission
from app.audit.drafts import actions, queries
from app.audit.drafts.checking import Checked, checked
from app.audit.drafts.forms import ReasonForm, TemplateForm, as_sent, filled, in_words, typed_in
from app.audit.drafts.guards import a_draft, audit_to_keep, draft_to, template_keeper
from app.audit.drafts.models import AuditTemplate
from app.audit.drafts.pages import DEFAULTS, DraftPage, Returned, draft_page
from app.audit.forms import both
from app.audit.guards import audit_to, commissioner
from app.audit.models import Audit
from app.audit.queries import names
from app.audit.rules import AUDIT
from app.clock import moment
from app.errors import Conflict, Forbidden, Refusal
from app.labels import label_of, listed, plural, subject
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.choices import error_links
from app.web.forms import fill
from app.web.merging import mark, marks_of, merge
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
NEXT = "An assistant director agrees its framework next."


@dataclass(frozen=True, kw_only=True)
class BackPage(Page):
    """Ask why an audit goes back to its draft."""

    template: ClassVar[str] = "audit/drafts/back.html"
    audit: Audit
    form: Filled
    label: str
    told: str


@dataclass(frozen=True, kw_only=True)
class DiscardPage(Page):
    """Ask once more before a draft is discarded."""

    template: ClassVar[str] = "audit/drafts/discard.html"
    draft: Audit
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class TemplatesPage(Page):
    """The templates that a new audit can start from."""

    template: ClassVar[str] = "audit/drafts/templates.html"
    templates: Sequence[AuditTemplate]


@dataclass(frozen=True, kw_only=True)
class KeepTemplatePage(Page):
    """Name the template that is made of an audit."""

    template: ClassVar[str] = "audit/drafts/template.html"
    audit: Audit
    form: Filled


@router.get("/audits/new", commissioner)
def new_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask what the audit shall be."""
    kinds = kinds_now(visit.session)
    every = {which: [kind.code for kind in kinds.of(which).open] for which in ("law_types", "bands")}
    return visit.render(draft_page(visit, Filled({**DEFAULTS, **every})))


@router.post("/audits/new", commissioner.making(AUDIT["draft"], AUDIT["commission"]))
def new_audit(visit: Visit, viewer: Viewer) -> Response:
    """Commission an audit at once, or keep its draft."""
    if visit.sent("act") == "save":
        return _begin(visit, viewer)
    found = checked(visit.session, visit.form)
    if found.wanted is None:
        return visit.render(draft_page(visit, found.form), status=422)
    audit = commission(visit.session, found.wanted, by=viewer.id)
    return visit.redirect(f"/audits/{audit.ref}", f"{audit.name} is commissioned. {NEXT}")


def _begin(visit: Visit, viewer: Viewer) -> Response:
    typed = typed_in(visit.form)
    try:
        audit = actions.begin_draft(visit.session, typed["ref"], typed, by=viewer)
    except Conflict:
        raise
    except Refusal as refusal:
        form = replace(filled(typed), errors={"ref": refusal.sentence.rstrip(".")})
        return visit.render(draft_page(visit, form), status=422)
    return visit.redirect(f"/audits/{audit.ref}/draft", f"The draft is kept as {audit.ref}. {_missing(visit, audit)}")


def _looked_at(visit: Visit, audit: Audit) -> Checked:
    return checked(visit.session, as_sent(queries.typed(visit.session, audit).typed), audit)


def _missing(visit: Visit, audit: Audit) -> str:
    holes = len(_looked_at(visit, audit).form.errors)
    return (
        f"{plural(holes, 'thing is', 'things are')} missing before it can be commissioned." if holes else "It is whole."
    )


def _page_of(visit: Visit, audit: Audit, form: Filled) -> DraftPage:
    kept, looked = queries.typed(visit.session, audit), _looked_at(visit, audit).form
    people = names(visit.session, {p for p in (kept.saved_by, kept.returned_by) if p})
    saved = f"Saved by {people.get(kept.saved_by or 0, 'the command line')} on {moment(kept.saved_at)}."
    back = Returned(people.get(kept.returned_by, ""), kept.returned_why) if kept.returned_by else None
    holes = error_links(looked.errors, looked.anchors)
    return draft_page(visit, form, audit, holes=holes, saved=saved, returned=back)


@router.get("/audits/{ref}/draft", a_draft)
def show_draft(visit: Visit, audit: Audit) -> Response:
    """Show a draft, and what is missing in it."""
    kept = queries.typed(visit.session, audit).typed
    form = filled(kept)
    return visit.render(_page_of(visit, audit, replace(form, values={**form.values, "served": mark(kept)})))


@router.post("/audits/{ref}/draft", a_draft.making(AUDIT["save"], AUDIT["commission"]))
def save_draft(visit: Visit, audit: Audit) -> Response:
    """Save a draft, and commission it where that was asked."""
    sent, was = typed_in(visit.form), marks_of(visit.sent("served"))
    if visit.sent("act") == "commission":
        AUDIT["commission"].demand_role(visit.viewer, audit.ref)
    before = dict(queries.typed(visit.session, audit).typed)
    try:
        merged = actions.save_draft(visit.session, audit, sent, served=visit.sent("served"), by=visit.viewer)
    except (Conflict, Forbidden):
        raise
    except Refusal as refusal:
        return _refused(visit, audit, sent, refusal.sentence)
    if merged.clashes:
        return visit.render(_both(visit, audit, before, sent), status=409)
    theirs = [name for name, text in merged.values.items() if text != sent.get(name, text)]
    if visit.sent("act") == "commission":
        return _commission(visit, audit)
    said = f"The draft is saved. {_missing(visit, audit)}"
    if theirs and was:
        said += f" Changed by somebody else meanwhile, and kept: {listed([label_of(name) for name in theirs])}."
    return visit.redirect(f"/audits/{audit.ref}/draft", said)


def _refused(visit: Visit, audit: Audit, sent: dict[str, str], sentence: str) -> Response:
    form = filled(sent)
    values = {**form.values, "served": visit.sent("served")}
    form = replace(form, values=values, errors={"ref": sentence.rstrip(".")})
    return visit.render(_page_of(visit, audit, form), status=422)


def _both(visit: Visit, audit: Audit, before: dict[str, str], sent: dict[str, str]) -> DraftPage:
    """Return the page on which somebody chooses between what they typed and what another saved meanwhile."""
    merged = merge(marks_of(visit.sent("served")), before, sent)
    chosen = both(before, merged, sent, called=subject, in_words=in_words)
    form = filled({**before, **{name: sent[name] for name in merged.clashes}})
    form = replace(chosen, values={**form.values, "served": chosen.value("served")})
    return _page_of(visit, audit, form)


def _commission(visit: Visit, audit: Audit) -> Response:
    """Commission a draft as it is saved, or list what is missing."""
    found = _looked_at(visit, audit)
    if found.wanted is None:
        kept = queries.typed(visit.session, audit).typed
        form = replace(found.form, values={**filled(kept).values, "served": mark(kept)})
        return visit.render(_page_of(visit, audit, form), status=422)
    had = audit.frame_id
    gone = actions.commission_draft(visit.session, audit, found.wanted, by=visit.viewer)
    said = f"{audit.name} is commissioned. {NEXT}"
    if gone:
        said += f" Its list of filings has to be imported again once it is agreed: {gone}."
    elif had:
        said += " Its list of filings was checked again and stays."
    return visit.redirect(f"/audits/{audit.ref}", said, done=not gone)


@router.get("/audits/{ref}/draft/discard", draft_to(AUDIT["discard"]))
def discard_page(visit: Visit, audit: Audit) -> Response:
    """Ask once more."""
    refusal = AUDIT.refusal("discard", audit, situation_in_audit(audit, visit.viewer))
    return visit.render(DiscardPage(title="Discard this draft", draft=audit, refusal=refusal))


@router.post("/audits/{ref}/draft/discard", draft_to(AUDIT["discard"]))
def discard(visit: Visit, audit: Audit) -> Response:
    """Discard a draft."""
    ref = audit.ref
    actions.discard_draft(visit.session, audit, by=visit.viewer)
    return visit.redirect("/audits", f"The draft is discarded. {ref} is free again.")


@router.post("/audits/{ref}/take-back", audit_to(AUDIT["take_back"]))
def take_back(visit: Visit, audit: Audit) -> Response:
    """Take a commissioned audit back to its draft."""
    actions.back_to_draft(visit.session, audit, "take_back", by=visit.viewer)
    return visit.redirect(f"/audits/{audit.ref}/draft", f"{audit.name} is a draft again.")


BACK = {
    "send_back": "It becomes a draft again. The director reads your reason, changes it and commissions it anew.",
    "reopen": (
        "The audit becomes a draft again, and has to be commissioned and agreed anew. A list of filings that was "
        "imported stays, and is checked against what the framework then says."
    ),
}


def _back_page(audit: Audit, move: str, form: Filled) -> BackPage:
    return BackPage(title=AUDIT[move].label, audit=audit, form=form, label=AUDIT[move].label, told=BACK[move])


def _back(visit: Visit, audit: Audit, move: str) -> Response:
    sent, form = fill(ReasonForm, visit.form)
    if sent is None:
        return visit.render(_back_page(audit, move, form), status=422)
    actions.back_to_draft(visit.session, audit, move, by=visit.viewer, reason=sent.reason)
    return visit.redirect(
        f"/audits/{audit.ref}/draft", f"{audit.name} is a draft again. The director reads your reason."
    )


@router.get("/audits/{ref}/send-back", audit_to(AUDIT["send_back"]))
def send_back_page(visit: Visit, audit: Audit) -> Response:
    """Ask what has to change."""
    return visit.render(_back_page(audit, "send_back", Filled()))


@router.post("/audits/{ref}/send-back", audit_to(AUDIT["send_back"]))
def send_back(visit: Visit, audit: Audit) -> Response:
    """Send a commissioned audit back to its draft."""
    return _back(visit, audit, "send_back")


@router.get("/audits/{ref}/reopen", audit_to(AUDIT["reopen"]))
def reopen_page(visit: Visit, audit: Audit) -> Response:
    """Ask what has to change."""
    return visit.render(_back_page(audit, "reopen", Filled()))


@router.post("/audits/{ref}/reopen", audit_to(AUDIT["reopen"]))
def reopen(visit: Visit, audit: Audit) -> Response:
    """Reopen an agreed framework until its list is locked."""
    return _back(visit, audit, "reopen")


@router.get("/audits/templates", template_keeper)
def templates_page(visit: Visit, _viewer: Viewer) -> Response:
    """List the templates."""
    return visit.render(TemplatesPage(title="Templates of audits", templates=queries.templates(visit.session)))


@router.post("/audits/templates/{template_id}/remove", template_keeper)
def remove_template(visit: Visit, viewer: Viewer) -> Response:
    """Remove a template from those that are offered."""
    kept = actions.retire_template(visit.session, visit.number("template_id"), by=viewer)
    return visit.redirect(
        "/audits/templates", f"‘{kept.name}’ is removed. Audits that started from it stay as they are."
    )


@router.get("/audits/{ref}/template", audit_to_keep)
def keep_template_page(visit: Visit, audit: Audit) -> Response:
    """Ask what the template is called."""
    form = Filled({"template_name": audit.name})
    return visit.render(KeepTemplatePage(title="Keep it as a template", audit=audit, form=form))


@router.post("/audits/{ref}/template", audit_to_keep)
def keep_template(visit: Visit, audit: Audit) -> Response:
    """Keep an audit's framework as a template."""
    sent, form = fill(TemplateForm, visit.form)
    if sent is not None:
        try:
            kept = actions.keep_template(visit.session, audit, sent.template_name, by=visit.viewer)
        except Conflict as refusal:
            form = form.with_errors(template_name=refusal.sentence.rstrip("."))
        else:
            return visit.redirect("/audits/templates", f"‘{kept.name}’ is a template now.")
    page = KeepTemplatePage(title="Keep it as a template", audit=audit, form=form)
    return visit.render(page, status=422)
