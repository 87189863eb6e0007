"""Routes of the kit: whether the process answers, and how long a session lasts."""

from dataclasses import replace

from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.clock import clock
from app.people.rules import Viewer
from app.web.routing import Router, Visit, anyone, signed_in
from app.web.sessions import IDLE, Lasts, used_now

router = Router()


@router.get("/healthz", anyone)
def healthz(_visit: Visit, _person: Viewer | None) -> Response:
    """Say that the process answers, its database included."""
    return PlainTextResponse("ok")


@router.get("/session", anyone, seen=False)
def session_lasts(visit: Visit, person: Viewer | None) -> Response:
    """Say for the script of a page whose session this is, and how long it lasts."""
    return _lasts(person, visit.lasts)


@router.put("/session", signed_in)
def go_on(visit: Visit, viewer: Viewer) -> Response:
    """Let the session last longer."""
    used_now(visit.session, visit.request.cookies, visit.settings)
    return _lasts(viewer, visit.lasts and replace(visit.lasts, idle=clock.now() + IDLE))


def _lasts(person: Viewer | None, lasts: Lasts | None) -> Response:
    if person is None or lasts is None:
        return JSONResponse({"person": "", "ends_in": 0, "can_go_on": False})
    return JSONResponse({"person": str(person.id), "ends_in": lasts.seconds, "can_go_on": lasts.can_go_on})
