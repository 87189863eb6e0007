"""The tables of standards, of the rules that indicated grades, and of facts, from a report's figures. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from app.audit.thresholds.document import Fact, PracticeArea, Standard, ThresholdDocument
from app.documents import Cell, Column, Kind, Row, Table
from app.labels import plural
from app.report.figures.answers.standards import NOT_RECORDED
from app.report.figures.counted_cases import Basis
from app.report.figures.disclosure import LEAST_BASE, UNRELIABLE
from app.report.findings.known import Figures, Known, Mark, has_intervals, sure_of_standard, told, whole
from app.report.findings.shares import share_cell
from app.report.narrative.cautions import between, is_weighted

NO_INTERVAL = (
    "A practice area counts judgements, not cases. It has no interval: the judgements of one case hang together."
)
INTERVALS = (
    "A 95% interval is where the share would lie, 19 times in 20, had the newest case of every practitioner been "
    "audited; where some cases were set aside it is for cases like these."
)
WEIGHTED = "Practitioners had different chances to be drawn, so these are counts of cases and no shares are given."
SEVERAL = "Several answers can be given for one case, so they may come to more than the cases asked."
EVERY = "All law types"
WORDS, PERCENT = Kind.WORDS, Kind.PERCENT


def share(found: object, of: object) -> Cell:
    """Return a share in per cent, or the mark in its place; of a small base only an internal edition has one."""
    n, base = whole(found), whole(of)
    if not isinstance(n, Known):
        return str(n)
    return share_cell(n.value, base.value) if isinstance(base, Known) else str(base)


def _public_share(figures: Figures, found: object, of: object) -> Cell:
    few = isinstance(of, int) and 0 < of < LEAST_BASE and figures.get("edition") == "public"
    return UNRELIABLE if few and isinstance(found, int) else share(found, of)


def _levels(basis: Basis, figures: Figures, row: Mapping[str, Any], *, shares: bool) -> Iterator[Cell]:
    for code in basis.codes:
        yield row[code]
        if shares:
            yield _public_share(figures, row[code], row["judged"])


def standards(basis: Basis, figures: Figures, area: PracticeArea) -> Table:
    """Return how each standard of a practice area was judged, and all of them together."""
    shares = not is_weighted(figures)
    heads = [Column("Standard", WORDS), Column("Judged")]
    for _, label in basis.scale:
        heads += [Column(label), *([Column(f"% {label}", PERCENT)] if shares else [])]
    found = figures["standards"]
    rows = [_judged(basis, figures, s.title, found[s.code]["overall"]) for s in area.standards if s.code in found]
    every = figures["practice_areas"][area.code]["overall"]
    # In public its counts are hidden together, where those of a standard are.
    open_ = isinstance(every["judged"], int)
    rows += [_judged(basis, figures, "All judgements", every, total=True)] if open_ else []
    notes = [*([NO_INTERVAL] if open_ else []), *([] if shares else [WEIGHTED])]
    title = f"{area.title}: how each standard was judged (base: cases in which it was judged)"
    return Table(f"standards-{area.code}", title, [*heads, Column("Set aside")], rows, notes)


def _judged(basis: Basis, figures: Figures, name: str, row: Mapping[str, Any], *, total: bool = False) -> Row:
    levels = _levels(basis, figures, row, shares=not is_weighted(figures))
    return Row([name, row["judged"], *levels, row["set_aside"]], total=total)


def by_law_type(basis: Basis, figures: Figures, area: PracticeArea, names: Mapping[str, str]) -> Table:
    """Return the standards of a practice area by law type, with how sure the best and the lowest level are."""
    ends = dict.fromkeys((basis.scale[0], basis.scale[-1]))
    heads = [Column("Standard", WORDS), Column("Law type", WORDS), Column("Judged")]
    heads += [Column(label) for _, label in basis.scale] + [Column("Set aside")]
    rows = [row for s in area.standards if s.code in figures["standards"] for row in _of_laws(basis, figures, s, names)]
    code, title = f"laws-{area.code}", f"{area.title}: the standards by law type, and how sure the shares are"
    sure = any(has_intervals(figures, s.code) for s in area.standards)
    if sure:
        heads += [Column(f"{label}: 95% interval", WORDS) for _, label in ends]
    else:
        rows = [Row(row.cells[: len(heads)], row.total) for row in rows]
    return Table(code, title, heads, rows, [INTERVALS] if sure else [], folded=True)


def _of_laws(basis: Basis, figures: Figures, of: Standard, names: Mapping[str, str]) -> Iterator[Row]:
    found = figures["standards"][of.code]
    laws = [(law, name) for law, name in names.items() if _asked(found["law_type"].get(law.upper(), {}))]
    for law, name in laws:
        yield _sure_row(basis, figures, (of.title, name), found["law_type"][law.upper()], (of.code, law.upper()))
    if len(laws) > 1:
        yield _sure_row(basis, figures, (of.title, EVERY), found["overall"], (of.code, ""), total=True)


def _asked(row: Mapping[str, Any]) -> bool:
    return any(n for n in row.values() if n != 0)


def _sure_row(
    basis: Basis,
    figures: Figures,
    names: tuple[str, str],
    row: Mapping[str, Any],
    at: tuple[str, str],
    *,
    total: bool = False,
) -> Row:
    ends = [interval(figures, at[0], code, at[1]) for code in dict.fromkeys((basis.best, basis.lowest))]
    return Row([*names, row["judged"], *_levels(basis, figures, row, shares=False), row["set_aside"], *ends], total)


def interval(figures: Figures, standard: str, level: str, law: str = "") -> str:
    """Return the interval of a level of a standard as a cell."""
    return between(sure_of_standard(figures, standard, level, law))


def by_area(basis: Basis, figures: Figures, area: PracticeArea) -> Table | None:
    """Return a practice area by service area, and how often each of its standards is lowest; None in public."""
    found = figures["practice_areas"][area.code].get("service_area")
    if not found:
        return None
    lowest, there = basis.scale[-1], [s for s in area.standards if s.code in figures["standards"]]
    heads = [Column("Service area", WORDS), Column("Judged"), *(Column(label) for _, label in basis.scale)]
    heads += [Column("Set aside"), *(Column(f"{s.code}: {lowest[1]}") for s in there)]
    # In their usual order, which frozen figures do not keep.
    areas = [(a, found[a]) for a in figures["service_area_order"] if _asked(found.get(a, {}))]
    rows = [Row([a, *_in_area(basis, figures, row, a, there)]) for a, row in areas]
    total = figures["practice_areas"][area.code]["overall"]
    each = [figures["standards"][s.code]["overall"][lowest[0]] for s in there]
    counts = (*_levels(basis, figures, total, shares=False), total["set_aside"], *each)
    rows.append(Row(["All areas", total["judged"], *counts], total=True))
    note = "; ".join(f"{s.code}: {s.title}" for s in there)
    title = f"{area.title} by service area (judgements; at the end, how often each standard is {lowest[1]})"
    return Table(f"areas-{area.code}", title, heads, rows, [f"{note}."], folded=True)


def _in_area(
    basis: Basis, figures: Figures, row: Mapping[str, Any], area: str, standards: Sequence[Standard]
) -> Iterator[Cell]:
    yield row["judged"]
    yield from _levels(basis, figures, row, shares=False)
    yield row["set_aside"]
    for s in standards:
        yield figures["standards"][s.code]["service_area"].get(area, {}).get(basis.lowest, 0)


def degrees(document: ThresholdDocument, figures: Figures) -> Table | None:
    """Return what is below the best level by degree of improvement; None in public, and of what was frozen before."""
    there = [s for s in document.standards() if figures["standards"].get(s.code, {}).get("degrees")]
    if not there:
        return None
    known = [(d.code, d.label) for d in document.improvement_degrees] + [(NOT_RECORDED, "Not recorded")]
    used = {code for s in there for code in figures["standards"][s.code]["degrees"]}
    shown = [(code, label) for code, label in known if code in used]
    rows = []
    for s in there:
        counts = [figures["standards"][s.code]["degrees"].get(code, 0) for code, _ in shown]
        rows.append(Row([s.title, sum(counts), *counts]))
    title = f"The standards judged below {document.best.label}, by how much improvement is needed"
    heads = [Column("Standard", WORDS), Column(f"Below {document.best.label}"), *(Column(label) for _, label in shown)]
    return Table("degrees", title, heads, rows, folded=True)


def rules(document: ThresholdDocument, figures: Figures) -> Table:
    """Return how often each rule gave the indicated grade, and how often the grade given departs from it."""
    found = figures["lowest_reasons"]
    heads = [Column("Rule", WORDS), Column("Grade", WORDS), Column("Cases"), Column("Graded otherwise")]
    because = {rule.id: rule.because for rule in document.grade_rules}
    rows = [
        Row([because.get(rule, rule), document.label(of["grade"]), of["cases"], of["graded_otherwise"]])
        for rule, of in _in_order(document, found["rules"])
    ]
    without = sum(found["without_rule"].values())
    if without:
        rows.append(Row(["No rule could be read", str(Mark.SAYS_NOTHING), without, str(Mark.SAYS_NOTHING)]))
    rows.append(Row(["All cases", str(Mark.SAYS_NOTHING), figures["cases"], found["departures"]["cases"]], total=True))
    return Table("rules", "How often each rule gave the indicated grade (base: all cases)", heads, rows)


def _in_order(document: ThresholdDocument, rules: Mapping[str, Any]) -> list[tuple[str, Any]]:
    return [(rule.id, rules[rule.id]) for rule in document.grade_rules if rule.id in rules]


def critical(document: ThresholdDocument, figures: Figures) -> Table | None:
    """Return which critical standards brought the lowest grade; None where there are none, or no such case."""
    found = figures["lowest_reasons"]["critical"]
    if not found.get("cases"):
        return None
    lowest = document.lowest.label
    titles = {s.code: s.title for s in document.standards()}
    rows = [
        Row([titles.get(s.code, s.code), found["standards"][s.code]["lowest"], found["standards"][s.code]["only"]])
        for s in document.standards()
        if s.code in found["standards"]
    ]
    heads = [Column("Critical standard", WORDS), Column(f"{lowest} in"), Column("The only one in")]
    title = f"Critical standards that made a case {lowest} (base: {plural(found['cases'], 'case')} in which one was)"
    several = "A case in which several critical standards are at this level is counted at each of them."
    return Table("critical-standards", title, heads, rows, [several])


def departures(document: ThresholdDocument, figures: Figures) -> Table | None:
    """Return from which indicated grade to which other cases were graded; None where none was."""
    found = figures["lowest_reasons"]["departures"]
    if not found["cases"]:
        return None
    order = {code: n for n, code in enumerate(level.code for level in document.scale)}
    ways = sorted((tuple(way.split(":")), n) for way, n in found["from_to"].items())
    ways = sorted(ways, key=lambda of: [order.get(code, 0) for code in of[0]])
    rows = [Row([document.label(a), document.label(b), n]) for (a, b), n in ways]
    heads = [Column("Indicated", WORDS), Column("Graded", WORDS), Column("Cases")]
    return Table("departures", "Cases graded otherwise than indicated", heads, rows)


def fact(figures: Figures, of: Fact, names: Mapping[str, str]) -> Table:
    """Return how often each answer to a fact was given, in all and by law type."""
    found = figures["facts"][of.code]
    laws = {law: name for law, name in names.items() if law.upper() in found["law_type"]}
    shares = not is_weighted(figures)
    heads = [Column("Answer", WORDS), Column("Cases"), *([Column("Share", PERCENT)] if shares else [])]
    heads += [Column(name) for name in laws.values()] if len(laws) > 1 else []
    parts = [found["law_type"][law.upper()] for law in laws] if len(laws) > 1 else []
    asked = found["overall"]["asked"]

    def line(name: str, n: object, each: Sequence[Cell], *, total: bool = False) -> Row:
        shown = [_public_share(figures, n, asked)] if shares else []
        return Row([name, _cell(n), *shown, *each], total=total)

    rows = [
        line(a.label, found["overall"]["answers"][a.code], [p["answers"][a.code] for p in parts]) for a in of.answers
    ]
    if found["overall"]["unanswered"] != 0:
        rows.append(line("No answer", found["overall"]["unanswered"], [p["unanswered"] for p in parts]))
    rows.append(line("Cases asked", asked, [p["asked"] for p in parts], total=True))
    title = f"{of.question} (base: cases of which it is asked)"
    notes = [SEVERAL] if of.kind == "multi" else []
    return Table(f"fact-{of.code}", title, heads, rows, notes if shares else [*notes, WEIGHTED])


def _cell(n: object) -> Cell:
    return n if isinstance(n, int | str) else told(whole(n))
