"""Routes of people as an administrator sees them: added, given roles, disabled."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import ClassVar

from starlette.responses import Response

from app.accounts import actions, queries
from app.accounts.agreeing.actions import give
from app.accounts.agreeing.queries import waiting_for
from app.accounts.links import actions as links
from app.accounts.links.queries import newest_link, shown_again
from app.accounts.links.rules import purpose_of
from app.accounts.people.forms import PersonForm, RoleForm
from app.accounts.rules import ACCOUNT
from app.clock import today
from app.errors import Conflict, Forbidden
from app.people.enums import ACCOUNT_STATE_LABELS, PROPOSED, AccountState, LinkPurpose, Role, Scope
from app.people.models import Person, Region, RoleProposal, ServiceArea
from app.people.rules import Grant, Viewer, may_be_granted
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Guard, Router, Visit, administrator

router = Router()
OWN_ROLES = "You cannot change your own roles. Another administrator can."
TAKEN = "Somebody with this address is there already"
MISSING = {
    Scope.AREA: {"area": "Say which area"},
    Scope.AUDIT: {"audit": "Enter the audit’s reference"},
    Scope.REGION: {"region": "Say which region"},
}
WAITS = (
    "Proposed. It takes two people to make somebody {}: another administrator or the director agrees, on ‘Your work’."
)
NOT_ONESELF = "You cannot disable yourself. Another administrator can."
OWN_PASSWORD = "Your own password is changed on ‘Your account’, with the one that you have now."  # noqa: S105 - a sentence

GONE = "That link is not shown any more. If nobody has it, make another one here."


def _person(visit: Visit) -> Person:
    administrator.find(visit)
    return queries.person(visit.session, visit.number("person_id"))


person_by_administrator = Guard("an administrator, for a person who exists", _person)
changing = lately_proved(person_by_administrator)
inviting = lately_proved(administrator).making(ACCOUNT["add"], ACCOUNT["send"])


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """Everybody, and their roles."""

    template: ClassVar[str] = "accounts/people/people.html"
    people: Sequence[Person]
    states: Mapping[AccountState, str]
    roles: Mapping[Role, str]


@dataclass(frozen=True, kw_only=True)
class PersonPage(Page):
    """One person: roles, and what an administrator can do."""

    template: ClassVar[str] = "accounts/people/person.html"
    person: Person
    form: Filled
    roles: Mapping[Role, str]
    # Those that an administrator gives alone.
    given: Mapping[Role, str]
    areas: Sequence[ServiceArea]
    regions: Sequence[Region]
    states: Mapping[AccountState, str]
    # Until when the newest link can be used that they were sent or given.
    link_until: datetime | None
    # Roles that wait for a second person.
    proposed: Sequence[RoleProposal]
    today: date


@dataclass(frozen=True, kw_only=True)
class NewPersonPage(Page):
    """Add a person."""

    template: ClassVar[str] = "accounts/people/new_person.html"
    form: Filled
    given: Mapping[Role, str]
    areas: Sequence[ServiceArea]
    regions: Sequence[Region]
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class LinkPage(Page):
    """A link to hand over, shown once."""

    template: ClassVar[str] = "accounts/people/link.html"
    person: Person
    link: str
    invited: bool


@dataclass(frozen=True, kw_only=True)
class EditPage(Page):
    """Mend what is said of somebody."""

    template: ClassVar[str] = "accounts/people/edit.html"
    person: Person
    form: Filled


@dataclass(frozen=True, kw_only=True)
class DisablePage(Page):
    """Make sure before somebody is disabled."""

    template: ClassVar[str] = "accounts/people/disable.html"
    person: Person
    areas: Sequence[str]


@router.get("/admin/people", administrator)
def people_page(visit: Visit, _viewer: Viewer) -> Response:
    """List everybody."""
    found = queries.people(visit.session)
    return visit.render(
        PeoplePage(title="People and roles", people=found, states=ACCOUNT_STATE_LABELS, roles=_called())
    )


def _called() -> dict[Role, str]:
    """Return what every role is called here."""
    return {role: role.label for role in Role}


def _given() -> dict[Role, str]:
    """Return the roles that an administrator gives alone."""
    return {role: label for role, label in _called().items() if role not in PROPOSED}


def _new_page(visit: Visit, form: Filled) -> NewPersonPage:
    return NewPersonPage(
        title="Add a person",
        form=form,
        given=_given(),
        areas=queries.areas(visit.session),
        regions=queries.regions(visit.session),
        by_mail=visit.settings.sends_mail,
    )


@router.get("/admin/people/new", administrator)
def new_person_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for a new person's details."""
    return visit.render(_new_page(visit, Filled()))


@router.post("/admin/people/new", inviting)
def new_person(visit: Visit, viewer: Viewer) -> Response:
    """Invite a person."""
    sent, form = fill(PersonForm, visit.form)
    if sent and actions.find_person(visit.session, sent.email):
        sent, form = None, form.with_errors(email=TAKEN)
    role, form = _asked_role(visit, form) if visit.sent("role") else (None, form)
    if sent is None or form.errors:
        return visit.render(_new_page(visit, form), status=422)
    person = actions.add_person(visit.session, email=sent.email, name=sent.name, job_title=sent.job_title, by=viewer.id)
    if role:
        form_, scope = role
        give(visit.session, person, Grant(form_.role, form_.scope_kind, scope), by=viewer, days=form_.days)
    return _send_link(visit, person)


def _send_link(visit: Visit, person: Person) -> Response:
    """Send a link by email, or show it to be handed over."""
    by_mail, invited = visit.settings.sends_mail, purpose_of(person) is LinkPurpose.INVITATION
    form = visit.sent_form
    token = links.send_link(visit.session, person, by=visit.viewer.id, by_mail=by_mail, sent_form=form)
    if by_mail:
        what = "an invitation" if invited else "a link"
        return visit.redirect(f"/admin/people/{person.id}", f"{person.name} gets {what} by email: {person.email}")
    if form:
        # The same form sent again leads there too: no press of the button loses a link.
        return visit.redirect(f"/admin/people/{person.id}/link/{form}")
    return _show_link(visit, person, token)


def _show_link(visit: Visit, person: Person, token: str) -> Response:
    host, invited = visit.settings.address or str(visit.request.base_url).rstrip("/"), purpose_of(person)
    page = LinkPage(
        title=f"Give {person.name} this link",
        person=person,
        link=f"{host}/choose-password/{token}",
        invited=invited is LinkPurpose.INVITATION,
    )
    return visit.render(page)


@router.get("/admin/people/{person_id}/link/{sent_form}", person_by_administrator)
def link_page(visit: Visit, person: Person) -> Response:
    """Show the link that a form made to whoever sent it, for some minutes."""
    token = shown_again(visit.session, visit.word("sent_form"), person, visit.viewer.id)
    if not token:
        return visit.redirect(f"/admin/people/{person.id}", GONE, done=False)
    return _show_link(visit, person, token)


def _asked_role(visit: Visit, form: Filled) -> tuple[tuple[RoleForm, str] | None, Filled]:
    """Return the role that was asked for with its scope as it is kept, or None and the form with what is wrong."""
    sent, read = fill(RoleForm, visit.form)
    form = form.with_errors(**read.errors)
    if sent is None:
        return None, form
    faults = sent.faults() | ({} if sent.scope_kind is Scope.NATION or sent.scope else MISSING[sent.scope_kind])
    refusal = may_be_granted(sent.role, sent.scope_kind)
    faults |= {"scope_kind": refusal.rstrip(".")} if refusal else {}
    try:
        scope = queries.audit_reference(visit.session, sent.scope) if sent.scope_kind is Scope.AUDIT else sent.scope
    except Conflict as unknown:
        scope, faults = "", {"audit": unknown.sentence} | faults
    return (None if faults else (sent, scope)), replace(
        form.with_errors(**faults), boxes=read.boxes, anchors=read.anchors
    )


def _person_page(visit: Visit, person: Person, form: Filled) -> PersonPage:
    return PersonPage(
        title=person.name,
        person=person,
        form=form,
        roles=_called(),
        given=_given(),
        areas=queries.areas(visit.session),
        regions=queries.regions(visit.session),
        states=ACCOUNT_STATE_LABELS,
        link_until=newest_link(visit.session, person),
        proposed=waiting_for(visit.session, person),
        today=today(),
    )


@router.get("/admin/people/{person_id}", person_by_administrator)
def person_page(visit: Visit, person: Person) -> Response:
    """Show a person and their roles."""
    return visit.render(_person_page(visit, person, Filled()))


@router.post("/admin/people/{person_id}/roles", changing)
def grant(visit: Visit, person: Person) -> Response:
    """Give a role."""
    asked, form = _asked_role(visit, Filled(fill(RoleForm, visit.form)[1].values))
    if asked is None:
        return visit.render(_person_page(visit, person, form), status=422)
    _somebody_else(visit, person, OWN_ROLES)
    sent, scope = asked
    given = give(visit.session, person, Grant(sent.role, sent.scope_kind, scope), by=visit.viewer, days=sent.days)
    said = f"{person.name} is {sent.role.label.lower()} {sent.days.words or 'now'}."
    return visit.redirect(f"/admin/people/{person.id}", said if given else WAITS.format(sent.role.label.lower()))


@router.post("/admin/people/{person_id}/roles/{grant_id}/end", changing)
def end_grant(visit: Visit, person: Person) -> Response:
    """Take a role away."""
    _somebody_else(visit, person, OWN_ROLES)
    actions.end_role(visit.session, person, visit.number("grant_id"), by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}", "The role has ended.")


def _somebody_else(visit: Visit, person: Person, sentence: str) -> None:
    if person.id == visit.viewer.id:
        raise Forbidden(sentence)


@router.get("/admin/people/{person_id}/disable", person_by_administrator)
def disable_page(visit: Visit, person: Person) -> Response:
    """Ask whether a person shall be disabled."""
    _somebody_else(visit, person, NOT_ONESELF)
    if person.disabled_at is not None:
        raise Conflict(f"{person.name} is disabled already.")
    areas = [g.scope for g in person.grants if g.role is Role.HEAD_OF_SERVICE]
    return visit.render(DisablePage(title=f"Disable {person.name}?", person=person, areas=areas))


@router.post("/admin/people/{person_id}/disable", changing.making(ACCOUNT["disable"]))
def disable(visit: Visit, person: Person) -> Response:
    """Disable a person."""
    _somebody_else(visit, person, NOT_ONESELF)
    actions.disable(visit.session, person, by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} can no longer sign in.")


@router.post(
    "/admin/people/{person_id}/enable",
    changing.making(ACCOUNT["enable"], ACCOUNT["invite"], ACCOUNT["send"]),
)
def enable(visit: Visit, person: Person) -> Response:
    """Let a disabled person sign in again, or invite them again."""
    actions.enable(visit.session, person, by=visit.viewer.id)
    if person.state is AccountState.INVITED:
        return _send_link(visit, person)
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} can sign in again.")


@router.post("/admin/people/{person_id}/link", changing.making(ACCOUNT["send"]))
def send_link(visit: Visit, person: Person) -> Response:
    """Send somebody a link with which they choose a password, or show it to be handed over."""
    _somebody_else(visit, person, OWN_PASSWORD)
    return _send_link(visit, person)


def _edit_page(person: Person, form: Filled) -> EditPage:
    return EditPage(title="Change name, job title or address", person=person, form=form)


@router.get("/admin/people/{person_id}/edit", person_by_administrator)
def edit_page(visit: Visit, person: Person) -> Response:
    """Show what is said of somebody, to be mended."""
    known = {"name": person.name, "job_title": person.job_title, "email": person.email}
    return visit.render(_edit_page(person, Filled(known)))


@router.post("/admin/people/{person_id}/edit", changing)
def edit(visit: Visit, person: Person) -> Response:
    """Mend what is said of somebody."""
    sent, form = fill(PersonForm, visit.form)
    if sent is None:
        return visit.render(_edit_page(person, form), status=422)
    try:
        changed = actions.edit_person(visit.session, person, sent, by=visit.viewer.id)
    except Conflict:
        return visit.render(_edit_page(person, form.with_errors(email=TAKEN)), status=422)
    return visit.redirect(f"/admin/people/{person.id}", "Changed." if changed else "Nothing was changed.")
