"""Routes of the area packs: the list of an audit's, a pack, and the area's improvement plan."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import audit_in_scope, not_while_grading
from app.audit.library.queries import document_of
from app.audit.models import Audit
from app.clock import day, today
from app.dates import PARTS as DATE_PARTS
from app.documents import Document
from app.errors import Forbidden, NotFound
from app.moderation.sheets.queries import discussed_in, discussed_in_words
from app.people.enums import Role
from app.report.files.formats import PACK_FORMATS
from app.report.packs import actions as pack_actions
from app.report.packs import document as packs
from app.report.packs import queries as pack_queries
from app.report.packs.cases import Further, further_actions, learning_points
from app.report.packs.forms import FinishForm, PlanForm
from app.report.packs.models import ImprovementAction, Planned
from app.report.packs.rules import why_not_changed
from app.report.queries import REPORTED
from app.web.forms import fill, number_of
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit
from app.web.second_look import look_again

router = Router()
BASE = "/audits/{ref}/areas/{area_code}"
NOT_YET = "The packs of the areas are ready once the audit is finalised."
WHO = "the head of service of the area, the audit lead, an assistant director and the director"


@dataclass(frozen=True, slots=True)
class AreaOf:
    """An area of a finalised audit."""

    audit: Audit
    code: str

    @property
    def address(self) -> str:
        """Return where its pack is."""
        return packs.address(self.audit, self.code)


@dataclass(frozen=True, slots=True)
class ActionOf:
    """An action that stands in the improvement plan of an area's pack."""

    area: AreaOf
    action: ImprovementAction

    @property
    def plan(self) -> str:
        """Return where the plan is."""
        return f"{self.area.address}/plan"


def _readable(visit: Visit) -> tuple[Audit, Sequence[str]]:
    audit = audit_in_scope(visit)
    areas = pack_queries.areas_to_read(visit.session, visit.viewer, audit)
    if not areas and not visit.viewer.has(*pack_queries.READERS, audit=audit.ref):
        raise NotFound
    return audit, areas


def _once_finalised(visit: Visit, audit: Audit) -> None:
    visit.turn_away(None if audit.state in REPORTED else NOT_YET, f"/audits/{audit.ref}")


def _list(visit: Visit) -> Audit:
    audit, _ = _readable(visit)
    _once_finalised(visit, audit)
    return audit


def _area(visit: Visit) -> AreaOf:
    audit, areas = _readable(visit)
    code = visit.word("area_code")
    if code not in areas:
        raise NotFound
    _once_finalised(visit, audit)
    return AreaOf(audit, code)


def _own_area(visit: Visit) -> AreaOf:
    found = _area(visit)
    if found.code not in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        raise Forbidden("Only the head of service of the area writes its improvement plan. You can read it.")
    return found


def _action(visit: Visit) -> ActionOf:
    area, key = _own_area(visit), visit.number("improvement_id")
    found = next((a for a in pack_queries.plan_of(visit.session, area.audit, area.code) if a.id == key), None)
    if found is None:
        raise NotFound
    return ActionOf(area, found)


def _to_change(visit: Visit) -> ActionOf:
    found = _action(visit)
    visit.turn_away(why_not_changed(found.action), found.plan)
    return found


pack_list = not_while_grading(Guard(WHO, _list))
pack_reader = not_while_grading(Guard(WHO, _area))
planner = not_while_grading(Guard("the head of service of the area", _own_area))
action_to_change = not_while_grading(Guard("the head of service of the area", _to_change))


@dataclass(frozen=True, kw_only=True)
class PacksPage(Page):
    """The packs of an audit that the person may read."""

    template: ClassVar[str] = "report/packs/packs.html"
    audit: Audit
    packs: Sequence[tuple[str, pack_queries.Listed]]


@dataclass(frozen=True, kw_only=True)
class PackPage(Page):
    """An area's pack; who opened it is for its head, the audit lead and the director."""

    template: ClassVar[str] = "report/packs/pack.html"
    audit: Audit
    pack: Document
    base: str
    openings: Sequence[pack_queries.Opened]


@dataclass(frozen=True, kw_only=True)
class PlanPage(Page):
    """An area's improvement plan, what it can be made of, and what its cases still need."""

    template: ClassVar[str] = "report/packs/plan.html"
    area: AreaOf
    actions: Sequence[ImprovementAction]
    # Each learning point of the area's cases for which nothing is planned yet, with the number of cases.
    points: Sequence[tuple[str, int]]
    further: Sequence[Further]
    # The cases of those that the person may open.
    opens: Collection[int]
    # How many final cases were discussed with their practitioner, in a sentence; empty where nobody knows.
    discussed: str
    may_plan: bool


@dataclass(frozen=True, kw_only=True)
class PlanFormPage(Page):
    """Ask what will be done, who does it and by when."""

    template: ClassVar[str] = "report/packs/plan_form.html"
    area: AreaOf
    form: Filled
    points: Sequence[str]
    save: str


@dataclass(frozen=True, kw_only=True)
class FinishPage(Page):
    """Ask when an action was done, and what came of it."""

    template: ClassVar[str] = "report/packs/plan_done.html"
    area: AreaOf
    action: ImprovementAction
    form: Filled


@router.get("/audits/{ref}/areas", pack_list)
def packs_page(visit: Visit, audit: Audit) -> Response:
    """List the packs that the person may read."""
    found_packs = pack_queries.packs_of(visit.session, visit.viewer, audit)
    return visit.render(
        PacksPage(title="Area packs", audit=audit, packs=[(packs.address(audit, p.area), p) for p in found_packs])
    )


# A route of its own: nobody who writes waits until a whole pack is made.
@router.get(f"{BASE}/open", pack_reader, writes=True)
def open_pack(visit: Visit, area: AreaOf) -> Response:
    """Keep that somebody opens a pack today, and lead to it, or to the file of it that they wanted."""
    pack_actions.keep_opening(visit.session, area.audit, area.code, by=visit.viewer)
    file = next((kind for kind in PACK_FORMATS if kind == visit.query("file")), None)
    return visit.redirect(f"{area.address}/files/{file}" if file else area.address)


@router.get(BASE, pack_reader)
def pack_page(visit: Visit, area: AreaOf) -> Response:
    """Show an area's pack to whoever's opening is kept."""
    if not pack_queries.opened_by(visit.session, visit.viewer, area.audit, area.code, today()):
        return visit.redirect(f"{area.address}/open")
    opens = partial(pack_queries.opened_to, visit.session, visit.viewer)
    pack = packs.linked_for(packs.area_pack(visit.session, area.audit, area.code), opens)
    sees = visit.viewer.has(Role.HEAD_OF_SERVICE, Role.LEAD, Role.DIRECTOR, audit=area.audit.ref, area=area.code)
    openings = pack_queries.openings(visit.session, area.audit, area.code) if sees else ()
    return visit.render(PackPage(title=pack.title, audit=area.audit, pack=pack, base=area.address, openings=openings))


@router.get(f"{BASE}/plan", pack_reader)
def plan_page(visit: Visit, area: AreaOf) -> Response:
    """Show an area's improvement plan."""
    actions = pack_queries.plan_of(visit.session, area.audit, area.code)
    cases = pack_queries.cases_of_area(visit.session, area.audit, area.code)
    planned, points = {a.learning_point for a in actions}, learning_points(cases, document_of(area.audit))
    further = [f for f in further_actions(cases) if f.waits]
    page = PlanPage(
        title=f"Improvement plan of {area.code}",
        area=area,
        actions=actions,
        points=[(label, count) for label, count in points if label not in planned],
        further=further,
        opens=pack_queries.opened_to(visit.session, visit.viewer, {f.case.id for f in further}),
        discussed=discussed_in_words(*discussed_in(visit.session, area.audit, area.code)),
        may_plan=area.code in visit.viewer.areas(Role.HEAD_OF_SERVICE),
    )
    return visit.render(page)


def _learning_points(area: AreaOf) -> list[str]:
    """Return every learning point of the threshold document, in words."""
    return [theme.label for theme in document_of(area.audit).learning_themes if theme.kind == "learning"]


def _form_page(area: AreaOf, form: Filled, *, action: ImprovementAction | None = None) -> PlanFormPage:
    points = _learning_points(area)
    if action and action.learning_point and action.learning_point not in points:
        points = [action.learning_point, *points]  # carried over from an audit against another document
    return PlanFormPage(
        title="Change an action" if action else "Add an action to the plan",
        area=area,
        form=form,
        points=points,
        save="Save the change" if action else "Add to the plan",
    )


@router.get(f"{BASE}/plan/new", planner)
def new_action_page(visit: Visit, area: AreaOf) -> Response:
    """Ask for a new action; a learning point may be chosen already."""
    return visit.render(_form_page(area, Filled({"learning_point": visit.query("for")})))


@router.post(f"{BASE}/plan/new", planner)
def new_action(visit: Visit, area: AreaOf) -> Response:
    """Add an action to the plan."""
    sent, form = fill(PlanForm, visit.form)
    form = look_again(visit, form, ["what"], sent.faults(_learning_points(area), None) if sent else {})
    if sent is None or form.errors:
        return visit.render(_form_page(area, form), status=422)
    pack_actions.plan(visit.session, area.audit, area.code, Planned.model_validate(sent), by=visit.viewer)
    return visit.redirect(f"{area.address}/plan", "The action is in the plan.")


def _typed(of: ImprovementAction) -> dict[str, str]:
    """Return an action as its form holds it."""
    by = {f"by_when-{part}": str(getattr(of.by_when, part)) for part in DATE_PARTS}
    return {"learning_point": of.learning_point, "what": of.what, "who": of.who, **by, "version": str(of.version)}


@router.get(f"{BASE}/plan/{{improvement_id}}", action_to_change)
def change_page(visit: Visit, found: ActionOf) -> Response:
    """Ask what an action says from now on."""
    return visit.render(_form_page(found.area, Filled(_typed(found.action)), action=found.action))


@router.post(f"{BASE}/plan/{{improvement_id}}", action_to_change)
def change(visit: Visit, found: ActionOf) -> Response:
    """Change an action; where somebody else changed it since the form was opened, both are shown first."""
    action = found.action
    sent, form = fill(PlanForm, visit.form)
    known = [*_learning_points(found.area), action.learning_point]
    form = look_again(visit, form, ["what"], sent.faults(known, action.by_when) if sent else {})
    if sent is not None and number_of(sent.version) != action.version:
        form = _clash(form, action)
    if sent is None or form.errors:
        return visit.render(_form_page(found.area, form, action=action), status=422)
    pack_actions.change(visit.session, action, Planned.model_validate(sent), by=visit.viewer)
    return visit.redirect(found.plan, "The action is changed.")


def _clash(form: Filled, action: ImprovementAction) -> Filled:
    """Return the form with what stands in the plan meanwhile beside what was typed, which counts if sent again."""
    point = [action.learning_point] if action.learning_point else []
    stands = "\n".join([action.what, f"{action.who}, by {day(action.by_when)}", *point])
    kept = replace(form, values={**form.values, "version": str(action.version)}, saved={"what": stands})
    return kept.with_errors(
        what="Somebody else changed this action while you wrote. Compare the two, and save again to keep yours"
    )


@router.get(f"{BASE}/plan/{{improvement_id}}/done", action_to_change)
def finish_page(visit: Visit, found: ActionOf) -> Response:
    """Ask when an action was done, and what came of it."""
    return visit.render(FinishPage(title="Mark an action as done", area=found.area, action=found.action, form=Filled()))


@router.post(f"{BASE}/plan/{{improvement_id}}/done", action_to_change)
def finish(visit: Visit, found: ActionOf) -> Response:
    """Record that an action is done."""
    sent, form = fill(FinishForm, visit.form)
    form = look_again(visit, form, ["what_came"], sent.faults(found.action) if sent else {})
    if sent is None or form.errors:
        return visit.render(
            FinishPage(title="Mark an action as done", area=found.area, action=found.action, form=form), status=422
        )
    pack_actions.finish(visit.session, found.action, done_on=sent.done_on, outcome=sent.what_came, by=visit.viewer)
    return visit.redirect(found.plan, "The action is recorded as done.")
