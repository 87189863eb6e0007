"""Routes about those who grade: somebody's time and interests for the lead, one's own interests for everybody."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries
from app.audit.bars.queries import bars_of_person
from app.audit.enums import CaseState
from app.audit.guards import allocated_case, audit_for
from app.audit.models import Audit, AuditCase, Interest, Load
from app.audit.staff import actions as staffing
from app.audit.staff import queries as staff_queries
from app.audit.staff.forms import CaseInterestForm, InterestForm, TimeForm
from app.errors import Conflict
from app.people.enums import Role
from app.people.models import Person, ServiceArea
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.merging import mark
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, signed_in

router = Router()
LEAD_IS_TOLD = "If a case is somebody’s who must not grade it, the audit lead is told and gives it to somebody else."


@dataclass(frozen=True, slots=True)
class OfAudit:
    """Somebody who grades on an audit."""

    audit: Audit
    person: Person


def _grader(visit: Visit) -> OfAudit:
    audit = audit_for(Role.LEAD).find(visit)
    return OfAudit(audit, staff_queries.grader(visit.session, audit, visit.number("person_id")))


def _their_interest(visit: Visit) -> tuple[OfAudit, Interest]:
    of = _grader(visit)
    return of, staff_queries.interest(visit.session, visit.number("interest_id"), of.person.id)


def _own_interest(visit: Visit) -> Interest:
    return staff_queries.interest(visit.session, visit.number("interest_id"), visit.viewer.id)


grader = Guard("the audit lead, for somebody who grades on the audit", _grader)
their_interest = Guard("the audit lead, for an interest of somebody who grades on the audit", _their_interest)
own_interest = Guard("the person whose interest it is", _own_interest)


@dataclass(frozen=True, kw_only=True)
class GraderPage(Page):
    """Somebody's time and interests."""

    template: ClassVar[str] = "audit/staff/grader.html"
    audit: Audit
    person: Person
    form: Filled
    interests: Sequence[Interest]
    areas: Sequence[ServiceArea]
    heads: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class InterestsPage(Page):
    """One's own interests."""

    template: ClassVar[str] = "audit/staff/interests.html"
    form: Filled
    interests: Sequence[Interest]
    areas: Sequence[ServiceArea]


@dataclass(frozen=True, kw_only=True)
class CaseInterestPage(Page):
    """Say that one must not grade a case."""

    template: ClassVar[str] = "audit/staff/case_interest.html"
    case: AuditCase
    form: Filled


def _grader_page(visit: Visit, of: OfAudit, form: Filled) -> GraderPage:
    fields = staffing.stored_time(staff_queries.availability(visit.session, of.audit, of.person.id))
    values = {**fields, **form.values, "served": form.values.get("served") or mark(fields)}
    interests = staff_queries.interests(visit.session, frozenset({of.person.id}))
    declared = {i.area for i in interests}
    return GraderPage(
        title=of.person.name,
        audit=of.audit,
        person=of.person,
        form=replace(form, values=values),
        interests=interests,
        areas=queries.service_areas(visit.session),
        heads=sorted(
            area
            for _, area in bars_of_person(visit.session, of.person.id).heads - {(of.person.id, d) for d in declared}
        ),
    )


@router.get("/audits/{ref}/allocation/people/{person_id}", grader)
def grader_page(visit: Visit, of: OfAudit) -> Response:
    """Show somebody's time and interests."""
    return visit.render(_grader_page(visit, of, Filled()))


@router.post("/audits/{ref}/allocation/people/{person_id}", grader)
def set_time(visit: Visit, of: OfAudit) -> Response:
    """Keep how much somebody can do; what another window or person saved meanwhile is never overwritten."""
    sent, form = fill(TimeForm, visit.form)
    if sent is not None:
        form = form.with_errors(**sent.faults(of.audit.grade_by))
    if sent is None or form.errors:
        return visit.render(_grader_page(visit, of, form), status=422)
    try:
        staffing.set_time(
            visit.session,
            of.audit,
            of.person.id,
            Load.model_validate(sent),
            served=visit.sent("served"),
            by=visit.viewer,
        )
    except Conflict as refusal:
        fresh = replace(form, values={**form.values, "served": ""}, errors={"share": refusal.sentence})
        return visit.render(_grader_page(visit, of, fresh), status=409)
    return visit.redirect(
        f"/audits/{of.audit.ref}/allocation",
        f"{of.person.name}’s time is kept. Cases that they have already stay until you share out again.",
    )


def _declared(visit: Visit) -> tuple[staffing.Declared | None, Filled]:
    sent, form = fill(InterestForm, visit.form)
    if sent is not None:
        form = form.with_errors(**sent.faults([a.code for a in queries.service_areas(visit.session)]))
    if sent is None or form.errors:
        return None, form
    return staffing.Declared(sent.interest_reason, sent.interest_area, sent.interest_practitioner), form


@router.post("/audits/{ref}/allocation/people/{person_id}/interests", grader)
def declare_for(visit: Visit, of: OfAudit) -> Response:
    """Declare an interest of somebody who grades."""
    what, form = _declared(visit)
    if what is None:
        return visit.render(_grader_page(visit, of, form), status=422)
    staffing.declare_interest(visit.session, of.person.id, what, by=visit.viewer.id)
    return visit.redirect(
        f"/audits/{of.audit.ref}/allocation", f"The interest of {of.person.name} is declared. {LEAD_IS_TOLD}"
    )


@router.post("/audits/{ref}/allocation/people/{person_id}/interests/{interest_id}/end", their_interest)
def end_for(visit: Visit, found: tuple[OfAudit, Interest]) -> Response:
    """End an interest that no longer holds."""
    of, interest = found
    staffing.end_interest(visit.session, interest, by=visit.viewer)
    return visit.redirect(
        f"/audits/{of.audit.ref}/allocation/people/{of.person.id}", "The interest is ended. It stays in the log."
    )


def _interests_page(visit: Visit, form: Filled) -> InterestsPage:
    own = staff_queries.interests(visit.session, frozenset({visit.viewer.id}))
    return InterestsPage(title="Your interests", form=form, interests=own, areas=queries.service_areas(visit.session))


@router.get("/interests", signed_in)
def interests_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show one's own interests."""
    return visit.render(_interests_page(visit, Filled()))


@router.post("/interests", signed_in)
def declare(visit: Visit, viewer: Viewer) -> Response:
    """Declare an interest of one's own."""
    what, form = _declared(visit)
    if what is None:
        return visit.render(_interests_page(visit, form), status=422)
    staffing.declare_interest(visit.session, viewer.id, what, by=viewer.id)
    return visit.redirect("/interests", f"Your interest is declared. {LEAD_IS_TOLD}")


@router.post("/interests/{interest_id}/end", own_interest)
def end(visit: Visit, interest: Interest) -> Response:
    """End an interest of one's own."""
    staffing.end_interest(visit.session, interest, by=visit.viewer)
    return visit.redirect("/interests", "The interest is ended. It stays in the log.")


def _case_interest_page(case: AuditCase, form: Filled) -> CaseInterestPage:
    return CaseInterestPage(title="You should not grade this case", case=case, form=form)


def _not_submitted(case: AuditCase) -> None:
    if case.state not in staff_queries.OPEN:
        raise Conflict(
            "This case has been submitted. Tell the audit lead about your interest; it can be declared on ‘Your "
            "interests’ too."
        )


@router.get("/cases/{case_id}/interest", allocated_case)
def case_interest_page(visit: Visit, case: AuditCase) -> Response:
    """Ask what the interest is in."""
    _not_submitted(case)
    return visit.render(_case_interest_page(case, Filled()))


@router.post("/cases/{case_id}/interest", allocated_case)
def declare_in_case(visit: Visit, case: AuditCase) -> Response:
    """Declare an interest in the practitioner or the area of a case that one was given."""
    _not_submitted(case)
    sent, form = fill(CaseInterestForm, visit.form)
    if sent is None:
        return visit.render(_case_interest_page(case, form), status=422)
    where = {"area": case.area} if sent.interest_in == "area" else {"practitioner_id": case.practitioner_id}
    staffing.declare_interest(
        visit.session, visit.viewer.id, staffing.Declared(sent.interest_reason, **where), by=visit.viewer.id
    )
    begun = " Please do not go on with it." if case.state is CaseState.IN_PROGRESS else ""
    return visit.redirect(
        "/", f"Your interest is declared. The audit lead gives case {case.case_ref} to somebody else.{begun}"
    )
