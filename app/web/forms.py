"""Forms: what a browser may send, read with pydantic, with our own sentences for what is wrong."""

import re
import typing
from collections.abc import Mapping, Sequence
from copy import copy
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any, ClassVar, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError, create_model

from app.dates import PARTS as DATE_PARTS
from app.dates import NotADay
from app.dates import read as read_day
from app.labels import length_fault, subject
from app.web.pages import Filled

F = TypeVar("F", bound="Form")
_WHOLE = re.compile("[0-9]{1,10}").fullmatch


class Form(BaseModel):
    """A form's fields. `wrong` has the sentence for each field that can be missing or unreadable."""

    model_config = ConfigDict(str_strip_whitespace=True, extra="ignore", frozen=True)
    wrong: ClassVar[Mapping[str, str]] = {}
    # Where an error's link goes when it is not to the field's own id.
    anchors: ClassVar[Mapping[str, str]] = {}


def fill(kind: type[F], sent: Mapping[str, Sequence[str]]) -> tuple[F | None, Filled]:
    """Read a form: the model, or None with the errors; what was typed is kept either way."""
    values, unread = _read(kind, sent)
    typed = {name: list(v) if len(v) > 1 else "".join(v) for name, v in sent.items()}
    days = {name for name, field in kind.model_fields.items() if date in _types(field.annotation)}
    boxes = {name: unread[name].boxes if name in unread else DATE_PARTS for name in days}
    anchors = {**{name: f"{name}-{(wrong or DATE_PARTS)[0]}" for name, wrong in boxes.items()}, **kind.anchors}
    try:
        model, errors = kind.model_validate(values), {}
    except ValidationError as error:
        model = None
        errors = {str(e["loc"][0]): _sentence(kind, e) for e in reversed(error.errors()) if e["loc"]}
    errors |= {name: wrong.sentence for name, wrong in unread.items()}
    ordered = {name: errors[name] for name in kind.model_fields if name in errors}
    return None if errors else model, Filled(typed, ordered, anchors, boxes=boxes)


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
    wrong = fill(kind, sent)[1].errors
    values = {name: value for name, value in _read(kind, sent)[0].items() if name not in wrong}
    read: F = _partly(kind).model_validate(values)
    return read


def _sentence(kind: type[Form], error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    name = str(error["loc"][0])
    if error["type"] in {"string_too_long", "too_long"} and isinstance(error["input"], str):
        return length_fault(subject(name), error["input"], error["ctx"]["max_length"]) or ""
    if error["type"] == "value_error":
        return str(error["ctx"]["error"])
    return kind.wrong.get(name, "Enter an answer")


@dataclass(frozen=True, slots=True)
class _Unread:
    """Why a field could not be read, and for a day in which of its boxes."""

    sentence: str
    boxes: tuple[str, ...] = ()


def _read(kind: type[Form], sent: Mapping[str, Sequence[str]]) -> tuple[dict[str, Any], dict[str, _Unread]]:
    """Return the fields that were filled in, and those whose text is no day or no number; in neither what is empty."""
    values: dict[str, Any] = {}
    unread: dict[str, _Unread] = {}
    for name, field in kind.model_fields.items():
        try:
            value = _value(field.annotation, name, sent)
        except NotADay as wrong:
            unread[name] = _Unread(f"{subject(name)} {wrong.wrong}", wrong.parts)
        except _NotANumberError:
            unread[name] = _Unread(kind.wrong.get(name, f"{subject(name)} must be a whole number"))
        else:
            values |= {name: value} if value not in ("", None) else {}
    return values, unread


class _NotANumberError(ValueError):
    pass


def _value(annotation: Any, name: str, sent: Mapping[str, Sequence[str]]) -> Any:  # noqa: ANN401 - whatever the field wants
    types_of = _types(annotation)
    if date in types_of:
        parts = [_first(sent, f"{name}-{part}") for part in DATE_PARTS]
        return read_day(*parts) if any(parts) else None
    several = typing.get_origin(annotation) in (list, tuple)
    texts = [v for v in sent.get(name, ()) if v] if several else [_first(sent, name)]
    # By ourselves: pydantic takes 3_0, 3.0 and +3 for numbers, and nobody who types them means what it reads.
    if int in types_of and not all(_WHOLE(text) for text in texts if text):
        raise _NotANumberError
    return texts if several else texts[0]


def _first(sent: Mapping[str, Sequence[str]], name: str) -> str:
    return (list(sent.get(name, ())) or [""])[0].strip()


def _types(annotation: Any) -> frozenset[Any]:  # noqa: ANN401 - a type
    """Return the types of which a field is made: int and None of `Percent | None`."""
    inner = typing.get_args(annotation)
    return frozenset[Any]().union(*(_types(part) for part in inner)) if inner else frozenset([annotation])


def whole(text: str) -> str:
    """Return a text without halves of characters, which no page and no database can hold."""
    return text.encode("utf-8", "replace").decode()
