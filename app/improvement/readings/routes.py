"""Routes of a practitioner's own audited cases: reading one, reflecting on it, agreeing what will be learned."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.library.queries import document_of
from app.errors import NotFound
from app.improvement.enums import READING_STATE_LABELS, ReadingState
from app.improvement.models import FactualPoint
from app.improvement.readings import actions, queries
from app.improvement.readings.actions import Reflected, words_of
from app.improvement.readings.forms import ReflectionForm, WrongForm
from app.improvement.readings.queries import Step
from app.improvement.readings.rules import READING
from app.improvement.sheets.routes import given, made_of
from app.improvement.told import Told, told
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.report.packs.queries import told_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.web.second_look import look_again

router = Router()
NEXT = {
    ReadingState.OPEN: "Read it, and say so",
    ReadingState.READ: "Say what you think of it",
    ReadingState.REFLECTED: "Agree with your service manager what you will learn",
    ReadingState.AGREED: "Your service manager confirms it in supervision",
    ReadingState.CLOSED: "Nothing more to do",
}


def _practitioner(visit: Visit) -> Viewer:
    if not visit.viewer.practitioners:
        raise NotFound
    return visit.viewer


def _own(visit: Visit) -> Step:
    return queries.own_case(visit.session, visit.viewer, visit.number("case_id"))


practitioner = Guard("a practitioner", _practitioner)
own_case = Guard("the practitioner whose case it is, once it is open to them", _own)


@dataclass(frozen=True, kw_only=True)
class MyCasesPage(Page):
    """A practitioner's own audited cases."""

    template: ClassVar[str] = "improvement/readings/my_cases.html"
    # Each with its grade in words, where it stands, and what comes next.
    cases: Sequence[tuple[Step, str, str, str]]


@dataclass(frozen=True, kw_only=True)
class MyCasePage(Page):
    """A practitioner's own audited case."""

    template: ClassVar[str] = "improvement/readings/my_case.html"
    step: Step
    told: Told
    state: ReadingState
    said: str
    points: Sequence[FactualPoint]
    # Names the learning that stands on the page, so that nothing else is agreed.
    words: str
    form: Filled


@dataclass(frozen=True, kw_only=True)
class WrongPage(Page):
    """Say what is factually wrong."""

    template: ClassVar[str] = "improvement/readings/wrong.html"
    step: Step
    form: Filled


def state_of(step: Step) -> ReadingState:
    """Return how far a reading is; without a first step it is open."""
    return step.reading.state if step.reading else ReadingState.OPEN


@router.get("/my-cases", practitioner)
def my_cases(visit: Visit, viewer: Viewer) -> Response:
    """List a practitioner's own audited cases."""
    found = [
        (
            step,
            document_of(step.case.audit).label(step.case.standing_grade or ""),
            READING_STATE_LABELS[state_of(step)],
            NEXT[state_of(step)],
        )
        for step in queries.own_cases(visit.session, viewer)
    ]
    return visit.render(MyCasesPage(title="My audited cases", cases=found))


def _typed(step: Step) -> Filled:
    kept = step.reflection
    return Filled({"text": kept.text, "shared": "yes" if kept.shared else "no"}) if kept else Filled()


def _page(visit: Visit, step: Step, form: Filled | None = None, *, status: int = 200) -> Response:
    page = MyCasePage(
        title=f"Case {step.case.case_ref}",
        step=step,
        told=told(told_of(visit.session, step.case), document_of(step.case.audit), kinds_now(visit.session)),
        state=state_of(step),
        said=READING_STATE_LABELS[state_of(step)],
        points=queries.own_points(visit.session, visit.viewer, step.case),
        words=words_of(step.reading) if step.reading else "",
        form=_typed(step) if form is None else form,
    )
    return visit.render(page, status=status)


@router.get("/my-cases/{case_id}", own_case)
def my_case(visit: Visit, step: Step) -> Response:
    """Show a practitioner's own audited case."""
    return _page(visit, step)


def _done(visit: Visit, step: Step, notice: str) -> Response:
    return visit.redirect(f"/my-cases/{step.case.id}", notice)


@router.post("/my-cases/{case_id}/read", own_case.making(READING["read"]))
def read(visit: Visit, step: Step) -> Response:
    """Record that it was read."""
    actions.read(visit.session, step, by=visit.viewer)
    return _done(visit, step, "You have said that you read it. What do you think of it?")


@router.post("/my-cases/{case_id}/reflect", own_case.making(READING["reflect"], READING["reflect_again"]))
def reflect(visit: Visit, step: Step) -> Response:
    """Keep what the practitioner thinks."""
    sent, form = fill(ReflectionForm, visit.form)
    form = look_again(visit, form, ["text"], {})
    if sent is None or form.errors:
        return _page(visit, step, form, status=422)
    actions.reflect(visit.session, step, Reflected(sent.text, sent.shared == "yes"), by=visit.viewer)
    read_by = "Your service manager can read it." if sent.shared == "yes" and sent.text else "Nobody else reads it."
    return _done(visit, step, f"Your reflection is saved. {read_by}" if sent.text else "You have written nothing.")


@router.post("/my-cases/{case_id}/agree", own_case.making(READING["agree"]))
def agree(visit: Visit, step: Step) -> Response:
    """Confirm what will be learned."""
    actions.agree(visit.session, step, visit.sent("words"), by=visit.viewer)
    return _done(visit, step, "You have both agreed what you will learn.")


@router.get("/my-cases/{case_id}/wrong", own_case)
def wrong_page(visit: Visit, step: Step) -> Response:
    """Ask what is factually wrong."""
    return visit.render(WrongPage(title="This is factually wrong", step=step, form=Filled()))


@router.post("/my-cases/{case_id}/wrong", own_case)
def wrong(visit: Visit, step: Step) -> Response:
    """Tell the audit lead what is factually wrong."""
    sent, form = fill(WrongForm, visit.form)
    form = look_again(visit, form, ["wrong_fact", "right_fact"], {})
    if sent is None or form.errors:
        return visit.render(WrongPage(title="This is factually wrong", step=step, form=form), status=422)
    actions.question_fact(visit.session, step.case, sent.wrong_fact, sent.right_fact, by=visit.viewer)
    return _done(visit, step, "The audit lead has it, and your head of service is told. Their answer appears here.")


@router.get("/my-cases/{case_id}/files/{format}", own_case)
def my_file(visit: Visit, step: Step) -> Response:
    """Give the page for supervision as a file."""
    return given(step.case, made_of(visit, step.case), visit.word("format"))
