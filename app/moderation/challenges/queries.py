"""Challenges and who sees them; every function that shows takes the viewer."""

from collections.abc import Iterable, Sequence

from sqlalchemy import Select, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.bars.queries import bars
from app.audit.blind import seen_by
from app.audit.enums import AUDITORS_OWN, AuditState, DecisionKind
from app.audit.models import Audit, AuditCase, Decision
from app.audit.queries import cases_visible_to, graders
from app.audit.rules import PartsKnown
from app.clock import today
from app.errors import NotFound
from app.moderation.challenges.rules import ChallengeKnown
from app.moderation.enums import STAGES, ChallengeState, Stage
from app.moderation.models import Challenge, ChallengeNote, OwnView, Return, StoodAside
from app.moderation.returns.queries import returns_visible_to
from app.people.rules import Viewer


def challenges_visible_to(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges whose return the person may see."""
    returns = returns_visible_to(viewer).with_only_columns(Return.id)
    return (
        select(Challenge)
        .where(Challenge.return_id.in_(returns))
        .options(
            joinedload(Challenge.case).joinedload(AuditCase.audit).joinedload(Audit.threshold),
            joinedload(Challenge.returned),
            joinedload(Challenge.decision),
            joinedload(Challenge.adjudication),
            selectinload(Challenge.points),
        )
    )


def challenge(session: Session, viewer: Viewer, challenge_id: int) -> Challenge:
    """Return a challenge; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(challenges_visible_to(viewer).where(Challenge.id == challenge_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def challenges_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Challenge]:
    """Return the challenges on a case that the person may see, newest first."""
    query = challenges_visible_to(viewer).where(Challenge.case_id == of.id).order_by(Challenge.id.desc())
    return session.scalars(query).unique().all()


def challenges_waiting(session: Session, viewer: Viewer) -> Sequence[Challenge]:
    """Return the challenges in fieldwork that wait for somebody and that the person may see, oldest first."""
    waiting = [ChallengeState.OPEN, ChallengeState.DECIDED, ChallengeState.ESCALATED]
    in_fieldwork = select(AuditCase.id).join(AuditCase.audit).where(Audit.state == AuditState.FIELDWORK)
    query = challenges_visible_to(viewer).where(Challenge.state.in_(waiting), Challenge.case_id.in_(in_fieldwork))
    return session.scalars(query.order_by(Challenge.id)).unique().all()


def newest_of_return(session: Session, return_id: int) -> Challenge:
    """Return the challenge of a returned case: for whoever is to be told of it, never shown."""
    query = select(Challenge).where(Challenge.return_id == return_id).order_by(Challenge.id.desc()).limit(1)
    return session.scalars(query).one()


def challenges_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return the challenges of an audit that the person may see, newest first."""
    query = (
        challenges_visible_to(viewer)
        .join(AuditCase, AuditCase.id == Challenge.case_id)
        .where(AuditCase.audit_id == of.id)
    )
    return session.scalars(query.order_by(Challenge.id.desc())).unique().all()


def parts_in(session: Session, of: AuditCase) -> PartsKnown:
    """Return everybody's earlier part in a case, which the rules of separation look at; never shown."""
    decisions = session.execute(select(Decision.kind, Decision.by_id).where(Decision.case_id == of.id)).all()
    challengers = session.execute(
        select(Challenge.raised_by, Challenge.escalated_by).where(Challenge.case_id == of.id)
    ).all()
    reviewers = session.scalars(select(Return.reviewed_by).where(Return.case_id == of.id)).all()
    first = {by for kind, by in decisions if kind in AUDITORS_OWN}
    return PartsKnown(
        graded=_people(graders(session, of), [of.auditor_id], first),
        decided=_people({by for kind, by in decisions if kind not in AUDITORS_OWN}),
        acted_for_area=_people(reviewers, *challengers),
    )


def known_of(session: Session, of: Challenge) -> ChallengeKnown:
    """Return what the moves of a challenge ask for; for the guards, never for a page."""
    views = session.execute(select(OwnView.person_id, OwnView.stage).where(OwnView.challenge_id == of.id).distinct())
    aside = session.scalars(select(StoodAside.person_id).where(StoodAside.challenge_id == of.id))
    return ChallengeKnown(
        parts_in(session, of.case),
        frozenset((person, stage) for person, stage in views),
        frozenset(aside),
        bars(session),
    )


def own_views(session: Session, of: Challenge, person: int | None, stage: Stage) -> dict[str, OwnView]:
    """Return somebody's own view of each contested standard at a stage, theirs alone until they have decided."""
    query = select(OwnView).where(OwnView.challenge_id == of.id, OwnView.person_id == person, OwnView.stage == stage)
    return {view.standard: view for view in session.scalars(query)}


def notes_of(session: Session, of: Challenge) -> Sequence[ChallengeNote]:
    """Return what its auditor added to a challenge that the person may see, oldest first."""
    return session.scalars(
        select(ChallengeNote).where(ChallengeNote.challenge_id == of.id).order_by(ChallengeNote.id)
    ).all()


def _challenges_of_auditor(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges of the grades that a person gave, whose cases they may open."""
    theirs = cases_visible_to(viewer).where(AuditCase.auditor_id == viewer.id).with_only_columns(AuditCase.id)
    return (
        select(Challenge)
        .where(Challenge.case_id.in_(theirs))
        .options(
            joinedload(Challenge.case).joinedload(AuditCase.audit).joinedload(Audit.threshold),
            selectinload(Challenge.points),
        )
    )


def challenge_of_auditor(session: Session, viewer: Viewer, challenge_id: int) -> Challenge:
    """Return a challenge of a grade that the person gave; raises NotFound."""
    found = session.scalars(_challenges_of_auditor(viewer).where(Challenge.id == challenge_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def challenges_to_note(session: Session, viewer: Viewer, *, on: AuditCase | None = None) -> Sequence[Challenge]:
    """Return the undecided challenges in fieldwork of the person's own grades, of one case or of all."""
    in_fieldwork = select(AuditCase.id).join(AuditCase.audit).where(Audit.state == AuditState.FIELDWORK)
    query = _challenges_of_auditor(viewer).where(Challenge.state.in_(STAGES), Challenge.case_id.in_(in_fieldwork))
    return session.scalars(query.where(Challenge.case_id == on.id) if on else query).unique().all()


def challenges_to_decide(
    session: Session, viewer: Viewer, of: Audit, *, on: AuditCase | None = None
) -> Sequence[Challenge]:
    """Return the undecided challenges of an audit, or of one case of it, that the person may see."""
    query = (
        challenges_visible_to(viewer)
        .join(AuditCase, AuditCase.id == Challenge.case_id)
        .where(AuditCase.audit_id == of.id)
    )
    query = query.where(Challenge.state.in_(STAGES), true() if on is None else AuditCase.id == on.id)
    return session.scalars(query).unique().all()


def challenge_waits(session: Session, of: AuditCase) -> bool:
    """Say whether a challenge of a case's grade is not settled: for the guards."""
    waiting = Challenge.state.in_([ChallengeState.OPEN, ChallengeState.ESCALATED]) | (
        (Challenge.state == ChallengeState.DECIDED) & (Challenge.escalation_due >= today())
    )
    return session.scalar(select(Challenge.id).where(Challenge.case_id == of.id, waiting).limit(1)) is not None


def is_adjudicated(session: Session, of: AuditCase) -> bool:
    """Say whether a case's grade was adjudicated, which is final: for the guards."""
    return (
        session.scalar(
            select(Decision.id).where(Decision.case_id == of.id, Decision.kind == DecisionKind.ADJUDICATION).limit(1)
        )
        is not None
    )


def _people(*groups: Iterable[int | None]) -> frozenset[int]:
    return frozenset(key for group in groups for key in group if key is not None)


def open_challenges(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return what finalising waits for: undecided challenges, escalations, decisions that can still be escalated."""
    waiting = Challenge.state.in_([ChallengeState.OPEN, ChallengeState.ESCALATED]) | (
        (Challenge.state == ChallengeState.DECIDED) & (Challenge.escalation_due >= today())
    )
    query = (
        select(Challenge)
        .join(Challenge.case)
        .where(AuditCase.audit_id == of.id, waiting, seen_by(viewer))
        .options(joinedload(Challenge.case))
    )
    return session.scalars(query.order_by(Challenge.id)).unique().all()


def challenges_about(session: Session, of: AuditCase) -> Sequence[Challenge]:
    """Return the challenges of a case, newest first: for the guards, never for a page."""
    return session.scalars(select(Challenge).where(Challenge.case_id == of.id).order_by(Challenge.id.desc())).all()
