"""Routes of the list of filings: send a file, watch its check, see what is in it, keep it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.bars.queries import everybody
from app.audit.filings import actions as filings_actions
from app.audit.filings.actions import allowed_in, changes_against, import_frame
from app.audit.filings.mapped import bands_of, mapped_part, named_after
from app.audit.filings.queries import by_mapping, known_sources
from app.audit.guards import audit_for, not_while_grading
from app.audit.models import Audit
from app.audit.shapes.meaning import MeaningLine
from app.audit.shapes.plan import meaning_in
from app.audit.shapes.shape import shape_of
from app.errors import Conflict, NotFound
from app.mapping.kinds import Kind
from app.mapping.profile import LONGEST_NAME
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import area_key
from app.sampling import checking, uploads
from app.sampling import queries as sampling
from app.sampling.actions import Change
from app.sampling.columns import ORDER
from app.sampling.mapping.balance import Line, Part
from app.sampling.mapping.exports import draft_of
from app.sampling.models import Frame
from app.sampling.reading import FrameReading
from app.tables.problems import MOST_GROUPS
from app.tables.writing import csv_text
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit

router = Router()
frame_readers = not_while_grading(audit_for(Role.ANALYST, Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR))
analyst = audit_for(Role.ANALYST)
# The page shows this many kinds of problems; the file and the command line have all that are kept.
SHOWN = MOST_GROUPS
# A check that takes longer than this gets a page that shows how far it is.
PATIENCE = 3.0


@dataclass(frozen=True, slots=True)
class Sent:
    """An audit, and a file that was sent for it and is kept until it is imported or a day has passed."""

    audit: Audit
    upload: uploads.Upload


def _sent(visit: Visit) -> Sent:
    audit = analyst.find(visit)
    upload = uploads.find(visit.settings.data_dir, visit.word("token"))
    if upload is None or checking.sent_for(upload) != audit.ref:
        raise NotFound
    return Sent(audit, upload)


file_of_analyst = Guard("the analyst of the audit for which a file was sent, within a day", _sent)


@dataclass(frozen=True, kw_only=True)
class FramePage(Page):
    """The list of filings: what is there, and the form that brings it."""

    template: ClassVar[str] = "audit/filings/frame.html"
    audit: Audit
    form: Filled
    frame: Frame | None
    refusal: str | None
    may_import: bool
    law_types: Mapping[str, str]
    # Sources that are known, with what is to know of each.
    sources: Sequence[tuple[str, str]]


@dataclass(frozen=True, kw_only=True)
class FrameCheckingPage(Page):
    """How far the check of a file is."""

    template: ClassVar[str] = "audit/filings/frame_checking.html"
    audit: Audit
    file_name: str
    so_far: checking.Checking


@dataclass(frozen=True, kw_only=True)
class FrameProblemsPage(Page):
    """Everything that is wrong with a file."""

    template: ClassVar[str] = "audit/filings/frame_problems.html"
    audit: Audit
    file_name: str
    token: str
    reading: FrameReading
    shown: int


@dataclass(frozen=True, kw_only=True)
class FrameCheckPage(Page):
    """What a clean file holds, before it is kept."""

    template: ClassVar[str] = "audit/filings/frame_check.html"
    audit: Audit
    file_name: str
    reading: FrameReading
    token: str
    cells: Sequence[tuple[str, str, Mapping[str, int]]]
    law_types: Mapping[str, str]
    changes: Sequence[Change] | None
    headless: Sequence[str]
    band_names: Sequence[tuple[str, str]]
    # Of an export: what became of its rows, where those left out are to be had, and the mapping to keep.
    balance: Sequence[tuple[Line, int]]
    bar: Sequence[Part]
    missing: Sequence[str]
    missing_count: int
    new_names: Sequence[tuple[str, str]]
    unbanded: int
    mapping_name: str
    mapping_version: str
    # What the framework's shape means on this list, or why the list cannot give it.
    means: Sequence[MeaningLine]
    misfits: Sequence[str]
    several: bool


def _frame_page(visit: Visit, audit: Audit, form: Filled) -> FramePage:
    frame = sampling.frame(visit.session, audit.frame_id)
    return FramePage(
        title="Filings",
        audit=audit,
        form=form,
        frame=frame,
        refusal=filings_actions.may_import_frame(audit, frame),
        may_import=visit.viewer.has(Role.ANALYST, audit=audit.ref),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        sources=known_sources(visit.session),
    )


@router.get("/audits/{ref}/frame", frame_readers)
def frame_page(visit: Visit, audit: Audit) -> Response:
    """Show the list of filings."""
    return visit.render(_frame_page(visit, audit, Filled()))


@router.post("/audits/{ref}/frame", analyst, writes=False)
def send_frame(visit: Visit, audit: Audit) -> Response:
    """Have a file checked, and show what is in it, everything that is wrong with it, or how far the check is.

    Nothing is stored yet.
    """
    refusal = filings_actions.may_import_frame(audit, sampling.frame(visit.session, audit.frame_id))
    if refusal:
        raise Conflict(refusal)
    file = visit.files.get("file")
    if file is None or not file.filename:
        missing = Filled().with_errors(file="Choose the file with the list of filings")
        return visit.render(_frame_page(visit, audit, missing), status=422)
    upload = uploads.set_aside(visit.settings.data_dir, file.file, file.filename)
    sent = Sent(audit, upload)
    mapping = by_mapping(visit.session, audit, name=named_after(file.filename))
    allowed = allowed_in(visit.session, audit)
    order = checking.Order(allowed, visit.sent("sheet").strip(), sent_for=audit.ref, mapping=mapping)
    try:
        checking.start(upload, order, by=visit.viewer.id)
    except checking.Busy as busy:
        uploads.remove(upload)
        return one_at_a_time(visit, audit, busy)
    checking.wait(upload, PATIENCE)
    found = checking.outcome(upload)
    if isinstance(found, checking.Checking):
        return visit.redirect(f"/audits/{audit.ref}/frame/{upload.token}")
    return _outcome_page(visit, sent, found, problems_status=422)


def one_at_a_time(visit: Visit, audit: Audit, busy: checking.Busy) -> Response:
    """Lead to the check that goes on, or say what it is, where somebody sends another file meanwhile."""
    said = f"{busy.file_name or 'Another file of yours'} is still being checked. Send this one when that has ended."
    if busy.sent_for != audit.ref:
        raise Conflict(f"{said} It was sent for {busy.sent_for or 'another audit'}.")
    return visit.redirect(f"/audits/{audit.ref}/frame/{busy.token}", said, done=False)


@router.get("/audits/{ref}/frame/{token}", file_of_analyst)
def frame_check(visit: Visit, sent: Sent) -> Response:
    """Show how far the check of a file is, or what it found."""
    found = checking.outcome(sent.upload)
    if not isinstance(found, checking.Checking):
        return _outcome_page(visit, sent, found, problems_status=200)
    return checking_page(visit, sent, found)


def checking_page(visit: Visit, sent: Sent, found: checking.Checking) -> Response:
    """Show how far the check of a file is, and look again by itself."""
    page = FrameCheckingPage(title="Checking the file", audit=sent.audit, file_name=sent.upload.file_name, so_far=found)
    response = visit.render(page)
    response.headers["Refresh"] = "2"
    return response


def _headless_in(visit: Visit, reading: FrameReading) -> list[str]:
    without = {*everybody(visit.session).headless, *reading.new_areas}
    return sorted(without & set(reading.counts["service_area"]), key=area_key)


def _problems_page(sent: Sent, reading: FrameReading) -> FrameProblemsPage:
    return FrameProblemsPage(
        title="This file cannot be imported yet",
        audit=sent.audit,
        file_name=sent.upload.file_name,
        token=sent.upload.token,
        reading=reading,
        shown=SHOWN,
    )


def _outcome_page(visit: Visit, sent: Sent, reading: FrameReading, *, problems_status: int) -> Response:
    if reading.mapped is not None and reading.problems:
        return visit.redirect(f"/audits/{sent.audit.ref}/frame/{sent.upload.token}/map")
    if reading.problems:
        return visit.render(_problems_page(sent, reading), status=problems_status)
    audit = sent.audit
    page = FrameCheckPage(
        title="Check the list" if reading.mapped else "Check what is in the file",
        audit=audit,
        file_name=sent.upload.file_name,
        reading=reading,
        token=sent.upload.token,
        cells=_cells(reading, [a.code for a in queries.service_areas(visit.session)]),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        changes=changes_against(visit.session, audit, reading),
        headless=_headless_in(visit, reading),
        band_names=bands_of(audit.bands, reading),
        means=meaning_in(audit, reading),
        misfits=filings_actions.misfits(audit, reading.counts["service_area"]),
        several=shape_of(audit).cases > 1,
        **mapped_part(visit.session, audit, reading, draft_of(sent.upload.folder, _kind(visit, sent))),
    )
    return visit.render(page)


def _kind(visit: Visit, sent: Sent) -> Kind:
    return by_mapping(visit.session, sent.audit).kind(checking.order_of(sent.upload).allowed)


@router.get("/audits/{ref}/frame/{token}/left-out/{number}.csv", file_of_analyst)
def rows_left_out(visit: Visit, sent: Sent) -> Response:
    """Give the rows that are left out for one reason, the first thousand of them."""
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking) or found.mapped is None:
        raise NotFound
    reasons = [reason for reason in found.mapped.left_out if reason in found.mapped.examples]
    number = visit.number("number")
    if number > len(reasons):
        raise NotFound
    heading = int(str(found.mapped.laid.get("heading") or 1))
    rows = ([int(line) + heading, *values] for line, *values in found.mapped.examples[reasons[number - 1]])
    return _file(csv_text(["line", *ORDER], rows), "left-out.csv")


def _cells(reading: FrameReading, order: Sequence[str]) -> list[tuple[str, str, dict[str, int]]]:
    """Return practitioners by area and law type, each by band; who works in several law types is under each."""
    found: dict[tuple[str, str], dict[str, int]] = {}
    for stratum, size in reading.strata["share"]:
        for law in stratum.law_types:
            row = found.setdefault((stratum.area, law), {})
            row[stratum.band] = row.get(stratum.band, 0) + size
    place = {area: i for i, area in enumerate([*order, *reading.new_areas])}
    return [
        (area, law, found[area, law])
        for area, law in sorted(found, key=lambda key: (place.get(key[0], len(place)), key))
    ]


@router.get("/audits/{ref}/frame/{token}/problems.csv", file_of_analyst)
def problems_file(_visit: Visit, sent: Sent) -> Response:
    """Give everything that is wrong with a file as a file, for whoever mends the list."""
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking):
        raise Conflict("The file is still being checked. Wait until the check has ended.")
    rows = ([p.code, p.row or "", p.line or "", p.column, p.value, p.wrong, p.allowed] for p in found.problems)
    text = csv_text(["code", "row", "spreadsheet row", "column", "value", "what is wrong", "what is allowed"], rows)
    return _file(text, "problems.csv")


def _file(text: str, name: str) -> Response:
    told = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=told)


@router.post("/audits/{ref}/frame/{token}/keep", file_of_analyst)
def keep_frame(visit: Visit, sent: Sent) -> Response:
    """Keep the file that was checked as the audit's list of filings."""
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking):
        raise Conflict("The file is still being checked. Wait until the check has ended.")
    order = checking.order_of(sent.upload)
    now = allowed_in(visit.session, sent.audit)
    if order.allowed != now:
        return _check_again(visit, sent, replace(order, allowed=now))
    profile = None
    if found.mapped is not None:
        draft = draft_of(sent.upload.folder, _kind(visit, sent))
        name = " ".join(visit.sent("name").split())
        if draft is None or not 0 < len(name) <= LONGEST_NAME:
            raise Conflict(f"Enter a name of 1 to {LONGEST_NAME} characters for the mapping. Nothing was kept yet.")
        profile = replace(draft.profile, name=name)
    frame = import_frame(
        visit.session, sent.audit, found, file_name=sent.upload.file_name, by=visit.viewer.id, profile=profile
    )
    said = (
        f"{frame.rows:,} filings of {frame.practitioners:,} practitioners are imported. The audit lead locks the "
        "list next."
    )
    return visit.redirect(f"/audits/{sent.audit.ref}/frame", said)


def _check_again(visit: Visit, sent: Sent, order: checking.Order) -> Response:
    """Have a file checked once more, where what the audit allows is not what the file was checked by."""
    try:
        checking.start(sent.upload, order, by=visit.viewer.id)
    except checking.Busy as busy:
        return one_at_a_time(visit, sent.audit, busy)
    said = (
        "The audit’s framework or the service areas have changed since this file was checked, so it is checked again. "
        "Nothing is stored yet."
    )
    return visit.redirect(f"/audits/{sent.audit.ref}/frame/{sent.upload.token}", said, done=False)
