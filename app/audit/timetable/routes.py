"""Routes of an audit's timetable: shown to whoever may know of the audit, planned by its lead or the director."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit.enums import TIMETABLE_LABELS, TimetableStage
from app.audit.guards import any_audit, audit_for
from app.audit.models import Audit
from app.audit.timetable import actions, queries
from app.audit.timetable.forms import PlanForm, TimetableForm
from app.audit.timetable.rules import (
    GRADING_DAYS,
    PLANNERS,
    PLANS,
    STAGES,
    Days,
    Standing,
    Until,
    gaps,
    is_done,
    is_late,
    remarks,
    until,
)
from app.clock import today
from app.dates import PARTS
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
WAYS = (("forwards", "From the day on which the list is there"), ("backwards", "Back from the day of publication"))


@dataclass(frozen=True, slots=True)
class Line:
    """A stage of a timetable: its day, who does it, and how it stands."""

    name: str
    day: date | None
    who: str
    state: str


@dataclass(frozen=True, kw_only=True)
class TimetablePage(Page):
    """The timetable of an audit."""

    template: ClassVar[str] = "audit/timetable/timetable.html"
    audit: Audit
    lines: Sequence[Line]
    remarks: Sequence[str]
    until: Until | None
    may_plan: bool


@dataclass(frozen=True, kw_only=True)
class PlanPage(Page):
    """Plan the days of an audit, forwards, backwards or one by one."""

    template: ClassVar[str] = "audit/timetable/plan.html"
    audit: Audit
    form: Filled
    ways: Sequence[tuple[str, str]]
    stages: Sequence[tuple[str, str, str]]
    remarks: Sequence[str]


def _line(visit: Visit, audit: Audit, stage: TimetableStage, day: date | None, standing: Standing) -> Line:
    late, done = is_late(stage, day, standing, today()), is_done(stage, standing)
    passed = stage is TimetableStage.LAST_CHALLENGE and day is not None and day < today()
    state = "Late" if late else "Done" if done else "Passed" if passed else "Planned" if day else "Not planned yet"
    return Line(TIMETABLE_LABELS[stage], day, queries.who_does(visit.session, audit, stage), state)


@router.get("/audits/{ref}/timetable", any_audit)
def timetable_page(visit: Visit, audit: Audit) -> Response:
    """Show the timetable, and what follows from the windows."""
    days = queries.days(visit.session, audit)
    ends, standing = days.get(TimetableStage.GRADING_TO), queries.standings(visit.session, [audit])[audit.id]
    open_to = visit.viewer.has(*PLANNERS, audit=audit.ref) and actions.why_not_planned(audit) is None
    page = TimetablePage(
        title="Timetable",
        audit=audit,
        lines=[_line(visit, audit, stage, days.get(stage), standing) for stage in STAGES],
        remarks=list(remarks(days, audit, audit.grade_by)),
        until=until(ends, audit) if ends and not audit.imported else None,
        may_plan=open_to,
    )
    return visit.render(page)


def _filled(days: Days) -> dict[str, str]:
    boxes = {stage: (str(day.day), str(day.month), str(day.year)) for stage, day in days.items()}
    return {f"{stage}-{part}": box for stage, of in boxes.items() for part, box in zip(PARTS, of, strict=True)}


def _plan_page(visit: Visit, audit: Audit, form: Filled, days: Days) -> PlanPage:
    usual = {"way": "forwards", "grading": str(GRADING_DAYS)}
    return PlanPage(
        title="Plan the timetable",
        audit=audit,
        form=replace(form, values={**usual, **form.values}),
        ways=WAYS,
        stages=[(s.value, TIMETABLE_LABELS[s], queries.who_does(visit.session, audit, s)) for s in STAGES],
        remarks=list(remarks(days, audit, audit.grade_by)),
    )


@router.get("/audits/{ref}/timetable/edit", audit_for(*PLANNERS))
def plan_page(visit: Visit, audit: Audit) -> Response:
    """Show the days to change; planned forwards or backwards where that was asked."""
    visit.turn_away(actions.why_not_planned(audit), f"/audits/{audit.ref}/timetable")
    days = queries.days(visit.session, audit)
    asked = {name: [text] for name, text in visit.request.query_params.items()}
    if not asked:
        return visit.render(_plan_page(visit, audit, Filled(_filled(days)), days))
    sent, form = fill(PlanForm, asked)
    if sent is None:
        form = replace(form, values={**_filled(days), **form.values})
        return visit.render(_plan_page(visit, audit, form, days), status=422)
    days = PLANS[sent.way](sent.anchor, gaps(audit, sent.grading))
    form = replace(form, values={**form.values, **_filled(days)})
    return visit.render(_plan_page(visit, audit, form, days))


@router.post("/audits/{ref}/timetable/edit", audit_for(*PLANNERS))
def plan(visit: Visit, audit: Audit) -> Response:
    """Keep the days."""
    sent, form = fill(TimetableForm, visit.form)
    wrong = sent.faults() if sent else {}
    if sent is None or wrong:
        form = replace(form, errors={**form.errors, **wrong})
        return visit.render(_plan_page(visit, audit, form, sent.days if sent else {}), status=422)
    changed = actions.plan(visit.session, audit, sent.days, by=visit.viewer.id)
    said = "The timetable is kept." if changed else "Nothing was changed."
    return visit.redirect(f"/audits/{audit.ref}/timetable", said, done=changed)
