"""What a commission says, and what each of it may be: shared by the table of audits, its form and its API."""

from datetime import date
from typing import Annotated, Any, Literal

from pydantic import Field as Limit
from pydantic import StringConstraints, field_validator
from pydantic_core import PydanticCustomError
from sqlalchemy import JSON, String
from sqlmodel import Field

from app.audit.enums import AuditKind
from app.db import Base, Line, LineOrEmpty, Mapped, MonthOrEmpty, Percent, Text, closed_list
from app.people.kind_lists import code_fault

# Usually: the share of an auditor's other cases that is benchmarked, and the per cent of differences for more of them.
SHARE, EXTEND_OVER, DECISION_DAYS = "1/10", 20, 6  # and the working days for a decision on a challenge
Days = Annotated[int, Limit(ge=1, le=60)]
Share = Annotated[str, StringConstraints(max_length=30)]


class Framework(Base):
    """What the form of a commission asks for as it is kept, and what each of it may be."""

    ref: Mapped[str] = Field(unique=True)
    name: Mapped[Line]
    kind: Mapped[AuditKind] = Field(sa_type=closed_list(AuditKind, "kind"))
    purpose: Mapped[Text]
    window_from: Mapped[date]
    window_to: Mapped[date]
    law_types: Mapped[list[str]] = Field(sa_type=JSON, min_length=1)
    fraction: Mapped[Share] = Field(description="The share of the practitioners whose cases are audited, such as 1/2")
    law_rule: Mapped[Literal["share", "latest"]] = Field(default="share", sa_type=String)
    good_target: Mapped[Percent | None] = Field(default=None, description="At least so many per cent at the best level")
    not_met_target: Mapped[Percent | None] = Field(default=None, description="At most so many at the lowest level")
    targets_by: Mapped[MonthOrEmpty] = Field(default="", sa_column_kwargs={"server_default": ""})
    targets_set_in: Mapped[LineOrEmpty] = Field(default="", sa_column_kwargs={"server_default": ""})
    review_days: Mapped[Days] = Field(description="Working days for the immediate review of a returned case")
    challenge_days: Mapped[Days] = Field(description="Working days in which a grade can be challenged")
    decision_days: Mapped[Days] = Field(description="Working days in which a decision on a challenge is expected")
    escalation_days: Mapped[Days] = Field(description="Working days in which a decision can be taken further")
    # 0 in audits whose framework was agreed before there were corrections.
    correction_days: Mapped[Days]
    benchmark_share: Mapped[Share]
    extend_over: Mapped[Percent]
    grade_by: Mapped[date | None] = Field(default=None)

    @field_validator("law_types")
    @classmethod
    def known(cls, law_types: list[str]) -> list[str]:
        """Refuse what can be no law type; with an error of its own kind, so that a form says its own sentence."""
        if any(code_fault("law_types", law) for law in law_types):
            raise PydanticCustomError("law_type", "A law type is one of a closed list")
        return law_types


class Commission(Framework):
    """What a national service director decides when commissioning an audit, and what is usual where they do not."""

    bands: Mapped[list[str]] = Field(sa_type=JSON)
    comparators: Mapped[list[dict[str, Any]]] = Field(default_factory=list, sa_type=JSON)
    shape: Mapped[dict[str, Any]] = Field(default_factory=dict, sa_type=JSON, sa_column_kwargs={"server_default": "{}"})
    threshold_id: Mapped[int] = Field(foreign_key="threshold_document.id")
    review_days: Mapped[Days] = Field(default=5)
    challenge_days: Mapped[Days] = Field(default=10)
    decision_days: Mapped[Days] = Field(default=DECISION_DAYS)
    escalation_days: Mapped[Days] = Field(default=5)
    correction_days: Mapped[Days] = Field(default=2)
    benchmark_share: Mapped[Share] = Field(default=SHARE)
    extend_over: Mapped[Percent] = Field(default=EXTEND_OVER)
