"""Lists of the API, a page at a time: a cursor is where the last row of a page stands in the order of the list."""

import base64
import binascii
from collections.abc import Callable, Mapping, Sequence
from typing import Annotated, Any, TypeVar

from pydantic import Field, TypeAdapter, ValidationError

from app.web.api.problems import NotValid, WrongField
from app.web.api.routing import Query
from app.web.routing import LARGEST_ID

T = TypeVar("T")
P = TypeVar("P")
RowId = Annotated[int, Field(ge=0, le=LARGEST_ID)]
# No database keeps a NUL.
Word = Annotated[str, Field(max_length=100, pattern="^[^\x00]*$")]


class ListQuery(Query):
    """How much of a list, and from where."""

    limit: int = Field(default=50, ge=1, le=500, description="How many at most")
    cursor: str = Field(default="", max_length=200, description="‘next’ of the page before")


def place(cursor: str, kind: type[P]) -> P | None:
    """Return the place that a cursor names, None at the start; raises NotValid where it is none of this list."""
    if not cursor:
        return None
    try:
        text = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
        return TypeAdapter(kind).validate_json(text)
    except (binascii.Error, ValueError, ValidationError) as error:
        said = "This is no place in this list. Start without a cursor."
        raise NotValid([WrongField(parameter="cursor", detail=said)]) from error


def page(rows: Sequence[T], asked: ListQuery, key: Callable[[T], tuple[Any, ...]]) -> Mapping[str, object]:
    """Return a page of a list from its rows, one more than was asked for where there are more."""
    shown = rows[: asked.limit]
    return {"items": shown, "next": _cursor(key(shown[-1])) if len(rows) > asked.limit else None}


def _cursor(at: tuple[Any, ...]) -> str:
    return base64.urlsafe_b64encode(TypeAdapter(Any).dump_json(at)).decode().rstrip("=")
