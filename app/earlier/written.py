"""Reads what an earlier audit's report says in words: its purpose, and what stands in its boxes."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from app.db import TextOrEmpty
from app.report.document.about import BOXES
from app.report.narrative.boxes import faults

ALLOWED = "purpose, and boxes with any of " + ", ".join(BOXES)


class Written(BaseModel):
    """What an earlier report says besides its figures; every number in it is a placeholder for one of them."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)

    purpose: TextOrEmpty = ""
    boxes: Mapping[str, str] = Field(default_factory=dict)


class WrittenRefused(Exception):  # noqa: N818 - an answer, not a fault
    """Words that cannot stand in a report; `problems` are sentences."""

    def __init__(self, problems: Iterable[str]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(self.problems))


def read_written(text: str) -> Written:
    """Return what a YAML file says; raises WrittenRefused with everything that is wrong with its shape."""
    try:
        given = yaml.safe_load(text)
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        raise WrittenRefused([f"{where}this is not YAML. A colon or an indent may be missing."]) from error
    try:
        read = Written.model_validate(given)
    except ValidationError as error:
        raise WrittenRefused(_shape(error)) from error
    unknown = [code for code in read.boxes if code not in BOXES]
    if unknown:
        raise WrittenRefused([f"boxes {code}: there is no such box. Allowed: {', '.join(BOXES)}." for code in unknown])
    return read


def _shape(error: ValidationError) -> Iterator[str]:
    for found in error.errors():
        where = " ".join(map(str, found["loc"])) or "file"
        yield f"{where}: {found['msg'].lower()}. Allowed: {ALLOWED}."


def check_written(written: Written, figures: Mapping[str, Any]) -> None:
    """Raise WrittenRefused where a box names a figure that there is not, or has a number typed by hand."""
    found = [f"{BOXES[code]}: {fault}." for code, text in written.boxes.items() for fault in faults(text, figures)]
    if found:
        raise WrittenRefused(found)
