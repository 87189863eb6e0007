"""Every row of the moderation room as the event log keeps it."""

from collections.abc import Iterator
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.models import Audit, AuditCase
from app.events import Row
from app.moderation.log import (
    challenge_row,
    concern_row,
    extension_row,
    note_row,
    own_view_row,
    return_row,
    stood_aside_row,
)
from app.moderation.models import Challenge, ChallengeNote, Concern, Extension, OwnView, Return, StoodAside

K = TypeVar("K", OwnView, StoodAside, ChallengeNote)


def rows(session: Session, *, of: Audit | None = None) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them, for one audit or all."""
    here = true() if of is None else AuditCase.audit_id == of.id
    yield from map(return_row, session.scalars(select(Return).join(Return.case).where(here).order_by(Return.id)))
    extended = select(Extension).join(Extension.returned).join(Return.case).where(here).order_by(Extension.id)
    yield from map(extension_row, session.scalars(extended))
    challenges = select(Challenge).join(Challenge.case).where(here).order_by(Challenge.id)
    yield from map(challenge_row, session.scalars(challenges.options(selectinload(Challenge.points))))
    concerns = select(Concern).join(Concern.case).where(here).order_by(Concern.id)
    yield from map(concern_row, session.scalars(concerns))
    yield from map(own_view_row, session.scalars(_of_challenges(OwnView, here)))
    yield from map(stood_aside_row, session.scalars(_of_challenges(StoodAside, here)))
    yield from map(note_row, session.scalars(_of_challenges(ChallengeNote, here)))


def _of_challenges(kind: type[K], here: ColumnElement[bool]) -> Select[K]:
    """Select what hangs on challenges, with each one's challenge."""
    return (
        select(kind)
        .join(kind.challenge)
        .join(Challenge.case)
        .where(here)
        .options(joinedload(kind.challenge))
        .order_by(kind.id)
    )
