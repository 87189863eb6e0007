"""Keeps what somebody writes and has not sent.

It is no event: the log would tell others that somebody prepares a challenge, or works on one.
"""

from collections.abc import Mapping

from sqlalchemy import delete
from sqlalchemy.orm import Session

from app.clock import clock
from app.db import lock
from app.moderation.enums import HearingStep
from app.moderation.models import HearingDraft, Return
from app.moderation.unsent import queries as unsent_queries
from app.people.rules import Viewer


def keep_draft(
    session: Session, returned: Return, step: HearingStep, fields: Mapping[str, str], *, by: Viewer
) -> HearingDraft:
    """Keep some fields of what a person writes; the others stay as they were."""
    # Two windows of one person write at once.
    lock(session, Return, returned.id)
    kept = unsent_queries.draft(session, by, returned, step)
    if kept is None:
        kept = HearingDraft(return_id=returned.id, person_id=by.id, step=step, fields={}, saved_at=clock.now())
        session.add(kept)
    kept.fields, kept.saved_at = {**kept.fields, **fields}, clock.now()
    session.flush()
    return kept


def forget_draft(session: Session, returned: Return, step: HearingStep, *, by: Viewer) -> None:
    """Forget what a person wrote, as they have sent it."""
    mine = (HearingDraft.return_id == returned.id, HearingDraft.person_id == by.id, HearingDraft.step == step)
    session.execute(delete(HearingDraft).where(*mine))
