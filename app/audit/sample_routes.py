"""Doors of the frame, the sample and the allocation."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from app.audit import actions, queries
from app.audit.enums import CASE_STATE_LABELS, LAW_TYPE_SHORT, AuditState, CaseState, LawType
from app.audit.forms import AllocateForm, SeedForm
from app.audit.guards import any_audit, audit_for
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT
from app.audit.sample_actions import draw_for, import_frame, read_frame_for
from app.audit.thresholds.document import ThresholdDocument
from app.db import PageOf
from app.doors import Doors, Visit
from app.errors import Conflict
from app.forms import fill
from app.pages import Filled, Page
from app.people.enums import Role
from app.people.models import Person
from app.sampling import queries as sampling
from app.sampling.actions import set_aside_upload, summary_of, upload
from app.sampling.models import Frame, SampleDraw
from app.sampling.reading import FrameReading
from app.workflow import Situation

doors = Doors()
frame_readers = audit_for(Role.ANALYST, Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR)
analyst = audit_for(Role.ANALYST)
lead = audit_for(Role.LEAD)
# The page shows this many problems; the command line shows all that are kept.
SHOWN = 200


@dataclass(frozen=True, kw_only=True)
class FramePage(Page):
    """The list of filings: what is there, and the form that brings it."""

    template: ClassVar[str] = "audit/frame.html"
    audit: Audit
    form: Filled
    frame: Frame | None
    refusal: str | None
    may_import: bool
    law_types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class FrameProblemsPage(Page):
    """Everything that is wrong with a file."""

    template: ClassVar[str] = "audit/frame_problems.html"
    audit: Audit
    file_name: str
    reading: FrameReading
    shown: int


@dataclass(frozen=True, kw_only=True)
class FrameCheckPage(Page):
    """What a clean file holds, before it is kept."""

    template: ClassVar[str] = "audit/frame_check.html"
    audit: Audit
    file_name: str
    reading: FrameReading
    token: str
    summary: Mapping[str, Mapping[str, int]]
    law_types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class SamplePage(Page):
    """The sample: the seed's form before the draw, how it covers the population after it."""

    template: ClassVar[str] = "audit/sample.html"
    audit: Audit
    form: Filled
    frame: Frame | None
    draw: SampleDraw | None
    may_draw: bool
    refusal: str | None
    cases: PageOf[AuditCase]
    coverage: Sequence[tuple[str, Sequence[tuple[str, int, int]]]]
    law_types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class AllocationPage(Page):
    """Who grades what: the form before fieldwork, progress by person after it."""

    template: ClassVar[str] = "audit/allocation.html"
    audit: Audit
    form: Filled
    may_allocate: bool
    auditors: Sequence[Person]
    progress: Sequence[tuple[str, Mapping[CaseState, int]]]
    count: int


@dataclass(frozen=True, kw_only=True)
class CasesPage(Page):
    """The cases of an audit that the person may open."""

    template: ClassVar[str] = "audit/cases.html"
    audit: Audit
    document: ThresholdDocument
    cases: PageOf[AuditCase]
    areas: Sequence[str]
    wanted: queries.Wanted
    names: Mapping[int, str]
    states: Mapping[CaseState, str]
    law_types: Mapping[str, str]
    shows_auditors: bool


def law_labels(audit: Audit) -> dict[str, str]:
    """Return the short names of an audit's law types."""
    return {w: LAW_TYPE_SHORT[LawType(w)] for w in audit.law_types}


def _frame_page(visit: Visit, audit: Audit, form: Filled) -> FramePage:
    return FramePage(
        title="Filings", audit=audit, form=form, frame=sampling.frame(visit.session, audit.frame_id),
        refusal=actions.may_import_frame(audit), may_import=visit.viewer.has(Role.ANALYST, audit=audit.ref), law_types=law_labels(audit),
    )  # fmt: skip


@doors.get("/audits/{ref}/frame", frame_readers)
def frame_page(visit: Visit, audit: Audit) -> Response:
    """Show the list of filings."""
    return visit.render(_frame_page(visit, audit, Filled()))


@doors.post("/audits/{ref}/frame", analyst)
def send_frame(visit: Visit, audit: Audit) -> Response:
    """Read a file and show what is in it, or everything that is wrong with it; nothing is stored yet."""
    refusal = actions.may_import_frame(audit)
    if refusal:
        raise Conflict(refusal)
    file = visit.files.get("file")
    if file is None or not file.filename:
        missing = Filled().with_errors(file="Choose the file with the list of filings")
        return visit.render(_frame_page(visit, audit, missing), status=422)
    reading = read_frame_for(visit.session, audit, file.file)
    if reading.problems:
        problems = FrameProblemsPage(title="This file cannot be imported yet", audit=audit, file_name=file.filename, reading=reading, shown=SHOWN)
        return visit.render(problems, status=422)
    file.file.seek(0)
    page = FrameCheckPage(
        title="Check what is in the file", audit=audit, file_name=file.filename, reading=reading,
        token=set_aside_upload(visit.settings.data_dir, file.file), summary=summary_of(reading.filings), law_types=law_labels(audit),
    )  # fmt: skip
    return visit.render(page)


@doors.post("/audits/{ref}/frame/keep", analyst)
def keep_frame(visit: Visit, audit: Audit) -> Response:
    """Keep the file that was checked as the audit's list of filings."""
    with upload(visit.settings.data_dir, visit.sent("token")) as file:
        if file is None:
            raise Conflict("The file is not here any more. Send it again on the ‘Filings’ page.")
        reading = read_frame_for(visit.session, audit, file)
    frame = import_frame(visit.session, audit, reading, file_name=visit.sent("file_name"), by=visit.viewer.id)
    return visit.redirect(f"/audits/{audit.ref}/frame", f"{frame.rows:,} filings of {frame.practitioners:,} practitioners are imported and locked.")


def _coverage(visit: Visit, audit: Audit, frame: Frame | None) -> list[tuple[str, list[tuple[str, int, int]]]]:
    """Return, for areas, law types and bands, the practitioners in the frame and the cases drawn."""
    if frame is None or audit.draw_id is None:
        return []
    labels, drawn = law_labels(audit), queries.sample_counts(visit.session, audit)
    population: Mapping[str, Mapping[str, int]] = frame.summary
    order = [a.code for a in queries.service_areas(visit.session)]
    areas = [(a, population["service_area"][a], drawn["area"].get(a, 0)) for a in order if a in population["service_area"]]
    laws = [(labels[w], population["law_type"].get(w, 0), drawn["law_type"].get(w, 0)) for w in audit.law_types]
    bands = [(b, population["performance_band"].get(b, 0), drawn["performance_band"].get(b, 0)) for b in audit.bands]
    return [("Service area", areas), ("Law type", laws), ("Performance band", bands)]


def _sample_page(visit: Visit, audit: Audit, form: Filled) -> SamplePage:
    frame = sampling.frame(visit.session, audit.frame_id)
    known = {"frame_imported_by": frame.imported_by if frame else None}
    offers = AUDIT.offers(audit, Situation(visit.viewer, audit.ref, known=known))
    offer = next((o for o in offers if o.transition.name == "draw"), None)
    cases = queries.sample_of(visit.session, audit, visit.query("page"))
    return SamplePage(
        title="Sample", audit=audit, form=form, frame=frame, draw=sampling.sample_draw(visit.session, audit.draw_id),
        may_draw=offer is not None, refusal=offer.refusal if offer else None, cases=cases, law_types=law_labels(audit),
        coverage=_coverage(visit, audit, frame),
    )  # fmt: skip


@doors.get("/audits/{ref}/sample", frame_readers)
def sample_page(visit: Visit, audit: Audit) -> Response:
    """Show the sample, or the form that draws it."""
    return visit.render(_sample_page(visit, audit, Filled()))


@doors.post("/audits/{ref}/sample", lead)
def draw_sample(visit: Visit, audit: Audit) -> Response:
    """Draw the sample."""
    sent, form = fill(SeedForm, visit.form)
    if sent is None:
        return visit.render(_sample_page(visit, audit, form), status=422)
    kept = draw_for(visit.session, audit, seed=sent.seed, by=visit.viewer)
    return visit.redirect(f"/audits/{audit.ref}/sample", f"{kept.drawn:,} cases are drawn. Allocate them next.")


@doors.get("/audits/{ref}/sample/receipt", frame_readers)
def receipt(visit: Visit, audit: Audit) -> Response:
    """Give the draw's receipt as a file."""
    draw = sampling.sample_draw(visit.session, audit.draw_id)
    if draw is None:
        raise Conflict("The sample has not been drawn yet, so there is no receipt.")
    body: Any = draw.receipt
    return JSONResponse(body, headers={"Content-Disposition": f'attachment; filename="{audit.ref}-receipt.json"'})


def _allocation_page(visit: Visit, audit: Audit, form: Filled) -> AllocationPage:
    by_person: dict[str, dict[CaseState, int]] = {}
    for name, state, count in queries.progress_by_auditor(visit.session, audit):
        by_person.setdefault(name, {})[state] = count
    counts = queries.counts_by_state(visit.session, audit)
    return AllocationPage(
        title="Allocation and progress", audit=audit, form=form, auditors=queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit),
        may_allocate=audit.state is AuditState.SAMPLED and visit.viewer.has(Role.LEAD, audit=audit.ref),
        progress=list(by_person.items()), count=sum(counts.values()),
    )  # fmt: skip


@doors.get("/audits/{ref}/allocation", audit_for(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT))
def allocation_page(visit: Visit, audit: Audit) -> Response:
    """Show who grades how many cases and how far they are."""
    everyone = [str(p.id) for p in queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)]
    return visit.render(_allocation_page(visit, audit, Filled({"auditors": everyone})))


@doors.post("/audits/{ref}/allocation", lead)
def allocate(visit: Visit, audit: Audit) -> Response:
    """Share the cases out and open fieldwork."""
    sent, form = fill(AllocateForm, visit.form)
    if sent is None:
        return visit.render(_allocation_page(visit, audit, form), status=422)
    counts = actions.allocate_cases(visit.session, audit, auditors=sent.auditors, by=visit.viewer)
    fewest, most = min(counts.values()), max(counts.values())
    spread = f"{most} each" if fewest == most else f"{fewest} to {most} each"
    return visit.redirect(f"/audits/{audit.ref}/allocation", f"The cases are allocated, {spread}. Grading can start.")


@doors.get("/audits/{ref}/cases", any_audit)
def cases_page(visit: Visit, audit: Audit) -> Response:
    """List the cases that the person may open."""
    wanted = queries.Wanted(visit.query("area"), visit.query("state"))
    cases = queries.cases_of(visit.session, visit.viewer, audit, wanted, visit.query("page"))
    names = queries.names(visit.session, frozenset(c.auditor_id for c in cases.rows if c.auditor_id))
    page = CasesPage(
        title="Cases", audit=audit, document=queries.document_of(audit), cases=cases, names=names, wanted=wanted,
        areas=queries.areas_of(visit.session, visit.viewer, audit), states=CASE_STATE_LABELS,
        law_types=law_labels(audit), shows_auditors=visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref),
    )  # fmt: skip
    return visit.render(page)
