"""Keeps an earlier audit's results as a finalised audit."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.areas.actions import NewArea, add_areas
from app.audit.commission.actions import commission
from app.audit.enums import AssessmentKind, AssessmentState, AuditKind, AuditState, CaseState, DecisionKind
from app.audit.framework import Commission
from app.audit.library.queries import document
from app.audit.log_queries import rows as audit_rows
from app.audit.models import Assessment, Audit, AuditCase, Decision, FactAnswer, ThresholdText
from app.audit.queries import service_areas
from app.audit.sample.actions import add_cases
from app.clock import add_working_days, clock
from app.earlier.reading import Result
from app.earlier.written import Written, check_written
from app.events import record
from app.moderation import log_queries
from app.moderation.enums import ChallengeState, FurtherAction, Outcome, ReturnState
from app.moderation.models import Challenge, Return
from app.people.kinds import KindsOfWork
from app.people.queries import kinds_now
from app.report.actions import agreed_figures, freeze
from app.report.cases.queries import CHILD_SEEN, REFERRAL, UNNAMED
from app.report.log import box_row
from app.report.models import NarrativeBox
from app.report.queries import publication_row
from app.sampling import queries as sampling
from app.sampling.actions import keep_frame, lock_frame
from app.sampling.population import Filing
from app.sampling.reading import FrameReading

SEEN_ANSWERS = {
    ("seen", None): "seen",
    ("not_seen", True): "not_seen_reason_recorded",
    ("not_seen", False): "not_seen_no_reason",
    ("not_seen", None): "not_seen",
    ("unclear", None): "unclear",
}

NO_PURPOSE = "What this earlier audit was for is not part of its results."


@dataclass(frozen=True, kw_only=True)
class EarlierAudit:
    """What is known of an earlier audit besides its cases."""

    ref: str
    name: str
    window_from: date
    window_to: date
    threshold: ThresholdText
    targets: Mapping[str, Any] | None = None
    written: Written = field(default_factory=Written)


def import_results(
    session: Session,
    of: EarlierAudit,
    results: Sequence[Result],
    *,
    frame: FrameReading | None = None,
    by: int | None = None,
) -> Audit:
    """Keep results as a finalised audit with frozen figures.

    Raises Conflict where the reference is taken, WrittenRefused where its words and its figures do not fit together.
    """
    work: Sequence[Result | Filing] = [*results, *(frame.filings() if frame else ())]
    audit = commission(session, _commission(of, work, kinds_now(session)), by=by, earlier=True)
    audit.imported = True
    new = {r.service_area for r in work} - {a.code for a in service_areas(session)}
    add_areas(session, [NewArea(code) for code in new], by=by, as_they_stand=True)
    if frame is not None:
        list_of_filings = keep_frame(session, frame, file_name="frame of the results", by=by)
        lock_frame(session, list_of_filings, by=by)
        audit.frame_id = list_of_filings.id
    add_cases(session, audit, _cases(results, kinds_now(session)), by=by, event="case_imported")
    ids = {
        ref: key
        for ref, key in session.execute(select(AuditCase.case_ref, AuditCase.id).where(AuditCase.audit_id == audit.id))
    }
    _assessments(session, results, ids)
    _decisions(session, audit, results, ids)
    audit.state, audit.finalised_at = AuditState.FINALISED, clock.now()
    session.flush()
    frozen = freeze(session, audit, agreed_figures(session, audit))
    check_written(of.written, json.loads(frozen.figures))
    boxes = _boxes(session, audit, of.written)
    details = {"cases": len(results), "figures_sha256": frozen.sha256, "state": audit.state}
    # One event for all that was brought in: no act of ours made it row by row.
    kept = [*audit_rows(session, of=audit), *log_queries.rows(session, of=audit), publication_row(frozen)]
    kept += map(box_row, boxes)
    kept += [row for f in [sampling.frame(session, audit.frame_id)] if f for row in sampling.frame_rows(session, f)]
    record(session, "results_imported", by=by, subject=subject_of(audit), details=details, rows=kept)
    return audit


def _commission(of: EarlierAudit, work: Sequence[Result | Filing], kinds: KindsOfWork) -> Commission:
    targets: Mapping[str, Any] = (of.targets or {}).get("targets") or {}
    return Commission(
        ref=of.ref,
        name=of.name,
        kind=AuditKind.NATIONAL,
        purpose=of.written.purpose or NO_PURPOSE,
        window_from=of.window_from,
        window_to=of.window_to,
        law_types=[w for w in kinds.law_types.codes if any(r.law_type == w for r in work)],
        bands=sorted({r.performance_band for r in work if r.performance_band}),
        fraction="1/2",
        good_target=targets.get("good_percent"),
        not_met_target=targets.get("not_met_percent"),
        targets_by=targets.get("by") or "",
        targets_set_in=targets.get("set_in") or "",
        threshold_id=of.threshold.id,
        comparators=(of.targets or {}).get("comparators") or [],
    )


def _boxes(session: Session, audit: Audit, written: Written) -> list[NarrativeBox]:
    boxes = [
        NarrativeBox(audit_id=audit.id, code=code, markdown=text.strip(), version=1, saved_at=clock.now())
        for code, text in written.boxes.items()
        if text.strip()
    ]
    session.add_all(boxes)
    session.flush()
    return boxes


def _cases(results: Sequence[Result], kinds: KindsOfWork) -> list[dict[str, Any]]:
    return [_case(r, kinds) for r in results]


def _case(r: Result, kinds: KindsOfWork) -> dict[str, Any]:
    return {
        "case_ref": r.case_ref,
        "practitioner_id": r.practitioner_id,
        "area": r.service_area,
        "law_type": r.law_type,
        "performance_band": r.performance_band,
        "employment": r.employment,
        "filed_on": r.filed_on,
        "document_kind": r.document_kind or kinds.document_kinds.codes[0],
        "ticket": "",
        "state": CaseState.FINAL,
        "standing_grade": r.final_grade,
    }


def _moment(day: date | None) -> datetime:
    return datetime.combine(day, time(12), UTC) if day else clock.now()


def _assessments(session: Session, results: Sequence[Result], ids: Mapping[str, int]) -> None:
    rows = []
    for r in results:
        rows.append(_assessment(r, ids, AssessmentKind.FIRST, r.auditor or UNNAMED, r.first_grade))
        for who, grade in (("lead", r.benchmark_lead), ("independent", r.benchmark_independent)):
            if grade:
                rows.append(_assessment(r, ids, AssessmentKind.BENCHMARK, who, grade))
    session.execute(insert(Assessment), rows)
    first = select(Assessment.case_id, Assessment.id).where(
        Assessment.kind == AssessmentKind.FIRST, Assessment.case_id.in_(ids.values())
    )
    by_case = {case: key for case, key in session.execute(first)}
    answers = [
        {"assessment_id": by_case[ids[r.case_ref]], "fact": fact, "answers": list(given)}
        for r in results
        for fact, given in _facts(r)
    ]
    if answers:
        session.execute(insert(FactAnswer), answers)


def _facts(r: Result) -> Iterator[tuple[str, Sequence[str]]]:
    """Yield what a row says that the tool would have asked; the referral of a returned case is kept with its return."""
    if (r.children_seen, r.not_seen_reason) in SEEN_ANSWERS:
        yield CHILD_SEEN, [SEEN_ANSWERS[r.children_seen, r.not_seen_reason]]
    if r.referral and not r.returned:
        yield REFERRAL, ["yes", r.referral_reason] if r.referral_reason else ["yes"]


def _assessment(r: Result, ids: Mapping[str, int], kind: AssessmentKind, who: str, grade: str) -> dict[str, Any]:
    at = _moment(r.audited_on)
    return {
        "case_id": ids[r.case_ref],
        "kind": kind,
        "author_id": None,
        "author_label": who,
        "number": 1,
        "correction_reason": "",
        "state": AssessmentState.SUBMITTED,
        "grade": grade,
        "departure_reason": "",
        "indicated_grade": None,
        "indicated_rule": None,
        "strengths_note": "",
        "learning_note": "",
        "themes": list(r.themes) if kind is AssessmentKind.FIRST else [],
        "started_at": at,
        "saved_at": at,
        "submitted_at": at,
    }


def _decision(r: Result, ids: Mapping[str, int], kind: DecisionKind, grade: str) -> dict[str, Any]:
    return {"case_id": ids[r.case_ref], "kind": kind, "grade": grade, "reasons": "", "at": _moment(r.audited_on)}


def _decided(session: Session, r: Result, ids: Mapping[str, int], kind: DecisionKind, grade: str) -> Decision:
    decision = Decision(**_decision(r, ids, kind, grade))
    session.add(decision)
    session.flush()
    return decision


def _decisions(session: Session, audit: Audit, results: Sequence[Result], ids: Mapping[str, int]) -> None:
    rows = [_decision(r, ids, DecisionKind.FIRST_GRADE, r.first_grade) for r in results]
    session.execute(insert(Decision), rows)
    first = select(Decision.case_id, Decision.id).where(Decision.case_id.in_(ids.values()))
    firsts = {case: key for case, key in session.execute(first)}
    lowest = document(audit.threshold or session.get_one(ThresholdText, audit.threshold_id)).lowest.code
    for r in results:
        if r.returned:
            returned = _returned(audit, r, ids[r.case_ref], firsts[ids[r.case_ref]])
            session.add(returned)
            session.flush()
            if r.challenged:
                session.add(_challenge(session, r, ids, returned, lowest))
    session.flush()


def _returned(audit: Audit, r: Result, case_id: int, decision_id: int) -> Return:
    at = _moment(r.audited_on)
    return Return(
        case_id=case_id,
        decision_id=decision_id,
        state=ReturnState.CHALLENGED if r.challenged else ReturnState.BROUGHT_IN,
        opened_at=at,
        review_due=add_working_days(at.date(), audit.review_days),
        challenge_due=add_working_days(at.date(), audit.challenge_days),
        further_action=FurtherAction.NEEDED if r.referral else None,
        action_what=r.referral_reason.replace("_", " ").capitalize(),
    )


def _challenge(session: Session, r: Result, ids: Mapping[str, int], returned: Return, lowest: str) -> Challenge:
    decision = _decided(session, r, ids, DecisionKind.CHALLENGE_DECISION, r.challenge_grade)
    at = _moment(r.audited_on)
    made = Challenge(
        case_id=ids[r.case_ref],
        return_id=returned.id,
        state=ChallengeState.ACCEPTED,
        claimed_grade="",
        summary="Brought in with the results.",
        raised_at=at,
        outcome=_changed(r.challenge_grade, lowest),
        decision_id=decision.id,
    )
    if r.adjudicated:
        last = _decided(session, r, ids, DecisionKind.ADJUDICATION, r.adjudication_grade)
        made.state, made.escalated_at, made.adjudication_id = ChallengeState.ADJUDICATED, at, last.id
        made.adjudication_outcome = _changed(r.adjudication_grade, r.challenge_grade)
    return made


def _changed(grade: str, before: str) -> Outcome:
    return Outcome.UNCHANGED if grade == before else Outcome.REGRADED
