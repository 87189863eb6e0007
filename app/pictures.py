"""What every picture has in common: colours, fonts and how it is drawn (ui.md section 8)."""

import json
from collections.abc import Mapping
from typing import Any

# Analysis Function colours, in their order; neighbours differ by more than 3:1.
COLOURS = ("#12436D", "#28A197", "#801650", "#F46A25")
INK = "#0b0c0c"
# vl-convert drops all text of a font that it does not find: the stack must end in a generic family.
FONT = "Helvetica Neue, Helvetica, Arial, sans-serif"


_STYLE: Mapping[str, Any] = {
    "font": FONT, "background": "white",
    "axis": {"labelFontSize": 14, "titleFontSize": 14, "titleFontWeight": "normal", "labelColor": INK, "titleColor": INK, "gridColor": "#cecece",
             "domain": False, "ticks": False, "labelPadding": 8},
    "legend": {"orient": "top", "labelFontSize": 14, "symbolType": "square", "symbolSize": 180, "labelColor": INK, "padding": 4},
    "view": {"stroke": None},
}  # fmt: skip


def svg_of(spec: Mapping[str, Any]) -> str:
    """Return a Vega-Lite specification as SVG in the house's style."""
    import vl_convert  # noqa: PLC0415 - only the first picture pays for it

    return str(vl_convert.vegalite_to_svg(json.dumps({**spec, "config": _STYLE}, ensure_ascii=False)))
