"""How sure a figure is, in plain words: intervals, targets, areas (statistics.md sections 1 to 3). Pure."""

from collections.abc import Iterator, Mapping, Sequence, Sized
from typing import Any

from app.labels import LEAST_FOR_A_VERDICT, bears_verdict, listed, named, noun, plural
from app.report.figures.all_figures import Basis
from app.report.figures.statistics import in_percent
from app.report.figures.uncertainty import COMPARED_STAFF
from app.report.findings.differences import Areas, between_groups, of_areas, of_regions
from app.report.findings.known import Figure, Figures, Known, Sure, sure, told
from app.report.findings.known import staff_difference as staff_limits
from app.report.findings.shares import target_of
from app.report.findings.verdicts import Verdict, verdict

HIDDEN, TOO_FEW = "[c]", "[u]"
EVERYBODY = "all were audited"
NO_VERDICT = f"With fewer than {LEAST_FOR_A_VERDICT} cases nothing can be said about the targets."


def open_only(sentences: Sequence[str]) -> list[str]:
    """Return the sentences in which nothing is hidden."""
    return [sentence for sentence in sentences if HIDDEN not in sentence]


def hides(table: Mapping[str, Any]) -> bool:
    """Say whether any number of a table, or of the tables in it, is hidden."""
    return any(hides(v) if isinstance(v, Mapping) else v == HIDDEN for v in table.values())


def between(found: Figure[Sure]) -> str:
    """Return an interval as a cell has it; where everybody was audited there is none."""
    return told(found, lambda of: EVERYBODY if of.everybody else f"{in_percent(of.low)}% to {in_percent(of.high)}%")


def sureness(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield what the interval of the whole audit says, with the population that it is about; nothing of few cases."""
    if not bears_verdict(figures["overall"]["total"]):
        return
    of = {label: sure(figures, "overall", code) for code, label in (basis.scale[0], basis.scale[-1])}
    known = {label: found.value for label, found in of.items() if isinstance(found, Known)}
    if not known:
        return
    first, each = next(iter(known.values())), cases_each(figures)
    newest = "newest case" if each == 1 else f"latest {each:,} cases"
    if first.everybody:
        yield f"{audited_all(first.population or 0, newest)}, so these shares are no estimate: they are those of all."
    else:
        limits = [f"{in_percent(at.low)}% and {in_percent(at.high)}% {label}" for label, at in known.items()]
        whose = (
            f" of the {newest} of each of {first.population:,} practitioners"
            if first.population
            else ", taking it that half of the practitioners were audited"
        )
        yield (
            f"Had every practitioner’s {newest} been audited, the {noun(len(limits), 'share')} would lie between "
            f"{listed(limits, 'and between')} (95% interval{whose})."
        )
    if is_weighted(figures):
        yield (
            "Practitioners had different chances to be drawn, so shares of the whole audit weigh each case by how many "
            "practitioners it stands for; counts are cases."
        )
    older = "not the newest" if each == 1 else "older than those"
    yield f"This says nothing of cases that are {older}, and nothing of the future."


def cases_each(figures: Mapping[str, Any]) -> int:
    """Return how many cases of each practitioner were audited at most."""
    return int(((figures.get("sample") or {}).get("shape") or {}).get("cases_each", 1))


def is_weighted(figures: Mapping[str, Any]) -> bool:
    """Say whether practitioners had different chances, so that the whole is no plain share of its cases."""
    whole = figures["overall"].values()
    return any(isinstance(share, Mapping) and "estimate" in share for share in whole)


def audited_all(practitioners: int, newest: str = "newest case") -> str:
    """Say that nobody was left out."""
    was = "was" if newest == "newest case" else "were"
    if practitioners == 1:
        return f"The {newest} of the one practitioner {was} audited"
    return f"The {newest} of every one of {practitioners:,} practitioners {was} audited"


BY_CHANCE = "differences as large as these are to be expected by chance."


def chance(figures: Figures, basis: Basis) -> Iterator[str]:
    """Yield what the spread between areas says about chance; the first sentence stands above the table of areas."""
    yield from _chance(of_areas(basis, figures), basis, "areas")


def chance_of_regions(figures: Figures, basis: Basis) -> Iterator[str]:
    """Yield what the spread between regions says about chance, above their table."""
    yield from _chance(of_regions(basis, figures), basis, "regions")


def _chance(areas: Areas, basis: Basis, called: str) -> Iterator[str]:
    labels = dict(basis.scale)
    if areas.shown and not areas.named:
        both = len(areas.shown) == len({basis.best, basis.lowest})
        where = "" if both else f" in {listed([labels[code] for code in areas.shown])}"
        yield f"The audit gives no evidence that the {called} differ{where}: {BY_CHANCE}"
    for code in (basis.best, basis.lowest):
        if differing := areas.differing[code]:
            verb = "differs" if len(differing) == 1 else "differ"
            yield f"{listed(differing)} {verb} from the rest in {labels[code]} by more than chance would explain."


def clear_areas(basis: Basis, figures: Figures, code: str) -> Iterator[str]:
    """Yield the areas past a target allowing for chance, so that nobody takes a list of the others for a finding."""
    found = {a: verdict(figures, code, "service_area", a) for a in figures["service_area_order"]}
    known, target = {a: of.value for a, of in found.items() if isinstance(of, Known)}, target_of(basis, code)
    if not known or target is None:
        return
    reached, missed = ([a for a, of in known.items() if of is side] for side in (Verdict.REACHED, Verdict.MISSED))
    if code == basis.lowest:
        yield f"Allowing for chance, {_are(missed, known)} clearly over {target.percent}%."
    elif not reached and not missed:
        yield f"Allowing for chance, no area is clearly on either side of {target.percent}%."
    else:
        above, below = _are(reached, known), _are(missed, known)
        yield f"Allowing for chance, {above} clearly at or above {target.percent}%, and {below} clearly below."


def _are(found: Sequence[str], of: Sized) -> str:
    if not found:
        return "no area is"
    every = len(found) == len(of) > 2  # noqa: PLR2004 - every one is, both are
    return f"{named(found, len(of), 'area')} {'is' if every or len(found) == 1 else 'are'}"


def staff_difference(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield what can be said of agency staff beside employed staff, a difference with its interval."""
    kinds = basis.kinds.employment
    few = [
        f"{kinds.low(name)} staff" for name, table in figures["employment"].items() if not bears_verdict(table["total"])
    ]
    if few:
        yield f"There are too few cases of {listed(sorted(few))} to say whether the two groups differ."
        return
    claimed = {of.code for of in between_groups(basis, figures["employment"])}
    one, other = (kinds.low(name) for name in COMPARED_STAFF)
    for code, label in (basis.scale[0], basis.scale[-1]):
        limits = staff_limits(figures, code)
        if not isinstance(limits, Known):
            continue
        if code not in claimed:
            yield f"There is no clear difference in {label} between {one} and {other} staff."
            continue
        low, high = sorted(in_percent(limit) for limit in limits.value)
        way, least, most = ("higher", low, high) if limits.value[0] > 0 else ("lower", -high, -low)
        by = f"by {f'{least} to' if least else 'at most'} {plural(most, 'percentage point')} (95% interval)"
        yield f"{label} is {way} among {one} staff than among {other} staff, {by}."
