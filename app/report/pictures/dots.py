"""Pictures of dots: shares against a target, against earlier audits, and against what chance could do. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.documents import Picture
from app.labels import bears_verdict, listed, plural
from app.pictures import COLOURS
from app.report.figures.all_figures import Basis
from app.report.figures.counted_cases import tested
from app.report.figures.hiding import count_of
from app.report.figures.statistics import funnel_flag, in_percent, wilson
from app.report.findings.differences import of_areas, unusual
from app.report.findings.known import Figure, Known, Mark, Sure, sure
from app.report.findings.shares import printed, target_of
from app.report.findings.verdicts import TOO_FEW, in_words, verdict
from app.report.narrative.cautions import EVERYBODY
from app.report.narrative.changes import Earlier, compared
from app.report.narrative.compared import Compared
from app.report.pictures.funnel import drawn_funnel
from app.report.pictures.parts import NARROW, NATION, WIDE, Size, Spec, names_above, percent_of, rows, share_axis

BEYOND = ("beyond_95", "beyond_99.8")


def targets(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the shares of all cases and of each law type, with their 95% intervals, against both targets."""
    if basis.targets is None:
        return None
    wanted = [(*basis.scale[0], "target at least"), (*basis.scale[-1], "limit")]
    panels = [
        (f"{label}: {words} {target.percent}% (dashed line)", target.percent, list(_dots(basis, figures, code)))
        for code, label, words in wanted
        if (target := target_of(basis, code))
    ]
    if not all(dots for _, _, dots in panels):
        return None
    title = ". ".join(
        f"{label}: {_verdict(basis, figures, code, panel[2][0])}"
        for (code, label, _), panel in zip(wanted, panels, strict=True)
    )
    words = " ".join(f"{name}. {' '.join(_dot_in_words(d) for d in dots)}" for name, _, dots in panels)
    wide, narrow = ({"vconcat": [_target_panel(*panel, size) for panel in panels]} for size in (WIDE, NARROW))
    return Picture(
        "targets", title, f"Dots with 95% intervals against a line at the target. {words}", wide, narrow, "targets"
    )


def _verdict(basis: Basis, figures: Mapping[str, Any], code: str, whole: Mapping[str, Any]) -> str:
    """Return what became of a level's target; where nobody can say it, the share beside the target."""
    found = verdict(figures, code)
    if not isinstance(found, Known):
        few = f", {TOO_FEW}" if found is Mark.TOO_FEW else ""
        return f"{whole['text']}, target {target_of(basis, code)}{few}"
    best = code == basis.best
    return f"{'target ' if best else ''}{in_words(found.value, best=best)}"


def _tables(
    basis: Basis, figures: Mapping[str, Any], code: str
) -> Iterator[tuple[str, Mapping[str, Any], Figure[Sure]]]:
    """Yield all cases and each law type: the name, the table, and the interval of a grade's share."""
    yield NATION, figures["overall"], sure(figures, "overall", code)
    for law in basis.law_types:
        table = figures["law_type"].get(law.upper(), {})
        yield basis.kinds.law_types.short(law), table, sure(figures, "law_type", code, law.upper())


def _dots(basis: Basis, figures: Mapping[str, Any], code: str) -> Iterator[dict[str, Any]]:
    """Yield a dot with its interval for all and each law type, exact where the population is known."""
    for name, table, interval in _tables(basis, figures, code):
        count, total = count_of(table.get(code)), table.get("total") or 0
        if count is None or not total or percent_of(table[code]) is None:
            continue
        everybody = isinstance(interval, Known) and interval.value.everybody
        known = (interval.value.low, interval.value.high) if isinstance(interval, Known) else wilson(count, total)
        share = table[code].get("estimate", count / total)
        text = printed(table[code], total, target_of(basis, code))
        low, high = (share, share) if everybody else known or (0.0, 1.0)
        line = {"share": share, "low": low, "high": high, "label": max(high, share)}
        yield {"row": f"{name} ({total:,})", **line, "text": text, "everybody": everybody}


def _dot_in_words(dot: Mapping[str, Any]) -> str:
    unsure = EVERYBODY if dot["everybody"] else f"{in_percent(dot['low'])}% to {in_percent(dot['high'])}%"
    return f"{dot['row']}: {dot['text']}, {unsure}."


def _target_panel(name: str, target: int, dots: Sequence[Mapping[str, Any]], size: Size) -> Spec:
    return {
        "title": name,
        "width": size.bars,
        "height": {"step": 54 if size.above else 20},
        "data": {"values": list(dots)},
        "encoding": {"y": rows([d["row"] for d in dots], above=size.above)},
        "layer": [_target_line(target), *_intervals(target, dots, size), *(names_above(size) if size.above else [])],
    }


def _target_line(target: int) -> Spec:
    return {
        "data": {"values": [{"target": target / 100}]},
        "encoding": {"x": {"field": "target", "type": "quantitative"}, "y": None},
        "mark": {"type": "rule", "color": COLOURS[2], "strokeWidth": 2, "strokeDash": [6, 4]},
    }


def _intervals(target: int, dots: Sequence[Mapping[str, Any]], size: Size) -> list[Spec]:
    """Return each share's dot, its 95% interval as a line, and its number."""
    most = max([target / 100, *(d["high"] for d in dots)])
    across = share_axis(size, 0.0, min(1.0, (int(most * 10) + 1) / 10))
    offset = {"yOffset": 10} if size.above else {}
    number = {"type": "text", "fontWeight": "bold", "align": "left", "dx": 10, "dy": 10 if size.above else 0}
    return [
        {
            "mark": {"type": "rule", "color": COLOURS[0], "strokeWidth": 3, **offset},
            "encoding": {"x": {"field": "low", **across}, "x2": {"field": "high"}},
        },
        {
            "mark": {"type": "circle", "color": COLOURS[0], "size": 130, "opacity": 1, **offset},
            "encoding": {"x": {"field": "share", "type": "quantitative"}},
        },
        {
            "mark": number,
            "encoding": {"x": {"field": "label", "type": "quantitative"}, "text": {"field": "text"}},
        },
    ]


def change(basis: Basis, figures: Mapping[str, Any], earlier: Earlier | None = None) -> Picture | None:
    """Return each earlier percentage beside this audit's: the rows of the table of change, and no others."""
    pairs = list(map(_pair, compared(basis, figures, earlier)))
    if not pairs:
        return None
    first = pairs[0]
    title = f"{first['row']}: {first['printed']} now, {first['then']}% in {first['when']}"
    words = " ".join(f"{p['row']}: {p['then']}% in {p['when']}, {p['printed']} now." for p in pairs)
    wide, narrow = (_change_spec(pairs, size) for size in (WIDE, NARROW))
    alternative = f"Pairs of dots, open for the earlier percentage and full for this audit’s. {words}"
    return Picture("change", title, alternative, wide, narrow, "change")


def _pair(of: Compared) -> dict[str, Any]:
    row = of.name
    key = f"{row}, since {_short(of.when)}"
    now = {"now": of.now_percent, "printed": of.printed}
    return {"row": row, "key": key, "when": of.when, "then": of.then_percent, **now}


def _short(when: str) -> str:
    """Return a month in few words: Sep 2013."""
    name, *rest = when.split()
    return " ".join([name[:3], *rest]) if rest else name


def _change_spec(pairs: Sequence[Mapping[str, Any]], size: Size) -> Spec:
    most = max(v for p in pairs for v in (p["then"], p["now"]))
    at: Spec = {"x": {"field": "at", **share_axis(size, 0.0, min(1.0, (most // 10 + 2) / 10))}}
    down = DOWN if size.above else 0
    ends = {"mark": {**END_MARK, "yOffset": down}, "encoding": {**at, "fill": END_FILL}}
    numbers = [_side(at, *where, down) for where in (("left", "right", -12), ("right", "left", 12))]
    return {
        "width": size.bars,
        "height": {"step": 54 if size.above else 24},
        "encoding": {"y": rows([p["key"] for p in pairs], above=size.above, apart=BESIDE)},
        "data": {"values": [_end(p, which) for p in pairs for which in ("then", "now")]},
        "layer": [_between(pairs, down), ends, *numbers, *(names_above(size) if size.above else [])],
    }


# Room for the number of a dot near nought, which stands on its left.
BESIDE = 26
# Below a name that stands above its row.
DOWN = 10
# The earlier share is a ring, the one of now is filled.
END_MARK = {
    "type": "point",
    "filled": True,
    "size": 150,
    "opacity": 1,
    "stroke": COLOURS[0],
    "strokeWidth": 2,
}
END_FILL = {
    "field": "which",
    "type": "nominal",
    "scale": {"domain": ["Earlier", "Now"], "range": ["white", COLOURS[0]]},
    "legend": {
        "title": None,
        "symbolType": "circle",
        "symbolStrokeColor": COLOURS[0],
        "symbolStrokeWidth": 2,
        "offset": 4,
    },
}


def _end(pair: Mapping[str, Any], which: str) -> dict[str, Any]:
    """Return one end of a pair, its number on the side away from the other end."""
    other = pair["then" if which == "now" else "now"]
    left = pair[which] < other or (pair["then"] == pair["now"] and which == "then")
    return {
        "row": pair["key"],
        "at": pair[which] / 100,
        "text": pair["printed"] if which == "now" else f"{pair[which]}%",
        "which": "Now" if which == "now" else "Earlier",
        "side": "left" if left else "right",
    }


def _between(pairs: Sequence[Mapping[str, Any]], down: int) -> Spec:
    return {
        "data": {"values": [{"row": p["key"], "then": p["then"] / 100, "now": p["now"] / 100} for p in pairs]},
        "mark": {"type": "rule", "color": COLOURS[0], "strokeWidth": 2, "yOffset": down},
        "encoding": {"x": {"field": "then", "type": "quantitative"}, "x2": {"field": "now"}},
    }


def _side(at: Spec, side: str, align: str, dx: int, down: int) -> Spec:
    """Return the layer of the percentages that stand on one side of their dots."""
    mark = {"type": "text", "align": align, "dx": dx, "dy": down, "fontWeight": "bold"}
    return {
        "transform": [{"filter": f"datum.side === '{side}'"}],
        "mark": mark,
        "encoding": {**at, "text": {"field": "text"}},
    }


def funnel(basis: Basis, figures: Mapping[str, Any], code: str = "", own: str = "") -> Picture | None:
    """Return each area's share of the best level, or of `code`, against its cases, with the limits of chance.

    Where it is for one area (`own`) only that is named.
    """
    code = code or basis.best
    label = dict(basis.scale)[code]
    centre = _centre(figures, code)
    tables = {a: figures["service_area"][a] for a in figures["service_area_order"]}
    points = [
        {"area": a, "cases": t["total"], "count": t[code]["count"], "share": _share(t, code), "tested": tested(t, code)}
        for a, t in tables.items()
        if t["total"] and count_of(t[code]) is not None
    ]
    enough = bears_verdict(figures["overall"]["total"])
    if centre is None or not 0 < centre < 1 or len(points) < 2 or not enough:  # noqa: PLR2004 - nothing to compare
        return None
    if own and own not in {p["area"] for p in points}:
        return None
    differing = of_areas(basis, figures).differing.get(code, [])
    flagged = {p["area"]: _flag(p, figures["overall"], code) for p in points}
    out = {level: [a for a, flag in flagged.items() if flag == level] for level in BEYOND}
    hidden = sum(1 for t in tables.values() if t["total"]) - len(points)
    whole = printed(figures["overall"][code], figures["overall"]["total"], target_of(basis, code))
    words = _funnel_words(label, whole, points, out, hidden)
    # Those that matter most are named first, for where there is no room for all.
    points.sort(key=lambda p: (p["area"] != own, -BEYOND.index(f) if (f := flagged[p["area"]]) in BEYOND else 1))
    wide, narrow = (drawn_funnel(centre, whole, points, size, own) for size in (WIDE, NARROW))
    kind = "lowest" if code == basis.lowest else "good" if code == basis.best else code
    title = _funnel_title(label, differing, out["beyond_99.8"], hidden)
    if own:
        title = _own_title(own, label, differs=own in differing, unusual=flagged[own] in BEYOND)
    return Picture(f"funnel-{kind}", title, words, wide, narrow, "grades" if own else "area-verdicts")


def _own_title(own: str, label: str, *, differs: bool, unusual: bool) -> str:
    share = f"The share of {label} in {own}"
    if differs:
        return f"{share} is beyond what chance could explain"
    if unusual:
        return f"{share} is further from the rest than chance usually takes it"
    return f"{share} differs from the rest by no more than chance could explain"


def _centre(figures: Mapping[str, Any], code: str) -> float | None:
    count, total = count_of(figures["overall"][code]), figures["overall"]["total"]
    return _share(figures["overall"], code) if count is not None and total else None


def _share(table: Mapping[str, Any], code: str) -> float:
    return float(table[code].get("estimate", table[code]["count"] / table["total"]))


def _flag(point: Mapping[str, Any], whole: Mapping[str, Any], code: str) -> str:
    """Return how far out an area lies, by the test that decides whether it differs."""
    p = unusual(point["tested"], tested(whole, code) if count_of(whole[code]) is not None else None)
    return "within" if p is None else funnel_flag(p)


def _funnel_title(label: str, differing: Sequence[str], beyond: Sequence[str], hidden: int) -> str:
    """Say which areas differ; of those that only lie outside the limits, that so many areas have such by chance."""
    if differing:
        return f"The share of {label} in {listed(list(differing))} is beyond what chance could explain"
    if beyond:
        lies = "lies" if len(beyond) == 1 else "lie"
        return (
            f"{listed(list(beyond))} {lies} outside the limits for {label}, but that may be chance among so many areas"
        )
    which = "none of the areas shown" if hidden else "no service area"
    return f"{which[0].upper()}{which[1:]} has a share of {label} beyond what chance could explain"


def _funnel_words(
    label: str, whole: str, points: Sequence[Mapping[str, Any]], out: Mapping[str, Sequence[str]], hidden: int
) -> str:
    areas = f"{plural(len(points), 'service area')} against the number of cases"
    said = [f"A funnel plot: the share of {label} in {areas}. All cases: {whole}."]
    for level, name in (("beyond_95", "between the 95% and 99.8% limits"), ("beyond_99.8", "beyond the 99.8% limits")):
        said.append(f"{len(out[level])} {name}{': ' + listed(list(out[level])) if out[level] else ''}.")
    if out["beyond_95"]:
        said.append("Of 20 areas, one lies beyond the 95% limits by chance alone.")
    if hidden:
        said.append(f"{plural(hidden, 'area')} with small numbers {'is' if hidden == 1 else 'are'} not shown.")
    return " ".join(said)
