"""Routes of a service manager's team."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.library.queries import document_of
from app.dates import PARTS as DATE_PARTS
from app.errors import NotFound
from app.improvement.enums import READING_STATE_LABELS, ReadingState
from app.improvement.models import Learned
from app.improvement.readings import actions, queries
from app.improvement.readings.forms import LearnedForm
from app.improvement.readings.queries import Step
from app.improvement.readings.routes import state_of
from app.improvement.readings.rules import READING
from app.improvement.told import Told, told
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.report.packs.queries import told_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.web.second_look import look_again
from app.workflow import Offer

router = Router()


def _manager(visit: Visit) -> Viewer:
    if not visit.viewer.teams:
        raise NotFound
    return visit.viewer


def _of_team(visit: Visit) -> Step:
    return queries.team_case(visit.session, visit.viewer, visit.number("case_id"))


manager = Guard("a service manager", _manager)
of_team = Guard("the service manager of the practitioner’s team, once the case is final", _of_team)


@dataclass(frozen=True, kw_only=True)
class TeamPage(Page):
    """The final cases of a service manager's team."""

    template: ClassVar[str] = "improvement/teams/team.html"
    # Each with its grade in words, how far its reading is, and what the service manager does next.
    cases: Sequence[tuple[Step, str, str, str]]


@dataclass(frozen=True, kw_only=True)
class TeamCasePage(Page):
    """A final case of the team."""

    template: ClassVar[str] = "improvement/teams/team_case.html"
    step: Step
    told: Told
    state: ReadingState
    said: str
    propose: Offer | None
    close: Offer | None
    form: Filled


def next_of(step: Step) -> str:
    """Return what a service manager does next on a case."""
    if step.case.audit.imported and step.reading is None:
        return "Nothing: an earlier audit, brought in"
    if step.sheet is None:
        return "Discuss it, and record the talk"
    if not step.is_open:
        return "It opens to its practitioner once the audit is final"
    state = state_of(step)
    if state is ReadingState.REFLECTED:
        written = step.reading is not None and step.reading.learning
        return "Your practitioner confirms the learning" if written else "Agree the learning, and write it down"
    return {
        ReadingState.OPEN: "Ask your practitioner to read it",
        ReadingState.READ: "Your practitioner says what they think",
        ReadingState.AGREED: "Confirm it in supervision",
    }.get(state, "Nothing more to do")


def state_in_words(step: Step) -> str:
    """Return how far the reading is."""
    return READING_STATE_LABELS[state_of(step)] if step.is_open else "Not open yet"


@router.get("/team", manager)
def team_page(visit: Visit, viewer: Viewer) -> Response:
    """List the final cases of the team."""
    found = [
        (
            step,
            document_of(step.case.audit).label(step.case.standing_grade or ""),
            state_in_words(step),
            next_of(step),
        )
        for step in queries.team_cases(visit.session, viewer)
    ]
    return visit.render(TeamPage(title="My team’s audited cases", cases=found))


def _typed(step: Step) -> Filled:
    kept = step.reading
    if kept is None or kept.learn_by is None:
        return Filled()
    days = {f"learn_by-{part}": str(getattr(kept.learn_by, part)) for part in DATE_PARTS}
    return Filled({"learning": kept.learning, "known_by": kept.known_by, **days})


def _page(visit: Visit, step: Step, form: Filled | None = None, *, status: int = 200) -> Response:
    situation = actions.situation_of(visit.session, step, visit.viewer)
    reading = step.reading
    page = TeamCasePage(
        title=f"Case {step.case.case_ref}",
        step=step,
        told=told(told_of(visit.session, step.case), document_of(step.case.audit), kinds_now(visit.session)),
        state=state_of(step),
        said=state_in_words(step),
        propose=READING.offer("propose", reading, situation) if reading else None,
        close=READING.offer("close", reading, situation) if reading else None,
        form=_typed(step) if form is None else form,
    )
    return visit.render(page, status=status)


@router.get("/team/{case_id}", of_team)
def team_case(visit: Visit, step: Step) -> Response:
    """Show a final case of the team."""
    return _page(visit, step)


@router.post("/team/{case_id}/learning", of_team.making(READING["propose"]))
def propose(visit: Visit, step: Step) -> Response:
    """Write down what was agreed."""
    sent, form = fill(LearnedForm, visit.form)
    form = look_again(visit, form, ["learning", "known_by"], sent.faults() if sent else {})
    if sent is None or form.errors:
        return _page(visit, step, form, status=422)
    actions.propose(visit.session, step, Learned.model_validate(sent), by=visit.viewer)
    return visit.redirect(f"/team/{step.case.id}", "The learning is written down. Your practitioner confirms it.")


@router.post("/team/{case_id}/close", of_team.making(READING["close"]))
def close(visit: Visit, step: Step) -> Response:
    """Confirm in supervision."""
    actions.close(visit.session, step, by=visit.viewer)
    return visit.redirect(f"/team/{step.case.id}", "The learning is confirmed.")
