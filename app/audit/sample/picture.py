"""Pictures of a sample: what was planned against what was drawn."""

from collections.abc import Sequence
from fractions import Fraction
from functools import lru_cache

from app.pictures import COLOURS, INK, svg_of
from app.sampling.draw import Margin

STEPS = [-1, -0.5, 0, 0.5, 1]
FAMILIES = {
    "area": "Service areas",
    "law": "Law types",
    "area x law": "Law types in each area",
    "area x band": "Bands in each area",
    "area x law x band": "Bands of each law type in each area",
    "band": "Performance bands",
    "employment": "Kinds of employment",
}


def areas_svg(margins: Sequence[Margin], order: Sequence[str]) -> str:
    """Return the picture of the areas: a bar for the cases drawn, a line for the number planned."""
    found = {m.key[0]: m for m in margins if m.family == "area"}
    return _areas(tuple((area, float(found[area].expected), found[area].drawn or 0) for area in order if area in found))


@lru_cache(maxsize=32)
def _areas(rows: tuple[tuple[str, float, int], ...]) -> str:
    import altair as alt  # noqa: PLC0415 - half a second that only the first picture pays

    values = [{"area": area, "planned": planned, "drawn": drawn} for area, planned, drawn in rows]
    base = alt.Chart(alt.InlineData(values=values)).encode(
        y=alt.Y("area:N", sort=[r[0] for r in rows], title=None, axis=alt.Axis(labelLimit=200))
    )
    bars = base.mark_bar(color=COLOURS[0], height=14).encode(
        x=alt.X("drawn:Q", title="Cases drawn; the line is the number planned")
    )
    lines = base.mark_tick(color=INK, thickness=3, size=24).encode(x="planned:Q")
    words = base.mark_text(align="left", dx=10, fontSize=14, color=INK).encode(x="drawn:Q", text="drawn:Q")
    return svg_of((bars + lines + words).properties(width=480, height=alt.Step(28)).to_dict())


def distances_svg(margins: Sequence[Margin]) -> str:
    """Return the picture of all distances: for each group of practitioners a dot, by how far it is from the plan."""
    points = tuple(
        (FAMILIES[m.family], float(Fraction(m.drawn or 0) - m.expected))
        for m in margins
        if m.family in FAMILIES and m.drawn is not None
    )
    return _distances(points)


@lru_cache(maxsize=32)
def _distances(points: tuple[tuple[str, float], ...]) -> str:
    import altair as alt  # noqa: PLC0415 - half a second that only the first picture pays

    # Dots of one place stand on one another; their number is their size.
    counted: dict[tuple[str, float], int] = {}
    for family, distance in points:
        key = (family, round(distance, 3))
        counted[key] = counted.get(key, 0) + 1
    values = [
        {"family": family, "distance": distance, "groups": count} for (family, distance), count in counted.items()
    ]
    most = max((abs(v["distance"]) for v in values if isinstance(v["distance"], float)), default=0.0)
    reach = max(1.0, most) * 1.1
    across = alt.X(
        "distance:Q",
        title="Cases drawn more or fewer than planned",
        scale=alt.Scale(domain=[-reach, reach]),
        axis=alt.Axis(values=STEPS),
    )
    dots = (
        alt.Chart(alt.InlineData(values=values))
        .mark_circle(color=COLOURS[0], opacity=0.7)
        .encode(
            x=across,
            y=alt.Y("family:N", sort=list(FAMILIES.values()), title=None, axis=alt.Axis(labelLimit=300)),
            size=alt.Size("groups:Q", legend=None, scale=alt.Scale(range=[40, 600])),
        )
    )
    limits = (
        alt.Chart(alt.InlineData(values=[{"x": -1}, {"x": 1}]))
        .mark_rule(color=COLOURS[2], strokeDash=[6, 4], strokeWidth=2)
        .encode(x="x:Q")
    )
    return svg_of((dots + limits).properties(width=440, height=alt.Step(34)).to_dict())
