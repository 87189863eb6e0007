"""A figure that may say nothing is read through a type that has to be opened, and nowhere else."""

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from app.report.figures.all_figures import Targets, figures
from app.report.figures.disclosure import public_edition
from app.report.findings.known import (
    Known,
    Mark,
    agreed,
    count,
    pair,
    percentage,
    real,
    staff_difference,
    sure,
    told,
    whole,
)
from app.report.findings.verdicts import Verdict, verdict
from tests.report.basis import Basis
from tests.report.document.test_sections import RIGHT
from tests.report.figures.test_figures import BASIS, SCALE
from tests.world import ROOT

# What figures keep as null, as a mark, or not at all: keys that only `known` and `verdicts` may read.
OPTIONAL = frozenset(
    {
        "intervals",
        "target_verdicts",
        "agency_minus_employed_newcombe",
        "hypergeometric_exact",
        "agree_wilson",
        "agree_by_guessing",
        "ac2_linear",
        "kappa_linear",
        "benchmark",
        "homogeneity",
        "chi_square",
    }
)
MAY = ("figures", "findings/known.py", "findings/verdicts.py", "reading/schemas.py")


def texts(path: Path) -> Iterator[str]:
    """Yield the constants of a module by which something could be read."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Subscript) and isinstance(node.slice, ast.Constant):
            yield str(node.slice.value)
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr == "get"
            and node.args
        ):
            yield from (str(arg.value) for arg in node.args[:1] if isinstance(arg, ast.Constant))


def test_no_reader_goes_past_the_type() -> None:
    """A key that is read as it is can be None or a mark, and the report fails on an audit that nobody thought of."""
    room = ROOT / "app" / "report"
    past = {
        (str(path.relative_to(room)), key)
        for path in sorted(room.rglob("*.py"))
        if not str(path.relative_to(room)).startswith(MAY)
        for key in texts(path)
        if key in OPTIONAL
    }
    assert past == set()


@pytest.mark.parametrize(
    ("found", "figure"),
    [
        (3, Known(3)),
        (0, Known(0)),
        (None, Mark.SAYS_NOTHING),
        ("[c]", Mark.HIDDEN),
        ("[u]", Mark.TOO_FEW),
        (True, Mark.NOT_AVAILABLE),
        ({}, Mark.NOT_AVAILABLE),
    ],
)
def test_a_whole_figure_is_a_number_or_a_mark(found: Any, figure: object) -> None:
    assert whole(found) == count({"count": found}) == percentage({"percent": found}) == figure


def test_an_interval_is_two_numbers_or_a_mark() -> None:
    assert pair([0.1, 0.5]) == pair((0.1, 0.5)) == Known((0.1, 0.5))
    assert [pair(of) for of in (None, "[u]", [0.1], [None, 0.5], 3)] == [
        Mark.SAYS_NOTHING,
        Mark.TOO_FEW,
        *[Mark.NOT_AVAILABLE] * 3,
    ]
    assert real(None) is Mark.SAYS_NOTHING
    assert told(Known(3)) == "3"
    assert told(Mark.SAYS_NOTHING) == "[z]"


def test_the_reference_audit_says_everything() -> None:
    found = sure(RIGHT, "service_area", "good", "A1")
    assert isinstance(found, Known)
    assert (found.value.population, found.value.counts, found.value.everybody) == (50, (25, 38), False)
    assert verdict(RIGHT, "good") == Known(Verdict.REACHED)
    lead = agreed(RIGHT, "lead_vs_first")
    assert lead is not None
    assert (lead.cases, lead.agreeing) == (47, Known(43))
    assert isinstance(lead.ac2, Known)
    assert isinstance(staff_difference(RIGHT, "good"), Known)


def test_what_an_edition_hides_or_an_older_one_had_not_is_a_mark() -> None:
    public = public_edition(RIGHT, BASIS)
    marks = {sure(public, "service_area", "not_met", area) for area in public["service_area_order"]}
    assert Mark.HIDDEN in marks
    older = {key: value for key, value in RIGHT.items() if key in {"overall", "service_area", "law_type"}}
    assert sure(older, "overall", "good") is verdict(older, "good") is Mark.NOT_AVAILABLE
    assert agreed(older, "lead_vs_first") is None
    small = Basis(SCALE, ("A1",), ("public",), Targets(60, 14))
    assert verdict(figures(small, []), "good") is Mark.SAYS_NOTHING
