"""Keeps what a decision settled, standard by standard."""

from collections.abc import Iterable

from sqlalchemy.orm import Session

from app.audit.models import Decision
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.rules import Settled


def settle_standards(session: Session, decision: Decision, settled: Iterable[Settled]) -> None:
    """Keep what a decision settled; its event keeps the rows from which that follows."""
    session.add_all(
        DecidedJudgement(
            case_id=decision.case_id,
            standard=s.standard,
            level=s.level,
            degree=s.degree,
            set_aside=s.set_aside,
            why=s.why,
            decision_id=decision.id,
            decision=decision,
        )
        for s in settled
    )
    session.flush()
