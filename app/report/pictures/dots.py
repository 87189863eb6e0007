"""Pictures of dots: shares against a target, against earlier audits, and against what chance could do. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.audit.enums import LAW_TYPE_SHORT, LawType
from app.documents import Picture
from app.labels import listed, plural
from app.pictures import COLOURS
from app.report.figures.all_figures import Basis
from app.report.figures.hiding import count_of
from app.report.figures.statistics import funnel_limits, in_percent, wilson
from app.report.narrative.cautions import printed, target_of
from app.report.narrative.changes import Compared, Earlier, compared
from app.report.pictures.funnel import LIMITS, drawn_funnel
from app.report.pictures.parts import NARROW, NATION, WIDE, Size, Spec, names_above, percent_of, rows, share_axis

# How a verdict about a target is said: to be sure, or only of the sample; of the best level, and of the limit for the
# lowest.
REACHED = {
    "clearly_reached": "target reached",
    "reached_not_clear": "target reached in the sample, but too few cases to be sure",
    "missed_not_clear": "target missed in the sample, but this may be chance",
    "clearly_missed": "target missed",
}
WITHIN = {
    "clearly_reached": "within the limit",
    "reached_not_clear": "within the limit in the sample, but too few cases to be sure",
    "missed_not_clear": "over the limit in the sample, but this may be chance",
    "clearly_missed": "over the limit",
}
BEYOND = ("beyond_95", "beyond_99.8")


def targets(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the shares of all cases and of each law type, with their 95% intervals, against both targets."""
    if basis.targets is None:
        return None
    wanted = [
        (*basis.scale[0], "target at least", basis.targets.good_percent, REACHED),
        (*basis.scale[-1], "limit", basis.targets.not_met_percent, WITHIN),
    ]
    panels = [
        (f"{label}: {words} {target}% (dashed line)", target, list(_dots(basis, figures, code)))
        for code, label, words, target, _ in wanted
    ]
    if not all(dots for _, _, dots in panels):
        return None
    verdicts = figures.get("target_verdicts") or {}
    said = [
        f"{label}: {of[v]}" for code, label, _, _, of in wanted if (v := verdicts.get(code, {}).get("overall")) in of
    ]
    plain = [
        f"{label}: {dots[0]['text']}, {words} {target}%"
        for (_, label, words, target, _), (_, _, dots) in zip(wanted, panels, strict=True)
    ]
    title = ". ".join(said or plain)
    words = " ".join(f"{name}. {' '.join(_dot_in_words(d) for d in dots)}" for name, _, dots in panels)
    wide, narrow = ({"vconcat": [_target_panel(*panel, size) for panel in panels]} for size in (WIDE, NARROW))
    return Picture(
        "targets", title, f"Dots with 95% intervals against a line at the target. {words}", wide, narrow, "targets"
    )


def _tables(basis: Basis, figures: Mapping[str, Any], code: str) -> Iterator[tuple[str, Mapping[str, Any], Any]]:
    """Yield all cases and each law type: the name, the table, and the interval of a grade's share."""
    intervals = figures.get("intervals") or {}
    yield NATION, figures["overall"], intervals.get("overall", {}).get(code)
    of_laws = intervals.get("law_type", {}).get(code, {})
    for law in basis.law_types:
        yield LAW_TYPE_SHORT[LawType(law)], figures["law_type"].get(law.upper(), {}), of_laws.get(law.upper())


def _dots(basis: Basis, figures: Mapping[str, Any], code: str) -> Iterator[dict[str, Any]]:
    """Yield a dot with its interval for all and each law type, exact where the population is known."""
    for name, table, exact in _tables(basis, figures, code):
        count, total = count_of(table.get(code)), table.get("total") or 0
        found = exact.get("hypergeometric_exact") if isinstance(exact, Mapping) else None
        if count is not None and total and percent_of(table[code]) is not None:
            low, high = found or wilson(count, total) or (0.0, 1.0)
            share, text = count / total, printed(table[code], total, target_of(basis, code))
            line = {"share": share, "low": low, "high": high, "label": max(high, share)}
            yield {"row": f"{name} ({total:,})", **line, "text": text}


def _dot_in_words(dot: Mapping[str, Any]) -> str:
    return f"{dot['row']}: {dot['text']}, {in_percent(dot['low'])}% to {in_percent(dot['high'])}%."


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
    title = f"{first['row']}: {first['now']}% now, {first['then']}% in {first['when']}"
    words = " ".join(f"{p['row']}: {p['then']}% in {p['when']}, {p['now']}% now." for p in pairs)
    wide, narrow = (_change_spec(pairs, size) for size in (WIDE, NARROW))
    alternative = f"Pairs of dots, open for the earlier percentage and full for this audit’s. {words}"
    return Picture("change", title, alternative, wide, narrow, "change")


def _pair(of: Compared) -> dict[str, Any]:
    row = f"{of.label}, {of.where}"
    key = f"{row}, since {_short(of.when)}"
    return {"row": row, "key": key, "when": of.when, "then": of.then_percent, "now": of.now_percent}


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
        "encoding": {"y": rows([p["key"] for p in pairs], above=size.above)},
        "data": {"values": [_end(p, which) for p in pairs for which in ("then", "now")]},
        "layer": [_between(pairs, down), ends, *numbers, *(names_above(size) if size.above else [])],
    }


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
        "text": f"{pair[which]}%",
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
        {"area": a, "cases": t["total"], "share": t[code]["count"] / t["total"]}
        for a, t in tables.items()
        if t["total"] and count_of(t[code]) is not None
    ]
    if centre is None or not 0 < centre < 1 or len(points) < 2:  # noqa: PLR2004 - nothing to compare
        return None
    if own and own not in {p["area"] for p in points}:
        return None
    flags = (figures.get("funnel") or {}).get(code, {}).get("areas", {})
    flagged = {p["area"]: _flag(flags.get(p["area"]), centre, p) for p in points}
    out = {level: [a for a, flag in flagged.items() if flag == level] for level in BEYOND}
    hidden = sum(1 for t in tables.values() if t["total"]) - len(points)
    whole = f"{in_percent(centre)}%"
    words = _funnel_words(label, centre, points, out, hidden)
    # Those that matter most are named first, for where there is no room for all.
    points.sort(key=lambda p: (p["area"] != own, -BEYOND.index(f) if (f := flagged[p["area"]]) in BEYOND else 1))
    wide, narrow = (drawn_funnel(centre, whole, points, size, own) for size in (WIDE, NARROW))
    kind = "lowest" if code == basis.lowest else "good" if code == basis.best else code
    title = _own_title(own, label, flagged.get(own, "")) if own else _funnel_title(label, out["beyond_99.8"], hidden)
    return Picture(f"funnel-{kind}", title, words, wide, narrow, "grades" if own else "area-verdicts")


OWN_TITLES = {
    "beyond_99.8": "The share of {label} in {area} is beyond what chance could explain",
    "beyond_95": "The share of {label} in {area} is further from the rest than chance usually takes it",
    "within": "The share of {label} in {area} differs from the rest by no more than chance could explain",
}


def _own_title(own: str, label: str, flag: str) -> str:
    return OWN_TITLES.get(flag, "The share of {label} by service area").format(label=label, area=own)


def _centre(figures: Mapping[str, Any], code: str) -> float | None:
    count, total = count_of(figures["overall"][code]), figures["overall"]["total"]
    return count / total if count is not None and total else None


def _flag(found: Any, centre: float, point: Mapping[str, Any]) -> str:  # noqa: ANN401 - the figures' own flag, or a mark
    """Return the figures' flag of an area, or what the drawn limits say where the figures have none."""
    if isinstance(found, Mapping) and "flag" in found:
        return str(found["flag"])
    limits = {name: funnel_limits(point["cases"], centre, tail) for name, tail in LIMITS}
    beyond = [f"beyond_{name[:-1]}" for name, (low, high) in limits.items() if not low <= point["share"] <= high]
    return beyond[-1] if beyond else "within"


def _funnel_title(label: str, beyond: Sequence[str], hidden: int) -> str:
    if beyond:
        return f"The share of {label} in {listed(list(beyond))} is beyond what chance could explain"
    which = "none of the areas shown" if hidden else "no service area"
    return f"{which[0].upper()}{which[1:]} has a share of {label} beyond what chance could explain"


def _funnel_words(
    label: str, centre: float, points: Sequence[Mapping[str, Any]], out: Mapping[str, Sequence[str]], hidden: int
) -> str:
    areas = f"{plural(len(points), 'service area')} against the number of cases"
    said = [f"A funnel plot: the share of {label} in {areas}. All cases: {in_percent(centre)}%."]
    for level, name in (("beyond_95", "between the 95% and 99.8% limits"), ("beyond_99.8", "beyond the 99.8% limits")):
        said.append(f"{len(out[level])} {name}{': ' + listed(list(out[level])) if out[level] else ''}.")
    if out["beyond_95"]:
        said.append("Of 20 areas, one lies beyond the 95% limits by chance alone.")
    if hidden:
        said.append(f"{plural(hidden, 'area')} with small numbers {'is' if hidden == 1 else 'are'} not shown.")
    return " ".join(said)
