"""Doors of the audit tool: the task list of a case, its practice areas, facts, themes and grade."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import Response

from app.audit import grading, queries
from app.audit.draft import Draft, Task, draft_of, standard_answers, tasks_of
from app.audit.enums import LAW_TYPE_LABELS, CaseState, LawType
from app.audit.forms import GradeForm, ThemesForm
from app.audit.guards import allocated_case
from app.audit.models import Assessment, AuditCase
from app.audit.rules import LONGEST_TEXT
from app.audit.thresholds.document import Fact, PracticeArea, Standard, ThresholdDocument
from app.doors import Doors, Guard, Visit
from app.errors import NotFound
from app.forms import fill
from app.pages import Filled, Page

doors = Doors()
TOO_LONG = f"The evidence must be {LONGEST_TEXT:,} characters or fewer"


@dataclass(frozen=True, slots=True)
class InHand:
    """A case and the draft that its auditor works on."""

    case: AuditCase
    draft: Draft


def _in_hand(visit: Visit) -> InHand:
    case = allocated_case.find(visit)
    assessment = queries.first_assessment(visit.session, visit.viewer, case)
    if assessment is None:
        raise NotFound
    return InHand(case, draft_of(case, assessment))


case_in_hand = Guard("the improvement manager to whom the case is allocated, once grading was started", _in_hand)


@dataclass(frozen=True, kw_only=True)
class AssessPage(Page):
    """The task list of a case's assessment, or the button that starts it."""

    template: ClassVar[str] = "audit/assess.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    draft: Draft | None
    tasks: Sequence[Task]
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class ToolPage(Page):
    """A page of the audit tool, with the tasks beside it."""

    case: AuditCase
    draft: Draft
    tasks: Sequence[Task]
    form: Filled
    here: str


@dataclass(frozen=True, kw_only=True)
class StandardsPage(ToolPage):
    """The standards of one practice area."""

    template: ClassVar[str] = "audit/standards.html"
    standards: Sequence[Standard]
    first: int
    count: int
    prompts: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FactsPage(ToolPage):
    """The factual questions."""

    template: ClassVar[str] = "audit/facts.html"
    facts: Sequence[Fact]


@dataclass(frozen=True, kw_only=True)
class ThemesPage(ToolPage):
    """Strengths and learning points."""

    template: ClassVar[str] = "audit/themes.html"


@dataclass(frozen=True, kw_only=True)
class GradePage(ToolPage):
    """The indicated grade, and the auditor's own."""

    template: ClassVar[str] = "audit/grade.html"


def _tool(held: InHand, here: str, form: Filled) -> dict[str, Any]:
    return {"case": held.case, "draft": held.draft, "tasks": tasks_of(held.draft), "form": form, "here": here}


def _next(visit: Visit, held: InHand, here: str) -> Response:
    """Go on to the next task, or back to the list."""
    base = f"/cases/{held.case.id}/assess"
    links = [t.link for t in tasks_of(held.draft)]
    after = links.index(f"{base}/{here}") + 1
    if visit.sent("then") == "list" or after >= len(links):
        return visit.redirect(base, "Saved.")
    return visit.redirect(links[after])


@doors.get("/cases/{case_id}/assess", allocated_case)
def assess_page(visit: Visit, case: AuditCase) -> Response:
    """Show the task list, or the button that starts grading."""
    assessment: Assessment | None = queries.first_assessment(visit.session, visit.viewer, case)
    draft = draft_of(case, assessment) if assessment else None
    refusal = None if case.state in {CaseState.ALLOCATED, CaseState.IN_PROGRESS} else "This case has been submitted. It cannot be changed."
    page = AssessPage(
        title=f"Case {case.case_ref}", case=case, document=queries.document_of(case.audit), law_type=LAW_TYPE_LABELS[LawType(case.law_type)],
        draft=draft, tasks=tasks_of(draft) if draft else (), refusal=refusal,
    )  # fmt: skip
    return visit.render(page)


@doors.post("/cases/{case_id}/assess", allocated_case)
def start(visit: Visit, case: AuditCase) -> Response:
    """Start grading a case."""
    grading.start_grading(visit.session, case, by=visit.viewer)
    return visit.redirect(f"/cases/{case.id}/assess")


def _area(visit: Visit, held: InHand) -> tuple[PracticeArea, tuple[Standard, ...], int]:
    """Return the practice area of the address, its standards, and how many stand before it."""
    before = 0
    for area, standards in held.draft.document.practice_areas_for(held.case.law_type):
        if area.code == visit.word("area"):
            return area, standards, before
        before += len(standards)
    raise NotFound


@doors.get("/cases/{case_id}/assess/standards/{area}", case_in_hand)
def standards_page(visit: Visit, held: InHand) -> Response:
    """Show the standards of a practice area."""
    _, standards, _ = _area(visit, held)
    values: dict[str, str] = {}
    for standard in standards:
        row = held.draft.judgements.get(standard.code)
        if row is not None:
            chosen = "set_aside" if row.set_aside else row.judgement
            values |= {f"{standard.code}-judgement": chosen, f"{standard.code}-degree": row.degree, f"{standard.code}-evidence": row.evidence}
    return visit.render(_standards_page(visit, held, Filled(values)))


def _standards_page(visit: Visit, held: InHand, form: Filled) -> StandardsPage:
    area, standards, before = _area(visit, held)
    return StandardsPage(
        title=area.title, standards=standards, first=before + 1, count=len(held.draft.document.standards_for(held.case.law_type)),
        prompts=held.draft.prompts, **_tool(held, f"standards/{area.code}", form),
    )  # fmt: skip


@doors.post("/cases/{case_id}/assess/standards/{area}", case_in_hand)
def save_standards(visit: Visit, held: InHand) -> Response:
    """Keep what was typed for a practice area, complete or not."""
    area, standards, _ = _area(visit, held)
    answers = {s.code: standard_answers(held.draft.document, s, visit.sent) for s in standards}
    too_long = {f"{code}-evidence": TOO_LONG for code, columns in answers.items() if len(str(columns["evidence"])) > LONGEST_TEXT}
    if too_long:
        form = Filled({name: values[0] for name, values in visit.form.items()}, too_long)
        return visit.render(_standards_page(visit, held, form), status=422)
    grading.save_judgements(visit.session, held.draft.assessment, answers)
    return _next(visit, held, f"standards/{area.code}")


@doors.get("/cases/{case_id}/assess/facts", case_in_hand)
def facts_page(visit: Visit, held: InHand) -> Response:
    """Show the factual questions."""
    values = {f"fact-{code}": answers if len(answers) != 1 else answers[0] for code, answers in held.draft.facts.items()}
    facts = held.draft.document.facts_for(held.case.law_type)
    return visit.render(FactsPage(title="Facts from the file", facts=facts, **_tool(held, "facts", Filled(values))))


@doors.post("/cases/{case_id}/assess/facts", case_in_hand)
def save_facts(visit: Visit, held: InHand) -> Response:
    """Keep the answers to the factual questions; an answer that stands alone cannot be combined."""
    facts = held.draft.document.facts_for(held.case.law_type)
    answers, errors = {}, {}
    for fact in facts:
        sent = list(dict.fromkeys(visit.form.get(f"fact-{fact.code}", [])))
        known = {a.code for a in fact.answers}
        answers[fact.code] = [a for a in sent if a in known] if known else [a.strip() for a in sent if a.strip()][:1]
        if fact.kind == "single":
            answers[fact.code] = answers[fact.code][:1]
        alone = fact.alone & set(answers[fact.code])
        if alone and len(answers[fact.code]) > 1:
            label = next(a.label for a in fact.answers if a.code in alone)
            errors[f"fact-{fact.code}"] = f"‘{label}’ cannot be combined with another answer"
        if fact.kind == "text" and any(len(a) > LONGEST_TEXT for a in answers[fact.code]):
            errors[f"fact-{fact.code}"] = f"This must be {LONGEST_TEXT:,} characters or fewer"
    if errors:
        texts = {f"fact-{f.code}" for f in facts if f.kind == "text"}
        form = Filled({name: values[0] if name in texts else values for name, values in visit.form.items()}, errors)
        return visit.render(FactsPage(title="Facts from the file", facts=facts, **_tool(held, "facts", form)), status=422)
    grading.save_facts(visit.session, held.draft.assessment, answers)
    return _next(visit, held, "facts")


@doors.get("/cases/{case_id}/assess/themes", case_in_hand)
def themes_page(visit: Visit, held: InHand) -> Response:
    """Show the strengths and learning points."""
    kept = held.draft.assessment
    values = {"themes": kept.themes, "strengths_note": kept.strengths_note, "learning_note": kept.learning_note}
    return visit.render(ThemesPage(title="Strengths and learning points", **_tool(held, "themes", Filled(values))))


@doors.post("/cases/{case_id}/assess/themes", case_in_hand)
def save_themes(visit: Visit, held: InHand) -> Response:
    """Keep the strengths and learning points."""
    sent, form = fill(ThemesForm, visit.form)
    if sent is None:
        return visit.render(ThemesPage(title="Strengths and learning points", **_tool(held, "themes", form)), status=422)
    document, law = held.draft.document, held.case.law_type
    known = {t.code for kind in ("strength", "learning") for t in document.themes_for(law, kind)}
    grading.save_themes(
        visit.session, held.draft.assessment, themes=list(dict.fromkeys(t for t in sent.themes if t in known)),
        strengths_note=sent.strengths_note, learning_note=sent.learning_note,
    )  # fmt: skip
    return _next(visit, held, "themes")


@doors.get("/cases/{case_id}/assess/grade", case_in_hand)
def grade_page(visit: Visit, held: InHand) -> Response:
    """Show the indicated grade and the rule that gave it, and ask for the auditor's own."""
    kept = held.draft.assessment
    values = {"grade": kept.grade or "", "departure_reason": kept.departure_reason}
    return visit.render(GradePage(title=held.draft.document.grade_title, **_tool(held, "grade", Filled(values))))


@doors.post("/cases/{case_id}/assess/grade", case_in_hand)
def save_grade(visit: Visit, held: InHand) -> Response:
    """Keep the auditor's grade; a departure from the indicated one needs a reason before it is submitted."""
    sent, form = fill(GradeForm, visit.form)
    levels = {level.code for level in held.draft.document.scale}
    if sent is None or (sent.grade and sent.grade not in levels):
        if sent is not None:
            form = form.with_errors(grade="Choose a grade from the list")
        return visit.render(GradePage(title=held.draft.document.grade_title, **_tool(held, "grade", form)), status=422)
    indicated = held.draft.indication
    if indicated and sent.grade not in {"", indicated.grade} and not sent.departure_reason:
        form = form.with_errors(departure_reason=f"Say why the grade is not {held.draft.document.label(indicated.grade)}, as the rules indicate")
        return visit.render(GradePage(title=held.draft.document.grade_title, **_tool(held, "grade", form)), status=422)
    grading.save_grade(visit.session, held.draft.assessment, grade=sent.grade or None, departure_reason=sent.departure_reason)
    if visit.sent("then") == "list":
        return visit.redirect(f"/cases/{held.case.id}/assess", "Saved.")
    return visit.redirect(f"/cases/{held.case.id}/check")
