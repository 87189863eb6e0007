"""The sentences about service areas: whether they differ, where they stand to the targets, how little it says. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from typing import Any

from app.labels import LEAST_FOR_A_VERDICT, MANY_CASES, capital, listed, noun, out_of
from app.report.figures.all_figures import Basis
from app.report.findings.differences import judged as enough_cases
from app.report.findings.differences import of_areas
from app.report.findings.shares import printed, target_of
from app.report.narrative import cautions
from app.report.narrative.cautions import open_only

Figures = Mapping[str, Any]
FEW_CASES = (
    "Most areas have few cases, so a difference between two areas may be chance. Read the numbers of cases beside the "
    "percentages."
)


def service_area(basis: Basis, figures: Figures) -> list[str]:
    """Return whether the areas differ at all, how many are where, and how little a difference between two says."""
    # Where a number of any area is hidden, no area is named: the name alone would say what the number was.
    words, open_ = figures["sentences"], not cautions.hides(figures["service_area"])
    if not words["areas"]:
        return []
    if words["areas"] == 1:
        return [f"Every case is of one service area{_the_one(figures) if open_ else ''}."]
    found = [*cautions.chance(figures, basis), *_against(basis, figures, open_=open_)]
    if open_:
        found += [*_span(basis, figures), *_without_lowest(basis, figures)]
    return open_only([*found, *_few(basis, figures)])


def _few(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield how little a difference says where most areas have few cases and not every one is named as different."""
    tables = {a: figures["service_area"][a] for a in figures["service_area_order"]}
    filled = {a: t["total"] for a, t in tables.items() if t["total"]}
    few = [a for a, total in filled.items() if not isinstance(total, int) or total < MANY_CASES]
    if len(few) > len(filled) // 2 and set(of_areas(basis, figures).named) < set(filled):
        yield FEW_CASES


def _judged(figures: Figures) -> list[str]:
    """Return the areas with enough cases to judge by, in their usual order."""
    return enough_cases({a: figures["service_area"][a] for a in figures["service_area_order"]})


def _the_one(figures: Figures) -> str:
    return "".join(f", {a}" for a in figures["service_area_order"] if figures["service_area"][a]["total"])


def _without_lowest(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield where no case has the lowest grade, or where some have, whichever names fewer areas."""
    areas, without = figures["sentences"]["areas"], figures["sentences"]["areas_with_no_not_met"]
    filled = [a for a in figures["service_area_order"] if figures["service_area"][a]["total"]]
    label, others = basis.scale[-1][1], [a for a in filled if a not in without]
    if not others:
        yield f"No case was graded {label} in any service area."
    elif len(without) > areas // 2:
        yield f"Only in {listed(others)} were cases graded {label}."
    elif without:
        yield f"No case was graded {label} in {listed(without, 'or')}."


def _against(basis: Basis, figures: Figures, *, open_: bool) -> Iterator[str]:
    """Yield how many areas of enough cases stand where to the targets, named where that gives no count away."""
    words, judged = figures["sentences"], _judged(figures)
    if basis.targets is None or "areas_at_or_above_good_target" not in words:
        return
    few = words["areas"] - len(judged)
    if few:
        yield f"{capital(_too_few(few, words['areas']))}."
    if not judged:
        return
    t, best, lowest = basis.targets, basis.scale[0][1], basis.scale[-1][1]
    above, below, over, at = ([a for a in words[key]["areas"] if a in judged] for key in BANDS)
    yield f"{_areas_of(above, judged, few)} had at least {t.good_percent}% {best}."
    if open_ and above and below:
        yield f"Below {t.good_percent}%: {listed(below)}."
    if open_:
        yield from cautions.clear_areas(basis, figures, basis.best)
    which = _which(over, judged, open_=open_)
    yield f"{_areas_of(over, judged, few)} had more than {t.not_met_percent}% {lowest}{which}."
    if open_ and over:
        yield from cautions.clear_areas(basis, figures, basis.lowest)
    if at:
        where = _which(at, judged, open_=open_) or f": {out_of(len(at), len(judged), 'area')}"
        yield f"Exactly {t.not_met_percent}%, which is within the limit{where}."


BANDS = (
    "areas_at_or_above_good_target",
    "areas_below_good_target",
    "areas_not_met_over_target",
    "areas_not_met_at_target",
)


def _too_few(few: int, areas: int) -> str:
    have = noun(few, "has", "have")
    return f"{out_of(few, areas, 'service area')} {have} fewer than {LEAST_FOR_A_VERDICT} cases, too few for a verdict"


def _areas_of(found: Sequence[str], judged: Sequence[str], few: int) -> str:
    return capital(out_of(len(found), len(judged), f"{'other ' if few else ''}service area"))


def _which(found: Sequence[str], judged: Sequence[str], *, open_: bool) -> str:
    return f": {listed(found)}" if open_ and 0 < len(found) < len(judged) else ""


SAYS_LITTLE = "; with few cases in each area, the order says little"


def _span(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield from where to where the areas' shares of the best level go, every area named that shares an end."""
    best, label = basis.scale[0]
    tables = {a: figures["service_area"][a] for a in _judged(figures)}
    shares = {a: Fraction(t[best]["count"], t["total"]) for a, t in tables.items()}
    if len(shares) < 2:  # noqa: PLR2004 - one area goes from nowhere to nowhere
        return
    low, high = min(shares.values()), max(shares.values())
    ends = [[a for a, share in shares.items() if share == end] for end in (low, high)]
    at = [printed(tables[a][best], tables[a]["total"], target_of(basis, best)) for a, *_ in ends]
    if at[0] == at[1]:
        yield f"Every area had {at[0]} {label}{'.' if low == high else ', as whole percentages go.'}"
    else:
        # Of areas that differ by more than chance the report does not say that their order is nothing.
        little = "" if of_areas(basis, figures).differing[best] else SAYS_LITTLE
        yield f"{label} went from {at[0]} ({listed(ends[0])}) to {at[1]} ({listed(ends[1])}){little}."
