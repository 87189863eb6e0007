"""Lists that templates show, made from what a page holds: options of a field, errors, links to other pages."""

from collections.abc import Iterable, Mapping, Sequence
from operator import attrgetter
from typing import Any, Protocol

from app.dates import PARTS

Option = tuple[Any, ...]
# A list's first and last pages are always linked, and those so near to the one that is shown.
NEAR = 3


class Numbered(Protocol):
    """One page of a long list: its number, and how many there are."""

    @property
    def number(self) -> int:
        """Return the number of this page, from 1."""

    @property
    def pages(self) -> int:
        """Return how many pages there are."""


def options(things: Iterable[Any], *names: str, first: str | None = None) -> list[Option]:
    """Return things as options (value, text, hint): these attributes of each, or each itself; `first` has no value."""
    none = [] if first is None else [("", first)]
    if not names:
        return [*none, *((thing, thing) for thing in things)]
    return [*none, *(_option(thing, *names) for thing in things)]


def _option(thing: object, value: str, *names: str) -> Option:
    # What is sent is text, whatever the attribute is: only so is it known as ticked when it comes back.
    return str(attrgetter(value)(thing)), *(attrgetter(name)(thing) for name in names)


def numeric(texts: Iterable[object]) -> list[tuple[object]]:
    """Return headings of columns of numbers, as the table of components/ui.html wants them."""
    return [(text,) for text in texts]


def page_links(page: Numbered, address: str) -> dict[str, Any]:
    """Return the links of GOV.UK's pagination; `address` ends where a page's number follows."""
    items: list[dict[str, Any]] = []
    for number in range(1, page.pages + 1):
        if number in {1, page.pages} or abs(number - page.number) < NEAR:
            if items and number - items[-1]["number"] > 1:
                items.append({"ellipsis": True, "number": number})
            items.append({"number": number, "href": f"{address}{number}", "current": number == page.number})
    shown = [{"ellipsis": True} if "ellipsis" in item else item for item in items]
    before = {"previous": {"href": f"{address}{page.number - 1}"}} if page.number > 1 else {}
    after = {"next": {"href": f"{address}{page.number + 1}"}} if page.number < page.pages else {}
    return {"items": shown, **before, **after}


def error_links(errors: Mapping[str, str], anchors: Mapping[str, str]) -> list[dict[str, str]]:
    """Return what is wrong with a form, each with a link to where it is put right."""
    places = ((text, anchors.get(name, name)) for name, text in errors.items())
    return [{"text": text, "href": at if "#" in at else f"#{at}"} for text, at in places]


def choice_items(form: Any, name: str, of: Sequence[Option], *, bold: bool = False) -> list[dict[str, Any]]:  # noqa: ANN401 - a `Filled`
    """Return the radio buttons or checkboxes of a field, with hints where there are any."""
    items = []
    for value, text, *hint in of:
        item: dict[str, Any] = {"value": value, "text": text, "checked": form.ticked(name, value)}
        item |= {"hint": {"text": hint[0]}} if hint and hint[0] else {}
        items.append(item | ({"label": {"classes": "govuk-label--s"}} if bold else {}))
    return items


def select_items(form: Any, name: str, of: Sequence[Option]) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """Return the options of a list to select from."""
    return [{"value": value, "text": text, "selected": form.value(name) == value} for value, text, *_ in of]


def date_items(form: Any, name: str) -> list[dict[str, Any]]:  # noqa: ANN401 - as above
    """Return the three fields of a date; those that are wrong are marked."""
    marked = form.boxes.get(name, PARTS) if name in form.errors else ()
    widths = {"day": 2, "month": 2, "year": 4}
    return [
        {
            "id": f"{name}-{part}",
            "name": f"{name}-{part}",
            "label": part.capitalize(),
            "value": form.value(f"{name}-{part}"),
            "classes": f"govuk-input--width-{widths[part]}{' govuk-input--error' if part in marked else ''}",
        }
        for part in PARTS
    ]
