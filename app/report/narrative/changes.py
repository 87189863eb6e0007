"""What changed since earlier audits, with percentages, dates, and chance (statistics.md section 2). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from math import floor
from typing import Any

from app.audit.areas.rules import Unit
from app.clock import month
from app.documents import Column, Kind, Row, Sentences, Table
from app.labels import LEAST_FOR_A_VERDICT, bears_verdict, listed, noun, plural
from app.report.figures.all_figures import Basis, Comparator, percent, whole
from app.report.figures.counted_cases import tested
from app.report.figures.hiding import count_of
from app.report.figures.statistics import newcombe
from app.report.findings.shares import share_cell, target_of
from app.report.narrative.changed_areas import Change, said_of, together, units_between
from app.report.narrative.compared import Compared

NOT_KNOWN = "[x]"
Figures = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier audit whose figures are kept.

    `levels` says which grade of this audit each of its grades is, where the scales differ.
    """

    name: str
    when: str
    scale: tuple[tuple[str, str], ...]
    figures: Figures
    levels: Mapping[str, str] = field(default_factory=dict)
    # The areas that were split or merged from then until this audit.
    changes: Sequence[Change] = ()


def levels_of(basis: Basis, earlier: Earlier) -> Mapping[str, str] | None:
    """Return which grade of this audit each earlier one is, or None where scales differ and nobody has said it."""
    codes = [code for code, _ in basis.scale]
    old = [code for code, _ in earlier.scale]
    if earlier.levels:
        return (
            earlier.levels if set(old) <= set(earlier.levels) and set(earlier.levels.values()) <= set(codes) else None
        )
    return {code: code for code in codes} if earlier.scale == basis.scale else None


def compared(basis: Basis, figures: Figures, earlier: Earlier | None = None) -> list[Compared]:
    """Return each comparison that can be made once: with earlier counts, and with percentages known alone."""
    found = [*_with_counts(basis, figures, earlier)] if earlier else []
    with_counts = {(c.label, c.where, c.when) for c in found}
    return [
        *dict.fromkeys(
            [*found, *(c for c in _percentages(basis, figures) if (c.label, c.where, c.when) not in with_counts)]
        )
    ]


def _direction(basis: Basis, code: str) -> bool | None:
    return True if code == basis.best else False if code == basis.lowest else None


def _with_counts(basis: Basis, figures: Figures, earlier: Earlier) -> Iterator[Compared]:
    levels = levels_of(basis, earlier)
    if levels is None or not month(earlier.when):
        return
    for where, now, then in _both(basis, figures, earlier):
        for code, label in (basis.scale[0], basis.scale[-1]):
            count, before = count_of(now.get(code)), _mapped(then, levels, code)
            if count is not None and before is not None and bears_verdict(then["total"]):
                pair, printed = (before, then["total"]), percent(before, then["total"]) or 0
                here, way = (count, now["total"]), _direction(basis, code)
                yield Compared(label, where, month(earlier.when), here, printed, pair, way, target_of(basis, code))


def _both(basis: Basis, figures: Figures, earlier: Earlier) -> Iterator[tuple[str, Figures, Figures]]:
    """Yield what both audits have cases of: the whole, and each law type."""
    pairs = [("all cases", figures["overall"], earlier.figures["overall"])]
    pairs += [
        (
            basis.kinds.law_types.low(w),
            figures["law_type"].get(w.upper(), {}),
            earlier.figures["law_type"].get(w.upper(), {}),
        )
        for w in basis.law_types
    ]
    return ((where, now, then) for where, now, then in pairs if bears_verdict(now.get("total")) and then.get("total"))


def _mapped(then: Figures, levels: Mapping[str, str], code: str) -> int | None:
    """Return how many earlier cases had what is now `code`, or None where no earlier grade is it or one is hidden."""
    counts = [count_of(then.get(old)) for old, new in levels.items() if new == code]
    known = [count for count in counts if count is not None]
    return sum(known) if known and len(known) == len(counts) else None


def _percentages(basis: Basis, figures: Figures) -> Iterator[Compared]:
    labels = {**dict(basis.scale), **CHILDREN}
    for c in basis.comparators:
        table = _table_of(c, figures)
        count = count_of(table.get(c.measure))
        if c.value is None or c.measure not in labels or not month(c.when) or count is None:
            continue
        if not bears_verdict(table["total"]):
            continue
        when = f"{month(c.when)} (inspection)" if c.kind == "inspection" else month(c.when)
        now, way = (count, table["total"]), _direction(basis, c.measure)
        target = target_of(basis, c.measure)
        more = (table[c.measure].get("estimate"), tested(table, c.measure))
        yield Compared(labels[c.measure], _where(basis, c), when, now, whole(c.value), None, way, target, *more)


# What an earlier audit can say of children being seen, and what this audit's figures call it.
CHILDREN = {
    "children_seen": "Children seen",
    "children_not_seen": "Children not seen",
    "children_not_seen_with_reason": "Children not seen, with reason",
    "children_not_seen_no_reason": "Children not seen, no reason",
    "children_unclear": "Unclear whether children were seen",
}


def _table_of(c: Comparator, figures: Figures) -> Figures:
    """Return this audit's table that a comparator speaks of, with its total, or nothing where there is none.

    Areas are compared only where somebody recorded an earlier percentage of one.
    """
    if c.measure in CHILDREN:
        seen = figures["children_seen_overall"] if c.scope == "overall" else {}
        name = c.measure.removeprefix("children_")
        found = seen.get(name, seen.get(f"not_seen_{name.removeprefix('not_seen_')}"))
        return {c.measure: found, "total": seen["private_public"]} if found else {}
    match c.scope, c.scope_value:
        case "overall", _:
            return dict(figures["overall"])
        case "law_type", str(law):
            return dict(figures["law_type"].get(law.upper(), {}))
        case "service_area", str(area):
            return dict(figures["service_area"].get(area, {}))
        case "area_law_type", [str(area), str(law)]:
            return dict(figures.get("area_by_law_type", {}).get(area, {}).get(law.upper(), {}))
    return {}


def _where(basis: Basis, c: Comparator) -> str:
    laws = basis.kinds.law_types
    match c.scope, c.scope_value:
        case "law_type", str(law):
            return laws.low(law.lower())
        case "service_area", str(area):
            return area
        case "area_law_type", [str(area), str(law)]:
            return f"{laws.low(law.lower())} in {area}"
    return "" if c.measure in CHILDREN else "all cases"


def change_table(basis: Basis, figures: Figures, now: str, earlier: Earlier | None = None) -> Table | None:
    """Return the table of what changed until `now`, a month in words; None where there is nothing to compare with."""
    found = compared(basis, figures, earlier)
    if not found:
        return None
    columns, rows = [Column(*head) for head in HEADS], list(map(_row, found))
    # Of an earlier audit of which only percentages are published there are neither counts nor intervals.
    table = Table("change", f"Change since earlier audits, until {now}", columns, rows).without_columns_of(NOT_KNOWN)
    intervals = any(column.heading == INTERVAL for column in table.columns)
    return replace(table, notes=[f"{DIFFERENCE} {OF_INTERVALS}" if intervals else DIFFERENCE])


INTERVAL = "95% interval"
HEADS = (
    ("Measure", Kind.WORDS),
    ("Earlier audit", Kind.WORDS),
    ("Cases then", Kind.COUNT),
    ("% then", Kind.PERCENT),
    ("Cases now", Kind.COUNT),
    ("% now", Kind.PERCENT),
    ("Difference in points", Kind.WORDS),
    (INTERVAL, Kind.WORDS),
    ("What can be said", Kind.WORDS),
)
DIFFERENCE = "The difference is that of the two printed percentages."
OF_INTERVALS = "The interval is that of the difference of the exact shares, in percentage points."


def _row(of: Compared) -> Row:
    then = of.then[1] if of.then else NOT_KNOWN
    counts = [then, of.then_percent, of.now[1], share_cell(*of.now, of.target, of.estimate)]
    return Row([of.name, of.when, *counts, _signed(of.points), _interval(of), of.verdict])


def _signed(points: float) -> str:
    sign = "+" if points > 0 else "\u2212" if points < 0 else ""
    return f"{sign}{abs(points)}"


def _interval(c: Compared) -> str:
    return (
        NOT_KNOWN
        if c.interval is None
        else f"{_signed(_half_up(100 * c.interval[0]))} to {_signed(_half_up(100 * c.interval[1]))}"
    )


def _half_up(number: float) -> int:
    return floor(number + 0.5)


def change_sentences(basis: Basis, figures: Figures, now: str, earlier: Earlier | None = None) -> Sentences:
    """Return what changed, each with both percentages and dates, and where nothing can be said, why."""
    found = compared(basis, figures, earlier)
    said = [_sentence(c, now) for c in found]
    said += _without_counts(found)
    if earlier is not None:
        said += [*_broken(basis, earlier), *_case_mix(basis, figures, earlier), *_areas(basis, figures, earlier)]
    return Sentences([*said, *_mix_of_percentages(basis, figures)])


def _sentence(c: Compared, now: str) -> str:
    now_then = f"{c.printed} in {now}, {c.then_percent}% in {c.when}"
    both = f"{c.name}: {now_then}"
    moved = (
        f"{'up' if c.points > 0 else 'down'} {plural(abs(c.points), 'percentage point')}" if c.points else "the same"
    )
    if c.direction is None:
        return f"{both}, {moved}{'; this may be chance' if c.points else ''}."
    if not c.direction:
        return f"{both}: no clear change."
    judged = {True: " It has improved.", False: " It has become worse.", None: ""}[c.better]
    return f"{both}: {'higher' if c.direction > 0 else 'lower'} than then, {moved}.{judged}"


def _without_counts(found: Sequence[Compared]) -> Iterator[str]:
    """Yield what can be said of earlier percentages whose number of cases is not published."""
    without = [c for c in found if c.then is None]
    if not without:
        return
    whens = list(dict.fromkeys(c.when for c in without))
    yield (
        f"For {listed(whens)} the number of cases is not published. A change is called higher or lower only where it "
        "would be clear with any number of cases that can give that percentage."
    )


def _broken(basis: Basis, earlier: Earlier) -> Iterator[str]:
    if levels_of(basis, earlier) is None:
        yield (
            f"{earlier.name} was graded on another scale ({listed([label for _, label in earlier.scale])}), and it "
            "is not said which of its grades "
            "is which of this audit’s. So the two are not compared."
        )


def weighted(basis: Basis, figures: Figures, rates: Mapping[str, Fraction]) -> int | None:
    """Return an earlier percentage as it would be with this audit's mix of law types.

    `rates` are shares of 1 by law type, in capitals.
    """
    totals = {
        law: figures["law_type"][law]["total"]
        for law in (w.upper() for w in basis.law_types)
        if figures["law_type"].get(law, {}).get("total")
    }
    if not totals or not set(totals) <= set(rates):
        return None
    exact = sum((rates[law] * n for law, n in totals.items()), Fraction(0)) / sum(totals.values())
    return percent(exact.numerator, exact.denominator)


def _case_mix(basis: Basis, figures: Figures, earlier: Earlier) -> Iterator[str]:
    levels = levels_of(basis, earlier)
    enough = bears_verdict(figures["overall"]["total"]) and bears_verdict(earlier.figures["overall"]["total"])
    for code, label in (basis.scale[0], basis.scale[-1]) if levels and enough else ():
        overall = earlier.figures["overall"]
        then, laws = _mapped(overall, levels or {}, code), earlier.figures["law_type"]
        counts = {law: _mapped(t, levels or {}, code) for law, t in laws.items() if t["total"]}
        rates = {law: Fraction(n, laws[law]["total"]) for law, n in counts.items() if n is not None}
        before = percent(then, overall["total"]) if then is not None else None
        yield from _mixed(label, month(earlier.when), before, weighted(basis, figures, rates))


def _mix_of_percentages(basis: Basis, figures: Figures) -> Iterator[str]:
    """Yield the earlier percentages with this audit's mix, where those of every law type are published."""
    for c in basis.comparators if bears_verdict(figures["overall"]["total"]) else ():
        if c.scope == "overall" and c.value is not None and c.measure in dict(basis.scale):
            same = [
                o
                for o in basis.comparators
                if (o.scope, o.measure, o.when) == ("law_type", c.measure, c.when) and o.value is not None
            ]
            rates = {str(o.scope_value).upper(): Fraction(str(o.value)) / 100 for o in same}
            yield from _mixed(
                dict(basis.scale)[c.measure], month(c.when), whole(c.value), weighted(basis, figures, rates)
            )


def _mixed(label: str, when: str, then: int | None, mixed: int | None) -> Iterator[str]:
    if then is not None and mixed is not None and mixed != then:
        yield f"With this audit’s mix of law types, {when} would have had {mixed}% {label} instead of {then}%."


def _areas(basis: Basis, figures: Figures, earlier: Earlier) -> Iterator[str]:
    """Say once what can be said of single areas, rather than rank what is mostly chance."""
    intervals = _area_intervals(basis, figures, earlier)
    clear = [unit for unit, (low, high) in intervals.items() if not low <= 0 <= high]
    label = basis.scale[0][1]
    if not intervals:
        return
    found = f"no clear change of {label}"
    if clear:
        only = "" if len(clear) == len(intervals) else " only"
        named = listed([_name(unit) for unit in clear])
        found = f"a clear change of {label} in {named}{only}; of 20 areas, one seems clear by chance alone"
    few = "With so few cases only a very large change of an area could be told from chance."
    yield from said_of(list(intervals))
    areas = noun(len(intervals), "the one service area", f"the {len(intervals):,} service areas")
    yield f"In {areas} with {LEAST_FOR_A_VERDICT} cases or more in both audits there is {found}. {few}"


def _name(unit: Unit) -> str:
    return unit.name if unit.before == unit.after else f"({unit.name})"


def _area_intervals(basis: Basis, figures: Figures, earlier: Earlier) -> dict[Unit, tuple[float, float]]:
    """Return the interval of the change of the best level, for each area with cases in both audits."""
    levels, found = levels_of(basis, earlier), {}
    of_now, of_then = figures["service_area"], earlier.figures["service_area"]
    both = units_between(earlier.changes, list(of_then), figures["service_area_order"]) if levels is not None else ()
    for unit in both:
        now = together([of_now[area] for area in unit.after], basis.codes)
        then = together([of_then[area] for area in unit.before], list(levels or {}))
        interval = _of_best(basis, now, then, levels or {}) if now and then else None
        if interval is not None:
            found[unit] = interval
    return found


def _of_best(basis: Basis, now: Figures, then: Figures, levels: Mapping[str, str]) -> tuple[float, float] | None:
    count, before = count_of(now[basis.best]), _mapped(then, levels, basis.best) if then.get("total") else None
    enough = bears_verdict(now["total"]) and bears_verdict(then.get("total"))
    if count is None or before is None or not enough:
        return None
    return newcombe(tested(now, basis.best), (before, then["total"]))
