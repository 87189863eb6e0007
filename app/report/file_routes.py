"""Doors of a report's files: which there are and how far each is, and each of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.doors import Doors, Guard, Visit
from app.errors import NotFound
from app.labels import size_in_words
from app.pages import Page
from app.report import making, papers, queries
from app.report.enums import Edition
from app.report.formats import Format
from app.report.making import Kept, State
from app.report.names import plain_name
from app.report.routes import published_reader, report_reader

doors = Doors()
SECONDS = "2"


@dataclass(frozen=True, slots=True)
class FilesOf:
    """An audit's report in an edition, as its files."""

    audit: Audit
    edition: Edition


def _makes(visit: Visit, audit: Audit) -> bool:
    """Say whether somebody answers for a report: only they have its internal edition as a file, which travels further than a page."""
    return visit.viewer.has(*queries.BEFORE_PUBLICATION, audit=audit.ref)


def _whole(visit: Visit) -> Audit:
    audit = report_reader.find(visit)
    if not _makes(visit, audit):
        raise NotFound
    return audit


def _files(guard: Guard[Audit], edition: Edition) -> Guard[FilesOf]:
    """Return the guard of the files of a report that a guard lets somebody read: they have figures by service area."""
    whole = not_while_grading(guard)
    return Guard(whole.words, lambda visit: FilesOf(whole.find(visit), edition))


internal_files = _files(Guard("those who make the finalised audit’s report", _whole), Edition.INTERNAL)
public_files = _files(published_reader, Edition.PUBLIC)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file on the page: how far it is, how large it is, how much of it is made in per cent."""

    kind: Format
    state: State
    size: str
    percent: int


@dataclass(frozen=True, kw_only=True)
class FilesPage(Page):
    """The files of a report."""

    template: ClassVar[str] = "report/files.html"
    audit: Audit
    base: str
    edition: Edition
    identifier: str
    files: Sequence[FileRow]
    making: bool
    # Where its makers find the internal edition, on the page of the other one.
    internal: str


def _page(visit: Visit, of: FilesOf, base: str) -> Response:
    document = papers.report_document(visit.session, of.audit, edition=of.edition)
    kept = making.kept_files(visit.settings.data_dir, document, of.edition)
    rows = [FileRow(kind, making.state_of(file), size_in_words(file.size), making.percent_of(file)) for kind, file in kept.items()]
    going = any(row.state is State.MAKING for row in rows)
    internal = f"/audits/{of.audit.ref}/report/files" if of.edition is Edition.PUBLIC and _makes(visit, of.audit) else ""
    page = FilesPage(
        title="Files of this report", audit=of.audit, base=base, edition=of.edition, identifier=document.identifier, files=rows, making=going,
        internal=internal,
    )  # fmt: skip
    response = visit.render(page)
    if going:
        response.headers["Refresh"] = SECONDS
    return response


def _file(visit: Visit, of: FilesOf, base: str) -> Response:
    """Give a file that is there; have any other made, and lead to the page that says how far it is."""
    if visit.word("format") not in list(Format):
        raise NotFound
    kind = Format(visit.word("format"))
    document = papers.report_document(visit.session, of.audit, edition=of.edition)
    kept = making.kept_files(visit.settings.data_dir, document, of.edition)[kind]
    if making.state_of(kept) is not State.READY:
        frozen = papers.newest(visit.session, of.audit, of.edition)
        making.start(kept, document, papers.pictures_of(frozen) if frozen else {})
        return visit.redirect(f"{base}/files")
    return _kept(visit, of, kept)


def _kept(visit: Visit, of: FilesOf, kept: Kept) -> Response:
    headers: Mapping[str, str] = {"ETag": kept.etag, "Cache-Control": "private, no-cache"}
    if visit.request.headers.get("if-none-match") == kept.etag:
        return Response(status_code=304, headers=headers)
    name = f"{plain_name(of.audit.ref)}-{of.edition}.{kept.kind.about.extension}"
    headers = {**headers, "Content-Disposition": f'attachment; filename="{name}"'}
    return Response(kept.path.read_bytes(), media_type=kept.kind.about.media_type, headers=headers)


@doors.get("/audits/{ref}/report/files", internal_files)
def internal_page(visit: Visit, of: FilesOf) -> Response:
    """Show the files of a finalised audit's report."""
    return _page(visit, of, f"/audits/{of.audit.ref}/report")


@doors.get("/audits/{ref}/report/files/{format}", internal_files)
def internal_file(visit: Visit, of: FilesOf) -> Response:
    """Give a file of a finalised audit's report."""
    return _file(visit, of, f"/audits/{of.audit.ref}/report")


@doors.get("/reports/{ref}/files", public_files)
def public_page(visit: Visit, of: FilesOf) -> Response:
    """Show the files of a published report."""
    return _page(visit, of, f"/reports/{of.audit.ref}")


@doors.get("/reports/{ref}/files/{format}", public_files)
def public_file(visit: Visit, of: FilesOf) -> Response:
    """Give a file of a published report."""
    return _file(visit, of, f"/reports/{of.audit.ref}")
