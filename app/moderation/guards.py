"""Guards of the moderation room."""

from app.audit.models import AuditCase
from app.errors import Forbidden
from app.moderation import queries
from app.moderation.models import Challenge, Concern, Return
from app.people.enums import Role
from app.web.doors import Guard, Visit


def _returned_to_me(visit: Visit) -> Return:
    return _of_own_area(visit, queries.return_of(visit.session, visit.viewer, visit.number("case_id")))


def _return_of_mine(visit: Visit) -> Return:
    return _of_own_area(visit, queries.returned(visit.session, visit.viewer, visit.number("return_id")))


def _of_own_area(visit: Visit, returned: Return) -> Return:
    if returned.case.area not in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        raise Forbidden("Only the head of service of the case’s area can do this.")
    return returned


def _challenge(visit: Visit) -> Challenge:
    return queries.challenge(visit.session, visit.viewer, visit.number("challenge_id"))


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


def _return_for(role: Role) -> Guard[Return]:
    def find(visit: Visit) -> Return:
        returned = queries.returned(visit.session, visit.viewer, visit.number("return_id"))
        if not visit.viewer.has(role, audit=returned.case.audit.ref):
            raise Forbidden(f"Only the {role.label.lower()} can do this.")
        return returned

    return Guard(f"the {role.label.lower()}, on a returned case in their scope", find)


def _challenge_to_view(visit: Visit) -> Challenge:
    challenge = _challenge(visit)
    if not visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=challenge.case.audit.ref):
        raise Forbidden("Only the audit lead, or the national service director, can do this.")
    return challenge


def _challenge_of_own_grade(visit: Visit) -> Challenge:
    return queries.challenge_of_auditor(visit.session, visit.viewer, visit.number("challenge_id"))


def _case_to_raise_on(visit: Visit) -> AuditCase:
    return queries.case_to_raise_on(visit.session, visit.viewer, visit.number("case_id"))


def _concern(visit: Visit) -> Concern:
    return queries.concern(visit.session, visit.viewer, visit.number("concern_id"))


def _concern_to_answer(visit: Visit) -> Concern:
    concern = _concern(visit)
    if not visit.viewer.has(Role.HEAD_OF_SERVICE, Role.LEAD, audit=concern.case.audit.ref, area=concern.case.area):
        raise Forbidden("Only the head of service of the case’s area, or the audit lead, can do this.")
    return concern


returned_to_me = Guard("the head of service of the returned case’s area", _returned_to_me)
return_of_mine = Guard("the head of service of the return’s area", _return_of_mine)
any_challenge = Guard("the parties of the challenge, the audit lead and the director", _challenge)
own_challenge = Guard("the head of service of the challenged case’s area", _own_challenge)
challenge_to_decide = _challenge_for(Role.LEAD)
challenge_to_adjudicate = _challenge_for(Role.DIRECTOR)
return_to_follow = _return_for(Role.LEAD)
return_to_override = _return_for(Role.DIRECTOR)
challenge_to_view = Guard("the audit lead or the national service director, on a challenge in their scope", _challenge_to_view)
challenge_of_own_grade = Guard("the improvement manager who gave the challenged grade", _challenge_of_own_grade)
case_to_raise_on = Guard("whoever may open the case, and the improvement assistants of its audit", _case_to_raise_on)
any_concern = Guard("the head of service of the case’s area, whoever may open the case, and whoever raised the concern", _concern)
concern_to_answer = Guard("the head of service of the case’s area, or the audit lead", _concern_to_answer)
