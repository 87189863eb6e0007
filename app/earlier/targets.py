"""Reads a targets file: targets, and the earlier percentages compared with (targets_and_comparators.json)."""

import json
from collections.abc import Iterator, Sequence
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, ValidationError, ValidationInfo

from app.db import LONGEST_NAME, Line, LineOrEmpty, MonthOrEmpty, Percent, TextOrEmpty
from app.people.kinds import SHIPPED
from app.report.narrative.changes import CHILDREN

Share = Percent | Annotated[float, Field(ge=0, le=100)]


def _law(given: str, info: ValidationInfo) -> str:
    """Return a law type in capitals; raises ValueError where it is none of those that there are."""
    if given.upper() not in (info.context or ()):
        raise ValueError
    return given.upper()


Law = Annotated[str, AfterValidator(_law)]
MISSING = object()
MONTH = r"^[0-9]{4}(-(0[1-9]|1[0-2]))?$"
WHOLE = "a whole number from 0 to 100"
ALLOWED = {
    "file": "an object with targets and comparators",
    "comparator": "an object with id, measure, scope, scope_value, value and when",
    "targets": "good_percent and not_met_percent, or null",
    "good_percent": WHOLE,
    "not_met_percent": WHOLE,
    "by": "a year and month such as 2015-05, or empty",
    "set_in": f"a name of up to {LONGEST_NAME} characters: where the targets were set",
    "comparators": "a list",
    "id": f"a name of up to {LONGEST_NAME} characters",
    "measure": "a name",
    "value": "a number from 0 to 100, or null",
    "scope": "overall, law_type, service_area or area_law_type",
    "kind": f"a word of up to {LONGEST_NAME} characters",
    "scope_value": (
        "null for overall; {laws} for law_type; an area for service_area; [area, law type] for area_law_type"
    ),
    "when": "a year and month such as 2013-09, or a year",
}


class _Part(BaseModel):
    """Every part leaves out keys that it does not know: the file also says where its numbers come from."""

    model_config = ConfigDict(frozen=True, extra="ignore", strict=True)


class TargetShares(_Part):
    """At least so many per cent at the best level, at most so many at the lowest."""

    good_percent: Percent
    not_met_percent: Percent
    by: MonthOrEmpty = ""
    set_in: LineOrEmpty = ""


class _Earlier(_Part):
    """A percentage of an earlier audit or inspection."""

    id: Line
    measure: Line
    value: Share | None = None
    when: Annotated[str, StringConstraints(pattern=MONTH)]
    kind: LineOrEmpty = ""
    unit: TextOrEmpty = ""
    sentence: TextOrEmpty = ""
    remark: TextOrEmpty = ""


class OverallComparator(_Earlier):
    """Of the whole audit."""

    scope: Literal["overall"]
    scope_value: None = None


class LawTypeComparator(_Earlier):
    """Of one law type."""

    scope: Literal["law_type"]
    scope_value: Law


class AreaComparator(_Earlier):
    """Of one service area."""

    scope: Literal["service_area"]
    scope_value: Line


class AreaLawTypeComparator(_Earlier):
    """Of one law type in one service area."""

    scope: Literal["area_law_type"]
    scope_value: Annotated[tuple[Line, Law], Field(strict=False)]


class TargetsFile(_Part):
    """A targets file."""

    targets: TargetShares | None = None
    comparators: tuple[
        Annotated[
            OverallComparator | LawTypeComparator | AreaComparator | AreaLawTypeComparator, Field(discriminator="scope")
        ],
        ...,
    ] = Field(default=(), strict=False)


class TargetsRefused(Exception):  # noqa: N818 - an answer, not a fault
    """A file that is no targets file; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def read_targets(text: str, levels: Sequence[str], laws: Sequence[str] = SHIPPED.law_types.codes) -> dict[str, Any]:
    """Return a file's targets and comparators, measured in the codes of a scale; `laws` are those of law types.

    Raises TargetsRefused with everything that is wrong.
    """
    try:
        given = json.loads(text)
    except json.JSONDecodeError as error:
        raise TargetsRefused([f"Line {error.lineno}: this is not JSON ({error.msg})."]) from error
    except (RecursionError, ValueError) as error:  # lists in lists in lists, or a number of thousands of digits
        raise TargetsRefused(["This is not a targets file: it cannot be read."]) from error
    capitals = [law.upper() for law in laws]
    try:
        read = TargetsFile.model_validate(given, context=capitals)
    except ValidationError as error:
        raise TargetsRefused([*_sentences(error, capitals)]) from error
    problems = [*_problems(read, levels)]
    if problems:
        raise TargetsRefused(problems)
    return read.model_dump(mode="json")


def _sentences(error: ValidationError, laws: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong, once for each place."""
    yield from dict.fromkeys(_sentence(found["type"], found["loc"], found["input"], laws) for found in error.errors())


def _sentence(
    kind: str,
    path: Sequence[int | str],
    given: Any,  # noqa: ANN401 - whatever was in the file
    laws: Sequence[str],
) -> str:
    # The path of a comparator has its scope as a step, which is no key of the file.
    steps = [step for step in path if isinstance(step, int) or step in ALLOWED]
    if kind.startswith("union_tag"):
        steps.append("scope")
        given = given.get("scope", MISSING)
    elif kind == "missing":
        given = MISSING
    words = [step for step in steps if isinstance(step, str)]
    name = "comparator" if words == ["comparators"] and len(steps) > 1 else words[-1] if words else "file"
    where = " ".join(str(step + 1) if isinstance(step, int) else step for step in steps) or "file"
    allowed = ALLOWED[name].replace("{laws}", " or ".join(filter(None, (", ".join(laws[:-1]), laws[-1]))))
    return f"{where}: {_shown(given)}. Allowed: {allowed}."


def _shown(given: Any) -> str:  # noqa: ANN401 - likewise
    return "missing" if given is MISSING else json.dumps(given)[:LONGEST_NAME]


def _problems(read: TargetsFile, levels: Sequence[str]) -> Iterator[str]:
    """Yield what is wrong between parts, and against the scale."""
    ids = [c.id for c in read.comparators]
    measures = (*levels, *CHILDREN)
    for number, c in enumerate(read.comparators, 1):
        if c.id in ids[: number - 1]:
            yield f"comparators {number} id: {json.dumps(c.id)}. Allowed: each id once."
        if c.measure not in measures:
            yield f"comparators {number} measure: {json.dumps(c.measure)}. Allowed: one of {', '.join(measures)}."
