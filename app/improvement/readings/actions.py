"""What happens to a reading: read, reflected on, learning written down, agreed and confirmed; and facts questioned."""

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.proposals.queries import team_of
from app.audit.models import AuditCase
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.improvement.enums import ReadingState
from app.improvement.log import point_row, reflection_row
from app.improvement.models import FactualPoint, Learned, Reading, Reflection
from app.improvement.readings.queries import Step
from app.improvement.readings.rules import READING, ReadingKnown
from app.people.rules import Viewer
from app.workflow import Situation, begin, moving


@dataclass(frozen=True, slots=True)
class Reflected:
    """What a practitioner thinks, empty where they write nothing, and whether they share it."""

    text: str
    shared: bool


def subject_of(of: Reading, case: AuditCase) -> Subject:
    """Return a reading as the subject of an event."""
    return Subject("reading", of.id, case.audit.ref, case.id)


def situation_of(session: Session, step: Step, viewer: Viewer, *, same_words: bool = True) -> Situation[ReadingKnown]:
    """Return the situation in which a practitioner or a service manager acts."""
    case, known = step.case, ReadingKnown(step.is_open, same_words)
    team = team_of(session, case.area, case.practitioner_id)
    return Situation(viewer, case.audit.ref, known, case.area, case.practitioner_id, team)


def read(session: Session, step: Step, *, by: Viewer) -> None:
    """Record that a practitioner has read their case and its learning points."""
    case = step.case
    lock(session, AuditCase, case.id)
    situation = situation_of(session, step, by)
    of = session.scalars(select(Reading).where(Reading.case_id == case.id)).one_or_none()
    if of is None:
        of = Reading(case_id=case.id, state=ReadingState.OPEN, opened_at=clock.now())
        begin(session, READING, "open", of, situation=situation, subject=lambda r: subject_of(r, case), details={})
    with moving(session, READING, "read", of, situation=situation, subject=subject_of(of, case)):
        of.read_by, of.read_at = by.id, clock.now()


def _held(session: Session, step: Step) -> Reading:
    lock(session, AuditCase, step.case.id)
    of = session.scalars(select(Reading).where(Reading.case_id == step.case.id)).one_or_none()
    if of is None:
        raise Conflict("Read the case first, and say so.")
    return of


def reflect(session: Session, step: Step, said: Reflected, *, by: Viewer) -> None:
    """Keep what a practitioner thinks of their case; where they write nothing, that they had the chance."""
    of = _held(session, step)
    situation = situation_of(session, step, by)
    name = "reflect_again" if of.state is ReadingState.REFLECTED else "reflect"
    with moving(session, READING, name, of, situation=situation, subject=subject_of(of, step.case)) as rows:
        kept = session.scalars(select(Reflection).where(Reflection.case_id == step.case.id)).one_or_none()
        if kept is None and said.text:
            kept = Reflection(case_id=step.case.id, text=said.text, shared=said.shared, by_id=by.id, at=clock.now())
            session.add(kept)
        elif kept is not None:
            kept.text, kept.at = said.text or kept.text, clock.now()
            kept.shared = said.shared and bool(said.text)
        session.flush()
        rows.extend([reflection_row(kept)] if kept else [])


def propose(session: Session, step: Step, learned: Learned, *, by: Viewer) -> None:
    """Write down what was agreed in the talk, for the practitioner to confirm."""
    of = _held(session, step)
    situation = situation_of(session, step, by)
    with moving(session, READING, "propose", of, situation=situation, subject=subject_of(of, step.case)):
        of.learning, of.learn_by, of.known_by = learned.learning, learned.learn_by, learned.known_by
        of.proposed_by, of.proposed_at = by.id, clock.now()


def agree(session: Session, step: Step, words: str, *, by: Viewer) -> None:
    """Confirm the learning as the practitioner; `words` name those that they read (`words_of`)."""
    of = _held(session, step)
    situation = situation_of(session, step, by, same_words=words == words_of(of))
    with moving(session, READING, "agree", of, situation=situation, subject=subject_of(of, step.case)):
        of.agreed_at = clock.now()


def words_of(of: Reading) -> str:
    """Return what names the learning as it was written last."""
    return of.proposed_at.isoformat() if of.proposed_at else ""


def close(session: Session, step: Step, *, by: Viewer) -> None:
    """Confirm in supervision that the learning was done."""
    of = _held(session, step)
    situation = situation_of(session, step, by)
    with moving(session, READING, "close", of, situation=situation, subject=subject_of(of, step.case)):
        of.closed_by, of.closed_at = by.id, clock.now()


def question_fact(session: Session, of: AuditCase, what: str, right: str, *, by: Viewer) -> FactualPoint:
    """Say that something is factually wrong: it goes to the audit lead, and moves no grade."""
    made = FactualPoint(case_id=of.id, what=what, right=right, by_id=by.id, at=clock.now())
    session.add(made)
    session.flush()
    subject = Subject("factual point", made.id, of.audit.ref, of.id)
    record(session, "fact_questioned", by=by.id, subject=subject, rows=[point_row(made)])
    return made


def answer_fact(session: Session, of: FactualPoint, answer: str, *, by: Viewer) -> None:
    """Answer a practitioner; raises Conflict where somebody did."""
    lock(session, FactualPoint, of.id)
    if of.answered_at is not None:
        raise Conflict("This was answered already.")
    of.answer, of.answered_by, of.answered_at = answer, by.id, clock.now()
    session.flush()
    subject = Subject("factual point", of.id, of.case.audit.ref, of.case_id)
    record(session, "fact_answered", by=by.id, subject=subject, rows=[point_row(of)])
