"""Routes of the choice by hand: case by case, or in a file."""

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.allocation import actions as allocating
from app.audit.allocation.forms import WhyForm
from app.audit.choices.reading import read_choices
from app.audit.enums import CASE_STATE_LABELS, AuditState, CaseState
from app.audit.guards import audit_to
from app.audit.models import Audit, AuditCase
from app.audit.rules import CASE
from app.audit.staff import queries as staff_queries
from app.db import PageOf
from app.errors import Conflict
from app.labels import plural
from app.long_acts.forethought import Forethought, foreseen, settled
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.tables.problems import Group
from app.web.forms import fill, number_of
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
NOT_NOW = "Cases are given by hand between the draw of the sample and the end of fieldwork."


@dataclass(frozen=True, kw_only=True)
class ChoicesPage(Page):
    """Choose by hand who grades which case."""

    template: ClassVar[str] = "audit/choices/choices.html"
    audit: Audit
    form: Filled
    cases: PageOf[AuditCase]
    options: Mapping[int, Sequence[tuple[int, str]]]
    area: str
    areas: Sequence[str]
    names: Mapping[int, str]
    states: Mapping[CaseState, str]
    law_types: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class ChoiceFilePage(Page):
    """Send a file that says who grades which case."""

    template: ClassVar[str] = "audit/choices/choice_file.html"
    audit: Audit
    form: Filled
    problems: Sequence[Group]


def _still(audit: Audit) -> None:
    if audit.state not in {AuditState.SAMPLED, AuditState.FIELDWORK}:
        raise Conflict(NOT_NOW)


def _choices_page(visit: Visit, audit: Audit, form: Filled) -> ChoicesPage:
    area, number = form.value("area") or visit.query("area"), form.value("page") or visit.query("page")
    cases = staff_queries.cases_to_choose(visit.session, audit, area, number)
    people, graders = (
        queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit),
        allocating.graders_of(visit.session, audit),
    )
    options = {
        c.id: [(p.id, p.name) for p in people if p.id == c.auditor_id or graders.refusal(p.id, c) is None]
        for c in cases.rows
    }
    return ChoicesPage(
        title="Choose by hand",
        audit=audit,
        form=form,
        cases=cases,
        options=options,
        area=area,
        areas=queries.areas_of(visit.session, visit.viewer, audit),
        law_types=kinds_now(visit.session).law_types.shorts(audit.law_types),
        states=CASE_STATE_LABELS,
        names=queries.names(visit.session, frozenset(c.auditor_id for c in cases.rows if c.auditor_id)),
    )


@router.get("/audits/{ref}/allocation/cases", audit_to(CASE["move"]))
def choices_page(visit: Visit, audit: Audit) -> Response:
    """List the cases that can be given to somebody by hand."""
    _still(audit)
    return visit.render(_choices_page(visit, audit, Filled()))


def _choices(visit: Visit) -> list[allocating.Choice]:
    """Return what was changed on the page: who has each case now and whom the lead chose."""
    found = []
    for name in visit.form:
        if name.startswith("to-"):
            case = number_of(name.removeprefix("to-"))
            found.append(allocating.Choice(case, number_of(visit.sent(f"was-{case}")), number_of(visit.sent(name))))
    return [choice for choice in found if choice.to != choice.was]


def _chosen(visit: Visit, audit: Audit) -> Forethought[allocating.Chosen] | None:
    sent, choices = fill(WhyForm, visit.form)[0], _choices(visit)
    if sent is None:
        return None
    work = partial(allocating.chosen, visit.session, audit, choices, reason=sent.reason, by=visit.viewer)
    return foreseen(visit.session, work, audit.ref)


@router.post("/audits/{ref}/allocation/cases", audit_to(CASE["move"]), beforehand=_chosen)
def choose(visit: Visit, audit: Audit) -> Response:
    """Keep the choices, all or none."""
    _still(audit)
    sent, form = fill(WhyForm, visit.form)
    form, choices = replace(form, values={name: values[0] for name, values in visit.form.items()}), _choices(visit)
    if not choices:
        form = replace(form, errors={"reason": "Choose somebody else for at least one case"})
    if sent is None or form.errors:
        return visit.render(_choices_page(visit, audit, form), status=422)
    faults = allocating.choose(
        visit.session, audit, choices, reason=sent.reason, by=visit.viewer, before=visit.forethought
    )
    if faults:
        form = form.with_errors(**{f"to-{case}": fault for case, fault in faults.items()})
        return visit.render(_choices_page(visit, audit, form), status=409)
    return visit.redirect(f"/audits/{audit.ref}/allocation", _done(audit, len(choices)))


def _done(audit: Audit, count: int) -> str:
    if audit.state is AuditState.SAMPLED:
        return f"{plural(count, 'choice')} kept. The other cases are shared out when you allocate."
    return f"{plural(count, 'case')} changed hands. A case given by hand stays when others are shared out again."


@router.get("/audits/{ref}/allocation/file", audit_to(CASE["move"]))
def file_page(visit: Visit, audit: Audit) -> Response:
    """Ask for the file."""
    _still(audit)
    return visit.render(ChoiceFilePage(title="Send a file", audit=audit, form=Filled(), problems=()))


@dataclass(frozen=True, slots=True)
class InFile:
    """What a file brings: its choices, thought out, or its problems and what is said beside the field for the file."""

    choices: Sequence[allocating.Choice]
    made: allocating.Chosen
    problems: Sequence[Group]
    fault: str


def _in_file(visit: Visit, audit: Audit, reason: str) -> InFile:
    choices, problems, fault = _read(visit, audit)
    made = allocating.chosen(visit.session, audit, choices, reason=reason, by=visit.viewer)
    return InFile(choices, made, problems, fault)


def _foreseen_in_file(visit: Visit, audit: Audit) -> Forethought[InFile] | None:
    sent, _ = fill(WhyForm, visit.form)
    return foreseen(visit.session, partial(_in_file, visit, audit, sent.reason), audit.ref) if sent else None


@router.post("/audits/{ref}/allocation/file", audit_to(CASE["move"]), beforehand=_foreseen_in_file)
def send_file(visit: Visit, audit: Audit) -> Response:
    """Read the file and keep its choices, all or none; everything that is wrong is said at once."""
    _still(audit)
    sent, form = fill(WhyForm, visit.form)
    read = settled(visit.session, visit.forethought, partial(_in_file, visit, audit, sent.reason if sent else ""))
    form = form.with_errors(file=read.fault) if read.fault else form
    if sent is None or form.errors:
        page = ChoiceFilePage(title="Send a file", audit=audit, form=form, problems=read.problems)
        return visit.render(page, status=422)
    before = visit.forethought and visit.forethought.part(lambda found: found.made)
    faults = allocating.choose(visit.session, audit, read.choices, reason=sent.reason, by=visit.viewer, before=before)
    if faults:
        raise Conflict(next(iter(faults.values())))
    counts = Counter(c.to for c in read.choices)
    said = f"{_done(audit, len(read.choices))} They went to {plural(len(counts), 'person', 'people')}."
    return visit.redirect(f"/audits/{audit.ref}/allocation", said)


def _read(visit: Visit, audit: Audit) -> tuple[Sequence[allocating.Choice], Sequence[Group], str]:
    """Return the choices of the file that was sent, its problems, and what is said beside the field for the file."""
    file = visit.files.get("file")
    if file is None or not file.filename:
        return (), (), "Choose the file"
    managers = queries.people_with(visit.session, Role.IMPROVEMENT_MANAGER, audit)
    people: Mapping[str, Viewer] = {p.email.casefold(): p for p in managers}
    cases = staff_queries.cases_in(visit.session, audit, *CaseState)
    choices, problems = read_choices(file.file, cases, people, allocating.graders_of(visit.session, audit))
    if problems.total:
        listed = f"The file has {plural(problems.total, 'problem')}, so nothing was changed. They are listed below"
        return (), problems.groups(), listed
    return choices, (), "" if choices else "Nothing in the file differs from who grades now"
