"""Routes of an earlier audit's results: send them, say what they are of, see the figures, keep them."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any, ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.filings.mapped import named_after
from app.audit.library import queries as library_queries
from app.audit.models import Audit, ThresholdText
from app.clock import day as in_words
from app.documents import Table
from app.earlier import checking
from app.earlier.actions import import_results
from app.earlier.checking import Found, Order
from app.earlier.mapping.kind import KIND
from app.earlier.targets import TargetsRefused, read_targets
from app.earlier.trial import try_results
from app.errors import Conflict
from app.mapping import queries as mappings
from app.mapping.actions import save_mapping
from app.mapping.profile import LONGEST_NAME
from app.people.queries import kinds_now
from app.people.rules import Viewer, area_key
from app.sampling import checking as lists
from app.sampling import uploads
from app.sampling.columns import NO_BANDS, Allowed
from app.sampling.commands import EVER
from app.sampling.mapping.exports import ByMapping
from app.sampling.reading import FrameReading
from app.tables.problems import MOST_GROUPS, Group, Known
from app.tables.writing import csv_text
from app.web.forms import fill, readable
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.work.earlier import sent as sending
from app.work.earlier.forms import EarlierForm, window_faults
from app.work.earlier.guards import bringer, results_of_sender
from app.work.earlier.sent import Sent
from app.work.sources.kinds import FILINGS

router = Router()
START = "/audits/earlier"
MOST_TARGETS = 1 << 20
# A list of an earlier audit's filings is read while its sender waits.
PATIENCE = 60.0


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """Send the results of an earlier audit."""

    template: ClassVar[str] = "work/earlier/start.html"
    form: Filled
    thresholds: Sequence[tuple[str, str]]
    sources: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class ProblemsPage(Page):
    """Everything that is wrong with a file of results, or with the list beside it."""

    template: ClassVar[str] = "work/earlier/problems.html"
    here: str
    file_name: str
    groups: Sequence[Group]
    total: int
    shown: int
    mapped: bool
    # Whether they are of the list that came beside the results.
    of_list: bool = False


@dataclass(frozen=True, kw_only=True)
class DetailsPage(Page):
    """What the results are of."""

    template: ClassVar[str] = "work/earlier/details.html"
    here: str
    form: Filled
    file_name: str
    threshold: str
    found: Found
    filings: int | None
    targets: str
    left_out: int


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """The figures of an earlier audit, before anything is kept."""

    template: ClassVar[str] = "work/earlier/check.html"
    here: str
    about: Sequence[tuple[str, str]]
    details: Mapping[str, Any]
    sentences: Sequence[str]
    tables: Sequence[Table]
    warnings: Sequence[Known]
    unused: Sequence[str]
    new_areas: Sequence[str]
    mapping_name: str
    seen: str


def _documents(visit: Visit) -> Sequence[ThresholdText]:
    return [t for t in library_queries.thresholds(visit.session) if t.subject == "case"]


def _start_page(visit: Visit, form: Filled) -> StartPage:
    return StartPage(
        title="Bring in an earlier audit",
        form=form,
        thresholds=[(str(t.id), f"{t.title} ({t.version})") for t in _documents(visit)],
        sources=[source.name for source, _ in mappings.newest(visit.session, KIND)],
    )


@router.get(START, bringer)
def start_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for the results."""
    return visit.render(_start_page(visit, Filled()))


@router.post(START, bringer, writes=False)
def send_results(visit: Visit, viewer: Viewer) -> Response:
    """Read the files that were sent; nothing is stored in the database."""
    document = next((t for t in _documents(visit) if str(t.id) == visit.sent("threshold")), None)
    file, errors = visit.files.get("file"), _missing(visit, document)
    if errors or file is None or document is None:
        form = Filled({"threshold": visit.sent("threshold")}, errors)
        return visit.render(_start_page(visit, form), status=422)
    name = file.filename or ""
    upload = uploads.set_aside(visit.settings.data_dir, file.file, name)
    of = Sent(upload, viewer.id, document.id, _list_sent(visit, viewer), _targets(visit, document))
    of.keep()
    checking.check(of.folder, _order(visit, document, named_after(name)))
    return visit.redirect(of.here)


def _missing(visit: Visit, document: ThresholdText | None) -> dict[str, str]:
    """Return what is missing or wrong with what was sent besides the results, by field."""
    errors = {} if document else {"threshold": "Choose the threshold document that the cases were graded by"}
    file = visit.files.get("file")
    if file is None or not file.filename:
        errors["file"] = "Choose the file with the results"
    try:
        if document:
            _targets(visit, document)
    except TargetsRefused as refused:
        errors["targets"] = " ".join(refused.problems[:3])
    return errors


def _targets(visit: Visit, document: ThresholdText) -> dict[str, Any] | None:
    file = visit.files.get("targets")
    if file is None or not file.filename:
        return None
    file.file.seek(0)
    text = file.file.read(MOST_TARGETS).decode("utf-8-sig", "replace")
    levels = [level.code for level in library_queries.document(document).scale]
    return read_targets(text, levels, kinds_now(visit.session).law_types.codes)


def _list_sent(visit: Visit, viewer: Viewer) -> str:
    """Have the list that came with results checked, and return its token; empty where there is none."""
    file = visit.files.get("list")
    if file is None or not file.filename:
        return ""
    upload = uploads.set_aside(visit.settings.data_dir, file.file, file.filename)
    try:
        order = lists.Order(_any_filing(visit), sent_for=sending.SENT_FOR, mapping=_known_lists(visit))
        lists.start(upload, order, by=viewer.id)
    except lists.Busy as busy:
        uploads.remove(upload)
        said = f"{busy.file_name or 'Another file of yours'} is still being checked. Send these when that has ended."
        raise Conflict(said) from busy
    lists.wait(upload, PATIENCE)
    return upload.token


def _known_lists(visit: Visit) -> ByMapping:
    """Return how a list in other words than ours is read: by a mapping that was kept for lists of filings."""
    areas = {area.code: area.name for area in audit_queries.service_areas(visit.session)}
    laws = kinds_now(visit.session).law_types.reopened()
    known = sorted(mappings.newest(visit.session, FILINGS), key=lambda one: one[1].made_at, reverse=True)
    return ByMapping(areas, laws.shorts(laws.codes), known=[version.body for _, version in known])


def _any_filing(visit: Visit) -> Allowed:
    kinds = kinds_now(visit.session).reopened()
    bands = "reject" if kinds.bands.all else NO_BANDS
    return Allowed((), kinds.law_types.codes, (), EVER, missing_band=bands, kinds=kinds)


def _order(visit: Visit, document: ThresholdText, name: str) -> Order:
    known = sorted(mappings.newest(visit.session, KIND), key=lambda one: one[1].made_at, reverse=True)
    areas = {area.code: area.name for area in audit_queries.service_areas(visit.session)}
    kinds = asdict(kinds_now(visit.session))
    return Order(document.text, kinds, areas, name, [version.body for _, version in known])


def list_reading(visit: Visit, of: Sent) -> FrameReading | None:
    """Return what the list beside results holds, None where there is none; raises Conflict while it is checked."""
    if not of.list_token:
        return None
    upload = of.list_of(visit.settings.data_dir)
    if upload is None:
        raise Conflict("The list that came with these results is not there any more. Send both once more.")
    found = lists.outcome(upload)
    if isinstance(found, lists.Checking):
        raise Conflict("The list is still being checked. Open this page again in a minute.")
    return found


def _not_ready(visit: Visit, of: Sent, found: Found) -> Response | None:
    """Return the page of what has to be decided or mended first, or None where all is well."""
    if found.mapped and found.mapped.opens:
        return visit.redirect(f"{of.here}/map")
    if found.total_problems:
        return visit.render(_problems(of, of.upload.file_name, found, mapped=found.mapped is not None))
    reading = list_reading(visit, of)
    if reading is not None and reading.total_problems:
        return visit.render(replace(_problems(of, "the list of filings", reading, mapped=False), of_list=True))
    return None


def _problems(of: Sent, name: str, found: Found | FrameReading, *, mapped: bool) -> ProblemsPage:
    return ProblemsPage(
        title="These results cannot be brought in yet",
        here=of.here,
        file_name=name,
        groups=found.groups,
        total=found.total_problems,
        shown=MOST_GROUPS,
        mapped=mapped,
    )


@router.get("/audits/earlier/{token}", results_of_sender)
def details_page(visit: Visit, of: Sent) -> Response:
    """Ask what the results are of, or lead to what has to be decided or mended first."""
    found = checking.outcome(of.folder)
    kept = sending.details_of(of)
    return _not_ready(visit, of, found) or visit.render(_details(visit, of, found, _first_form(found, kept)))


def _first_form(found: Found, kept: Mapping[str, Any] | None) -> Filled:
    """Return the form as it was sent last, or with the window in which the cases of the file were filed."""
    days = [r.filed_on for r in found.results if r.filed_on]
    ends = kept or ({"window_from": min(days), "window_to": max(days)} if days else {})
    values = dict(kept or {})
    for name in ("window_from", "window_to"):
        if ends.get(name):
            parts = str(ends[name]).split("-")
            values |= {f"{name}-{p}": str(int(n)) for p, n in zip(("year", "month", "day"), parts, strict=True)}
    return Filled(values)


def _details(visit: Visit, of: Sent, found: Found, form: Filled) -> DetailsPage:
    reading = list_reading(visit, of)
    document = visit.session.get_one(ThresholdText, of.threshold_id)
    return DetailsPage(
        title="Which audit was it?",
        here=of.here,
        form=form,
        file_name=of.upload.file_name,
        threshold=f"{document.title} ({document.version})",
        found=found,
        filings=reading.rows if reading else None,
        targets=_targets_in_words((of.targets or {}).get("targets") or {}),
        left_out=sum(found.mapped.left_out.values()) if found.mapped else 0,
    )


def _targets_in_words(targets: Mapping[str, Any]) -> str:
    said = "{good_percent}% at least at the best level, {not_met_percent}% at most at the lowest"
    return said.format(**targets) if targets else ""


@router.post("/audits/earlier/{token}", results_of_sender)
def try_it(visit: Visit, of: Sent) -> Response:
    """Work out the figures that the results give; nothing of it stays in the database."""
    found = checking.outcome(of.folder)
    not_ready = _not_ready(visit, of, found)
    if not_ready is not None:
        return not_ready
    form, filled = fill(EarlierForm, visit.form)
    faults = _faults(visit, form or readable(EarlierForm, visit.form))
    if form is None or faults:
        filled = filled.with_errors(**{**faults, **filled.errors})
        return visit.render(_details(visit, of, found, filled), status=422)
    audit = sending.audit_of(of, form.model_dump(), visit.session.get_one(ThresholdText, of.threshold_id))
    tried = try_results(visit.session, audit, found.results, frame=list_reading(visit, of), by=visit.viewer.id)
    sending.keep_details(of, form, tried)
    return visit.redirect(f"{of.here}/check")


def _faults(visit: Visit, read: EarlierForm) -> dict[str, str]:
    found = window_faults(read.window_from, read.window_to) if read.window_from and read.window_to else {}
    if read.ref and audit_queries.is_taken(visit.session, read.ref):
        found["ref"] = f"There is already an audit with the reference {read.ref}. Choose another reference"
    return found


@router.get("/audits/earlier/{token}/check", results_of_sender)
def check_page(visit: Visit, of: Sent) -> Response:
    """Show the figures before anything is kept."""
    details, tried, found = sending.details_of(of), sending.tried_of(of), checking.outcome(of.folder)
    if details is None or tried is None:
        return visit.redirect(of.here)
    threshold = visit.session.get_one(ThresholdText, of.threshold_id)
    page = CheckPage(
        title="Check the figures",
        here=of.here,
        about=_about(of, details, threshold, found, list_reading(visit, of)),
        details=details,
        sentences=tried.sentences,
        tables=tried.tables,
        warnings=[w for w in found.warnings if w.kind != "W-COLUMN"],
        unused=found.unused,
        new_areas=_new_areas(visit, found),
        mapping_name=found.draft.profile.name if found.draft else "",
        seen=tried.sha256,
    )
    return visit.render(page)


def _new_areas(visit: Visit, found: Found) -> list[str]:
    known = {area.code for area in audit_queries.service_areas(visit.session)}
    return sorted({r.service_area for r in found.results} - known, key=area_key)


def _about(
    of: Sent, details: Mapping[str, Any], threshold: ThresholdText, found: Found, reading: FrameReading | None
) -> list[tuple[str, str]]:
    window = sending.audit_of(of, details, threshold)
    lines = [
        ("File", of.upload.file_name),
        ("Window", f"{in_words(window.window_from)} to {in_words(window.window_to)}"),
        ("Graded by", f"{threshold.title} ({threshold.version})"),
        ("Cases", f"{len(found.results):,}"),
    ]
    lines += [("Filings in the list", f"{reading.rows:,}")] if reading else []
    left = sum(found.mapped.left_out.values()) if found.mapped else 0
    return lines + ([("Rows left out", f"{left:,}")] if left else [])


CHANGED = (
    "Something has changed since these figures were worked out, so nothing was kept. Look at the figures as they are "
    "now, and keep them then."
)


@router.post("/audits/earlier/{token}/keep", results_of_sender)
def keep_results(visit: Visit, of: Sent) -> Response:
    """Keep the results as a finalised audit, with the figures that were shown."""
    details, found, tried = sending.details_of(of), checking.outcome(of.folder), sending.tried_of(of)
    if details is None or tried is None or visit.sent("seen") != tried.sha256:
        return visit.redirect(of.here, CHANGED, done=False)
    audit = sending.audit_of(of, details, visit.session.get_one(ThresholdText, of.threshold_id))
    if audit_queries.is_taken(visit.session, audit.ref):
        said = f"There is an audit with the reference {audit.ref} by now. Choose another reference."
        return visit.redirect(of.here, said, done=False)
    kept = import_results(visit.session, audit, found.results, frame=list_reading(visit, of), by=visit.viewer.id)
    name = " ".join(visit.sent("name").split())[:LONGEST_NAME]
    if found.draft and name:
        save_mapping(visit.session, replace(found.draft.profile, name=name), by=visit.viewer.id)
    return _kept(visit, kept, len(found.results))


def _kept(visit: Visit, kept: Audit, cases: int) -> Response:
    said = f"{kept.name} is kept as {kept.ref}, with {cases:,} cases and the figures that you saw."
    if kept in audit_queries.audits(visit.session, visit.viewer):
        return visit.redirect(f"/audits/{kept.ref}", said)
    said += " It is for those with a role for every audit; ask an administrator for one on it."
    return visit.redirect("/audits", said)


@router.get("/audits/earlier/{token}/problems.csv", results_of_sender)
def problems_file(_visit: Visit, of: Sent) -> Response:
    """Give everything that is wrong with the results as a file."""
    found = checking.outcome(of.folder)
    rows = ([p.code, p.row or "", p.line or "", p.column, p.value, p.wrong, p.allowed] for p in found.problems)
    text = csv_text(["code", "row", "spreadsheet row", "column", "value", "what is wrong", "what is allowed"], rows)
    told = {"Content-Disposition": 'attachment; filename="problems.csv"'}
    return Response(text, media_type="text/csv; charset=utf-8", headers=told)
