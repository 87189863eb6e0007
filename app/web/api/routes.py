"""Routes about the API: its document for programs, and the page about it for people."""

from starlette.responses import JSONResponse, Response

from app.people.rules import Viewer
from app.web.api.problems import DOCS, PREFIX
from app.web.api.reference import reference_page
from app.web.routing import Router, Visit, signed_in

router = Router()


@router.get(f"{PREFIX}/openapi.json", signed_in)
def openapi_document(visit: Visit, _viewer: Viewer) -> Response:
    """Give the document of the API, OpenAPI 3.1."""
    return JSONResponse(visit.request.app.openapi())


@router.get(DOCS, signed_in)
def api_reference(visit: Visit, _viewer: Viewer) -> Response:
    """Show what the API has, for people who write programs."""
    return visit.render(reference_page(visit.request.app.openapi()))
