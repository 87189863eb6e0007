"""Routes of the kit: whether the process answers."""

from starlette.responses import PlainTextResponse, Response

from app.people.rules import Viewer
from app.web.routing import Router, Visit, anyone

router = Router()


@router.get("/healthz", anyone)
def healthz(_visit: Visit, _person: Viewer | None) -> Response:
    """Say that the process answers, its database included."""
    return PlainTextResponse("ok")
