"""What every picture has in common: colours, fonts and how it is drawn (ui.md section 8)."""

import json
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from app.pictures.drawing import Draughtsman, Order

# Analysis Function colours, in their order; neighbours differ by more than 3:1.
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25", "#3D3D3D", "#A285D1")
# Levels from the best to the lowest, by how many there are: apart by their lightness too, for paper without colour.
_BEST, _MIDDLE, _LOWEST, _LILAC, _BROWN = "#1A5A92", "#28A197", "#3A0724", "#C9B8E0", "#B8571F"
_LEVELS: Mapping[int, Sequence[str]] = {
    1: (_BEST,),
    2: (_BEST, _LOWEST),
    3: (_BEST, _MIDDLE, _LOWEST),
    4: (_BEST, _MIDDLE, _LILAC, _LOWEST),
    5: (_BEST, _MIDDLE, _LILAC, _BROWN, _LOWEST),
}
# Answers to a question that is no level: seen, not seen, unclear.
ANSWERS = (_BEST, "#F46A25", "#1A1A1A")
INK = "#0b0c0c"
MUTED = "#505a5f"
GRID = "#cecece"
# What is hidden in the public edition: lighter than every level, with an outline.
HIDDEN = "#e5e6e7"
# Colours on which dark words can be read; on the others they are white.
_LIGHT = frozenset({"#28A197", "#F46A25", "#A285D1", _LILAC, HIDDEN})
# vl-convert drops all text of a font that it does not find: the stack must end in a generic family.
FONT = "Helvetica Neue, Helvetica, Arial, sans-serif"
# One for all who ask in this process.
_draughtsman = Draughtsman()
_STYLE: Mapping[str, Any] = {
    "font": FONT,
    "background": "white",
    "padding": 5,
    "axis": {
        "labelFontSize": 14,
        "titleFontSize": 14,
        "titleFontWeight": "normal",
        "labelColor": INK,
        "titleColor": INK,
        "gridColor": GRID,
        "domain": False,
        "ticks": False,
        "labelPadding": 8,
    },
    "legend": {
        "orient": "top",
        "labelFontSize": 14,
        "titleFontSize": 14,
        "symbolType": "square",
        "symbolSize": 180,
        "labelColor": INK,
        "padding": 4,
        "labelLimit": 320,
    },
    "title": {"anchor": "start", "fontSize": 14, "fontWeight": "bold", "color": INK, "offset": 8},
    "text": {"fontSize": 14, "color": INK},
    "view": {"stroke": None},
    "concat": {"spacing": 24},
}


def levels(count: int) -> Sequence[str]:
    """Return the colours of so many levels, from the best to the lowest."""
    return _LEVELS.get(count) or [*_LEVELS[5][:-1], *COLOURS[3:][: count - 5], _LOWEST]


def ink_on(colour: str) -> str:
    """Return the colour of words on a bar of that colour."""
    return INK if colour in _LIGHT else "#ffffff"


def svg_of(spec: Mapping[str, Any]) -> str:
    """Return a Vega-Lite specification as SVG in the house's style; drawn once, and the same each time."""
    return _svg(_styled(spec))


def png_of(spec: Mapping[str, Any], scale: float = 2) -> bytes:
    """Return a Vega-Lite specification as PNG in the house's style, `scale` dots to a unit; drawn once."""
    return _png(_styled(spec), scale)


def png_of_svg(svg: str, scale: float) -> bytes:
    """Return a drawn picture as PNG, `scale` dots to a unit, in the fonts that come with the product."""
    return _draughtsman.draw(Order(svg, scale, drawn=True))


def _styled(spec: Mapping[str, Any]) -> str:
    schema = "https://vega.github.io/schema/vega-lite/v6.json"
    return json.dumps({**spec, "$schema": spec.get("$schema", schema), "config": _STYLE}, ensure_ascii=False)


@lru_cache(maxsize=256)
def _svg(text: str) -> str:
    return _draughtsman.draw(Order(text)).decode()


@lru_cache(maxsize=64)
def _png(text: str, scale: float) -> bytes:
    return _draughtsman.draw(Order(text, scale))
