"""The sections of an audit's report, in the order of the report of November 2014. Pure."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace

from app.documents import Block, Document, Picture, Prose, Section, Sentences, Table
from app.labels import capital, listed, plural
from app.report.document import tables
from app.report.document.about import About, section_of
from app.report.document.answers import sections as answers
from app.report.document.numbering import numbered
from app.report.document.seen_table import children_seen as children_seen_table
from app.report.enums import Edition, Stage
from app.report.figures.all_figures import Basis
from app.report.findings.differences import AREAS_RULE, PAIRS_RULE
from app.report.findings.known import Figures
from app.report.narrative import areas
from app.report.narrative import moderation as moderated
from app.report.narrative import sentences as narrative
from app.report.narrative.cautions import chance_of_regions, open_only
from app.report.narrative.changes import change_sentences, change_table
from app.report.narrative.exceptions import exceptions

# Tables, and pictures of them, that could sway whoever still grades: they hold groups by service area, employment or
# performance band.
SWAYING = (
    "grades-by-area",
    "bands",
    "change",
    "children-seen-by-area",
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


Builder = Callable[[Basis, Figures, About], Section | None]


def sections(basis: Basis, figures: Figures, about: About) -> list[Section]:
    """Return the sections, with the numbers of their figures; one without content is left out.

    A thematic report has its document's practice areas first, and the overall grade last.
    """
    order = [*_thematic(basis, figures, about)] if about.thematic else _built(_BUILDERS, basis, figures, about)
    built = [_numbered(section, f"{n}") for n, section in enumerate(order, 1)]
    return numbered(built, ABSENT[about.edition])


def _built(builders: Sequence[Builder], basis: Basis, figures: Figures, about: About) -> list[Section]:
    return [section for build in builders if (section := build(basis, figures, about)) is not None]


def _thematic(basis: Basis, figures: Figures, about: About) -> Iterator[Section]:
    yield from _built([introduction], basis, figures, about)
    yield from answers.questions(basis, figures, about)
    yield from _built(_AFTER_QUESTIONS, basis, figures, about)


def _numbered(section: Section, number: str) -> Section:
    """Return a section with its number before its title, and so its parts; an annex has a letter already."""
    if section.title.startswith("Annex"):
        return section
    parts = [_numbered(part, f"{number}.{n}") for n, part in enumerate(section.parts, 1)]
    return replace(section, title=f"{number}{'' if '.' in number else '.'} {section.title}", parts=parts)


def introduction(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return what was audited, why, and how its cases were drawn."""
    sampled = narrative.sample(figures, about.reasons)
    part = section_of(about, "drawn", Sentences(sampled), title="How the sample was drawn")
    words = " ".join(w for w in (about.purpose, *_asked(basis, about)) if w)
    return section_of(about, "introduction", Sentences([words]), parts=[part])


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
    parts.append(_by_region(basis, figures, about))
    changed = section_of(
        about,
        "since",
        change_sentences(basis, figures, about.month, about.earlier),
        change_table(basis, figures, about.month, about.earlier),
        title="Change since earlier audits",
    )
    return section_of(about, "findings", parts=[*parts, changed], title="Summary of findings")


def _of_all(basis: Basis, figures: Figures, about: About) -> Section | None:
    return section_of(
        about,
        "overall",
        Sentences(narrative.overall(basis, figures)),
        tables.overall(basis, figures),
        tables.targets(basis, figures),
        tables.sureness(basis, figures, "overall", {"": tables.ALL}),
    )


def _by_law_type(basis: Basis, figures: Figures, about: About) -> Section | None:
    laws = [(name, figures["law_type"][law.upper()]) for law, name in about.law_names.items()]
    title = "Grades by law type (base: cases of the law type)"
    kinds = {law.upper(): name for law, name in about.law_names.items() if figures["law_type"][law.upper()]["total"]}
    notes = [PAIRS_RULE] if len(kinds) > 1 else []
    return section_of(
        about,
        "law-types",
        Sentences(narrative.law_type(basis, figures, about.law_names)),
        tables.grades(
            basis, "grades-by-law-type", title, "Law type", laws, total=tables.whole(figures), share=True, notes=notes
        ),
        tables.sureness(basis, figures, "law_type", kinds),
    )


def _by_area(basis: Basis, figures: Figures, about: About) -> Section | None:
    rows = [(area, figures["service_area"][area]) for area in figures["service_area_order"]]
    title, total = "Grades by service area (base: cases of the area)", ("All areas", figures["overall"])
    has_funnel = any(picture.code.startswith("funnel") for picture in about.pictures.get("areas", ()))
    filled = {area: area for area, table in rows if table["total"]}
    notes = [AREAS_RULE] if len(filled) > 1 else []
    return section_of(
        about,
        "areas",
        Sentences(areas.service_area(basis, figures)),
        tables.grades(basis, "grades-by-area", title, "Service area", rows, total=total, notes=notes),
        tables.bands(basis, figures),
        Sentences([FUNNEL] if has_funnel else []),
        tables.sureness(basis, figures, "service_area", filled),
    )


WITHOUT_REGION = "Areas without a region"


def _by_region(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return the grades of each region in the regions' own order; first whether they differ at all."""
    if "region" not in figures:
        return None
    of = figures["regions"]
    names = {code: of["names"][code] or WITHOUT_REGION for code in of["order"]}
    rows = [(names[code], figures["region"][code]) for code in of["order"]]
    title, total = "Grades by region (base: cases of the region)", ("All regions", figures["overall"])
    notes = [f"{names[code]}: {', '.join(of['areas'][code])}." for code in of["order"]]
    filled = {code: names[code] for code in of["order"] if figures["region"][code]["total"]}
    return section_of(
        about,
        "regions",
        Sentences(open_only(list(chance_of_regions(figures, basis)))),
        tables.grades(basis, "grades-by-region", title, "Region", rows, total=total, notes=notes),
        tables.sureness(basis, figures, "region", filled),
        title="Regions",
    )


def children_seen(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return whether the children were seen, where the audit asks it."""
    if not basis.seen_asked:
        return None
    return section_of(
        about, "children-seen", Sentences(narrative.children_seen(basis, figures)), children_seen_table(basis, figures)
    )


def staff(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return the grades of each kind of staff."""
    lines = [(basis.kinds.employment.short(name), table) for name, table in figures["employment"].items()]
    title = "Grades by employment (base: cases of the group)"
    notes, total = [PAIRS_RULE] if len(lines) > 1 else [], tables.whole(figures)
    table = tables.grades(
        basis, "grades-by-employment", title, "Employment", lines, total=total, share=True, notes=notes
    )
    groups = capital(f"{listed([basis.kinds.employment.low(name) for name in figures['employment']])} staff")
    return section_of(
        about, "staff", Sentences(narrative.employment(basis, figures)), table, title=groups if lines else ""
    )


def themes(_basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return strengths, learning points and what is recommended."""
    strengths, points = (_picked(figures, about, *of) for of in THEMES)
    lead = (
        "What auditors picked as strengths and as points to learn from. The base is "
        f"{plural(figures['cases'], 'case')}; a case can have several."
    )
    parts = [strengths, points, section_of(about, "advice")]
    return section_of(about, "themes", Sentences([lead]), parts=parts, title="Themes")


def advice(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of strengths, learning and what is recommended; a thematic report counts them before."""
    parts = [section_of(about, code) for code in ("strengths", "learning", "advice")]
    return section_of(about, "themes", parts=parts, title="Themes and recommendations")


# The section's code, what the figures call it, and the table's title.
THEMES = (
    ("strengths", "strengths", "Cases in which each strength was noted"),
    ("learning", "learning_points", "Cases in which each learning point was noted"),
)


def _picked(figures: Figures, about: About, code: str, name: str, title: str) -> Section | None:
    return section_of(about, code, tables.themes(f"themes-{code}", title, figures["themes"][name], about.themes))


def recommendations(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of earlier recommendations."""
    return section_of(about, "recommendations")


def conclusion(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of what it all means; the findings themselves are said once, where their tables are."""
    return section_of(about, "conclusion")


def next_steps(_basis: Basis, _figures: Figures, about: About) -> Section | None:
    """Return what was written of what comes next."""
    return section_of(about, "next-steps")


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
    return section_of(about, "moderation", Sentences(words), *found, title="Annex A. Moderation and agreement")


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
    return section_of(about, "sampling", *drawn, title="Annex B. Sampling")


_BUILDERS: tuple[Builder, ...] = (
    introduction,
    findings,
    answers.standards,
    answers.reasons,
    children_seen,
    answers.facts,
    staff,
    themes,
    recommendations,
    conclusion,
    next_steps,
    moderation,
    sampling,
)


# Of a thematic report, once its questions are answered: the overall grade comes after all that it is made of.
_AFTER_QUESTIONS: tuple[Builder, ...] = (
    answers.facts,
    children_seen,
    findings,
    answers.reasons,
    staff,
    advice,
    recommendations,
    conclusion,
    next_steps,
    moderation,
    sampling,
)


def for_graders(document: Document) -> Document:
    """Return a document without what sways a grader: groups by area, pictures, and what was written about them."""
    kept = answers.without_swaying(document.sections)
    return replace(document, sections=[_unswaying(section) for section in kept])


def _unswaying(section: Section) -> Section:
    parts = [_unswaying(part) for part in answers.without_swaying(section.parts)]
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


# What a number in a text becomes that the edition's figures do not have: the public ones leave out what would give
# others away.
ABSENT = {Edition.INTERNAL: "[x]", Edition.PUBLIC: "[c]"}
EDITIONS = {Edition.INTERNAL: "Internal, with every number", Edition.PUBLIC: "Public, with small numbers hidden"}
STAGES = {
    Stage.FIRST: "As graded first",
    Stage.BENCHMARKED: "After benchmarking",
    Stage.CHALLENGED: "After challenges",
    Stage.FINAL: "Final",
}
