"""What still stands between an audit and its finalising, each with the page where it is settled."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.audit.enums import CASE_STATE_LABELS, CaseState
from app.audit.models import Audit, AuditCase
from app.clock import day
from app.moderation.enums import CHALLENGE_STATE_LABELS, ChallengeState, ReturnState
from app.moderation.queries import open_challenges, open_returns

NOT_YET = (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """One thing that is open: on which case, what, and where to look."""

    area: str
    case_ref: str
    what: str
    link: str


def still_open(session: Session, audit: Audit) -> Sequence[StillOpen]:
    """Return everything that keeps an audit from being finalised: grades first, then returns, then challenges."""
    ungraded = select(AuditCase).where(AuditCase.audit_id == audit.id, AuditCase.state.in_(NOT_YET)).order_by(AuditCase.case_ref)
    found = [StillOpen(c.area, c.case_ref, f"Not graded yet ({CASE_STATE_LABELS[c.state].lower()})", f"/cases/{c.id}") for c in session.scalars(ungraded)]
    for returned in open_returns(session, audit):
        if returned.state is ReturnState.OPEN:
            what = f"Immediate review due {day(returned.review_due)}"
        else:
            what = f"Reviewed; the area can accept or challenge until {day(returned.challenge_due)}"
        found.append(StillOpen(returned.case.area, returned.case.case_ref, what, f"/cases/{returned.case_id}"))
    for challenge in open_challenges(session, audit):
        what = f"Challenge: {CHALLENGE_STATE_LABELS[challenge.state].lower()}"
        if challenge.state is ChallengeState.DECIDED:
            what = f"Challenge decided; the area can take it further until {day(challenge.escalation_due)}"
        found.append(StillOpen(challenge.case.area, challenge.case.case_ref, what, f"/challenges/{challenge.id}"))
    return found
