"""What happens to audits and their cases: one verb, one function, the change and its event in one transaction."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.enums import AuditKind, AuditState, CaseState, DecisionKind, Origin, ThresholdState
from app.audit.log import audit_row, case_row, threshold_row
from app.audit.models import EXTEND_OVER, SHARE, Audit, AuditCase, Decision, ThresholdText
from app.audit.rules import AUDIT, CASE
from app.audit.thresholds.loading import load_document
from app.clock import clock, moment
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.models import ServiceArea
from app.people.rules import Viewer, area_key
from app.sampling.actions import lock_frame
from app.sampling.log import draw_row, frame_row
from app.sampling.models import Frame, SampleDraw
from app.sampling.population import Filing
from app.workflow import Situation, move, moving

MACHINE = "the command line"


@dataclass(frozen=True, kw_only=True)
class Commission:
    """What a national service director decides when commissioning an audit."""

    ref: str
    name: str
    kind: AuditKind
    purpose: str
    window_from: date
    window_to: date
    law_types: Sequence[str]
    bands: Sequence[str]
    fraction: str
    good_target: int | None
    not_met_target: int | None
    threshold_id: int
    review_days: int = 5
    challenge_days: int = 10
    escalation_days: int = 5
    correction_days: int = 2
    benchmark_share: str = SHARE
    extend_over: int = EXTEND_OVER
    grade_by: date | None = None
    comparators: Sequence[Mapping[str, Any]] = ()
    law_rule: str = "share"


def subject_of(audit: Audit) -> Subject:
    """Return an audit as the subject of an event."""
    return Subject("audit", audit.id, audit.ref)


def subject_of_case(case: AuditCase) -> Subject:
    """Return a case as the subject of an event."""
    return Subject("case", case.id, case.audit.ref, case.id)


def situation_of_case(case: AuditCase, viewer: Viewer, **known: object) -> Situation:
    """Return the situation in which a person acts on a case."""
    return Situation(viewer, case.audit.ref, case.area, known)


def situation_of_grading(session: Session, case: AuditCase, viewer: Viewer) -> Situation:
    """Return the situation in which a person grades a case, or corrects its grade."""
    return situation_of_case(case, viewer, correct_until=queries.correct_until(session, case), decided=queries.decided_by_others(session, case))


def keep_threshold(session: Session, text: str, *, by: int | None) -> ThresholdText:
    """Load a threshold document, or return the same version if it is there; raises DocumentRefused, Conflict."""
    document = load_document(text)
    digest = hashlib.sha256(text.encode()).hexdigest()
    kept = queries.threshold_is_taken(session, document.id, document.version)
    if kept is not None:
        if kept.state is ThresholdState.DRAFT:
            raise Conflict(f"{document.id} {document.version} is there as a draft. Publish or discard the draft first, on ‘Threshold documents’.")
        if kept.sha256 != digest:
            raise Conflict(f"{document.id} {document.version} is there already with another text. An edit needs a new version.")
        return kept
    kept = ThresholdText(
        document_id=document.id, version=document.version, title=document.title, subject=document.subject,
        text=text, sha256=digest, loaded_at=clock.now(), state=ThresholdState.PUBLISHED, made_by=None, base_id=None,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    record(session, "threshold_loaded", by=by, subject=Subject("threshold", kept.id), details={"sha256": digest}, rows=[threshold_row(kept)])
    return kept


def commission(session: Session, wanted: Commission, *, by: int | None) -> Audit:
    """Commission an audit; raises Conflict where the reference is taken."""
    if queries.is_taken(session, wanted.ref):
        raise Conflict(f"There is already an audit with the reference {wanted.ref}. Choose another reference.")
    audit = Audit(
        ref=wanted.ref, name=wanted.name, kind=wanted.kind, purpose=wanted.purpose, state=AuditState.COMMISSIONED,
        window_from=wanted.window_from, window_to=wanted.window_to, law_types=list(wanted.law_types), bands=list(wanted.bands),
        fraction=wanted.fraction, law_rule=wanted.law_rule, good_target=wanted.good_target, not_met_target=wanted.not_met_target,
        comparators=[dict(c) for c in wanted.comparators], threshold_id=wanted.threshold_id,
        review_days=wanted.review_days, challenge_days=wanted.challenge_days, escalation_days=wanted.escalation_days, correction_days=wanted.correction_days,
        benchmark_share=wanted.benchmark_share, extend_over=wanted.extend_over,
        grade_by=wanted.grade_by, commissioned_at=clock.now(), commissioned_by=by, finalised_at=None, published_at=None,
        imported=False, frame_id=None, draw_id=None,
    )  # fmt: skip
    session.add(audit)
    session.flush()
    record(session, "audit_commissioned", by=by, subject=subject_of(audit), details={"name": audit.name, "state": audit.state}, rows=[audit_row(audit)])
    return audit


def agree_framework(session: Session, audit: Audit, *, by: Viewer) -> None:
    """Agree the framework: from now on it is locked."""
    lock(session, Audit, audit.id)
    move(session, AUDIT, "agree", audit, situation=Situation(by, audit.ref), subject=subject_of(audit))


def withdraw(session: Session, audit: Audit, *, by: Viewer, reason: str) -> None:
    """Withdraw an audit before it is published, with the reason."""
    lock(session, Audit, audit.id)
    move(session, AUDIT, "withdraw", audit, situation=Situation(by, audit.ref), subject=subject_of(audit), details={"reason": reason})


def add_areas(session: Session, codes: Sequence[str], *, by: int | None) -> None:
    """Add service areas that an import brought and a person confirmed; all areas keep their usual order."""
    for code in sorted(codes, key=area_key):
        session.add(ServiceArea(code=code, name=code, position=0))
        record(session, "area_added", by=by, subject=Subject("area", code))
    session.flush()
    for position, area in enumerate(sorted(session.scalars(select(ServiceArea)), key=lambda a: area_key(a.code)), 1):
        area.position = position


def may_import_frame(audit: Audit, frame: Frame | None) -> str | None:
    """Return why the list of filings cannot be imported now, or None; `frame` is the audit's list, if it has one."""
    if audit.state is AuditState.FRAMEWORK_AGREED and frame is not None and frame.locked_at is not None:
        return f"The list of filings was locked on {moment(frame.locked_at)}. A seed may have been made since, so the list can no longer change."
    if audit.state is AuditState.FRAMEWORK_AGREED:
        return None
    if audit.state is AuditState.COMMISSIONED:
        return "The framework has not been agreed yet. An assistant director agrees it; then the list of filings can be imported."
    return "The sample has been drawn from the list of filings, so the list is locked. A draw is never repeated."


def attach_frame(session: Session, audit: Audit, frame: Frame, *, by: int | None) -> None:
    """Make a stored frame the audit's; raises Conflict once the audit's list is locked."""
    lock(session, Audit, audit.id)
    refusal = may_import_frame(audit, session.get(Frame, audit.frame_id) if audit.frame_id else None)
    if refusal:
        raise Conflict(refusal)
    audit.frame_id = frame.id
    details = {"sha256": frame.sha256, "rows": frame.rows, "practitioners": frame.practitioners, "file": frame.file_name}
    record(session, "frame_imported", by=by, subject=subject_of(audit), details=details, rows=[audit_row(audit), frame_row(frame)])


def lock_list(session: Session, audit: Audit, *, by: int | None) -> Frame:
    """Lock an audit's list of filings: its hash goes into the event log, and a seed can be made; raises Conflict where there is none."""
    lock(session, Audit, audit.id)
    frame = lock(session, Frame, audit.frame_id) if audit.frame_id else None
    if frame is None:
        raise Conflict("The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page.")
    lock_frame(session, frame, by=by)
    details = {"sha256": frame.sha256, "rows": frame.rows, "practitioners": frame.practitioners}
    record(session, "frame_locked", by=by, subject=subject_of(audit), details=details, rows=[frame_row(frame)])
    return frame


def keep_sample(session: Session, audit: Audit, draw: SampleDraw, cases: Sequence[Mapping[str, Any]], *, by: Viewer, known: Mapping[str, Any]) -> None:
    """Make a draw the audit's sample: one case for each drawn practitioner."""
    lock(session, Audit, audit.id)
    audit.draw_id = draw.id
    details = {"seed": draw.seed, "drawn": draw.drawn, "selection_sha256": draw.selection_sha256}
    situation = Situation(by, audit.ref, known=known)
    with moving(session, AUDIT, "draw", audit, situation=situation, subject=subject_of(audit), details=details) as rows:
        rows.append(draw_row(draw))
    add_cases(session, audit, cases, by=by.id, event="case_drawn")


def columns_of(filing: Filing) -> dict[str, Any]:
    """Return the columns of a case that come from its filing."""
    return {
        "case_ref": filing.case_ref, "practitioner_id": filing.practitioner_id, "area": filing.service_area, "law_type": filing.law_type,
        "performance_band": filing.performance_band, "employment": filing.employment, "filed_on": date.fromisoformat(filing.filed_on),
        "document_kind": filing.document_kind,
    }  # fmt: skip


def add_cases(session: Session, audit: Audit, cases: Sequence[Mapping[str, Any]], *, by: int | None, event: str) -> None:
    """Add sampled cases in one statement, and the event that starts each one's timeline."""
    if not cases:
        return
    start = {"audit_id": audit.id, "state": CaseState.DRAWN, "auditor_id": None, "standing_grade": None, "origin": Origin.DRAWN}
    session.execute(insert(AuditCase), [{**start, **case} for case in cases])
    for case in session.scalars(select(AuditCase).where(AuditCase.audit_id == audit.id).order_by(AuditCase.id)).all():
        record(session, event, by=by, subject=subject_of_case(case), details={"state": case.state}, rows=[case_row(case)])


def decide_grade(session: Session, case: AuditCase, *, kind: DecisionKind, grade: str, reasons: str, by: int | None) -> Decision:
    """Record a decision; its grade stands until a later one. The caller has locked the case."""
    decision = Decision(case_id=case.id, kind=kind, grade=grade, reasons=reasons, by_id=by, at=clock.now())
    case.standing_grade = grade
    session.add(decision)
    session.flush()
    return decision


def settle(session: Session, case: AuditCase, *, by: Viewer) -> None:
    """Make a graded case final, as nothing is open on it any more."""
    if case.state is CaseState.GRADED:
        move(session, CASE, "settle", case, situation=situation_of_case(case, by), subject=subject_of_case(case),
             details={"grade": case.standing_grade})  # fmt: skip
