"""What happens to the sample after the draw.

A case that cannot be audited is replaced by the rule, a case is added by hand.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.actions import situation_of_case, subject_of_case
from app.audit.allocation.actions import give_to_somebody
from app.audit.enums import AuditState, CaseState, Origin, ReplacementState
from app.audit.log import case_row, replacement_row
from app.audit.models import Audit, AuditCase, Replacement
from app.audit.replacements.additions import differences
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import CASE, sample_can_change
from app.audit.sample import queries as sample_queries
from app.audit.sample.actions import columns_of
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.long_acts.forethought import Forethought, foreseen, settled
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.sampling import queries as sampling
from app.sampling.population import Filing
from app.sampling.replacement import Place, Reason, StandIn, stand_in
from app.workflow import move, moving


def ask_for_replacement(session: Session, case: AuditCase, *, reason: Reason, note: str, by: Viewer) -> Replacement:
    """Ask the audit lead to replace a case; it stays where it is until the lead answers."""
    lock(session, AuditCase, case.id)
    if sample_queries.open_request(session, case) is not None:
        raise Conflict("Somebody has asked for this case to be replaced already. The audit lead answers.")
    if case.state not in CASE["replace"].sources:
        raise Conflict(CASE.moved_on(case, CASE["replace"]))
    request = Replacement(
        audit_id=case.audit_id,
        case_id=case.id,
        state=ReplacementState.ASKED,
        reason=reason,
        note=note,
        asked_by=by.id or None,
        asked_at=clock.now(),
        step="",
        answer="",
    )
    session.add(request)
    session.flush()
    details, rows = {"state": request.state, "reason": reason, "note": note}, [replacement_row(request)]
    record(session, "replacement_asked", by=by.id, subject=_subject(request, case), details=details, rows=rows)
    return request


def replace_at_once(
    session: Session,
    case: AuditCase,
    *,
    reason: Reason,
    note: str,
    by: Viewer,
    before: Forethought[StandIn] | None = None,
) -> Replacement:
    """Have a case replaced by somebody who would answer the request themselves; return it as it was answered."""
    lock(session, Audit, case.audit_id)
    request = ask_for_replacement(session, case, reason=reason, note=note, by=by)
    make_replacement(session, request, by=by, before=before)
    return request


def _subject(request: Replacement, case: AuditCase) -> Subject:
    return Subject("replacement", request.id, case.audit.ref, case.id)


def decline_replacement(session: Session, request: Replacement, *, answer: str, by: Viewer) -> None:
    """Keep the case, with the reason."""
    lock(session, AuditCase, request.case_id)
    situation = situation_of_case(request.case, by)
    with moving(
        session,
        REPLACEMENT,
        "decline",
        request,
        situation=situation,
        subject=_subject(request, request.case),
        details={"answer": answer},
    ):
        request.answer, request.answered_by, request.answered_at = answer, by.id or None, clock.now()


def foreseen_stand_in(session: Session, case: AuditCase, reason: Reason) -> Forethought[StandIn]:
    """Look in the list for what stands in for a case before anybody has to wait for it."""
    return foreseen(session, lambda: _stand_in(session, case.audit, case, reason), case.audit.ref)


def make_replacement(
    session: Session, request: Replacement, *, by: Viewer, before: Forethought[StandIn] | None = None
) -> AuditCase | None:
    """Replace a case by the rule; return what stands in for it, or None if nobody is left (sampling.md section 10).

    Requests are taken one after another: the audit is locked, so that two leads cannot use the same reserve.
    """
    audit = lock(session, Audit, request.audit_id)
    case = lock(session, AuditCase, request.case_id)
    found = settled(session, before, lambda: _stand_in(session, audit, case, Reason(request.reason)))
    number = (session.scalar(select(func.max(Replacement.number)).where(Replacement.audit_id == audit.id)) or 0) + 1
    details = {"number": number, "step": found.step, "stands_in": found.filing and found.filing.case_ref}
    situation, subject = situation_of_case(case, by), _subject(request, case)
    with moving(session, REPLACEMENT, "make", request, situation=situation, subject=subject, details=details):
        told = {"reason": request.reason, "by": found.filing and found.filing.case_ref}
        move(session, CASE, "replace", case, situation=situation, subject=subject_of_case(case), details=told)
        request.number, request.step = number, found.step
        request.answered_by, request.answered_at = by.id or None, clock.now()
        new = _stands_in(session, audit, case, found, by=by)
        request.new_case_id = new.id if new else None
    return new


def _stands_in(session: Session, audit: Audit, case: AuditCase, found: StandIn, *, by: Viewer) -> AuditCase | None:
    """Bring what stands in into the sample.

    During fieldwork it goes to the same auditor, whose area and load it fits.
    """
    if found.filing is None:
        return None
    columns = {**columns_of(found.filing), "ticket": found.ticket, "nth": case.nth, "origin": Origin.REPLACEMENT}
    new = _add(session, audit, columns, by=by, event="case_stands_in", details={"for": case.case_ref})
    if audit.state is AuditState.FIELDWORK:
        give_to_somebody(session, new, auditors=[case.auditor_id] if case.auditor_id else [], by=by)
    return new


def _stand_in(session: Session, audit: Audit, case: AuditCase, reason: Reason) -> StandIn:
    frame, draw = sampling.frame(session, audit.frame_id), sampling.sample_draw(session, audit.draw_id)
    if frame is None or draw is None or case.origin is Origin.ADDED:
        return StandIn("", None, "")
    first = sample_queries.first_drawn(session, case)
    place = Place(first.area, first.law_type, first.performance_band, case.practitioner_id, case.law_type)
    used, spent = sample_queries.used_in_sample(session, audit)
    filings = sampling.filings_of_area(session, frame, first.area)
    return stand_in(filings, place, reason, used=used, spent=spent, seed=draw.seed, law_rule=audit.law_rule)


def _add(
    session: Session, audit: Audit, columns: Mapping[str, Any], *, by: Viewer, event: str, details: Mapping[str, object]
) -> AuditCase:
    case = AuditCase(audit_id=audit.id, state=CaseState.DRAWN, **columns)
    session.add(case)
    session.flush()
    subject, told = Subject("case", case.id, audit.ref, case.id), {"state": case.state, **details}
    record(session, event, by=by.id, subject=subject, details=told, rows=[case_row(case)])
    return case


def locked_filings(session: Session, audit: Audit) -> Iterable[Filing]:
    """Return the filings of an audit's locked list."""
    frame = sampling.frame(session, audit.frame_id)
    return () if frame is None else sampling.filings(session, frame)


@dataclass(frozen=True, slots=True)
class Addition:
    """A case that somebody wants in the audit although it was not drawn, and why."""

    filing: Filing
    why: str


# How a case that is added differs from what the list says of it, a sentence for each column.
Differences = Mapping[str, str]


def differences_from_list(
    session: Session, audit: Audit, wanted: Filing, before: Forethought[Differences] | None = None
) -> Differences:
    """Return how a case that somebody wants to add differs from the audit's locked list."""
    return settled(session, before, lambda: differences(wanted, locked_filings(session, audit), kinds_now(session)))


def foreseen_differences(session: Session, audit: Audit, wanted: Filing) -> Forethought[Differences]:
    """Compare a case with the list before anybody has to wait for it."""
    return foreseen(session, lambda: differences_from_list(session, audit, wanted), audit.ref)


def add_by_hand(
    session: Session, audit: Audit, wanted: Addition, *, by: Viewer, before: Forethought[Differences] | None = None
) -> AuditCase:
    """Add a case by hand: it carries a reserved ticket, and never counts in figures that stand for the population."""
    lock(session, Audit, audit.id)
    refusal = sample_can_change(audit)
    if refusal:
        raise Conflict(refusal)
    used, _ = sample_queries.used_in_sample(session, audit)
    whose = wanted.filing.practitioner_id
    if whose in used:
        raise Conflict(f"Practitioner {whose} has a case in this audit. Only one case of each practitioner is audited.")
    unlike = differences_from_list(session, audit, wanted.filing, before)
    if unlike:
        raise Conflict(f"{next(iter(unlike.values()))}.")
    added = select(func.count()).where(AuditCase.audit_id == audit.id, AuditCase.origin == Origin.ADDED)
    ticket = f"added-{(session.scalar(added) or 0) + 1:04d}"
    columns = {**columns_of(wanted.filing), "ticket": ticket, "origin": Origin.ADDED}
    details = {"why": wanted.why, "ticket": ticket}
    case = _add(session, audit, columns, by=by, event="case_added", details=details)
    if audit.state is AuditState.FIELDWORK:
        give_to_somebody(session, case, auditors=[], by=by)
    return case
