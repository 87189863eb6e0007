"""Routes of the improvement assistant: the cases to prepare, and the preparation of one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.enums import PreparedKind
from app.audit.evidence import routes as evidence
from app.audit.evidence.guards import in_work
from app.audit.evidence.queries import ListedDocument, listed_documents
from app.audit.forms import both, served
from app.audit.guards import audit_for
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase, Preparation
from app.audit.preparation import queries as preparation_queries
from app.audit.preparation.actions import prepare, prepared_fields
from app.audit.preparation.rules import why_not_prepared
from app.audit.thresholds.answers import fact_sent
from app.audit.thresholds.document import Fact, PracticeArea
from app.db import LONGEST_TEXT, PageOf
from app.labels import length_fault
from app.people.enums import Role
from app.people.queries import kinds_now
from app.web.merging import Merged
from app.web.pages import Filled, Page
from app.web.personal import warning
from app.web.routing import Guard, Router, Visit

router = Router()
assistant = audit_for(Role.IMPROVEMENT_ASSISTANT)


def _case_to_prepare(visit: Visit) -> AuditCase:
    case = preparation_queries.case_assisted(visit.session, visit.viewer, visit.number("case_id"))
    visit.turn_away(why_not_prepared(case), f"/audits/{case.audit.ref}/prepare")
    return case


WHO = "an improvement assistant on the case’s audit, while the case is not graded"
case_to_prepare = Guard(WHO, _case_to_prepare)
in_preparation = Guard(WHO, lambda visit: in_work(visit, _case_to_prepare(visit), "prepare", preparing=True))
_DOCUMENTS = "/cases/{case_id}/prepare/documents"
router.get(_DOCUMENTS, in_preparation)(evidence.documents_page)
router.post(_DOCUMENTS, in_preparation)(evidence.add_document)
router.post(f"{_DOCUMENTS}/{{listed_id}}/remove", in_preparation)(evidence.remove_document)


@dataclass(frozen=True, kw_only=True)
class ToPreparePage(Page):
    """The cases of an audit that can be prepared."""

    template: ClassVar[str] = "audit/preparation/to_prepare.html"
    audit: Audit
    cases: PageOf[AuditCase]
    progress: Mapping[int, preparation_queries.Progress]
    law_types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PreparePage(Page):
    """What an assistant prepares of one case: facts, and where in the file things are."""

    template: ClassVar[str] = "audit/preparation/prepare.html"
    case: AuditCase
    law_type: str
    facts: Sequence[Fact]
    areas: Sequence[PracticeArea]
    form: Filled
    documents: Sequence[ListedDocument]
    prepared: Sequence[str]
    warnings: Sequence[str]


@router.get("/audits/{ref}/prepare", assistant)
def to_prepare_page(visit: Visit, audit: Audit) -> Response:
    """List the cases that can be prepared."""
    cases = preparation_queries.cases_to_prepare(visit.session, visit.viewer, audit, visit.query("page"))
    page = ToPreparePage(
        title="Cases to prepare",
        audit=audit,
        cases=cases,
        progress=preparation_queries.progress(visit.session, cases.rows),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
    )
    return visit.render(page)


def _asked(case: AuditCase) -> tuple[Sequence[Fact], Sequence[PracticeArea]]:
    document = library_queries.document_of(case.audit)
    return document.facts_for(case.law_type), [area for area, _ in document.practice_areas_for(case.law_type)]


def _texts(case: AuditCase) -> dict[str, str]:
    """Return what each field is called that takes words of one's own."""
    facts, areas = _asked(case)
    return {f"fact-{f.code}": f"The answer to ‘{f.question}’" for f in facts if f.kind == "text"} | {
        f"reference-{a.code}": f"The reference for ‘{a.title}’" for a in areas
    }


def _prepare_page(visit: Visit, case: AuditCase, kept: Sequence[Preparation], form: Filled) -> PreparePage:
    facts, areas = _asked(case)
    names = queries.names(visit.session, frozenset(p.by_id for p in kept))
    warned = (warning(what, form.value(name)) for name, what in _texts(case).items())
    return PreparePage(
        title=f"Prepare case {case.case_ref}",
        case=case,
        law_type=kinds_now(visit.session).law_types.name(case.law_type),
        facts=facts,
        areas=areas,
        form=form,
        documents=listed_documents(visit.session, visit.viewer, case.id),
        prepared=sorted({names[p.by_id] for p in kept}),
        warnings=[w for w in warned if w],
    )


@router.get("/cases/{case_id}/prepare", case_to_prepare)
def prepare_page(visit: Visit, case: AuditCase) -> Response:
    """Show what is prepared of a case."""
    kept = preparation_queries.preparations(visit.session, visit.viewer, case)
    return visit.render(_prepare_page(visit, case, kept, served(prepared_fields(kept))))


def _sent(visit: Visit, case: AuditCase) -> tuple[dict[str, str], dict[str, str]]:
    """Return the fields as they were sent, without what the document does not offer, and what is wrong with them."""
    facts, areas = _asked(case)
    read = {f"fact-{f.code}": fact_sent(f, visit.form.get(f"fact-{f.code}", [])) for f in facts}
    for area in areas:
        name, text = f"reference-{area.code}", visit.sent(f"reference-{area.code}").strip()
        read[name] = (text, length_fault(f"The reference for ‘{area.title}’", text, LONGEST_TEXT) or "")
    return {name: text for name, (text, _) in read.items()}, {name: wrong for name, (_, wrong) in read.items() if wrong}


@router.post("/cases/{case_id}/prepare", case_to_prepare)
def save_preparation(visit: Visit, case: AuditCase) -> Response:
    """Keep what was prepared, complete or not."""
    sent, errors = _sent(visit, case)
    if errors:
        kept = preparation_queries.preparations(visit.session, visit.viewer, case)
        form = Filled({name: values if len(values) > 1 else values[0] for name, values in visit.form.items()}, errors)
        return visit.render(_prepare_page(visit, case, kept, form), status=422)
    several = frozenset(f"{PreparedKind.FACT}-{f.code}" for f in _asked(case)[0] if f.kind != "text")
    merged = prepare(visit.session, case, sent, several=several, served=visit.sent("served"), by=visit.viewer)
    if merged.clashes:
        return visit.render(_both(visit, case, merged, sent), status=409)
    return visit.redirect(f"/audits/{case.audit.ref}/prepare", f"Saved what you prepared for case {case.case_ref}.")


def _both(visit: Visit, case: AuditCase, merged: Merged, sent: Mapping[str, str]) -> PreparePage:
    """Return the page on which a person chooses between what they typed and what somebody else saved meanwhile."""
    facts, areas = _asked(case)
    called = {f"fact-{f.code}": f"‘{f.question}’" for f in facts} | {
        f"reference-{a.code}": f"‘{a.title}’" for a in areas
    }
    labels = {f"fact-{f.code}": {a.code: a.label for a in f.answers} for f in facts}
    kept = preparation_queries.preparations(visit.session, visit.viewer, case)

    def in_words(name: str, text: str) -> str:
        return "; ".join(labels.get(name, {}).get(line, line) for line in text.split("\n"))

    form = both(prepared_fields(kept), merged, sent, called=lambda name: called[name], in_words=in_words)
    return _prepare_page(visit, case, kept, form)
