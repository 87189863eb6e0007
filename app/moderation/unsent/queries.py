"""What somebody has not sent: found for them alone; of anybody else's nothing is told but that it is there."""

from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.moderation.enums import HearingStep
from app.moderation.models import HearingDraft, Return
from app.people.rules import Viewer


def draft(session: Session, viewer: Viewer, returned: Return, step: HearingStep) -> HearingDraft | None:
    """Return what the person themselves has written of a step and not sent."""
    mine = (HearingDraft.return_id == returned.id, HearingDraft.person_id == viewer.id, HearingDraft.step == step)
    return session.scalars(select(HearingDraft).where(*mine)).one_or_none()


def another_claims(session: Session, viewer: Viewer, returned: Return) -> datetime | None:
    """Return when somebody else of the area last wrote at a challenge of a returned case, or None."""
    others = (HearingDraft.return_id == returned.id, HearingDraft.person_id != viewer.id)
    query = select(func.max(HearingDraft.saved_at)).where(*others, HearingDraft.step == HearingStep.CLAIM)
    return session.scalar(query)
