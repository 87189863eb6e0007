"""What stands in the place of a case's or a challenge's page for somebody who has to form their own view first."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from app.audit.enums import CASE_STATE_LABELS, DECISION_LABELS
from app.audit.models import AuditCase
from app.moderation.challenges.pages import Taking, situation_in, taking
from app.moderation.challenges.rules import decide_by
from app.moderation.concerns import queries as concerns_queries
from app.moderation.enums import (
    CHALLENGE_STATE_LABELS,
    CONCERN_STATE_LABELS,
    FURTHER_ACTION_LABELS,
    OUTCOME_LABELS,
    RETURN_STATE_LABELS,
    STAGES,
    FurtherAction,
    Stage,
)
from app.moderation.models import Challenge, Concern, Return
from app.moderation.returns import queries as returns_queries
from app.people.queries import kinds_now
from app.web.pages import Page
from app.web.routing import Visit

LABELS = {
    "returns": RETURN_STATE_LABELS,
    "challenges": CHALLENGE_STATE_LABELS,
    "outcomes": OUTCOME_LABELS,
    "actions": FURTHER_ACTION_LABELS,
    "decisions": DECISION_LABELS,
    "cases": CASE_STATE_LABELS,
    "concerns": CONCERN_STATE_LABELS,
}


@dataclass(frozen=True, kw_only=True)
class BlindPage(Page):
    """Why neither side is shown yet, the two steps, and what is for the children's safety."""

    template: ClassVar[str] = "moderation/challenges/blind.html"
    case: AuditCase
    challenge: Challenge
    law_type: str
    adjudicates: bool
    taking: Taking
    due: date | None
    # The returns whose further action waits.
    actions: Sequence[Return]
    concerns: Sequence[Concern]
    labels: dict[str, dict[object, str]]


def blind_page(visit: Visit, challenge: Challenge) -> BlindPage:
    """Return the page that stands in the place of both sides."""
    case = challenge.case
    returns = returns_queries.returns_of_case(visit.session, visit.viewer, case)
    return BlindPage(
        title=f"Challenge of case {case.case_ref}",
        case=case,
        challenge=challenge,
        law_type=kinds_now(visit.session).law_types.name(case.law_type),
        adjudicates=STAGES.get(challenge.state) is Stage.ADJUDICATION,
        taking=taking(challenge, situation_in(visit, challenge)),
        due=decide_by(challenge),
        actions=[r for r in returns if r.further_action is FurtherAction.NEEDED],
        concerns=concerns_queries.concerns_of_case(visit.session, visit.viewer, case),
        labels=LABELS,  # type: ignore[arg-type]
    )
