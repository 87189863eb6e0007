"""The rows of the moderation room as the event log keeps them."""

from app.events import Row
from app.moderation.models import Challenge, ChallengeNote, Concern, Extension, OwnView, Return, StoodAside


def return_row(of: Return) -> Row:
    """Return a returned case's row; a reading, a reminder and an override are parts of their own once there are any."""
    sealed: dict[str, object] = {
        "windows": [of.case_id, of.decision_id, of.opened_at, of.review_due, of.challenge_due],
        "review": [of.children_safe, of.review_note, of.reviewed_by, of.reviewed_at],
        "further action": [of.further_action, of.action_what, of.action_who, of.action_by, of.action_done_on],
    }
    once: dict[str, list[object]] = {
        "practitioner": [of.practitioner_says],
        "reminder": [of.reminded_by, of.reminded_at],
        "reading": [of.read_by, of.read_at],
        "override": [of.override_reason, of.overridden_by, of.overridden_at],
    }
    sealed |= {part: values for part, values in once.items() if any(values)}
    return Row("return", of.id, {"state": of.state}, sealed, of.case_id)


def extension_row(of: Extension) -> Row:
    """Return an extension's row."""
    shown = {"return": of.return_id, "deadline": of.deadline, "until": of.until}
    return Row("extension", of.id, shown, {"given": [of.before, of.reason, of.by_id, of.at]}, of.returned.case_id)


def challenge_row(of: Challenge) -> Row:
    """Return a challenge's row; each contested standard is a part of its own, and so is who has taken it on."""
    sealed: dict[str, object] = {
        "claim": [of.case_id, of.return_id, of.claimed_grade, of.summary, of.raised_by, of.raised_at],
        "decision": [of.outcome, of.decision_id, of.escalation_due],
        "escalation": [of.escalation_reason, of.escalated_by, of.escalated_at],
        "adjudication": [of.adjudication_outcome, of.adjudication_id],
    }
    # Said only where there is one, so that what the log says of a challenge from before still holds.
    sealed |= {"taken on": [of.taken_by, of.taken_at]} if of.taken_by or of.taken_at else {}
    sealed |= {"expected by": of.decide_by} if of.decide_by else {}
    for p in of.points:
        decided = [p.decided, p.decided_reasons, p.adjudicated, p.adjudicated_reasons]
        sealed[f"point on {p.standard}"] = [p.claimed, p.evidence, *decided]
        degrees = [p.decided_degree, p.adjudicated_degree]
        sealed |= {f"degree on {p.standard}": degrees} if any(degrees) else {}
        causes = [p.decided_cause, p.adjudicated_cause]
        sealed |= {f"cause on {p.standard}": causes} if any(causes) else {}
    return Row("challenge", of.id, {"state": of.state}, sealed, of.case_id)


def concern_row(of: Concern) -> Row:
    """Return a concern's row."""
    sealed = {
        "concern": [of.case_id, of.seen, of.raised_by, of.raised_at, of.acknowledge_by],
        "acknowledgement": [of.plan, of.act_by, of.acknowledged_by, of.acknowledged_at],
        "action": [of.action_what, of.action_who, of.action_on, of.acted_by, of.acted_at],
        "closing": [of.close_reason, of.closed_by, of.closed_at],
    }
    return Row("concern", of.id, {"state": of.state}, sealed, of.case_id)


def own_view_row(of: OwnView) -> Row:
    """Return the row of an own view; its level is sealed, as it is nobody else's before the decision."""
    sealed = {"view": [of.challenge_id, of.person_id, of.level, of.note, of.at]}
    return Row("own view", of.id, {"stage": of.stage, "standard": of.standard}, sealed, of.challenge.case_id)


def stood_aside_row(of: StoodAside) -> Row:
    """Return the row of somebody who stood aside."""
    return Row("standing aside", of.id, {}, {"who": [of.challenge_id, of.person_id, of.at]}, of.challenge.case_id)


def note_row(of: ChallengeNote) -> Row:
    """Return the row of an auditor's note on a challenge."""
    return Row("note", of.id, {}, {"note": [of.challenge_id, of.by_id, of.text, of.at]}, of.challenge.case_id)
