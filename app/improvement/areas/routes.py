"""Routes of an area's live page."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.improvement.areas import queries
from app.improvement.areas.guards import live_reader
from app.improvement.areas.live import LEAST_FINAL, Live
from app.improvement.areas.queries import Waiting
from app.improvement.guards import address_of
from app.improvement.models import FactualPoint
from app.improvement.readings.queries import points_of_area
from app.people.enums import Role
from app.report.packs.models import ImprovementAction
from app.web.pages import Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, kw_only=True)
class AreaPage(Page):
    """An area now."""

    template: ClassVar[str] = "improvement/areas/area.html"
    area: str
    base: str
    audits: Sequence[Live]
    # For its head alone: whoever else reads the page opens no case.
    waiting: Sequence[Waiting]
    points: Sequence[FactualPoint]
    actions: Sequence[ImprovementAction]
    is_head: bool
    least: int


@router.get("/areas/{area_code}", live_reader)
def area_page(visit: Visit, area: str) -> Response:
    """Show how far an area is."""
    is_head = area in visit.viewer.areas(Role.HEAD_OF_SERVICE)
    page = AreaPage(
        title=f"{area} now",
        area=area,
        base=address_of(area),
        audits=queries.live_of(visit.session, area),
        waiting=queries.waiting(visit.session, visit.viewer, area) if is_head else (),
        points=points_of_area(visit.session, visit.viewer, area) if is_head else (),
        actions=queries.open_actions(visit.session, area),
        is_head=is_head,
        least=LEAST_FINAL,
    )
    return visit.render(page)
