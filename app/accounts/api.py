"""Routes of the JSON API: the service areas."""

from app.accounts import queries
from app.people.models import ServiceArea
from app.people.rules import Viewer
from app.web.api.paging import ListQuery, RowId, Word, page, place
from app.web.api.routing import Answer, ApiRouter, ListOf
from app.web.routing import Visit, signed_in

router = ApiRouter()


class Area(Answer):
    """A part of the country that the service is divided into."""

    code: str
    name: str


class Areas(ListOf[Area]):
    """The service areas in their usual order."""


@router.get("/areas", signed_in, response_model=Areas, query=ListQuery)
def list_areas(visit: Visit, _viewer: Viewer, asked: ListQuery) -> object:
    """List the service areas."""
    last = place(asked.cursor, tuple[RowId, Word])
    return page(queries.areas_after(visit.session, last, asked.limit + 1), asked, _place)


def _place(area: ServiceArea) -> tuple[int, str]:
    return area.position, area.code
