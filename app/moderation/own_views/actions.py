"""Before a challenge is decided: the own view of whoever decides, standing aside, and the auditor's note."""

from collections.abc import Sequence

from sqlalchemy.orm import Session

from app.audit.models import Audit, AuditCase
from app.clock import clock, moment
from app.errors import Conflict
from app.events import record
from app.moderation.actions import hold, subject_of
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.actions import Point, let_go, situation_of_challenge, take_where_nobody_has
from app.moderation.challenges.history import history
from app.moderation.challenges.rules import (
    CHALLENGE,
    ChallengeKnown,
    decides_blind,
    has_own_view,
    why_no_note,
    without_bars,
)
from app.moderation.enums import STAGES, Stage
from app.moderation.log import note_row, own_view_row, stood_aside_row
from app.moderation.models import Challenge, ChallengeNote, OwnView, StoodAside
from app.people.rules import Viewer
from app.workflow import Situation, roles_of


def blind_to(session: Session, viewer: Viewer, case: AuditCase) -> Challenge | None:
    """Return the challenge of a case that waits for the person's own view and so shows them neither side, or None."""
    return next(iter(_blind(session, viewer, case.audit, [case])), None)


def blind_cases(session: Session, viewer: Viewer, audit: Audit, among: Sequence[AuditCase]) -> frozenset[int]:
    """Return of which of some cases of an audit the person sees no grade before they have recorded their own view."""
    return frozenset(c.case_id for c in _blind(session, viewer, audit, among))


def _blind(session: Session, viewer: Viewer, audit: Audit, among: Sequence[AuditCase]) -> list[Challenge]:
    if not viewer.has(*roles_of(CHALLENGE["decide"], CHALLENGE["adjudicate"]), audit=audit.ref):
        return []
    found = challenges_queries.challenges_to_decide(session, viewer, among)
    history.ahead(session, [c.case_id for c in found])
    return [c for c in found if decides_blind(c, situation_of_challenge(session, c, viewer))]


def why_no_view(session: Session, challenge: Challenge, situation: Situation[ChallengeKnown]) -> str | None:
    """Return why a person cannot record their own view of a challenge now, or None."""
    stage = STAGES.get(challenge.state, Stage.DECISION)
    refusal = CHALLENGE.refusal(stage.verb, challenge, situation)
    if refusal or not has_own_view(stage, situation):
        return refusal
    kept = next(iter(challenges_queries.own_views(session, challenge, situation.viewer.id, stage).values()))
    return (
        f"You recorded your own view on {moment(kept.at)}. Both sides are open to you since, so it stays as it is. "
        "You can decide differently from it."
    )


def record_own_view(session: Session, challenge: Challenge, points: Sequence[Point], *, by: Viewer) -> None:
    """Record what a person thinks of each contested standard before they see either side; it never changes."""
    hold(session, challenge)
    refusal = why_no_view(session, challenge, situation_of_challenge(session, challenge, by))
    if refusal:
        raise Conflict(refusal)
    take_where_nobody_has(session, challenge, by=by)
    now, stage = clock.now(), STAGES[challenge.state]
    made = [
        OwnView(
            challenge_id=challenge.id,
            person_id=by.id,
            stage=stage,
            standard=p.standard,
            level=p.level,
            note=p.why,
            at=now,
            challenge=challenge,
        )
        for p in points
    ]
    session.add_all(made)
    session.flush()
    # Without the levels: the timeline shows it to both parties before there is a decision.
    details, rows = {"stage": stage, "standards": [p.standard for p in points]}, [own_view_row(v) for v in made]
    subject = subject_of("challenge", challenge)
    record(session, "own_view_recorded", by=by.id, subject=subject, details=details, rows=rows)


def stand_aside(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Say that one will not decide a challenge: both sides are open from now on, and somebody else has to decide.

    Whoever has an interest in the case can say so too.
    """
    hold(session, challenge)
    refusal = why_no_view(session, challenge, without_bars(situation_of_challenge(session, challenge, by)))
    if refusal:
        raise Conflict(refusal)
    if challenge.taken_by == by.id:
        let_go(session, challenge, by=by)
    made = StoodAside(challenge_id=challenge.id, person_id=by.id, at=clock.now(), challenge=challenge)
    session.add(made)
    session.flush()
    record(session, "stood_aside", by=by.id, subject=subject_of("challenge", challenge), rows=[stood_aside_row(made)])


def add_note(session: Session, challenge: Challenge, text: str, *, by: Viewer) -> None:
    """Add the auditor's note to a challenge of their grade."""
    hold(session, challenge)
    refusal = why_no_note(challenge, by)
    if refusal:
        raise Conflict(refusal)
    made = ChallengeNote(challenge_id=challenge.id, by_id=by.id, text=text, at=clock.now(), challenge=challenge)
    session.add(made)
    session.flush()
    subject = subject_of("challenge", challenge)
    record(session, "challenge_noted", by=by.id, subject=subject, details={"note": text}, rows=[note_row(made)])
