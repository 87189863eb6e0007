"""The stages of an audit on its home, each with its state and the page behind it: the list of what there is to do."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from app.audit import queries as audit_queries
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.enums import AuditState, BenchmarkState, CaseState
from app.audit.filings.actions import may_import_frame
from app.audit.models import Audit
from app.audit.rules import AUDIT, SIGNERS
from app.audit.staff.queries import FOLLOWERS
from app.labels import plural
from app.people.enums import Role
from app.people.rules import Viewer
from app.report.blockers import NOT_YET as NOT_GRADED
from app.report.blockers import count_open
from app.report.comparison.queries import comparison
from app.report.document.queries import open_revision
from app.report.packs.document import address
from app.report.packs.queries import areas_to_read
from app.report.publication.actions import standing, unsigned
from app.report.queries import BEFORE_PUBLICATION, REPORTED, may_read_report
from app.web.routing import Visit

BEFORE_FIELDWORK = (AuditState.DRAFT, AuditState.COMMISSIONED, AuditState.FRAMEWORK_AGREED, AuditState.SAMPLED)
GRADED = (CaseState.GRADED, CaseState.FINAL)
NOT_YET = "Cannot start yet"
Link = Callable[..., str]


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage of an audit: its state, and the page behind it if the person may open it."""

    name: str
    hint: str
    state: str
    link: str = ""

    @property
    def item(self) -> dict[str, Any]:
        """Return the stage as GOV.UK's task list has it."""
        colour = "grey" if self.state in {NOT_YET, "Not yet", "Not chosen yet", "None"} else "blue"
        tag = {"text": self.state, "classes": f"app-tag govuk-tag--{colour}"}
        status = {"text": "Done"} if self.state == "Done" else {"tag": tag}
        link = {"href": self.link} if self.link else {}
        return {"title": {"text": self.name}, "hint": {"text": self.hint}, "status": status, **link}


def sees_progress(viewer: Viewer, audit: Audit) -> bool:
    """Say whether somebody follows how far the grading of an audit is."""
    return viewer.has(*FOLLOWERS, audit=audit.ref)


def stages_of(visit: Visit, audit: Audit) -> Sequence[Stage]:
    """Return an audit's stages in their order, as far as they concern this person."""
    viewer = visit.viewer

    def link(page: str, *roles: Role) -> str:
        return f"/audits/{audit.ref}/{page}" if not roles or viewer.has(*roles, audit=audit.ref) else ""

    done = [*_to_the_sample(audit, link), *_fieldwork(visit, audit, link)]
    if audit.imported:
        done = [replace(stage, hint="Brought in with its results") for stage in done]
    return [*done, *_after(visit, audit, link)]


def _status(audit: Audit, done_from: AuditState, *, ready: bool) -> str:
    order = list(AuditState)
    reached = order.index(audit.state) if audit.state is not AuditState.WITHDRAWN else 0
    return "Done" if reached >= order.index(done_from) else "Ready" if ready else NOT_YET


def _to_the_sample(audit: Audit, link: Link) -> Iterator[Stage]:
    frame_readers = (Role.ANALYST, Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR)
    agreed = _status(audit, AuditState.FRAMEWORK_AGREED, ready=audit.state is not AuditState.DRAFT)
    yield Stage("Agree the framework", "An assistant director", agreed, link("framework"))
    imported = "Ready" if may_import_frame(audit, None) is None else NOT_YET
    imported = "Done" if audit.frame_id or audit.imported else imported
    yield Stage("Import the list of filings", "An analyst", imported, link("frame", *frame_readers))
    ready = audit.state is AuditState.FRAMEWORK_AGREED and audit.frame_id is not None
    drawn = _status(audit, AuditState.SAMPLED, ready=ready)
    yield Stage("Draw the sample", "The audit lead", drawn, link("sample", *frame_readers))
    allocated = _status(audit, AuditState.FIELDWORK, ready=audit.state is AuditState.SAMPLED)
    allocation = link("allocation", Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT)
    yield Stage("Allocate the cases", "The audit lead", allocated, allocation)


def _fieldwork(visit: Visit, audit: Audit, link: Link) -> Iterator[Stage]:
    grading = (
        "In progress" if audit.state is AuditState.FIELDWORK else _status(audit, AuditState.FINALISED, ready=False)
    )
    follows = sees_progress(visit.viewer, audit) and audit.state is AuditState.FIELDWORK
    graders = "Improvement managers, heads of service, the audit lead"
    yield Stage("Grade, review and challenge", graders, grading, link("progress" if follows else "cases"))
    if audit.state not in BEFORE_FIELDWORK and not audit.imported and visit.viewer.has(Role.LEAD, audit=audit.ref):
        state = _benchmarking(visit, audit, grading)
        yield Stage("Benchmark", "The audit lead and the benchmarkers", state, link("benchmarks"))
    finalise = link("finalise", *AUDIT["finalise"].roles) if audit.state is AuditState.FIELDWORK else ""
    yield Stage("Finalise", "The audit lead, when nothing is open", _finalise_state(visit, audit), finalise)


def _benchmarking(visit: Visit, audit: Audit, grading: str) -> str:
    states = Counter(of.state for of in benchmark_queries.benchmarks_of(visit.session, audit))
    if audit.state is not AuditState.FIELDWORK:
        return grading if states else "None"
    waiting = states[BenchmarkState.DIFFERS]
    return f"{plural(waiting, 'difference')} to resolve" if waiting else grading if states else "Ready"


def _finalise_state(visit: Visit, audit: Audit) -> str:
    if audit.state in {AuditState.FINALISED, AuditState.PUBLISHED}:
        return "Done"
    if audit.state is not AuditState.FIELDWORK:
        return NOT_YET
    if not AUDIT["finalise"].is_for(visit.viewer, audit.ref):
        return "Not yet"
    by_state = audit_queries.counts_by_state(visit.session, audit)
    ungraded = sum(by_state.get(state, 0) for state in NOT_GRADED)
    count = count_open(visit.session, visit.viewer, audit, ungraded)
    return f"{plural(count, 'thing')} still open" if count else "Ready"


def _after(visit: Visit, audit: Audit, link: Link) -> Iterator[Stage]:
    """Yield what follows the grading: the comparison, the report, and the packs of the areas."""
    if not audit.imported and visit.viewer.has(Role.LEAD, audit=audit.ref):
        chosen = "Done" if comparison(visit.session, audit) else "Not chosen yet"
        yield Stage("Choose an earlier audit to compare with", "The audit lead", chosen, link("report/comparison"))
    if not audit.imported and visit.viewer.has(*BEFORE_PUBLICATION, audit=audit.ref):
        making, who = link("report/making") if audit.state in REPORTED else "", "The audit lead and the director"
        yield Stage("Write the report and sign it off", who, _signed(visit, audit), making)
    report = link("report") if may_read_report(visit.viewer, audit) else ""
    ready = audit.state is AuditState.FINALISED and not unsigned(visit.session, audit)
    published = _status(audit, AuditState.PUBLISHED, ready=ready)
    if not audit.rehearsal:
        yield Stage("Publish the report", "The national service director", published, report)
    elif report:
        yield Stage("Read the report", "A rehearsal is never published", "Ready", report)
    yield from _packs(visit, audit)


def _signed(visit: Visit, audit: Audit) -> str:
    if audit.state not in REPORTED:
        return NOT_YET
    if audit.state is AuditState.PUBLISHED and not open_revision(visit.session, audit):
        return "Done"
    return f"{len(standing(visit.session, audit))} of {len(SIGNERS)} signed off"


def _packs(visit: Visit, audit: Audit) -> Iterator[Stage]:
    """Yield the packs that the person may read once the audit ended: their one area's, or the list of them."""
    if audit.state not in REPORTED or audit_queries.is_grading(visit.session, visit.viewer):
        return
    areas = areas_to_read(visit.session, visit.viewer, audit)
    if len(areas) == 1:
        yield Stage("Read the area pack", f"Area pack: {areas[0]}", "Ready", address(audit, areas[0]))
    elif areas:
        yield Stage(
            "Read the area packs",
            f"{plural(len(areas), 'service area')}, each with its improvement plan",
            "Ready",
            f"/audits/{audit.ref}/areas",
        )
