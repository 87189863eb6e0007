"""Routes of what practitioners say is factually wrong, for the audit lead."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.improvement.models import FactualPoint
from app.improvement.readings import actions, queries
from app.improvement.readings.forms import AnswerForm
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit

router = Router()


def _point(visit: Visit) -> FactualPoint:
    return queries.point_of_lead(visit.session, visit.viewer, visit.number("point_id"))


point_of_lead = Guard("the audit lead", _point)


@dataclass(frozen=True, kw_only=True)
class PointPage(Page):
    """Something that a practitioner says is factually wrong."""

    template: ClassVar[str] = "improvement/facts/point.html"
    point: FactualPoint
    form: Filled


def _page(visit: Visit, point: FactualPoint, form: Filled, *, status: int = 200) -> Response:
    page = PointPage(title="A practitioner says: this is factually wrong", point=point, form=form)
    return visit.render(page, status=status)


@router.get("/factual-points/{point_id}", point_of_lead)
def point_page(visit: Visit, point: FactualPoint) -> Response:
    """Show what a practitioner says is factually wrong."""
    return _page(visit, point, Filled())


@router.post("/factual-points/{point_id}", point_of_lead)
def answer(visit: Visit, point: FactualPoint) -> Response:
    """Answer the practitioner."""
    sent, form = fill(AnswerForm, visit.form)
    if sent is None:
        return _page(visit, point, form, status=422)
    actions.answer_fact(visit.session, point, sent.answer, by=visit.viewer)
    return visit.redirect(f"/factual-points/{point.id}", "Your answer is on the practitioner’s page of the case.")
