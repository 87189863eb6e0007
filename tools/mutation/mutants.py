"""The small changes: which a piece of code admits, where they are, and the module with one of them made."""

import ast
import copy
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import cast

from tools.mutation.changes import Enums, alternatives

SHORT = 70
Scope = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Mutant:
    """A change by its number in its file, and how people speak of it: where, what was there, and what is instead."""

    path: str
    number: int
    where: str
    change: str
    # The lines of the statement it is in, by which the tests are found that run it; none where it runs on import.
    lines: range | None

    @property
    def name(self) -> str:
        """Return what names the change in the list of those that are justified; it moves with the code."""
        return f"{self.path} {self.where} {self.change}"


@dataclass(frozen=True, slots=True)
class _Place:
    """A node with what is around it."""

    node: ast.AST
    parents: tuple[ast.AST, ...]
    scope: Scope
    statement: ast.stmt


def enums_in(files: Iterable[Path]) -> Enums:
    """Return the members of every closed list in some modules."""
    found: dict[str, Sequence[str]] = {}
    for path in files:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ClassDef) and any(ast.unparse(base).endswith("Enum") for base in node.bases):
                members = [s.targets[0] for s in node.body if isinstance(s, ast.Assign)]
                found[node.name] = [m.id for m in members if isinstance(m, ast.Name)]
    return found


def mutants(path: str, source: str, enums: Enums) -> list[Mutant]:
    """Return every change that a module admits, in the order of its text."""
    seen: Counter[tuple[str, str]] = Counter()
    found = []
    for number, (place, other) in enumerate(_all(ast.parse(source), enums)):
        where, change = ".".join(place.scope) or "module", _in_words(place, other)
        seen[where, change] += 1
        again = seen[where, change]
        change += f" ({again})" if again > 1 else ""
        found.append(Mutant(path, number, where, change, _lines(place)))
    return found


def mutated(source: str, number: int, enums: Enums) -> ast.Module:
    """Return a module with one of its changes made."""
    tree = ast.parse(source)
    place, other = next(found for i, found in enumerate(_all(tree, enums)) if i == number)
    swapped = cast("ast.Module", _Swap(place.node, other).visit(tree))
    return ast.fix_missing_locations(swapped)


def _all(tree: ast.Module, enums: Enums) -> Iterator[tuple[_Place, ast.AST]]:
    for place in _places(tree, (), ()):
        inside = any(isinstance(p, ast.FunctionDef | ast.Lambda) for p in place.parents)
        yield from ((place, other) for other in alternatives(place.node, place.parents, enums, table=not inside))


def _places(node: ast.AST, parents: tuple[ast.AST, ...], scope: Scope) -> Iterator[_Place]:
    for name, value in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "bases", "ctx"}:
            continue
        for child in value if isinstance(value, list) else [value]:
            if not isinstance(child, ast.AST) or _says_nothing(child):
                continue
            around = (*parents, node)
            own = (*scope, child.name) if isinstance(child, ast.FunctionDef | ast.ClassDef) else scope
            statement = next(p for p in (child, *reversed(around)) if isinstance(p, ast.stmt))
            yield _Place(child, around, scope, statement)
            yield from _places(child, around, own)


def _says_nothing(node: ast.AST) -> bool:
    """Say whether a node does nothing: an import, a docstring, a sentence, a name for a type."""
    docstring = isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    alias = isinstance(node, ast.Assign) and (
        isinstance(node.value, ast.Subscript) or ast.unparse(node.value).startswith("TypeVar(")
    )
    return docstring or alias or isinstance(node, ast.Import | ast.ImportFrom | ast.JoinedStr)


def _lines(place: _Place) -> range | None:
    if not any(isinstance(p, ast.FunctionDef) for p in place.parents):
        return None
    statement, body = place.statement, getattr(place.statement, "body", None)
    if isinstance(statement, ast.FunctionDef):
        return None
    end = body[0].lineno if isinstance(body, list) else (statement.end_lineno or statement.lineno) + 1
    return range(statement.lineno, max(end, statement.lineno + 1))


def _in_words(place: _Place, other: ast.AST) -> str:
    """Return a change as people read it: with the expression around it, where that is short."""
    if gone := _left_out(place.node, other):
        return f"{_cut(_text(place.node))} without {_cut(_text(gone))}"
    around: ast.AST = place.node
    for parent in reversed(place.parents):
        if isinstance(parent, ast.stmt | ast.comprehension) or len(_text(parent)) > SHORT:
            break
        around = parent
    if around is place.node:
        return f"{_cut(_text(around))} → {_cut(_text(other))}"
    tree = copy.deepcopy(around)
    twin = _twin(around, tree, place.node)
    return f"{_text(around)} → {_text(_Swap(twin, other).visit(tree)) if twin is not tree else _text(other)}"


def _left_out(node: ast.AST, other: ast.AST) -> ast.AST | None:
    """Return the member that a changed display or call has lost."""
    kept = set(map(id, ast.iter_child_nodes(other)))
    gone = [m for m in ast.iter_child_nodes(node) if id(m) not in kept and isinstance(m, ast.expr | ast.keyword)]
    shown = isinstance(node, ast.Set | ast.Tuple | ast.List | ast.Call) and type(node) is type(other)
    return gone[0] if shown and gone else None


def _twin(around: ast.AST, other: ast.AST, node: ast.AST) -> ast.AST:
    return next(twin for a, twin in zip(ast.walk(around), ast.walk(other), strict=True) if a is node)


def _text(node: ast.AST) -> str:
    return re.sub(r"\s+", " ", ast.unparse(node)) or "nothing"


def _cut(text: str) -> str:
    return text if len(text) <= 2 * SHORT else f"{text[: 2 * SHORT]}…"


class _Swap(ast.NodeTransformer):
    def __init__(self, at: ast.AST, by: ast.AST) -> None:
        self.at, self.by = at, by

    def visit(self, node: ast.AST) -> ast.AST:
        if node is self.at:
            return ast.copy_location(self.by, node)
        return self.generic_visit(node)
