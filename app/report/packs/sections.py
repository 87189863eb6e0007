"""The other sections of an area's pack: its cases, its own reviews and its improvement plan. Pure."""

from collections.abc import Iterator, Sequence

from app.audit.standing.better import Better
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.clock import day
from app.documents import Block, Column, Row, Section, Sentences, Table
from app.labels import listed, out_of
from app.moderation.sheets.queries import discussed_in_words
from app.report.figures.all_figures import Basis
from app.report.packs.cases import Further, PackCase, became, better_of, further_actions, levels_of, told
from app.report.packs.models import ImprovementAction
from app.report.packs.pack import WORDS, Pack, marked_table
from app.web.personal import personal_details


def cases_section(pack: Pack) -> Section:
    """Return every audited case in overview."""
    rows = [_overview(pack, c) for c in _worst_first(pack)]
    columns = [Column(name, WORDS) for name in ("Case", "Law type", "First grade", "Final grade", "What became of it")]
    note = "The lowest grades come first. The last part of this pack tells each case apart."
    table = marked_table("cases-table", f"The audited cases of {pack.area}", columns, rows, note)
    return Section("cases", "The cases", [table])


def _overview(pack: Pack, of: PackCase) -> Row:
    law = pack.basis.kinds.law_types.short(of.case.law_type)
    grades = [pack.document.label(of.first), pack.document.label(of.final)]
    then = became(of, pack.document) + ("" if of.counted else ". Added by hand, in no figure")
    return Row([of.case.case_ref, law, *grades, then])


# Where a case's page is.
CASE = "/cases/"


def each_case_section(pack: Pack) -> Section:
    """Return each case apart: how it was judged, what was noted, and what was decided on it."""
    cases = [_case(pack, c) for c in _worst_first(pack)]
    return Section("each-case", "Case by case", [], cases, parts_listed=False)


def _worst_first(pack: Pack) -> list[PackCase]:
    """Return the cases that work is about first: by their lowest grade, then by reference."""
    order = {code: n for n, (code, _) in enumerate(pack.basis.scale)}
    return sorted(pack.cases, key=lambda c: (-order.get(c.final, 0), -order.get(c.first, 0), c.case.case_ref))


def _case(pack: Pack, of: PackCase) -> Section:
    document, case = pack.document, of.case
    first, final = document.label(of.first), document.label(of.final)
    grades = f"{first} first and {final} in the end" if of.first != of.final else final
    detail = [*_judged(pack, of), *_themes(pack, of), *told(of, document)]
    blocks = [Sentences([f"{pack.basis.kinds.law_types.short(case.law_type)}. Graded {grades}."])]
    blocks += [Sentences(detail)] if detail else []
    better = [_in_words(b) for b in better_of(of, document)]
    blocks += [Sentences([f"What would have made this {document.best.label}:"]), Sentences(better)] if better else []
    link = (f"{CASE}{case.id}", f"See case {case.case_ref}, with its evidence")
    return Section(f"case-{case.id}", f"Case {case.case_ref}", blocks, link=link)


ON_THE_PAGE = "The evidence stands on the case’s page, as it may name somebody."


def _in_words(of: Better) -> str:
    """Return what was found of a standard beside what the best level asks; a pack names nobody."""
    how = f"{of.level}, {of.degree.lower()}" if of.degree else of.level
    evidence = ON_THE_PAGE if personal_details(of.evidence) else f"Evidence: {of.evidence}" if of.evidence else ""
    return f"‘{of.standard.title}’ ({how}): {of.found} {of.best} asks: {of.wanted} {evidence}".strip()


def examples_section(pack: Pack) -> Section | None:
    """Return a worked example of the best level for each standard that stands below it in a case, or None."""
    found = {b.standard.code: b for c in pack.cases for b in better_of(c, pack.document)}
    said = [
        f"‘{s.title}’: {example.text} Why {pack.document.best.label}: {example.why}"
        for s in pack.document.standards()
        if s.code in found and (example := found[s.code].example)
    ]
    if not said:
        return None
    best = pack.document.best.label
    first = f"Each of these standards stands below {best} in a case of {pack.area}. No example is a real case."
    return Section("worked-examples", f"What {best} looks like", [Sentences([first]), Sentences(said)])


def _judged(pack: Pack, of: PackCase) -> Iterator[str]:
    """Yield the standards at each level, the lowest first: that is what the area works on."""
    document = pack.document
    stands = of.standing
    judged = [s for s in document.standards_for(of.case.law_type) if s.code in stands]
    for level in reversed(document.scale):
        found = [_named(document, s, stands[s.code]) for s in judged if stands[s.code].level == level.code]
        if found:
            yield f"{level.label}: {'; '.join(found)}."
    aside = [_named(document, s, stands[s.code]) for s in judged if stands[s.code].set_aside]
    if aside:
        yield f"Set aside: {'; '.join(aside)}."


def _named(document: ThresholdDocument, standard: Standard, stands: StandingJudgement) -> str:
    """Return a standard with the improvement that it needs, and where a decision changed it, what was first said."""
    said = []
    if stands.level and stands.level != document.best.code:
        said.append(f"improvement needed: {_needed(document, stands)}")
    if stands.decision and stands.level != stands.first_level:
        now = f"{stands.called} {document.label(stands.level) if stands.level else 'set aside'}"
        first = f"first graded {document.label(stands.first_level)}" if stands.first_level else "first set aside"
        said.append(f"{now}; {first}")
    return f"{standard.title} ({'; '.join(said)})" if said else standard.title


def _needed(document: ThresholdDocument, stands: StandingJudgement) -> str:
    if stands.degree:
        return document.degree_label(stands.degree).lower()
    said = document.degree_label(stands.first.degree).lower() if stands.first and stands.first.degree else ""
    return f"not recorded when it was decided, {said} as first graded" if said else "not recorded"


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


def own_section(pack: Pack) -> Section:
    """Return where the area's own reviews and the audit's judgements agree and differ, by standard."""
    reviewed = [c for c in pack.cases if c.own]
    missing = [c.case.case_ref for c in pack.cases if not c.own]
    if not reviewed:
        words = f"{pack.area} has submitted no own review of its cases. {FOR_COMPARISON}"
        return Section("own-review", "The area’s own reviews", [Sentences([words])])
    done = f"{pack.area} reviewed {out_of(len(reviewed), len(pack.cases), 'case')} itself."
    sentences = [f"{done} These reviews were not blind, and change no grade."]
    sentences += [f"No own review: {listed(missing)}."] if missing else []
    return Section("own-review", "The area’s own reviews", [Sentences(sentences), _own_table(pack, reviewed)])


FOR_COMPARISON = "An own review is for comparison; it changes no grade."


def _own_table(pack: Pack, reviewed: Sequence[PackCase]) -> Table:
    grades = [(c.final, (c.own.grade or "") if c.own else "") for c in reviewed]
    rows = [compared("Grade of the case", grades, pack.basis)]
    both = [(levels_of(c.standing), levels_of(standing_judgements(c.own.judgements, ()))) for c in reviewed if c.own]
    for s in pack.document.standards():
        pairs = [(audit.get(s.code, ""), own.get(s.code, "")) for audit, own in both]
        rows.append(compared(s.title, pairs, pack.basis))
    heads = ("Same", "Own review higher", "Audit higher", "Not judged by both", "Cases")
    note = "The audit’s grade and judgements are those that stand, as they were decided."
    columns = [Column("Standard", WORDS), *map(Column, heads)]
    return marked_table("own-reviews", "Own reviews beside the audit", columns, rows, note)


def compared(what: str, pairs: Sequence[tuple[str, str]], basis: Basis) -> Row:
    """Return where the audit and own reviews judged the same, and which of the two judged higher where they did not."""
    order = {code: n for n, (code, _) in enumerate(basis.scale)}
    known = [(order[audit], order[own]) for audit, own in pairs if audit in order and own in order]
    same, higher = sum(audit == own for audit, own in known), sum(own < audit for audit, own in known)
    return Row([what, same, higher, len(known) - same - higher, len(pairs) - len(known), len(pairs)])


def plan_section(pack: Pack, link: str) -> Section:
    """Return the area's improvement plan, and the further actions that its cases need."""
    further = further_actions(pack.cases)
    blocks: list[Block] = [_plan_table(pack) if pack.plan else Sentences([NOTHING_PLANNED])]
    said = discussed_in_words(*pack.discussed)
    blocks += [Sentences([said])] if said else []
    blocks += [_further_table(pack, further)] if further else []
    return Section("plan", "The improvement plan", blocks, link=(link, "Open the improvement plan"))


NOTHING_PLANNED = (
    "Nothing is planned yet. The head of service says what will be done about the learning points, who does it and by "
    "when."
)


def _plan_table(pack: Pack) -> Table:
    rows = [Row([p.what, p.learning_point or "–", p.who, day(p.by_when, short=True), _done(p)]) for p in pack.plan]
    columns = [Column(name, WORDS) for name in ("What will be done", "Learning point", "Who", "By when", "Done")]
    return marked_table("plan-table", f"Improvement plan of {pack.area}", columns, rows)


def _further_table(pack: Pack, further: Sequence[Further]) -> Table:
    rows = []
    for f in further:
        done = day(f.done_on, short=True) if f.done_on else "Not yet" if f.known else "[x]"
        rows.append(Row([f.case.case_ref, f.what, f.who, day(f.by, short=True) or "[x]", done]))
    columns = [Column(name, WORDS) for name in ("Case", "Further action", "Who", "By when", "Done")]
    return marked_table("further-action", f"Further action for the children in cases of {pack.area}", columns, rows)


def _done(of: ImprovementAction) -> str:
    return f"{day(of.done_on, short=True)}: {of.outcome}" if of.done_on else "Not yet"
