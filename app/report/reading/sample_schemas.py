"""What the API gives of how an audit was sampled, and what stands in place of a number."""

from typing import Annotated, Any, Literal

from pydantic import ConfigDict, Field

from app.web.api.routing import Answer

Mark = Annotated[
    Literal["[c]", "[u]"],
    Field(description="In the public edition: hidden because it is small, or of too few to be reliable"),
]
Percent = Annotated[int | Mark | None, Field(description="A whole percentage, halves up; null of nothing")]


class Receipt(Answer):
    """What proves the draw."""

    frame_sha256: str
    locked_at: str
    seed: str
    made_how: str
    drawn_at: str
    selection_sha256: str
    receipt_sha256: str
    rehearsal: bool = Field(default=False, description="Whether the list is invented and its seed was typed before it")


class MissingCases(Answer):
    """An area of which many drawn cases could not be audited, with the two extremes of each level's percentage."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, tuple[Percent, Percent]]

    drawn: int
    missing: int


class Sample(Answer):
    """How the cases were drawn and what became of them."""

    practitioners: int
    filings: int
    fraction: str
    drawn: int
    replaced: dict[str, int]
    lost: int
    added: int
    receipt: Receipt
    areas_with_many_missing: dict[str, MissingCases]
    shape: dict[str, Any] = Field(default_factory=dict, description="What else than a fraction was wanted")


class Sampled(Answer):
    """How many practitioners there are, and of how many a case was audited."""

    audited: int
    practitioners: int
    percent: int | None


class SampledInAll(Sampled):
    """The whole; of filings only a frame knows."""

    filings: int | None = None


class Sampling(Answer):
    """How much of everything was audited."""

    overall: SampledInAll
    service_area: dict[str, Sampled] = Field(default_factory=dict)
    law_type: dict[str, Sampled] = Field(default_factory=dict)
    performance_band: dict[str, Sampled] = Field(default_factory=dict)
    employment: dict[str, Sampled] = Field(default_factory=dict)
