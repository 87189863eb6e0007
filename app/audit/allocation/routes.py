"""Routes of the allocation: who would get what, share out, share out again, and how it came about."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.allocation import actions as allocating
from app.audit.allocation.forms import AgainForm, AllocateForm, WhyForm
from app.audit.bars.queries import bars, everybody
from app.audit.enums import AuditState, CaseState
from app.audit.guards import audit_for, audit_to
from app.audit.models import Audit, AuditCase, Interest
from app.audit.rules import AUDIT, CASE
from app.audit.staff import queries as staff_queries
from app.audit.staff.time import Time
from app.errors import Conflict
from app.events import Event
from app.labels import plural
from app.long_acts.forethought import Forethought, foreseen
from app.people.enums import Role
from app.people.models import Person
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
staff = audit_for(*queries.STAFF, *queries.OVERSEERS)


@dataclass(frozen=True, slots=True)
class Grader:
    """Somebody who grades: how much time they have, their interests, and how many cases are theirs."""

    person: Person | Viewer
    time: str
    interests: int
    cases: int
    signs_in: bool

    @property
    def about(self) -> str:
        """Return who somebody is, and what they can do where that is not a full load."""
        whole = f"{self.person.job_title}, {self.person.email}"
        return whole if self.time == "Full load" else f"{whole}. {self.time}"


@dataclass(frozen=True, kw_only=True)
class AllocationPage(Page):
    """Who grades: the form before fieldwork, what can be changed after it."""

    template: ClassVar[str] = "audit/allocation/allocation.html"
    audit: Audit
    form: Filled
    is_lead: bool
    graders: Sequence[Grader]
    count: int
    chosen: int
    to_move: Sequence[AuditCase]
    names: Mapping[int, str]
    headless: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class SharesPage(Page):
    """Who would get how many cases, before anything is done."""

    template: ClassVar[str] = "audit/allocation/shares.html"
    audit: Audit
    form: Filled
    plan: allocating.Plan
    moving: int
    names: Mapping[int, str]
    law_types: Mapping[str, str]
    times: Mapping[int, Time]
    again: bool
    sent: Mapping[str, Sequence[str]]


@dataclass(frozen=True, kw_only=True)
class AgainPage(Page):
    """Choose whose cases are shared out again, and among whom."""

    template: ClassVar[str] = "audit/allocation/again.html"
    audit: Audit
    form: Filled
    holders: Sequence[tuple[str, str, str]]
    takers: Sequence[tuple[str, str, str]]


@dataclass(frozen=True, kw_only=True)
class HowAllocatedPage(Page):
    """How the cases were shared out, in plain words, for everybody on the audit."""

    template: ClassVar[str] = "audit/allocation/how_allocated.html"
    audit: Audit
    rounds: Sequence[Event]
    by_hand: Sequence[tuple[Event, str]]
    names: Mapping[int, str]
    law_types: Mapping[str, str]
    held: Mapping[tuple[int, str], int]
    totals: Mapping[int, int]
    times: Mapping[int, Time]
    bars: Mapping[str, int]
    interests: Sequence[Interest]


def graders_of(visit: Visit, audit: Audit) -> list[Grader]:
    """Return everybody who may grade an audit or has cases of it, by name."""
    able = queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)
    people: dict[int, Person | Viewer] = {p.id: p for p in staff_queries.auditors(visit.session, audit)}
    people.update((p.id, p) for p in able)
    sign_in = {p.id for p in everybody(visit.session).people}
    times, load = staff_queries.times(visit.session, audit), Counter[int]()
    for (auditor, _), count in staff_queries.held(visit.session, audit).items():
        load[auditor] += count
    declared = Counter(i.person_id for i in staff_queries.interests(visit.session, frozenset(people)))
    in_order = sorted(people.values(), key=lambda p: p.name)
    return [
        Grader(
            p,
            times.get(p.id, Time()).words if p.id in sign_in else "Cannot sign in",
            declared[p.id],
            load[p.id],
            p.id in sign_in,
        )
        for p in in_order
    ]


def _to_move(visit: Visit, audit: Audit) -> list[AuditCase]:
    """Return, for the lead, the cases of somebody who has an interest there."""
    if not CASE["move"].is_for(visit.viewer, audit.ref):
        return []
    return [c for c in staff_queries.to_be_moved(visit.session, visit.viewer) if c.audit_id == audit.id]


def _allocation_page(visit: Visit, audit: Audit, form: Filled) -> AllocationPage:
    to_move = _to_move(visit, audit)
    return AllocationPage(
        title="Allocation",
        audit=audit,
        form=form,
        is_lead=AUDIT["allocate"].is_for(visit.viewer, audit.ref),
        graders=graders_of(visit, audit),
        count=sum(queries.counts_by_state(visit.session, audit).values()),
        chosen=len(staff_queries.pinned(visit.session, audit)),
        to_move=to_move,
        names=queries.names(visit.session, frozenset(c.auditor_id for c in to_move if c.auditor_id)),
        headless=queries.headless_areas(visit.session, audit),
    )


@router.get("/audits/{ref}/allocation", audit_for(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT))
def allocation_page(visit: Visit, audit: Audit) -> Response:
    """Show who grades, and what can be done about it."""
    times = staff_queries.times(visit.session, audit)
    everyone = [
        str(p.id)
        for p in queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)
        if times.get(p.id, Time()).share
    ]
    return visit.render(_allocation_page(visit, audit, Filled({"auditors": everyone})))


def _asked(visit: Visit) -> dict[str, list[str]]:
    """Return the query string as a form."""
    asked = visit.request.query_params
    return {name: asked.getlist(name) for name in asked}


def _by_name(names: Mapping[int, str]) -> dict[int, str]:
    return dict(sorted(names.items(), key=lambda item: item[1]))


Sent = Mapping[str, Sequence[str]]


def _shares_page(visit: Visit, audit: Audit, plan: allocating.Plan, form: Filled, sent: Sent) -> SharesPage:
    return SharesPage(
        title="Who would get what",
        audit=audit,
        form=form,
        plan=plan,
        moving=sum(plan.shares[c.id] != c.auditor_id for c in plan.cases),
        names=_by_name(queries.names(visit.session, frozenset(plan.counts))),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        times=staff_queries.times(visit.session, audit),
        again=audit.state is not AuditState.SAMPLED,
        sent=sent,
    )


@router.get("/audits/{ref}/allocation/shares", audit_to(AUDIT["allocate"]))
def shares_page(visit: Visit, audit: Audit) -> Response:
    """Show who would get how many cases of each law type."""
    sent, form = fill(AllocateForm, _asked(visit))
    if sent is None:
        return visit.render(_allocation_page(visit, audit, form), status=422)
    try:
        plan = allocating.plan_first(visit.session, audit, sent.auditors)
    except Conflict as refusal:
        return visit.render(_allocation_page(visit, audit, form.with_errors(auditors=refusal.sentence)), status=422)
    return visit.render(_shares_page(visit, audit, plan, Filled(), {"auditors": [str(a) for a in sent.auditors]}))


def _first_round(visit: Visit, audit: Audit) -> Forethought[allocating.Round] | None:
    sent, _ = fill(AllocateForm, visit.form)
    if sent is None:
        return None
    work = partial(allocating.first_round, visit.session, audit, sent.auditors, by=visit.viewer)
    return foreseen(visit.session, work, audit.ref)


@router.post("/audits/{ref}/allocation", audit_to(AUDIT["allocate"]), beforehand=_first_round)
def allocate(visit: Visit, audit: Audit) -> Response:
    """Share the cases out and open fieldwork."""
    sent, form = fill(AllocateForm, visit.form)
    if sent is None:
        return visit.render(_allocation_page(visit, audit, form), status=422)
    counts = allocating.allocate_cases(
        visit.session,
        audit,
        auditors=sent.auditors,
        by=visit.viewer,
        seen=visit.sent("seen"),
        before=visit.forethought,
    )
    fewest, most = min(counts.values()), max(counts.values())
    spread = f"{most} each" if fewest == most else f"{fewest} to {most} each"
    return visit.redirect(f"/audits/{audit.ref}/allocation", f"The cases are allocated, {spread}. Grading can start.")


def _again_page(visit: Visit, audit: Audit, form: Filled) -> AgainPage:
    graders = graders_of(visit, audit)
    able = {p.id for p in queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)}
    holders = [
        (str(g.person.id), g.person.name, plural(g.cases, "case") + f" in all. {g.time}") for g in graders if g.cases
    ]
    takers = [(str(g.person.id), g.person.name, g.time) for g in graders if g.person.id in able]
    return AgainPage(title="Share out again", audit=audit, form=form, holders=holders, takers=takers)


@router.get("/audits/{ref}/allocation/again", audit_to(CASE["move"]))
def again_page(visit: Visit, audit: Audit) -> Response:
    """Ask whose cases are shared out again, and then show who would get them."""
    asked = _asked(visit)
    if "go" not in asked:
        takers = [str(g.person.id) for g in graders_of(visit, audit) if g.cases and g.signs_in]
        return visit.render(_again_page(visit, audit, Filled({"auditors": takers})))
    return _again(visit, audit, asked, Filled())


def _again(visit: Visit, audit: Audit, asked: Mapping[str, list[str]], why: Filled) -> Response:
    sent, form = fill(AgainForm, asked)
    if sent is None:
        return visit.render(_again_page(visit, audit, form), status=422)
    try:
        plan = allocating.plan_again(
            visit.session, audit, allocating.Again(sent.people, sent.takers, sent.begun == "yes", "")
        )
    except Conflict as refusal:
        return visit.render(_again_page(visit, audit, form.with_errors(people=refusal.sentence)), status=422)
    kept = {name: asked[name] for name in ("people", "auditors", "keep", "begun") if name in asked}
    return visit.render(_shares_page(visit, audit, plan, why, kept), status=422 if why.errors else 200)


def _wanted(visit: Visit) -> allocating.Again | None:
    """Return what a person wants to be shared out again, and why, or None where the form does not say."""
    sent, why = fill(AgainForm, visit.form)[0], fill(WhyForm, visit.form)[0]
    return allocating.Again(sent.people, sent.takers, sent.begun == "yes", why.reason) if sent and why else None


def _round_again(visit: Visit, audit: Audit) -> Forethought[allocating.Round] | None:
    wanted = _wanted(visit)
    if wanted is None:
        return None
    work = partial(allocating.round_again, visit.session, audit, wanted, by=visit.viewer)
    return foreseen(visit.session, work, audit.ref)


@router.post("/audits/{ref}/allocation/again", audit_to(CASE["move"]), beforehand=_round_again)
def share_out_again(visit: Visit, audit: Audit) -> Response:
    """Share out again what is not submitted."""
    wanted = _wanted(visit)
    if wanted is None:
        return _again(visit, audit, dict(visit.form), fill(WhyForm, visit.form)[1])
    moved = allocating.reallocate(
        visit.session, audit, wanted, by=visit.viewer, seen=visit.sent("seen"), before=visit.forethought
    )
    return visit.redirect(
        f"/audits/{audit.ref}/allocation",
        f"{plural(moved, 'case')} changed hands. What was submitted stayed where it was.",
    )


def _round_of_interests(visit: Visit, audit: Audit) -> Forethought[allocating.Round]:
    work = partial(allocating.round_of_interests, visit.session, audit, by=visit.viewer)
    return foreseen(visit.session, work, audit.ref)


@router.post("/audits/{ref}/allocation/interests", audit_to(CASE["move"]), beforehand=_round_of_interests)
def move_interests(visit: Visit, audit: Audit) -> Response:
    """Give the cases whose auditor must not grade them to others."""
    moved = allocating.move_interests(visit.session, audit, by=visit.viewer, before=visit.forethought)
    return visit.redirect(
        f"/audits/{audit.ref}/allocation",
        f"{plural(moved, 'case')} changed hands. Nobody has a case now that they must not grade.",
    )


@router.get("/audits/{ref}/allocation/how", staff)
def how_it_was_allocated(visit: Visit, audit: Audit) -> Response:
    """Say in plain words how the cases were shared out."""
    rounds, by_hand = staff_queries.shared_out(visit.session, audit), staff_queries.chosen_by_hand(visit.session, audit)
    if not rounds:
        raise Conflict("The cases have not been shared out yet. The audit lead does that on the ‘Allocation’ page.")
    held, totals, graders = staff_queries.held(visit.session, audit), Counter[int](), graders_of(visit, audit)
    for (auditor, _), count in held.items():
        totals[auditor] += count
    people = frozenset(g.person.id for g in graders)
    declared = staff_queries.interests(visit.session, people)
    heads = bars(visit.session).heads - {(i.person_id, i.area) for i in declared}
    kinds = {"area": sum(i.area is not None for i in declared), "practitioner": sum(i.area is None for i in declared)}
    refs = {c.id: c.case_ref for c in staff_queries.cases_in(visit.session, audit, *CaseState)}
    told = {a for e in (*rounds, *by_hand) for a in (e.actor_id, e.details.get("auditor")) if isinstance(a, int)}
    page = HowAllocatedPage(
        title="How the cases were shared out",
        audit=audit,
        rounds=rounds,
        by_hand=[(e, refs.get(e.case_id or 0, "")) for e in by_hand],
        names=_by_name(queries.names(visit.session, people | told)),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        held=held,
        totals=totals,
        times=staff_queries.times(visit.session, audit),
        bars={"head": len({p for p, _ in heads if p in people}), **kinds},
        interests=declared if visit.viewer.has(Role.LEAD, audit=audit.ref) else (),
    )
    return visit.render(page)
