"""Checks that everything lies where it belongs: rooms, routes, guards, response models, sizes, and no mutable globals.

Each check yields sentences that say what is wrong and where it belongs; one that finds nothing to look at fails.
`--known` prints the sizes that are beyond the limits today, for tools/check_house_known.txt: the aim is an empty file.
"""

import ast
import sys
import tempfile
import tomllib
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import closing
from functools import cache
from pathlib import Path
from typing import Any, TypeVar

from fastapi.routing import iter_route_contexts
from starlette.routing import Route as StarletteRoute

from app.db import Database
from app.installation.doors.rules import OPENED_BY, asked_of, entry
from app.main import create_app
from app.rooms.addresses import all_routes
from app.settings import Settings
from app.web.answering import every_route
from app.web.api.problems import DOCS, PREFIX
from app.web.api.routing import ApiRoute
from app.web.routing import Guard, Route

ROOT = Path(__file__).resolve().parent.parent
KNOWN = ROOT / "tools" / "check_house_known.txt"
MODULES = 15
FILE_LINES, FUNCTION_LINES, TEMPLATE_WIDTH = 400, 40, 200
# Nine functions in ten; while more are longer, no more than today.
P90, P90_TODAY = 14, 15
ROUTERS = {"Router": "routes.py", "ApiRouter": "api.py"}
CHANGES = {"append", "extend", "insert", "add", "update", "setdefault", "pop", "popitem", "remove", "discard", "clear"}
# What changes for the whole process, and why it may.
OF_THE_PROCESS: Mapping[str, str] = {
    "app/web/pages.py _made": "a cache; a key names all that its text depends on",
    "app/audit/library/queries.py _read": "a cache by the hash of the text",
    "app/report/document/assembled.py _read": "a cache by the identifier of what was published",
    "app/report/files/queue.py _running": "the children of this process",
    "app/sampling/checking.py _running": "the children of this process",
    "app/sampling/reading.py _days": "a cache by the text of a day",
}
# About the API rather than of it: its document, and the page that explains it.
ABOUT_THE_API = {f"{PREFIX}/openapi.json", DOCS}
T = TypeVar("T")
Address = tuple[str, str]


class NothingToCheckError(Exception):
    """A check found nothing to look at, so it proves nothing."""


def some(found: Collection[T], what: str) -> Collection[T]:
    """Return what a check looks at; raises NothingToCheckError where there is none."""
    if not found:
        message = f"A check found no {what} to look at. Look at tools/check_house.py: it proves nothing."
        raise NothingToCheckError(message)
    return found


def modules(root: Path, *folders: str) -> Collection[Path]:
    """Return every Python file of some folders."""
    found = [path for folder in folders for path in sorted((root / folder).rglob("*.py"))]
    return some(found, f"module in {' and '.join(folders)}")


@cache
def parsed(text: str) -> ast.Module:
    """Return a module's tree; several checks look at each."""
    return ast.parse(text)


def name(path: Path, root: Path) -> str:
    """Return a path as it is written in the house."""
    return path.relative_to(root).as_posix()


def outside_every_room(root: Path) -> Iterator[str]:
    """Find what lies in no room of the plan, which is the layers of the import contracts."""
    tool = tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["importlinter"]
    plans = [c for c in tool["contracts"] if c["type"] == "layers" and c.get("exhaustive")]
    for plan in some(plans, "plan of rooms"):
        rooms = {room for layer in plan["layers"] for room in layer.replace("(", "").replace(")", "").split(" | ")}
        for container in plan["containers"]:
            folder = root / container.replace(".", "/")
            for path in sorted(folder.iterdir()):
                kept = path.stem in rooms | {"__init__", "__pycache__"} | set(plan.get("exhaustive_ignores", ()))
                if not kept and (path.is_dir() or path.suffix == ".py"):
                    yield (
                        f"{name(path, root)} lies in no room. Put it into the room of its noun; the rooms of "
                        f"{container} are in pyproject.toml, “{plan['name']}”. Only a new room is added there."
                    )


def routes_elsewhere(root: Path) -> Iterator[str]:
    """Find addresses that are made in a file where nobody looks for them."""
    made = [(path, kind) for path in modules(root, "app") for kind in _made_routers(path)]
    for path, kind in some(made, "router"):
        if path.name != ROUTERS[kind]:
            yield (
                f"{name(path, root)} makes addresses with {kind}. They belong into {ROUTERS[kind]} of "
                f"{name(path.parent, root)}, where everybody looks for them."
            )


def _made_routers(path: Path) -> Iterator[str]:
    for node in parsed(path.read_text(encoding="utf-8")).body:
        value = node.value if isinstance(node, ast.Assign | ast.AnnAssign) else None
        if isinstance(value, ast.Call) and isinstance(value.func, ast.Name) and value.func.id in ROUTERS:
            yield value.func.id


def routers_not_served(root: Path) -> Iterator[str]:
    """Find files of addresses that are in no list."""
    files = some([path for path in modules(root, "app") if path.name in ROUTERS.values()], "file of routes")
    roof = (root / "app" / "rooms" / "addresses.py").read_text(encoding="utf-8")
    for path in files:
        if f"from {name(path.with_suffix(''), root).replace('/', '.')} import" not in roof:
            yield f"{name(path, root)} is served by nobody. Add its router to the lists in app/rooms/addresses.py."


def without_a_guard(routes: Sequence[Route], served: Collection[Address]) -> Iterator[str]:
    """Find addresses that anybody could open because nobody said who may."""
    guarded = {(r.method, r.path) for r in some(routes, "route") if isinstance(r.guard, Guard) and r.guard.words}
    for method, path in sorted(some(served, "served address")):
        if (method, path) not in guarded:
            yield (
                f"{method} {path} has no guard. Add it with @router.{method.lower()}(path, guard) in the routes.py or "
                "api.py of its room; the guard is one of that room's guards.py."
            )


def without_an_entry(routes: Sequence[Route]) -> Iterator[str]:
    """Find addresses of which the page "Who may do what" could not say who opens them, and entries of none."""
    for route in some(routes, "route"):
        if entry(route.guard.words) is None:
            yield (
                f"{route.method} {route.path} has no entry: nobody has said which roles open it, and in which scope. "
                f"Add one for ‘{route.guard.words}’ to OPENED_BY in app/installation/doors/rules.py."
            )
    for words in sorted(set(OPENED_BY) - {asked_of(route.guard.words) for route in routes}):
        yield f"No guard says ‘{words}’ any more. Remove its entry from OPENED_BY in app/installation/doors/rules.py."


def without_a_response_model(routes: Sequence[Route]) -> Iterator[str]:
    """Find addresses of the API of which nobody said what they give."""
    of_the_api = [r for r in routes if r.path.startswith(PREFIX) and r.path not in ABOUT_THE_API]
    for route in some(of_the_api, "route of the API"):
        if not isinstance(route, ApiRoute) or not route.response_model.model_fields:
            yield (
                f"{route.method} {route.path} has no response model. Add it with ApiRouter in the api.py of its room "
                "and name a pydantic model of what it gives: response_model=…"
            )
        elif hasattr(route.response_model, "__table__"):
            yield (
                f"{route.method} {route.path} gives a table as it is. Give a model of the fields that may leave, such "
                "as one that shares the table's base."
            )


def mutable_globals(root: Path) -> Iterator[str]:
    """Find what one application in a process could change for another."""
    for path in modules(root, "app"):
        for changed in sorted(set(_changed(parsed(path.read_text(encoding="utf-8"))))):
            if f"{name(path, root)} {changed}" not in OF_THE_PROCESS:
                yield (
                    f"{name(path, root)} changes the global {changed}. Two applications in one process share nothing: "
                    "let the Database, the Visit or its Surroundings carry it (app/main.py)."
                )


def _changed(tree: ast.Module) -> Iterator[str]:
    """Yield the names of a module's own and imported things that its functions change."""
    own, imported = set(_own(tree)), set(_imported(tree))
    for function in (n for n in ast.walk(tree) if isinstance(n, ast.FunctionDef | ast.AsyncFunctionDef)):
        local = {n.id for n in ast.walk(function) if isinstance(n, ast.Name) and isinstance(n.ctx, ast.Store)}
        local |= {a.arg for a in ast.walk(function) if isinstance(a, ast.arg)}
        for node in ast.walk(function):
            if isinstance(node, ast.Global):
                yield from node.names
            elif isinstance(node, ast.Attribute | ast.Subscript) and not isinstance(node.ctx, ast.Load):
                yield from {_root(node)} & (own | imported) - local
            elif isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr in CHANGES:
                yield from {_root(node.func)} & own - local


def _imported(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name for alias in node.names)


def _own(tree: ast.Module) -> Iterator[str]:
    for node in tree.body:
        if isinstance(node, ast.ClassDef):
            yield node.name
        elif isinstance(node, ast.Assign | ast.AnnAssign):
            targets = node.targets if isinstance(node, ast.Assign) else [node.target]
            yield from (target.id for target in targets if isinstance(target, ast.Name))


def _root(node: ast.expr) -> str:
    while isinstance(node, ast.Attribute | ast.Subscript):
        node = node.value
    return node.id if isinstance(node, ast.Name) else ""


def full_folders(root: Path) -> Iterator[str]:
    """Find folders with more modules than somebody can keep in mind."""
    files = [path for path in modules(root, "app") if path.name != "__init__.py"]
    for folder in sorted({path.parent for path in files}):
        count = sum(path.parent == folder for path in files)
        if count > MODULES:
            yield (
                f"{name(folder, root)} has {count} modules, and {MODULES} is the most. A room is missing: put what "
                "belongs to one noun into a folder of that name."
            )


def long_files(root: Path) -> Iterator[tuple[str, int, str]]:
    """Find files that are too long: what, its size, and the sentence."""
    for path in modules(root, "app", "tests", "tools", "benchmarks"):
        lines = len(path.read_text(encoding="utf-8").splitlines())
        if lines > FILE_LINES:
            yield (
                name(path, root),
                lines,
                f"It has {lines} lines, and {FILE_LINES} is the most. Give what belongs together a file of its own.",
            )


def functions(root: Path) -> Collection[tuple[Path, str, int]]:
    """Return every function of the application with its lines."""
    found = [
        (path, node.name, (node.end_lineno or node.lineno) - node.lineno + 1)
        for path in modules(root, "app")
        for node in ast.walk(parsed(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
    ]
    return some(found, "function")


def long_functions(root: Path) -> Iterator[tuple[str, int, str]]:
    """Find functions that are too long: what, its size, and the sentence."""
    for path, function, lines in functions(root):
        if lines > FUNCTION_LINES:
            said = f"It has {lines} lines, and {FUNCTION_LINES} is the most. Give each of its steps a name."
            yield f"{name(path, root)} {function}", lines, said


def wide_templates(root: Path) -> Iterator[tuple[str, int, str]]:
    """Find templates with lines that are too long: what, how many, and the sentence."""
    for path in some(sorted((root / "templates").rglob("*.html")), "template"):
        wide = [
            n for n, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1) if len(line) > TEMPLATE_WIDTH
        ]
        if wide:
            lines = ", ".join(map(str, wide))
            said = f"More than {TEMPLATE_WIDTH} characters stand in line {lines}. Break them, or give a part a macro."
            yield name(path, root), len(wide), said


def too_large(root: Path, known: Mapping[str, int]) -> Iterator[str]:
    """Say what is beyond a size, but for what was so already and has not grown."""
    for check in (long_files, long_functions, wide_templates):
        yield from (f"{what}: {said}" for what, size, said in check(root) if size > known.get(what, 0))


def nine_in_ten(root: Path) -> int:
    """Return how many lines nine functions in ten have at most."""
    lines = sorted(lines for _, _, lines in functions(root))
    return lines[len(lines) * 9 // 10]


def long_on_the_whole(root: Path, most: int) -> Iterator[str]:
    """Say where functions have become longer on the whole."""
    found = nine_in_ten(root)
    if found > most:
        yield f"Nine functions in ten have up to {found} lines, and {most} is the most: shorten those you wrote last."


def known_sizes(path: Path) -> dict[str, int]:
    """Return the sizes beyond the limits that are known."""
    lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
    return {what: int(size) for what, _, size in (line.rpartition(" ") for line in lines if line)}


def served_addresses() -> set[Address]:
    """Return every address of the whole application; static files are no addresses of ours."""
    with tempfile.TemporaryDirectory() as folder:
        database = Database("sqlite://")
        with closing(database):
            app = create_app(Settings(data_dir=Path(folder), database_url="sqlite://"), database)
        routes = [c.original_route for c in iter_route_contexts([*every_route(app.routes)])]
    found = {(m, r.path) for r in routes if isinstance(r, StarletteRoute) for m in r.methods or ()}
    return {(method, path) for method, path in found if method != "HEAD"}


CHECKS: Sequence[Callable[[], Iterator[str]]] = (
    lambda: outside_every_room(ROOT),
    lambda: routes_elsewhere(ROOT),
    lambda: routers_not_served(ROOT),
    lambda: without_a_guard(all_routes(), served_addresses()),
    lambda: without_an_entry(all_routes()),
    lambda: without_a_response_model(all_routes()),
    lambda: mutable_globals(ROOT),
    lambda: full_folders(ROOT),
    lambda: too_large(ROOT, known_sizes(KNOWN)),
    lambda: long_on_the_whole(ROOT, max(P90, P90_TODAY)),
)


def main(arguments: Sequence[str] = ()) -> None:
    """Run every check and exit with 1 where one has something to say."""
    if "--known" in arguments:
        sizes: list[Any] = [*long_files(ROOT), *long_functions(ROOT), *wide_templates(ROOT)]
        print("".join(f"{what} {size}\n" for what, size, _ in sizes), end="")
        return
    said = [sentence for check in CHECKS for sentence in check()]
    known = len(known_sizes(KNOWN))
    print(f"Nine functions in ten have at most {nine_in_ten(ROOT)} lines (aim {P90}); {known} known sizes to mend.")
    if said:
        sys.exit("\n".join(said))


if __name__ == "__main__":
    main(sys.argv[1:])
