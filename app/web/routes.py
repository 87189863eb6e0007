"""Routes of the kit: whether the process answers and can do its work, and how long a session lasts."""

from dataclasses import replace

from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.clock import clock
from app.people.rules import Viewer
from app.web.readiness import folder_fault
from app.web.routing import Router, Visit, anyone, signed_in
from app.web.sessions import IDLE, Lasts, used_now

router = Router()
UNAVAILABLE = 503


@router.get("/healthz", anyone)
def healthz(visit: Visit, _person: Viewer | None) -> Response:
    """Say that the process answers and may write where it has to; asks no database."""
    fault = folder_fault(visit.settings)
    return PlainTextResponse(fault or "ok", UNAVAILABLE if fault else 200)


@router.get("/readyz", anyone)
def readyz(visit: Visit, _person: Viewer | None) -> Response:
    """Say whether the installation can do its work: key, schema, a write that succeeds, room on the disk."""
    now = visit.surroundings.ready()
    answer = {"ready": now.ready, "sentence": now.sentence, "checks": now.faults}
    return JSONResponse(answer, 200 if now.ready else UNAVAILABLE)


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
