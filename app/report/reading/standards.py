"""How standards stand, and what was done otherwise than the framework has it, as the API gives it."""

from typing import Annotated

from pydantic import Field

from app.web.api.routing import Answer

Judgements = Annotated[
    dict[str, int],
    Field(description="How many judgements stand at each level, by its code; `judged` in all, and `set_aside`"),
]


class JudgedStandard(Answer):
    """How a standard, or those of a practice area, stand as they were decided: in all, by law type and by area."""

    overall: Judgements
    law_type: dict[str, Judgements]
    service_area: dict[str, Judgements]


class Exceptions(Answer):
    """In how many cases the framework was left, and why; the public edition has no reasons."""

    cases: int
    reasons: list[str] | None = None
