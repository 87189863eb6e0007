"""How many of how many: the parts of sentences that say how cases were graded, in reports, packs and titles. Pure."""

from collections.abc import Mapping, Sequence
from typing import Any

from app.labels import LEAST_FOR_A_SHARE, bears_verdict, listed, noun, number, out_of, plural
from app.report.figures.all_figures import Basis
from app.report.findings.known import Mark
from app.report.findings.shares import Limit, printed, share_text, target_of

WERE = ("was", "were")


def share_of(
    share: Mapping[str, Any],
    total: int,
    one: str = "",
    *,
    target: Limit | None = None,
    least: int = LEAST_FOR_A_SHARE,
) -> str:
    """Return 3 of 4 (75%), or 3 of 4 cases (75%) where `one` is given; without a percentage where it says nothing.

    So it is of none, of all, and of fewer than `least`.
    """
    count = share["count"]
    counts = out_of(count, total, one) if one else "none" if count == 0 else f"{number(count)} of {number(total)}"
    if "estimate" in share and count not in {0, total} and total >= least:
        # Counts are cases and no share of them: 21 cases (65%, weighted).
        cases = plural(count, one) if one else number(count)
        return f"{cases} ({printed(share, total, target)}, weighted)"
    bare = count in {0, total} or total < least or share["percent"] == Mark.TOO_FEW
    return counts if bare else f"{counts} ({printed(share, total, target)})"


def of_cases(count: int, of: int, target: Limit | None = None) -> str:
    """Return 65% of the cases, but counts of few cases, of none and of all: 3 of 4 cases, no case, all 12 cases."""
    if not bears_verdict(of) or count in {0, of}:
        return out_of(count, of, "case")
    return f"{share_text(count, of, target)} of the cases"


def level(basis: Basis, table: Mapping[str, Any], code: str, *, least: int = LEAST_FOR_A_SHARE) -> str:
    """Return how many of a table's cases have a grade, with the percentage exactly as the table prints it."""
    return share_of(table[code], table["total"], target=target_of(basis, code), least=least)


def levels(
    basis: Basis, table: Mapping[str, Any], of: Sequence[tuple[str, str]], *, least: int = LEAST_FOR_A_SHARE
) -> list[str]:
    """Return how many cases have each grade: 377 of 577 (65%) Good, none Not Met."""
    return [f"{level(basis, table, code, least=least)} {label}" for code, label in of]


def of_practitioners(table: Mapping[str, Any]) -> str:
    """Return of how many practitioners a table's cases are, where some gave several; nothing where each gave one."""
    people = table.get("practitioners")
    return f" of {plural(people, 'practitioner')}" if isinstance(people, int) else ""


def all_alike(basis: Basis, table: Mapping[str, Any]) -> str | None:
    """Return the grade that every case of a table has, or None where there are several."""
    return next((label for code, label in basis.scale if table[code]["count"] == table["total"]), None)


def every_case(total: int, label: str) -> str:
    """Return that all cases have one grade: both cases were graded Good."""
    return f"{out_of(total, total, 'case')} {noun(total, *WERE)} graded {label}"


def audited(basis: Basis, table: Mapping[str, Any], where: str = "", *, least: int = LEAST_FOR_A_SHARE) -> str:
    """Return the sentence of how the cases of a table were graded; `where` they are from, if that is to be said."""
    total, alike = table["total"], all_alike(basis, table)
    cases = f"{plural(total, 'case')}{of_practitioners(table)}{where} {noun(total, *WERE)} audited"
    if not total:
        return f"No case{where} was audited."
    if alike:
        each = {1: "and it was", 2: "both"}.get(total, "all of them")
        return f"{cases}, {each} graded {alike}."
    return f"{cases}: {listed(levels(basis, table, basis.scale, least=least))}."
