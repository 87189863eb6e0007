"""From any button: the address in a `routes.py`, and behind its guard the row of the move in a `rules.py`."""

import ast
import importlib
import inspect
import pkgutil
import textwrap
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from typing import Any

import pytest

import app
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.library.rules import THRESHOLD
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import AUDIT, CASE
from app.moderation.returns.rules import RETURN
from app.report.publication.rules import REVISION, SIGN_OFF, SIGNS
from app.rooms.addresses import all_routes
from app.web.routing import Route
from app.workflow import AnyRow, Workflow, begin, move, moving, roles_of
from tests.house.test_routes import address, real
from tests.world import CAST, World
from tools.diagrams import WORKFLOWS

Act = Any  # a function of ours
ACTS = [route for route in all_routes() if route.method != "GET"]
ROWS = [(workflow, row) for workflow in WORKFLOWS for row in workflow.transitions]
# Behind it an auditor asks, and the audit lead, who would answer, has the case replaced at once.
FOR_OTHERS_TOO = {"POST /cases/{case_id}/replacement"}
MAKERS: set[Act] = {moving, move, begin}
TRIED = [
    ("submit", "/cases/{case_id}/check", CASE["submit"]),
    ("submit", "/cases/{case_id}/benchmark/check", BENCHMARK["submit"]),
    ("challenge", "/cases/{case_id}/challenge", RETURN["challenge"]),
    ("publish", "/audits/{ref}/publish", AUDIT["publish"]),
    ("publish", "/audits/{ref}/publish", REVISION["publish"]),
    ("publish", "/thresholds/{document_id}/{version}/publish", THRESHOLD["publish"]),
    ("replace", "/cases/{case_id}/replacement/make", REPLACEMENT["make"]),
    ("allocate", "/audits/{ref}/allocation", AUDIT["allocate"]),
    *(("sign off", "/audits/{ref}/report/sign-off", SIGN_OFF[name]) for name in SIGNS.values()),
]


def named(route: Route) -> str:
    return f"{route.method} {route.path}"


def called(workflow: Workflow[Any, Any], row: AnyRow) -> str:
    return f"‘{row.label}’ ({row.name}) of a {workflow.noun}"


def tables() -> dict[int, str]:
    """Return the module of every transition table, by its identity."""
    modules = [m.name for m in pkgutil.walk_packages(app.__path__, "app.") if not m.name.endswith(("__main__", "cli"))]
    return {
        id(value): name
        for name in modules
        if name.endswith(".rules")
        for value in vars(importlib.import_module(name)).values()
        if isinstance(value, Workflow) and value.row.__module__ != name and _is_made_in(name, value)
    }


def _is_made_in(name: str, workflow: Workflow[Any, Any]) -> bool:
    tree = ast.parse(inspect.getsource(importlib.import_module(name)))
    made = {n.target.id for n in tree.body if isinstance(n, ast.AnnAssign) and isinstance(n.target, ast.Name)}
    return any(vars(importlib.import_module(name)).get(word) is workflow for word in made)


def test_every_table_stands_in_a_rules_module_and_in_the_documentation() -> None:
    assert set(tables()) == {id(w) for w in WORKFLOWS}, "Add the table to WORKFLOWS of tools/diagrams.py."
    assert len(ROWS) > 35


@pytest.mark.parametrize(("what", "path", "row"), TRIED, ids=lambda x: x if isinstance(x, str) else "")
def test_two_hops_from_the_buttons_that_everybody_looks_for(what: str, path: str, row: AnyRow) -> None:
    found = [route for route in ACTS if route.path == path]
    assert len(found) == 1, f"‘{what}’ has no address {path}."
    assert found[0].handler.__module__.endswith(".routes")
    assert any(move is row for move in found[0].guard.moves), f"The guard of {path} does not name ‘{row.label}’."
    assert next(where for w, r in ROWS if r is row for where in [tables()[id(w)]]).endswith(".rules")


def test_every_move_that_is_offered_has_an_address() -> None:
    behind = [row for route in ACTS for row in route.guard.moves]
    without = [called(w, row) for w, row in ROWS if row.offered and not any(row is there for there in behind)]
    assert without == [], "No route’s guard names these rows. Write `the_guard.making(TABLE[name])` at their address."
    follow = [called(w, row) for w, row in ROWS if not row.offered and any(row is there for there in behind)]
    assert follow == [], "These only follow from other acts, and yet a route names them."


def functions_in(function: Act) -> Iterator[tuple[Act, Sequence[ast.expr]]]:
    """Yield every function that another one calls, hands on or chooses from, with what a call gives it."""
    for node in ast.walk(ast.parse(textwrap.dedent(inspect.getsource(function)))):
        given: Sequence[ast.expr] = ()
        parts: Iterable[ast.AST] = ()
        if isinstance(node, ast.Call):
            given, parts = node.args, (node.func, *node.args, *(k.value for k in node.keywords))
        elif isinstance(node, ast.Dict | ast.IfExp):
            parts = ast.walk(node)
        yield from ((found, given) for part in parts if inspect.isfunction(found := value_of(function, part)))


def value_of(function: Act, node: ast.AST) -> Any:
    """Return what a name, or a name in a module, stands for in a function’s module; None where it is no such thing."""
    names = function.__globals__
    if isinstance(node, ast.Name):
        return None if node.id in function.__code__.co_varnames else names.get(node.id)
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
        return getattr(names.get(node.value.id), node.attr, None)
    return None


@cache
def moves_made(function: Act) -> frozenset[tuple[str, str]]:
    """Return the offered moves that a function makes, itself or by what it calls: kind of thing, and name."""
    found, seen, todo = set(), {function}, [function]
    while todo:
        here = todo.pop()
        for there, given in functions_in(here):
            if there in MAKERS and len(given) > 2:
                workflow, name = value_of(here, given[1]), given[2]
                assert isinstance(workflow, Workflow), (
                    f"{here.__qualname__} moves by a table that this test cannot read"
                )
                if isinstance(name, ast.Constant) and workflow[str(name.value)].offered:
                    found.add((workflow.kind, str(name.value)))
            elif there not in seen and there.__module__.startswith("app.") and there not in MAKERS:
                seen.add(there)
                todo.append(there)
    return frozenset(found)


def test_no_address_makes_a_move_that_its_guard_does_not_name() -> None:
    kinds = {id(row): (workflow.kind, row.name) for workflow, row in ROWS}
    names: dict[Act, set[tuple[str, str]]] = {}
    for route in ACTS:
        names.setdefault(route.handler, set()).update(kinds[id(row)] for row in route.guard.moves)
    silent = [
        f"{named(route)} makes ‘{name}’ of a {kind}, and its guard does not name that row"
        for route in ACTS
        for kind, name in sorted(moves_made(route.handler) - names[route.handler])
    ]
    assert silent == []
    assert sum(bool(moves_made(route.handler)) for route in ACTS) > 25, "the test looks at nothing"


def test_nobody_without_a_role_of_the_row_comes_in(world: World) -> None:
    numbers, let_in, tried = real(world), [], 0
    for route in (route for route in ACTS if route.guard.moves and named(route) not in FOR_OTHERS_TOO):
        if any(row.own for row in route.guard.moves):
            continue
        for who, _ in CAST:
            if not world.viewer(who).holds(*roles_of(*route.guard.moves)):
                status = (
                    world.browser(who).send(route.method, address(route, numbers), data={"nonsense": "1"}).status_code
                )
                let_in += [(who, named(route), status)] if status not in {403, 404} else []
                tried += 1
    assert let_in == []
    assert tried > 100
