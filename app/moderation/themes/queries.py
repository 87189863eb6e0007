"""Learning points in doubt, and what was chosen of them; the caller has found the audit for the person who looks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, exists, select
from sqlalchemy.orm import Session, joinedload

from app.asking import asked_once
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase
from app.audit.queries import WHOLE, openable_by, standing
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.queries import decided_on_each
from app.audit.standing.rules import standing_judgements
from app.events import Row
from app.moderation.themes.log import choice_row
from app.moderation.themes.models import ThemeChoice
from app.moderation.themes.rules import Doubtful, in_doubt
from app.people.rules import Viewer


@dataclass(frozen=True, slots=True)
class ToChoose:
    """A learning point of a case that is in doubt, and what was chosen, None where nothing was yet."""

    case: AuditCase
    doubtful: Doubtful
    choice: ThemeChoice | None


def _doubted(session: Session, *theirs: ColumnElement[bool]) -> Iterator[tuple[AuditCase, Doubtful]]:
    """Yield what is in doubt of some cases, by reference; each condition is on cases that are joined to their audit."""
    cases = select(AuditCase.id).join(AuditCase.audit).where(*theirs)
    said = select(Assessment, AuditCase).join(AuditCase, AuditCase.id == Assessment.case_id)
    said = said.where(AuditCase.id.in_(cases), standing()).options(joinedload(Assessment.judgements), WHOLE)
    assessments = session.execute(said.order_by(AuditCase.case_ref)).unique().all()
    decided = decided_on_each(session, cases) if assessments else {}
    for of, case in assessments:
        stands = standing_judgements(of.judgements, decided.get(case.id, ()))
        for doubtful in in_doubt(document_of(case.audit), case.law_type, of.themes, stands):
            yield case, doubtful


def dropped(session: Session, *theirs: ColumnElement[bool]) -> Mapping[int, frozenset[str]]:
    """Return by case the learning points that do not count: dropped, and the decision behind it still stands."""
    query = select(ThemeChoice).join(ThemeChoice.case).join(AuditCase.audit).where(*theirs, ThemeChoice.keep.is_(False))
    gone = {(of.case_id, of.theme) for of in session.scalars(query)}
    found: dict[int, frozenset[str]] = {}
    if gone:
        for case, doubtful in _doubted(session, AuditCase.id.in_({case_id for case_id, _ in gone})):
            if (case.id, doubtful.theme.code) in gone:
                found[case.id] = found.get(case.id, frozenset()) | {doubtful.theme.code}
    return found


@asked_once
def to_choose(session: Session, viewer: Viewer, of: Audit) -> Sequence[ToChoose]:
    """Return what is in doubt in an audit on cases that the person may open, what was not chosen yet first."""
    settled = exists().where(DecidedJudgement.case_id == AuditCase.id).correlate(AuditCase)
    doubted = list(_doubted(session, AuditCase.audit_id == of.id, settled, openable_by(viewer)))
    chosen = choices_on(session, {case.id for case, _ in doubted})
    found = [ToChoose(case, d, chosen.get((case.id, d.theme.code))) for case, d in doubted]
    return sorted(found, key=lambda one: one.choice is not None)


def choices_on(session: Session, cases: set[int]) -> Mapping[tuple[int, str], ThemeChoice]:
    """Return what was chosen on some cases, by case and learning point."""
    if not cases:
        return {}
    return {(c.case_id, c.theme): c for c in session.scalars(select(ThemeChoice).where(ThemeChoice.case_id.in_(cases)))}


def rows(session: Session) -> Iterator[Row]:
    """Yield the rows of the choices as the event log keeps them."""
    yield from map(choice_row, session.scalars(select(ThemeChoice).order_by(ThemeChoice.id)))
