"""Routes of what a draft does about the clauses that were read in two ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.enums import CLAUSE_ANSWER_LABELS
from app.audit.library import queries as library_queries
from app.audit.library.guards import a_draft
from app.audit.models import ThresholdText
from app.audit.thresholds.comparing import Span, marked
from app.audit.thresholds.document import ThresholdDocument
from app.audit.wording import queries as wording_queries
from app.audit.wording.actions import answer_clause
from app.audit.wording.forms import answers_sent, name_of
from app.audit.wording.rules import Clause, text_of
from app.errors import Elsewhere
from app.labels import plural
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, slots=True)
class InDraft:
    """A clause that was read in two ways, the start of its fields' names, and its words then and in the draft."""

    clause: Clause
    name: str
    spans: Sequence[Span]
    same: bool


@dataclass(frozen=True, kw_only=True)
class ClausesPage(Page):
    """The clauses that were read in two ways, and what the draft does about each."""

    template: ClassVar[str] = "audit/wording/clauses.html"
    kept: ThresholdText
    clauses: Sequence[InDraft]
    answers: Sequence[tuple[str, str]]
    form: Filled


def _page(draft: ThresholdText, clauses: Sequence[Clause], form: Filled) -> ClausesPage:
    return ClausesPage(
        title="Words that were read in two ways",
        kept=draft,
        clauses=[_in_draft(c, library_queries.document(draft)) for c in clauses],
        answers=list(CLAUSE_ANSWER_LABELS.items()),
        form=form,
    )


def _in_draft(clause: Clause, draft: ThresholdDocument) -> InDraft:
    standard = next((s for s in draft.standards() if s.code == clause.standard.code), None)
    now = text_of(standard, clause.level) if standard else ""
    return InDraft(clause, name_of(clause), marked(clause.text, now), same=now == clause.text)


def _clauses(visit: Visit, draft: ThresholdText) -> Sequence[Clause]:
    clauses = wording_queries.clauses_to_answer(visit.session, draft)
    if not clauses:
        none = "No words of the version that this draft was made from were read in two ways."
        raise Elsewhere(f"{draft.address}/edit", none)
    return clauses


def _answered(visit: Visit, draft: ThresholdText, clauses: Sequence[Clause]) -> Mapping[str, str]:
    answers, values = wording_queries.answers_of(visit.session, draft), {}
    for clause in clauses:
        if said := answers.get(clause.key):
            values[f"{name_of(clause)}-answer"] = said.answer.value
            values[f"{name_of(clause)}-reason"] = said.reason
    return values


@router.get("/thresholds/{document_id}/{version}/clauses", a_draft)
def clauses_page(visit: Visit, draft: ThresholdText) -> Response:
    """Show each clause with what was said of it, and ask what becomes of it."""
    clauses = _clauses(visit, draft)
    return visit.render(_page(draft, clauses, Filled(_answered(visit, draft, clauses))))


@router.post("/thresholds/{document_id}/{version}/clauses", a_draft)
def answer_clauses(visit: Visit, draft: ThresholdText) -> Response:
    """Keep the answers; those that are left open are asked for once more before the draft is published."""
    clauses = _clauses(visit, draft)
    answers, errors = answers_sent(library_queries.document(draft), clauses, visit.form)
    if errors:
        form = Filled({name: values[0] for name, values in visit.form.items()}, errors)
        return visit.render(_page(draft, clauses, form), status=422)
    before = wording_queries.answers_of(visit.session, draft)
    for clause in clauses:
        said, was = answers.get(clause.key), before.get(clause.key)
        if said and (was is None or (was.answer, was.reason) != said):
            answer_clause(visit.session, draft, clause, *said, by=visit.viewer)
    left = len(clauses) - len(answers)
    rest = f" {plural(left, 'clause has', 'clauses have')} no answer yet." if left else ""
    return visit.redirect(f"{draft.address}/edit", f"Your answers are kept.{rest}")
