"""What a viewer may see of returns, challenges and concerns; every function takes the viewer, or serves a guard."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import timedelta
from typing import TypeVar

from sqlalchemy import ColumnElement, Select, func, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from app.audit.blind import in_benchmarking, seen_by
from app.audit.enums import AUDITORS_OWN, AuditState, CaseState, DecisionKind
from app.audit.models import Audit, AuditCase, Decision
from app.audit.queries import assistant_directors, audits_visible_to, cases_in_scope, cases_visible_to, graders, heads_of
from app.clock import clock, today
from app.errors import NotFound
from app.events import QUIET, Event, Row
from app.moderation.enums import STAGES, ChallengeState, ConcernState, Deadline, FurtherAction, ReturnState, Stage
from app.moderation.log import challenge_row, concern_row, extension_row, note_row, own_view_row, return_row, stood_aside_row
from app.moderation.models import Challenge, ChallengeNote, Concern, Extension, OwnView, Return, StoodAside
from app.moderation.rules import who_answers
from app.people.enums import Role
from app.people.models import Person
from app.people.rules import Viewer

K = TypeVar("K", OwnView, StoodAside, ChallengeNote)


def returns_visible_to(viewer: Viewer) -> Select[Return]:
    """Select the returns of the person's own areas, and of audits that they lead or direct; not of a case that they are blind to."""
    query = select(Return).join(Return.case).join(AuditCase.audit)
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    if viewer.nationwide(Role.LEAD, Role.DIRECTOR):
        scope: ColumnElement[bool] = Return.id.is_not(None)
    else:
        scope = AuditCase.area.in_(areas) | Audit.ref.in_(viewer.audits(Role.LEAD, Role.DIRECTOR))
    return query.where(scope, seen_by(viewer)).options(joinedload(Return.case).joinedload(AuditCase.audit).joinedload(Audit.threshold))


def challenges_visible_to(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges whose return the person may see."""
    returns = returns_visible_to(viewer).with_only_columns(Return.id)
    return (
        select(Challenge)
        .where(Challenge.return_id.in_(returns))
        .options(
            joinedload(Challenge.case).joinedload(AuditCase.audit).joinedload(Audit.threshold),
            joinedload(Challenge.returned), joinedload(Challenge.decision), joinedload(Challenge.adjudication),
            selectinload(Challenge.points),
        )
    )  # fmt: skip


def returns_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Return]:
    """Return every return of a case that the person may see, newest first; only the newest can be reviewed or answered."""
    return session.scalars(returns_visible_to(viewer).where(Return.case_id == of.id).order_by(Return.id.desc())).all()


def return_of(session: Session, viewer: Viewer, case_id: int) -> Return:
    """Return the newest return of a case; raises NotFound."""
    query = returns_visible_to(viewer).where(Return.case_id == case_id).order_by(Return.id.desc()).limit(1)
    found = session.scalars(query).one_or_none()
    if found is None:
        raise NotFound
    return found


def return_that_stands(session: Session, of: AuditCase) -> Return | None:
    """Return the newest return of a case that was not withdrawn: for the guards, never for a page."""
    query = select(Return).where(Return.case_id == of.id, Return.state != ReturnState.WITHDRAWN).order_by(Return.id.desc()).limit(1)
    return session.scalars(query).one_or_none()


def returned(session: Session, viewer: Viewer, return_id: int) -> Return:
    """Return one return; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(returns_visible_to(viewer).where(Return.id == return_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def returns_waiting(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns of the person's areas that wait for a review or for an answer, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    query = returns_visible_to(viewer).where(AuditCase.area.in_(areas), Return.state.in_([ReturnState.OPEN, ReturnState.REVIEWED]))
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


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


def challenges_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return the challenges of an audit that the person may see, newest first."""
    query = challenges_visible_to(viewer).join(AuditCase, AuditCase.id == Challenge.case_id).where(AuditCase.audit_id == of.id)
    return session.scalars(query.order_by(Challenge.id.desc())).unique().all()


def known_of(session: Session, of: AuditCase) -> dict[str, frozenset[int]]:
    """Return everybody's earlier part in a case, which the rules of separation look at; never shown."""
    decisions = session.execute(select(Decision.kind, Decision.by_id).where(Decision.case_id == of.id)).all()
    challengers = session.execute(select(Challenge.raised_by, Challenge.escalated_by).where(Challenge.case_id == of.id)).all()
    reviewers = session.scalars(select(Return.reviewed_by).where(Return.case_id == of.id)).all()
    first = {by for kind, by in decisions if kind in AUDITORS_OWN}
    return {
        "graded": _people(graders(session, of), [of.auditor_id], first),
        "decided": _people({by for kind, by in decisions if kind not in AUDITORS_OWN}),
        "acted_for_area": _people(reviewers, *challengers),
    }


def own_part_in(session: Session, of: Challenge) -> dict[str, frozenset[object]]:
    """Return who recorded an own view at which stage of a challenge, and who stood aside: for the guards, never for a page."""
    views = session.execute(select(OwnView.person_id, OwnView.stage).where(OwnView.challenge_id == of.id).distinct())
    aside = session.scalars(select(StoodAside.person_id).where(StoodAside.challenge_id == of.id))
    return {"own_views": frozenset((person, stage) for person, stage in views), "stood_aside": frozenset(aside)}


def own_views(session: Session, of: Challenge, person: int | None, stage: Stage) -> dict[str, OwnView]:
    """Return somebody's own view of each contested standard at a stage: theirs to see, and everybody's once they have decided."""
    query = select(OwnView).where(OwnView.challenge_id == of.id, OwnView.person_id == person, OwnView.stage == stage)
    return {view.standard: view for view in session.scalars(query)}


def notes_of(session: Session, of: Challenge) -> Sequence[ChallengeNote]:
    """Return what its auditor added to a challenge that the person may see, oldest first."""
    return session.scalars(select(ChallengeNote).where(ChallengeNote.challenge_id == of.id).order_by(ChallengeNote.id)).all()


def _challenges_of_auditor(viewer: Viewer) -> Select[Challenge]:
    """Select the challenges of the grades that a person gave, whose cases they may open."""
    theirs = cases_visible_to(viewer).where(AuditCase.auditor_id == viewer.id).with_only_columns(AuditCase.id)
    return (
        select(Challenge)
        .where(Challenge.case_id.in_(theirs))
        .options(joinedload(Challenge.case).joinedload(AuditCase.audit).joinedload(Audit.threshold), selectinload(Challenge.points))
    )


def challenge_of_auditor(session: Session, viewer: Viewer, challenge_id: int) -> Challenge:
    """Return a challenge of a grade that the person gave; raises NotFound."""
    found = session.scalars(_challenges_of_auditor(viewer).where(Challenge.id == challenge_id)).unique().one_or_none()
    if found is None:
        raise NotFound
    return found


def challenges_to_note(session: Session, viewer: Viewer, *, on: AuditCase | None = None) -> Sequence[Challenge]:
    """Return the challenges of the person's own grades that wait for a decision, in fieldwork, of one case or of all."""
    in_fieldwork = select(AuditCase.id).join(AuditCase.audit).where(Audit.state == AuditState.FIELDWORK)
    query = _challenges_of_auditor(viewer).where(Challenge.state.in_(STAGES), Challenge.case_id.in_(in_fieldwork))
    return session.scalars(query.where(Challenge.case_id == on.id) if on else query).unique().all()


def challenges_to_decide(session: Session, viewer: Viewer, of: Audit, *, on: AuditCase | None = None) -> Sequence[Challenge]:
    """Return the challenges of an audit, or of one case of it, that wait for somebody to decide and that the person may see."""
    query = challenges_visible_to(viewer).join(AuditCase, AuditCase.id == Challenge.case_id).where(AuditCase.audit_id == of.id)
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
    return session.scalar(select(Decision.id).where(Decision.case_id == of.id, Decision.kind == DecisionKind.ADJUDICATION).limit(1)) is not None


def _people(*groups: Iterable[int | None]) -> frozenset[int]:
    return frozenset(key for group in groups for key in group if key is not None)


def timeline(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[tuple[Event, str]]:
    """Return the events of a case that the person may open, newest first, each with its actor's name."""
    visible = cases_visible_to(viewer).with_only_columns(AuditCase.id)
    query = (
        select(Event, Person.name)
        .outerjoin(Person, Person.id == Event.actor_id)
        .where(Event.case_id == of.id, Event.case_id.in_(visible), Event.name.not_in(QUIET))
        .order_by(Event.number.desc())
    )
    return [(event, name or "") for event, name in session.execute(query)]


def unanswered(session: Session, of: Audit) -> Sequence[Return]:
    """Return the reviewed cases of an audit whose time to answer is over; the door has admitted the viewer."""
    silent = (Return.state == ReturnState.REVIEWED) & (Return.challenge_due < today())
    return session.scalars(select(Return).join(Return.case).where(AuditCase.audit_id == of.id, silent).order_by(Return.id)).all()


def overridden(session: Session, of: Audit) -> Sequence[Return]:
    """Return the cases of an audit whose review was overridden and is still due."""
    still_due = (Return.state == ReturnState.OPEN) & Return.overridden_at.is_not(None)
    query = select(Return).join(Return.case).where(AuditCase.audit_id == of.id, still_due).options(joinedload(Return.case))
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


def returns_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return the returned cases of an audit that the person may see, those whose review has waited longest first."""
    query = returns_visible_to(viewer).where(AuditCase.audit_id == of.id)
    return session.scalars(query.order_by(Return.review_due, Return.id)).all()


def extensions(session: Session, of: Iterable[Return]) -> dict[tuple[int, Deadline], Extension]:
    """Return the newest extension of each time of some returned cases; the caller may see those."""
    query = select(Extension).where(Extension.return_id.in_([r.id for r in of])).order_by(Extension.id)
    return {(e.return_id, e.deadline): e for e in session.scalars(query)}


def open_returns(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return what finalising waits for: reviews not recorded and not overridden, and answers whose time has not passed."""
    needed = Return.overridden_at.is_(None) | (Return.challenge_due >= today())
    waiting = ((Return.state == ReturnState.OPEN) & needed) | ((Return.state == ReturnState.REVIEWED) & (Return.challenge_due >= today()))
    query = select(Return).join(Return.case).where(AuditCase.audit_id == of.id, waiting, seen_by(viewer)).options(joinedload(Return.case))
    return session.scalars(query.order_by(Return.review_due)).all()


def open_challenges(session: Session, viewer: Viewer, of: Audit) -> Sequence[Challenge]:
    """Return what finalising waits for: undecided challenges, escalations, and decisions that can still be escalated."""
    waiting = Challenge.state.in_([ChallengeState.OPEN, ChallengeState.ESCALATED]) | (
        (Challenge.state == ChallengeState.DECIDED) & (Challenge.escalation_due >= today())
    )
    query = select(Challenge).join(Challenge.case).where(AuditCase.audit_id == of.id, waiting, seen_by(viewer)).options(joinedload(Challenge.case))
    return session.scalars(query.order_by(Challenge.id)).unique().all()


def actions_outstanding(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the further actions that the person's areas still have to do, the soonest due first."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    query = returns_visible_to(viewer).where(AuditCase.area.in_(areas), Return.further_action == FurtherAction.NEEDED)
    return session.scalars(query.order_by(Return.action_by, Return.id)).all()


def unsafe_until_done(session: Session, viewer: Viewer) -> Sequence[Return]:
    """Return the returns, in audits that the person leads or directs, whose children could not be said to be safe and whose action waits."""
    led: ColumnElement[bool] = true() if viewer.nationwide(Role.LEAD, Role.DIRECTOR) else Audit.ref.in_(viewer.audits(Role.LEAD, Role.DIRECTOR))
    query = returns_visible_to(viewer).where(led, Return.children_safe.is_(False), Return.further_action == FurtherAction.NEEDED)
    # The head of the area has the action itself among their work.
    return session.scalars(query.where(AuditCase.area.not_in(viewer.areas(Role.HEAD_OF_SERVICE))).order_by(Return.action_by, Return.id)).all()


def actions_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Return]:
    """Return the further actions of an audit that are still to be done, the soonest due first; the door has admitted the viewer."""
    query = select(Return).join(Return.case).where(AuditCase.audit_id == of.id, Return.further_action == FurtherAction.NEEDED, seen_by(viewer))
    return session.scalars(query.options(joinedload(Return.case)).order_by(Return.action_by, Return.id)).all()


def cases_to_raise_on(viewer: Viewer) -> Select[AuditCase]:
    """Select the cases about which a person may raise a concern: those that they may open, and those of audits that they assist."""
    openable = AuditCase.id.in_(cases_in_scope(viewer).with_only_columns(AuditCase.id)) | AuditCase.id.in_(in_benchmarking(viewer))
    assists = true() if viewer.nationwide(Role.IMPROVEMENT_ASSISTANT) else Audit.ref.in_(viewer.audits(Role.IMPROVEMENT_ASSISTANT))
    return select(AuditCase).join(AuditCase.audit).where(openable | assists).options(joinedload(AuditCase.audit).joinedload(Audit.threshold))


def case_to_raise_on(session: Session, viewer: Viewer, case_id: int) -> AuditCase:
    """Return a case about which the person may raise a concern; raises NotFound."""
    found = session.scalars(cases_to_raise_on(viewer).where(AuditCase.id == case_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def case_by_reference(session: Session, viewer: Viewer, of: Audit, case_ref: str) -> AuditCase | None:
    """Return the case of an audit with this reference about which the person may raise a concern, one in the sample before one that left it."""
    query = cases_to_raise_on(viewer).where(AuditCase.audit_id == of.id, func.lower(AuditCase.case_ref) == case_ref.lower())
    return session.scalars(query.order_by(AuditCase.state == CaseState.REPLACED, AuditCase.id).limit(1)).one_or_none()


def may_open(session: Session, viewer: Viewer, of: AuditCase) -> bool:
    """Say whether the person may open a case."""
    return session.scalar(cases_visible_to(viewer).where(AuditCase.id == of.id).with_only_columns(AuditCase.id)) is not None


def concerns_visible_to(viewer: Viewer) -> Select[Concern]:
    """Select the concerns about cases of the person's own areas, graded or not, about cases that they may open, and those that they raised."""
    # A child's safety does not wait for a benchmark, and a concern can be about a case of any grade.
    openable = Concern.case_id.in_(cases_in_scope(viewer).with_only_columns(AuditCase.id))
    mine = (Concern.raised_by == viewer.id) & AuditCase.audit_id.in_(audits_visible_to(viewer).with_only_columns(Audit.id))
    query = select(Concern).join(Concern.case).where(openable | mine | AuditCase.area.in_(viewer.areas(Role.HEAD_OF_SERVICE)))
    return query.options(joinedload(Concern.case).joinedload(AuditCase.audit))


def concern(session: Session, viewer: Viewer, concern_id: int) -> Concern:
    """Return a concern; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(concerns_visible_to(viewer).where(Concern.id == concern_id)).one_or_none()
    if found is None:
        raise NotFound
    return found


def challenges_about(session: Session, of: AuditCase) -> Sequence[Challenge]:
    """Return the challenges of a case, newest first: for the guards, never for a page."""
    return session.scalars(select(Challenge).where(Challenge.case_id == of.id).order_by(Challenge.id.desc())).all()


def concerns_about(session: Session, of: AuditCase) -> Sequence[Concern]:
    """Return the concerns about a case, oldest first: for the guards, never for a page."""
    return session.scalars(select(Concern).where(Concern.case_id == of.id).order_by(Concern.id)).all()


def concerns_of_case(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Concern]:
    """Return the concerns about a case that the person may see, newest first."""
    return session.scalars(concerns_visible_to(viewer).where(Concern.case_id == of.id).order_by(Concern.id.desc())).all()


def concerns_of_audit(session: Session, viewer: Viewer, of: Audit) -> Sequence[Concern]:
    """Return the concerns of an audit that the person may see: those that are open first, the oldest first."""
    query = concerns_visible_to(viewer).where(AuditCase.audit_id == of.id)
    return session.scalars(query.order_by(Concern.state == ConcernState.CLOSED, Concern.raised_at, Concern.id)).all()


def concerns_waiting(session: Session, viewer: Viewer) -> Sequence[Concern]:
    """Return the concerns that are not closed and that the person may see, the oldest first."""
    return session.scalars(concerns_visible_to(viewer).where(Concern.state != ConcernState.CLOSED).order_by(Concern.raised_at, Concern.id)).all()


def concerns_raised_by(session: Session, viewer: Viewer) -> Sequence[Concern]:
    """Return the concerns that the person raised, newest first; a closed one for two weeks more, so that they learn what became of it."""
    still = (Concern.state != ConcernState.CLOSED) | (Concern.closed_at > clock.now() - timedelta(days=14))
    return session.scalars(concerns_visible_to(viewer).where(Concern.raised_by == viewer.id, still).order_by(Concern.id.desc())).all()


def open_concerns(session: Session, of: Audit) -> Sequence[Concern]:
    """Return the concerns of an audit that finalising waits for, the oldest first."""
    query = select(Concern).join(Concern.case).where(AuditCase.audit_id == of.id, Concern.state != ConcernState.CLOSED)
    return session.scalars(query.options(joinedload(Concern.case)).order_by(Concern.raised_at, Concern.id)).all()


def answers_for(session: Session, area: str) -> str:
    """Return by name who answers for an area; empty where nobody does."""
    return who_answers(area, [p.name for p in heads_of(session, area)], [p.name for p in assistant_directors(session)])


def responsible(session: Session, of: Concern) -> str:
    """Return by name who has to take the next step of a concern: whoever acknowledged it, else who answers for the area."""
    if of.state is ConcernState.ACKNOWLEDGED:
        return f"{session.scalar(select(Person.name).where(Person.id == of.acknowledged_by))}, who acknowledged it,"
    return answers_for(session, of.case.area)


def rows(session: Session, *, of: Audit | None = None) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them, for one audit or all."""
    here = true() if of is None else AuditCase.audit_id == of.id
    yield from map(return_row, session.scalars(select(Return).join(Return.case).where(here).order_by(Return.id)))
    extended = select(Extension).join(Extension.returned).join(Return.case).where(here).order_by(Extension.id)
    yield from map(extension_row, session.scalars(extended))
    challenges = select(Challenge).join(Challenge.case).where(here).options(selectinload(Challenge.points)).order_by(Challenge.id)
    yield from map(challenge_row, session.scalars(challenges))
    concerns = select(Concern).join(Concern.case).where(here).order_by(Concern.id)
    yield from map(concern_row, session.scalars(concerns))
    yield from map(own_view_row, session.scalars(_of_challenges(OwnView, here)))
    yield from map(stood_aside_row, session.scalars(_of_challenges(StoodAside, here)))
    yield from map(note_row, session.scalars(_of_challenges(ChallengeNote, here)))


def _of_challenges(kind: type[K], here: ColumnElement[bool]) -> Select[K]:
    """Select what hangs on challenges, with each one's challenge."""
    return select(kind).join(kind.challenge).join(Challenge.case).where(here).options(joinedload(kind.challenge)).order_by(kind.id)
