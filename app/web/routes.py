"""Routes of the kit: whether the process answers, and whether the installation can do its work."""

from starlette.responses import JSONResponse, PlainTextResponse, Response

from app.people.rules import Viewer
from app.web.readiness import folder_fault
from app.web.routing import Router, Visit, anyone

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
