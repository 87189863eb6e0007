"""Routes of an urgent safeguarding concern: raise it, see it, take its next step, and the list of an audit's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import ClassVar, TypeVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.guards import any_audit
from app.audit.models import Audit, AuditCase
from app.clock import add_working_days, day, time_left, today
from app.errors import Conflict
from app.labels import listed
from app.moderation import queries as moderation_queries
from app.moderation.concerns import actions as concerns_actions
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.forms import AcknowledgeForm, CloseForm, ConcernActionForm, ConcernForm
from app.moderation.concerns.guards import any_concern, case_to_raise_on, concern_to
from app.moderation.concerns.rules import CONCERN, due_of, is_overdue, next_in_words
from app.moderation.enums import CONCERN_STATE_LABELS, ConcernState
from app.moderation.models import Concern
from app.people.enums import Role
from app.people.queries import kinds_now
from app.web.forms import Form, fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again
from app.workflow import Offer

router = Router()
F = TypeVar("F", bound=Form)
TEXTS = ("seen", "plan", "action_taken", "action_who", "close_reason")


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a concern that was taken: what, in whose words, by whom and when."""

    name: str
    note: str
    more: str
    who: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Listed:
    """A concern on a list: when its next step is due, and whether that day has passed."""

    concern: Concern
    due: date | None
    overdue: bool


@dataclass(frozen=True, kw_only=True)
class RaisePage(Page):
    """Ask what was seen, and say what happens next."""

    template: ClassVar[str] = "moderation/concerns/concern_form.html"
    case: AuditCase
    form: Filled
    answering: str
    leads: str
    due: date
    back_to: tuple[str, str]
    waiting: Sequence[Concern]


@dataclass(frozen=True, kw_only=True)
class ConcernPage(Page):
    """A concern: what and where, who must do what by when, what was done, and the one next act."""

    template: ClassVar[str] = "moderation/concerns/concern.html"
    concern: Concern
    about: Sequence[tuple[str, str]]
    state: str
    next_step: str
    due: date | None
    left: str
    steps: Sequence[Step]
    offer: Offer | None
    form: Filled
    back_to: tuple[str, str]


@dataclass(frozen=True, kw_only=True)
class ConcernsPage(Page):
    """The concerns of an audit, those that are open first, and where one is raised by a case's reference."""

    template: ClassVar[str] = "moderation/concerns/concerns.html"
    audit: Audit
    concerns: Sequence[Listed]
    states: Mapping[ConcernState, str]
    may_raise: bool
    form: Filled


def _back(visit: Visit, case: AuditCase) -> tuple[str, str]:
    """Return where a person came from: the case where they may open it."""
    return (
        (f"/cases/{case.id}", f"Case {case.case_ref}")
        if moderation_queries.may_open(visit.session, visit.viewer, case)
        else ("/", "Your work")
    )


def _read(visit: Visit, kind: type[F], concern: Concern | None = None) -> tuple[F | None, Filled]:
    """Read a form; what looks like a personal detail is asked about once, and kept where the same is sent again."""
    sent, form = fill(kind, visit.form)
    faults: dict[str, str] = {}
    if concern and isinstance(sent, AcknowledgeForm | ConcernActionForm):
        faults = sent.faults(concern)
    form = look_again(visit, form, [name for name in TEXTS if name in kind.model_fields], faults)
    return (None if form.errors else sent), form


def _raise_page(visit: Visit, case: AuditCase, form: Filled) -> RaisePage:
    leads = [p.name for p in audit_queries.people_with(visit.session, Role.LEAD, case.audit)]
    there = concerns_queries.concerns_of_case(visit.session, visit.viewer, case)
    return RaisePage(
        title="Raise an urgent safeguarding concern",
        case=case,
        form=form,
        answering=concerns_queries.answers_for(visit.session, case.area),
        leads=listed(leads) if leads else "",
        due=add_working_days(today(), 1),
        back_to=_back(visit, case),
        waiting=[c for c in there if c.state is not ConcernState.CLOSED],
    )


@router.get("/cases/{case_id}/concern", case_to_raise_on)
def raise_page(visit: Visit, case: AuditCase) -> Response:
    """Ask what was seen, and where."""
    return visit.render(_raise_page(visit, case, Filled()))


@router.post("/cases/{case_id}/concern", case_to_raise_on)
def raise_concern(visit: Visit, case: AuditCase) -> Response:
    """Raise a concern."""
    sent, form = _read(visit, ConcernForm)
    if sent is None:
        return visit.render(_raise_page(visit, case, form), status=422)
    raised = concerns_actions.raise_concern(visit.session, case, seen=sent.seen, by=visit.viewer)
    return visit.redirect(
        f"/concerns/{raised.id}", "The concern is raised. It is now at the top of the work of those who have to act."
    )


def _steps(visit: Visit, concern: Concern) -> list[Step]:
    """Return what was done about a concern, newest first."""
    act, by_when = f"By {concern.action_who}, on {day(concern.action_on)}", f"To be done by {day(concern.act_by)}"
    done = (
        ("Closed", concern.close_reason, "", concern.closed_by, concern.closed_at),
        ("Action taken", concern.action_what, act, concern.acted_by, concern.acted_at),
        ("Acknowledged", concern.plan, by_when, concern.acknowledged_by, concern.acknowledged_at),
        ("Raised", "", "", concern.raised_by, concern.raised_at),
    )
    names = audit_queries.names(visit.session, frozenset(by for *_, by, _ in done if by))
    return [Step(name, note, more, names.get(by or 0, ""), at) for name, note, more, by, at in done if at]


def _concern_page(visit: Visit, concern: Concern, form: Filled) -> ConcernPage:
    due = due_of(concern)
    offers = CONCERN.offers(concern, concerns_actions.situation_of_concern(visit.session, concern, visit.viewer))
    return ConcernPage(
        title="Urgent safeguarding concern",
        concern=concern,
        about=_about(visit, concern.case),
        state=CONCERN_STATE_LABELS[concern.state],
        next_step=next_in_words(concern, concerns_queries.responsible(visit.session, concern)),
        due=due,
        left=time_left(due) if due else "",
        steps=_steps(visit, concern),
        offer=offers[0] if offers else None,
        form=form,
        back_to=_back(visit, concern.case),
    )


def _about(visit: Visit, case: AuditCase) -> list[tuple[str, str]]:
    about = [("Law type", kinds_now(visit.session).law_types.name(case.law_type))]
    if visit.viewer.has(Role.HEAD_OF_SERVICE, Role.LEAD, Role.DIRECTOR, audit=case.audit.ref, area=case.area):
        about.append(("Practitioner", case.practitioner_id))
    return about


@router.get("/concerns/{concern_id}", any_concern)
def concern_page(visit: Visit, concern: Concern) -> Response:
    """Show a concern."""
    return visit.render(_concern_page(visit, concern, Filled()))


def _take(visit: Visit, concern: Concern, name: str, kind: type[F], act: Callable[[F], None], notice: str) -> Response:
    """Take the next step of a concern, where it is the next."""
    refusal = CONCERN.refusal(
        name, concern, concerns_actions.situation_of_concern(visit.session, concern, visit.viewer)
    )
    if refusal:
        raise Conflict(refusal)
    sent, form = _read(visit, kind, concern)
    if sent is None:
        return visit.render(_concern_page(visit, concern, form), status=422)
    act(sent)
    return visit.redirect(f"/concerns/{concern.id}", notice)


def _acknowledge(visit: Visit, concern: Concern) -> Response:
    def act(sent: AcknowledgeForm) -> None:
        concerns_actions.acknowledge_concern(
            visit.session, concern, plan=sent.plan, act_by=sent.act_by, by=visit.viewer
        )

    return _take(
        visit,
        concern,
        "acknowledge",
        AcknowledgeForm,
        act,
        "The concern is acknowledged. Come back to record what was done.",
    )


def _record_action(visit: Visit, concern: Concern) -> Response:
    def act(sent: ConcernActionForm) -> None:
        concerns_actions.act_on_concern(
            visit.session, concern, what=sent.action_taken, who=sent.action_who, on=sent.done_on, by=visit.viewer
        )

    return _take(
        visit,
        concern,
        "act",
        ConcernActionForm,
        act,
        "What was done is recorded. The concern stays open until it is closed.",
    )


def _close(visit: Visit, concern: Concern) -> Response:
    def act(sent: CloseForm) -> None:
        concerns_actions.close_concern(visit.session, concern, reason=sent.close_reason, by=visit.viewer)

    return _take(
        visit, concern, "close", CloseForm, act, "The concern is closed. Whoever raised it sees what was done."
    )


@router.post("/concerns/{concern_id}", concern_to(CONCERN["acknowledge"], CONCERN["act"], CONCERN["close"]))
def take_step(visit: Visit, concern: Concern) -> Response:
    """Take the step that the button named: its page may be older than what somebody else did since."""
    return {"acknowledge": _acknowledge, "act": _record_action}.get(visit.sent("step"), _close)(visit, concern)


@router.get("/audits/{ref}/concerns", any_audit)
def concerns_page(visit: Visit, audit: Audit) -> Response:
    """List the concerns of an audit that the person may see; a case's reference leads to the form about it."""
    wanted = visit.query("case").strip()
    found = concerns_queries.case_by_reference(visit.session, visit.viewer, audit, wanted) if wanted else None
    if found:
        return visit.redirect(f"/cases/{found.id}/concern")
    concerns = concerns_queries.concerns_of_audit(visit.session, visit.viewer, audit)
    page = ConcernsPage(
        title="Urgent safeguarding concerns",
        audit=audit,
        concerns=[Listed(c, due_of(c), is_overdue(c)) for c in concerns],
        states=CONCERN_STATE_LABELS,
        may_raise=visit.viewer.has(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT, audit=audit.ref),
        form=Filled({"case": wanted}, {"case": "No case of this audit has this reference"} if wanted else {}),
    )
    return visit.render(page)
