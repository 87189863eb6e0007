"""Routes of the files of reports and area packs, with how far each is, and of the pictures of a pack."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.clock import today
from app.documents import Document
from app.errors import NotFound
from app.labels import size_in_words
from app.report import queries
from app.report.document import assembled
from app.report.document.imprint import with_imprint
from app.report.enums import Edition
from app.report.files import queue
from app.report.files.formats import PACK_FORMATS, Format
from app.report.files.names import plain_name
from app.report.files.queue import Kept, State
from app.report.guards import published_reader, report_reader
from app.report.packs import document as packs
from app.report.packs import queries as pack_queries
from app.report.packs.routes import BASE as PACK
from app.report.packs.routes import AreaOf, pack_reader
from app.report.reading.routes import pictured
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit

router = Router()
SECONDS = "2"


@dataclass(frozen=True, slots=True)
class FilesOf:
    """What can be had as files: an audit's report in an edition, or an area's pack, which has no editions."""

    audit: Audit
    # The address of the page that has the same in it.
    base: str
    edition: Edition | None = None
    area: str = ""

    def document(self, visit: Visit) -> Document:
        """Return what the files hold."""
        made = (
            packs.area_pack(visit.session, self.audit, self.area)
            if self.edition is None
            else assembled.report_document(visit.session, self.audit, edition=self.edition)
        )
        return with_imprint(visit.session, self.audit, made, visit.settings)

    def kept(self, visit: Visit, document: Document) -> Mapping[Format, Kept]:
        """Return where each file is kept, by the formats that there are."""
        kept = queue.kept_files(visit.settings.data_dir, document, self.edition)
        return {kind: kept[kind] for kind in (PACK_FORMATS if self.edition is None else Format)}


def _makes(visit: Visit, audit: Audit) -> bool:
    """Say whether somebody answers for a report.

    Only they have its internal edition as a file, which travels further than a page.
    """
    return visit.viewer.has(*queries.BEFORE_PUBLICATION, audit=audit.ref)


def _whole(visit: Visit) -> Audit:
    audit = report_reader.find(visit)
    if not _makes(visit, audit):
        raise NotFound
    return audit


def _files(guard: Guard[Audit], edition: Edition, base: str) -> Guard[FilesOf]:
    """Return the guard of the files of a report that a guard lets somebody read: they have figures by service area."""
    whole = not_while_grading(guard)

    def find(visit: Visit) -> FilesOf:
        audit = whole.find(visit)
        return FilesOf(audit, base.format(ref=audit.ref), edition)

    return Guard(whole.words, find)


def _pack(visit: Visit) -> FilesOf:
    area = pack_reader.find(visit)
    return FilesOf(area.audit, area.address, area=area.code)


INTERNAL, PUBLIC = "/audits/{ref}/report", "/reports/{ref}"
internal_files = _files(Guard("those who make the finalised audit’s report", _whole), Edition.INTERNAL, INTERNAL)
public_files = _files(published_reader, Edition.PUBLIC, PUBLIC)
pack_files = Guard(pack_reader.words, _pack)


@dataclass(frozen=True, slots=True)
class FileRow:
    """A file on the page: how far it is, how large it is, how much of it is made in per cent."""

    kind: Format
    state: State
    size: str
    percent: int


@dataclass(frozen=True, kw_only=True)
class FilesPage(Page):
    """The files of a report or a pack."""

    template: ClassVar[str] = "report/downloads/files.html"
    audit: Audit
    base: str
    # What the page with the same in it is called.
    whole: str
    edition: Edition | None
    identifier: str
    files: Sequence[FileRow]
    making: bool
    # Where its makers find the internal edition, on the page of the other one.
    internal: str


def _page(visit: Visit, of: FilesOf) -> Response:
    document = of.document(visit)
    rows = [
        FileRow(kind, queue.state_of(file), size_in_words(file.size), queue.percent_of(file))
        for kind, file in of.kept(visit, document).items()
    ]
    going = any(row.state is State.MAKING for row in rows)
    makes = of.edition is Edition.PUBLIC and _makes(visit, of.audit)
    page = FilesPage(
        title=f"Files of the pack of {of.area}" if of.area else "Files of this report",
        audit=of.audit,
        base=of.base,
        whole=document.title if of.area else "The report",
        edition=of.edition,
        identifier=document.short,
        files=rows,
        making=going,
        internal=INTERNAL.format(ref=of.audit.ref) + "/files" if makes else "",
    )
    response = visit.render(page)
    if going:
        response.headers["Refresh"] = SECONDS
    return response


def _file(visit: Visit, of: FilesOf) -> Response:
    """Give a file that is there; have any other made, and lead to the page that says how far it is."""
    document = of.document(visit)
    kept = next((file for kind, file in of.kept(visit, document).items() if kind == visit.word("format")), None)
    if kept is None:
        raise NotFound
    if queue.state_of(kept) is not State.READY:
        frozen = assembled.newest(visit.session, of.audit, of.edition) if of.edition else None
        queue.start(kept, document, assembled.pictures_of(frozen) if frozen else {})
        return visit.redirect(f"{of.base}/files")
    return _kept(visit, of, kept)


def _kept(visit: Visit, of: FilesOf, kept: Kept) -> Response:
    headers: Mapping[str, str] = {"ETag": kept.etag, "Cache-Control": "private, no-cache"}
    if visit.request.headers.get("if-none-match") == kept.etag:
        return Response(status_code=304, headers=headers)
    # What a header holds is plain letters; the code of an area may have others.
    name = plain_name(f"{of.audit.ref}-{of.edition or f'pack-{of.area}'}".encode("ascii", "replace").decode())
    headers = {**headers, "Content-Disposition": f'attachment; filename="{name}.{kept.kind.about.extension}"'}
    return Response(kept.path.read_bytes(), media_type=kept.kind.about.media_type, headers=headers)


@router.get(f"{INTERNAL}/files", internal_files)
def internal_page(visit: Visit, of: FilesOf) -> Response:
    """Show the files of a finalised audit's report."""
    return _page(visit, of)


@router.get(f"{INTERNAL}/files/{{format}}", internal_files)
def internal_file(visit: Visit, of: FilesOf) -> Response:
    """Give a file of a finalised audit's report."""
    return _file(visit, of)


@router.get(f"{PUBLIC}/files", public_files)
def public_page(visit: Visit, of: FilesOf) -> Response:
    """Show the files of a published report."""
    return _page(visit, of)


@router.get(f"{PUBLIC}/files/{{format}}", public_files)
def public_file(visit: Visit, of: FilesOf) -> Response:
    """Give a file of a published report."""
    return _file(visit, of)


@router.get(f"{PACK}/files", pack_files)
def pack_page(visit: Visit, of: FilesOf) -> Response:
    """Show the files of an area's pack."""
    return _page(visit, of)


@router.get(f"{PACK}/files/{{format}}", pack_files)
def pack_file(visit: Visit, of: FilesOf) -> Response:
    """Give a file of an area's pack to whoever's opening is kept."""
    if not pack_queries.opened_by(visit.session, visit.viewer, of.audit, of.area, today()):
        return visit.redirect(f"{of.base}/open?file={visit.word('format')}")
    return _file(visit, of)


@router.get(f"{PACK}/pictures/{{code}}.svg", pack_reader)
def pack_picture(visit: Visit, area: AreaOf) -> Response:
    """Give a picture of an area's pack."""
    return pictured(visit, packs.pack_picture(visit.session, area.audit, area.code, visit.word("code")))
