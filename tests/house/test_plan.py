"""The plan of the house.

Templates read what their pages hold, tables point down, events have words.
"""

import ast
import dataclasses
import re
import tomllib
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Any

import pytest
from jinja2 import meta, nodes

from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import CaseState
from app.audit.rules import CASE
from app.db import Base
from app.events import QUIET
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns.rules import CONCERN
from app.moderation.enums import ReturnState
from app.moderation.returns.rules import RETURN
from app.web.pages import Page, environment
from app.web.routing import chrome
from app.workflow import Workflow
from tests.world import ROOT
from tools.diagrams import WORKFLOWS

UPSTREAM = "govuk_frontend_jinja/"
LONGEST_FILE = 400
# What upstream's page template may be given by ours, besides its own defaults.
CHROME = {"viewer", "navigation", "organisation", "demo", "notice", "notice_type", "path", "once"}
CHROME |= {"lasts", "browser_key", "form_done", "answers_a_form", "case_files", "evidence_of", "kinds_of_work"}
CHROME |= {"page_opened", "rehearsal", "problem_page"}


def pages(of: type[Page] = Page) -> Iterator[type[Page]]:
    for kind in of.__subclasses__():
        if "template" in vars(kind):
            yield kind
        yield from pages(kind)


PAGES = sorted(pages(), key=lambda p: p.__name__)


@cache
def parsed(name: str) -> Any:
    env = environment()
    assert env.loader is not None
    return env.parse(env.loader.get_source(env, name)[0])


@cache
def family(name: str) -> Sequence[str]:
    """Return a template with those that it extends and includes, ours only."""
    tree, found = parsed(name), [name]
    for node in (*tree.find_all(nodes.Extends), *tree.find_all(nodes.Include)):
        # The words of an event are chosen by its name; a test below sees to those.
        if isinstance(node.template, nodes.Const) and not node.template.value.startswith(UPSTREAM):
            found += family(node.template.value)
    return found


@cache
def read_names(name: str) -> set[str]:
    return meta.find_undeclared_variables(parsed(name))


@cache
def given_names(name: str) -> set[str]:
    """Return the names that a template imports or sets itself, wherever it does."""
    tree = parsed(name)
    imported = {n if isinstance(n, str) else n[1] for node in tree.find_all(nodes.FromImport) for n in node.names}
    assigned = {
        x.name
        for node in (*tree.find_all(nodes.Assign), *tree.find_all(nodes.AssignBlock))
        for x in [node.target]
        if isinstance(x, nodes.Name)
    }
    macros = {node.name for node in tree.find_all(nodes.Macro)}
    return imported | macros | {node.target for node in tree.find_all(nodes.Import)} | assigned


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.__name__)
def test_a_template_reads_nothing_that_its_page_does_not_hold(page: type[Page]) -> None:
    held = {f.name for f in dataclasses.fields(page)}
    names = set(environment().globals)
    members = family(page.template)
    given = set().union(*(given_names(m) for m in members))
    for member in members:
        unknown = read_names(member) - held - CHROME - names - given - {"form"}
        assert not unknown, f"{member} reads {unknown}, which {page.__name__} does not hold"
        assert not given_names(member) & (held | CHROME), f"{member} hides a field of {page.__name__}"
    used = set().union(*(read_names(m) for m in members))
    assert held - used == set(), f"{page.__name__} holds what {page.template} never reads"


def test_chrome_is_what_the_layout_is_held_to() -> None:
    source = ast.parse((ROOT / "app" / "web" / "routing.py").read_text())
    function = next(n for n in ast.walk(source) if isinstance(n, ast.FunctionDef) and n.name == chrome.__name__)
    returned = next(n.value for n in ast.walk(function) if isinstance(n, ast.Return))
    assert isinstance(returned, ast.Dict)
    assert {k.value for k in returned.keys if isinstance(k, ast.Constant)} == CHROME


def test_every_template_is_used() -> None:
    used = {m for page in PAGES for m in family(page.template)}
    for name in used.copy():
        used |= {
            n.template.value
            for n in parsed(name).find_all((nodes.FromImport, nodes.Import))
            if isinstance(n.template, nodes.Const)
        }
    there = {str(p.relative_to(ROOT / "templates")) for p in (ROOT / "templates").rglob("*.html")}
    elsewhere = {
        "frame.html",
        "report/files/page.html",
        "keeping/access/access.html",
        *(
            n.template.value
            for n in parsed("report/files/page.html").find_all(nodes.FromImport)
            if isinstance(n.template, nodes.Const)
        ),
    }
    assert {t for t in there if not t.startswith("events/")} <= used | elsewhere


def storeys() -> dict[str, int]:
    """Return how far below the roof each room is."""
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    layers = next(c for c in contracts if c["type"] == "layers" and c["containers"] == ["app"])["layers"]
    return {room: depth for depth, layer in enumerate(layers) for room in str(layer).split(" | ")}


def test_foreign_keys_point_down_the_house() -> None:
    order = storeys()
    room = {m.local_table.name: m.class_.__module__.split(".")[1] for m in Base._sa_registry.mappers}  # type: ignore[attr-defined]
    for table in Base.metadata.tables.values():
        for key in table.foreign_keys:
            here, there = room[table.name], room[key.column.table.name]
            assert order[here] <= order[there], f"{table.name} points up to {key.column.table.name}"


@pytest.mark.parametrize("workflow", [CASE, RETURN, CHALLENGE, CONCERN, BENCHMARK], ids=lambda w: w.kind)
def test_every_event_of_a_case_has_words(workflow: Workflow[Any, Any]) -> None:
    for transition in (t for t in workflow.transitions if t.event not in QUIET):
        assert (ROOT / "templates" / "events" / f"{transition.event}.html").is_file(), transition.event


@pytest.mark.parametrize("workflow", WORKFLOWS, ids=lambda w: w.kind)
def test_every_state_has_a_label_and_can_be_reached(workflow: Workflow[Any, Any]) -> None:
    # A rehearsal begins with its sample drawn, whatever an audit has to go through before.
    begins = {t.target for t in workflow.transitions if not t.sources and t.name != "rehearse"}
    # A move without a target leaves a thing where it is.
    targets = {t.target for t in workflow.transitions if t.target and t.sources and t.target not in t.sources}
    sources = {s for t in workflow.transitions for s in t.sources}
    # No move of ours leads to either: a case is replaced by the draw, and what is brought in happened elsewhere.
    elsewhere = {CaseState.REPLACED, ReturnState.BROUGHT_IN} & set(workflow.labels)
    # What goes back to where it began is begun by the row without sources.
    start = (set(workflow.labels) - targets - elsewhere) or begins
    assert len(start) == 1, f"{workflow.kind} begins in {start}"
    assert begins <= start
    assert targets | sources | start | elsewhere == set(workflow.labels)
    assert len({t.name for t in workflow.transitions}) == len(workflow.transitions)


# What is read out or sent as it stands; a line that ends in a tag goes on without a break (trim_blocks).
AS_IT_STANDS = re.compile(r'\s(?:alt|title|aria-label|placeholder|content|value)="([^"<>]*)"')


def test_no_words_of_an_attribute_are_broken_across_lines() -> None:
    found = {
        str(path.relative_to(ROOT)): said
        for path in (ROOT / "templates").rglob("*.html")
        for said in AS_IT_STANDS.findall(path.read_text(encoding="utf-8").replace("%}\n", "%}"))
        if "\n" in re.sub(r"\{\{.*?\}\}", "", said, flags=re.DOTALL)
    }
    assert found == {}
