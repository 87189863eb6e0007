"""The sections of an area's pack, made from its cases and the audit's frozen figures. Pure."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from app.audit.enums import LAW_TYPE_SHORT, LawType
from app.audit.thresholds.document import SET_ASIDE, LearningTheme, Level, Standard, ThresholdDocument
from app.clock import day
from app.documents import MARKS, Block, Cell, Column, Kind, Row, Section, Sentences, Table
from app.labels import listed, plural
from app.report.figures.all_figures import Basis, percent
from app.report.figures.counted_cases import SEEN_STATES
from app.report.packs.cases import PackCase, became, further_actions, levels_of, told
from app.report.packs.models import ImprovementAction
from app.report.pictures import charts

# Fewer cases than this bear no percentage (statistics.md section 6).
LEAST = 10
UNRELIABLE, NOT_APPLICABLE, NOT_NOUGHT = "[u]", "[z]", "[low]"
UNRELIABLE_NOTE = f"[u]: too few cases to be reliable. No percentage is printed of fewer than {LEAST} cases."
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
WORDS, PERCENT = Kind.WORDS, Kind.PERCENT
Figures = Mapping[str, Any]


@dataclass(frozen=True)
class Pack:
    """What an area's pack is made of.

    The whole audit stands beside the area once its report is published, not before (`whole`).
    """

    area: str
    basis: Basis
    figures: Figures
    document: ThresholdDocument
    cases: Sequence[PackCase]
    plan: Sequence[ImprovementAction]
    whole: bool

    @cached_property
    def picked(self) -> Mapping[str, tuple[int, int, int, int]]:
        """Return of each theme in how many of how many cases it was picked, in the area and in the whole audit."""
        return {theme.code: _picked(self, theme) for theme in self.document.learning_themes}

    @cached_property
    def counted(self) -> Sequence[PackCase]:
        """Return the cases that count in the figures."""
        return [c for c in self.cases if c.counted]

    def columns(self, *columns: Column, whole: Sequence[str] = (), kind: Kind = PERCENT) -> list[Column]:
        """Return the columns of a table, those of the whole audit last where they may be shown."""
        return [*columns, *(Column(name, kind) for name in whole if self.whole)]

    def row(self, *cells: Cell, whole: Sequence[Cell] = (), total: bool = False) -> Row:
        """Return a row of such a table."""
        return Row([*cells, *(whole if self.whole else ())], total)


def share(count: int, of: int) -> Cell:
    """Return a whole percentage, or the mark that says why there is none."""
    found = percent(count, of)
    if found is None:
        return NOT_APPLICABLE
    if of < LEAST:
        return UNRELIABLE
    return found or (NOT_NOUGHT if count else 0)


def _of(count: int, of: int) -> str:
    return f"{count:,} of {of:,} ({percent(count, of)}%)" if of >= LEAST else f"{count:,} of {of:,}"


def _table(code: str, title: str, columns: Sequence[Column], rows: Sequence[Row], *notes: str) -> Table:
    """Return a table; a note explains each mark that stands in it in place of a number."""
    there = {cell for row in rows for cell in row.cells if isinstance(cell, str)}
    explained = [
        UNRELIABLE_NOTE if mark == UNRELIABLE else f"{mark}: {meaning}."
        for mark, meaning in MARKS.items()
        if mark in there
    ]
    return Table(code, title, columns, rows, [*notes, *explained])


def figures_section(pack: Pack) -> Section:
    """Return the area's figures, beside the whole's where they may be shown."""
    grades = charts.area_grades(pack.basis, pack.figures, pack.area, whole=pack.whole)
    blocks: list[Block | None] = [Sentences(list(_findings(pack))), grades, _grades(pack), _law_types(pack)]
    if pack.figures["children_seen"][pack.area]["private_public"]:
        blocks += [charts.area_children_seen(pack.figures, pack.area, whole=pack.whole), _children_seen(pack)]
    return Section("figures", f"The figures of {pack.area}", [block for block in blocks if block])


def _findings(pack: Pack) -> Iterator[str]:
    table, scale = pack.figures["service_area"][pack.area], pack.basis.scale
    total = table["total"]
    cases = f"{plural(total, 'case')} of {pack.area} {'was' if total == 1 else 'were'} audited"
    grades = [f"{_of(table[code]['count'], total)} {label}" for code, label in scale]
    yield f"{cases}: {listed(grades)}."
    yield from _targets(pack, table)
    intervals = pack.figures.get("intervals", {})
    interval = intervals.get("service_area", {}).get(pack.basis.best, {}).get(pack.area)
    # Without a list of filings nobody knows how many the sample stands for.
    counts = interval.get("hypergeometric_exact_count") if interval else None
    if counts and intervals.get("population_source") == "frame":
        low, high = counts
        yield (
            f"The sample stands for {interval['population']:,} cases, the most recent of each practitioner. "
            f"Of these, between {low:,} and {high:,} would be {scale[0][1]} (95% interval)."
        )
    if total:
        points = plural(percent(1, total) or 0, "percentage point")
        yield (
            f"{plural(total, 'case')} {'is' if total == 1 else 'are'} few: one case more or less changes a share by "
            f"{points}."
        )
    yield FEW if pack.whole else "The figures of the whole audit stand beside these once its report is published."


def _targets(pack: Pack, table: Figures) -> Iterator[str]:
    targets, total = pack.basis.targets, table["total"]
    if targets is None or not total:
        return
    (best, good), (lowest, worst) = pack.basis.scale[0], pack.basis.scale[-1]
    reached = 100 * table[best]["count"] >= targets.good_percent * total
    within = 100 * table[lowest]["count"] <= targets.not_met_percent * total
    for code, words, kept, held, missed in (
        (best, f"The target of at least {targets.good_percent}% {good} was", reached, "reached", "missed"),
        (
            lowest,
            f"{worst} work was",
            within,
            f"within the limit of {targets.not_met_percent}%",
            f"over the limit of {targets.not_met_percent}%",
        ),
    ):
        verdict = pack.figures.get("target_verdicts", {}).get(code, {}).get("service_area", {}).get(pack.area)
        found = VERDICTS.get(verdict, "{held}" if kept else "{missed}").format(held=held, missed=missed)
        yield f"{words} {found}: {_of(table[code]['count'], total)}."


def _grades(pack: Pack) -> Table:
    here, whole = pack.figures["service_area"][pack.area], pack.figures["overall"]
    rows = [
        pack.row(
            label,
            here[code]["count"],
            share(here[code]["count"], here["total"]),
            whole=[share(whole[code]["count"], whole["total"])],
        )
        for code, label in pack.basis.scale
    ]
    rows.append(
        pack.row(
            "All",
            here["total"],
            share(here["total"], here["total"]),
            whole=[share(whole["total"], whole["total"])],
            total=True,
        )
    )
    columns = pack.columns(Column("Grade", WORDS), Column("Cases"), Column("Share", PERCENT), whole=["Whole audit"])
    return _table(
        "grades",
        f"Final grades of the audited cases of {pack.area}",
        columns,
        rows,
        "Shares may not add up to 100% because of rounding.",
    )


def _law_types(pack: Pack) -> Table:
    here, whole = pack.figures["area_by_law_type"][pack.area], pack.figures["law_type"]
    scale = pack.basis.scale
    ends = (scale[0], scale[-1])
    rows = [
        pack.row(
            LAW_TYPE_SHORT[LawType(law)],
            *(here[law.upper()][code]["count"] for code, _ in scale),
            here[law.upper()]["total"],
            *(share(here[law.upper()][code]["count"], here[law.upper()]["total"]) for code, _ in ends),
            whole=[share(whole[law.upper()][code]["count"], whole[law.upper()]["total"]) for code, _ in ends],
        )
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
    return _table("law-types", f"Final grades of {pack.area} by law type", columns, rows)


def _children_seen(pack: Pack) -> Table:
    here, whole = pack.figures["children_seen"][pack.area], pack.figures["children_seen_overall"]
    base, all_of = here["private_public"], whole["private_public"]

    def line(key: str, name: str) -> Row:
        return pack.row(
            name, here[key]["count"], share(here[key]["count"], base), whole=[share(whole[key]["count"], all_of)]
        )

    rows = [line(key, charts.SEEN_LABELS[key]) for key in SEEN_STATES]
    rows.append(pack.row("All that are asked", base, share(base, base), whole=[share(all_of, all_of)], total=True))
    columns = pack.columns(
        Column("Were the children seen?", WORDS), Column("Cases"), Column("Share", PERCENT), whole=["Whole audit"]
    )
    return _table("children-seen", f"Children seen in {pack.area}", columns, rows, *_reasons(here))


def _reasons(here: Figures) -> Iterator[str]:
    """Yield in how many cases nobody saw the children and the file does not say why.

    That every file does say why is told too.
    """
    unseen, none, told = (here[key]["count"] for key in ("not_seen", "not_seen_no_reason", "not_seen_with_reason"))
    if none:
        yield (
            f"In {none:,} of {plural(unseen, 'case')} in which they were not seen, the file records no professional "
            "reason."
        )
    elif unseen and told == unseen:
        cases = "the one case" if unseen == 1 else f"each of {unseen:,} cases"
        yield f"In {cases} in which they were not seen, the file records a professional reason."


def cases_section(pack: Pack) -> Section:
    """Return every audited case in overview."""
    law = {code: LAW_TYPE_SHORT[LawType(code)] for code in pack.basis.law_types}
    label = pack.document.label
    rows = [
        Row(
            [
                c.case.case_ref,
                law.get(c.case.law_type, c.case.law_type),
                label(c.first),
                label(c.final),
                became(c, pack.document) + ("" if c.counted else ". Added by hand, in no figure"),
            ]
        )
        for c in _worst_first(pack)
    ]
    columns = [Column(name, WORDS) for name in ("Case", "Law type", "First grade", "Final grade", "What became of it")]
    note = "The lowest grades come first. The last part of this pack tells each case apart."
    return Section(
        "cases", "The cases", [_table("cases-table", f"The audited cases of {pack.area}", columns, rows, note)]
    )


def each_case_section(pack: Pack) -> Section:
    """Return each case apart: how it was judged, what was noted, and what was decided on it."""
    return Section("each-case", "Case by case", [], [_case(pack, c) for c in _worst_first(pack)])


def _worst_first(pack: Pack) -> list[PackCase]:
    """Return the cases that work is about first: by their lowest grade, then by reference."""
    order = {code: n for n, (code, _) in enumerate(pack.basis.scale)}
    return sorted(pack.cases, key=lambda c: (-order.get(c.final, 0), -order.get(c.first, 0), c.case.case_ref))


def _case(pack: Pack, of: PackCase) -> Section:
    document, case = pack.document, of.case
    grades = (
        f"{document.label(of.first)} first and {document.label(of.final)} in the end"
        if of.first != of.final
        else document.label(of.final)
    )
    detail = [*_judged(pack, of), *_themes(pack, of), *told(of, document)]
    blocks = [
        Sentences([f"{LAW_TYPE_SHORT[LawType(case.law_type)]}. Graded {grades}."]),
        *([Sentences(detail)] if detail else []),
    ]
    return Section(
        f"case-{case.id}",
        f"Case {case.case_ref}",
        blocks,
        link=(f"/cases/{case.id}", f"See case {case.case_ref}, with its evidence"),
    )


def _judged(pack: Pack, of: PackCase) -> Iterator[str]:
    """Yield the standards at each level, the lowest first: that is what the area works on."""
    document = pack.document
    kept = {j.standard: j for j in of.assessment.judgements} if of.assessment else {}
    judged = [s for s in document.standards_for(of.case.law_type) if s.code in kept]

    def named(standard: Standard, level: Level) -> str:
        needed = document.degree_label(kept[standard.code].degree).lower()
        return standard.title if level is document.best else f"{standard.title} (improvement needed: {needed})"

    for level in reversed(document.scale):
        found = [named(s, level) for s in judged if not kept[s.code].set_aside and kept[s.code].judgement == level.code]
        if found:
            yield f"{level.label}: {'; '.join(found)}."
    aside = [s.title for s in judged if kept[s.code].set_aside]
    if aside:
        yield f"Set aside: {'; '.join(aside)}."


def _themes(pack: Pack, of: PackCase) -> Iterator[str]:
    for kind, name, note in (
        ("strength", "Strengths", "strengths_note"),
        ("learning", "Learning points", "learning_note"),
    ):
        found = [t.label for t in pack.document.learning_themes if t.kind == kind and t.code in of.themes]
        text = getattr(of.assessment, note) if of.assessment else ""
        if found:
            yield f"{name}: {'; '.join(found)}."
        if text:
            yield f"{name}, in the auditor’s own words: {text}"


def learning_section(pack: Pack) -> Section:
    """Return the learning points and strengths of the area, counted by practice area.

    And how each standard was judged.
    """
    blocks: list[Block] = [Sentences(list(_above(pack)))]
    for kind, code, title in (
        ("learning", "learning-points", "Learning points"),
        ("strength", "strengths", "Strengths"),
    ):
        rows = [_theme_row(pack, theme) for theme in _ordered(pack, kind)]
        if rows:
            columns = pack.columns(
                Column(title[:-1], WORDS),
                Column("Practice area", WORDS),
                Column("Cases"),
                Column("Out of"),
                Column("Share", PERCENT),
                whole=["Whole audit"],
            )
            blocks.append(
                _table(
                    code,
                    f"{title} of {pack.area}",
                    columns,
                    rows,
                    "Out of: the cases of the law types for which it can be picked.",
                )
            )
    standards = _standards(pack)
    blocks += [standards] if standards else []
    return Section("learning", "Learning points and strengths", blocks)


def _picked(pack: Pack, theme: LearningTheme) -> tuple[int, int, int, int]:
    asked = [c for c in pack.counted if theme.law_types is None or c.case.law_type in theme.law_types]
    by_law = pack.figures["law_type"]
    everywhere = sum(
        by_law[law.upper()]["total"]
        for law in pack.basis.law_types
        if theme.law_types is None or law in theme.law_types
    )
    kind = "strengths" if theme.kind == "strength" else "learning_points"
    return (
        sum(theme.code in c.themes for c in asked),
        len(asked),
        pack.figures["themes"][kind].get(theme.code, 0),
        everywhere,
    )


def _ordered(pack: Pack, kind: str) -> list[LearningTheme]:
    """Return the themes that were picked in the area, by practice area in the document's order.

    The most frequent first within each.
    """
    places = {area.code: n for n, area in enumerate(pack.document.practice_areas)}
    found = [t for t in pack.document.learning_themes if t.kind == kind and pack.picked[t.code][0]]
    return sorted(found, key=lambda t: (places.get(t.practice_area, len(places)), -pack.picked[t.code][0]))


def _theme_row(pack: Pack, theme: LearningTheme) -> Row:
    here, of, there, everywhere = pack.picked[theme.code]
    titles = {area.code: area.title for area in pack.document.practice_areas}
    return pack.row(
        theme.label,
        titles.get(theme.practice_area, theme.practice_area),
        here,
        of,
        share(here, of),
        whole=[share(there, everywhere)],
    )


def _above(pack: Pack) -> Iterator[str]:
    themes = _ordered(pack, "learning")
    if not themes:
        yield f"No learning point was picked in the cases of {pack.area}."
        return
    most = max(themes, key=lambda t: pack.picked[t.code][0])
    here, of, _, _ = pack.picked[most.code]
    yield f"The most frequent learning point is ‘{most.label}’: {_of(here, of)} cases."
    if pack.whole:
        above = [t for t in themes if (p := pack.picked[t.code])[0] * p[3] > p[2] * p[1]]
        words = (
            f"{plural(len(above), 'learning point was', 'learning points were')} picked more often here than in the "
            "whole audit"
        )
        yield (
            f"{words}. Each is a matter of few cases, so the difference may be chance; that it occurs is worth work "
            "all the same."
        )


def _standards(pack: Pack) -> Table | None:
    """Return how often each standard was judged at each level, or None where no case has judgements."""
    rows = []
    for area in pack.document.practice_areas:
        for standard in area.standards:
            kept = [
                j for c in pack.counted if c.assessment for j in c.assessment.judgements if j.standard == standard.code
            ]
            counts = Counter(SET_ASIDE if j.set_aside else j.judgement for j in kept)
            if kept:
                rows.append(
                    Row(
                        [
                            standard.title,
                            area.title,
                            *(counts[code] for code, _ in pack.basis.scale),
                            counts[SET_ASIDE],
                            len(kept),
                        ]
                    )
                )
    names = [*(label for _, label in pack.basis.scale), "Set aside", "Cases"]
    columns = [Column("Standard", WORDS), Column("Practice area", WORDS), *map(Column, names)]
    return _table("standards", f"How the standards were judged in {pack.area}", columns, rows) if rows else None


def own_section(pack: Pack) -> Section:
    """Return the area's own reviews beside the audit's judgements.

    Where the two agree and where they differ, by standard.
    """
    reviewed = [c for c in pack.cases if c.own]
    missing = [c.case.case_ref for c in pack.cases if not c.own]
    if not reviewed:
        words = (
            f"{pack.area} has submitted no own review of its cases. An own review is for comparison; it changes no "
            "grade."
        )
        return Section("own-review", "The area’s own reviews", [Sentences([words])])
    sentences = [
        (
            f"{pack.area} reviewed {len(reviewed):,} of {plural(len(pack.cases), 'case')} itself. These reviews were "
            "not "
            "blind, and change no grade."
        )
    ]
    sentences += [f"No own review: {listed(missing)}."] if missing else []
    rows = [
        compared("Grade of the case", [(c.final, (c.own.grade or "") if c.own else "") for c in reviewed], pack.basis)
    ]
    both = [(c.judged, levels_of(c.own)) for c in reviewed]
    rows += [
        compared(s.title, [(audit.get(s.code, ""), own.get(s.code, "")) for audit, own in both], pack.basis)
        for s in pack.document.standards()
    ]
    columns = [
        Column("Standard", WORDS),
        *(Column(name) for name in ("Same", "Own review higher", "Audit higher", "Not judged by both", "Cases")),
    ]
    note = "The audit’s grade is the final one; its judgements are the auditor’s."
    return Section(
        "own-review",
        "The area’s own reviews",
        [Sentences(sentences), _table("own-reviews", "Own reviews beside the audit", columns, rows, note)],
    )


def compared(what: str, pairs: Sequence[tuple[str, str]], basis: Basis) -> Row:
    """Return where the audit and own reviews judged the same, and which of the two judged higher where they did not."""
    order = {code: n for n, (code, _) in enumerate(basis.scale)}
    known = [(order[audit], order[own]) for audit, own in pairs if audit in order and own in order]
    same, higher = sum(audit == own for audit, own in known), sum(own < audit for audit, own in known)
    return Row([what, same, higher, len(known) - same - higher, len(pairs) - len(known), len(pairs)])


def plan_section(pack: Pack, link: str) -> Section:
    """Return the area's improvement plan, and the further actions that its cases need."""
    blocks: list[Block] = []
    if pack.plan:
        rows = [Row([p.what, p.learning_point or "–", p.who, day(p.by_when, short=True), _done(p)]) for p in pack.plan]
        columns = [Column(name, WORDS) for name in ("What will be done", "Learning point", "Who", "By when", "Done")]
        blocks.append(_table("plan-table", f"Improvement plan of {pack.area}", columns, rows))
    else:
        blocks.append(
            Sentences(
                [
                    (
                        "Nothing is planned yet. The head of service says what will be done about the learning points, "
                        "who does it and by when."
                    )
                ]
            )
        )
    further = further_actions(pack.cases)
    if further:
        rows = [
            Row(
                [
                    f.case.case_ref,
                    f.what,
                    f.who,
                    day(f.by, short=True) or "[x]",
                    day(f.done_on, short=True) if f.done_on else "Not yet",
                ]
            )
            for f in further
        ]
        columns = [Column(name, WORDS) for name in ("Case", "Further action", "Who", "By when", "Done")]
        blocks.append(
            _table("further-action", f"Further action for the children in cases of {pack.area}", columns, rows)
        )
    return Section("plan", "The improvement plan", blocks, link=(link, "Open the improvement plan"))


def _done(of: ImprovementAction) -> str:
    return f"{day(of.done_on, short=True)}: {of.outcome}" if of.done_on else "Not yet"
