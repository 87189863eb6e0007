"""Routes of what evidence is written with: the documents of a case's file, one's own phrases, and an audit's."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from app.audit import queries as audit_queries
from app.audit.enums import AuditState
from app.audit.evidence import actions
from app.audit.evidence.forms import DocumentForm, PhraseForm
from app.audit.evidence.guards import InWork, graded_again_by_me, graded_by_me
from app.audit.evidence.models import Phrase
from app.audit.evidence.queries import ListedDocument, listed_documents, phrase, phrases_kept
from app.audit.evidence.rules import why_not_dated, why_not_in_the_bank
from app.audit.guards import audit_for
from app.audit.library.queries import document_of
from app.audit.models import Audit, AuditCase
from app.audit.thresholds.document import ThresholdDocument
from app.errors import Refusal
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.forms import fill, whole
from app.web.pages import Filled, Page
from app.web.personal import warning
from app.web.routing import Router, Visit, signed_in

router = Router()
lead = audit_for(Role.LEAD)


@dataclass(frozen=True, slots=True)
class OnList:
    """A listed document, who listed it, and whether the viewer may take it off."""

    document: ListedDocument
    by: str
    removable: bool


@dataclass(frozen=True, kw_only=True)
class DocumentsPage(Page):
    """The documents of a case's file from which evidence is picked."""

    template: ClassVar[str] = "audit/evidence/documents.html"
    case: AuditCase
    base: str
    # The practice area to go back to, empty where one comes from elsewhere.
    area: str
    preparing: bool
    documents: Sequence[OnList]
    form: Filled


def _page(visit: Visit, work: InWork, form: Filled) -> DocumentsPage:
    found = listed_documents(visit.session, visit.viewer, work.case.id)
    names = audit_queries.names(visit.session, frozenset(one.by_id for one in found))
    return DocumentsPage(
        title="Documents of this file",
        case=work.case,
        base=work.base,
        area=visit.query("area") if visit.query("area").isalnum() else "",
        preparing=work.preparing,
        documents=[
            OnList(
                one,
                "you" if one.by_id == visit.viewer.id else names.get(one.by_id, ""),
                one.is_removed_by(visit.viewer, preparing=work.preparing),
            )
            for one in found
        ],
        form=form,
    )


def documents_page(visit: Visit, work: InWork) -> Response:
    """Show the documents of a file, and the form that lists another."""
    return visit.render(_page(visit, work, Filled()))


def _again(visit: Visit, work: InWork) -> str:
    area = visit.query("area")
    return f"{work.base}/documents" + (f"?area={area}" if area.isalnum() else "")


def add_document(visit: Visit, work: InWork) -> Response:
    """List another document."""
    sent, form = fill(DocumentForm, visit.form)
    wrong = why_not_dated(sent.dated) if sent else None
    if wrong:
        form = form.with_errors(dated=wrong)
    if sent is None or wrong:
        return visit.render(_page(visit, work, form), status=422)
    added = actions.list_document(
        visit.session,
        work.case,
        sent.label,
        dated=sent.dated,
        key=sent.key,
        preparing=work.preparing,
        by=visit.viewer,
    )
    told = f"‘{sent.label}’ is listed." if added else f"‘{sent.label}’ was listed already."
    return visit.redirect(_again(visit, work), f"{told} {warning('Its name', sent.label) or ''}".strip())


def remove_document(visit: Visit, work: InWork) -> Response:
    """Take a document off the list."""
    number = visit.number("listed_id")
    row = actions.remove_document(visit.session, work.case, number, preparing=work.preparing, by=visit.viewer)
    return visit.redirect(_again(visit, work), f"‘{row.label}’ is off the list. Evidence that names it stays as it is.")


def put_document(visit: Visit, work: InWork) -> Response:
    """List another document from within the tool; answers with the whole list, and what is worth a second look."""
    data: Any = visit.data if isinstance(visit.data, dict) else {}
    names = ("label", "dated-day", "dated-month", "dated-year")
    sent, form = fill(DocumentForm, {name: [str(data.get(name, ""))] for name in names})
    if sent is None:
        raise Refusal(next(iter(form.errors.values())))
    actions.list_document(
        visit.session, work.case, sent.label, dated=sent.dated, key="", preparing=work.preparing, by=visit.viewer
    )
    found = listed_documents(visit.session, visit.viewer, work.case.id)
    documents = [{"label": one.label, "says": one.says} for one in found]
    return JSONResponse({"documents": documents, "remark": warning("The document’s name", sent.label) or ""})


def put_phrase(visit: Visit, work: InWork) -> Response:
    """Keep the evidence of a standard as an own phrase, from within the tool."""
    data: Any = visit.data if isinstance(visit.data, dict) else {}
    document = document_of(work.case.audit)
    standard, text = str(data.get("standard", "")), whole(str(data.get("text", ""))).replace("\x00", "").strip()
    if standard not in {s.code for s in document.standards_for(work.case.law_type)}:
        raise Refusal("This standard is not part of this assessment. Open the page again.")
    kept = actions.keep_phrase(
        visit.session, text, document_id=document.id, standard=standard, bank_of=None, by=visit.viewer
    )
    remark = warning("It", text)
    said = "Kept among your phrases, which nobody else sees." + (f" {remark}" if remark else "")
    return JSONResponse({"mark": f"own.{kept.id}", "text": kept.text, "said": said})


for part, guard in (("assess", graded_by_me), ("benchmark", graded_again_by_me)):
    at = f"/cases/{{case_id}}/{part}/documents"
    router.get(at, guard)(documents_page)
    router.post(at, guard)(add_document)
    router.put(at, guard)(put_document)
    router.post(f"{at}/{{listed_id}}/remove", guard)(remove_document)
    router.put(f"/cases/{{case_id}}/{part}/phrases", guard)(put_phrase)


@dataclass(frozen=True, slots=True)
class OfStandard:
    """The phrases for one standard."""

    title: str
    phrases: Sequence[Phrase]


@dataclass(frozen=True, kw_only=True)
class PhrasesPage(Page):
    """One's own phrases, or the bank of an audit."""

    template: ClassVar[str] = "audit/evidence/phrases.html"
    # None of one's own.
    audit: Audit | None
    here: str
    kept: Sequence[OfStandard]
    standards: Sequence[tuple[str, str]]
    form: Filled
    # Whether what was typed has to be confirmed.
    asks: bool


def _documents(visit: Visit, audit: Audit | None) -> Mapping[str, ThresholdDocument]:
    """Return the threshold documents for which phrases can be written: of the audit, or of all in fieldwork."""
    audits = [audit] if audit else audit_queries.audits(visit.session, visit.viewer)
    found = [document_of(a) for a in audits if audit or a.state is AuditState.FIELDWORK]
    return {d.id: d for d in found}


def _phrases(visit: Visit, audit: Audit | None, form: Filled, *, asks: bool = False) -> PhrasesPage:
    documents = _documents(visit, audit)
    titles = {f"{d.id}/{s.code}": s.title for d in documents.values() for s in d.standards()}
    kept: dict[str, list[Phrase]] = {}
    for one in phrases_kept(visit.session, visit.viewer, audit.id if audit else None):
        kept.setdefault(f"{one.document_id}/{one.standard}", []).append(one)
    return PhrasesPage(
        title="Phrases for all who grade" if audit else "Your phrases",
        audit=audit,
        here=_phrases_of(audit),
        kept=[OfStandard(titles.get(key, key.partition("/")[2]), rows) for key, rows in kept.items()],
        standards=[("", "Choose a standard"), *titles.items()],
        form=form,
        asks=asks,
    )


def _phrases_of(audit: Audit | None) -> str:
    return f"/audits/{audit.ref}/phrases" if audit else "/phrases"


def _kept_for(visit: Visit, audit: Audit | None) -> Response:
    sent, form = fill(PhraseForm, visit.form)
    standards = {f"{d.id}/{s.code}" for d in _documents(visit, audit).values() for s in d.standards()}
    if sent is not None and sent.standard not in standards:
        form = form.with_errors(standard="Choose a standard")
    doubt = why_not_in_the_bank(sent.text) if sent and audit and not sent.confirmed else None
    if doubt:
        form = form.with_errors(text=doubt)
    if sent is None or form.errors:
        return visit.render(_phrases(visit, audit, form, asks=bool(doubt)), status=422)
    document_id, _, standard = sent.standard.rpartition("/")
    actions.keep_phrase(
        visit.session, sent.text, document_id=document_id, standard=standard, bank_of=audit, by=visit.viewer
    )
    remark = "" if audit else warning("It", sent.text)
    return visit.redirect(_phrases_of(audit), f"The phrase is kept. {remark or ''}".strip())


def _retired(visit: Visit, audit: Audit | None) -> Response:
    found = phrase(visit.session, visit.viewer, visit.number("phrase_id"), audit.id if audit else None)
    actions.retire_phrase(visit.session, found, bank_of=audit, by=visit.viewer)
    return visit.redirect(
        _phrases_of(audit), "The phrase is offered no more. Evidence that was written with it stays as it is."
    )


@router.get("/phrases", signed_in)
def own_phrases_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show somebody their own phrases."""
    return visit.render(_phrases(visit, None, Filled()))


@router.post("/phrases", signed_in)
def keep_own_phrase(visit: Visit, _viewer: Viewer) -> Response:
    """Keep an own phrase."""
    return _kept_for(visit, None)


@router.post("/phrases/{phrase_id}/retire", signed_in)
def retire_own_phrase(visit: Visit, _viewer: Viewer) -> Response:
    """Offer an own phrase no more."""
    return _retired(visit, None)


@router.get("/audits/{ref}/phrases", lead)
def bank_page(visit: Visit, audit: Audit) -> Response:
    """Show the bank of an audit to its lead."""
    return visit.render(_phrases(visit, audit, Filled()))


@router.post("/audits/{ref}/phrases", lead)
def keep_in_bank(visit: Visit, audit: Audit) -> Response:
    """Put a phrase into the bank of an audit."""
    return _kept_for(visit, audit)


@router.post("/audits/{ref}/phrases/{phrase_id}/retire", lead)
def retire_from_bank(visit: Visit, audit: Audit) -> Response:
    """Take a phrase out of the bank of an audit."""
    return _retired(visit, audit)
