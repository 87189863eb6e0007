"""What still stands between an audit and its finalising, each with the page where it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.benchmarks.queries import open_benchmarks
from app.audit.enums import BENCHMARK_STATE_LABELS, CASE_STATE_LABELS, CaseState
from app.audit.models import Audit, AuditCase
from app.clock import due_in_words
from app.moderation.challenges.queries import open_challenges
from app.moderation.concerns.queries import open_concerns
from app.moderation.concerns.rules import due_of
from app.moderation.enums import CHALLENGE_STATE_LABELS, CONCERN_STATE_LABELS, ChallengeState, ReturnState
from app.moderation.returns.queries import actions_of_audit, open_returns, overridden
from app.people.rules import Viewer

NOT_YET = (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """One thing that is open: on which case, what, and where to look."""

    group: str
    area: str
    case_ref: str
    what: str
    link: str


def still_open(session: Session, viewer: Viewer, audit: Audit) -> Sequence[StillOpen]:
    """Return what keeps an audit from being finalised: what may concern a child's safety, then challenges, then grades.

    What would tell the person about a grade to which they are blind is left out; their own unfinished benchmark keeps
    the audit open all the same.
    """
    found = []
    for concern in open_concerns(session, audit):
        due = due_of(concern)
        what = CONCERN_STATE_LABELS[concern.state] + (f", by {due_in_words(due)}" if due else ", to be closed")
        found.append(
            StillOpen(
                "Urgent safeguarding concerns",
                concern.case.area,
                concern.case.case_ref,
                what,
                f"/concerns/{concern.id}",
            )
        )
    for returned in open_returns(session, viewer, audit):
        if returned.state is ReturnState.OPEN:
            what = f"Immediate review due {due_in_words(returned.review_due)}"
        else:
            what = f"Reviewed; the area can accept or challenge until {due_in_words(returned.challenge_due)}"
        found.append(
            StillOpen(
                "Cases back with their area",
                returned.case.area,
                returned.case.case_ref,
                what,
                f"/cases/{returned.case_id}",
            )
        )
    for challenge in open_challenges(session, viewer, audit):
        what = CHALLENGE_STATE_LABELS[challenge.state]
        if challenge.state is ChallengeState.DECIDED:
            what = f"Decided; the area can take it further until {due_in_words(challenge.escalation_due)}"
        found.append(
            StillOpen("Challenges", challenge.case.area, challenge.case.case_ref, what, f"/challenges/{challenge.id}")
        )
    for benchmark in open_benchmarks(session, audit):
        there = f"/audits/{audit.ref}/benchmarks"
        found.append(
            StillOpen(
                "Benchmarks",
                benchmark.case.area,
                benchmark.case.case_ref,
                BENCHMARK_STATE_LABELS[benchmark.state],
                there,
            )
        )
    ungraded = (
        select(AuditCase)
        .where(AuditCase.audit_id == audit.id, AuditCase.state.in_(NOT_YET))
        .order_by(AuditCase.case_ref)
    )
    waiting = (
        StillOpen("Cases that are not graded", c.area, c.case_ref, CASE_STATE_LABELS[c.state], f"/cases/{c.id}")
        for c in session.scalars(ungraded)
    )
    return [*found, *waiting]


def stays_open(session: Session, viewer: Viewer, audit: Audit) -> Sequence[StillOpen]:
    """Return what goes on after finalising.

    A review that was overridden, and further action, are for a child and do not touch the grade.
    """
    late = [
        StillOpen(
            "Immediate review",
            r.case.area,
            r.case.case_ref,
            f"Immediate review due {due_in_words(r.review_due)}",
            f"/cases/{r.case_id}",
        )
        for r in overridden(session, audit)
    ]
    return late + [
        StillOpen(
            "Further action",
            r.case.area,
            r.case.case_ref,
            f"{r.action_what}: {r.action_who}, by {due_in_words(r.action_by)}",
            f"/cases/{r.case_id}",
        )
        for r in actions_of_audit(session, viewer, audit)
    ]
