"""Routes of signing in, the account, people and the event log."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import RedirectResponse, Response

from app.accounts import actions, queries
from app.accounts.forms import FirstPasswordForm, OwnPasswordForm, PersonForm, RoleForm, SettingForm, SignInForm
from app.clock import today
from app.db import PageOf
from app.errors import Conflict, Forbidden
from app.events import Event, Subject, record
from app.people.enums import PROPOSED, ROLE_LABELS, Role, Scope
from app.people.models import Person, Region, ServiceArea
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.refusals import own_page
from app.web.routing import (
    Guard,
    Router,
    SignIn,
    Visit,
    administrator,
    anyone,
    browser_token,
    end_session,
    seal,
    signed_in,
    start_session,
    typed_in_words,
)
from app.web.sessions import hashed, viewer_of

router = Router()
# What is missing where a role reaches only so far.
WHICH = {
    Scope.AREA: "Say which area",
    Scope.AUDIT: "Enter the audit’s reference",
    Scope.REGION: "Say which region",
}
NOT_ONESELF = "You cannot disable yourself. Another administrator can."
OWN_PASSWORD = "Your own password is changed on ‘Your account’, with the one that you have now."  # noqa: S105 - a sentence


def _person(visit: Visit) -> Person:
    administrator.find(visit)
    return queries.person(visit.session, visit.number("person_id"))


person_by_administrator = Guard("an administrator, for a person who exists", _person)


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """Sign in."""

    template: ClassVar[str] = "accounts/sign_in.html"
    form: Filled
    next: str
    kept: str
    sign_ins: Sequence[SignIn]


@dataclass(frozen=True, kw_only=True)
class ResumePage(Page):
    """What was typed before the session ended, ready to be sent."""

    template: ClassVar[str] = "accounts/resume.html"
    action: str
    fields: Sequence[tuple[str, str]]
    shown: Mapping[str, str]


@dataclass(frozen=True, kw_only=True)
class PeoplePage(Page):
    """Everybody, and their roles."""

    template: ClassVar[str] = "accounts/people.html"
    people: Sequence[Person]
    roles: Mapping[Role, str]


@dataclass(frozen=True, kw_only=True)
class PersonPage(Page):
    """One person: roles, and what an administrator can do."""

    template: ClassVar[str] = "accounts/person.html"
    person: Person
    form: Filled
    roles: Mapping[Role, str]
    # Those that an administrator gives alone.
    given: Mapping[Role, str]
    areas: Sequence[ServiceArea]
    regions: Sequence[Region]
    today: date


@dataclass(frozen=True, kw_only=True)
class NewPersonPage(Page):
    """Add a person."""

    template: ClassVar[str] = "accounts/new_person.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """A person's own account, and the change of their password."""

    template: ClassVar[str] = "accounts/account.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class SetPasswordPage(Page):
    """Another first password for somebody."""

    template: ClassVar[str] = "accounts/set_password.html"
    person: Person
    form: Filled


@dataclass(frozen=True, kw_only=True)
class DisablePage(Page):
    """Make sure before somebody is disabled."""

    template: ClassVar[str] = "accounts/disable.html"
    person: Person
    areas: Sequence[str]


@dataclass(frozen=True, kw_only=True)
class LogPage(Page):
    """The event log."""

    template: ClassVar[str] = "accounts/log.html"
    page: PageOf[Event]
    events: Sequence[tuple[Event, str, str]]


def _sign_in_page(visit: Visit, form: Filled) -> SignInPage:
    there = visit.sent("next") or visit.query("next")
    return SignInPage(
        title="Sign in", form=form, next=there, kept=visit.sent("kept"), sign_ins=visit.surroundings.sign_ins
    )


@router.get("/sign-in", anyone)
def sign_in_page(visit: Visit, person: Viewer | None) -> Response:
    """Show the sign-in page."""
    if person is not None:
        return RedirectResponse("/", 303)
    return visit.render(_sign_in_page(visit, Filled({"email": visit.query("email")})))


@router.post("/sign-in", anyone, slow=True)
def sign_in(visit: Visit, _person: Viewer | None) -> Response:
    """Sign a person in and take them where they were going."""
    sent, form = fill(SignInForm, visit.form)
    form = Filled({"email": form.value("email")}, form.errors)
    if sent is None:
        return visit.render(_sign_in_page(visit, form), status=422)
    try:
        person = actions.check_sign_in(
            visit.session, email=sent.email, password=sent.password, browser=hashed(browser_token(visit))
        )
    except Conflict as refusal:
        return visit.render(_sign_in_page(visit, form.with_errors(email=refusal.sentence)), status=429)
    if person is None:
        wrong = "The email address or the password is not right. Check both and try again"
        return visit.render(_sign_in_page(visit, form.with_errors(email=wrong)), status=422)
    record(visit.session, "signed_in", by=person.id, subject=Subject("person", person.id))
    visit.person = viewer_of(person)
    response = _resume(visit) or visit.redirect("/" if visit.sent("kept") else _page_to_go_to(visit.sent("next")))
    start_session(visit, person, response)
    return response


def _page_to_go_to(wanted: str) -> str:
    """Return where a person goes once they are signed in: the page of ours that they wanted, or their work."""
    return "/" if wanted.startswith("/sign-") else own_page(wanted) or "/"


def _resume(visit: Visit) -> Response | None:
    """Show what the person had typed before their session ended; what somebody else typed, nobody sees."""
    try:
        kept = json.loads(visit.sent("kept") or "null")
        fields = [(str(n), str(v)) for n, values in kept["form"].items() for v in values if n != "once"] if kept else []
        action = _page_to_go_to(str(kept["path"])) if kept else "/"
        json.dumps([fields, action], ensure_ascii=False).encode()
        theirs = bool(kept) and secrets.compare_digest(str(kept["by"]).encode(), seal(visit, visit.viewer.id).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Only something that no page of ours made.
        return None
    if not fields or action == "/" or not theirs:
        return None
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    shown = typed_in_words(visit, action, form)
    return visit.render(ResumePage(title="You are signed in again", action=action, fields=fields, shown=shown))


@router.post("/sign-out", anyone)
def sign_out(visit: Visit, person: Viewer | None) -> Response:
    """End the session."""
    response = visit.redirect("/sign-in", "You have signed out.")
    if person is not None:
        end_session(visit, response)
        record(visit.session, "signed_out", by=person.id, subject=Subject("person", person.id))
    return response


@router.get("/admin/people", administrator)
def people_page(visit: Visit, _viewer: Viewer) -> Response:
    """List everybody."""
    return visit.render(PeoplePage(title="People and roles", people=queries.people(visit.session), roles=ROLE_LABELS))


@router.get("/admin/people/new", administrator)
def new_person_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask for a new person's details."""
    return visit.render(NewPersonPage(title="Add a person", form=Filled()))


@router.post("/admin/people/new", administrator)
def new_person(visit: Visit, viewer: Viewer) -> Response:
    """Add a person."""
    sent, form = fill(PersonForm, visit.form)
    if sent is None:
        return visit.render(NewPersonPage(title="Add a person", form=form), status=422)
    if actions.find_person(visit.session, sent.email):
        taken = form.with_errors(email="Somebody with this address is there already")
        return visit.render(NewPersonPage(title="Add a person", form=taken), status=422)
    person = actions.add_person(
        visit.session, email=sent.email, name=sent.name, job_title=sent.job_title, password=sent.password, by=viewer.id
    )
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} can sign in now. Give them a role next.")


def _person_page(visit: Visit, person: Person, form: Filled) -> PersonPage:
    return PersonPage(
        title=person.name,
        person=person,
        form=form,
        roles=ROLE_LABELS,
        given={role: label for role, label in ROLE_LABELS.items() if role not in PROPOSED},
        areas=queries.areas(visit.session),
        regions=queries.regions(visit.session),
        today=today(),
    )


@router.get("/admin/people/{person_id}", person_by_administrator)
def person_page(visit: Visit, person: Person) -> Response:
    """Show a person and their roles."""
    return visit.render(_person_page(visit, person, Filled()))


@router.post("/admin/people/{person_id}/roles", person_by_administrator)
def grant(visit: Visit, person: Person) -> Response:
    """Give a role."""
    sent, form = fill(RoleForm, visit.form)
    if sent is None:
        return visit.render(_person_page(visit, person, form), status=422)
    if sent.scope_kind is not Scope.NATION and not sent.scope:
        missing = {sent.scope_kind.value: WHICH[sent.scope_kind]}
        return visit.render(_person_page(visit, person, form.with_errors(**missing)), status=422)
    if sent.faults():
        return visit.render(_person_page(visit, person, form.with_errors(**sent.faults())), status=422)
    if person.id == visit.viewer.id:
        raise Forbidden("You cannot change your own roles. Another administrator can.")
    try:
        scope = queries.audit_reference(visit.session, sent.scope) if sent.scope_kind is Scope.AUDIT else sent.scope
    except Conflict as refusal:
        return visit.render(_person_page(visit, person, form.with_errors(audit=refusal.sentence)), status=422)
    actions.grant_role(visit.session, person, sent.role, sent.scope_kind, scope, by=visit.viewer.id, days=sent.days)
    said = f"{person.name} is {sent.role.label.lower()} {sent.days.words or 'now'}."
    return visit.redirect(f"/admin/people/{person.id}", said)


@router.post("/admin/people/{person_id}/roles/{grant_id}/end", person_by_administrator)
def end_grant(visit: Visit, person: Person) -> Response:
    """Take a role away."""
    if person.id == visit.viewer.id:
        raise Forbidden("You cannot change your own roles. Another administrator can.")
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


@router.post("/admin/people/{person_id}/disable", person_by_administrator)
def disable(visit: Visit, person: Person) -> Response:
    """Disable a person."""
    _somebody_else(visit, person, NOT_ONESELF)
    actions.disable(visit.session, person, by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} can no longer sign in.")


@router.post("/admin/people/{person_id}/enable", person_by_administrator)
def enable(visit: Visit, person: Person) -> Response:
    """Let a disabled person sign in again."""
    actions.enable(visit.session, person, by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}", f"{person.name} can sign in again.")


@router.get("/admin/people/{person_id}/password", person_by_administrator)
def set_password_page(visit: Visit, person: Person) -> Response:
    """Ask for a new first password."""
    _somebody_else(visit, person, OWN_PASSWORD)
    return visit.render(SetPasswordPage(title="Set a new first password", person=person, form=Filled()))


@router.post("/admin/people/{person_id}/password", person_by_administrator, slow=True)
def set_password(visit: Visit, person: Person) -> Response:
    """Give a person a new first password."""
    _somebody_else(visit, person, OWN_PASSWORD)
    sent, form = fill(FirstPasswordForm, {**visit.form, "email": [person.email]})
    if sent is None:
        return visit.render(
            SetPasswordPage(title="Set a new first password", person=person, form=Filled({}, form.errors)), status=422
        )
    actions.set_password(visit.session, person, sent.password, by=visit.viewer.id)
    return visit.redirect(
        f"/admin/people/{person.id}", f"{person.name} has a new first password. Tell them in person or by telephone."
    )


@router.get("/account", signed_in)
def account_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show a person's own account."""
    return visit.render(AccountPage(title="Your account", form=Filled()))


@router.post("/account", signed_in, slow=True)
def change_password(visit: Visit, viewer: Viewer) -> Response:
    """Change one's own password, and end every other session."""
    sent, form = fill(OwnPasswordForm, {**visit.form, "email": [viewer.email]})
    form = Filled({}, form.errors)
    if sent is None:
        return visit.render(AccountPage(title="Your account", form=form), status=422)
    try:
        person = actions.check_sign_in(
            visit.session, email=viewer.email, password=sent.old_password, browser=hashed(browser_token(visit))
        )
    except Conflict as refusal:
        return visit.render(
            AccountPage(title="Your account", form=form.with_errors(old_password=refusal.sentence)), status=429
        )
    if person is None:
        wrong = form.with_errors(old_password="The password is not the one that you have now")  # noqa: S106 - a sentence
        return visit.render(AccountPage(title="Your account", form=wrong), status=422)
    actions.set_password(visit.session, person, sent.new_password, by=person.id)
    response = visit.redirect("/account", "Your password is changed. You are signed out everywhere else.")
    start_session(visit, person, response)
    return response


@router.post("/account/tool", signed_in)
def choose_setting(visit: Visit, viewer: Viewer) -> Response:
    """Keep how a person likes the tool, and lead back to where they were."""
    sent, _ = fill(SettingForm, visit.form)
    if sent is not None:
        actions.choose_setting(visit.session, sent.key, sent.value, by=viewer.id)
    return visit.redirect((sent and own_page(sent.back)) or "/")


@router.get("/admin/log", administrator)
def log_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show the event log, newest first."""
    page, events = queries.log(visit.session, visit.query("page"))
    return visit.render(LogPage(title="Event log", page=page, events=events))
