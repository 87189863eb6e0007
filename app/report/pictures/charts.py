"""Pictures of the figures, each with the finding as its title, its words, and its table's code. Pure."""

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.documents import Picture
from app.labels import bears_verdict, capital, listed, noun, out_of, plural, some
from app.pictures import ANSWERS, COLOURS, levels, svg_of
from app.report.figures.all_figures import Basis
from app.report.figures.counted_cases import SEEN_STATES
from app.report.figures.disclosure import LEAST_BASE, UNRELIABLE
from app.report.figures.hiding import count_of
from app.report.figures.progress import Burn
from app.report.findings.differences import between_groups, of_areas
from app.report.findings.shares import Limit, printed, target_of
from app.report.narrative.graded import WERE, of_cases
from app.report.pictures.dots import change, funnel, targets
from app.report.pictures.matrix import agreement
from app.report.pictures.parts import NARROW, NATION, WIDE, Bar, Size, percent_of, stacked

__all__ = [
    "NARROW",
    "WIDE",
    "Size",
    "agreement",
    "area_children_seen",
    "area_grades",
    "areas",
    "bridge",
    "burn_svg",
    "change",
    "children_seen",
    "funnel",
    "law_types",
    "targets",
]

SEEN_LABELS = {"seen": "Seen", "not_seen": "Not seen", "unclear": "Unclear"}
STAGE_LABELS = {
    "first": "As first graded",
    "benchmarked": "After benchmarking",
    "challenged": "After challenges",
    "final": "Final",
}
# Of so many bars the words name the highest and lowest only; the table has them all.
MOST_NAMED = 20


def law_types(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the grades of each law type."""
    tables = {basis.kinds.law_types.short(law): figures["law_type"].get(law.upper(), {}) for law in basis.law_types}
    title = _law_title(basis, {name: table for name, table in tables.items() if table.get("total")})
    return _stacked(
        "law-types",
        "grades-by-law-type",
        title,
        _grade_bars(basis, {NATION: figures["overall"], **tables}),
        _labels(basis),
    )


def areas(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the grades of each service area, the whole audit on top."""
    bars = _grade_bars(basis, {NATION: figures["overall"], **_areas_in_order(figures)})
    return _stacked("areas", "grades-by-area", _areas_title(basis, figures), bars, _labels(basis))


def children_seen(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return whether the children were seen, by service area; of cases that are asked."""
    if not basis.seen_asked:
        return None
    tables = {
        NATION: figures["children_seen_overall"],
        **{area: figures["children_seen"].get(area, {}) for area in figures["service_area_order"]},
    }
    bars = [
        _bar(name, table["private_public"], [table[state] for state in SEEN_STATES])
        for name, table in tables.items()
        if isinstance(table.get("private_public"), int) and table["private_public"]
    ]
    nation = figures["children_seen_overall"]
    title = "Were the children seen?"
    if percent_of(nation["seen"]) is not None:
        count, asked = nation["seen"]["count"], nation["private_public"]
        judged = bears_verdict(asked) and 0 < count < asked
        share = f"{printed(nation['seen'], asked)} of {plural(asked, 'case')}" if judged else of_cases(count, asked)
        title = f"Children were seen in {share}"
    return _stacked("children-seen", "children-seen-by-area", title, bars, _answers())


def area_grades(basis: Basis, figures: Mapping[str, Any], area: str, *, whole: bool) -> Picture | None:
    """Return the grades of one area, for its pack; the whole audit below it where that may be shown."""
    here, overall, (best, label) = figures["service_area"][area], figures["overall"], basis.scale[0]
    if not here["total"]:
        return None
    tables = {area: here, **({NATION: overall} if whole else {})}
    bars = [
        _plain_bar(name, t["total"], [t[code] for code, _ in basis.scale], _limits(basis)) for name, t in tables.items()
    ]
    count, total, target = here[best]["count"], here["total"], target_of(basis, best)
    were = noun(max(count, 1) if not bears_verdict(total) or not count else total, *WERE)
    title = capital(f"{of_cases(count, total, target)} of {area} {were} {label}")
    title += _beside(overall[best], overall["total"], target) if whole else ""
    return _stacked("area-grades", "grades", title, bars, _labels(basis))


def area_children_seen(figures: Mapping[str, Any], area: str, *, whole: bool) -> Picture | None:
    """Return if the children of an area's cases were seen, with the whole audit below where that may be shown."""
    here, overall = figures["children_seen"][area], figures["children_seen_overall"]
    if not here["private_public"]:
        return None
    tables = {area: here, **({NATION: overall} if whole else {})}
    bars = [_plain_bar(name, t["private_public"], [t[state] for state in SEEN_STATES]) for name, t in tables.items()]
    title = (
        f"Children were seen in {of_cases(here['seen']['count'], here['private_public'])} of {area} in which it is "
        "asked"
    )
    title += _beside(overall["seen"], overall["private_public"]) if whole else ""
    return _stacked("area-children-seen", "children-seen", title, bars, _answers())


def _plain_bar(name: str, total: int, shares: Sequence[Any], targets: Sequence[Limit | None] = ()) -> Bar:
    """Return a bar of figures in which nothing is hidden; of few cases it prints counts."""
    estimates = [share.get("estimate") for share in shares]
    counts = [share["count"] for share in shares]
    return Bar(name, total, counts, few=total < LEAST_BASE, targets=targets, estimates=estimates)


def _beside(share: Mapping[str, Any], of: int, target: Limit | None = None) -> str:
    whole = out_of(share["count"], of, "case") if not bears_verdict(of) else printed(share, of, target)
    return f"; {whole} in the whole audit"


def _stages(figures: Mapping[str, Any]) -> dict[str, Any]:
    stages = (figures.get("bridge") or {}).get("stages") or (figures.get("moderation") or {}).get("bridge") or {}
    first, final = stages.get("first"), stages.get("final")
    return {**stages, "first": first or figures.get("overall_first_grade"), "final": final or figures["overall"]}


def bridge(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the grades at each stage: first, after benchmarking, after challenges, in the end."""
    stages = _stages(figures)
    bars = [bar for stage, label in STAGE_LABELS.items() if (bar := _stage(basis, label, stages.get(stage)))]
    if len(bars) < 2:  # noqa: PLR2004 - one stage is no bridge
        return None
    first, final = (bars[i].counts[-1] for i in (0, -1))
    if first is None or final is None:
        return None
    label = basis.scale[-1][1]
    were = noun(first or 1, *WERE)
    title = capital(f"{some(first, 'case')} {were} first graded {label}, and {final or 'none'} finally")
    return _stacked("bridge", "bridge", title, bars, _labels(basis), counts=True)


def _stage(basis: Basis, label: str, stage: Mapping[str, Any] | None) -> Bar | None:
    """Return a stage's bar, or None where nothing is known of it."""
    if not isinstance(stage, Mapping) or not all(code in stage for code, _ in basis.scale):
        return None
    counts = [count_of(stage[code]) for code, _ in basis.scale]
    known = [count for count in counts if count is not None]
    return Bar(label, sum(known), counts) if len(known) == len(counts) and any(known) else None


def _labels(basis: Basis) -> dict[str, str]:
    """Return the levels with their colours."""
    return dict(zip((label for _, label in basis.scale), levels(len(basis.scale)), strict=True))


def _answers() -> dict[str, str]:
    """Return the answers to whether the children were seen, in colours that are no level's besides the best."""
    return dict(zip((SEEN_LABELS[state] for state in SEEN_STATES), ANSWERS, strict=True))


def _areas_in_order(figures: Mapping[str, Any]) -> dict[str, Mapping[str, Any]]:
    return {area: figures["service_area"][area] for area in figures["service_area_order"]}


def _grade_bars(basis: Basis, tables: Mapping[str, Mapping[str, Any]]) -> list[Bar]:
    codes, limits = [code for code, _ in basis.scale], _limits(basis)
    return [_bar(name, t["total"], [t[code] for code in codes], limits) for name, t in tables.items() if t.get("total")]


def _limits(basis: Basis) -> list[Limit | None]:
    return [target_of(basis, code) for code, _ in basis.scale]


def _bar(name: str, total: int, shares: Sequence[Any], targets: Sequence[Limit | None] = ()) -> Bar:
    few = any(share["percent"] == UNRELIABLE for share in shares)
    estimates = [share.get("estimate") for share in shares]
    return Bar(name, total, [count_of(share) for share in shares], few=few, targets=targets, estimates=estimates)


def _stacked(
    code: str, table: str, title: str, bars: Sequence[Bar], parts: Mapping[str, str], *, counts: bool = False
) -> Picture | None:
    """Return a picture of bars, or None where there are none, or every part of them is hidden."""
    if not any(count is not None for bar in bars for count in bar.counts):
        return None
    wide, narrow = (stacked(bars, parts, size, counts=counts) for size in (WIDE, NARROW))
    return Picture(code, title, _alternative(bars, list(parts), counts=counts), wide, narrow, table)


def _alternative(bars: Sequence[Bar], parts: Sequence[str], *, counts: bool) -> str:
    """Return the picture in words: every bar where they are few, else the whole and the range."""
    ends = " The numbers are in the table that follows."
    if counts or len(bars) <= MOST_NAMED // 2:
        return f"Stacked bars. {' '.join(_in_words(bar, parts, counts=counts) for bar in bars)}{ends}"
    known = [(bar.counts[0] / bar.total, bar) for bar in bars[1:] if bar.counts[0] is not None]
    span = _span(known, parts[0]) if known else "By service area, the numbers are too small to be shown."
    return f"Stacked bars of {len(bars):,}. {_in_words(bars[0], parts, counts=counts)} {span}{ends}"


def _span(known: Sequence[tuple[float, Bar]], part: str) -> str:
    low, high = min(known, key=lambda k: k[0])[1], max(known, key=lambda k: k[0])[1]
    if low.says(0) == high.says(0):
        return f"{low.says(0)} {part} in each service area."
    return f"From {low.says(0)} {part} in {low.name} to {high.says(0)} in {high.name}."


def _in_words(bar: Bar, parts: Sequence[str], *, counts: bool) -> str:
    told = [f"{part} {bar.says(i, counts=counts)}" for i, part in enumerate(parts) if bar.counts[i] is not None]
    hidden = len(told) < len(parts)
    return (
        f"{bar.name}, {plural(bar.total, 'case')}: "
        f"{listed([*told, *(['the rest is hidden because the numbers are small'] if hidden else [])])}."
    )


def _law_title(basis: Basis, tables: Mapping[str, Mapping[str, Any]]) -> str:
    """Say which law type had more at the lowest level than another, or at the best; else that none clearly had."""
    if len(tables) < 2:  # noqa: PLR2004 - nothing to compare
        return f"Grades in {next(iter(tables), 'each law type')}"
    found = next(iter(between_groups(basis, tables)), None)
    if found is None:
        return "No law type’s grades are clearly different from another’s"
    more, less = (
        printed(tables[name][found.code], tables[name]["total"], target_of(basis, found.code))
        for name in (found.more, found.less)
    )
    label = dict(basis.scale)[found.code]
    return f"{label} was more common in {_inside(found.more)}, at {more}, than in {_inside(found.less)}, at {less}"


def _inside(name: str) -> str:
    return f"{name[0].lower()}{name[1:]}"


def _areas_title(basis: Basis, figures: Mapping[str, Any]) -> str:
    """Say which areas are beyond what chance could do, or that none is; the range where nobody has looked."""
    best, label = basis.scale[0]
    tables = {a: t for a, t in _areas_in_order(figures).items() if t["total"]}
    if len(tables) < 2:  # noqa: PLR2004 - nothing to compare
        return f"Grades in {next(iter(tables), 'the service areas')}"
    found = of_areas(basis, figures)
    if found.named:
        verb = "differ" if len(found.named) > 1 else "differs"
        return f"{listed(found.named)} {verb} from the rest by more than chance would explain"
    if {best, basis.lowest} <= {*found.shown}:
        return "No service area’s grades differ from the rest by more than chance could explain"
    if best in found.shown:
        return f"No service area’s share of {label} differs from the rest by more than chance could explain"
    known = [
        (t[best]["count"] / t["total"], t)
        for t in tables.values()
        if percent_of(t[best]) is not None and bears_verdict(t["total"])
    ]
    ends = (
        [
            printed(t[best], t["total"], target_of(basis, best))
            for _, t in (min(known, key=_first), max(known, key=_first))
        ]
        if known
        else ["", ""]
    )
    return f"{label} by service area: from {ends[0]} to {ends[1]}" if ends[0] != ends[1] else "Grades by service area"


def _first(of: tuple[float, object]) -> float:
    return of[0]


def burn_svg(burn: Burn, size: Size = WIDE) -> str:
    """Return the picture of the submitted cases against the calendar."""
    return _burn(
        tuple((r.day.isoformat(), r.submitted, float(r.even) if r.even is not None else None) for r in burn.rows),
        burn.total,
        size,
    )


@lru_cache(maxsize=32)
def _burn(rows: tuple[tuple[str, int | None, float | None], ...], total: int, size: Size) -> str:
    import altair as alt  # noqa: PLC0415 - half a second that only the first picture pays

    submitted = [{"day": day, "cases": count} for day, count, _ in rows if count is not None]
    even = [{"day": day, "cases": count} for day, _, count in rows if count is not None]
    across = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", labelOverlap=True, tickCount=size.ticks + 1))
    up = alt.Y(
        "cases:Q",
        title="Cases submitted",
        scale=alt.Scale(domain=[0, max(total, 1)]),
        axis=alt.Axis(tickCount=5, tickMinStep=1),
    )
    done = alt.Chart(alt.InlineData(values=submitted)).encode(x=across, y=up)
    pace = alt.Chart(alt.InlineData(values=even)).encode(x=across, y=up)
    layers = (
        [
            pace.mark_line(color=COLOURS[2], strokeDash=[6, 4], strokeWidth=2),
            alt.Chart(alt.InlineData(values=even[-1:]))
            .encode(x=across, y=up)
            .mark_text(align="right", dy=-10, fontSize=14, color=COLOURS[2], text="Even pace"),
        ]
        if even
        else []
    )
    layers += [
        done.mark_line(color=COLOURS[0], strokeWidth=4, interpolate="step-after"),
        done.mark_circle(color=COLOURS[0], size=40),
    ]
    return svg_of(alt.layer(*layers).properties(width=size.bars, height=260).to_dict())
