"""What happens after a grade: one verb, one function, the change and its event in one transaction."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit import rules
from app.audit.actions import decide_grade, settle, situation_of_case, situation_of_grading
from app.audit.enums import DecisionKind
from app.audit.grading import actions as grading
from app.audit.grading import corrections as correcting
from app.audit.log import case_row, decision_row
from app.audit.models import Assessment, Audit, AuditCase, Decision
from app.audit.queries import document_of
from app.clock import add_working_days, clock, local_date, moment, today
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.moderation import queries
from app.moderation.enums import OUTCOME_LABELS, STAGES, ChallengeState, ConcernState, FurtherAction, Outcome, ReturnState, Stage
from app.moderation.log import challenge_row, concern_row, return_row
from app.moderation.models import Challenge, ChallengePoint, Concern, Return
from app.moderation.rules import CHALLENGE, CONCERN, OWN_VIEW_FIRST, RETURN, decides_blind, no_action_waits
from app.people.models import Person
from app.people.rules import Viewer
from app.workflow import Situation, move, moving


@dataclass(frozen=True, slots=True)
class Review:
    """What a head of service found in the immediate review."""

    children_safe: bool
    note: str
    further_action: FurtherAction
    action_what: str = ""
    action_who: str = ""
    action_by: date | None = None


@dataclass(frozen=True, slots=True)
class Point:
    """One standard of a challenge or a decision: the level claimed or decided, and why."""

    standard: str
    level: str
    why: str


@dataclass(frozen=True, slots=True)
class Ruling:
    """A decision on a challenge: the grade that shall stand, the reasons, and each contested standard."""

    grade: str
    reasons: str
    points: Sequence[Point]


def subject_of(kind: str, thing: Return | Challenge | Concern) -> Subject:
    """Return a thing of this room as the subject of an event."""
    return Subject(kind, thing.id, thing.case.audit.ref, thing.case_id)


def situation_of_challenge(session: Session, challenge: Challenge, viewer: Viewer) -> Situation:
    """Return the situation in which a person acts on a challenge, with everybody's earlier part in the case."""
    known = {**queries.known_of(session, challenge.case), **queries.own_part_in(session, challenge)}
    return situation_of_case(challenge.case, viewer, **known)


def situation_of_concern(session: Session, concern: Concern, viewer: Viewer) -> Situation:
    """Return the situation in which a person acts on a concern, with who has to take the next step."""
    return situation_of_case(concern.case, viewer, responsible=queries.responsible(session, concern))


def hold(session: Session, thing: Return | Challenge | Concern) -> AuditCase:
    """Hold a thing's case and return it, and its audit first: that must not be finalised or withdrawn while something is decided."""
    lock(session, Audit, thing.case.audit_id)
    case = lock(session, AuditCase, thing.case_id)
    # Whoever held it until now may have moved the thing on.
    session.refresh(thing)
    return case


def submit_grade(session: Session, case: AuditCase, draft: Assessment, *, indicated: tuple[str, str] | None, by: Viewer) -> Decision:
    """Submit an assessment; the lowest grade goes back to the area in the same transaction."""
    lock(session, Audit, case.audit_id)
    if draft.number > 1:
        _refuse_correction(session, case, by)
    decision = grading.submit(session, case, draft, indicated=indicated, by=by)
    returned = queries.return_that_stands(session, case)
    if returned is not None:
        # It was for the grade that is corrected; one at the lowest level again opens another, with a fresh challenge window.
        details = {"reason": draft.correction_reason, "area": case.area}
        move(session, RETURN, "withdraw", returned, situation=situation_of_case(case, by), subject=subject_of("return", returned), details=details)
    open_return_if_lowest(session, case, decision, by=by.id)
    return decision


def start_correction(session: Session, case: AuditCase, *, by: Viewer) -> Assessment:
    """Begin a correction of a submitted grade that its area has not answered yet."""
    _refuse_correction(session, case, by)
    return correcting.start_correction(session, case, by=by)


def why_not_corrected(session: Session, case: AuditCase, viewer: Viewer) -> str | None:
    """Return why an auditor cannot correct their grade now, or None: the time for it, and whether the area has answered."""
    situation, returned = situation_of_grading(session, case, viewer), queries.return_that_stands(session, case)
    refusal = rules.why_not_corrected(case, situation)
    answered = RETURN.refusal("withdraw", returned, situation) if returned and not refusal else None
    return refusal or (answered and f"{answered} {rules.IF_IT_IS_WRONG}")


def _refuse_correction(session: Session, case: AuditCase, by: Viewer) -> None:
    lock(session, AuditCase, case.id)
    refusal = why_not_corrected(session, case, by)
    if refusal:
        raise Conflict(refusal)


def open_return_if_lowest(session: Session, case: AuditCase, decision: Decision, *, by: int | None) -> Return | None:
    """Send a case back to its area where the decision gave the scale's lowest grade, with fresh windows."""
    if decision.grade != document_of(case.audit).lowest.code:
        return None
    start = local_date(decision.at)
    returned = Return(
        case_id=case.id, decision_id=decision.id, state=ReturnState.OPEN, opened_at=decision.at,
        review_due=add_working_days(start, case.audit.review_days), challenge_due=add_working_days(start, case.audit.challenge_days),
        children_safe=None, review_note="", further_action=None, action_what="", action_who="", action_by=None,
        action_done_on=None, reviewed_by=None, reviewed_at=None, reminded_by=None, reminded_at=None, override_reason="", overridden_by=None,
        overridden_at=None,
    )  # fmt: skip
    session.add(returned)
    session.flush()
    details = {"state": returned.state, "review_due": returned.review_due, "challenge_due": returned.challenge_due, "area": case.area}
    record(session, "return_opened", by=by, subject=Subject("return", returned.id, case.audit.ref, case.id), details=details, rows=[return_row(returned)])
    return returned


def review(session: Session, returned: Return, found: Review, *, by: Viewer) -> None:
    """Record the immediate review: are the children safe, and what has to be done."""
    hold(session, returned)
    details = {
        "children_safe": found.children_safe, "note": found.note, "further_action": found.further_action,
        "action_what": found.action_what, "action_who": found.action_who, "action_by": found.action_by,
    }  # fmt: skip
    situation = situation_of_case(returned.case, by)
    with moving(session, RETURN, "review", returned, situation=situation, subject=subject_of("return", returned), details=details):
        returned.children_safe, returned.review_note = found.children_safe, found.note
        returned.further_action, returned.action_what = found.further_action, found.action_what
        returned.action_who, returned.action_by = found.action_who, found.action_by
        returned.reviewed_by, returned.reviewed_at = by.id, clock.now()


def accept_grade(session: Session, returned: Return, *, by: Viewer) -> None:
    """Accept the grade: the case is final."""
    hold(session, returned)
    situation = situation_of_case(returned.case, by)
    move(session, RETURN, "accept", returned, situation=situation, subject=subject_of("return", returned))
    settle(session, returned.case, by=by)


def record_action_done(session: Session, returned: Return, *, done_on: date, by: Viewer) -> None:
    """Record that the further action was done."""
    hold(session, returned)
    refusal = no_action_waits(returned)
    if refusal:
        raise Conflict(refusal)
    returned.further_action, returned.action_done_on = FurtherAction.DONE, done_on
    record(session, "action_done", by=by.id, subject=subject_of("return", returned), details={"done_on": done_on}, rows=[return_row(returned)])


def challenge_grade(session: Session, returned: Return, *, claimed_grade: str, summary: str, points: Sequence[Point], by: Viewer) -> Challenge:
    """Challenge a Not Met grade, standard by standard; once for each return."""
    hold(session, returned)
    details = {"claimed_grade": claimed_grade, "summary": summary, "points": [[p.standard, p.level, p.why] for p in points]}
    situation = situation_of_case(returned.case, by)
    challenge = Challenge(
        case_id=returned.case_id, return_id=returned.id, state=ChallengeState.OPEN, claimed_grade=claimed_grade, summary=summary,
        raised_by=by.id, raised_at=clock.now(), outcome=None, decision_id=None, escalation_due=None, escalation_reason="",
        escalated_by=None, escalated_at=None, adjudication_outcome=None, adjudication_id=None,
        points=[
            ChallengePoint(standard=p.standard, claimed=p.level, evidence=p.why, decided="", decided_reasons="", adjudicated="",
                           adjudicated_reasons="")
            for p in points
        ],
    )  # fmt: skip
    with moving(session, RETURN, "challenge", returned, situation=situation, subject=subject_of("return", returned), details=details) as rows:
        session.add(challenge)
        session.flush()
        rows.append(challenge_row(challenge))
    return challenge


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
    before = case.standing_grade
    situation = _situation_of_deciding(session, challenge, Stage.DECISION, by)
    outcome = Outcome.UNCHANGED if ruling.grade == before else Outcome.REGRADED
    details = _ruling_details(ruling, before, outcome)
    with moving(session, CHALLENGE, "decide", challenge, situation=situation, subject=subject_of("challenge", challenge), details=details) as rows:
        decision = decide_grade(session, case, kind=DecisionKind.CHALLENGE_DECISION, grade=ruling.grade, reasons=ruling.reasons, by=by.id)
        challenge.outcome, challenge.decision_id = outcome, decision.id
        challenge.escalation_due = add_working_days(today(), case.audit.escalation_days)
        for row, point in _matched(challenge, ruling.points):
            row.decided, row.decided_reasons = point.level, point.why
        rows += [decision_row(decision), case_row(case)]


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
    with moving(session, CHALLENGE, "escalate", challenge, situation=situation, subject=subject_of("challenge", challenge), details={"reason": reason}):
        challenge.escalation_reason, challenge.escalated_by, challenge.escalated_at = reason, by.id, clock.now()


def adjudicate(session: Session, challenge: Challenge, ruling: Ruling, *, by: Viewer) -> None:
    """Adjudicate an escalated challenge, finally."""
    case = hold(session, challenge)
    _still(session, challenge, ChallengeState.ESCALATED)
    before = case.standing_grade
    situation = _situation_of_deciding(session, challenge, Stage.ADJUDICATION, by)
    outcome = Outcome.UNCHANGED if ruling.grade == before else Outcome.REGRADED
    details = _ruling_details(ruling, before, outcome)
    with moving(session, CHALLENGE, "adjudicate", challenge, situation=situation, subject=subject_of("challenge", challenge), details=details) as rows:
        decision = decide_grade(session, case, kind=DecisionKind.ADJUDICATION, grade=ruling.grade, reasons=ruling.reasons, by=by.id)
        challenge.adjudication_outcome, challenge.adjudication_id = outcome, decision.id
        for row, point in _matched(challenge, ruling.points):
            row.adjudicated, row.adjudicated_reasons = point.level, point.why
        rows += [decision_row(decision), case_row(case)]
    # A case that only now becomes Not Met goes back to its area for the children's sake, final or not.
    if outcome is Outcome.UNCHANGED or open_return_if_lowest(session, case, decision, by=by.id) is None:
        settle(session, case, by=by)


def raise_concern(session: Session, case: AuditCase, *, seen: str, by: Viewer) -> Concern:
    """Raise an urgent safeguarding concern about a case, whatever has become of it: one working day to acknowledge it."""
    lock(session, Audit, case.audit_id)
    concern = Concern(
        case_id=case.id, state=ConcernState.RAISED, seen=seen, raised_by=by.id, raised_at=clock.now(), acknowledge_by=add_working_days(today(), 1),
        plan="", act_by=None, acknowledged_by=None, acknowledged_at=None, action_what="", action_who="", action_on=None, acted_by=None, acted_at=None,
        close_reason="", closed_by=None, closed_at=None, case=case,
    )  # fmt: skip
    session.add(concern)
    session.flush()
    details = {"state": concern.state, "seen": seen, "acknowledge_by": concern.acknowledge_by}
    record(session, "concern_raised", by=by.id, subject=subject_of("concern", concern), details=details, rows=[concern_row(concern)])
    return concern


def acknowledge_concern(session: Session, concern: Concern, *, plan: str, act_by: date, by: Viewer) -> None:
    """Acknowledge a concern, and say what will be done and by when."""
    hold(session, concern)
    details, situation = {"plan": plan, "act_by": act_by}, situation_of_concern(session, concern, by)
    with moving(session, CONCERN, "acknowledge", concern, situation=situation, subject=subject_of("concern", concern), details=details):
        concern.plan, concern.act_by, concern.acknowledged_by, concern.acknowledged_at = plan, act_by, by.id, clock.now()


def act_on_concern(session: Session, concern: Concern, *, what: str, who: str, on: date, by: Viewer) -> None:
    """Record what was done about a concern, by whom and when."""
    hold(session, concern)
    details, situation = {"what": what, "who": who, "on": on}, situation_of_concern(session, concern, by)
    with moving(session, CONCERN, "act", concern, situation=situation, subject=subject_of("concern", concern), details=details):
        concern.action_what, concern.action_who, concern.action_on, concern.acted_by, concern.acted_at = what, who, on, by.id, clock.now()


def close_concern(session: Session, concern: Concern, *, reason: str, by: Viewer) -> None:
    """Close a concern, with the reason why nothing more has to be done."""
    hold(session, concern)
    details, situation = {"reason": reason}, situation_of_concern(session, concern, by)
    with moving(session, CONCERN, "close", concern, situation=situation, subject=subject_of("concern", concern), details=details):
        concern.close_reason, concern.closed_by, concern.closed_at = reason, by.id, clock.now()


def _situation_of_deciding(session: Session, challenge: Challenge, stage: Stage, by: Viewer) -> Situation:
    """Return the situation in which a person decides; raises Conflict where nothing but their own view is missing."""
    situation = situation_of_challenge(session, challenge, by)
    if decides_blind(challenge, situation) and STAGES.get(challenge.state) is stage:
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
    points = [[p.standard, p.level, p.why] for p in ruling.points]
    return {"grade": ruling.grade, "before": before, "outcome": outcome, "reasons": ruling.reasons, "points": points}


def _matched(challenge: Challenge, points: Sequence[Point]) -> list[tuple[ChallengePoint, Point]]:
    by_standard = {p.standard: p for p in points}
    return [(row, by_standard[row.standard]) for row in challenge.points if row.standard in by_standard]
