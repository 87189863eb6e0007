"""Acts of grading: start, save each part of the draft, submit."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.actions import decide_grade, situation_of_grading, subject_of_case
from app.audit.enums import AssessmentKind, AssessmentState, DecisionKind
from app.audit.evidence.reuse import sealed, together
from app.audit.grading.draft import Draft
from app.audit.grading.in_hand import Prepared
from app.audit.library.queries import proposed_in
from app.audit.log import assessment_row, decision_row
from app.audit.models import Assessment, AuditCase, Decision, FactAnswer, Judgement
from app.audit.rules import CASE
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.people.rules import Viewer
from app.web.merging import Merged, marks_of, merge
from app.workflow import move, moving


def start_grading(session: Session, case: AuditCase, *, by: Viewer) -> Assessment:
    """Open the draft of a first assessment; who had the case before and left a draft goes on with it."""
    lock(session, AuditCase, case.id)
    move(session, CASE, "start", case, situation=situation_of_grading(session, case, by), subject=subject_of_case(case))
    kept = queries.draft_in_hand(session, by, case)
    if kept is not None:
        kept.saved_at = clock.now()
        return kept
    return new_draft(session, case, AssessmentKind.FIRST, by=by)


def new_draft(session: Session, case: AuditCase, kind: AssessmentKind, *, by: Viewer) -> Assessment:
    """Open an empty draft."""
    now = clock.now()
    draft = Assessment(
        case_id=case.id,
        kind=kind,
        author_id=by.id,
        author_label="",
        number=1,
        correction_reason="",
        state=AssessmentState.DRAFT,
        departure_reason="",
        strengths_note="",
        learning_note="",
        themes=[],
        started_at=now,
        saved_at=now,
        judgements=[],
        facts=[],
    )
    session.add(draft)
    session.flush()
    return draft


Read = Callable[[Draft], Mapping[str, str]]


def bring_together(
    session: Session, kept: Assessment, draft: Draft, read: Read, *, served: str, sent: Mapping[str, str]
) -> Merged:
    """Return what to keep of a form, read against what is stored at this moment.

    Another window may have saved meanwhile.
    """
    _open_draft(session, kept)
    session.flush()
    session.expire_all()
    return together(merge(marks_of(served), read(replace(draft)), sent), sent)


def _open_draft(session: Session, draft: Assessment) -> None:
    lock(session, AuditCase, draft.case_id)
    session.refresh(draft, ["state"])
    if draft.state is not AssessmentState.DRAFT:
        raise Conflict("This assessment has been submitted, so it cannot be changed. Nothing of it was overwritten.")
    draft.saved_at = clock.now()


NOTHING_JUDGED: Mapping[str, Any] = {"judgement": "", "degree": "", "evidence": "", "set_aside": False}


def save_judgements(session: Session, draft: Assessment, answers: Mapping[str, Mapping[str, object]]) -> None:
    """Keep what was typed for some standards, complete or not.

    `answers` maps a standard to the columns of Judgement.
    """
    _open_draft(session, draft)
    kept = {j.standard: j for j in draft.judgements}
    for standard, columns in answers.items():
        row = kept.get(standard)
        if row is None:
            row = Judgement(assessment_id=draft.id, standard=standard, **NOTHING_JUDGED)
            draft.judgements.append(row)
        for name, value in columns.items():
            setattr(row, name, value)


def save_facts(session: Session, draft: Assessment, answers: Mapping[str, Sequence[str]]) -> None:
    """Keep the answers to the factual questions; `answers` maps a fact to codes, or to one text."""
    _open_draft(session, draft)
    kept = {f.fact: f for f in draft.facts}
    for fact, chosen in answers.items():
        if fact in kept:
            kept[fact].answers = list(chosen)
        else:
            draft.facts.append(FactAnswer(assessment_id=draft.id, fact=fact, answers=list(chosen)))


def confirm_prepared(session: Session, draft: Assessment, checked: Iterable[Prepared]) -> None:
    """Keep that the author of a draft has checked what was prepared against the file.

    The answers themselves are saved before.
    """
    _open_draft(session, draft)
    kept = {f.fact: f for f in draft.facts}
    for prepared in checked:
        kept[prepared.code].prepared_by, kept[prepared.code].prepared_at = prepared.by_id, prepared.at


def save_themes(
    session: Session, draft: Assessment, *, themes: Sequence[str], strengths_note: str, learning_note: str
) -> None:
    """Keep the strengths and learning points."""
    _open_draft(session, draft)
    draft.themes, draft.strengths_note, draft.learning_note = list(themes), strengths_note, learning_note


def save_grade(session: Session, draft: Assessment, *, grade: str | None, departure_reason: str) -> None:
    """Keep the auditor's own grade and the reason for a departure."""
    _open_draft(session, draft)
    draft.grade, draft.departure_reason = grade, departure_reason


def submit(
    session: Session, case: AuditCase, draft: Assessment, *, indicated: tuple[str, str] | None, by: Viewer
) -> Decision:
    """Submit a complete draft, of a first assessment or of its correction.

    It never changes again, and its grade stands. `indicated` is (grade, rule). The caller has checked that nothing is
    missing, and opens what follows from the grade.
    """
    _open_draft(session, draft)
    act, kind, reasons = "submit", DecisionKind.FIRST_GRADE, draft.departure_reason
    details = {"assessment": draft.id, "grade": draft.grade, "indicated": indicated and indicated[0]}
    if draft.number > 1:
        act, kind, reasons = "correct", DecisionKind.CORRECTION, draft.correction_reason
        details |= {"before": case.standing_grade, "reason": reasons}
    situation = situation_of_grading(session, case, by)
    with moving(session, CASE, act, case, situation=situation, subject=subject_of_case(case), details=details) as rows:
        draft.state, draft.submitted_at = AssessmentState.SUBMITTED, clock.now()
        sealed(draft.judgements)
        draft.indicated_grade, draft.indicated_rule = indicated or (None, None)
        draft.proposed = proposed_in(case, draft)
        decision = decide_grade(session, case, kind=kind, grade=draft.grade or "", reasons=reasons, by=by.id)
        rows += [assessment_row(draft), decision_row(decision)]
    return decision
