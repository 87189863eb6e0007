"""Routes of the JSON API: an audit's figures, for analysts' own tools."""

import json
from collections.abc import Mapping
from typing import Any

from pydantic import Field
from starlette.responses import JSONResponse

from app.audit.models import Audit
from app.report.actions import figures_text
from app.report.enums import Edition, Stage
from app.report.guards import figures_reader
from app.report.reading.schemas import Figures
from app.report.reading.shown import figures_shown
from app.web.api.routing import ApiRouter, Query
from app.web.routing import Visit

router = ApiRouter()


class FiguresQuery(Query):
    """Which figures are wanted."""

    as_at: Stage = Field(default=Stage.FINAL, description="A stage of the grades")
    edition: Edition | None = Field(
        default=None, description="`public` hides small counts; whoever only reads reports has no other"
    )


class FiguresResponse(JSONResponse):
    """Figures as they are kept, so that they are the same to the letter wherever they are read."""

    def render(self, content: Mapping[str, Any]) -> bytes:
        """Return the JSON."""
        return figures_text(content).encode()


@router.get(
    "/audits/{ref}/figures",
    figures_reader,
    response_model=Figures,
    query=FiguresQuery,
    response_class=FiguresResponse,
)
def read_figures(visit: Visit, audit: Audit, _asked: FiguresQuery) -> object:
    """Give the figures of a finalised audit, as at a stage of its grades."""
    return json.loads(figures_shown(visit, audit))
