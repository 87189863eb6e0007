"""How a funnel is drawn: each area's share as a dot with its name, and the limits of chance. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.pictures import COLOURS, INK, MUTED
from app.report.figures.statistics import funnel_limits
from app.report.pictures.names import Place, places
from app.report.pictures.parts import WIDE, Size, Spec, share_axis

# Points along a limit of a funnel: more would not be seen.
POINTS = 80
LIMITS = (("95%", 0.025), ("99.8%", 0.001))


def drawn_funnel(centre: float, whole: str, points: Sequence[Mapping[str, Any]], size: Size, own: str = "") -> Spec:
    """Return a funnel: the areas as dots, the limits of chance as lines, `whole` as the share of all cases."""
    least, most = min(p["cases"] for p in points), max(p["cases"] for p in points)
    least, most = max(1, least - max(1, (most - least) // 10)), most + max(1, (most - least) // 10)
    lines = _limit_lines(centre, least, most)
    low, high = _span([*lines, *points])
    frame = _Frame(size.bars + (40 if size is WIDE else -60), 210 if size is WIDE else 300, (least, most), (low, high))
    return {
        "width": frame.width,
        "height": frame.height,
        "encoding": {
            "x": _cases_axis(least, most, size),
            "y": {"field": "share", **share_axis(size, low, high)},
        },
        "layer": [*_limit_layers(centre, whole, lines, most), *_area_layers(points, frame, own)],
    }


@dataclass(frozen=True, slots=True)
class _Frame:
    """The room of a funnel in pixels, and the cases and shares between its sides."""

    width: int
    height: int
    cases: tuple[float, float]
    shares: tuple[float, float]

    def pixels(self, point: Mapping[str, Any]) -> tuple[float, float]:
        """Return where a point is, from the left and from the top."""
        (least, most), (low, high) = self.cases, self.shares
        across, up = (point["cases"] - least) / (most - least), (point["share"] - low) / (high - low)
        return across * self.width, (1 - up) * self.height

    def point(self, x: float, y: float) -> dict[str, float]:
        """Return what stands at a place."""
        (least, most), (low, high) = self.cases, self.shares
        return {"cases": least + x / self.width * (most - least), "share": high - y / self.height * (high - low)}


def _limit_lines(centre: float, least: int, most: int) -> list[dict[str, Any]]:
    """Return points of the lines beyond which chance alone seldom goes, from the fewest cases to the most."""
    along = sorted({least + (most - least) * i // POINTS for i in range(POINTS + 1)})
    return [
        {"cases": n, "limit": f"{name} {side}", "share": share, "kind": name}
        for name, tail in LIMITS
        for n in along
        for side, share in zip(("low", "high"), funnel_limits(n, centre, tail), strict=True)
    ]


def _cases_axis(least: int, most: int, size: Size) -> Spec:
    return {
        "field": "cases",
        "type": "quantitative",
        "title": "Cases audited in the area",
        "scale": {"domain": [least, most], "nice": False, "zero": False},
        "axis": {"tickCount": size.ticks + 1, "tickMinStep": 1, "grid": False},
    }


def _span(shown: Sequence[Mapping[str, Any]]) -> tuple[float, float]:
    """Return the lowest and the highest share of the axis."""
    shares = [of["share"] for of in shown]
    return max(0.0, (int(10 * min(shares)) - 0.2) / 10), min(1.0, (int(10 * max(shares) + 0.999) + 0.5) / 10)


def _limit_layers(centre: float, whole: str, lines: Sequence[Mapping[str, Any]], most: int) -> list[Spec]:
    """Return the lines of the limits and of the whole, each with its name at the end."""
    ends = [{**r, "text": f"{r['kind']} limit"} for r in lines if r["cases"] == most and "high" in r["limit"]]
    ends.append({"cases": most, "share": centre, "text": f"All: {whole}"})
    return [
        {
            "data": {"values": lines},
            "mark": {"type": "line", "color": MUTED, "strokeWidth": 2},
            "encoding": {"detail": {"field": "limit"}, "strokeDash": DASHES},
        },
        {
            "data": {"values": [{"share": centre}]},
            "mark": {"type": "rule", "color": INK, "strokeWidth": 1},
            "encoding": {"x": None},
        },
        {
            "data": {"values": ends},
            "mark": {"type": "text", "align": "left", "dx": 6, "fontSize": 13},
            "encoding": {"text": {"field": "text"}},
        },
    ]


DASHES = {
    "field": "kind",
    "type": "nominal",
    "scale": {"domain": ["95%", "99.8%"], "range": [[4, 4], [1, 0]]},
    "legend": None,
}
AREA_MARK = {"type": "circle", "color": COLOURS[0], "size": 60, "opacity": 1, "stroke": "white", "strokeWidth": 1}
# The reader's own area is another shape, not another colour only.
OWN_MARK = {**AREA_MARK, "type": "point", "filled": True, "shape": "diamond", "color": COLOURS[3], "size": 260}
OWN_MARK |= {"stroke": INK, "strokeWidth": 2}
NAME_MARK = {"type": "text", "fontSize": 12, "baseline": "middle"}


# Half the width of a dot, and of the reader's own, in pixels.
DOT, OWN_DOT = 5.0, 10.0


def _area_layers(points: Sequence[Mapping[str, Any]], frame: _Frame, own: str) -> list[Spec]:
    """Return the dots and their names, on a white edge so that no line runs through them."""
    named = [p for p in points if p["area"] == own] if own else list(points)
    text = {"data": {"values": _names(points, named, frame, own)}, "encoding": {"text": {"field": "name"}}}
    look = {**NAME_MARK, "fontWeight": "bold"} if own else NAME_MARK
    return [
        {"data": {"values": [p for p in points if p["area"] != own]}, "mark": AREA_MARK},
        *([{"data": {"values": named}, "mark": OWN_MARK}] if own else []),
        {**text, "mark": {**look, "stroke": "white", "strokeWidth": 3}},
        {**text, "mark": look},
    ]


def _names(
    points: Sequence[Mapping[str, Any]], named: Sequence[Mapping[str, Any]], frame: _Frame, own: str
) -> list[dict[str, Any]]:
    """Return the names for which there is room, with where their middles are."""
    ordered = [*named, *(p for p in points if p not in named)]
    half = [OWN_DOT if p["area"] == own else DOT for p in ordered]
    dots = [(Place(*frame.pixels(p), of, of), str(p["area"])) for p, of in zip(ordered, half, strict=True)]
    found = places(dots, frame.width, frame.height)[: len(named)]
    return [{**frame.point(at.x, at.y), "name": p["area"]} for p, at in zip(named, found, strict=True) if at]
