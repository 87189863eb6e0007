"""What several pages of a challenge show."""

from collections.abc import Mapping

from app.audit.library.queries import document_of
from app.audit.models import Decision
from app.audit.queries import names
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard
from app.audit.thresholds.indication import Indication, Judged
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.rules import ChallengeKnown, indicated_from
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


def indicated_by(
    visit: Visit, challenge: Challenge, ruled: Mapping[str, Judged], *, before: Decision | None = None
) -> Indication | None:
    """Return the grade that the rules indicate from what a decision says of the contested standards.

    The others count as they stand, or as they stood before a decision that was made already.
    """
    stands = assessment_of(visit, challenge.case)
    return indicated_from(stands.before(before) if stands else None, ruled)


def stood_before(visit: Visit, challenge: Challenge) -> Mapping[str, StandingJudgement]:
    """Return by standard what stood before anybody decided on a challenge."""
    draft = assessment_of(visit, challenge.case)
    return draft.before(challenge.decision).standing if draft else {}


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
