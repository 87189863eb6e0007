"""Forms: what a browser may send, read with pydantic, with our own sentences for what is wrong."""

import types
import typing
from collections.abc import Mapping, Sequence
from copy import copy
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from app.labels import subject
from app.web.pages import Filled

F = TypeVar("F", bound="Form")
DATE_PARTS = ("day", "month", "year")


class Form(BaseModel):
    """A form's fields. `wrong` has the sentence for each field that can be missing or unreadable."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)
    wrong: ClassVar[Mapping[str, str]] = {}
    # Where an error's link goes when it is not to the field's own id.
    anchors: ClassVar[Mapping[str, str]] = {}


def fill(kind: type[F], sent: Mapping[str, Sequence[str]]) -> tuple[F | None, Filled]:
    """Read a form: the model, or None with the errors; what was typed is kept either way."""
    values = {name: _value(field.annotation, name, sent) for name, field in kind.model_fields.items()}
    typed = {name: list(v) if len(v) > 1 else "".join(v) for name, v in sent.items()}
    anchors = {**{n: f"{n}-day" for n, f in kind.model_fields.items() if _is_date(f.annotation)}, **kind.anchors}
    try:
        model = kind.model_validate({name: value for name, value in values.items() if value not in ("", None)})
    except ValidationError as error:
        errors = {str(e["loc"][0]): _sentence(kind, e) for e in reversed(error.errors()) if e["loc"]}
        ordered = {name: errors[name] for name in kind.model_fields if name in errors}
        return None, Filled(typed, ordered, anchors)
    return model, Filled(typed, {}, anchors)


@cache
def _partly(kind: type[F]) -> type[F]:
    """Return a form of which every field may be missing."""
    optional: dict[str, Any] = {}
    for name, field in kind.model_fields.items():
        optional[name] = (field.annotation, copy(field))
        optional[name][1].default = None
    return create_model(f"{kind.__name__}Partly", __base__=kind, **optional)


def number_of(text: str) -> int:
    """Return what can be the number of a row, or 0."""
    return int(text) if text.isascii() and text.isdigit() and len(text) < 10 else 0  # noqa: PLR2004 - the digits of the largest


def readable(kind: type[F], sent: Mapping[str, Sequence[str]]) -> F:
    """Return what can be read of a form with errors, None elsewhere, so that one round checks its fields together."""
    values = {name: _value(field.annotation, name, sent) for name, field in kind.model_fields.items()}
    good = {
        name: value
        for name, value in values.items()
        if name not in fill(kind, sent)[1].errors and value not in ("", None)
    }
    read: F = _partly(kind).model_validate(good)
    return read


def _sentence(kind: type[Form], error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    name = str(error["loc"][0])
    if error["type"] == "string_too_long":
        return f"{subject(name)} must be {error['ctx']['max_length']:,} characters or fewer"
    if error["type"].startswith("date"):
        return f"{subject(name)} must be a real date"
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return kind.wrong.get(name, "Enter an answer")


def _value(annotation: Any, name: str, sent: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 - whatever the field wants
    if typing.get_origin(annotation) in (list, tuple):
        return [v for v in sent.get(name, ()) if v]
    if _is_date(annotation):
        return _date(name, sent)
    return (list(sent.get(name, ())) or [""])[0].strip()


def _is_date(annotation: Any) -> bool:  # noqa: ANN401 - a type
    union = typing.get_origin(annotation) in (typing.Union, types.UnionType)
    return annotation is date or (union and date in typing.get_args(annotation))


def _date(name: str, sent: Mapping[str, Sequence[str]]) -> str:
    """Return the three boxes of a date as ISO text, or what cannot be read as it is."""
    parts = [(list(sent.get(f"{name}-{p}", ())) or [""])[0].strip() for p in DATE_PARTS]
    if not any(parts):
        return ""
    try:
        numbers = [int(p) for p in parts]
        return date(numbers[2], numbers[1], numbers[0]).isoformat()
    except (ValueError, OverflowError):
        return "-".join(parts) or "?"


def whole(text: str) -> str:
    """Return a text without halves of characters, which no page and no database can hold."""
    return text.encode("utf-8", "replace").decode()
