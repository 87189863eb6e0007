"""How sure a figure is, in plain words: intervals, targets, areas (statistics.md sections 1 to 3). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from fractions import Fraction
from math import floor
from typing import Any

from app.labels import bears_verdict, listed, named, noun, plural
from app.report.figures.all_figures import Basis
from app.report.figures.statistics import chi_square_p, in_percent

Figures = Mapping[str, Any]
HIDDEN, TOO_FEW = "[c]", "[u]"
GOOD_WORDS = {
    "clearly_reached": "at or above the target",
    "reached_not_clear": "at or above in the sample, but too few cases to be sure",
    "missed_not_clear": "below in the sample, but this may be chance",
    "clearly_missed": "below the target",
}
LOWEST_WORDS = {
    "clearly_reached": "within the limit",
    "reached_not_clear": "within the limit in the sample, but too few cases to be sure",
    "missed_not_clear": "over the limit in the sample, but this may be chance",
    "clearly_missed": "over the limit",
}
# A difference between areas this unlikely under chance alone is worth a sentence.
UNLIKELY = 0.05


def open_only(sentences: Sequence[str]) -> list[str]:
    """Return the sentences in which nothing is hidden."""
    return [sentence for sentence in sentences if HIDDEN not in sentence]


def hides(table: Mapping[str, Any]) -> bool:
    """Say whether any number of a table, or of the tables in it, is hidden."""
    return any(hides(v) if isinstance(v, Mapping) else v == HIDDEN for v in table.values())


def printed(share: Mapping[str, Any], total: object, target: int | None = None) -> str:
    """Return a share as a percentage, with one decimal only where a whole one would belie the target (section 2)."""
    count, whole = share["count"], share["percent"]
    if isinstance(whole, str) or not isinstance(count, int) or not isinstance(total, int) or not total:
        return "[z]" if whole is None else str(whole)
    exact = Fraction(100 * count, total)
    if target is None or whole != target or exact == target:
        return f"{whole}%"
    tenths = floor(exact * 10 + Fraction(1, 2))
    if tenths != 10 * target:
        return f"{tenths // 10}.{tenths % 10}%"
    return f"just {'over' if exact > target else 'under'} {target}%"


def target_of(basis: Basis, code: str) -> int | None:
    """Return the target of a level, where it has one."""
    if basis.targets is None or code not in {basis.best, basis.lowest}:
        return None
    return basis.targets.good_percent if code == basis.best else basis.targets.not_met_percent


def interval(figures: Figures, scope: str, code: str, key: str = "") -> tuple[int, int] | None:
    """Return a share's 95% interval in whole per cent, exact where the population is known, or None."""
    found = (figures.get("intervals") or {}).get(scope, {}).get(code, {})
    found = found.get(key, {}) if key else found
    limits = found.get("hypergeometric_exact") or found.get("wilson")
    if not limits or isinstance(limits, str) or any(not isinstance(limit, int | float) for limit in limits):
        return None
    low, high = (in_percent(limit) for limit in limits)
    return low, high


def between(limits: tuple[int, int] | None) -> str:
    """Return an interval as a cell has it."""
    return f"{limits[0]}% to {limits[1]}%" if limits else "[x]"


def verdict(basis: Basis, figures: Figures, measure: str, scope: str, key: str = "") -> str:
    """Return in words how a share stands to its target, or the mark of too few cases, or for not available."""
    table = figures[scope][key] if key else figures[scope]
    if not bears_verdict(table["total"]):
        return TOO_FEW if table["total"] else "[z]"
    found = (figures.get("target_verdicts") or {}).get(measure, {}).get(scope)
    word = found.get(key) if isinstance(found, Mapping) else found
    words = GOOD_WORDS if measure == basis.best else LOWEST_WORDS
    return words.get(str(word), "[z]" if word is None else "[x]")


def sureness(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield what the interval of the whole audit says, with the population that it is about; nothing of few cases."""
    limits = [(label, interval(figures, "overall", code)) for code, label in (basis.scale[0], basis.scale[-1])]
    known = [f"{found[0]}% and {found[1]}% {label}" for label, found in limits if found and found[0] < found[1]]
    if not known or not bears_verdict(figures["overall"]["total"]):
        return
    population = figures["intervals"]["overall"][basis.best].get("population")
    of = f" of the newest case of each of {population:,} practitioners" if isinstance(population, int) else ""
    yield (
        f"Had every practitioner’s newest case been audited, the {noun(len(known), 'share')} would lie between "
        f"{listed(known, 'and between')} (95% interval{of})."
    )
    yield "This says nothing of cases that are not the newest, and nothing of the future."


BEYOND = "beyond_99.8"
BY_CHANCE = "differences as large as these are to be expected by chance."


def chance(figures: Figures, basis: Basis) -> Iterator[str]:
    """Yield what the spread between areas says about chance; the first sentence stands above the table of areas."""
    funnel = (figures.get("funnel") or {}) if bears_verdict(figures["overall"]["total"]) else {}
    ends = (basis.scale[0], basis.scale[-1])
    both = [(label, funnel[code]) for code, label in ends if code in funnel and funnel[code].get("df")]
    tests = {label: found for label, found in both if isinstance(found.get("chi_square"), int | float)}
    odd = {label: _beyond(figures, of["areas"]) for label, of in tests.items()}
    unlikely = [label for label, of in tests.items() if chi_square_p(of["chi_square"], of["df"]) < UNLIKELY]
    if tests and not unlikely and not any(odd.values()):
        where = f" in {listed(list(tests))}" if len(tests) < len(both) else ""
        yield f"The audit gives no evidence that the areas differ{where}: {BY_CHANCE}"
    if unlikely:
        yield f"The areas differ by more than chance alone would explain in {listed(unlikely)}."
    for label, areas in odd.items():
        if areas:
            yield f"Outside what chance allows (99.8% limits) in {label}: {listed(areas)}."


def _beyond(figures: Figures, flags: Mapping[str, Any]) -> list[str]:
    """Return the areas beyond what chance allows, in their usual order, those of few cases left out."""
    known = {a: flag for a, flag in flags.items() if isinstance(flag, Mapping)}
    return [a for a in judged_areas(figures) if a in known and known[a].get("flag") == BEYOND]


def judged_areas(figures: Figures) -> list[str]:
    """Return the areas with enough cases to judge by, in their usual order."""
    return [a for a in figures["service_area_order"] if bears_verdict(figures["service_area"][a]["total"])]


def clear_areas(basis: Basis, figures: Figures, code: str) -> Iterator[str]:
    """Yield the areas past a target allowing for chance, so that nobody takes a list of the others for a finding."""
    verdicts = (figures.get("target_verdicts") or {}).get(code, {}).get("service_area") or {}
    areas, target = judged_areas(figures), target_of(basis, code)
    reached, missed = ([a for a in areas if verdicts.get(a) == f"clearly_{side}"] for side in ("reached", "missed"))
    if not any(verdicts.get(a) for a in areas):
        return
    if code == basis.lowest:
        yield f"Allowing for chance, {_are(missed, areas)} clearly over {target}%."
    elif not reached and not missed:
        yield f"Allowing for chance, no area is clearly on either side of {target}%."
    else:
        above, below = _are(reached, areas), _are(missed, areas)
        yield f"Allowing for chance, {above} clearly at or above {target}%, and {below} clearly below."


def _are(found: Sequence[str], areas: Sequence[str]) -> str:
    if not found:
        return "no area is"
    both = len(found) == len(areas) == 2  # noqa: PLR2004 - both are, every one is
    return f"{named(found, len(areas), 'area')} {'are' if both or 1 < len(found) < len(areas) else 'is'}"


def staff_difference(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield what can be said of agency staff beside employed staff, each with its interval."""
    found = (figures.get("intervals") or {}).get("agency_minus_employed_newcombe") or {}
    few = [f"{name} staff" for name, table in figures["employment"].items() if not bears_verdict(table["total"])]
    if few:
        yield f"There are too few cases of {listed(sorted(few))} to say whether the two groups differ."
        return
    for code, label in (basis.scale[0], basis.scale[-1]):
        limits = found.get(code)
        if not limits or any(not isinstance(limit, int | float) for limit in limits):
            continue
        low, high = sorted(in_percent(limit) for limit in limits)
        if limits[0] <= 0 <= limits[1]:
            yield f"There is no clear difference in {label} between agency and employed staff."
            continue
        way, least, most = ("higher", low, high) if limits[0] > 0 else ("lower", -high, -low)
        by = f"by {f'{least} to' if least else 'at most'} {plural(most, 'percentage point')} (95% interval)"
        yield f"{label} is {way} among agency staff than among employed staff, {by}."
