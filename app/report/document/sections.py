"""The sections of an audit's report, in the order of the report of November 2014. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from app.documents import Block, Document, Picture, Prose, Section, Sentences, Table
from app.labels import capital, listed, plural
from app.report.document import tables
from app.report.document.seen_table import children_seen as children_seen_table
from app.report.enums import Edition, Stage
from app.report.figures.all_figures import Basis
from app.report.findings.differences import AREAS_RULE, PAIRS_RULE
from app.report.findings.known import Figures
from app.report.narrative import areas
from app.report.narrative import moderation as moderated
from app.report.narrative import sentences as narrative
from app.report.narrative.changes import Earlier, change_sentences, change_table
from app.report.narrative.exceptions import exceptions

# Tables, and pictures of them, that could sway whoever still grades: they hold groups by service area, employment or
# performance band.
SWAYING = (
    "figure-3",
    "bands",
    "change",
    "figure-4",
    "area-verdicts",
    "overturned-area",
    "overturned-employment",
    "sampled-service-area",
    "sampled-performance-band",
    "sampled-employment",
)
LEFT_OUT = (
    "Figures by service area are left out of your copy, because you have cases to grade. They appear when you have "
    "submitted them all."
)
FUNNEL = (
    "In the pictures that follow each dot is a service area. By chance alone, about 19 of 20 areas lie between the "
    "dashed lines and nearly all between the "
    "solid ones; the lines are wide apart where few cases were audited."
)
# What the audit lead can write in, one box to a section, in the order of the report.
BOXES = {
    "introduction": "Introduction",
    "overall": "All cases",
    "law-types": "Law types",
    "areas": "Service areas",
    "children-seen": "Children seen",
    "staff": "Staff by employment",
    "strengths": "Strengths",
    "learning": "Learning points",
    "advice": "Recommendations",
    "recommendations": "Earlier recommendations reviewed",
    "conclusion": "Conclusion",
    "next-steps": "Next steps",
    "moderation": "Moderation",
    "sampling": "Sampling",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a report has to know of its audit besides the figures, in words."""

    ref: str
    name: str
    purpose: str
    window: tuple[str, str]
    threshold: str
    law_names: Mapping[str, str]
    reasons: Mapping[str, str]
    # By the code of a theme: what it says, and the title of its practice area.
    themes: Mapping[str, tuple[str, str]]
    data_set: str
    frozen_on: str
    # The month of this audit, and the earlier audit that it is compared with, if one was chosen.
    month: str
    earlier: Earlier | None = None
    # The month by which the targets shall be reached, and where they were set, if that was said.
    targets_by: str = ""
    targets_set_in: str = ""
    stage: Stage = Stage.FINAL
    edition: Edition = Edition.INTERNAL
    # Of a report that was revised: its number, the day, and why.
    revised: tuple[int, str, str] | None = None
    pictures: Mapping[str, Sequence[Picture]] = field(default_factory=dict)
    # What was written in each box, its placeholders filled.
    prose: Mapping[str, str] = field(default_factory=dict)


Builder = Callable[[Basis, Figures, About], Section | None]


def sections(basis: Basis, figures: Figures, about: About) -> list[Section]:
    """Return the sections; one without content is left out."""
    built = [section for build in _BUILDERS if (section := build(basis, figures, about)) is not None]
    return [_numbered(section, f"{n}") for n, section in enumerate(built, 1)]


def _numbered(section: Section, number: str) -> Section:
    """Return a section with its number before its title, and so its parts; an annex has a letter already."""
    if section.title.startswith("Annex"):
        return section
    parts = [_numbered(part, f"{number}.{n}") for n, part in enumerate(section.parts, 1)]
    return replace(section, title=f"{number}{'' if '.' in number else '.'} {section.title}", parts=parts)


def _section(
    about: About, code: str, *blocks: Block | None, parts: Sequence[Section | None] = (), title: str = ""
) -> Section | None:
    """Return a section, each picture before its table and what was written at the end, or None if it is empty."""
    there = [b for b in blocks if b is not None and not (isinstance(b, Sentences) and not b.sentences)]
    written = [Prose(code, about.prose[code])] if about.prose.get(code) else []
    inside = [part for part in parts if part is not None]
    content = [*_with_pictures(there, about.pictures.get(code, ())), *written]
    return Section(code, title or BOXES[code], content, inside) if content or inside else None


def _with_pictures(blocks: Sequence[Block], drawn: Sequence[Picture]) -> Iterator[Block]:
    """Yield blocks, each picture before its table; those of no table come before the first, or at the end."""
    codes = {b.code for b in blocks if isinstance(b, Table)}
    alone = [p for p in drawn if p.table not in codes]
    for block in blocks:
        if isinstance(block, Table):
            yield from alone
            yield from (p for p in drawn if p.table == block.code)
            alone = []
        yield block
    yield from alone


def introduction(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return what was audited, why, and how its cases were drawn."""
    sampled = narrative.sample(figures, about.reasons)
    part = _section(about, "drawn", Sentences(sampled), title="How the sample was drawn")
    words = " ".join(w for w in (about.purpose, *_asked(basis, about)) if w)
    return _section(about, "introduction", Sentences([words]), parts=[part])


def _asked(basis: Basis, about: About) -> Iterator[str]:
    """Yield what was graded by which document, the law types, and the targets."""
    yield f"Work filed from {about.window[0]} to {about.window[1]} was graded against {about.threshold}."
    if len(about.law_names) > 1:
        yield f"The law types are {listed([_low(n) for n in about.law_names.values()])}."
    yield from (kind.explanation for kind in basis.kinds.law_types if kind.code in about.law_names and kind.explanation)
    if basis.targets is not None:
        best, lowest = basis.scale[0][1], basis.scale[-1][1]
        aims = f"at least {basis.targets.good_percent}% {best} and at most {basis.targets.not_met_percent}% {lowest}"
        by = f" by {about.targets_by}" if about.targets_by else ""
        yield f"The targets are {aims}{by}."
        if about.targets_set_in:
            # Some write a name, and some a whole sentence.
            told = about.targets_set_in.rstrip(".")
            yield f"{told}." if told != about.targets_set_in else f"They were set in {told}."


def _low(name: str) -> str:
    return name[:1].lower() + name[1:]


def findings(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return the findings of all cases, by law type and by area."""
    parts = [_of_all(basis, figures, about), _by_law_type(basis, figures, about), _by_area(basis, figures, about)]
    changed = _section(
        about,
        "since",
        change_sentences(basis, figures, about.month, about.earlier),
        change_table(basis, figures, about.month, about.earlier),
        title="Change since earlier audits",
    )
    return _section(about, "findings", parts=[*parts, changed], title="Summary of findings")


def _of_all(basis: Basis, figures: Figures, about: About) -> Section | None:
    return _section(
        about,
        "overall",
        Sentences(narrative.overall(basis, figures)),
        tables.overall(basis, figures),
        tables.targets(basis, figures),
        tables.sureness(basis, figures, "overall", {"": tables.ALL}),
    )


def _by_law_type(basis: Basis, figures: Figures, about: About) -> Section | None:
    laws = [(name, figures["law_type"][law.upper()]) for law, name in about.law_names.items()]
    title = "Figure 2. Grades by law type (base: cases of the law type)"
    kinds = {law.upper(): name for law, name in about.law_names.items() if figures["law_type"][law.upper()]["total"]}
    notes = [PAIRS_RULE] if len(kinds) > 1 else []
    return _section(
        about,
        "law-types",
        Sentences(narrative.law_type(basis, figures, about.law_names)),
        tables.grades(basis, "figure-2", title, "Law type", laws, total=tables.whole(figures), share=True, notes=notes),
        tables.sureness(basis, figures, "law_type", kinds),
    )


def _by_area(basis: Basis, figures: Figures, about: About) -> Section | None:
    rows = [(area, figures["service_area"][area]) for area in figures["service_area_order"]]
    title, total = "Figure 3. Grades by service area (base: cases of the area)", ("All areas", figures["overall"])
    has_funnel = any(picture.code.startswith("funnel") for picture in about.pictures.get("areas", ()))
    filled = {area: area for area, table in rows if table["total"]}
    notes = [AREAS_RULE] if len(filled) > 1 else []
    return _section(
        about,
        "areas",
        Sentences(areas.service_area(basis, figures)),
        tables.grades(basis, "figure-3", title, "Service area", rows, total=total, notes=notes),
        tables.bands(basis, figures),
        Sentences([FUNNEL] if has_funnel else []),
        tables.sureness(basis, figures, "service_area", filled),
    )


def children_seen(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return whether the children were seen, where the audit asks it."""
    if not basis.seen_asked:
        return None
    return _section(
        about, "children-seen", Sentences(narrative.children_seen(basis, figures)), children_seen_table(basis, figures)
    )


def staff(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return the grades of each kind of staff."""
    lines = [(basis.kinds.employment.short(name), table) for name, table in figures["employment"].items()]
    title = "Figure 5. Grades by employment (base: cases of the group)"
    notes, total = [PAIRS_RULE] if len(lines) > 1 else [], tables.whole(figures)
    table = tables.grades(basis, "figure-5", title, "Employment", lines, total=total, share=True, notes=notes)
    groups = capital(f"{listed([basis.kinds.employment.low(name) for name in figures['employment']])} staff")
    return _section(
        about, "staff", Sentences(narrative.employment(basis, figures)), table, title=groups if lines else ""
    )


def themes(_basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return strengths, learning points and what is recommended."""
    strengths, points = (_picked(figures, about, *of) for of in THEMES)
    lead = (
        "What auditors picked as strengths and as points to learn from. The base is "
        f"{plural(figures['cases'], 'case')}; a case can have several."
    )
    parts = [strengths, points, _section(about, "advice")]
    return _section(about, "themes", Sentences([lead]), parts=parts, title="Themes")


# The section's code, what the figures call it, and the table's title.
THEMES = (
    ("strengths", "strengths", "Cases in which each strength was noted"),
    ("learning", "learning_points", "Cases in which each learning point was noted"),
)


def _picked(figures: Figures, about: About, code: str, name: str, title: str) -> Section | None:
    return _section(about, code, tables.themes(f"themes-{code}", title, figures["themes"][name], about.themes))


def recommendations(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of earlier recommendations."""
    return _section(about, "recommendations")


def conclusion(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of what it all means; the findings themselves are said once, where their tables are."""
    return _section(about, "conclusion")


def next_steps(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of what comes next."""
    return _section(about, "next-steps")


def moderation(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return what benchmarking and challenges did to the grades."""
    m = figures.get("moderation")
    found = [
        tables.outcomes(basis, figures),
        *([tables.steps(m), tables.bridge(basis, m), *_overturned(basis, m, figures, about)] if m else []),
        tables.agreement(figures),
    ]
    words = [*moderated.moderation(basis, figures), *moderated.agreement(figures)]
    words += [*exceptions(figures), *moderated.discussed(figures)]
    return _section(about, "moderation", Sentences(words), *found, title="Annex A. Moderation and agreement")


def _employment(basis: Basis) -> dict[str, str]:
    kinds = basis.kinds.employment
    return kinds.shorts(kinds.codes)


def _overturned(basis: Basis, moderated: Figures, figures: Figures, about: About) -> list[Table]:
    if not moderated["decided"]["decided"]:
        return []
    labels = {**about.law_names, **_employment(basis)}
    groups = {"area": "service area", "law_type": "law type", "employment": "employment"}
    order = figures["service_area_order"]
    return [tables.overturned(moderated, group, name, labels, order) for group, name in groups.items()]


def sampling(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return how many practitioners of each kind were audited."""
    found, order = figures.get("sampling") or {}, figures["service_area_order"]
    laws = {law.upper(): name for law, name in about.law_names.items()}
    labels = {**laws, **_employment(basis)}
    groups = ("law_type", "service_area", "performance_band", "employment")
    # A service without bands has one group without a name.
    there = [group for group in groups if any(found.get(group) or ())]
    drawn = [tables.drawn(found, group, group.replace("_", " "), labels, order) for group in there]
    return _section(about, "sampling", *drawn, title="Annex B. Sampling")


_BUILDERS: tuple[Builder, ...] = (
    introduction,
    findings,
    children_seen,
    staff,
    themes,
    recommendations,
    conclusion,
    next_steps,
    moderation,
    sampling,
)


def for_graders(document: Document) -> Document:
    """Return a document without what sways a grader: groups by area, pictures, and what was written about them."""
    return replace(document, sections=[_unswaying(section) for section in document.sections])


def _unswaying(section: Section) -> Section:
    parts = [_unswaying(part) for part in section.parts]
    blocks: list[Block] = []
    if section.code == "areas":
        return replace(section, blocks=[Sentences([LEFT_OUT])], parts=parts)
    for block in section.blocks:
        if isinstance(block, Table) and block.code in SWAYING:
            totals = [row for row in block.rows if row.total]
            blocks += [replace(block, rows=totals)] if totals else []
        elif not isinstance(block, Picture | Prose):
            blocks.append(block)
    return replace(section, blocks=blocks, parts=parts)


def first_page(about: About) -> list[tuple[str, str]]:
    """Return the facts that stand below the title."""
    facts = [
        ("Work filed", f"{about.window[0]} to {about.window[1]}"),
        ("Graded against", about.threshold),
        ("Edition", EDITIONS[about.edition]),
        ("Grades", STAGES[about.stage]),
        ("Data set", f"{about.data_set[:12]}, frozen on {about.frozen_on}"),
    ]
    if about.revised:
        number, day, reason = about.revised
        facts.append(("Revised", f"r{number}, {day}: {reason}"))
    return facts


EDITIONS = {Edition.INTERNAL: "Internal, with every number", Edition.PUBLIC: "Public, with small numbers hidden"}
STAGES = {
    Stage.FIRST: "As graded first",
    Stage.BENCHMARKED: "After benchmarking",
    Stage.CHALLENGED: "After challenges",
    Stage.FINAL: "Final",
}
