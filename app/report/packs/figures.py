"""The figures of an area's pack, beside those of the whole audit where they may be shown. Pure."""

from collections.abc import Iterator

from app.documents import Block, Column, Row, Section, Sentences, Table
from app.labels import MANY_CASES, bears_verdict, out_of, plural
from app.report.figures.all_figures import percent
from app.report.figures.counted_cases import SEEN_STATES
from app.report.findings.known import Known, sure
from app.report.findings.shares import share_text, target_of
from app.report.findings.verdicts import verdict_sentence
from app.report.narrative.cautions import NO_VERDICT, audited_all
from app.report.narrative.graded import audited
from app.report.packs.pack import LEAST, PERCENT, WORDS, Figures, Pack, marked_table, share
from app.report.pictures import charts

FEW = (
    "Most differences between an area and the whole audit may be chance: read the numbers of cases beside the "
    "percentages."
)


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
    found = sure(pack.figures, "service_area", pack.basis.best, pack.area)
    # Without a list of filings nobody knows how many the sample stands for.
    if not isinstance(found, Known) or found.value.population is None or found.value.counts is None:
        return
    population, (low, high) = found.value.population, found.value.counts
    if found.value.everybody:
        yield f"{audited_all(population)}, so the shares are no estimate."
        return
    would = f"between {low:,} and {high:,}" if low < high else f"{low:,}"
    yield (
        f"The sample stands for {plural(population, 'case')}, the most recent of each practitioner. "
        f"Of these, {would} would be {pack.basis.scale[0][1]} (95% interval)."
    )


def _findings(pack: Pack) -> Iterator[str]:
    table = pack.figures["service_area"][pack.area]
    total = table["total"]
    yield audited(pack.basis, table, f" of {pack.area}", least=LEAST)
    if bears_verdict(total):
        yield from _targets(pack, table)
        yield from _stands_for(pack)
    elif total and pack.basis.targets:
        yield NO_VERDICT
    if bears_verdict(total) and total < MANY_CASES:
        points = plural(percent(1, total) or 0, "percentage point")
        yield f"{plural(total, 'case')} are few: one case more or less changes a share by {points}."
    yield FEW if pack.whole else "The figures of the whole audit stand beside these once its report is published."


def _targets(pack: Pack, table: Figures) -> Iterator[str]:
    for code in (pack.basis.best, pack.basis.lowest):
        target = target_of(pack.basis, code)
        if target is not None:
            here = share_text(table[code]["count"], table["total"], target, table[code].get("estimate"))
            yield verdict_sentence(pack.basis, pack.figures, code, here, "service_area", pack.area)


def _grades(pack: Pack) -> Table:
    here, whole = pack.figures["service_area"][pack.area], pack.figures["overall"]
    total, everywhere = here["total"], whole["total"]
    rows = []
    for code, label in pack.basis.scale:
        n, target = here[code]["count"], target_of(pack.basis, code)
        there = share(whole[code]["count"], everywhere, target, whole[code].get("estimate"))
        ours = share(n, total, target, here[code].get("estimate"))
        rows.append(pack.row(label, n, ours, whole=[there]))
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
        [
            share(of[code]["count"], of["total"], target_of(pack.basis, code), of[code].get("estimate"))
            for code, _ in (scale[0], scale[-1])
        ]
        for of in (here, there)
    )
    counts = [here[code]["count"] for code, _ in scale]
    return pack.row(pack.basis.kinds.law_types.short(law), *counts, here["total"], *ours, whole=theirs)


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
        return pack.row(name, count, share(count, base), whole=[share(there, all_of, None, whole[key].get("estimate"))])

    rows = [line(key, charts.SEEN_LABELS[key]) for key in SEEN_STATES]
    rows.append(pack.row("All that are asked", base, share(base, base), whole=[share(all_of, all_of)], total=True))
    heads = (Column("Were the children seen?", WORDS), Column("Cases"), Column("Share", PERCENT))
    columns = pack.columns(*heads, whole=["Whole audit"])
    return marked_table("children-seen", f"Children seen in {pack.area}", columns, rows, *_reasons(here))


def _reasons(here: Figures) -> Iterator[str]:
    """Yield in how many cases no reason is recorded for not seeing the children, or that every file records one."""
    unseen, none, told = (here[key]["count"] for key in ("not_seen", "not_seen_no_reason", "not_seen_with_reason"))
    if none:
        yield f"In {out_of(none, unseen, 'case')} in which they were not seen, the file records no professional reason."
    elif unseen and told == unseen:
        cases = out_of(unseen, unseen, "case")
        yield f"In {cases} in which they were not seen, the file records a professional reason."
