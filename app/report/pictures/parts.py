"""Parts of the report's pictures, as Vega-Lite: stacked bars and rows of dots. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.pictures import HIDDEN, INK, ink_on
from app.report.findings.shares import Limit, share_text

Spec = dict[str, Any]
NATION = "All cases"
HIDDEN_LABEL = "Hidden, small numbers"


# Shares are rounded to millionths: a bar that ends so near its end is whole.
ALMOST = 0.001


@dataclass(frozen=True, slots=True)
class Size:
    """How wide the bars are, how many ticks their axis has, and whether names stand above them."""

    bars: int
    ticks: int
    above: bool = False


WIDE, NARROW = Size(520, 5), Size(310, 4, above=True)
# The room of a share beside its bar.
BESIDE = 30
# A longer name stands above its bar on a wide page too.
LONGEST_BESIDE = 28


@dataclass(frozen=True, slots=True)
class Bar:
    """A bar of 100%: its name, its base, and the count of each part; a part that is None is hidden.

    Where `few` cases are the base it prints counts, as its table has no percentages. `targets` are those of the parts.
    """

    name: str
    total: int
    counts: Sequence[int | None]
    few: bool = False
    targets: Sequence[Limit | None] = ()
    # The shares themselves where chances were unequal: parts are as long as they say, and counts are cases only.
    estimates: Sequence[float | None] = ()

    @property
    def label(self) -> str:
        """Return the name with the number of cases."""
        return f"{self.name} ({self.total:,})"

    def length(self, part: int) -> float:
        """Return how long a part is, of the whole bar’s `total`."""
        estimate = self.estimates[part] if self.estimates and not self.few else None
        return (self.counts[part] or 0) if estimate is None else estimate * self.total

    def says(self, part: int, *, counts: bool = False) -> str:
        """Return what a part prints: its share as every table and sentence prints it, or its count."""
        count = self.counts[part] or 0
        if counts or self.few:
            return f"{count:,}"
        estimate = self.estimates[part] if self.estimates else None
        return share_text(count, self.total, self.targets[part] if self.targets else None, estimate)


def percent_of(share: Any) -> int | None:  # noqa: ANN401 - likewise
    """Return the printed percentage of a share, or None where there is none or it is hidden."""
    found = share.get("percent") if isinstance(share, Mapping) else None
    return found if isinstance(found, int) else None


def stacked(bars: Sequence[Bar], parts: Mapping[str, str], size: Size, *, counts: bool = False) -> Spec:
    """Return bars of 100% with the share, or the count, of every part: in it, or beside the bar for a small last one.

    `parts` are the names of the parts with their colours.
    """
    values = [v for bar in bars for v in _parts(bar, parts, size, counts=counts)]
    if size.above and any(v["beside"] for v in values):
        # On a telephone what stands beside a bar takes its room from the bars.
        size = replace(size, bars=size.bars - BESIDE)
        values = [v for bar in bars for v in _parts(bar, parts, size, counts=counts)]
    hidden = {HIDDEN_LABEL: HIDDEN} if any(v["part"] == HIDDEN_LABEL for v in values) else {}
    above = size.above or max(len(bar.label) for bar in bars) > LONGEST_BESIDE
    step, height = ABOVE if above else FEW if len(bars) <= MOST_FEW else MANY
    layers = [_drawn({**parts, **hidden}, size, height, above=above), *_words(above=above)]
    return {
        "data": {"values": values},
        "width": size.bars,
        "height": {"step": step},
        "encoding": {"y": rows([bar.label for bar in bars], above=above)},
        "layer": [*layers, *(names_above(size) if above else [])],
    }


# How far bars are apart, and how high each is: with names above, few, and many.
ABOVE, FEW, MANY = (54, 22), (30, 22), (19, 16)
MOST_FEW = 8


def _drawn(parts: Mapping[str, str], size: Size, height: int, *, above: bool) -> Spec:
    """Return the bars in the colours of their parts."""
    names = list(parts)
    colour = {
        "field": "part",
        "type": "nominal",
        "sort": names,
        "scale": {"domain": names, "range": list(parts.values())},
        "legend": {"title": None, "columns": legend_columns(names, size), "offset": 4 if above else 10},
    }
    across = {
        "type": "quantitative",
        "scale": {"domain": [0, 1]},
        "title": None,
        "axis": {"format": ".0%", "tickCount": size.ticks},
    }
    mark = {"type": "bar", "stroke": "white", "strokeWidth": 2, "height": height, **({"yOffset": 10} if above else {})}
    return {"mark": mark, "encoding": {"x": {"field": "start", **across}, "x2": {"field": "end"}, "color": colour}}


def _words(*, above: bool) -> list[Spec]:
    """Return the words in the parts, and beside the bars."""
    mark = {"type": "text", "fontSize": 13, "fontWeight": "bold", **({"dy": 10} if above else {})}
    inside = {
        "x": {"field": "middle", "type": "quantitative"},
        "text": {"field": "text"},
        "color": {"field": "ink", "type": "nominal", "scale": None},
    }
    beside = {"x": {"field": "end", "type": "quantitative"}, "text": {"field": "beside"}, "color": {"value": INK}}
    return [
        {"mark": mark, "encoding": inside},
        {
            "transform": [{"filter": "datum.beside !== ''"}],
            "mark": {**mark, "align": "left", "dx": 5},
            "encoding": beside,
        },
    ]


def _parts(bar: Bar, parts: Mapping[str, str], size: Size, *, counts: bool) -> Iterator[dict[str, Any]]:
    """Yield the parts of a bar from the left; what is hidden is one part at its end."""
    start = 0.0
    shown: list[tuple[str, float, str, str]] = [
        (name, count if counts else bar.length(i), colour, bar.says(i, counts=counts))
        for i, ((name, colour), count) in enumerate(zip(parts.items(), bar.counts, strict=True))
        if count is not None
    ]
    if len(shown) < len(parts):
        shown.append((HIDDEN_LABEL, bar.total - sum(count for _, count, _, _ in shown), HIDDEN, "[c]"))
    for part, count, colour, text in shown:
        share = count / bar.total
        room, last = share * size.bars >= 8 * len(text) + 6, start + count >= bar.total - ALMOST
        yield {
            "row": bar.label,
            "part": part,
            "start": start / bar.total,
            "end": (start + count) / bar.total,
            "middle": (start + count / 2) / bar.total,
            "text": text if room else "",
            "beside": text if count and last and not room else "",
            "ink": ink_on(colour),
        }
        start += count


def legend_columns(names: Sequence[str], size: Size) -> int:
    """Return how many names of a legend fit beside each other."""
    widest = max(len(name) for name in names) * 8 + 34
    return max(1, min(len(names), size.bars // widest))


def rows(names: Sequence[str], *, above: bool, apart: int = 2) -> Spec:
    """Return the encoding of named rows, `apart` pixels from what they name; names that stand above are no axis."""
    axis = None if above else {"labelLimit": 330, "labelPadding": apart}
    return {"field": "row", "type": "nominal", "sort": list(names), "title": None, "axis": axis}


def names_above(size: Size) -> list[Spec]:
    """Return the layers that print each row's name above it, once, on a white edge so that no line runs through it."""
    name = {"type": "text", "align": "left", "dy": -14, "limit": size.bars}
    once = {
        "transform": [{"aggregate": [{"op": "count", "as": "parts"}], "groupby": ["row"]}],
        "encoding": {"text": {"field": "row"}, "x": {"value": 0}, "color": {"value": INK}},
    }
    return [{"mark": {**name, "stroke": "white", "strokeWidth": 4}, **once}, {"mark": name, **once}]


def share_axis(size: Size, low: float, high: float) -> Spec:
    """Return the axis of a share between two limits."""
    return {
        "type": "quantitative",
        "title": None,
        "scale": {"domain": [low, high], "nice": False, "zero": False},
        "axis": {"format": ".0%", "tickCount": size.ticks},
    }
