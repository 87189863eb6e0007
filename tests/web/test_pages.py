"""The GOV.UK macros give upstream's markup under our strict environment, and the house's own words are right."""

import json
import re
from datetime import UTC, date, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest
from jinja2.exceptions import UndefinedError
from markupsafe import Markup

from app.clock import day, moment
from app.labels import plural
from app.web import pieces
from app.web.pages import component, environment, inline_script_hash

COMPONENTS = Path(__file__).parents[2] / "node_modules" / "govuk-frontend" / "dist" / "govuk" / "components"
USED = (
    "button",
    "checkboxes",
    "date-input",
    "error-summary",
    "file-upload",
    "generic-header",
    "input",
    "notification-banner",
    "password-input",
    "radios",
    "select",
    "service-navigation",
    "task-list",
    "textarea",
)


class _Shape(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[object] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.parts.append((tag, sorted((name, re.sub(r"\s+", " ", value or "").strip()) for name, value in attrs)))

    def handle_endtag(self, tag: str) -> None:
        self.parts.append(f"/{tag}")

    def handle_data(self, data: str) -> None:
        if data.strip():
            self.parts.append(re.sub(r"\s+", " ", data).strip())


def shape(html: str) -> list[object]:
    parser = _Shape()
    parser.feed(html)
    return parser.parts


def fixtures() -> list[Any]:
    found = []
    for name in USED:
        kept = json.loads((COMPONENTS / name / "fixtures.json").read_text())
        found += [pytest.param(name, f["options"], f["html"], id=f"{name}: {f['name']}") for f in kept["fixtures"]]
    return found


def test_every_upstream_fixture_is_equal() -> None:
    cases = fixtures()
    assert len(cases) > 250
    for case in cases:
        name, options, html = case.values
        macro = "govuk" + "".join(word.capitalize() for word in name.split("-"))
        source = (
            f'{{% from "govuk_frontend_jinja/components/{name}/macro.html" import {macro} %}}{{{{ {macro}(params) }}}}'
        )
        assert shape(environment().from_string(source).render(params=options)) == shape(html), case.id


def test_a_misspelt_attribute_is_a_fault_and_a_missing_option_is_not() -> None:
    assert environment().from_string("{{ options.absent }}").render(options={}) == ""
    with pytest.raises(UndefinedError):
        environment().from_string("{{ thing.mispelt }}").render(thing=object())


def test_the_inline_script_is_the_one_that_upstream_publishes() -> None:
    assert inline_script_hash() == "'sha256-GUQ5ad8JK5KmEWmROf3LZd9ge94daqNvd8xy9YS1iDw='"


def test_dates_and_counts_as_people_write_them() -> None:
    assert (day(date(2015, 1, 13)), day(date(2015, 1, 13), short=True), day(None)) == (
        "13 January 2015",
        "13 Jan 2015",
        "",
    )
    assert moment(datetime(2015, 7, 1, 11, 5, tzinfo=UTC)) == "1 July 2015 at 12:05pm"
    assert moment(datetime(2015, 1, 1, 0, 5, tzinfo=UTC)) == "1 January 2015 at 12:05am"
    assert (plural(1, "case"), plural(1154, "case"), plural(2, "person", "people")) == (
        "1 case",
        "1,154 cases",
        "2 people",
    )


def test_small_pieces_escape_what_is_no_markup_yet() -> None:
    assert pieces.cell("a < b") == '<td class="govuk-table__cell">a &lt; b</td>'
    assert pieces.cell(Markup("a &lt; b")) == pieces.cell("a < b")
    assert "a &amp;lt; b" in pieces.cell("a &lt; b")
    assert pieces.tag(Markup("&amp;")) == pieces.tag("&")
    assert "&amp;amp;" in pieces.tag("&amp;")
    assert pieces.head('"') == '<th scope="row" class="govuk-table__header">&#34;</th>'
    assert pieces.narrow("A & B") == '<span class="app-narrow">A &amp; B </span>'


def test_a_cell_is_of_numbers_or_of_nothing() -> None:
    assert pieces.cell(7, True) == '<td class="govuk-table__cell govuk-table__cell--numeric">7</td>'
    assert pieces.cell("–") == '<td class="govuk-table__cell app-none">–</td>'


def test_what_is_typed_in_a_component_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    kept: dict[tuple[object, ...], str] = {}
    monkeypatch.setattr("app.web.pages._made", kept)
    module = environment().get_template("govuk_frontend_jinja/components/input/macro.html").module
    for value in ("", "typed"):
        html = component(module.govukInput, {"id": "a", "name": "a", "value": value, "label": {"text": "A"}})  # type: ignore[attr-defined]
        assert html == module.govukInput({"id": "a", "name": "a", "value": value, "label": {"text": "A"}})  # type: ignore[attr-defined]
    assert len(kept) == 1
    assert "typed" not in str(kept)
