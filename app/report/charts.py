"""Pictures of the figures: one specification, drawn by Altair and vl-convert."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from app.documents import Picture
from app.pictures import COLOURS, INK, svg_of
from app.report.cautions import hides
from app.report.figures import Basis
from app.report.progress import Burn

NATION = "All areas"


@dataclass(frozen=True, slots=True)
class Size:
    """How wide the bars are, and from which share on there is room for its number."""

    bars: int
    narrowest_label: float
    ticks: int


WIDE, NARROW = Size(520, 0.07, 5), Size(190, 0.15, 2)


def areas(basis: Basis, figures: Mapping[str, Any]) -> Picture | None:
    """Return the stacked bar of grades by service area, the whole audit on top; None without cases, and where a number is hidden."""
    if not figures["overall"]["total"] or hides(figures["service_area"]):
        return None
    title, summary = "Share of cases by grade in each service area (number of cases)", areas_summary(basis, figures)
    return Picture("areas", title, summary, areas_spec(basis, figures, WIDE), areas_spec(basis, figures, NARROW), "figure-3")


def areas_spec(basis: Basis, figures: Mapping[str, Any], size: Size) -> Mapping[str, Any]:
    """Return the specification of the picture of areas; made once for each set of figures and size."""
    rows = ((NATION, figures["overall"]), *((a, figures["service_area"][a]) for a in figures["service_area_order"]))
    shares = tuple((name, table["total"], tuple(table[code]["count"] for code, _ in basis.scale)) for name, table in rows if table["total"])
    return _drawn(tuple(label for _, label in basis.scale), shares, size)


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
def _drawn(labels: tuple[str, ...], shares: tuple[tuple[str, int, tuple[int, ...]], ...], size: Size) -> Mapping[str, Any]:
    import altair as alt  # noqa: PLC0415 - half a second that only the first picture pays

    values = [
        {
            "area": f"{name} ({total})", "grade": label, "order": i, "share": count / total,
            "text": f"{(200 * count + total) // (2 * total)}%" if count / total >= size.narrowest_label else "",
            "middle": (sum(counts[:i]) + count / 2) / total,
        }
        for name, total, counts in shares
        for i, (label, count) in enumerate(zip(labels, counts, strict=True))
    ]  # fmt: skip
    colours = list(COLOURS[: len(labels)])
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("area:N", sort=[f"{name} ({total})" for name, total, _ in shares], title=None, axis=alt.Axis(labelLimit=200))
    )
    bars = base.mark_bar(stroke="white", strokeWidth=2).encode(
        x=alt.X("share:Q", stack="zero", title=None, axis=alt.Axis(format=".0%", tickCount=size.ticks), scale=alt.Scale(domain=[0, 1])),
        color=alt.Color("grade:N", sort=list(labels), scale=alt.Scale(domain=list(labels), range=colours), legend=alt.Legend(title=None)),
        order=alt.Order("order:Q"),
    )
    words = base.mark_text(fontSize=12, fontWeight="bold").encode(
        x=alt.X("middle:Q"),
        text="text:N",
        color=alt.condition("datum.order == 1", alt.value(INK), alt.value("#ffffff")),
    )
    spec: Mapping[str, Any] = (bars + words).properties(width=size.bars, height=alt.Step(26)).to_dict()
    return spec


def burn_svg(burn: Burn, size: Size = WIDE) -> str:
    """Return the picture of the submitted cases against the calendar."""
    return _burn(tuple((r.day.isoformat(), r.submitted, float(r.even) if r.even is not None else None) for r in burn.rows), burn.total, size)


@lru_cache(maxsize=32)
def _burn(rows: tuple[tuple[str, int | None, float | None], ...], total: int, size: Size) -> str:
    import altair as alt  # noqa: PLC0415 - as above

    submitted = [{"day": day, "cases": count} for day, count, _ in rows if count is not None]
    even = [{"day": day, "cases": count} for day, _, count in rows if count is not None]
    across = alt.X("day:T", title=None, axis=alt.Axis(format="%-d %b", labelOverlap=True, tickCount=size.ticks + 1))
    up = alt.Y("cases:Q", title="Cases submitted", scale=alt.Scale(domain=[0, max(total, 1)]), axis=alt.Axis(tickCount=5, tickMinStep=1))
    done = alt.Chart(alt.InlineData(values=submitted)).encode(x=across, y=up)
    pace = alt.Chart(alt.InlineData(values=even)).encode(x=across, y=up)
    layers = [
        pace.mark_line(color=COLOURS[2], strokeDash=[6, 4], strokeWidth=2),
        alt.Chart(alt.InlineData(values=even[-1:])).encode(x=across, y=up).mark_text(align="right", dy=-10, fontSize=14, color=COLOURS[2], text="Even pace"),
    ] if even else []  # fmt: skip
    layers += [done.mark_line(color=COLOURS[0], strokeWidth=4, interpolate="step-after"), done.mark_circle(color=COLOURS[0], size=40)]
    return svg_of(alt.layer(*layers).properties(width=size.bars, height=260).to_dict())
