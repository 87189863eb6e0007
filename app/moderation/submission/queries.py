"""Who hears of a grade that goes back to its area, and what somebody submitted last."""

from collections.abc import Sequence

from sqlalchemy import Select
from sqlalchemy.orm import Session, contains_eager

from app.asking import written_once
from app.audit.models import Assessment, AuditCase
from app.audit.queries import (
    THRESHOLD,
    assessments_visible_to,
    assistant_directors,
    heads_of,
    openable_by,
    since_graded,
    standing,
)
from app.moderation.returns.queries import standing_return
from app.moderation.submission import rules
from app.people.rules import Viewer

RECENT = 10


def went_to(session: Session, area: str) -> str:
    """Return who a case of an area goes back to, in a sentence."""
    heads, standing_in = heads_of(session, area), assistant_directors(session, area)
    return rules.went_to(area, [p.name for p in heads], [p.name for p in standing_in])


@written_once
def _recent(viewer: Viewer) -> Select[Assessment, AuditCase]:
    mine = assessments_visible_to(viewer).where(Assessment.author_id == viewer.id, standing(), openable_by(viewer))
    with_case = mine.add_columns(AuditCase).options(contains_eager(AuditCase.audit).options(THRESHOLD))
    return with_case.order_by(Assessment.submitted_at.desc(), Assessment.id.desc()).limit(RECENT)


def recently_submitted(session: Session, viewer: Viewer) -> Sequence[tuple[Assessment, AuditCase]]:
    """Return the grades that somebody submitted last, corrections among them, with their cases, the newest first.

    What a correction asks of each is asked here of all.
    """
    found = [(assessment, case) for assessment, case in session.execute(_recent(viewer))]
    since_graded.ahead(session, [case.id for _, case in found])
    standing_return.ahead(session, [case.id for _, case in found])
    return found
