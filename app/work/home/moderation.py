"""What waits for somebody from moderation: concerns, returned cases, challenges, areas without a head."""

from collections.abc import Collection, Iterator

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.bars.queries import everybody
from app.audit.enums import AuditState
from app.audit.models import Audit
from app.clock import day as in_words
from app.labels import listed
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.actions import situation_of_challenge
from app.moderation.challenges.duties import nobody_left
from app.moderation.challenges.history import history
from app.moderation.challenges.rules import CHALLENGE, DECIDERS, decide_by, is_late
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.actions import situation_of_concern
from app.moderation.concerns.rules import CONCERN, due_of
from app.moderation.enums import ChallengeState, ConcernState, Deadline, ReturnState
from app.moderation.models import Challenge, Concern, Extension, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import RETURN, keeps_open
from app.people.enums import Role
from app.people.rules import Viewer, area_key
from app.web.routing import Visit
from app.work.home.audit import in_dispute
from app.work.home.items import Item, lowest, possible

TODO = {
    "acknowledge": "Acknowledge a safeguarding concern",
    "act": "Record what was done about a safeguarding concern",
    "close": "Close a safeguarding concern, if nothing more has to be done",
}


def concerns(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the concerns on which this person acts next.

    The audit lead also sees those that the area has not acknowledged yet.
    """
    if not viewer.holds(Role.LEAD) and not viewer.areas(Role.HEAD_OF_SERVICE):
        return
    for concern in concerns_queries.concerns_waiting(visit.session, viewer):
        if why := _why(visit, viewer, concern):
            name, link = f"Case {concern.case.case_ref}, {concern.case.area}", f"/concerns/{concern.id}"
            urgent = concern.state is not ConcernState.ACTION_TAKEN
            yield Item(
                name,
                link,
                why,
                due_of(concern),
                urgent=urgent,
                since=concern.acted_at,
                first=True,
                audit=concern.case.audit.name,
            )


def _why(visit: Visit, viewer: Viewer, concern: Concern) -> str:
    situation = situation_of_concern(visit.session, concern, viewer)
    can = possible(CONCERN, concern, situation)
    why = next((words for name, words in TODO.items() if name in can), "")
    if not why and concern.state is ConcernState.RAISED and viewer.has(Role.LEAD, audit=concern.case.audit.ref):
        return f"New safeguarding concern: {situation.known.responsible} has to acknowledge it"
    return why


def unsafe(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the returned cases whose children are not known to be safe until something is done."""
    for returned in returns_queries.unsafe_until_done(visit.session, viewer):
        name, why = (
            f"Case {returned.case.case_ref}, {returned.case.area}",
            f"Children not known to be safe: {returned.action_who} has to act",
        )
        yield Item(
            name, f"/cases/{returned.case_id}", why, returned.action_by, urgent=True, audit=returned.case.audit.name
        )


def areas_without_head(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what has to be done because an area has no head.

    The lead sees which case waits, an administrator which areas, never a case.
    """
    without = everybody(visit.session).headless if viewer.holds(Role.LEAD, Role.ADMINISTRATOR) else ()
    areas = frozenset(without) - viewer.standing_in
    if areas and viewer.holds(Role.ADMINISTRATOR):
        why = f"No head of service is named for {listed(sorted(areas, key=area_key))}: name one"
        yield Item("People and roles", "/admin/people", why, urgent=True)
    for audit in audit_queries.audits(visit.session, viewer) if areas else ():
        if audit.state is AuditState.FIELDWORK and viewer.has(Role.LEAD, audit=audit.ref):
            yield from _without_head(visit, audit, areas)


def _without_head(visit: Visit, audit: Audit, areas: Collection[str]) -> Iterator[Item]:
    waiting = [r for r in returns_queries.returns_in_hand(visit.session, visit.viewer) if keeps_open(r)]
    for returned in sorted((r for r in waiting if r.case.audit_id == audit.id), key=lambda r: r.review_due):
        area = returned.case.area
        if returned.state is ReturnState.OPEN and area in areas:
            graded = f"a case of it is graded {lowest(returned.case)}"
            why = f"No head of service is named for {area}, and {graded}. Have an administrator name one"
            name, link = f"Case {returned.case.case_ref}, {area}", f"/cases/{returned.case_id}"
            yield Item(name, link, why, returned.review_due, urgent=True, audit=audit.name)


def _answer(viewer: Viewer, returned: Return) -> Iterator[Item]:
    name, link = f"Case {returned.case.case_ref}, {returned.case.area}", f"/cases/{returned.case_id}"
    can, audit = possible(RETURN, returned, situation_of_case(returned.case, viewer)), returned.case.audit.name
    if "review" in can:
        why = f"Record the immediate review of a case graded {lowest(returned.case)}"
        if returned.case.area in viewer.standing_in:
            why += f": no head of service is named for {returned.case.area}"
        why += _reminded(returned) + _more_time(returns_queries.more_time(returned, Deadline.REVIEW))
        yield Item(name, f"{link}/review", why, returned.review_due, urgent=True, audit=audit)
    elif "challenge" in can:
        more = _more_time(returns_queries.more_time(returned, Deadline.CHALLENGE))
        yield Item(name, link, "Reviewed: accept or challenge the grade" + more, returned.challenge_due, audit=audit)
    elif "accept" in can:
        yield Item(name, link, "Reviewed: accept the grade", audit=audit)


def returns(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that are back with the person's areas, and the further actions that wait there."""
    if not viewer.areas(Role.HEAD_OF_SERVICE):
        return
    waiting = returns_queries.returns_waiting(visit.session, viewer)
    for returned in waiting:
        yield from _answer(viewer, returned)
    for returned in returns_queries.actions_outstanding(visit.session, viewer):
        why = f"Further action: record when it is done. Who does it: {returned.action_who}{_reminded(returned)}"
        name = f"Case {returned.case.case_ref}, {returned.case.area}"
        link, audit = f"/returns/{returned.id}/action", returned.case.audit.name
        yield Item(name, link, why, returned.action_by, urgent=True, audit=audit)


def _reminded(returned: Return) -> str:
    """Say that the lead reminded the area of what is late now; a reminder of the review goes with the review."""
    at, reviewed = returned.reminded_at, returned.reviewed_at
    return f". The audit lead reminded you on {in_words(at)}" if at and not (reviewed and reviewed >= at) else ""


def _more_time(extension: Extension | None) -> str:
    return f". The audit lead gave more time, until {in_words(extension.until)}" if extension else ""


def challenges(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the challenges on which this person acts next."""
    waiting = challenges_queries.challenges_waiting(visit.session, viewer)
    history.ahead(visit.session, in_dispute(visit, viewer))
    for challenge in waiting:
        yield from _challenge(visit, viewer, challenge)
    if not viewer.holds(Role.IMPROVEMENT_MANAGER):
        return
    why = "Your grade is challenged: add a note, if you want to"
    graded = viewer.holds(Role.IMPROVEMENT_MANAGER)
    for challenge in challenges_queries.challenges_without_note(visit.session, viewer) if graded else ():
        name, audit = f"Case {challenge.case.case_ref}", challenge.case.audit.name
        yield Item(name, f"/challenges/{challenge.id}/note", why, decide_by(challenge), audit=audit)


def _challenge(visit: Visit, viewer: Viewer, of: Challenge) -> Iterator[Item]:
    name, link = f"Case {of.case.case_ref}, {of.case.area}", f"/challenges/{of.id}"
    can = possible(CHALLENGE, of, situation_of_challenge(visit.session, of, viewer))
    due, audit = decide_by(of), of.case.audit.name
    untaken = ": nobody has taken it on" if "take" in can else ""
    if "decide" in can:
        yield Item(name, f"{link}/decide", f"Decide the challenge{untaken}", due, since=of.raised_at, audit=audit)
    elif "adjudicate" in can:
        yield Item(name, f"{link}/adjudicate", f"Adjudicate{untaken}", due, since=of.escalated_at, audit=audit)
    elif "take_over" in can:
        why = f"Somebody has had this challenge since {in_words(of.taken_at)}: you can take it over"
        yield Item(name, f"{link}/take-over", why, due, audit=audit)
    elif "escalate" in can:
        more = returns_queries.more_time(of.returned, Deadline.ESCALATION)
        why = "Challenge decided: accept it or take it further" + _more_time(more)
        yield Item(name, link, why, of.escalation_due, audit=audit)
    elif "accept" in can:
        yield Item(name, link, "Challenge decided: accept the decision", audit=audit)
    elif viewer.has(*DECIDERS, audit=of.case.audit.ref) and (nobody := nobody_left(visit.session, of)):
        yield Item(name, f"/cases/{of.case_id}/duties", f"A challenge waits. {nobody}", urgent=True, audit=audit)


PENDING = {
    ChallengeState.OPEN: "Your challenge waits for a decision",
    ChallengeState.ESCALATED: "Your challenge waits for the director",
}


def pending(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the challenges of the person's areas that wait for somebody else, and by when that is expected."""
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    for of in challenges_queries.challenges_waiting(visit.session, viewer) if areas else ():
        if of.case.area in areas and of.state in PENDING:
            late = "it was expected by" if is_late(of) else "expected by"
            taken = f", taken on {in_words(of.taken_at)}" if of.taken_at else ""
            why = f"{PENDING[of.state]}{taken}, {late} {in_words(decide_by(of))}"
            yield Item(
                f"Case {of.case.case_ref}, {of.case.area}", f"/challenges/{of.id}", why, audit=of.case.audit.name
            )


def unread(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the returned cases that nobody of their area has opened for a working day, for lead and director."""
    for of in returns_queries.unread(visit.session, viewer):
        why = f"Nobody of {of.case.area} has opened this returned case since {in_words(of.opened_at)}: speak to them"
        audit, leads = of.case.audit.name, viewer.has(Role.LEAD, audit=of.case.audit.ref)
        link = f"/audits/{of.case.audit.ref}{'/returns' if leads else ''}"
        yield Item(f"Case {of.case.case_ref}, {of.case.area}", link, why, of.review_due, urgent=True, audit=audit)
