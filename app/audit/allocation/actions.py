"""Acts of the allocation: share out, share out again, choose by hand; each leaves in the log how it came about."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import hold_with_cases, situation_about, situation_in_audit, subject_of, subject_of_case
from app.audit.allocation.rules import Graders
from app.audit.allocation.sharing import CHANCE, METHOD, ToAllocate, allocate_together, ticket
from app.audit.bars.queries import bars
from app.audit.enums import CaseState
from app.audit.log import case_row
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT, CASE, CaseKnown, Taker
from app.audit.shapes.shape import shape_of
from app.audit.staff import queries as staff_queries
from app.audit.staff.time import Time
from app.clock import today
from app.errors import Conflict
from app.events import event_of, record
from app.long_acts.forethought import Forethought, settled
from app.long_acts.steps import Step, as_changed, make_steps, step
from app.people.enums import Role
from app.people.rules import Viewer
from app.sampling import queries as sampling
from app.workflow import move

INTEREST = "A declared interest"
CHANGED = (
    "Somebody changed the cases, who has time or an interest since this page was opened. Look at the shares again, "
    "then share out."
)


@dataclass(frozen=True)
class Plan:
    """What sharing out would bring: whose each case would be, and by which weights and seed."""

    cases: Sequence[AuditCase]
    shares: Mapping[int, int]
    weights: Mapping[int, int]
    seed: str
    pins: int = 0

    @property
    def mark(self) -> str:
        """Return what tells one plan from another, so that what is done is what was looked at."""
        return hashlib.sha256(json.dumps(sorted(self.shares.items())).encode()).hexdigest()

    @property
    def counts(self) -> dict[int, Counter[str]]:
        """Return how many cases of each law type everybody would get; nobody who was chosen is left out."""
        found = {a: Counter[str]() for a in sorted({*self.weights, *self.shares.values()})}
        for case in self.cases:
            found[self.shares[case.id]][case.law_type] += 1
        return found

    def told(self) -> dict[str, object]:
        """Return what the log keeps of it."""
        return {
            "method": METHOD,
            "how": CHANCE,
            "seed": self.seed,
            "counts": {a: c.total() for a, c in self.counts.items()},
            "weights": dict(self.weights),
            "pins": self.pins,
        }


def graders_of(session: Session, audit: Audit) -> Graders:
    """Return who grades on an audit and can sign in, with everybody's bars."""
    return Graders(
        frozenset(p.id for p in queries.people_with(session, Role.IMPROVEMENT_MANAGER, audit)),
        bars(session),
    )


def weights_of(session: Session, audit: Audit, auditors: Sequence[int]) -> dict[int, int]:
    """Return how much each of some auditors can do between the start of fieldwork and the day on which grading ends."""
    times = staff_queries.times(session, audit)
    first = staff_queries.opened_on(session, audit) or today()
    return {a: times.get(a, Time()).weight(first, audit.grade_by) for a in auditors}


def _seed(session: Session, audit: Audit) -> str:
    """Return a seed that nobody chooses: it follows from the public draw and from how often cases were shared out."""
    draw = sampling.sample_draw(session, audit.draw_id)
    return f"{audit.ref}/{len(staff_queries.shared_out(session, audit)) + 1}/{draw.selection_sha256 if draw else ''}"


def _to_allocate(cases: Sequence[AuditCase]) -> list[ToAllocate]:
    return [ToAllocate(c.id, c.area, c.law_type, c.practitioner_id) for c in cases]


NO_CASES = (
    "The sample has no case to allocate. Add cases by hand on the ‘Sample’ page, or have the director withdraw the "
    "audit."
)


def _check_pins(cases: Sequence[AuditCase], pins: Mapping[int, int], graders: Graders) -> None:
    """Raise Conflict where somebody cannot grade now what was given to them by hand."""
    for case in cases:
        refusal = graders.refusal(pins[case.id], case) if case.id in pins else None
        if refusal:
            given = f"Case {case.case_ref} was given by hand to somebody who cannot grade it now."
            raise Conflict(f"{given} {refusal} It is changed on the page ‘Choose by hand’.")


def plan_first(session: Session, audit: Audit, auditors: Sequence[int]) -> Plan:
    """Return how all drawn cases would be shared out; those that were chosen by hand stay where they are."""
    cases = staff_queries.cases_in(session, audit, CaseState.DRAWN)
    if not cases:
        raise Conflict(NO_CASES)
    graders = graders_of(session, audit)
    chosen = sorted(graders.able.intersection(auditors))
    if not chosen:
        raise Conflict("Choose at least one improvement manager. People get that role on the ‘People’ page.")
    pins = {c.id: c.auditor_id for c in cases if c.pin and c.auditor_id}
    _check_pins(cases, pins, graders)
    weights, seed = weights_of(session, audit, chosen), _seed(session, audit)
    held = Counter((pins[c.id], c.law_type) for c in cases if c.id in pins)
    free = _to_allocate([c for c in cases if c.id not in pins])
    theirs = {c.practitioner_id: pins[c.id] for c in cases if c.id in pins}
    shares = allocate_together(free, weights, bars=graders.bars, seed=seed, held=held, graders=theirs)
    return Plan(cases, {**shares, **pins}, weights, seed, len(pins))


@dataclass(frozen=True, slots=True)
class Round:
    """A plan with the moves of its cases, thought out: those that are given, or given to somebody else."""

    plan: Plan
    steps: Sequence[Step]


def first_round(session: Session, audit: Audit, auditors: Sequence[int], *, by: Viewer) -> Round:
    """Think out how all drawn cases are shared out."""
    plan, graders = plan_first(session, audit, auditors), graders_of(session, audit)
    return Round(plan, [_given(c, plan.shares[c.id], graders=graders, by=by) for c in in_order(plan.cases)])


def allocate_cases(
    session: Session,
    audit: Audit,
    *,
    auditors: Sequence[int],
    by: Viewer,
    seen: str = "",
    before: Forethought[Round] | None = None,
) -> dict[int, int]:
    """Share out all drawn cases and open fieldwork, `seen` being the plan's mark; return how many each auditor has."""
    hold_with_cases(session, audit)
    situation = situation_in_audit(audit, by)
    if refusal := AUDIT.refusal("allocate", audit, situation):
        raise Conflict(refusal)
    made = settled(session, before, lambda: first_round(session, audit, auditors, by=by))
    if seen and seen != made.plan.mark:
        raise Conflict(CHANGED)
    move(session, AUDIT, "allocate", audit, situation=situation, subject=subject_of(audit), details=made.plan.told())
    make_steps(session, CASE, "allocate", AuditCase, made.steps)
    return {a: c.total() for a, c in made.plan.counts.items()}


def in_order(cases: Sequence[AuditCase]) -> list[AuditCase]:
    """Return cases in the order in which everybody holds several: of their numbers."""
    return sorted(cases, key=lambda case: case.id)


def _given(case: AuditCase, auditor: int, *, graders: Graders, by: Viewer) -> Step:
    """Think out that a case is given to somebody."""
    return step(
        CASE,
        "allocate",
        case,
        situation=situation_about(case, by, CaseKnown(taker=Taker(graders.refusal(auditor, case)))),
        subject=subject_of_case(case),
        details={"auditor": auditor, "why": case.pin},
        columns={"auditor_id": auditor},
    )


GIVE_THE_ROLE = "Give somebody the role of improvement manager first."


def give_to_somebody(session: Session, case: AuditCase, *, auditors: Sequence[int], by: Viewer) -> None:
    """Allocate a case in fieldwork to one of `auditors`, or if none is able, to who has the least for their time."""
    graders, load = graders_of(session, case.audit), Counter[int]()
    weights = weights_of(session, case.audit, sorted(graders.able))
    for (auditor, _), count in staff_queries.held(session, case.audit).items():
        load[auditor] += count
    eligible = [a for a, weight in weights.items() if weight and not graders.bars.hold(a, case)]
    if not eligible:
        raise Conflict(f"Nobody is left to grade a case of {case.area}. {GIVE_THE_ROLE}")
    wanted = [a for a in auditors if a in eligible] or [a for a in eligible if a in load] or eligible
    least = min(wanted, key=lambda a: (Fraction(load[a], weights[a]), ticket(case.ticket, "added", a)))
    make_steps(session, CASE, "allocate", AuditCase, [_given(case, least, graders=graders, by=by)])


@dataclass(frozen=True, slots=True)
class Again:
    """What is shared out again: whose cases, with or without those begun, among whom, and why."""

    people: Sequence[int]
    auditors: Sequence[int]
    begun: bool
    reason: str


def plan_again(session: Session, audit: Audit, wanted: Again) -> Plan:
    """Return how the cases of some people that are not submitted would be shared out; what was chosen by hand stays."""
    states = (CaseState.ALLOCATED, CaseState.IN_PROGRESS) if wanted.begun else (CaseState.ALLOCATED,)
    return _plan_of(
        session,
        audit,
        [c for c in staff_queries.cases_in(session, audit, *states) if c.auditor_id in wanted.people and not c.pin],
        wanted.auditors,
    )


def plan_interests(session: Session, audit: Audit, by: Viewer) -> Plan:
    """Return who would get the cases whose auditor must not grade them: one of those who grade already."""
    there = [p.id for p in staff_queries.auditors(session, audit)]
    return _plan_of(
        session, audit, [c for c in staff_queries.to_be_moved(session, by) if c.audit_id == audit.id], there
    )


def _plan_of(session: Session, audit: Audit, pool: Sequence[AuditCase], auditors: Sequence[int]) -> Plan:
    if not pool:
        raise Conflict(
            "There is no case to share out again: none of them is waiting, or those that are were chosen by hand."
        )
    graders = graders_of(session, audit)
    chosen = sorted(graders.able.intersection(auditors))
    weights, seed = weights_of(session, audit, chosen), _seed(session, audit)
    held = staff_queries.held(session, audit) - Counter((c.auditor_id, c.law_type) for c in pool if c.auditor_id)
    theirs = _graders_of_others(session, audit, pool)
    shares = allocate_together(_to_allocate(pool), weights, bars=graders.bars, seed=seed, held=held, graders=theirs)
    return Plan(pool, shares, weights, seed)


def _graders_of_others(session: Session, audit: Audit, pool: Sequence[AuditCase]) -> dict[str, int]:
    """Return who has, besides the cases of a pool, another case of their practitioners."""
    if shape_of(audit).cases == 1:
        return {}
    inside = [c.id for c in pool]
    query = select(AuditCase.practitioner_id, AuditCase.auditor_id).where(
        AuditCase.audit_id == audit.id,
        AuditCase.auditor_id.is_not(None),
        AuditCase.state != CaseState.REPLACED,
        AuditCase.id.not_in(inside),
        AuditCase.practitioner_id.in_([c.practitioner_id for c in pool]),
    )
    return {who: auditor for who, auditor in session.execute(query) if auditor is not None}


def round_again(session: Session, audit: Audit, wanted: Again, *, by: Viewer) -> Round:
    """Think out how what is not submitted is shared out again."""
    return _moving(session, audit, plan_again(session, audit, wanted), reason=wanted.reason, by=by)


def round_of_interests(session: Session, audit: Audit, *, by: Viewer) -> Round:
    """Think out who gets the cases whose auditor must not grade them."""
    return _moving(session, audit, plan_interests(session, audit, by), reason=INTEREST, by=by)


def _moving(session: Session, audit: Audit, plan: Plan, *, reason: str, by: Viewer) -> Round:
    moved = in_order([case for case in plan.cases if plan.shares[case.id] != case.auditor_id])
    graders = graders_of(session, audit)
    return Round(plan, [_moved(c, plan.shares[c.id], graders=graders, reason=reason, by=by) for c in moved])


def reallocate(
    session: Session,
    audit: Audit,
    wanted: Again,
    *,
    by: Viewer,
    seen: str = "",
    before: Forethought[Round] | None = None,
) -> int:
    """Share out again what is not submitted, and return how many cases moved."""
    hold_with_cases(session, audit)
    made = settled(session, before, lambda: round_again(session, audit, wanted, by=by))
    return _share_again(session, audit, made, reason=wanted.reason, by=by, seen=seen)


def move_interests(session: Session, audit: Audit, *, by: Viewer, before: Forethought[Round] | None = None) -> int:
    """Give the cases whose auditor must not grade them to others, and return how many."""
    hold_with_cases(session, audit)
    made = settled(session, before, lambda: round_of_interests(session, audit, by=by))
    return _share_again(session, audit, made, reason=INTEREST, by=by)


def _share_again(session: Session, audit: Audit, made: Round, *, reason: str, by: Viewer, seen: str = "") -> int:
    if seen and seen != made.plan.mark:
        raise Conflict(CHANGED)
    told = {**made.plan.told(), "why": reason, "moved": len(made.steps)}
    record(session, "cases_reallocated", by=by.id, subject=subject_of(audit), details=told)
    make_steps(session, CASE, "move", AuditCase, made.steps)
    return len(made.steps)


def _moved(case: AuditCase, auditor: int, *, graders: Graders, reason: str, by: Viewer, by_hand: bool = False) -> Step:
    """Think out that a case is given to somebody else; a draft that was begun stays its author's."""
    return step(
        CASE,
        "move",
        case,
        situation=situation_about(case, by, CaseKnown(taker=Taker(graders.refusal(auditor, case)))),
        subject=subject_of_case(case),
        details={"auditor": auditor, "earlier": case.auditor_id, "why": reason, "by_hand": by_hand},
        columns={"auditor_id": auditor, "pin": reason if by_hand else ""},
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """Somebody chosen by hand for a case: who had it before, and who shall, or nobody where chance decides again."""

    case_id: int
    was: int
    to: int


LOOK_AGAIN = "Look at who has it now, and choose again."


def _fault(choice: Choice, case: AuditCase | None, graders: Graders) -> str:
    if case is None or case.state not in (CaseState.DRAWN, *staff_queries.OPEN):
        return f"Case {case.case_ref if case else ''} has been submitted or replaced, so it stays where it is."
    if (case.auditor_id or 0) != choice.was:
        return f"Somebody else gave case {case.case_ref} to another person meanwhile. {LOOK_AGAIN}"
    refusal = graders.refusal(choice.to, case) if choice.to or case.state is not CaseState.DRAWN else None
    return f"Case {case.case_ref}: {refusal}" if refusal else ""


@dataclass(frozen=True, slots=True)
class Chosen:
    """Choices by hand, thought out: why they cannot be made, by case; cases put by for somebody, and cases moved."""

    faults: Mapping[int, str]
    pinned: Sequence[Step] = ()
    moved: Sequence[Step] = ()


def chosen(session: Session, audit: Audit, choices: Sequence[Choice], *, reason: str, by: Viewer) -> Chosen:
    """Think out choices by hand."""
    graders, cases = graders_of(session, audit), {c.id: c for c in staff_queries.cases_in(session, audit, *CaseState)}
    if faults := {c.case_id: fault for c in choices if (fault := _fault(c, cases.get(c.case_id), graders))}:
        return Chosen(faults)
    given = [(cases[c.case_id], c.to) for c in sorted(choices, key=lambda choice: choice.case_id)]
    drawn = [(case, to) for case, to in given if case.state is CaseState.DRAWN]
    held = [(case, to) for case, to in given if case.state is not CaseState.DRAWN and case.auditor_id != to]
    return Chosen(
        {},
        [_pinned(case, to, reason=reason, by=by) for case, to in drawn],
        [_moved(case, to, graders=graders, reason=reason, by=by, by_hand=True) for case, to in held],
    )


def choose(
    session: Session,
    audit: Audit,
    choices: Sequence[Choice],
    *,
    reason: str,
    by: Viewer,
    before: Forethought[Chosen] | None = None,
) -> Mapping[int, str]:
    """Make choices by hand, all or none, kept when cases are shared out again; return what is wrong, by case."""
    hold_with_cases(session, audit)
    CASE["move"].demand_role(by, audit.ref)
    session.expire_all()
    made = settled(session, before, lambda: chosen(session, audit, choices, reason=reason, by=by))
    # What is put by stays drawn; it is held as a case that is given is.
    make_steps(session, CASE, "allocate", AuditCase, made.pinned)
    make_steps(session, CASE, "move", AuditCase, made.moved)
    return made.faults


def _pinned(case: AuditCase, auditor: int, *, reason: str, by: Viewer) -> Step:
    """Think out that a drawn case is put by for somebody, or for nobody any more."""
    columns = {"auditor_id": auditor or None, "pin": reason if auditor else ""}
    details = {"auditor": columns["auditor_id"], "why": reason, "by_hand": True}
    rows = [case_row(as_changed(case, columns))]
    event = event_of("case_pinned", by=by.id, subject=subject_of_case(case), details=details, rows=rows)
    return Step(case.id, columns, event)
