"""Pictures of the figures: one specification, drawn by Altair and vl-convert."""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from app.report.figures import Basis

# Analysis Function colours; Good, Met and Not Met differ by more than 3:1 from their neighbours (ui.md section 8).
THREE = ("#12436D", "#28A197", "#801650")
MORE = ("#12436D", "#28A197", "#801650", "#F46A25")
# vl-convert drops all text of a font that it does not find: the stack must end in a generic family.
FONT = "Helvetica Neue, Helvetica, Arial, sans-serif"
NATION = "All areas"
NARROWEST_LABEL = 0.07


def areas_svg(basis: Basis, figures: Mapping[str, Any]) -> str:
    """Return the stacked bar of grades by service area as SVG, the whole audit on top; drawn once for each set of figures."""
    rows = ((NATION, figures["overall"]), *((a, figures["service_area"][a]) for a in figures["service_area_order"]))
    shares = tuple((name, table["total"], tuple(table[code]["count"] for code, _ in basis.scale)) for name, table in rows if table["total"])
    return _drawn(tuple(label for _, label in basis.scale), shares)


def areas_summary(basis: Basis, figures: Mapping[str, Any]) -> str:
    """Return the picture in a sentence, for those who do not see it."""
    best, label = basis.scale[0]
    filled = [(t[best]["percent"], a) for a, t in figures["service_area"].items() if t["total"]]
    if not filled:
        return "No cases yet."
    (low, low_area), (high, high_area) = min(filled), max(filled)
    return (
        f"Share of cases graded {label} by service area, from {low}% in {low_area} to {high}% in {high_area}; "
        f"{figures['overall'][best]['percent']}% in all. The figures are in the table below."
    )


@lru_cache(maxsize=64)
def _drawn(labels: tuple[str, ...], shares: tuple[tuple[str, int, tuple[int, ...]], ...]) -> str:
    import altair as alt  # noqa: PLC0415 - half a second that only the first picture pays
    import vl_convert  # noqa: PLC0415 - likewise

    values = [
        {
            "area": f"{name} ({total})", "grade": label, "order": i, "share": count / total,
            "text": f"{(200 * count + total) // (2 * total)}%" if count / total >= NARROWEST_LABEL else "",
            "middle": (sum(counts[:i]) + count / 2) / total,
        }
        for name, total, counts in shares
        for i, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]  # fmt: skip
    colours = list(THREE if len(labels) <= len(THREE) else MORE)[: len(labels)]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("area:N", sort=[f"{name} ({total})" for name, total, _ in shares], title=None, axis=alt.Axis(labelLimit=200))
    )
    bars = base.mark_bar(stroke="white", strokeWidth=2).encode(
        x=alt.X("share:Q", stack="zero", title=None, axis=alt.Axis(format=".0%", tickCount=5), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("grade:N", sort=list(labels), scale=alt.Scale(domain=list(labels), range=colours), legend=alt.Legend(title=None)),
        order=alt.Order("order:Q"),
    )
    words = base.mark_text(fontSize=12, fontWeight="bold").encode(
        x=alt.X("middle:Q"),
        text="text:N",
        color=alt.condition("datum.order == 1", alt.value("#0b0c0c"), alt.value("#ffffff")),
    )
    chart = (
        (bars + words)
        .properties(width=520, height=alt.Step(26))
        .configure(font=FONT, background="white")
        .configure_axis(labelFontSize=14, labelColor="#0b0c0c", gridColor="#cecece", domain=False, ticks=False, labelPadding=8)
        .configure_legend(orient="top", labelFontSize=14, symbolType="square", symbolSize=180, labelColor="#0b0c0c", padding=4)
        .configure_view(stroke=None)
    )
    return str(vl_convert.vegalite_to_svg(chart.to_json()))
