"""Nothing of a service is typed into code: what its kinds of work are called stands in the shipped lists alone."""

import ast
import re
from collections.abc import Iterator
from functools import cache

from app.people.kinds import LISTS, SHIPPED
from tests.world import ROOT

# Where they may stand: the shipped lists, the demonstration's story, and the figure that compares two kinds of
# employment under the name that it has in every figures.json that is kept.
MAY = ("app/people/kinds.py", "app/demo/", "app/report/figures/uncertainty.py")
# Words of everybody's, which are the codes of some kinds too.
COMMON = {"public", "report", "other", "employed", "agency"}
SERVICES_OWN = {
    word.casefold()
    for which in LISTS
    for kind in SHIPPED.of(which)
    for word in kind.words
    if word.casefold() not in COMMON and which != "bands"
} | {"wafh", "wtfh", "first hearing"}
SAID = re.compile(rf"\b(?:{'|'.join(map(re.escape, sorted(SERVICES_OWN, key=len, reverse=True)))})\b", re.IGNORECASE)


@cache
def modules() -> dict[str, list[ast.AST]]:
    """Return the nodes of every module in which none of it may stand."""
    paths = {str(path.relative_to(ROOT)): path for path in sorted((ROOT / "app").rglob("*.py"))}
    return {
        name: list(ast.walk(ast.parse(path.read_text(encoding="utf-8"))))
        for name, path in paths.items()
        if not name.startswith(MAY)
    }


def texts() -> Iterator[tuple[str, str]]:
    """Yield what is written in modules, docstrings too, and in templates."""
    for name, nodes in modules().items():
        yield from ((name, n.value) for n in nodes if isinstance(n, ast.Constant) and isinstance(n.value, str))
    for path in sorted((ROOT / "templates").rglob("*.html")):
        yield str(path.relative_to(ROOT)), path.read_text(encoding="utf-8")


def test_no_word_of_a_service_stands_in_code_or_templates() -> None:
    assert [(name, found.group(0)) for name, text in texts() if (found := SAID.search(text))] == []


def test_no_list_of_kinds_is_typed_once_more() -> None:
    codes = [set(SHIPPED.of(which).codes) for which in LISTS]
    for name, nodes in modules().items():
        for node in nodes:
            if isinstance(node, ast.Tuple | ast.List | ast.Set):
                typed = {e.value for e in node.elts if isinstance(e, ast.Constant)}
                assert all(len(typed & of) < 2 for of in codes), f"{name}, line {node.lineno}: {typed}"
