"""One printing of a share: in sentences, tables, pictures and spreadsheets (statistics.md section 2). Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction
from math import floor
from typing import Any

from app.documents import Cell
from app.report.figures.counted_cases import Basis
from app.report.figures.statistics import in_percent, percent
from app.report.findings.known import Known, Mark, count, percentage, whole


@dataclass(frozen=True, slots=True)
class Limit:
    """The target of a level: at least so many per cent of it, or at most."""

    percent: int
    at_least: bool

    def met(self, share: Fraction | int) -> bool:
        """Say whether a share, in per cent, meets the target."""
        return share >= self.percent if self.at_least else share <= self.percent

    def __str__(self) -> str:
        """Return the target in words."""
        return f"at {'least' if self.at_least else 'most'} {self.percent}%"


def target_of(basis: Basis, code: str) -> Limit | None:
    """Return the target of a level, where it has one."""
    if basis.targets is None or code not in {basis.best, basis.lowest}:
        return None
    best = code == basis.best
    return Limit(basis.targets.good_percent if best else basis.targets.not_met_percent, best)


def share_cell(found: int, of: int, target: Limit | None = None, estimate: float | None = None) -> Cell:
    """Return a share in per cent: whole, halves up, with one decimal where the whole one would belie its target.

    So 1 of 7 is 14.3 beside a limit of 14%, over which it is. Where one decimal would belie it too, words say the side.
    Nothing is printed of no cases. Where chances were unequal the `estimate` is the share, and counts are cases only.
    """
    printed = percent(found, of)
    if printed is None:
        return str(Mark.SAYS_NOTHING)
    exact = Fraction(100 * found, of)
    if estimate is not None:
        printed, exact = in_percent(estimate), Fraction(str(estimate)) * 100
    if target is None or target.met(printed) == target.met(exact):
        return printed
    tenths = Fraction(floor(exact * 10 + Fraction(1, 2)), 10)
    if target.met(tenths) == target.met(exact):
        return float(tenths)
    return f"just {'over' if exact > target.percent else 'under'} {target.percent}%"


def share_text(found: int, of: int, target: Limit | None = None, estimate: float | None = None) -> str:
    """Return a share as a percentage in a text."""
    cell = share_cell(found, of, target, estimate)
    return cell if isinstance(cell, str) else f"{cell}%"


def printed_cell(share: Mapping[str, Any], total: object, target: Limit | None = None) -> Cell:
    """Return a share of the figures as a cell of per cent, or the mark in its place."""
    shown, found, of = percentage(share), count(share), whole(total)
    if not isinstance(shown, Known):
        return str(shown)
    if not isinstance(found, Known) or not isinstance(of, Known):
        return shown.value
    return share_cell(found.value, of.value, target, share.get("estimate"))


def printed(share: Mapping[str, Any], total: object, target: Limit | None = None) -> str:
    """Return a share of the figures as a percentage in a text, or the mark in its place."""
    cell = printed_cell(share, total, target)
    return cell if isinstance(cell, str) else f"{cell}%"
