"""Routes of an audit's returned cases for its lead: what is late, more time, the reminder, the override."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import audit_for
from app.audit.models import Audit, AuditCase
from app.clock import day, due_in_words
from app.errors import Conflict
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.guards import challenge_for
from app.moderation.concerns import queries as concerns_queries
from app.moderation.enums import DEADLINE_LABELS, FURTHER_ACTION_LABELS, Deadline, FurtherAction
from app.moderation.follow_up import actions as follow_up
from app.moderation.follow_up.forms import ExtensionForm, OverrideForm
from app.moderation.models import Challenge, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.guards import return_to_follow, return_to_override
from app.moderation.returns.rules import (
    FOLLOWERS,
    answer_in_words,
    due_of,
    is_late,
    next_due,
    reminded_today,
    why_not_extended,
    why_not_overridden,
    why_not_reminded,
)
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()


follower = audit_for(Role.LEAD, Role.DIRECTOR)


@dataclass(frozen=True, slots=True)
class Followed:
    """A returned case as the list shows it: where it stands, what is due next, and what can be done about it."""

    returned: Return
    state: str
    due: date | None
    late: bool
    extendable: bool
    # The lead can remind the area; or it was reminded today.
    remindable: bool
    reminded: bool


@dataclass(frozen=True, kw_only=True)
class ReturnsPage(Page):
    """Every case of an audit that went back to its area, the latest first."""

    template: ClassVar[str] = "moderation/follow_up/returns.html"
    audit: Audit
    rows: Sequence[Followed]
    late: int
    actions: Mapping[FurtherAction, str]
    is_lead: bool


@dataclass(frozen=True, kw_only=True)
class ActionsPage(Page):
    """The further actions of an audit, whatever has become of it: those to be done first, the soonest due on top."""

    template: ClassVar[str] = "moderation/follow_up/actions.html"
    audit: Audit
    waiting: Sequence[Return]
    done: Sequence[Return]


@dataclass(frozen=True, kw_only=True)
class ExtendPage(Page):
    """Give an area more time for one answer."""

    template: ClassVar[str] = "moderation/follow_up/extend.html"
    case: AuditCase
    # What can be extended, as (code, name, until when it runs).
    choices: Sequence[tuple[str, str, str]]
    form: Filled
    refusal: str | None
    back_to: str


@dataclass(frozen=True, kw_only=True)
class OverridePage(Page):
    """Let the audit end without a late review."""

    template: ClassVar[str] = "moderation/follow_up/override.html"
    case: AuditCase
    returned: Return
    form: Filled
    refusal: str | None


def _followed(visit: Visit, audit: Audit) -> Sequence[Followed]:
    returns = returns_queries.returns_of_audit(visit.session, visit.viewer, audit)
    challenges = challenges_queries.challenges_of_audit(visit.session, visit.viewer, audit)
    return sorted((_row(r, challenges) for r in returns), key=lambda row: row.due or date.max)


def _row(of: Return, challenges: Sequence[Challenge]) -> Followed:
    extendable = any(not why_not_extended(of, d) for d in (Deadline.REVIEW, Deadline.CHALLENGE))
    remindable = why_not_reminded(of) is None
    answer = answer_in_words(of, challenges)
    return Followed(of, answer, next_due(of), is_late(of), extendable, remindable, reminded_today(of))


@router.get("/audits/{ref}/returns", follower)
def returns_page(visit: Visit, audit: Audit) -> Response:
    """List what went back to the areas, by how late it is."""
    rows = _followed(visit, audit)
    page = ReturnsPage(
        title="Cases back with their area",
        audit=audit,
        rows=rows,
        late=sum(row.late for row in rows),
        actions=FURTHER_ACTION_LABELS,
        is_lead=visit.viewer.has(*FOLLOWERS, audit=audit.ref),
    )
    return visit.render(page)


@router.get("/audits/{ref}/returns/actions", follower)
def actions_page(visit: Visit, audit: Audit) -> Response:
    """List the further actions of an audit."""
    returns = returns_queries.returns_of_audit(visit.session, visit.viewer, audit)
    waiting = sorted(
        (r for r in returns if r.further_action is FurtherAction.NEEDED and not r.brought_in),
        key=lambda r: r.action_by or date.max,
    )
    page = ActionsPage(
        title="Further action",
        audit=audit,
        waiting=waiting,
        done=[r for r in returns if r.further_action is FurtherAction.DONE],
    )
    return visit.render(page)


@router.post("/returns/{return_id}/remind", return_to_follow)
def remind(visit: Visit, returned: Return) -> Response:
    """Leave a reminder on the work of the area's head of service."""
    follow_up.remind(visit.session, returned, by=visit.viewer)
    told = concerns_queries.answers_for(visit.session, returned.case.area)
    words = f"{told} find a reminder on ‘Your work’." if " or " in told else f"{told} finds a reminder on ‘Your work’."
    return visit.redirect(
        f"/audits/{returned.case.audit.ref}/returns",
        words if told else f"Nobody answers for {returned.case.area}: have a head named.",
    )


def _extendable(thing: Return | Challenge) -> Sequence[tuple[Deadline, date]]:
    wanted = (Deadline.ESCALATION,) if isinstance(thing, Challenge) else (Deadline.REVIEW, Deadline.CHALLENGE)
    return [(d, due) for d in wanted if not why_not_extended(thing, d) and (due := due_of(thing, d))]


def _extend_page(thing: Return | Challenge, form: Filled) -> ExtendPage:
    challenge = isinstance(thing, Challenge)
    return ExtendPage(
        title="Give the area more time",
        case=thing.case,
        form=form,
        choices=[(d.value, DEADLINE_LABELS[d], f"Due {due_in_words(due)}") for d, due in _extendable(thing)],
        refusal=None
        if _extendable(thing)
        else why_not_extended(thing, Deadline.ESCALATION if challenge else Deadline.CHALLENGE),
        back_to=f"/challenges/{thing.id}" if challenge else f"/cases/{thing.case_id}",
    )


def _extend(visit: Visit, thing: Return | Challenge) -> Response:
    page, possible = _extend_page(thing, Filled()), dict(_extendable(thing))
    if page.refusal:
        raise Conflict(page.refusal)
    alone = next(iter(possible)).value if len(possible) == 1 else ""
    sent, form = fill(ExtensionForm, {**visit.form, **({"deadline": [alone]} if alone else {})})
    form = look_again(visit, form, ["reason"], sent.faults(thing, possible) if sent else {})
    if sent is None or form.errors:
        return visit.render(_extend_page(thing, form), status=422)
    follow_up.extend(visit.session, thing, sent.deadline, until=sent.until, reason=sent.reason, by=visit.viewer)
    return visit.redirect(
        page.back_to, f"The area now has until {day(sent.until)}. Its head of service sees it under ‘Your work’."
    )


@router.get("/returns/{return_id}/extend", return_to_follow)
def extend_page(visit: Visit, returned: Return) -> Response:
    """Ask which time is extended, until when and why."""
    return visit.render(_extend_page(returned, Filled()))


@router.post("/returns/{return_id}/extend", return_to_follow)
def extend(visit: Visit, returned: Return) -> Response:
    """Give the area more time for its review or its answer."""
    return _extend(visit, returned)


@router.get("/challenges/{challenge_id}/extend", challenge_for(*FOLLOWERS))
def extend_escalation_page(visit: Visit, challenge: Challenge) -> Response:
    """Ask until when a decision can be taken further, and why."""
    return visit.render(_extend_page(challenge, Filled()))


@router.post("/challenges/{challenge_id}/extend", challenge_for(*FOLLOWERS))
def extend_escalation(visit: Visit, challenge: Challenge) -> Response:
    """Give the area more time to take a decision further."""
    return _extend(visit, challenge)


def _override_page(returned: Return, form: Filled) -> OverridePage:
    return OverridePage(
        title="Go on without the review",
        case=returned.case,
        returned=returned,
        form=form,
        refusal=why_not_overridden(returned),
    )


@router.get("/returns/{return_id}/override", return_to_override)
def override_page(visit: Visit, returned: Return) -> Response:
    """Ask why the audit goes on without a late review."""
    return visit.render(_override_page(returned, Filled()))


@router.post("/returns/{return_id}/override", return_to_override)
def override(visit: Visit, returned: Return) -> Response:
    """Override a late review."""
    refusal = why_not_overridden(returned)
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(OverrideForm, visit.form)
    form = look_again(visit, form, ["reason"], {})
    if sent is None or form.errors:
        return visit.render(_override_page(returned, form), status=422)
    follow_up.override(visit.session, returned, reason=sent.reason, by=visit.viewer)
    return visit.redirect(
        f"/audits/{returned.case.audit.ref}/finalise",
        f"Finalising no longer waits for case {returned.case.case_ref}. Its review stays due.",
    )
