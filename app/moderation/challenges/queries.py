"""Challenges and who sees them; every function that shows takes the viewer."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Select, bindparam, exists, select
from sqlalchemy.orm import Session, contains_eager, joinedload, selectinload

from app.asking import asked_once, written_once
from app.audit.bars.queries import bars, everybody
from app.audit.blind import seen_by
from app.audit.enums import AuditState, DecisionKind
from app.audit.models import Audit, AuditCase, Decision, ThresholdText
from app.audit.queries import openable_by
from app.audit.rules import PartsKnown
from app.clock import local_date, working_days_between
from app.errors import NotFound
from app.moderation.challenges.history import history
from app.moderation.challenges.rules import CHALLENGE, ChallengeKnown, Holder, keeps_open
from app.moderation.enums import STAGES, ChallengeState, Stage
from app.moderation.models import Challenge, ChallengeNote, OwnView, Return
from app.moderation.returns.queries import sees_returns, visible_to
from app.people.rules import Viewer

WHOLE_CHALLENGE = (
    contains_eager(Challenge.case).joinedload(AuditCase.audit).joinedload(Audit.threshold).defer(ThresholdText.text)
)
_UNSETTLED = Challenge.state.in_([ChallengeState.OPEN, ChallengeState.DECIDED, ChallengeState.ESCALATED])


@written_once
def challenges_visible_to(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges whose return the person may see, each with its case."""
    query = select(Challenge).join(Challenge.case).join(AuditCase.audit).where(visible_to(viewer))
    return query.options(contains_eager(Challenge.case))


@written_once
def _one(viewer: Viewer) -> Select[Challenge]:
    whole = (WHOLE_CHALLENGE, joinedload(Challenge.returned), joinedload(Challenge.decision))
    query = challenges_visible_to(viewer).where(Challenge.id == bindparam("challenge"))
    return query.options(*whole, joinedload(Challenge.adjudication), selectinload(Challenge.points))


def challenge(session: Session, viewer: Viewer, challenge_id: int) -> Challenge:
    """Return a challenge; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(_one(viewer), {"challenge": challenge_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


@written_once
def _of_case(viewer: Viewer) -> Select[Challenge]:
    query = challenges_visible_to(viewer).where(Challenge.case_id == bindparam("case"))
    return query.options(joinedload(Challenge.decision)).order_by(Challenge.id.desc())


@asked_once
def challenges_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Challenge]:
    """Return the challenges on a case that the person may see, newest first."""
    return session.scalars(_of_case(viewer), {"case": of.id}).all() if sees_returns(viewer) else ()


@written_once
def _waiting(viewer: Viewer) -> Select[Challenge]:
    query = challenges_visible_to(viewer).where(_UNSETTLED, Audit.state == AuditState.FIELDWORK)
    given = joinedload(Challenge.returned).joinedload(Return.extensions)
    return query.options(joinedload(Challenge.decision), given).order_by(Challenge.id)


@asked_once
def challenges_waiting(session: Session, viewer: Viewer) -> Sequence[Challenge]:
    """Return the challenges in fieldwork that wait for somebody and that the person may see, oldest first."""
    return session.scalars(_waiting(viewer)).unique().all() if sees_returns(viewer) else ()


def newest_of_return(session: Session, return_id: int) -> Challenge:
    """Return the challenge of a returned case: for whoever is to be told of it, never shown."""
    query = select(Challenge).where(Challenge.return_id == return_id).order_by(Challenge.id.desc()).limit(1)
    return session.scalars(query).one()


@written_once
def _of_audit(viewer: Viewer) -> Select[Challenge]:
    return challenges_visible_to(viewer).where(AuditCase.audit_id == bindparam("audit")).order_by(Challenge.id.desc())


def challenges_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return the challenges of an audit that the person may see, newest first."""
    return session.scalars(_of_audit(viewer), {"audit": of.id}).all()


def parts_in(session: Session, of: AuditCase) -> PartsKnown:
    """Return everybody's earlier part in a case, which the rules of separation look at; never shown."""
    return history(session, of.id).parts


def known_of(session: Session, of: Challenge) -> ChallengeKnown:
    """Return what the moves of a challenge ask for; for the guards, never for a page."""
    known, nobody = history(session, of.case_id), frozenset[Any]()
    views, aside = known.own_views.get(of.id, nobody), known.stood_aside.get(of.id, nobody)
    return ChallengeKnown(known.parts, views, aside, bars(session), _holder(session, of))


def _holder(session: Session, of: Challenge) -> Holder | None:
    stage = STAGES.get(of.state)
    if stage is None or of.taken_by is None:
        return None
    known, roles = everybody(session), CHALLENGE[stage.verb].roles
    able = {p.id for role in roles for p in known.with_role(role, of.case.audit.ref)}
    gone = of.taken_by not in able or known.bars.hold(of.taken_by, of.case)
    return Holder(of.taken_by, known.names[of.taken_by], gone)


def own_views(session: Session, of: Challenge, person: int | None, stage: Stage) -> dict[str, OwnView]:
    """Return somebody's own view of each contested standard at a stage, theirs alone until they have decided."""
    query = select(OwnView).where(OwnView.challenge_id == of.id, OwnView.person_id == person, OwnView.stage == stage)
    return {view.standard: view for view in session.scalars(query)}


@asked_once
def notes_of(session: Session, of: Challenge) -> Sequence[ChallengeNote]:
    """Return what its auditor added to a challenge that the person may see, oldest first."""
    return session.scalars(
        select(ChallengeNote).where(ChallengeNote.challenge_id == of.id).order_by(ChallengeNote.id)
    ).all()


@written_once
def _challenges_of_auditor(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges of the grades that a person gave, whose cases they may open."""
    theirs = (AuditCase.auditor_id == viewer.id) & openable_by(viewer)
    query = select(Challenge).join(Challenge.case).join(AuditCase.audit).where(theirs)
    return query.options(contains_eager(Challenge.case))


@written_once
def _of_auditor(viewer: Viewer) -> Select[Challenge]:
    query = _challenges_of_auditor(viewer).where(Challenge.id == bindparam("challenge"))
    return query.options(WHOLE_CHALLENGE, selectinload(Challenge.points))


def challenge_of_auditor(session: Session, viewer: Viewer, challenge_id: int) -> Challenge:
    """Return a challenge of a grade that the person gave; raises NotFound."""
    found = session.scalars(_of_auditor(viewer), {"challenge": challenge_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


@written_once
def _to_note(viewer: Viewer) -> Select[Challenge]:
    return _challenges_of_auditor(viewer).where(Challenge.state.in_(STAGES), Audit.state == AuditState.FIELDWORK)


@written_once
def _to_note_on(viewer: Viewer) -> Select[Challenge]:
    return _to_note(viewer).where(Challenge.case_id == bindparam("case"))


@written_once
def _without_note(viewer: Viewer) -> Select[Challenge]:
    return _to_note(viewer).where(~exists().where(ChallengeNote.challenge_id == Challenge.id))


def challenges_to_note(session: Session, viewer: Viewer, *, on: AuditCase) -> Sequence[Challenge]:
    """Return the undecided challenges in fieldwork of a grade that the person gave to a case."""
    return session.scalars(_to_note_on(viewer), {"case": on.id}).all() if on.auditor_id == viewer.id else ()


def challenges_without_note(session: Session, viewer: Viewer) -> Sequence[Challenge]:
    """Return the undecided challenges in fieldwork of the person's own grades to which they have added nothing."""
    return session.scalars(_without_note(viewer)).all()


@written_once
def _to_decide(viewer: Viewer) -> Select[Challenge]:
    among = Challenge.case_id.in_(bindparam("cases", expanding=True))
    query = challenges_visible_to(viewer).where(among, Challenge.state.in_(STAGES))
    return query.options(joinedload(Challenge.decision))


def challenges_to_decide(session: Session, viewer: Viewer, among: Sequence[AuditCase]) -> Sequence[Challenge]:
    """Return the undecided challenges of some cases that the person may see."""
    if len(among) == 1:
        return [c for c in challenges_of_case(session, viewer, among[0]) if c.state in STAGES]
    return session.scalars(_to_decide(viewer), {"cases": [case.id for case in among]}).all() if among else ()


def challenge_waits(session: Session, of: AuditCase) -> bool:
    """Say whether a challenge of a case's grade is not settled: for the guards."""
    return history(session, of.id).challenge_waits


def is_adjudicated(session: Session, of: AuditCase) -> bool:
    """Say whether a case's grade was adjudicated, which is final: for the guards."""
    return (
        session.scalar(
            select(Decision.id).where(Decision.case_id == of.id, Decision.kind == DecisionKind.ADJUDICATION).limit(1)
        )
        is not None
    )


@written_once
def _open(viewer: Viewer) -> Select[Challenge]:
    query = select(Challenge).join(Challenge.case).options(contains_eager(Challenge.case))
    return query.where(AuditCase.audit_id == bindparam("audit"), _UNSETTLED, seen_by(viewer)).order_by(Challenge.id)


@asked_once
def open_challenges(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return what finalising waits for: undecided challenges, escalations, decisions that can still be escalated."""
    return [c for c in session.scalars(_open(viewer), {"audit": of.id}) if keeps_open(c)]


def days_taken(session: Session, of: Audit) -> Sequence[int]:
    """Return of each challenge of an audit that was decided after how many working days it was; whose it is, not."""
    decided = select(Challenge.raised_at, Decision.at).join(Challenge.decision).join(Challenge.case)
    found = session.execute(decided.where(AuditCase.audit_id == of.id))
    return [working_days_between(local_date(raised), local_date(at), told=raised) for raised, at in found]


def challenges_about(session: Session, of: AuditCase) -> Sequence[Challenge]:
    """Return the challenges of a case, newest first: for the guards, never for a page."""
    return session.scalars(select(Challenge).where(Challenge.case_id == of.id).order_by(Challenge.id.desc())).all()
