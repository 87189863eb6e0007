"""Guards of challenges."""

from app.audit.guards import on_case
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.models import Challenge
from app.people.enums import Role
from app.web.routing import Guard, Visit
from app.workflow import AnyRow, roles_of


def _challenge(visit: Visit) -> Challenge:
    return challenges_queries.challenge(visit.session, visit.viewer, visit.number("challenge_id"))


def _challenge_of_own_grade(visit: Visit) -> Challenge:
    return challenges_queries.challenge_of_auditor(visit.session, visit.viewer, visit.number("challenge_id"))


any_challenge = Guard("the parties of the challenge, the audit lead and the director", _challenge)


def challenge_for(*roles: Role) -> Guard[Challenge]:
    """Return the guard of a route to a challenge, for some roles."""
    return on_case(any_challenge, *roles, case_of=lambda challenge: challenge.case, noun="challenge")


def challenge_to(*moves: AnyRow) -> Guard[Challenge]:
    """Return the guard of a route that makes moves of a challenge: their rows say who may."""
    return challenge_for(*roles_of(*moves)).making(*moves)


# Whoever decides records their own view first.
challenge_to_view = challenge_for(*roles_of(CHALLENGE["decide"], CHALLENGE["adjudicate"]))
challenge_of_own_grade = Guard("the improvement manager who gave the challenged grade", _challenge_of_own_grade)
