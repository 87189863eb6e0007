"""What happens to a learning point in doubt: the audit lead keeps or drops it."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import subject_of_case
from app.audit.models import Audit
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.moderation.themes.log import choice_row
from app.moderation.themes.models import ThemeChoice
from app.moderation.themes.queries import ToChoose
from app.moderation.themes.rules import why_not_chosen
from app.people.rules import Viewer


def choose(session: Session, of: ToChoose, *, keep: bool, by: Viewer) -> None:
    """Keep or drop a learning point, in place of what was chosen before; raises Conflict once figures are frozen."""
    case, theme = of.case, of.doubtful.theme
    refusal = why_not_chosen(lock(session, Audit, case.audit_id))
    if refusal:
        raise Conflict(refusal)
    query = select(ThemeChoice).where(ThemeChoice.case_id == case.id, ThemeChoice.theme == theme.code)
    kept = session.scalars(query).one_or_none()
    if kept is None:
        kept = ThemeChoice(case_id=case.id, theme=theme.code, keep=keep, by_id=by.id, at=clock.now())
        session.add(kept)
    elif kept.keep is keep:
        return
    kept.keep, kept.by_id, kept.at = keep, by.id, clock.now()
    session.flush()
    name = "learning_point_kept" if keep else "learning_point_dropped"
    details = {"point": theme.label, "standards": [standard.title for standard, _ in of.doubtful.decided]}
    record(session, name, by=by.id, subject=subject_of_case(case), details=details, rows=[choice_row(kept)])
