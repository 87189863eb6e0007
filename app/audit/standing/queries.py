"""What decisions settled, standard by standard; whoever asks has found the case for the person who looks."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once
from app.audit.models import AuditCase
from app.audit.standing.models import DecidedJudgement


@asked_once
def decided_on(session: Session, of: AuditCase) -> Sequence[DecidedJudgement]:
    """Return what was settled on a case that the person may open."""
    query = select(DecidedJudgement).where(DecidedJudgement.case_id == of.id)
    return session.scalars(query.options(joinedload(DecidedJudgement.decision))).all()


def decided_on_each(session: Session, cases: Select[int]) -> Mapping[int, Sequence[DecidedJudgement]]:
    """Return what was settled on each of some cases, by case."""
    found: dict[int, list[DecidedJudgement]] = defaultdict(list)
    query = select(DecidedJudgement).where(DecidedJudgement.case_id.in_(cases))
    for row in session.scalars(query.options(joinedload(DecidedJudgement.decision))):
        found[row.case_id].append(row)
    return found
