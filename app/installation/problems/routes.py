"""Routes of reports of pages: written by whoever is signed in, answered by administrators."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.errors import Forbidden
from app.installation.problems import actions, queries
from app.installation.problems.forms import AnswerForm, ProblemForm
from app.installation.problems.models import PageProblem
from app.installation.problems.rules import told_fault
from app.labels import told_address
from app.people.enums import Role
from app.people.queries import names_of, settings_now
from app.people.rules import Viewer
from app.people.service import service_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, anyone, signed_in
from app.web.second_look import look_again

router = Router()
HERE, ALL = "/report-a-problem", "/page-problems"


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """The form of a report."""

    template: ClassVar[str] = "installation/problems/report.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class AskPage(Page):
    """Whom somebody asks who has not signed in; `back` leads here once they have."""

    template: ClassVar[str] = "installation/problems/ask.html"
    contact: str
    page: str
    fault: str


@dataclass(frozen=True, kw_only=True)
class ProblemsPage(Page):
    """Reports that somebody may read, each with who wrote it."""

    template: ClassVar[str] = "installation/problems/problems.html"
    problems: Sequence[tuple[PageProblem, str]]
    answers: bool


@dataclass(frozen=True, kw_only=True)
class ProblemPage(Page):
    """One report, for who wrote it and for administrators."""

    template: ClassVar[str] = "installation/problems/problem.html"
    problem: PageProblem
    # Who reported it.
    name: str
    form: Filled
    answers: bool


def _problem(visit: Visit) -> PageProblem:
    return queries.problem(visit.session, visit.viewer, visit.number("problem_id"))


def _to_answer(visit: Visit) -> PageProblem:
    found = _problem(visit)
    if not visit.viewer.holds(Role.ADMINISTRATOR):
        raise Forbidden("Administrators answer. What they wrote stands on this page.")
    return found


problem_in_sight = Guard("whoever reported it, and administrators", _problem)
problem_to_answer = Guard("an administrator", _to_answer)


def _report_page(form: Filled) -> ReportPage:
    return ReportPage(title="Report a problem with a page", form=form)


def _ask_page(visit: Visit, page: str, fault: str) -> AskPage:
    contact = service_of(settings_now(visit.session)).on(visit.settings).contact
    return AskPage(title="Report a problem with a page", contact=contact, page=page, fault=fault)


@router.get(HERE, anyone)
def report_page(visit: Visit, person: Viewer | None) -> Response:
    """Show the form; whoever has not signed in reads whom to ask."""
    page, fault = told_address(visit.query("page")), told_fault(visit.query("fault"))
    if person is None or visit.must_choose or visit.must_set_up:
        return visit.render(_ask_page(visit, page, fault))
    return visit.render(_report_page(Filled({"page": page, "fault": fault})))


@router.post(HERE, signed_in)
def report(visit: Visit, viewer: Viewer) -> Response:
    """Keep a report, for the administrators."""
    sent, form = fill(ProblemForm, visit.form)
    form = look_again(visit, form, {"problem": "What you wrote"}, {})
    if sent is None or form.errors:
        return visit.render(_report_page(form), status=422)
    made = actions.report(visit.session, sent.page, sent.fault, sent.problem, by=viewer)
    return visit.redirect(f"{ALL}/{made.id}", "Sent. The administrators have it in their work.")


@router.get(ALL, signed_in)
def problems_page(visit: Visit, viewer: Viewer) -> Response:
    """List the reports that somebody may read."""
    answers = viewer.holds(Role.ADMINISTRATOR)
    title = "Problems with pages" if answers else "Problems that you reported"
    found = queries.problems(visit.session, viewer)
    return visit.render(ProblemsPage(title=title, problems=found, answers=answers))


def _page(visit: Visit, of: PageProblem, form: Filled) -> ProblemPage:
    answers = visit.viewer.holds(Role.ADMINISTRATOR)
    name = names_of(visit.session, [of.by_id])[of.by_id]
    return ProblemPage(title="A problem with a page", problem=of, name=name, form=form, answers=answers)


@router.get(f"{ALL}/{{problem_id}}", problem_in_sight)
def problem_page(visit: Visit, of: PageProblem) -> Response:
    """Show a report with its answer."""
    return visit.render(_page(visit, of, Filled()))


@router.post(f"{ALL}/{{problem_id}}", problem_to_answer)
def answer(visit: Visit, of: PageProblem) -> Response:
    """Answer a report, and close it."""
    sent, form = fill(AnswerForm, visit.form)
    form = look_again(visit, form, {"answer": "Your answer"}, {})
    if sent is None or form.errors:
        return visit.render(_page(visit, of, form), status=422)
    actions.answer(visit.session, of, sent.answer, by=visit.viewer)
    return visit.redirect(ALL, "Answered and closed. Whoever reported it is told.")
