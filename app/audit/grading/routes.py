"""Routes of the audit tool: the task list of a case, its practice areas, facts, themes and grade."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from starlette.responses import Response

from app.audit.bars.queries import bars_of_person
from app.audit.enums import CaseState, PreparedKind
from app.audit.evidence.queries import material_for, texts_of_phrases
from app.audit.forms import both, served
from app.audit.grading import actions as grading
from app.audit.grading.draft import Draft, Remark, draft_of
from app.audit.grading.fields import (
    fact_answers,
    fact_fields,
    facts_with_prepared,
    grade_fields,
    newly_reused,
    prepared_in_words,
    reused_column,
    seen_mark,
    standard_columns,
    standard_fields,
    standard_sent,
    theme_fields,
)
from app.audit.grading.forms import GradeForm, ThemesForm
from app.audit.grading.guards import (
    InHand,
    OnPage,
    benchmark_in_hand,
    benchmark_on_page,
    case_in_hand,
    case_on_page,
    draft_now,
)
from app.audit.grading.pages import (
    FactsPage,
    GradePage,
    StandardsPage,
    ThemesPage,
    assess_page_of,
    names_of_prepared,
    next_part,
    theme_groups,
    tool,
)
from app.audit.guards import allocated_case
from app.audit.models import AuditCase
from app.audit.preparation import queries as preparation_queries
from app.audit.rules import CASE
from app.audit.thresholds.answers import fact_sent
from app.audit.thresholds.document import PracticeArea, Standard
from app.db import LONGEST_TEXT
from app.errors import NotFound
from app.labels import length_fault
from app.web.forms import fill
from app.web.merging import Merged
from app.web.pages import Filled
from app.web.routing import Router, Visit

router = Router()
Read = Callable[[Draft], dict[str, str]]


def _saved(visit: Visit, held: InHand, here: str, before: Sequence[Remark]) -> Response:
    """Go on to the next part, or stay once where what was saved is worth a second look."""
    then = "list" if visit.sent("then") == "list" else "next"
    page = f"{held.base}/{here}"
    if any(r not in before for r in held.draft.remarks_on(page)):
        return visit.redirect(f"{page}?saved={then}")
    return visit.redirect(next_part(held, here, then)[0], "Saved." if then == "list" else "")


def _both(held: OnPage, read: Read, merged: Merged, sent: Mapping[str, str]) -> Filled:
    """Return the form in which a person chooses between what they typed and what another window saved."""
    return both(read(held.draft), merged, sent, called=held.draft.what, in_words=held.draft.in_words)


@router.get("/cases/{case_id}/assess", allocated_case)
def assess_page(visit: Visit, case: AuditCase) -> Response:
    """Show the task list, or the button that starts grading."""
    barred = bars_of_person(visit.session, visit.viewer.id).refusal(visit.viewer.id, case)
    if barred and case.state in CASE["submit"].sources + CASE["start"].sources:
        return visit.render(assess_page_of(visit, case, None, barred=barred, second=False))
    kept = draft_now(visit, case)
    begun = kept is not None and case.state is not CaseState.ALLOCATED
    prepared = preparation_queries.preparations(visit.session, visit.viewer, case) if begun else ()
    draft = draft_of(case, kept, prepared) if kept and begun else None
    return visit.render(assess_page_of(visit, case, draft, barred="", second=False))


@router.post("/cases/{case_id}/assess", allocated_case.making(CASE["start"]))
def start(visit: Visit, case: AuditCase) -> Response:
    """Start grading a case."""
    grading.start_grading(visit.session, case, by=visit.viewer)
    return visit.redirect(f"/cases/{case.id}/assess")


def _area(visit: Visit, held: OnPage) -> tuple[PracticeArea, tuple[Standard, ...], int]:
    """Return the practice area of the address, its standards, and how many stand before it."""
    before = 0
    for area, standards in held.draft.document.practice_areas_for(held.case.law_type):
        if area.code == visit.word("area"):
            return area, standards, before
        before += len(standards)
    raise NotFound


@router.get("/cases/{case_id}/assess/standards/{area}", case_on_page)
@router.get("/cases/{case_id}/benchmark/standards/{area}", benchmark_on_page)
def standards_page(visit: Visit, held: OnPage) -> Response:
    """Show the standards of a practice area."""
    _, standards, _ = _area(visit, held)
    return visit.render(_standards_page(visit, held, served(standard_fields(held.draft, standards))))


def _standards_page(visit: Visit, held: OnPage, form: Filled) -> StandardsPage:
    area, standards, before = _area(visit, held)
    every = held.draft.document.standards_for(held.case.law_type)
    return StandardsPage(
        title=area.title,
        area=area.code,
        areas=held.draft.document.practice_areas_for(held.case.law_type),
        done=[s.code for s in every if not held.draft.lacks(s)],
        standards=standards,
        first=before + 1,
        count=len(every),
        reference=next(
            (p for p in held.draft.prepared if p.kind is PreparedKind.REFERENCE and p.code == area.code and p.answers),
            None,
        ),
        names=names_of_prepared(visit, held),
        material=material_for(visit.session, visit.viewer, held.case.id, held.case.audit.ref, held.draft.document.id),
        reused={s.code: held.draft.reused(s.code) for s in standards},
        **tool(visit, held, f"standards/{area.code}", form),
    )


@router.post("/cases/{case_id}/assess/standards/{area}", case_in_hand)
@router.post("/cases/{case_id}/benchmark/standards/{area}", benchmark_in_hand)
def save_standards(visit: Visit, held: InHand) -> Response:
    """Keep what was typed for a practice area, complete or not."""
    area, standards, _ = _area(visit, held)
    document, typed = held.draft.document, {name: values[0] for name, values in visit.form.items()}
    sent = {name: value for s in standards for name, value in standard_sent(document, s, typed).items()}
    faults = {name: length_fault(held.draft.what(name), value, LONGEST_TEXT) for name, value in sent.items()}
    too_long = {name: fault for name, fault in faults.items() if fault}
    if too_long:
        return visit.render(_standards_page(visit, held, Filled(typed, too_long)), status=422)

    def read(draft: Draft) -> dict[str, str]:
        return standard_fields(draft, standards)

    before = held.draft.remarks
    merged = grading.bring_together(
        visit.session, held.assessment, held.draft, read, served=visit.sent("served"), sent=sent
    )
    now = held.afresh().draft
    phrases = texts_of_phrases(visit.session, visit.viewer, held.case.audit.ref, newly_reused(now, sent))
    columns = {
        s.code: {
            **standard_columns(document, s, merged.values),
            **reused_column(now, s.code, merged.values, phrases),
        }
        for s in standards
    }
    grading.save_judgements(visit.session, held.assessment, columns)
    held = held.afresh()
    if merged.clashes:
        return visit.render(_standards_page(visit, held, _both(held, read, merged, sent)), status=409)
    if visit.sent("then") == "documents":
        return visit.redirect(f"{held.base}/documents?area={area.code}", "Saved.")
    return _saved(visit, held, f"standards/{area.code}", before)


def _facts_page(visit: Visit, held: OnPage, form: Filled) -> FactsPage:
    facts = held.draft.document.facts_for(held.case.law_type)
    notes = prepared_in_words(held.draft, names_of_prepared(visit, held))
    seen = [seen_mark(p) for p in held.draft.unconfirmed.values()]
    return FactsPage(
        title="Facts from the file", facts=facts, notes=notes, seen=seen, **tool(visit, held, "facts", form)
    )


@router.get("/cases/{case_id}/assess/facts", case_on_page)
@router.get("/cases/{case_id}/benchmark/facts", benchmark_on_page)
def facts_page(visit: Visit, held: OnPage) -> Response:
    """Show the factual questions."""
    form = served(fact_fields(held.draft))
    return visit.render(
        _facts_page(visit, held, replace(form, values={**form.values, **facts_with_prepared(held.draft)}))
    )


@router.post("/cases/{case_id}/assess/facts", case_in_hand)
@router.post("/cases/{case_id}/benchmark/facts", benchmark_in_hand)
def save_facts(visit: Visit, held: InHand) -> Response:
    """Keep the answers to the factual questions; an answer that stands alone cannot be combined."""
    facts = held.draft.document.facts_for(held.case.law_type)
    read_ = {f"fact-{f.code}": fact_sent(f, visit.form.get(f"fact-{f.code}", [])) for f in facts}
    errors = {name: wrong for name, (_, wrong) in read_.items() if wrong}
    if errors:
        form = Filled({name: values if len(values) > 1 else values[0] for name, values in visit.form.items()}, errors)
        return visit.render(_facts_page(visit, held, form), status=422)
    before, sent = held.draft.remarks, {name: text for name, (text, _) in read_.items()}
    merged = grading.bring_together(
        visit.session, held.assessment, held.draft, fact_fields, served=visit.sent("served"), sent=sent
    )
    grading.save_facts(visit.session, held.assessment, fact_answers(facts, merged.values))
    held = held.afresh()
    if merged.clashes:
        return visit.render(_facts_page(visit, held, _both(held, fact_fields, merged, sent)), status=409)
    seen = visit.form.get("prepared", [])
    grading.confirm_prepared(
        visit.session, held.assessment, [p for p in held.draft.unconfirmed.values() if seen_mark(p) in seen]
    )
    held = held.afresh()
    return _saved(visit, held, "facts", before)


def _themes_page(visit: Visit, held: OnPage, form: Filled) -> ThemesPage:
    groups = theme_groups(held.draft)
    return ThemesPage(title="Strengths and learning points", groups=groups, **tool(visit, held, "themes", form))


def _with_themes(held: OnPage, form: Filled) -> Filled:
    return replace(form, values={**form.values, "themes": list(held.draft.assessment.themes)})


@router.get("/cases/{case_id}/assess/themes", case_on_page)
@router.get("/cases/{case_id}/benchmark/themes", benchmark_on_page)
def themes_page(visit: Visit, held: OnPage) -> Response:
    """Show the strengths and learning points."""
    return visit.render(_themes_page(visit, held, _with_themes(held, served(theme_fields(held.draft)))))


@router.post("/cases/{case_id}/assess/themes", case_in_hand)
@router.post("/cases/{case_id}/benchmark/themes", benchmark_in_hand)
def save_themes(visit: Visit, held: InHand) -> Response:
    """Keep the strengths and learning points."""
    form_sent, form = fill(ThemesForm, visit.form)
    if form_sent is None:
        return visit.render(_themes_page(visit, held, form), status=422)
    known = [
        t.code for kind in ("strength", "learning") for t in held.draft.document.themes_for(held.case.law_type, kind)
    ]
    sent = {f"theme-{t}": t for t in form_sent.themes if t in known}
    sent |= {f"theme-{t}": "" for t in known if t not in form_sent.themes}
    sent |= {"strengths_note": form_sent.strengths_note, "learning_note": form_sent.learning_note}
    before = held.draft.remarks
    merged = grading.bring_together(
        visit.session, held.assessment, held.draft, theme_fields, served=visit.sent("served"), sent=sent
    )
    grading.save_themes(
        visit.session,
        held.assessment,
        themes=[code for name, code in merged.values.items() if name.startswith("theme-") and code],
        strengths_note=merged.values["strengths_note"],
        learning_note=merged.values["learning_note"],
    )
    held = held.afresh()
    if merged.clashes:
        return visit.render(
            _themes_page(visit, held, _with_themes(held, _both(held, theme_fields, merged, sent))), status=409
        )
    return _saved(visit, held, "themes", before)


def _grade_page(visit: Visit, held: OnPage, form: Filled) -> GradePage:
    return GradePage(title=held.draft.document.grade_title, **tool(visit, held, "grade", form))


@router.get("/cases/{case_id}/assess/grade", case_on_page)
@router.get("/cases/{case_id}/benchmark/grade", benchmark_on_page)
def grade_page(visit: Visit, held: OnPage) -> Response:
    """Show the indicated grade and the rule that gave it, and ask for the auditor's own."""
    return visit.render(_grade_page(visit, held, served(grade_fields(held.draft))))


@router.post("/cases/{case_id}/assess/grade", case_in_hand)
@router.post("/cases/{case_id}/benchmark/grade", benchmark_in_hand)
def save_grade(visit: Visit, held: InHand) -> Response:
    """Keep the auditor's grade; a departure from the indicated one needs a reason before it is submitted."""
    form_sent, form = fill(GradeForm, visit.form)
    if form_sent is not None:
        form = form.with_errors(**_grade_faults(held.draft, form_sent))
    if form_sent is None or form.errors:
        return visit.render(_grade_page(visit, held, form), status=422)
    before, sent = held.draft.remarks, {"grade": form_sent.grade, "departure_reason": form_sent.departure_reason}
    merged = grading.bring_together(
        visit.session, held.assessment, held.draft, grade_fields, served=visit.sent("served"), sent=sent
    )
    kept = merged.values
    grading.save_grade(
        visit.session, held.assessment, grade=kept["grade"] or None, departure_reason=kept["departure_reason"]
    )
    held = held.afresh()
    if merged.clashes:
        return visit.render(_grade_page(visit, held, _both(held, grade_fields, merged, sent)), status=409)
    return _saved(visit, held, "grade", before)


def _grade_faults(draft: Draft, sent: GradeForm) -> dict[str, str]:
    if sent.grade and sent.grade not in {level.code for level in draft.document.scale}:
        return {"grade": "Choose a grade from the list"}
    indicated = draft.indication
    if indicated and sent.grade not in {"", indicated.grade} and not sent.departure_reason:
        label = draft.document.label
        return {
            "departure_reason": (
                f"The rules indicate {label(indicated.grade)}. Say why your grade is {label(sent.grade)}"
            )
        }
    return {}
