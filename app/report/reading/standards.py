"""Standards, why cases were graded so, facts, and what was done otherwise than agreed, as the API gives them."""

from typing import Annotated, Literal

from pydantic import Field, WithJsonSchema

from app.report.reading.sample_schemas import Mark
from app.web.api.routing import Answer

Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
Judgements = Annotated[
    dict[str, int | Mark],
    Field(
        description="How many judgements stand at each level, by its code; `judged` in all, and `set_aside`. The "
        "public edition also has `asked`, which is both"
    ),
]
Limits = Annotated[tuple[Number, Number], Field(description="The lower and the upper limit")]


class JudgedInterval(Answer):
    """How sure the share of a level is: 95% intervals of x of n; the population only where all of it was asked."""

    x: int
    n: int
    population: int | None
    hypergeometric_exact_count: Limits | None
    hypergeometric_exact: Limits | None
    wilson: Limits | None


class JudgedIntervals(Answer):
    """The intervals of the best and the lowest level, of the whole and by law type."""

    overall: dict[str, JudgedInterval | Mark]
    law_type: dict[str, dict[str, JudgedInterval | Mark]]


class JudgedStandard(Answer):
    """How a standard, or those of a practice area, stand as they were decided: in all, by law type and by area."""

    overall: Judgements
    law_type: dict[str, Judgements]
    service_area: dict[str, Judgements] | None = Field(default=None, description="Not in the public edition")
    degrees: dict[str, int] | None = Field(
        default=None, description="What is below the best level, by degree of improvement; `not_recorded` where none is"
    )
    intervals: JudgedIntervals | None = None
    standards: list[str] | None = Field(default=None, description="Of a practice area: the codes of its standards")


class RuleCases(Answer):
    """For how many cases a rule gave the indicated grade, and how many of them were graded otherwise."""

    grade: str
    cases: int
    graded_otherwise: int


class Departures(Answer):
    """How many cases were graded otherwise than indicated; `from_to` by the two levels, a colon between."""

    cases: int
    from_to: dict[str, int]


class CriticalStandard(Answer):
    """In how many cases of the critical rules a standard is at the lowest level, and is the only critical one."""

    lowest: int
    only: int


class Critical(Answer):
    """What the rules of critical standards rest on; empty where the document has none."""

    rules: list[str] | None = None
    cases: int | None = None
    standards: dict[str, CriticalStandard] | None = None


class LowestReasons(Answer):
    """Why cases were graded as they were, by the rules of the document."""

    rules: dict[str, RuleCases]
    departures: Departures
    without_rule: dict[str, int] = Field(description="Cases of which no rule was read, by grade")
    critical: Critical


class Answered(Answer):
    """How often each answer was given, of so many cases asked."""

    asked: int
    answers: dict[str, int | Mark]
    unanswered: int


class FactAnswers(Answer):
    """The answers to a fact; where several can be given, they may come to more than the cases asked."""

    kind: Literal["single", "multi"]
    overall: Answered
    law_type: dict[str, Answered]


class Regions(Answer):
    """The regions of the audit: their order, names and areas, and how likely chance makes them look so different."""

    order: list[str]
    names: dict[str, str] = Field(description="Empty for the areas that belong to no region")
    areas: dict[str, list[str]]
    homogeneity: dict[str, Number | None]


class Exceptions(Answer):
    """In how many cases the framework was left, and why; the public edition has no reasons."""

    cases: int
    reasons: list[str] | None = None
