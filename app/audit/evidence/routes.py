"""Routes of what evidence is written with: the documents of a case's file."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from app.audit import queries as audit_queries
from app.audit.evidence import actions
from app.audit.evidence.forms import DocumentForm
from app.audit.evidence.guards import InWork, graded_again_by_me, graded_by_me
from app.audit.evidence.queries import ListedDocument, listed_documents
from app.audit.models import AuditCase
from app.errors import Refusal
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.personal import warning
from app.web.routing import Router, Visit

router = Router()


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
    if sent is None:
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
    number = visit.number("document_id")
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


for part, guard in (("assess", graded_by_me), ("benchmark", graded_again_by_me)):
    at = f"/cases/{{case_id}}/{part}/documents"
    router.get(at, guard)(documents_page)
    router.post(at, guard)(add_document)
    router.put(at, guard)(put_document)
    router.post(f"{at}/{{document_id}}/remove", guard)(remove_document)
