"""The figures of an area's pack, beside those of the whole audit where they may be shown. Pure."""

from collections.abc import Iterator

from app.audit.enums import LAW_TYPE_SHORT, LawType
from app.documents import Block, Column, Row, Section, Sentences, Table
from app.labels import listed, plural
from app.report.figures.all_figures import percent
from app.report.figures.counted_cases import SEEN_STATES
from app.report.packs.pack import PERCENT, WORDS, Figures, Pack, marked_table, out_of, share
from app.report.pictures import charts

FEW = (
    "Most differences between an area and the whole audit may be chance: read the numbers of cases beside the "
    "percentages."
)
# A target is reached or missed, a limit is kept within or gone over.
VERDICTS = {
    "clearly_reached": "{held}, also allowing for chance",
    "reached_not_clear": "{held} in the sample, but with too few cases to be sure",
    "missed_not_clear": "{missed} in the sample, but this may be chance",
    "clearly_missed": "{missed}, also allowing for chance",
}


def figures_section(pack: Pack) -> Section:
    """Return the area's figures, beside the whole's where they may be shown."""
    grades = charts.area_grades(pack.basis, pack.figures, pack.area, whole=pack.whole)
    blocks: list[Block | None] = [Sentences(list(_findings(pack))), grades, _grades(pack), *_among(pack)]
    blocks.append(_law_types(pack))
    if pack.figures["children_seen"][pack.area]["private_public"]:
        blocks += [charts.area_children_seen(pack.figures, pack.area, whole=pack.whole), _children_seen(pack)]
    return Section("figures", f"The figures of {pack.area}", [block for block in blocks if block])


def _among(pack: Pack) -> list[Block | None]:
    """Return where the area stands among all, at both ends of the scale, where the whole audit may be shown."""
    if not pack.whole:
        return []
    ends = (pack.basis.best, pack.basis.lowest)
    found = [p for code in ends if (p := charts.funnel(pack.basis, pack.figures, code, pack.area))]
    return [Sentences([AMONG.format(area=pack.area)]), *found] if found else []


AMONG = (
    "In the pictures that follow {area} is the diamond and each dot is another service area. By chance alone, about 19 "
    "of 20 areas lie between the dashed lines and nearly all between the solid ones."
)


def _stands_for(pack: Pack) -> Iterator[str]:
    intervals = pack.figures.get("intervals", {})
    interval = intervals.get("service_area", {}).get(pack.basis.best, {}).get(pack.area)
    # Without a list of filings nobody knows how many the sample stands for.
    counts = interval.get("hypergeometric_exact_count") if interval else None
    if counts and intervals.get("population_source") == "frame":
        low, high = counts
        yield (
            f"The sample stands for {interval['population']:,} cases, the most recent of each practitioner. "
            f"Of these, between {low:,} and {high:,} would be {pack.basis.scale[0][1]} (95% interval)."
        )


def _findings(pack: Pack) -> Iterator[str]:
    table, scale = pack.figures["service_area"][pack.area], pack.basis.scale
    total = table["total"]
    cases = f"{plural(total, 'case')} of {pack.area} {'was' if total == 1 else 'were'} audited"
    grades = [f"{out_of(table[code]['count'], total)} {label}" for code, label in scale]
    yield f"{cases}: {listed(grades)}."
    yield from _targets(pack, table)
    yield from _stands_for(pack)
    if total:
        points = plural(percent(1, total) or 0, "percentage point")
        few = f"{plural(total, 'case')} {'is' if total == 1 else 'are'} few"
        yield f"{few}: one case more or less changes a share by {points}."
    yield FEW if pack.whole else "The figures of the whole audit stand beside these once its report is published."


def _targets(pack: Pack, table: Figures) -> Iterator[str]:
    targets, total = pack.basis.targets, table["total"]
    if targets is None or not total:
        return
    (best, good), (lowest, worst) = pack.basis.scale[0], pack.basis.scale[-1]
    reached = 100 * table[best]["count"] >= targets.good_percent * total
    within = 100 * table[lowest]["count"] <= targets.not_met_percent * total
    limit = f"the limit of {targets.not_met_percent}%"
    for code, words, kept, held, missed in (
        (best, f"The target of at least {targets.good_percent}% {good} was", reached, "reached", "missed"),
        (lowest, f"{worst} work was", within, f"within {limit}", f"over {limit}"),
    ):
        verdict = pack.figures.get("target_verdicts", {}).get(code, {}).get("service_area", {}).get(pack.area)
        found = VERDICTS.get(verdict, "{held}" if kept else "{missed}").format(held=held, missed=missed)
        yield f"{words} {found}: {out_of(table[code]['count'], total)}."


def _grades(pack: Pack) -> Table:
    here, whole = pack.figures["service_area"][pack.area], pack.figures["overall"]
    counts = [(label, here[code]["count"], whole[code]["count"]) for code, label in pack.basis.scale]
    total, everywhere = here["total"], whole["total"]
    rows = [pack.row(label, n, share(n, total), whole=[share(all_, everywhere)]) for label, n, all_ in counts]
    end = [share(everywhere, everywhere)]
    rows.append(pack.row("All", total, share(total, total), whole=end, total=True))
    columns = pack.columns(Column("Grade", WORDS), Column("Cases"), Column("Share", PERCENT), whole=["Whole audit"])
    title, note = (
        f"Final grades of the audited cases of {pack.area}",
        "Shares may not add up to 100% because of rounding.",
    )
    return marked_table("grades", title, columns, rows, note)


def _law_type(pack: Pack, law: str, here: Figures, there: Figures) -> Row:
    scale = pack.basis.scale
    ours, theirs = (
        [share(of[code]["count"], of["total"]) for code, _ in (scale[0], scale[-1])] for of in (here, there)
    )
    counts = [here[code]["count"] for code, _ in scale]
    return pack.row(LAW_TYPE_SHORT[LawType(law)], *counts, here["total"], *ours, whole=theirs)


def _law_types(pack: Pack) -> Table:
    here, whole = pack.figures["area_by_law_type"][pack.area], pack.figures["law_type"]
    scale = pack.basis.scale
    ends = (scale[0], scale[-1])
    rows = [
        _law_type(pack, law, here[law.upper()], whole[law.upper()])
        for law in pack.basis.law_types
        if here[law.upper()]["total"]
    ]
    columns = pack.columns(
        Column("Law type", WORDS),
        *(Column(label) for _, label in scale),
        Column("Cases"),
        *(Column(f"{label}, share", PERCENT) for _, label in ends),
        whole=[f"{label}, whole audit" for _, label in ends],
    )
    return marked_table("law-types", f"Final grades of {pack.area} by law type", columns, rows)


def _children_seen(pack: Pack) -> Table:
    here, whole = pack.figures["children_seen"][pack.area], pack.figures["children_seen_overall"]
    base, all_of = here["private_public"], whole["private_public"]

    def line(key: str, name: str) -> Row:
        count, there = here[key]["count"], whole[key]["count"]
        return pack.row(name, count, share(count, base), whole=[share(there, all_of)])

    rows = [line(key, charts.SEEN_LABELS[key]) for key in SEEN_STATES]
    rows.append(pack.row("All that are asked", base, share(base, base), whole=[share(all_of, all_of)], total=True))
    heads = (Column("Were the children seen?", WORDS), Column("Cases"), Column("Share", PERCENT))
    columns = pack.columns(*heads, whole=["Whole audit"])
    return marked_table("children-seen", f"Children seen in {pack.area}", columns, rows, *_reasons(here))


def _reasons(here: Figures) -> Iterator[str]:
    """Yield in how many cases no reason is recorded for not seeing the children, or that every file records one."""
    unseen, none, told = (here[key]["count"] for key in ("not_seen", "not_seen_no_reason", "not_seen_with_reason"))
    if none:
        yield (
            f"In {none:,} of {plural(unseen, 'case')} in which they were not seen, the file records no professional "
            "reason."
        )
    elif unseen and told == unseen:
        cases = "the one case" if unseen == 1 else f"each of {unseen:,} cases"
        yield f"In {cases} in which they were not seen, the file records a professional reason."
