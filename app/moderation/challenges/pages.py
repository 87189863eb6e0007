"""What several pages of a challenge show."""

from collections.abc import Mapping

from app.audit.library.queries import document_of
from app.audit.queries import names
from app.audit.thresholds.document import Standard
from app.audit.thresholds.indication import Indication
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import ChallengeKnown, indicated_from, relevelled
from app.moderation.models import Challenge
from app.moderation.pages import assessment_of
from app.web.routing import Visit
from app.workflow import Situation


def standards_of(challenge: Challenge) -> dict[str, Standard]:
    """Return the contested standards, by code."""
    document = document_of(challenge.case.audit)
    return {p.standard: document.standard(p.standard) for p in challenge.points}


def situation_in(visit: Visit, challenge: Challenge) -> Situation[ChallengeKnown]:
    """Return the situation in which the visitor acts on a challenge."""
    return challenges_actions.situation_of_challenge(visit.session, challenge, visit.viewer)


def indicated_by(visit: Visit, challenge: Challenge, levels: Mapping[str, str]) -> Indication | None:
    """Return the grade that the rules indicate from the levels decided on a challenge, and on those before it."""
    earlier = [
        c
        for c in challenges_queries.challenges_of_case(visit.session, visit.viewer, challenge.case)
        if c.id < challenge.id
    ]
    settled = {code: ruled.level for code, ruled in relevelled(earlier).items()}
    return indicated_from(assessment_of(visit, challenge.case), {**settled, **levels})


def names_in(visit: Visit, challenge: Challenge) -> dict[int, str]:
    """Return the names of those who graded, raised, escalated and decided."""
    decided = [d.by_id for d in (challenge.decision, challenge.adjudication) if d]
    auditor = assessment_of(visit, challenge.case)
    ids = {
        challenge.case.auditor_id,
        challenge.raised_by,
        challenge.escalated_by,
        *decided,
        auditor.assessment.author_id if auditor else None,
    }
    return names(visit.session, frozenset(i for i in ids if i))
