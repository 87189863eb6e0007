"""What decisions settled, worked out again from what they said: for whoever checks the record."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.enums import BenchmarkOutcome
from app.audit.models import Assessment, Benchmark
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.rules import Settled, adopted
from app.moderation.challenges.rules import settled_by
from app.moderation.enums import Stage
from app.moderation.models import Challenge

Standards = dict[tuple[int, str], tuple[int, Settled]]


def unsettled(session: Session) -> Iterator[str]:
    """Yield a sentence for each settled standard that no decision says, or that a decision says and nobody kept.

    The log holds the challenges and second grades that say it, so no other table can say something else.
    """
    said, kept = _said(session), _kept(session)
    for decision, standard in sorted(said.keys() | kept.keys()):
        if said.get((decision, standard)) != kept.get((decision, standard)):
            yield (
                f"Decision {decision}: what stands as settled of standard {standard} is not what was decided. Restore "
                "a backup from before it was changed."
            )


def _kept(session: Session) -> Standards:
    return {
        (d.decision_id, d.standard): (d.case_id, Settled(d.standard, d.level, d.degree, d.why, d.set_aside))
        for d in session.scalars(select(DecidedJudgement))
    }


def _said(session: Session) -> Standards:
    found: Standards = {}
    ruled = select(Challenge).where(Challenge.decision_id.is_not(None)).options(selectinload(Challenge.points))
    for challenge in session.scalars(ruled):
        stages = ((challenge.decision_id, Stage.DECISION), (challenge.adjudication_id, Stage.ADJUDICATION))
        for decision, stage in stages:
            if decision is not None:
                found |= {(decision, s.standard): (challenge.case_id, s) for s in settled_by(challenge, stage)}
    taken = select(Benchmark).where(Benchmark.outcome == BenchmarkOutcome.BENCHMARK, Benchmark.decision_id.is_not(None))
    for benchmark in session.scalars(taken.options(joinedload(Benchmark.second).selectinload(Assessment.judgements))):
        if benchmark.decision_id is not None and benchmark.second is not None:
            settled = adopted(benchmark.second.judgements)
            found |= {(benchmark.decision_id, s.standard): (benchmark.case_id, s) for s in settled}
    return found
