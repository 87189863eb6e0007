"""What people write is kept until it was sent, in every form: each form with a text says so in its template."""

import re
from pathlib import Path

import pytest

from tests.world import ROOT

TEMPLATES = ROOT / "templates"
FORM = re.compile(r"<form\b([^>]*)>(.*?)</form>", re.DOTALL)
MACRO = re.compile(r"{% macro (\w+)\(.*?%}(.*?){% endmacro %}", re.DOTALL)
CALL = re.compile(r"\b(\w+)\(")
# Its form stands in the frame of every page of the tool, which saves answers as they are typed.
FRAME = '{% extends "audit/grading/tool.html" %}'


def macros_with_texts() -> set[str]:
    """Return the macros that give a text to type in, themselves or by another macro."""
    bodies = {
        name: body
        for path in (TEMPLATES / "components").glob("*.html")
        for name, body in MACRO.findall(path.read_text())
        if "readonly" not in body
    }
    found = {name for name, body in bodies.items() if "<textarea" in body} | {"textarea"}
    while more := {name for name, body in bodies.items() if found & set(CALL.findall(body))} - found:
        found |= more
    return found


def texts(html: str) -> int:
    """Return how many texts a part of a template asks for."""
    return html.count("<textarea") + sum(name in macros_with_texts() for name in CALL.findall(html))


PAGES = sorted(
    path for path in TEMPLATES.rglob("*.html") if path.parent.name != "components" and texts(path.read_text())
)


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.relative_to(TEMPLATES).as_posix())
def test_every_form_with_a_text_keeps_it(path: Path) -> None:
    source = path.read_text()
    if FRAME in source:
        assert "data-answers" in (TEMPLATES / "audit" / "grading" / "tool.html").read_text()
        return
    forms = [(attributes, texts(inside)) for attributes, inside in FORM.findall(source)]
    assert sum(count for _, count in forms) == texts(source), "a text outside every form"
    assert all("data-keep" in attributes for attributes, count in forms if count)


def test_there_are_texts_to_keep() -> None:
    assert {"textarea", "contest", "interest_fields"} <= macros_with_texts()
    assert len(PAGES) > 30
