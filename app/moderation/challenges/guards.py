"""Guards of challenges."""

from app.errors import Forbidden
from app.moderation.challenges import queries as challenges_queries
from app.moderation.models import Challenge
from app.people.enums import Role
from app.web.routing import Guard, Visit


def _challenge(visit: Visit) -> Challenge:
    return challenges_queries.challenge(visit.session, visit.viewer, visit.number("challenge_id"))


def _own_challenge(visit: Visit) -> Challenge:
    challenge = _challenge(visit)
    if challenge.case.area not in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        raise Forbidden("Only the head of service of the case’s area can do this.")
    return challenge


def _challenge_for(role: Role) -> Guard[Challenge]:
    def find(visit: Visit) -> Challenge:
        challenge = _challenge(visit)
        if not visit.viewer.has(role, audit=challenge.case.audit.ref):
            raise Forbidden(f"Only the {role.label.lower()} can do this.")
        return challenge

    return Guard(f"the {role.label.lower()}, on a challenge in their scope", find)


def _challenge_to_view(visit: Visit) -> Challenge:
    challenge = _challenge(visit)
    if not visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=challenge.case.audit.ref):
        raise Forbidden("Only the audit lead, or the national service director, can do this.")
    return challenge


def _challenge_of_own_grade(visit: Visit) -> Challenge:
    return challenges_queries.challenge_of_auditor(visit.session, visit.viewer, visit.number("challenge_id"))


any_challenge = Guard("the parties of the challenge, the audit lead and the director", _challenge)


own_challenge = Guard("the head of service of the challenged case’s area", _own_challenge)


challenge_to_decide = _challenge_for(Role.LEAD)


challenge_to_adjudicate = _challenge_for(Role.DIRECTOR)


challenge_to_view = Guard(
    "the audit lead or the national service director, on a challenge in their scope", _challenge_to_view
)


challenge_of_own_grade = Guard("the improvement manager who gave the challenged grade", _challenge_of_own_grade)
