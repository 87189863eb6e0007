"""The tables of a report, from its figures. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from app.documents import Cell, Column, Kind, Row, Table
from app.labels import listed
from app.report.enums import Stage
from app.report.figures.counted_cases import Basis
from app.report.figures.disclosure import LEAST_BASE, UNRELIABLE
from app.report.figures.statistics import in_percent
from app.report.findings.known import Agreed, Figure, Figures, Known, Mark, Pair, agreed, rate_limits, sure, told
from app.report.findings.shares import printed_cell, target_of
from app.report.findings.verdicts import verdict_words
from app.report.narrative.cautions import between, hides
from app.report.narrative.moderation import BEFORE_CHALLENGES

ALL = "All cases"
Line = tuple[str, Mapping[str, Any]]


def cell(value: object) -> Cell:
    """Return a figure as a cell: what there is none of is not applicable."""
    return value if isinstance(value, int | float | str) else "[z]"


def _share(basis: Basis, table: Mapping[str, Any], code: str) -> tuple[Cell, Cell]:
    """Return a count with its percentage, which has decimals where the whole one would contradict the verdict."""
    share = table[code]
    return cell(share["count"]), printed_cell(share, table["total"], target_of(basis, code))


def _grades(basis: Basis, table: Mapping[str, Any], *, share: bool) -> Iterator[Cell]:
    yield cell(table["total"])
    if share:
        yield cell(table["share_percent"])
    for code, _ in basis.scale:
        yield from _share(basis, table, code)


def grades(
    basis: Basis,
    code: str,
    title: str,
    of: str,
    lines: Sequence[Line],
    *,
    total: Line | None = None,
    share: bool = False,
    notes: Sequence[str] = (),
) -> Table:
    """Return the grades of each group, with the number of its cases and if wanted its share of all."""
    heads = [Column("Cases"), *([Column("% of all", Kind.PERCENT)] if share else [])]
    for _, label in basis.scale:
        heads += [Column(label), Column(f"% {label}", Kind.PERCENT)]
    rows = [Row([name, *_grades(basis, table, share=share)]) for name, table in lines]
    if total is not None:
        rows.append(Row([total[0], *_grades(basis, total[1], share=share)], total=True))
    return Table(code, title, [Column(of, Kind.WORDS), *heads], rows, notes)


def whole(figures: Figures) -> Line:
    """Return the line of all cases below groups that say their share of all."""
    return ALL, {**figures["overall"], "share_percent": 100 if figures["overall"]["total"] else None}


def overall(basis: Basis, figures: Figures) -> Table:
    """Return the cases by grade."""
    table = figures["overall"]
    rows = [Row([label, *_share(basis, table, code)]) for code, label in basis.scale]
    everything = Row([ALL, cell(table["total"]), 100 if table["total"] else "[z]"], total=True)
    return Table(
        "grades",
        "Cases by grade",
        [Column("Grade", Kind.WORDS), Column("Cases"), Column("Share", Kind.PERCENT)],
        [*rows, everything],
    )


def targets(basis: Basis, figures: Figures) -> Table | None:
    """Return the targets with what became of them."""
    if basis.targets is None:
        return None
    heads = (("Measure", Kind.WORDS), ("Target", Kind.WORDS), ("Result", Kind.PERCENT), ("Verdict", Kind.WORDS))
    return Table("targets", "Targets", [Column(*head) for head in heads], list(_targets(basis, figures)))


def _targets(basis: Basis, figures: Figures) -> Iterator[Row]:
    for code, label in (basis.scale[0], basis.scale[-1]):
        result, words = _share(basis, figures["overall"], code)[1], verdict_words(basis, figures, code)
        yield Row([label, str(target_of(basis, code)), result, f"{words[0].upper()}{words[1:]}"])


# By the figures' name for the groups: the table's code and title, and what a group is.
SURENESS = {
    "overall": ("sureness-all", "How sure the shares are", "Group"),
    "law_type": ("sureness-law-types", "How sure the shares by law type are", "Law type"),
    "service_area": ("area-verdicts", "How sure the shares by service area are", "Service area"),
    "region": ("region-verdicts", "How sure the shares by region are", "Region"),
}
SURE_NOTE = (
    "A 95% interval is where the share would lie, 19 times in 20, had the newest case of every practitioner been "
    "audited."
)


def sureness(basis: Basis, figures: Figures, scope: str, names: Mapping[str, str]) -> Table | None:
    """Return each group's best and lowest share, its 95% interval and how it stands to the target, or None before."""
    if all(sure(figures, scope, basis.best, key) is Mark.NOT_AVAILABLE for key in names):
        return None
    code, title, of = SURENESS[scope]
    heads = [Column(of, Kind.WORDS), *_sure_heads(basis)]
    rows = [Row([name, *_sure(basis, figures, scope, key)]) for key, name in names.items()]
    return Table(code, title, heads, rows, [SURE_NOTE], folded=True)


def _sure_heads(basis: Basis) -> Iterator[Column]:
    for level, label in (basis.scale[0], basis.scale[-1]):
        yield Column(f"% {label}", Kind.PERCENT)
        yield Column(f"{label}: 95% interval", Kind.WORDS)
        target = target_of(basis, level)
        if target is not None:
            yield Column(f"{label}: {target}", Kind.WORDS)


def _sure(basis: Basis, figures: Figures, scope: str, key: str) -> Iterator[Cell]:
    table = figures[scope][key] if key else figures[scope]
    for level, _ in (basis.scale[0], basis.scale[-1]):
        yield _share(basis, table, level)[1]
        # An interval with the number of cases gives the count back.
        hidden = isinstance(table[level]["count"], str)
        yield str(table[level]["count"]) if hidden else between(sure(figures, scope, level, key))
        if target_of(basis, level) is not None:
            yield str(table[level]["count"]) if hidden else verdict_words(basis, figures, level, scope, key)


# By what the figures call them; ten per cent is where the report of November 2014 drew its first line.
BANDS = (
    ("areas_not_met_0_to_10_percent", "At most {least}%"),
    ("areas_not_met_over_10_below_target", "Over {least}% and below {limit}%"),
    ("areas_not_met_at_target", "Exactly {limit}%"),
    ("areas_not_met_over_target", "Over {limit}%"),
)


def bands(basis: Basis, figures: Figures) -> Table | None:
    """Return how many areas have how much of the lowest level, or None without a target or where a name would tell."""
    words = figures["sentences"]
    if basis.targets is None or BANDS[0][0] not in words or not words["areas"] or hides(figures["service_area"]):
        return None
    limit, label = basis.targets.not_met_percent, basis.scale[-1][1]
    rows = [
        Row(
            [
                name.format(least=min(10, limit), limit=limit),
                words[key]["count"],
                listed(words[key]["areas"]) if words[key]["areas"] else "–",
            ]
        )
        for key, name in BANDS
        if key in words and (words[key]["count"] or key != "areas_not_met_at_target")
    ]
    heads = [Column(f"Share graded {label}", Kind.WORDS), Column("Areas"), Column("Which", Kind.WORDS)]
    return Table("bands", f"Service areas by their share of {label} (base: areas with cases)", heads, rows, folded=True)


def themes(code: str, title: str, counts: Mapping[str, Any], labels: Mapping[str, tuple[str, str]]) -> Table:
    """Return how often each theme was picked, by practice area."""
    found = sorted(
        (
            (labels.get(theme, (theme, ""))[1], -n if isinstance(n, int) else 0, labels.get(theme, (theme, ""))[0], n)
            for theme, n in counts.items()
        )
    )
    rows = [Row([label, area or "[x]", cell(n)]) for area, _, label, n in found]
    columns = [Column("Theme", Kind.WORDS), Column("Practice area", Kind.WORDS), Column("Cases")]
    return Table(code, title, columns, rows or [Row(["None was picked", "[z]", 0])])


def measures(code: str, title: str, lines: Sequence[tuple[str, object]]) -> Table:
    """Return a table of counts, one to a row."""
    return Table(
        code,
        title,
        [Column("Measure", Kind.WORDS), Column("Cases")],
        [Row([name, cell(count)]) for name, count in lines],
    )


def _challenged(basis: Basis, c: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    yield "Challenged", c["challenged"]
    yield "Challenged, grade unchanged", c[f"agreed_{basis.lowest}"]["count"]
    for code, name in basis.scale:
        if f"regraded_to_{code}" in c:
            yield f"Challenged, re-graded to {name}", c[f"regraded_to_{code}"]["count"]
    yield "Adjudicated", c["adjudicated"]
    yield "Adjudicated, grade unchanged", c["adjudicated_unchanged"]
    for code, name in basis.scale:
        if f"adjudicated_regraded_to_{code}" in c:
            yield f"Adjudicated, re-graded to {name}", c[f"adjudicated_regraded_to_{code}"]


def outcomes(basis: Basis, figures: Figures) -> Table:
    """Return what became of returned and challenged grades."""
    c, (lowest, label), stage = figures["challenge"], basis.scale[-1], figures.get("as_at", Stage.FINAL)
    lines = [
        (f"First graded {label}", c[f"first_{lowest}"]),
        ("Returned to their area", c["returned_to_area"]),
        *([] if stage in BEFORE_CHALLENGES else _challenged(basis, c)),
        ("Needed further action", c["referral_needed"]),
        (f"Finally {label}" if stage == Stage.FINAL else f"{label} at this stage", c[f"final_{lowest}"]),
    ]
    return measures("outcomes", "What became of returned and challenged grades", lines)


def steps(m: Mapping[str, Any]) -> Table:
    """Return how far returned grades came, from the review to the decision."""
    reviewed, answers, action = m["reviewed"], m["answers"], m["further_action"]
    done = [
        ("Reviewed in time", reviewed["in_time"]),
        ("Reviewed late", reviewed["late"]),
        ("Not reviewed", reviewed["not_done"]),
        ("Further action needed", action["needed"]),
        ("Further action done", action["done"]),
    ]
    accepted = [("Grade accepted", answers["accepted"])]
    silent = [
        ("Challenge withdrawn", answers["withdrawn"]),
        ("Not answered in time, grade stands", answers["not_answered"]),
    ]
    # Results that were brought in say neither when a case was reviewed nor what was done or answered afterwards.
    if reviewed.get("not_known"):
        done, accepted, silent = [("Further action needed", action["needed"])], [], []
    table = measures(
        "moderation-steps",
        "From the return to the answer, step by step",
        [
            ("Returned to their area", m["returned"]),
            *done,
            *accepted,
            ("Grade challenged", answers["challenged"]),
            *silent,
            ("Challenge decided, grade changed in the end", m["regraded"]),
            ("Challenge decided, grade unchanged in the end", m["unchanged"]),
            ("Taken to the director", m["escalated"]),
            ("Adjudicated", m["adjudicated"]),
        ],
    )
    return replace(table, folded=True)


STAGES = {
    "first": "First grade",
    "benchmarked": "After benchmarking",
    "challenged": "After challenges",
    "final": "Final grade",
}


def bridge(basis: Basis, m: Mapping[str, Any]) -> Table:
    """Return the grades at each stage of the ledger."""
    rows = [
        Row([name, *(cell(m["bridge"][key][code]) for code, _ in basis.scale)])
        for key, name in STAGES.items()
        if m["bridge"].get(key)
    ]
    return Table(
        "bridge",
        "Grades from stage to stage",
        [Column("Stage", Kind.WORDS), *(Column(label) for _, label in basis.scale)],
        rows,
    )


def overturned(
    m: Mapping[str, Any], group: str, name: str, labels: Mapping[str, str], order: Sequence[str] = ()
) -> Table:
    """Return how often a challenge changed the grade in each group, a percentage only of enough decisions."""
    rows = []
    for key, rate in _in_order(m["overturned"][group], order):
        few = isinstance(rate["decided"], int) and rate["decided"] < LEAST_BASE
        limits = told(rate_limits(rate), lambda at: f"{at[0]:g}% to {at[1]:g}%")
        shares = (UNRELIABLE, UNRELIABLE) if few else (cell(rate["percent"]), limits)
        rows.append(Row([labels.get(key, key), cell(rate["decided"]), cell(rate["overturned"]), *shares]))
    changed = (Column("% changed", Kind.PERCENT), Column("95% interval", Kind.WORDS))
    columns = [Column(name.capitalize(), Kind.WORDS), Column("Decided"), Column("Changed"), *changed]
    title = f"Grades changed on challenge, by {name} (base: decided challenges)"
    return Table(f"overturned-{group}".replace("_", "-"), title, columns, rows, folded=True)


BENCHMARKS = {
    "lead_vs_first": "The lead’s, with first grades",
    "independent_vs_first": "Independent, with first grades",
    "lead_vs_final": "The lead’s, with final grades",
    "independent_vs_final": "Independent, with final grades",
}


OF_AGREEMENT = (
    "AC2 and kappa say how much better than guessing the agreement is: 1 is full agreement, 0 is guessing; a "
    "neighbouring grade counts half. "
    "Kappa falls where most cases have one grade, although people agree."
)


OF_BENCHMARKS = (
    ("Benchmark", Kind.WORDS),
    ("Cases", Kind.COUNT),
    ("Agree", Kind.COUNT),
    ("% agree", Kind.PERCENT),
    ("95% interval", Kind.WORDS),
    ("By guessing", Kind.PERCENT),
    ("Auditor higher", Kind.COUNT),
    ("Auditor lower", Kind.COUNT),
    ("Two grades apart", Kind.COUNT),
    ("AC2", Kind.NUMBER),
    ("Kappa", Kind.NUMBER),
)


def agreement(figures: Figures) -> Table | None:
    """Return how often benchmarks agreed with grades; None where nothing was benchmarked."""
    rows = [Row([name, *_agreed(of)]) for key, name in BENCHMARKS.items() if (of := agreed(figures, key))]
    columns = [Column(head, kind) for head, kind in OF_BENCHMARKS]
    if not rows:
        return None
    title = "Agreement of benchmarks with the grades given"
    # The public edition has some of it only.
    table = Table("agreement", title, columns, rows).without_columns_of("[x]")
    notes = [OF_AGREEMENT] if any(column.kind is Kind.NUMBER for column in table.columns) else []
    return replace(table, notes=notes)


def _agreed(of: Agreed) -> Iterator[Cell]:
    yield from (of.cases, _open(of.agreeing), _open(of.percent), told(of.limits, _in_percent))
    yield in_percent(of.guessing.value) if isinstance(of.guessing, Known) else str(of.guessing)
    yield from map(_open, (of.higher, of.lower, of.far))
    yield from map(_open, (of.ac2, of.kappa))


def _open(figure: Figure[int] | Figure[float]) -> Cell:
    """Return a figure as a cell, or its mark: a coefficient of one case, or of one single grade, says nothing yet."""
    return figure.value if isinstance(figure, Known) else str(figure)


def _in_percent(limits: Pair) -> str:
    return f"{in_percent(limits[0])}% to {in_percent(limits[1])}%"


def _in_order(groups: Mapping[str, Any], order: Sequence[str]) -> list[tuple[str, Any]]:
    """Return groups with areas in their usual order; others stay as they are."""
    place = {key: n for n, key in enumerate(order)}
    return sorted(groups.items(), key=lambda item: place.get(item[0], len(place)))


def drawn(found: Mapping[str, Any], group: str, name: str, labels: Mapping[str, str], order: Sequence[str]) -> Table:
    """Return how many practitioners of each group were audited; areas in their usual order."""
    groups = _in_order(found[group], order)
    rows = [
        Row([labels.get(key, key), cell(t["practitioners"]), cell(t["audited"]), cell(t["percent"])])
        for key, t in groups
    ]
    columns = [
        Column(name.capitalize(), Kind.WORDS),
        Column("Practitioners"),
        Column("Audited"),
        Column("% audited", Kind.PERCENT),
    ]
    return Table(f"sampled-{group}".replace("_", "-"), f"Practitioners and cases audited, by {name}", columns, rows)
