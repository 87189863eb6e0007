"""The sections of a report on standards, on why cases were graded so, and on facts; thematic ones by question. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence

from app.audit.thresholds.document import Fact, PracticeArea, Standard, ThresholdDocument
from app.documents import Section, Sentences, Table
from app.report.document import tables as grids
from app.report.document.about import About, section_of
from app.report.document.answers import tables, words
from app.report.figures.counted_cases import Basis
from app.report.findings.known import Figures

Builder = Callable[[Basis, Figures, About], Section | None]
# Parts of a report that could sway whoever still grades, by their codes or by how these begin.
SWAYING = ("standards", "reasons", "facts", "practice-area-", "regions")
LEAD = (
    "How each standard was judged, as it stands after second grades and challenges. The base are the cases in which it "
    "was judged; a standard that does not apply to a case is set aside, with a reason."
)
FACTS = "What the files show. Facts enter no grade."


def standards(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return how each standard was judged, by practice area; nothing where no standard was judged."""
    document = about.document
    if document is None or not figures.get("standards"):
        return None
    parts = [_judged(basis, figures, about, area) for area in _there(document, figures)]
    blocks = (Sentences([LEAD]), tables.degrees(document, figures))
    return section_of(about, "standards", *blocks, parts=parts, title="Standards by practice area")


def _there(document: ThresholdDocument, figures: Figures) -> list[PracticeArea]:
    return [area for area in document.practice_areas if area.code in figures.get("practice_areas", {})]


def _judged(basis: Basis, figures: Figures, about: About, area: PracticeArea) -> Section | None:
    said = Sentences(words.practice_area(basis, figures, area))
    found = _tables(basis, figures, about, area)
    return section_of(about, f"practice-area-{area.code}", said, *found, title=area.title)


def _tables(basis: Basis, figures: Figures, about: About, area: PracticeArea) -> list[Table | None]:
    laws = tables.by_law_type(basis, figures, area, about.law_names)
    return [tables.standards(basis, figures, area), laws, tables.by_area(basis, figures, area)]


def reasons(basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return what made cases be graded at the lowest level; nothing where no rule was read."""
    document = about.document
    if document is None or not figures.get("lowest_reasons"):
        return None
    said = Sentences(words.reasons(basis, document, figures))
    found = (
        tables.rules(document, figures),
        tables.critical(document, figures),
        tables.departures(document, figures),
    )
    return section_of(about, "reasons", said, *found, title=f"What made a case {document.lowest.label}")


def facts(_basis: Basis, figures: Figures, about: About) -> Section | None:
    """Return the facts from the files; in a thematic report those of no practice area."""
    document = about.document
    if document is None or not figures.get("facts"):
        return None
    placed = _facts_by_area(document) if about.thematic else {}
    left = [f for f in _answered(document, figures) if f.code not in placed]
    if not left:
        return None
    made = [tables.fact(figures, f, about.law_names) for f in left]
    title = "Other facts from the files" if placed else "Facts from the files"
    return section_of(about, "facts", Sentences([FACTS]), *made, title=title)


def _answered(document: ThresholdDocument, figures: Figures) -> list[Fact]:
    return [f for f in document.facts if f.code in figures.get("facts", {})]


def _facts_by_area(document: ThresholdDocument) -> Mapping[str, str]:
    """Return to which practice area a fact belongs: that of the first standard of which it makes one expect a level."""
    areas = {s.code: area.code for area in document.practice_areas for s in area.standards}
    found: dict[str, str] = {}
    for prompt in document.prompts:
        found.setdefault(prompt.fact, areas[prompt.standards[0]])
    return found


def questions(basis: Basis, figures: Figures, about: About) -> Iterator[Section]:
    """Yield a section for each practice area of a thematic report, each of its questions answered under its own."""
    if about.document is None:
        return
    for area in about.document.practice_areas:
        if section := _theme(basis, figures, about, about.document, area):
            yield section


def _theme(
    basis: Basis, figures: Figures, about: About, document: ThresholdDocument, area: PracticeArea
) -> Section | None:
    asked = [_question(basis, document, figures, s) for s in area.standards]
    parts = [*asked, *_noted(figures, about, document, area), _facts(figures, about, document, area)]
    if area.code in figures.get("practice_areas", {}):
        found = _tables(basis, figures, about, area)
        parts.append(section_of(about, f"figures-{area.code}", *found, title="In figures"))
    return section_of(about, f"practice-area-{area.code}", parts=parts, title=area.title)


def _question(basis: Basis, document: ThresholdDocument, figures: Figures, of: Standard) -> Section:
    said = words.answer(basis, document, figures, of)
    return Section(f"standard-{of.code}", of.question, [Sentences(said)])


def _noted(figures: Figures, about: About, document: ThresholdDocument, area: PracticeArea) -> Iterator[Section | None]:
    """Yield the strengths and the learning points of a practice area."""
    mine = {t.code for t in document.learning_themes if t.practice_area == area.code}
    for name, code, title, base in NOTED:
        counts = {theme: n for theme, n in figures["themes"][name].items() if theme in mine}
        if counts:
            table = grids.themes(f"themes-{code}-{area.code}", f"{base} of {area.title.lower()}", counts, about.themes)
            yield section_of(about, f"{code}-{area.code}", table, title=title)


NOTED = (
    ("strengths", "strengths", "Strengths", "Cases in which each strength was noted,"),
    ("learning_points", "learning", "Learning points", "Cases in which each learning point was noted,"),
)


def _facts(figures: Figures, about: About, document: ThresholdDocument, area: PracticeArea) -> Section | None:
    placed = _facts_by_area(document)
    mine = [f for f in _answered(document, figures) if placed.get(f.code) == area.code]
    made = [tables.fact(figures, f, about.law_names) for f in mine]
    return section_of(about, f"facts-{area.code}", *made, title="Facts") if made else None


def is_swaying(of: Section) -> bool:
    """Say whether a section could sway whoever still grades."""
    return of.code.startswith(SWAYING)


def without_swaying(sections: Sequence[Section]) -> list[Section]:
    """Return sections without those that could sway whoever still grades."""
    return [section for section in sections if not is_swaying(section)]
