"""Routes of the mapping of results: what to decide, what was recognised, count again."""

from collections.abc import Mapping
from dataclasses import replace

from starlette.responses import Response

from app.audit.mapping import pages
from app.audit.mapping.pages import Choice, Decision, FieldLine, MapPage
from app.audit.mapping.routes import CHANGED, CHECK, UNMENDED
from app.audit.mapping.rules import LEAVE, NEW, Decided, decided
from app.audit.thresholds.loading import read_document
from app.earlier import checking
from app.earlier.checking import Found, Order
from app.earlier.mapping.kind import NOTHING, decided_alike
from app.errors import Conflict
from app.labels import plural
from app.mapping.kinds import Kind
from app.sampling.mapping.balance import balance, bar_of
from app.sampling.mapping.draft import Draft, draft_as_json
from app.sampling.mapping.result import Mapped
from app.sampling.mapping.survey import Survey
from app.web.pages import Filled
from app.web.routing import Router, Visit
from app.work.earlier import sent as sending
from app.work.earlier.guards import results_of_sender
from app.work.earlier.routes import START
from app.work.earlier.sent import Sent

router = Router()
BEGIN = "begin"
_HINTS: Mapping[str, str] = {
    LEAVE: "It is no case of that audit. The next page counts what was left out.",
    NEW: "It is added when you keep the results.",
}
Known = tuple[Mapped, Survey, Draft]


def _known(found: Found) -> Known | None:
    return (found.mapped, found.survey, found.draft) if found.mapped and found.survey and found.draft else None


def _page(of: Sent, found: Found, known: Known, form: Filled) -> MapPage:
    mapped, survey, draft = known
    kind = _kind(checking.order_of(of.folder))
    left, waits = sum(mapped.left_out.values()), sum(mapped.waiting.values())
    kept = mapped.rows - left - waits
    lines = balance(mapped, kind, (sending.NEVER, sending.NEVER), kept)
    wrong = [problem.wrong for problem in found.problems if problem.code in UNMENDED]
    areas = len({r.service_area for r in found.results})
    return MapPage(
        title="Map the file",
        of="An earlier audit",
        here=of.here,
        sent_at=START,
        sent_on="Bring in an earlier audit",
        check="Go on",
        form=form,
        lead="" if wrong else pages.lead(len(mapped.opens) + mapped.more_opens, of.upload.file_name),
        wrong=wrong,
        decisions=[_ours(one) for one in pages.decisions(mapped, survey, kind)],
        more_to_decide=mapped.more_opens,
        fields=_fields(survey, draft, kind),
        rules=[],
        **pages.layout(survey),
        unused=list(found.unused),
        balance=[*lines[:-1], replace(lines[-1], words="Cases in the results")],
        bar=bar_of([(kept, "kept"), (left, "left"), (waits, "waits")]),
        bar_label=f"Of {mapped.rows:,} rows {kept:,} are kept, {left:,} are left out, {waits:,} wait for you",
        people=f"{plural(len(found.results), 'case')} in {plural(areas, 'area')}." if found.results else "",
        western=list(survey.western.items()),
        seen=draft.profile.sha256,
    )


def _fields(survey: Survey, draft: Draft, kind: Kind) -> list[FieldLine]:
    """Return a line for each field; how days are written is said once for all columns of them."""
    lines = list(pages.field_lines(survey, draft, kind))
    first = next((line.name for line in lines if line.orders), "")
    return [line if line.name == first else replace(line, orders=()) for line in lines]


def _ours(of: Decision) -> Decision:
    """Return what is to decide in the words of results."""
    return replace(of, choices=[_choice(one) for one in of.choices])


def _choice(one: Choice) -> Choice:
    codes = [(code, text) for code, text in one.codes if code != NOTHING] + [
        (code, "Nothing, as where it is blank") for code, _ in one.codes if code == NOTHING
    ]
    return replace(one, hint=_HINTS.get(one.value, one.hint), codes=codes)


def _kind(order: Order) -> Kind:
    return order.kind(read_document(order.document))


@router.get("/audits/earlier/{token}/map", results_of_sender)
def map_page(visit: Visit, of: Sent) -> Response:
    """Show what a file of results means."""
    found = checking.outcome(of.folder)
    known = _known(found)
    return visit.redirect(of.here) if known is None else visit.render(_page(of, found, known, Filled()))


@router.post("/audits/earlier/{token}/map", results_of_sender, writes=False)
def change_mapping(visit: Visit, of: Sent) -> Response:
    """Take what a person decided, and read the file again; nothing is stored in the database."""
    order, found = checking.order_of(of.folder), checking.outcome(of.folder)
    known = _known(found)
    if visit.sent("then") == BEGIN and known is None:
        _read_again(of, replace(order, plain_first=False))
        return visit.redirect(f"{of.here}/map")
    if known is None:
        raise Conflict("This file is not mapped. Send it once more.")
    mapped, survey, draft = known
    if visit.sent("seen") != draft.profile.sha256:
        return visit.redirect(f"{of.here}/map", CHANGED, done=False)
    result = decided(visit.form, draft, survey, mapped.opens, _kind(order))
    if result.errors:
        typed = {name: values[0] for name, values in visit.form.items() if values}
        return visit.render(_page(of, found, known, Filled(typed, result.errors)), status=422)
    return _counted_again(visit, of, order, result)


def _read_again(of: Sent, order: Order) -> Found:
    sending.forget_details(of)
    checking.check(of.folder, order)
    return checking.outcome(of.folder)


def _counted_again(visit: Visit, of: Sent, order: Order, result: Decided) -> Response:
    draft = replace(result.draft, profile=decided_alike(result.draft.profile))
    again = replace(
        order, draft=draft_as_json(draft), columns=result.columns, laid=result.laid, known=(), plain_first=False
    )
    found = _read_again(of, again)
    if visit.sent("then") != CHECK:
        return visit.redirect(f"{of.here}/map")
    if found.mapped and found.mapped.opens:
        left = len(found.mapped.opens) + found.mapped.more_opens
        said = f"{plural(left, 'thing')} {'is' if left == 1 else 'are'} still to decide before the figures can be seen."
        return visit.redirect(f"{of.here}/map", said, done=False)
    return visit.redirect(of.here)
