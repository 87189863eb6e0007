"""What an area's pack is made of, and how its shares and tables are written. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.audit.thresholds.document import LearningTheme, ThresholdDocument
from app.documents import MARKS, Cell, Column, Kind, Row, Table
from app.report.figures.all_figures import Basis
from app.report.findings.shares import Limit, share_cell
from app.report.packs.cases import PackCase
from app.report.packs.models import ImprovementAction

# Fewer cases than this bear no percentage (statistics.md section 6).
LEAST = 10
UNRELIABLE, NOT_APPLICABLE, NOT_NOUGHT = "[u]", "[z]", "[low]"
UNRELIABLE_NOTE = f"[u]: too few cases to be reliable. No percentage is printed of fewer than {LEAST} cases."
WORDS, PERCENT = Kind.WORDS, Kind.PERCENT
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """What an area's pack is made of.

    The whole audit stands beside the area once its report is published, not before (`whole`).
    """

    area: str
    basis: Basis
    figures: Figures
    document: ThresholdDocument
    cases: Sequence[PackCase]
    plan: Sequence[ImprovementAction]
    whole: bool
    # How many of its final cases were discussed with their practitioner, and of how many; of none where nobody knows.
    discussed: tuple[int, int] = (0, 0)

    @cached_property
    def picked(self) -> Mapping[str, tuple[int, int, int, int]]:
        """Return of each theme in how many of how many cases it was picked, in the area and in the whole audit."""
        return {theme.code: _picked(self, theme) for theme in self.document.learning_themes}

    @cached_property
    def counted(self) -> Sequence[PackCase]:
        """Return the cases that count in the figures."""
        return [c for c in self.cases if c.counted]

    def columns(self, *columns: Column, whole: Sequence[str] = (), kind: Kind = PERCENT) -> list[Column]:
        """Return the columns of a table, those of the whole audit last where they may be shown."""
        return [*columns, *(Column(name, kind) for name in whole if self.whole)]

    def row(self, *cells: Cell, whole: Sequence[Cell] = (), total: bool = False) -> Row:
        """Return a row of such a table."""
        return Row([*cells, *(whole if self.whole else ())], total)


def share(count: int, of: int, target: Limit | None = None, estimate: float | None = None) -> Cell:
    """Return a share in per cent as the report prints it, or the mark that says why there is none."""
    found = share_cell(count, of, target, estimate)
    if not of:
        return NOT_APPLICABLE
    if of < LEAST:
        return UNRELIABLE
    return found or (NOT_NOUGHT if count else 0)


def marked_table(code: str, title: str, columns: Sequence[Column], rows: Sequence[Row], *notes: str) -> Table:
    """Return a table; a note explains each mark that stands in it in place of a number."""
    there = {cell for row in rows for cell in row.cells if isinstance(cell, str)}
    explained = [
        UNRELIABLE_NOTE if mark == UNRELIABLE else f"{mark}: {meaning}."
        for mark, meaning in MARKS.items()
        if mark in there
    ]
    return Table(code, title, columns, rows, [*notes, *explained])


def _picked(pack: Pack, theme: LearningTheme) -> tuple[int, int, int, int]:
    laws = pack.basis.law_types if theme.law_types is None else theme.law_types
    asked = [c for c in pack.counted if theme.law_types is None or c.case.law_type in laws]
    by_law = pack.figures["law_type"]
    everywhere = sum(by_law[law.upper()]["total"] for law in pack.basis.law_types if law in laws)
    kind = "strengths" if theme.kind == "strength" else "learning_points"
    there = pack.figures["themes"][kind].get(theme.code, 0)
    return sum(theme.code in c.themes for c in asked), len(asked), there, everywhere
