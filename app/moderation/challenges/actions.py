"""A challenge: raised, withdrawn, decided, taken further, adjudicated."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.actions import decide_grade, settle, situation_about, situation_of_case
from app.audit.enums import Cause, DecisionKind, ReadingSource
from app.audit.log import case_row, decision_row
from app.audit.models import AuditCase, Decision
from app.audit.standing.actions import settle_standards
from app.audit.wording.actions import keep_readings
from app.audit.wording.log import reading_row
from app.audit.wording.rules import ReadTwice
from app.clock import add_working_days, clock, moment, today
from app.errors import Conflict
from app.moderation.actions import hold, subject_of
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE, OWN_VIEW_FIRST, ChallengeKnown, decides_blind, settled_by
from app.moderation.enums import OUTCOME_LABELS, STAGES, ChallengeState, HearingStep, Outcome, Stage
from app.moderation.log import challenge_row
from app.moderation.models import Challenge, ChallengePoint, Return
from app.moderation.returns.actions import open_return_if_lowest
from app.moderation.returns.rules import RETURN
from app.moderation.unsent.actions import forget_draft
from app.people.models import Person
from app.people.rules import Viewer
from app.workflow import Situation, move, moving


@dataclass(frozen=True, slots=True)
class Point:
    """One standard of a challenge or a decision: the level claimed or decided, and why.

    Of a decision also the degree of improvement, and why two people read it differently, where they did.
    """

    standard: str
    level: str
    why: str
    degree: str | None = None
    cause: Cause | None = None
    # The level that stood before anybody decided; asked for where there is a cause.
    judged: str = ""


@dataclass(frozen=True, slots=True)
class Claim:
    """What a challenge claims: the grade, why, and each contested standard."""

    grade: str
    summary: str
    points: Sequence[Point]


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on a challenge: the grade that shall stand, the reasons, and each contested standard."""

    grade: str
    reasons: str
    points: Sequence[Point]


def situation_of_challenge(session: Session, challenge: Challenge, viewer: Viewer) -> Situation[ChallengeKnown]:
    """Return the situation in which a person acts on a challenge, with everybody's earlier part in the case."""
    return situation_about(challenge.case, viewer, challenges_queries.known_of(session, challenge))


def challenge_grade(session: Session, returned: Return, claim: Claim, *, by: Viewer) -> Challenge:
    """Challenge a Not Met grade, standard by standard; once for each return."""
    hold(session, returned)
    situation, subject = situation_of_case(returned.case, by), subject_of("return", returned)
    said = [[p.standard, p.level, p.why] for p in claim.points]
    details = {"claimed_grade": claim.grade, "summary": claim.summary, "points": said}
    challenge = _claimed(returned, claim, by)
    with moving(session, RETURN, "challenge", returned, situation=situation, subject=subject, details=details) as rows:
        session.add(challenge)
        session.flush()
        rows.append(challenge_row(challenge))
    forget_draft(session, returned, HearingStep.CLAIM, by=by)
    return challenge


def _claimed(returned: Return, claim: Claim, by: Viewer) -> Challenge:
    return Challenge(
        case_id=returned.case_id,
        return_id=returned.id,
        state=ChallengeState.OPEN,
        claimed_grade=claim.grade,
        summary=claim.summary,
        raised_by=by.id,
        raised_at=clock.now(),
        decide_by=_expected(returned.case),
        points=[ChallengePoint(standard=p.standard, claimed=p.level, evidence=p.why) for p in claim.points],
    )


def _expected(case: AuditCase) -> date:
    """Return the day by which a challenge of a case that begins to wait now is decided, or adjudicated."""
    return add_working_days(today(), case.audit.decision_days)


def take(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Take a challenge on, so that nobody else works on it."""
    hold(session, challenge)
    _take(session, challenge, by)


def take_where_nobody_has(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Take on a challenge on which the person begins to work; the caller holds it, and has asked whether they may."""
    if challenge.taken_by is None:
        _take(session, challenge, by)


def _take(session: Session, challenge: Challenge, by: Viewer) -> None:
    situation, subject = situation_of_challenge(session, challenge, by), subject_of("challenge", challenge)
    with moving(session, CHALLENGE, "take", challenge, situation=situation, subject=subject):
        challenge.taken_by, challenge.taken_at = by.id, clock.now()


def let_go(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Let a challenge go that one has taken on."""
    hold(session, challenge)
    situation, subject = situation_of_challenge(session, challenge, by), subject_of("challenge", challenge)
    with moving(session, CHALLENGE, "let_go", challenge, situation=situation, subject=subject):
        challenge.taken_by = challenge.taken_at = None


def take_over(session: Session, challenge: Challenge, *, reason: str, by: Viewer) -> None:
    """Take a challenge over from somebody who has had it for days, or can do nothing about it any more."""
    hold(session, challenge)
    situation, subject = situation_of_challenge(session, challenge, by), subject_of("challenge", challenge)
    details = {"reason": reason, "earlier": challenge.taken_by}
    with moving(session, CHALLENGE, "take_over", challenge, situation=situation, subject=subject, details=details):
        challenge.taken_by, challenge.taken_at = by.id, clock.now()


def withdraw_challenge(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Withdraw a challenge before it is decided: the grade stands and the case is final."""
    hold(session, challenge)
    situation = situation_of_challenge(session, challenge, by)
    move(session, CHALLENGE, "withdraw", challenge, situation=situation, subject=subject_of("challenge", challenge))
    settle(session, challenge.case, by=by)


def decide_challenge(session: Session, challenge: Challenge, ruling: Ruling, *, by: Viewer) -> None:
    """Decide a challenge: the grade stands or is changed, with reasons for each contested standard."""
    case = hold(session, challenge)
    _still(session, challenge, ChallengeState.OPEN)
    with _ruling(session, challenge, Stage.DECISION, ruling, by) as (decision, outcome):
        challenge.outcome, challenge.decision_id = outcome, decision.id
        challenge.escalation_due = add_working_days(today(), case.audit.escalation_days)
        for row, point in _matched(challenge, ruling.points):
            row.decided, row.decided_reasons, row.decided_degree = point.level, point.why, point.degree
            row.decided_cause = point.cause


@contextmanager
def _ruling(
    session: Session, challenge: Challenge, stage: Stage, ruling: Ruling, by: Viewer
) -> Iterator[tuple[Decision, Outcome]]:
    """Make the move and the decision of a stage; the block keeps both with the challenge."""
    case, (move_name, kind) = challenge.case, RULINGS[stage]
    before = case.standing_grade
    outcome = Outcome.UNCHANGED if ruling.grade == before else Outcome.REGRADED
    situation = _situation_of_deciding(session, challenge, stage, by)
    take_where_nobody_has(session, challenge, by=by)
    subject, details = subject_of("challenge", challenge), _ruling_details(ruling, before, outcome)
    with moving(
        session, CHALLENGE, move_name, challenge, situation=situation, subject=subject, details=details
    ) as rows:
        decision = decide_grade(session, case, kind=kind, grade=ruling.grade, reasons=ruling.reasons, by=by.id)
        yield decision, outcome
        forget_draft(session, challenge.returned, HearingStep(stage), by=by)
        settle_standards(session, decision, settled_by(challenge, stage))
        rows += [decision_row(decision), case_row(case)]
        source, found = SOURCES[stage], _read_twice(ruling.points)
        kept = keep_readings(session, case, found, source=source, source_id=challenge.id, by=by)
        rows += [reading_row(r) for r in kept]


def _read_twice(points: Iterable[Point]) -> list[ReadTwice]:
    """Return the standards that are decided otherwise than they were judged; unclear words are in the reasons."""
    return [ReadTwice(p.standard, p.judged, p.level, p.cause, p.why) for p in points if p.cause]


SOURCES = {Stage.DECISION: ReadingSource.CHALLENGE, Stage.ADJUDICATION: ReadingSource.ADJUDICATION}
RULINGS = {
    Stage.DECISION: ("decide", DecisionKind.CHALLENGE_DECISION),
    Stage.ADJUDICATION: ("adjudicate", DecisionKind.ADJUDICATION),
}


def accept_decision(session: Session, challenge: Challenge, *, by: Viewer) -> None:
    """Accept a decision on a challenge: the case is final."""
    hold(session, challenge)
    situation = situation_of_challenge(session, challenge, by)
    move(session, CHALLENGE, "accept", challenge, situation=situation, subject=subject_of("challenge", challenge))
    settle(session, challenge.case, by=by)


def escalate(session: Session, challenge: Challenge, *, reason: str, by: Viewer) -> None:
    """Ask the national service director to adjudicate."""
    hold(session, challenge)
    situation = situation_of_challenge(session, challenge, by)
    with moving(
        session,
        CHALLENGE,
        "escalate",
        challenge,
        situation=situation,
        subject=subject_of("challenge", challenge),
        details={"reason": reason},
    ):
        challenge.escalation_reason, challenge.escalated_by, challenge.escalated_at = reason, by.id, clock.now()
        challenge.decide_by, challenge.taken_by, challenge.taken_at = _expected(challenge.case), None, None


def adjudicate(session: Session, challenge: Challenge, ruling: Ruling, *, by: Viewer) -> None:
    """Adjudicate an escalated challenge, finally."""
    case = hold(session, challenge)
    _still(session, challenge, ChallengeState.ESCALATED)
    with _ruling(session, challenge, Stage.ADJUDICATION, ruling, by) as (decision, outcome):
        challenge.adjudication_outcome, challenge.adjudication_id = outcome, decision.id
        for row, point in _matched(challenge, ruling.points):
            row.adjudicated, row.adjudicated_reasons, row.adjudicated_degree = point.level, point.why, point.degree
            row.adjudicated_cause = point.cause
    # A case that only now becomes Not Met goes back to its area for the children's sake, final or not.
    if outcome is Outcome.UNCHANGED or open_return_if_lowest(session, case, decision, by=by.id) is None:
        settle(session, case, by=by)


def _situation_of_deciding(
    session: Session, challenge: Challenge, stage: Stage, by: Viewer
) -> Situation[ChallengeKnown]:
    """Return the situation in which a person decides; raises Conflict where nothing but their own view is missing."""
    situation = situation_of_challenge(session, challenge, by)
    allowed = CHALLENGE.refusal(stage.verb, challenge, situation) is None
    if allowed and decides_blind(challenge, situation) and STAGES.get(challenge.state) is stage:
        raise Conflict(OWN_VIEW_FIRST)
    return situation


def _still(session: Session, challenge: Challenge, wanted: ChallengeState) -> None:
    """Tell the slower of two people who decided at once what the other one decided."""
    decision = challenge.adjudication or challenge.decision
    if challenge.state is wanted or decision is None:
        return
    name = session.scalar(select(Person.name).where(Person.id == decision.by_id))
    outcome = challenge.adjudication_outcome or challenge.outcome or Outcome.UNCHANGED
    raise Conflict(
        f"{name} decided this challenge on {moment(decision.at)}: {OUTCOME_LABELS[outcome].lower()}. "
        "Your decision was not recorded. What you wrote is below, so that you can talk to them about it."
    )


def _ruling_details(ruling: Ruling, before: str | None, outcome: Outcome) -> Mapping[str, object]:
    points = [[p.standard, p.level, p.why, p.degree, p.cause] for p in ruling.points]
    return {"grade": ruling.grade, "before": before, "outcome": outcome, "reasons": ruling.reasons, "points": points}


def _matched(challenge: Challenge, points: Sequence[Point]) -> list[tuple[ChallengePoint, Point]]:
    by_standard = {p.standard: p for p in points}
    return [(row, by_standard[row.standard]) for row in challenge.points if row.standard in by_standard]
