"""Routes of the mapping of a file: what to decide, what was recognised, count again."""

from starlette.responses import Response

from app.audit.filings import queries as filings_queries
from app.audit.filings.routes import PATIENCE, Sent, checking_page, file_of_analyst, one_at_a_time
from app.audit.mapping import pages
from app.audit.mapping.pages import MapPage
from app.audit.mapping.rules import Decided, decided
from app.errors import Conflict
from app.labels import plural
from app.mapping.kinds import Kind
from app.sampling import checking
from app.sampling.mapping.balance import balance, bar_of
from app.sampling.mapping.draft import Draft, draft_as_json
from app.sampling.mapping.exports import ByMapping, draft_of, survey_of
from app.sampling.mapping.result import Mapped
from app.sampling.mapping.survey import Survey
from app.sampling.reading import FrameReading
from app.web.pages import Filled
from app.web.routing import Router, Visit

router = Router()
CHECK = "check"
# What is wrong with a file itself: its rows could not be read, or none are left.
UNMENDED = ("E-EMPTY", "E-CSV", "E-ENCODING", "E-SHEET", "E-KIND", "E-SIZE", "E-CELLS")
CHANGED = (
    "The mapping was changed in another window since you opened this page, so nothing of it was used. Look at how it "
    "is now, and decide again."
)


def _kind(visit: Visit, sent: Sent, reading: FrameReading) -> Kind:
    return filings_queries.by_mapping(visit.session, sent.audit).kind(reading.allowed)


def here_of(sent: Sent) -> str:
    """Return the address of a file that was sent."""
    return f"/audits/{sent.audit.ref}/frame/{sent.upload.token}"


def _page(
    visit: Visit, sent: Sent, reading: FrameReading, mapped: Mapped, survey: Survey, draft: Draft, form: Filled
) -> MapPage:
    kind = _kind(visit, sent, reading)
    lines = balance(mapped, kind, reading.allowed.window, reading.rows)
    wrong = [problem.wrong for problem in reading.problems if problem.code in UNMENDED]
    to_decide = pages.decisions(mapped, survey, kind)
    left, waits = sum(mapped.left_out.values()), sum(mapped.waiting.values())
    areas = len(reading.counts.get("service_area", ()))
    return MapPage(
        title="Map the file",
        of=sent.audit.name,
        here=here_of(sent),
        sent_at=f"/audits/{sent.audit.ref}/frame",
        sent_on="Filings",
        check="Check the list",
        form=form,
        lead="" if wrong else pages.lead(len(mapped.opens) + mapped.more_opens, sent.upload.file_name),
        wrong=wrong,
        decisions=to_decide,
        more_to_decide=mapped.more_opens,
        fields=list(pages.field_lines(survey, draft, kind)),
        rules=list(pages.rule_lines(reading, mapped, draft, kind)),
        **pages.layout(survey),
        unused=[h for h in survey.headings if h and h not in set(draft.profile.columns.values())],
        balance=lines,
        bar=bar_of([(reading.rows, "kept"), (left, "left"), (waits, "waits")]),
        bar_label=f"Of {mapped.rows:,} rows {reading.rows:,} are kept, {left:,} are left out, {waits:,} wait for you",
        people=f"{plural(reading.practitioners, 'practitioner')} in {plural(areas, 'area')}.",
        western=list(survey.western.items()),
        seen=draft.profile.sha256,
    )


@router.get("/audits/{ref}/frame/{token}/map", file_of_analyst)
def map_page(visit: Visit, sent: Sent) -> Response:
    """Show what an export means, or how far its check is."""
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking):
        return checking_page(visit, sent, found)
    known = _known(visit, sent, found)
    if known is None:
        return visit.redirect(here_of(sent))
    return visit.render(_page(visit, sent, found, *known, Filled()))


def _known(visit: Visit, sent: Sent, found: FrameReading) -> tuple[Mapped, Survey, Draft] | None:
    """Return what is known of a file that is mapped, or None."""
    survey, draft = survey_of(sent.upload.folder), draft_of(sent.upload.folder, _kind(visit, sent, found))
    return (found.mapped, survey, draft) if found.mapped and survey and draft else None


@router.post("/audits/{ref}/frame/{token}/map", file_of_analyst, writes=False)
def change_mapping(visit: Visit, sent: Sent) -> Response:
    """Take what a person decided, and count again; nothing is stored in the database."""
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking):
        raise Conflict("The file is still being checked. Wait until the check has ended.")
    known = _known(visit, sent, found)
    if known is None:
        raise Conflict("This file is not mapped. Send it once more.")
    mapped, survey, draft = known
    here = here_of(sent)
    if visit.sent("seen") != draft.profile.sha256:
        return visit.redirect(f"{here}/map", CHANGED, done=False)
    result = decided(visit.form, draft, survey, mapped.opens, _kind(visit, sent, found))
    if result.errors:
        typed = {name: values[0] for name, values in visit.form.items() if values}
        return visit.render(_page(visit, sent, found, *known, Filled(typed, result.errors)), status=422)
    return _counted_again(visit, sent, result, here)


def _counted_again(visit: Visit, sent: Sent, result: Decided, here: str) -> Response:
    order = checking.order_of(sent.upload)
    by: ByMapping = filings_queries.by_mapping(visit.session, sent.audit)
    drafted = draft_as_json(result.draft)
    mapping = ByMapping(
        by.area_names, by.law_names, by.name, (), drafted, result.columns, result.laid, plain_first=False
    )
    now = checking.Order(order.allowed, order.sheet, order.largest, order.sent_for, mapping)
    try:
        checking.start(sent.upload, now, by=visit.viewer.id)
    except checking.Busy as busy:
        return one_at_a_time(visit, sent.audit, busy)
    checking.wait(sent.upload, PATIENCE)
    found = checking.outcome(sent.upload)
    if isinstance(found, checking.Checking) or visit.sent("then") != CHECK:
        return visit.redirect(f"{here}/map" if visit.sent("then") != CHECK else here)
    if found.mapped and found.mapped.opens:
        left = len(found.mapped.opens) + found.mapped.more_opens
        said = f"{plural(left, 'thing')} {'is' if left == 1 else 'are'} still to decide before the list can be checked."
        return visit.redirect(f"{here}/map", said, done=False)
    return visit.redirect(here)
