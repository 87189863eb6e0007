"""Routes of the sample: lock the list, draw once, see how the sample covers the practitioners, and how it was drawn."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from starlette.responses import JSONResponse, Response

from app.audit import queries
from app.audit.actions import situation_in_audit
from app.audit.enums import ORIGIN_LABELS
from app.audit.filings import actions as filings_actions
from app.audit.filings.routes import frame_readers
from app.audit.guards import any_audit, audit_for, audit_to, not_while_grading
from app.audit.models import Audit, AuditCase, Replacement
from app.audit.rules import ADDERS, AUDIT, AuditKnown, ListKnown, sample_can_change
from app.audit.sample import picture as charts
from app.audit.sample import queries as sample_queries
from app.audit.sample.actions import Sample, draw_for, foreseen_sample, group_sizes
from app.audit.sample.coverage import Line, coverage, margins_of_receipt, sizes_of_receipt
from app.audit.sample.forms import SEED_WAYS, SeedForm
from app.audit.shapes.meaning import MeaningLine, cases_in_words, how_many, more_in_words
from app.audit.shapes.plan import meaning_of, plan_of
from app.audit.shapes.shape import shape_of
from app.clock import clock
from app.db import PageOf
from app.errors import Conflict
from app.long_acts.forethought import Forethought
from app.people.queries import kinds_now
from app.sampling import queries as sampling
from app.sampling.models import Frame, SampleDraw
from app.sampling.population import COLUMNS
from app.sampling.receipt import SAMPLE_COLUMNS, Seed, public_copy, sizes_of
from app.sampling.replacement import REASON_LABELS, steps_in
from app.tables.writing import csv_text
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
Coverage = Mapping[str, Sequence[Line]]


@dataclass(frozen=True, kw_only=True)
class SamplePage(Page):
    """The sample: lock the list, plan, seed before the draw; how it covers the population after it."""

    template: ClassVar[str] = "audit/sample/sample.html"
    audit: Audit
    form: Filled
    frame: Frame | None
    draw: SampleDraw | None
    may_lock: bool
    may_draw: bool
    may_change: bool
    refusal: str | None
    means: Sequence[MeaningLine]
    several: bool
    each: str
    cases: PageOf[AuditCase]
    coverage: Coverage
    replacements: Sequence[Replacement]
    names: Mapping[int, str]
    law_types: Mapping[str, str]
    ways: Sequence[tuple[str, str]]
    labels: Mapping[str, Mapping[Any, str]]


@dataclass(frozen=True, kw_only=True)
class HowPage(Page):
    """How the sample was drawn, in plain words, for whoever may know of the audit."""

    template: ClassVar[str] = "audit/sample/how.html"
    audit: Audit
    frame: Frame
    draw: SampleDraw
    receipt: Mapping[str, Any]
    coverage: Coverage
    replaced: int
    short: int
    added: int
    # What the framework wants, in words: how many, how many cases of each, and what else.
    share: str
    each: str
    more: Sequence[str]
    several: bool
    unequal: bool
    law_types: Mapping[str, str]


def coverage_of(visit: Visit, audit: Audit) -> Coverage:
    """Return how the sample covers practitioners, planned before the draw, drawn after it; empty without a list."""
    frame, draw = sampling.frame(visit.session, audit.frame_id), sampling.sample_draw(visit.session, audit.draw_id)
    if draw is not None:
        return coverage(
            margins_of_receipt(draw.receipt),
            sizes_of_receipt(draw.receipt),
            sample_queries.gone_from(visit.session, audit),
        )
    if frame is None or frame.locked_at is None:
        return {}
    return coverage(plan_of(audit, frame), sizes_of(sampling.strata(frame, audit.law_rule).items()))


def _sample_page(visit: Visit, audit: Audit, form: Filled) -> SamplePage:
    frame = sampling.frame(visit.session, audit.frame_id)
    locked = frame is not None and frame.locked_at is not None
    known = AuditKnown(filings=ListKnown(locked, frame.imported_by if frame else None))
    offer = AUDIT.offer("draw", audit, situation_in_audit(audit, visit.viewer, known))
    replacements = sample_queries.replacements_of(visit.session, audit)
    askers = frozenset(r.asked_by for r in replacements if r.asked_by)
    return SamplePage(
        title="Sample",
        audit=audit,
        form=form,
        frame=frame,
        draw=sampling.sample_draw(visit.session, audit.draw_id),
        may_lock=frame is not None and not locked and offer is not None,
        may_draw=offer is not None and offer.refusal is None,
        may_change=visit.viewer.has(*ADDERS, audit=audit.ref) and sample_can_change(audit) is None,
        refusal=offer.refusal if offer else None,
        means=meaning_of(audit, frame) if frame is not None and not locked else [],
        several=shape_of(audit).cases > 1,
        each=cases_in_words(shape_of(audit)).partition(",")[0],
        cases=sample_queries.sample_of(visit.session, audit, visit.query("page")),
        coverage=coverage_of(visit, audit),
        replacements=replacements,
        names=queries.names(visit.session, askers),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        ways=list(SEED_WAYS.items()),
        labels={"origins": ORIGIN_LABELS, "reasons": REASON_LABELS, "steps": steps_in(audit.bands)},
    )


@router.get("/audits/{ref}/sample", frame_readers)
def sample_page(visit: Visit, audit: Audit) -> Response:
    """Show the sample, or the next step towards it."""
    return visit.render(_sample_page(visit, audit, Filled()))


@router.post("/audits/{ref}/sample/lock", audit_for(*AUDIT["draw"].roles))
def lock_list(visit: Visit, audit: Audit) -> Response:
    """Lock the list of filings."""
    filings_actions.lock_list(visit.session, audit, by=visit.viewer.id)
    return visit.redirect(f"/audits/{audit.ref}/sample", "The list is locked. Read out its hash, then make the seed.")


def _seed(sent: SeedForm) -> Seed:
    witnesses = tuple(line.strip() for line in sent.witnesses.splitlines() if line.strip())
    return Seed(sent.seed, SEED_WAYS[sent.made_how], clock.now().isoformat(), witnesses)


def _sample(visit: Visit, audit: Audit) -> Forethought[Sample] | None:
    sent, _ = fill(SeedForm, visit.form)
    return foreseen_sample(visit.session, audit, seed=_seed(sent)) if sent else None


@router.post("/audits/{ref}/sample", audit_to(AUDIT["draw"]), beforehand=_sample)
def draw_sample(visit: Visit, audit: Audit) -> Response:
    """Draw the sample."""
    sent, form = fill(SeedForm, visit.form)
    if sent is None:
        return visit.render(_sample_page(visit, audit, form), status=422)
    kept = draw_for(visit.session, audit, seed=_seed(sent), by=visit.viewer, before=visit.forethought)
    count = kept.receipt.get("cases", kept.drawn)
    of = f" of {kept.drawn:,} practitioners" if "cases" in kept.receipt else ""
    return visit.redirect(f"/audits/{audit.ref}/sample", f"{count:,} cases{of} are drawn. Allocate them next.")


def _drawn(visit: Visit, audit: Audit) -> tuple[Frame, SampleDraw]:
    frame, draw = sampling.frame(visit.session, audit.frame_id), sampling.sample_draw(visit.session, audit.draw_id)
    if frame is None or draw is None:
        raise Conflict("The sample has not been drawn yet. The audit lead draws it on the ‘Sample’ page.")
    return frame, draw


def _attachment(audit: Audit, name: str) -> dict[str, str]:
    return {"Content-Disposition": f'attachment; filename="{audit.ref}-{name}"'}


def _file(audit: Audit, name: str, text: str) -> Response:
    return Response(text, media_type="text/csv; charset=utf-8", headers=_attachment(audit, name))


@router.get("/audits/{ref}/sample/receipt", frame_readers)
def receipt(visit: Visit, audit: Audit) -> Response:
    """Give the draw's receipt as a file."""
    return JSONResponse(_drawn(visit, audit)[1].receipt, headers=_attachment(audit, "receipt.json"))


@router.get("/audits/{ref}/sample/public-receipt", not_while_grading(any_audit))
def public_receipt(visit: Visit, audit: Audit) -> Response:
    """Give the copy of the receipt that can be published."""
    return JSONResponse(public_copy(_drawn(visit, audit)[1].receipt), headers=_attachment(audit, "public-receipt.json"))


@router.get("/audits/{ref}/sample/list", frame_readers)
def locked_list(visit: Visit, audit: Audit) -> Response:
    """Give the locked list as a file, in the order of its hash, for whoever draws again."""
    frame, _ = _drawn(visit, audit)
    return _file(
        audit, "list.csv", csv_text(COLUMNS, (f.canonical for f in sampling.filings(visit.session, frame)), exact=True)
    )


def _filing(of: AuditCase) -> tuple[str, ...]:
    filed = of.filed_on.isoformat() if of.filed_on else ""
    return of.case_ref, of.practitioner_id, of.area, of.law_type, of.performance_band, of.employment, filed


@router.get("/audits/{ref}/sample/cases", frame_readers)
def sample_file(visit: Visit, audit: Audit) -> Response:
    """Give the sample as a file, replacements and cases added by hand included."""
    frame, draw = _drawn(visit, audit)
    of_practitioner = group_sizes(visit.session, audit, frame, draw)
    stand_ins = {r.new_case_id: r for r in sample_queries.replacements_of(visit.session, audit)}
    rows = []
    for case in sample_queries.whole_sample(visit.session, audit):
        made, sizes = stand_ins.get(case.id), of_practitioner.get(case.practitioner_id, ("", ""))
        why = (made.case.case_ref, made.reason) if made else ("", "")
        rows.append((*_filing(case), case.ticket, *sizes, case.origin.value, *why))
    return _file(audit, "sample.csv", csv_text(SAMPLE_COLUMNS, rows))


@router.get("/audits/{ref}/sample/how", any_audit)
def how_it_was_drawn(visit: Visit, audit: Audit) -> Response:
    """Say in plain words how the sample was drawn."""
    frame, draw = _drawn(visit, audit)
    gone = sample_queries.gone_from(visit.session, audit)
    covered = coverage_of(visit, audit)
    if queries.is_grading(visit.session, visit.viewer):
        covered = {
            family: lines for family, lines in covered.items() if "band" not in family and "employment" not in family
        }
    page = HowPage(
        title="How the sample was drawn",
        audit=audit,
        frame=frame,
        draw=draw,
        receipt=draw.receipt,
        coverage=covered,
        replaced=sum(not g.short for g in gone),
        short=sum(g.short for g in gone),
        added=sample_queries.added_to(visit.session, audit),
        share=how_many(shape_of(audit)),
        each=cases_in_words(shape_of(audit)).partition(",")[0],
        more=more_in_words(shape_of(audit)),
        several=shape_of(audit).cases > 1,
        unequal=shape_of(audit).unequal,
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
    )
    return visit.render(page)


def _picture(svg: str) -> Response:
    return Response(svg, media_type="image/svg+xml", headers={"Cache-Control": "private, max-age=3600"})


@router.get("/audits/{ref}/sample/areas.svg", any_audit)
def areas_picture(visit: Visit, audit: Audit) -> Response:
    """Give the picture of the areas, planned against drawn."""
    _, draw = _drawn(visit, audit)
    return _picture(
        charts.areas_svg(margins_of_receipt(draw.receipt), [a.code for a in queries.service_areas(visit.session)])
    )


@router.get("/audits/{ref}/sample/distances.svg", not_while_grading(any_audit))
def distances_picture(visit: Visit, audit: Audit) -> Response:
    """Give the picture of every distance from the plan."""
    return _picture(charts.distances_svg(margins_of_receipt(_drawn(visit, audit)[1].receipt)))
