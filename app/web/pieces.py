"""The smallest pieces of pages, of which a list has hundreds: what a macro of Jinja's gives, in a tenth of its time."""

from functools import lru_cache
from typing import Any, Protocol

from markupsafe import Markup, escape

NONE = "–"
# So many of each are kept: most cells of a page are on it, or on others, several times.
MOST = 2048
_CELL, _NUMERIC = "govuk-table__cell", " govuk-table__cell--numeric"


class _Level(Protocol):
    code: str


class _Scale(Protocol):
    """What a threshold document says of its levels."""

    @property
    def best(self) -> _Level: ...

    @property
    def lowest(self) -> _Level: ...

    def label(self, code: Any, /) -> str: ...  # noqa: ANN401 - a level's code, or an older word for it


def cell(value: object, numeric: bool = False) -> Markup:  # noqa: FBT001, FBT002 - as templates call it
    """Return a cell of a table."""
    return _cell(value if isinstance(value, str) else escape(value), numeric)


# By type too: what is markup already is not escaped.
@lru_cache(MOST, typed=True)
def _cell(value: str, numeric: bool) -> Markup:  # noqa: FBT001 - as above
    of = f"{_CELL}{_NUMERIC if numeric else ''}{' app-none' if value == NONE else ''}"
    return Markup(f'<td class="{of}">{escape(value)}</td>')  # noqa: S704 - escaped


def head(value: object) -> Markup:
    """Return the heading of a table's row."""
    return Markup(f'<th scope="row" class="govuk-table__header">{escape(value)}</th>')  # noqa: S704 - escaped


def narrow(words: object) -> Markup:
    """Return what the heading of a column says, where a list has no headings in sight."""
    return Markup(f'<span class="app-narrow">{escape(words)} </span>')  # noqa: S704 - escaped


@lru_cache(MOST, typed=True)
def tag(text: str, colour: str = "grey") -> Markup:
    """Return a tag."""
    return Markup(f'<strong class="govuk-tag govuk-tag--{colour} app-tag">{escape(text)}</strong>')  # noqa: S704 - escaped


def grade(document: _Scale, code: str | None) -> Markup:
    """Return a grade by its place in the scale: best green, lowest red, those between blue."""
    if not code:
        return Markup('<span class="app-quiet">Not graded yet</span>')
    return tag(document.label(code), {document.lowest.code: "red", document.best.code: "green"}.get(code, "blue"))
