"""The figures of a report as the API gives them (statistics.md): what each table has, and what its keys are.

A key that is data (a level of the scale, a law type, an area, an auditor) is any text. Whatever an audit does not have,
or an edition does not show, is left out.
"""

from typing import Annotated, Literal

from pydantic import ConfigDict, Field, WithJsonSchema

from app.report.enums import Stage
from app.report.reading.sample_schemas import Mark, Percent, Sample, Sampling
from app.report.reading.standards import Exceptions, FactAnswers, JudgedStandard, LowestReasons, Regions
from app.web.api.routing import Answer

# A whole number stays one, so that what was frozen leaves to the letter as it was kept.
Number = Annotated[int | float, WithJsonSchema({"type": "number"})]
Limits = Annotated[tuple[Number, Number], Field(description="The lower and the upper limit")]
Count = int | Mark
ByLevel = Annotated[dict[str, int], Field(description="How many cases, by level of the scale")]


class Share(Answer):
    """A count beside its percentage."""

    count: Count
    percent: Percent
    estimate: float | None = Field(default=None, description="The weighted share, where chances were unequal")


class Grades(Answer):
    """How many cases were graded at each level of the scale, by its code."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Share]

    total: int
    share_percent: Percent = None
    practitioners: int | None = Field(default=None, description="Who gave the cases, where some gave several")
    effective: int | None = Field(default=None, description="By how many independent practitioners it is compared")


class ChildrenSeen(Answer):
    """Whether the children were seen, in cases that are asked."""

    cases: int
    eit: Count = Field(description="Cases that are not asked")
    private_public: Count = Field(description="Cases that are asked")
    seen: Share
    not_seen: Share
    unclear: Share
    not_seen_no_reason: Share
    not_seen_with_reason: Share
    not_seen_reason_unknown: Share | None = None


class Challenges(Answer):
    """What became of returned cases; `agreed_…`, `regraded_to_…`, `first_…` and `final_…` end with a level's code."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Share | Count]

    returned_to_area: Count
    challenged: Count
    adjudicated: Count
    adjudicated_unchanged: Count
    referral_needed: Count


class Themes(Answer):
    """In how many cases each theme was picked, by its code."""

    strengths: dict[str, Count]
    learning_points: dict[str, Count]


class NamedAreas(Answer):
    """Some areas, and how many they are."""

    areas: list[str]
    count: int
    highest_percent: int | None = None
    lowest_percent: int | None = None


class Change(Answer):
    """A percentage beside an earlier one."""

    then_percent: int
    now_percent: int
    change_points: int


AreaPercents = list[tuple[str, int | None]]


class Sentences(Answer):
    """The numbers that the report's sentences say."""

    areas: int
    areas_by_good_percent: AreaPercents = Field(default_factory=list)
    highest_good: AreaPercents = Field(default_factory=list)
    areas_with_no_not_met: list[str] = Field(default_factory=list)
    areas_at_or_above_good_target: NamedAreas | None = None
    areas_below_good_target: NamedAreas | None = None
    areas_not_met_0_to_10_percent: NamedAreas | None = None
    areas_not_met_over_10_below_target: NamedAreas | None = None
    areas_not_met_at_target: NamedAreas | None = None
    areas_not_met_over_target: NamedAreas | None = None
    good_points_from_target: int | None = None
    good_target_met: bool | None = None
    not_met_target_met: bool | None = None
    change_points: dict[str, Change]
    children_seen_denominator: Count
    not_seen_no_reason: Share
    not_seen_with_reason: Share
    unclear: Share


class Interval(Answer):
    """How sure a share is: 95% intervals of x of n in a population."""

    x: int
    n: int
    population: int
    hypergeometric_exact_count: Limits | None
    hypergeometric_exact: Limits | None
    wilson: Limits | None
    wilson_fpc: Limits | None
    practitioners: int | None = None
    estimate: float | None = None
    variance: float | None = None
    effective: float | None = None


class Intervals(Answer):
    """The intervals of each share, by level of the scale."""

    population_source: Literal["frame", "sample"]
    overall: dict[str, Interval | Mark]
    law_type: dict[str, dict[str, Interval | Mark]]
    service_area: dict[str, dict[str, Interval | Mark]]
    region: dict[str, dict[str, Interval | Mark]] | None = None
    agency_minus_employed_newcombe: dict[str, Limits | Mark | None] = Field(default_factory=dict)


class Verdicts(Answer):
    """Whether a target is reached, and whether that is clear of chance; null of no cases."""

    overall: str | None = None
    law_type: dict[str, str | None] = Field(default_factory=dict)
    service_area: dict[str, str | None] = Field(default_factory=dict)
    region: dict[str, str | None] | None = None


class FunnelArea(Answer):
    """How unusual an area is beside the whole."""

    midp: Number
    flag: str


class Funnel(Answer):
    """The areas beside the whole, and whether they differ at all."""

    centre: Number | None
    chi_square: Number | None = None
    df: int
    stratified_se: Number | None = None
    areas: dict[str, FunnelArea | Mark]


class AuditorShare(Answer):
    """A level among an auditor's first grades, beside what their law types let expect."""

    count: int
    percent: int | None
    expected: Number | None = None
    midp: Number | None = None


class Auditor(Answer):
    """An auditor's first grades, by level, and their benchmarks."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, AuditorShare]

    total: int
    benchmarked: int
    benchmark_agree: int
    mean_signed_difference: Number | None


class Severity(Answer):
    """The chances of an auditor's levels, adjusted for their number, and where they and a benchmark disagree."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Number]

    better: int
    worse: int
    sign_test: Number | None


class Estimate(Answer):
    """A coefficient of agreement with its standard error and its 95% interval."""

    value: Number
    se: Number
    interval: Limits


class Agreement(Answer):
    """How far second grades agree with first or final ones; a coefficient that means nothing is null."""

    n: int
    agree: Share
    agree_wilson: Limits | None
    agree_by_guessing: Number | None
    alpha_ordinal: Number | None = None
    auditor_higher: int | None = None
    auditor_lower: int | None = None
    two_grades_apart: int | None = None
    matrix_rows_auditor_columns_benchmark: dict[str, dict[str, int]] | None = None
    kappa: Estimate | None = None
    kappa_linear: Estimate | None = None
    kappa_quadratic: Estimate | None = None
    ac1: Estimate | None = None
    ac2_linear: Estimate | None = None
    ac2_quadratic: Estimate | None = None


class Benchmarks(Answer):
    """How many cases were graded twice, and how far the grades agree."""

    benchmarked_by_both: int | None = None
    benchmarked_by_either: Share | None = None
    lead_vs_first: Agreement | None = None
    lead_vs_final: Agreement | None = None
    independent_vs_first: Agreement | None = None
    independent_vs_final: Agreement | None = None


class Symmetry(Answer):
    """Bowker's test."""

    chi_square: Number
    df: int
    p: Number


class Direction(Answer):
    """Whether first grades err in one direction, beside a kind of benchmarker."""

    sign_test: Number | None
    bowker: Symmetry | None


class Moves(Answer):
    """Which grade became which from one stage to the next."""

    from_: Stage = Field(alias="from")
    to: Stage
    moved: int
    table: dict[str, ByLevel]


class Bridge(Answer):
    """How the grades got from the first to the last."""

    stages: dict[Stage, ByLevel]
    moves: list[Moves] = Field(default_factory=list)


class Rate(Answer):
    """How many decided challenges changed the grade."""

    decided: int
    overturned: int
    percent: int | None
    interval: Limits | None


class FurtherAction(Answer):
    """How often a review asked for further action, and how often it was done."""

    needed: int
    done: int


class Moderation(Answer):
    """What became of returned grades."""

    returned: int
    reviewed: dict[str, int]
    answers: dict[str, int]
    further_action: FurtherAction
    decided: Rate
    regraded: int
    unchanged: int
    escalated: int
    adjudicated: int
    median_working_days: Number | None
    overturned: dict[str, dict[str, Rate]]
    bridge: dict[Stage, ByLevel]


class Figures(Answer):
    """Every figure of a finalised audit, as at a stage of its grades."""

    schema_: Literal["figures/1"] = Field(alias="schema")
    as_at: Stage
    edition: Literal["public"] | None = Field(default=None, description="Left out of the internal edition")
    cases: int
    overall: Grades
    overall_first_grade: Grades
    law_type: dict[str, Grades]
    service_area: dict[str, Grades]
    service_area_order: list[str]
    region: dict[str, Grades] | None = Field(default=None, description="Only where areas belong to regions")
    regions: Regions | None = None
    area_by_law_type: dict[str, dict[str, Grades]] | None = None
    children_seen: dict[str, ChildrenSeen]
    children_seen_overall: ChildrenSeen
    employment: dict[str, Grades]
    challenge: Challenges
    themes: Themes
    sentences: Sentences
    sample: Sample | None = None
    sampling: Sampling | None = None
    intervals: Intervals | None = None
    target_verdicts: dict[str, Verdicts] | None = None
    funnel: dict[str, Funnel] | None = None
    funnel_limits: dict[str, dict[str, dict[str, Limits | None]]] | None = None
    homogeneity: dict[str, Number | None] | None = None
    auditors: dict[str, Auditor] | None = Field(default=None, description="For those who lead the audit")
    cases_without_auditor: int | None = None
    severity: dict[str, Severity] | None = Field(default=None, description="For those who lead the audit")
    benchmark: Benchmarks | None = None
    direction: dict[str, Direction] | None = None
    bridge: Bridge | None = None
    moderation: Moderation | None = None
    standards: dict[str, JudgedStandard] | None = None
    practice_areas: dict[str, JudgedStandard] | None = None
    lowest_reasons: LowestReasons | None = None
    facts: dict[str, FactAnswers] | None = None
    exceptions: dict[str, Exceptions] | None = None
    wording: dict[Literal["read_twice"], int] | None = Field(default=None, description="In standards")
    supervision: dict[Literal["cases", "discussed"], int] | None = Field(default=None, description="With practitioners")
