"""Routes of the report: the report itself as a page, its pictures and figures."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import ClassVar

from markupsafe import Markup
from starlette.responses import Response

from app.audit.enums import AuditState
from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.audit.queries import is_grading
from app.documents import Cell, Document, Picture, Table, pictures, shown, tables
from app.errors import NotFound
from app.people.enums import Role
from app.people.rules import Viewer
from app.pictures import svg_of
from app.report import queries
from app.report.document import queries as document_queries
from app.report.document.assembled import draft_document, frozen_document, pictures_of
from app.report.document.editions import text_of
from app.report.document.imprint import marked
from app.report.document.sections import EDITIONS, STAGES
from app.report.enums import Edition, Stage
from app.report.guards import MAKERS, TAKERS, figures_reader, published_reader, report_reader
from app.report.models import PublishedEdition, Revision
from app.report.reading.body import Body
from app.report.reading.shown import (
    figures_shown,
    kept_edition,
    kept_editions,
    reads_published,
    wanted_edition,
    wanted_stage,
)
from app.web.pages import Page, static_version
from app.web.routing import Router, Visit, chrome, signed_in
from app.web.sessions import NOTICE, cookie_name

router = Router()


@dataclass(frozen=True, slots=True)
class May:
    """What somebody may do with a report: refusals are sentences of the page on which it is done."""

    make: bool
    download: bool
    # Files have figures by service area, which are not for those who have a case to grade.
    open_files: bool
    take_dataset: bool


@dataclass(frozen=True, kw_only=True)
class ReportPage(Page):
    """A report as its document says it, with its most important numbers on top."""

    template: ClassVar[str] = "report/reading/report.html"
    audit: Audit
    document: Document
    # All of it below its first page.
    body: Markup
    # The address below which its pictures and files are.
    base: str
    # Percentage, level and count of each level; then the number of all cases.
    numbers: Sequence[tuple[str, str, str]]
    cases: Cell
    # Other views of it by what they are: their name, and their address where they are not this one.
    views: Mapping[str, Sequence[tuple[str, str]]]
    may: May
    revision: Revision | None
    # When what is shown was published; None of a draft.
    published: datetime | None
    # Where the report is that replaced this one, if one did.
    newer: str


@dataclass(frozen=True, kw_only=True)
class ReportsPage(Page):
    """The published reports."""

    template: ClassVar[str] = "report/reading/reports.html"
    audits: Sequence[Audit]


@dataclass(frozen=True, slots=True)
class Kept:
    """A published edition as somebody reads it."""

    edition: PublishedEdition
    # Whether they have cases to grade.
    grading: bool
    # The revision that is being made.
    revision: Revision | None
    # Where the report is that replaced this one, if one did.
    newer: str


# The table of all cases by grade, by what it is called now and by what it was called before.
GRADES = ("grades", "figure-1")
Views = Mapping[str, Sequence[tuple[str, str]]]
AS_AT, OTHER_EDITIONS, ALSO_PUBLISHED = "As at", "Editions", "Also published"


def _stages(visit: Visit, address: str) -> list[tuple[str, str]]:
    """Return the stages of the grades at which a draft can be read, each with its address."""
    now = wanted_stage(visit)
    return [(STAGES[s], "" if s is now else f"{address}?as_at={s}") for s in Stage]


def _editions(visit: Visit, address: str) -> list[tuple[str, str]]:
    edition = wanted_edition(visit)
    return [(EDITIONS[e], "" if e is edition else f"{address}?edition={e}") for e in Edition]


def report_page_of(
    visit: Visit, audit: Audit, document: Document, base: str, views: Views, kept: Kept | None = None
) -> ReportPage:
    """Return a report as a page, a draft or what was `kept`; without what could sway those who have cases to grade."""
    grading = kept.grading if kept else is_grading(visit.session, visit.viewer)
    makes = visit.viewer.has(*MAKERS, audit=audit.ref)
    published = kept.edition.sha256 if kept else ""
    first = next(table for table in tables(document) if table.code in GRADES)
    return ReportPage(
        title=document.title,
        audit=audit,
        document=marked(visit.session, document),
        body=Body(document, base, str(visit.request.url.query), grading, published).html(),
        base=base,
        numbers=_numbers(first),
        cases=first.rows[-1].cells[1],
        views=views,
        may=_may(visit, audit, makes=makes, grading=grading),
        revision=kept.revision if kept else document_queries.open_revision(visit.session, audit),
        published=kept.edition.published_at if kept else None,
        newer=kept.newer if kept else "",
    )


def _may(visit: Visit, audit: Audit, *, makes: bool, grading: bool) -> May:
    downloads = makes or audit.state is not AuditState.PUBLISHED
    takes = visit.viewer.has(*TAKERS, audit=audit.ref)
    return May(makes, *(not grading and may for may in (downloads, True, takes)))


def _numbers(table: Table) -> list[tuple[str, str, str]]:
    """Return share, level and count of each row but the last, which has the total."""
    kinds = [column.kind for column in table.columns]
    cells = [[shown(cell, kind) for cell, kind in zip(row.cells, kinds, strict=True)] for row in table.rows[:-1]]
    return [(share, label, count) for label, count, share in cells]


def _unchanged(visit: Visit, kept: Kept, views: Views) -> tuple[str, bool]:
    """Return the tag of a published page as this person sees it, and whether their browser has it already."""
    apart = {"once", "viewer", "page_opened", "evidence_of"}
    around = {name: part for name, part in chrome(visit).items() if name not in apart}
    seen = [
        kept.edition.sha256,
        kept.newer,
        kept.revision.number if kept.revision else 0,
        kept.grading,
        views,
        static_version(),
        visit.viewer.id,
        str(visit.request.url.query),
        str(around),
    ]
    tag = f'W/"{sha256(text_of(seen).encode()).hexdigest()[:32]}"'
    return tag, not visit.request.cookies.get(cookie_name(visit.settings, NOTICE)) and tag in visit.request.headers.get(
        "if-none-match", ""
    )


def _published_page(
    visit: Visit, audit: Audit, edition: PublishedEdition, base: str, views: Views, newer: str = ""
) -> Response:
    revision = document_queries.open_revision(visit.session, audit)
    kept = Kept(edition, is_grading(visit.session, visit.viewer), revision, newer)
    tag, same = _unchanged(visit, kept, views)
    headers = {"ETag": tag, "Cache-Control": "private, no-cache"}
    if same:
        return Response(status_code=304, headers=headers)
    answer = visit.render(report_page_of(visit, audit, frozen_document(edition), base, views, kept))
    answer.headers.update(headers)
    return answer


def _picture(visit: Visit, svg: str | None) -> Response:
    """Give a picture; one of what was published is never another."""
    if svg is None:
        raise NotFound
    tag = f'"{sha256(svg.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": "private, no-cache", "ETag": tag}
    if tag in visit.request.headers.get("if-none-match", ""):
        return Response(status_code=304, headers=headers)
    return Response(svg, media_type="image/svg+xml", headers=headers)


def _size(visit: Visit) -> str:
    return "narrow" if visit.query("size") == "narrow" else "wide"


def _drawn(visit: Visit, document: Document) -> str | None:
    return _svg(visit, next((picture for picture in pictures(document) if picture.code == visit.word("code")), None))


def _svg(visit: Visit, of: Picture | None) -> str | None:
    return svg_of(of.narrow if _size(visit) == "narrow" else of.wide) if of else None


def pictured(visit: Visit, of: Picture | None) -> Response:
    """Give a picture of a document in the size that is wanted; raises NotFound where there is none."""
    return _picture(visit, _svg(visit, of))


def _frozen_picture(visit: Visit, kept: PublishedEdition) -> str | None:
    return pictures_of(kept).get(f"{visit.word('code')}.{_size(visit)}")


def _others(audit: Audit, every: Sequence[PublishedEdition], shown: PublishedEdition) -> list[tuple[str, str]]:
    """Return the other publications of a report; the newest has the report's own address."""
    named = [(f"Revision r{k.number}" if k.number else "As first published", k) for k in every]
    return [
        (name, f"/reports/{audit.ref}" if k is every[0] else f"/reports/{audit.ref}/revisions/{k.number}")
        for name, k in named
        if k is not shown
    ]


@router.get("/reports", signed_in)
def reports_page(visit: Visit, viewer: Viewer) -> Response:
    """List the published reports."""
    return visit.render(ReportsPage(title="Reports", audits=queries.published(visit.session, viewer)))


@router.get("/reports/{ref}", published_reader)
def published_report(visit: Visit, audit: Audit) -> Response:
    """Show a published report as it was published last."""
    every, base = kept_editions(visit, audit), f"/reports/{audit.ref}"
    if not every:
        document = draft_document(visit.session, audit, edition=wanted_edition(visit))
        return visit.render(report_page_of(visit, audit, document, base, {}))
    stages = _stages(visit, f"/audits/{audit.ref}/report") if visit.viewer.has(*MAKERS, audit=audit.ref) else ()
    others = _others(audit, every, every[0])
    views = {AS_AT: stages, OTHER_EDITIONS: _other_editions(visit, base), ALSO_PUBLISHED: others}
    return _published_page(visit, audit, every[0], base, views)


def _other_editions(visit: Visit, base: str) -> list[tuple[str, str]]:
    """Return the editions between which somebody can choose."""
    readers = all(grant.role is Role.READER for grant in visit.viewer.grants)
    return [] if readers else _editions(visit, base)


@router.get("/reports/{ref}/pictures/{code}.svg", not_while_grading(published_reader))
def published_picture(visit: Visit, audit: Audit) -> Response:
    """Give a picture of a published report."""
    kept = kept_edition(visit, audit)
    return _picture(
        visit,
        _frozen_picture(visit, kept)
        if kept
        else _drawn(visit, draft_document(visit.session, audit, edition=wanted_edition(visit))),
    )


def _number(visit: Visit) -> int:
    text = visit.word("number").removeprefix("r")
    return 0 if text == "0" else int(text) if text.isascii() and text.isdigit() and len(text) < 6 else -1  # noqa: PLR2004 - no report has so many


def _earlier_edition(visit: Visit, audit: Audit) -> PublishedEdition:
    kept = kept_edition(visit, audit, _number(visit))
    if kept is None:
        raise NotFound
    return kept


@router.get("/reports/{ref}/revisions/{number}", published_reader)
def earlier_report(visit: Visit, audit: Audit) -> Response:
    """Show a report as it was published at some time."""
    every, kept = kept_editions(visit, audit), _earlier_edition(visit, audit)
    base, newer = f"/reports/{audit.ref}/revisions/{kept.number}", "" if kept is every[0] else f"/reports/{audit.ref}"
    views = {OTHER_EDITIONS: _other_editions(visit, base), ALSO_PUBLISHED: _others(audit, every, kept)}
    return _published_page(visit, audit, kept, base, views, newer)


@router.get("/reports/{ref}/revisions/{number}/pictures/{code}.svg", not_while_grading(published_reader))
def earlier_picture(visit: Visit, audit: Audit) -> Response:
    """Give a picture of a report as it was published at some time."""
    return _picture(visit, _frozen_picture(visit, _earlier_edition(visit, audit)))


def _draft(visit: Visit, audit: Audit) -> Document:
    return draft_document(visit.session, audit, edition=wanted_edition(visit), as_at=wanted_stage(visit))


@router.get("/audits/{ref}/report", report_reader)
def report(visit: Visit, audit: Audit) -> Response:
    """Show the report of a finalised audit as it stands, or at a stage of its grades."""
    if reads_published(visit, audit):
        return published_report(visit, audit)
    base = f"/audits/{audit.ref}/report"
    views = {AS_AT: _stages(visit, base), OTHER_EDITIONS: _editions(visit, base)}
    return visit.render(report_page_of(visit, audit, _draft(visit, audit), base, views))


@router.get("/audits/{ref}/report/pictures/{code}.svg", not_while_grading(report_reader))
def picture(visit: Visit, audit: Audit) -> Response:
    """Give a picture of a finalised audit's report."""
    if reads_published(visit, audit):
        return published_picture(visit, audit)
    return _picture(visit, _drawn(visit, _draft(visit, audit)))


@router.get("/audits/{ref}/report/figures.json", figures_reader)
def figures_file(visit: Visit, audit: Audit) -> Response:
    """Give the figures as a file."""
    headers = {"Content-Disposition": f'attachment; filename="{audit.ref}-figures.json"'}
    return Response(figures_shown(visit, audit), media_type="application/json", headers=headers)
