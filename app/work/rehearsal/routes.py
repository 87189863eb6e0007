"""Routes of rehearsals: try it out, move the days on, erase it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.bars.queries import everybody
from app.audit.drafts.queries import documents
from app.audit.enums import AUDIT_STATE_LABELS
from app.audit.guards import any_audit
from app.audit.models import Audit
from app.audit.queries import counts_by_state
from app.audit.rules import AUDIT
from app.errors import NotFound
from app.labels import plural
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, only_for, signed_in
from app.work.home.items import Item
from app.work.home.rehearsed import waits_in
from app.work.rehearsal import erasing, moving
from app.work.rehearsal.actions import Wanted, start, usual
from app.work.rehearsal.forms import MOST_EACH, EraseForm, ForwardForm, RehearsalForm
from app.work.rehearsal.queries import rehearsals
from app.work.rehearsal.rules import why_not_begun

router = Router()


@dataclass(frozen=True, kw_only=True)
class RehearsalsPage(Page):
    """The rehearsals that there are, and the form of a new one."""

    template: ClassVar[str] = "work/rehearsal/rehearsals.html"
    form: Filled
    rehearsals: Sequence[tuple[Audit, str]]
    may_start: bool
    refusal: str | None
    thresholds: Sequence[tuple[str, str]]
    most: int


@dataclass(frozen=True, kw_only=True)
class RehearsalPage(Page):
    """A rehearsal: what waits in it for whoever looks, and what can be done with it as a whole."""

    template: ClassVar[str] = "work/rehearsal/rehearsal.html"
    audit: Audit
    form: Filled
    items: Sequence[Item]
    may_act: bool
    most: int


def _starter(visit: Visit) -> Viewer:
    if not AUDIT["rehearse"].is_for(visit.viewer):
        raise NotFound
    return visit.viewer


def _rehearsal(visit: Visit) -> Audit:
    audit = any_audit.find(visit)
    if not audit.rehearsal:
        raise NotFound
    return audit


starter = Guard("whoever may try the service out", _starter)
any_rehearsal = Guard("whoever may know of the rehearsal", _rehearsal)
who_may_act = only_for(
    any_rehearsal,
    *AUDIT["forward"].roles,
    at=lambda audit: (audit.ref, ""),
    words="whoever may try the service out, on a rehearsal in their scope",
)


def _rehearsals_page(visit: Visit, form: Filled) -> RehearsalsPage:
    session, may_start = visit.session, AUDIT["rehearse"].is_for(visit.viewer)
    published = documents(session) if may_start else ()
    return RehearsalsPage(
        title="Try it out",
        form=form,
        rehearsals=[(of, AUDIT_STATE_LABELS[of.state]) for of in rehearsals(session, visit.viewer)],
        may_start=may_start,
        refusal=why_not_begun(everybody(session), documents=bool(published)) if may_start else None,
        thresholds=[(str(of.id), f"{of.title} ({of.version})") for of in published],
        most=MOST_EACH,
    )


@router.get("/rehearsals", signed_in)
def rehearsals_page(visit: Visit, viewer: Viewer) -> Response:
    """Show the rehearsals, and what a new one would be."""
    proposed = usual(visit.session) if AUDIT["rehearse"].is_for(viewer) else None
    values = {name: str(getattr(proposed, name)) for name in ("threshold", "each", "seed")} if proposed else {}
    return visit.render(_rehearsals_page(visit, Filled(values)))


@router.post("/rehearsals", starter.making(AUDIT["rehearse"]))
def try_it_out(visit: Visit, viewer: Viewer) -> Response:
    """Begin a rehearsal."""
    sent, form = fill(RehearsalForm, visit.form)
    if sent is None:
        return visit.render(_rehearsals_page(visit, form), status=422)
    audit = start(visit.session, Wanted(sent.threshold, sent.each, sent.seed), by=viewer)
    count = sum(counts_by_state(visit.session, audit).values())
    said = (
        f"{audit.name}, is there: {plural(count, 'case')} drawn from an invented list. The audit lead shares them out."
    )
    return visit.redirect(f"/audits/{audit.ref}/rehearsal", said)


def _rehearsal_page(visit: Visit, audit: Audit, form: Filled) -> RehearsalPage:
    return RehearsalPage(
        title="About this rehearsal",
        audit=audit,
        form=form,
        items=waits_in(visit, visit.viewer, audit),
        may_act=AUDIT["erase"].is_for(visit.viewer, audit.ref),
        most=moving.MOST_WEEKS,
    )


@router.get("/audits/{ref}/rehearsal", any_rehearsal)
def rehearsal_page(visit: Visit, audit: Audit) -> Response:
    """Show what waits in a rehearsal, and how its days are moved on or all of it erased."""
    return visit.render(_rehearsal_page(visit, audit, Filled()))


@router.post("/audits/{ref}/rehearsal/forward", who_may_act.making(AUDIT["forward"]))
def move_days(visit: Visit, audit: Audit) -> Response:
    """Move the days on."""
    sent, form = fill(ForwardForm, visit.form)
    if sent is None:
        return visit.render(_rehearsal_page(visit, audit, form), status=422)
    moving.forward(visit.session, audit, sent.weeks, by=visit.viewer)
    said = f"{plural(sent.weeks, 'week')} {'has' if sent.weeks == 1 else 'have'} passed in this rehearsal."
    return visit.redirect(f"/audits/{audit.ref}/rehearsal", said)


@router.post("/audits/{ref}/rehearsal/erase", who_may_act.making(AUDIT["erase"]))
def erase(visit: Visit, audit: Audit) -> Response:
    """Erase all of it."""
    sent, form = fill(EraseForm, visit.form)
    if sent is not None and sent.reference.upper() != audit.ref:
        form = form.with_errors(reference=f"Enter {audit.ref}, the reference of this rehearsal, or leave it as it is")
    if form.errors:
        return visit.render(_rehearsal_page(visit, audit, form), status=422)
    said = f"{audit.name}, is erased"
    count = erasing.erase(visit.session, audit, by=visit.viewer)
    return visit.redirect("/rehearsals", f"{said}: {plural(count, 'invented case')} and all that was done with them.")
