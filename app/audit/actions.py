"""What happens to audits and their cases: one verb, one function, the change and its event in one transaction."""

from typing import TypeVar

from sqlalchemy.orm import Session

from app.audit import queries
from app.audit.bars.queries import bars
from app.audit.enums import CaseState, DecisionKind
from app.audit.models import Audit, AuditCase, Decision
from app.audit.rules import CASE, AuditKnown, CaseKnown, GradeKnown
from app.clock import clock
from app.events import Subject
from app.people.rules import Viewer
from app.workflow import Situation, move

MACHINE = "the command line"
NOTHING_MORE = AuditKnown()
Told = TypeVar("Told")


def subject_of(audit: Audit) -> Subject:
    """Return an audit as the subject of an event."""
    return Subject("audit", audit.id, audit.ref)


def subject_of_case(case: AuditCase) -> Subject:
    """Return a case as the subject of an event."""
    return Subject("case", case.id, case.audit.ref, case.id)


def situation_in_audit(audit: Audit, viewer: Viewer, known: AuditKnown = NOTHING_MORE) -> Situation[AuditKnown]:
    """Return the situation in which a person acts on an audit."""
    return Situation(viewer, audit.ref, known)


def situation_about(case: AuditCase, viewer: Viewer, known: Told) -> Situation[Told]:
    """Return the situation in which a person acts on something about a case."""
    return Situation(viewer, case.audit.ref, known, case.area)


def situation_of_case(case: AuditCase, viewer: Viewer) -> Situation[CaseKnown]:
    """Return the situation in which a person acts on a case, where no guard asks for more than the case itself."""
    return situation_about(case, viewer, CaseKnown())


def situation_of_grading(session: Session, case: AuditCase, viewer: Viewer) -> Situation[CaseKnown]:
    """Return the situation in which a person grades a case, or corrects its grade."""
    known = GradeKnown(queries.correct_until(session, case), queries.decided_by_others(session, case))
    return situation_about(case, viewer, CaseKnown(grade=known, bars=bars(session)))


def decide_grade(
    session: Session, case: AuditCase, *, kind: DecisionKind, grade: str, reasons: str, by: int | None
) -> Decision:
    """Record a decision; its grade stands until a later one. The caller has locked the case."""
    decision = Decision(case_id=case.id, kind=kind, grade=grade, reasons=reasons, by_id=by, at=clock.now())
    case.standing_grade = grade
    session.add(decision)
    session.flush()
    return decision


def settle(session: Session, case: AuditCase, *, by: Viewer) -> None:
    """Make a graded case final, as nothing is open on it any more."""
    if case.state is CaseState.GRADED:
        move(
            session,
            CASE,
            "settle",
            case,
            situation=situation_of_case(case, by),
            subject=subject_of_case(case),
            details={"grade": case.standing_grade},
        )
