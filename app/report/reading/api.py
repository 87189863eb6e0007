"""Routes of the JSON API: an audit's figures, for analysts' own tools."""

from starlette.responses import JSONResponse, Response

from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.labels import listed
from app.report.enums import Stage
from app.report.guards import report_reader
from app.report.reading.shown import figures_shown
from app.web.routing import Router, Visit

router = Router()


@router.get("/api/v1/audits/{ref}/figures", not_while_grading(report_reader))
def figures(visit: Visit, audit: Audit) -> Response:
    """Give the figures of a finalised audit as JSON, as at a stage of its grades."""
    if visit.query("as_at") not in {"", *Stage}:
        said = f"There are no figures as at ‘{visit.query('as_at')}’. Ask for one of {listed(list(Stage), 'or')}."
        return JSONResponse(
            {"type": "about:blank", "title": said, "status": 422},
            status_code=422,
            media_type="application/problem+json",
        )
    return Response(figures_shown(visit, audit), media_type="application/json")
