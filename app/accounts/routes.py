"""Routes of signing in, the account, people and the event log."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from starlette.responses import RedirectResponse, Response

from app.accounts import actions, queries
from app.accounts.forms import DetailsForm, OwnPasswordForm, SettingForm, SignInForm
from app.accounts.links.forms import chosen, ready
from app.accounts.proving.entering import let_in
from app.accounts.rules import no_password
from app.accounts.sso.provider import way_out
from app.db import PageOf
from app.errors import TooMany
from app.events import Event, Subject, record
from app.people.enums import Strength
from app.people.models import Person
from app.people.rules import Viewer
from app.web.clients.addresses import client_of, network_of
from app.web.clients.security import tell
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.starting import end_session, start_session
from app.web.refusals import own_page
from app.web.routing import (
    Router,
    SignIn,
    Visit,
    administrator,
    anyone,
    browser_token,
    signed_in,
    too_often,
)
from app.web.sessions import hashed

router = Router()


@dataclass(frozen=True, kw_only=True)
class SignInPage(Page):
    """Sign in."""

    template: ClassVar[str] = "accounts/sign_in.html"
    form: Filled
    next: str
    kept: str
    sign_ins: Sequence[SignIn]
    # What single sign-on is called, empty where there is none, and whether everybody may have a password.
    provider: str
    passwords: bool
    # Where whoever has just signed out can sign out of the provider too.
    way_out: str


@dataclass(frozen=True, kw_only=True)
class AccountPage(Page):
    """A person's own account, and the change of their password."""

    template: ClassVar[str] = "accounts/account.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class DetailsPage(Page):
    """A person's own name and job title."""

    template: ClassVar[str] = "accounts/details.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class LogPage(Page):
    """The event log."""

    template: ClassVar[str] = "accounts/log.html"
    page: PageOf[Event]
    events: Sequence[tuple[Event, str, str]]


def sign_in_page_of(visit: Visit, form: Filled) -> SignInPage:
    """Return the sign-in page, with where somebody wanted to go and what they had typed."""
    there = visit.sent("next") or visit.query("next")
    return SignInPage(
        title="Sign in",
        form=form,
        next=there,
        kept=visit.sent("kept"),
        sign_ins=visit.surroundings.sign_ins,
        provider=visit.settings.provider,
        passwords=visit.settings.passwords,
        way_out=way_out(visit.settings) if visit.query("out") else "",
    )


@router.get("/sign-in", anyone)
def sign_in_page(visit: Visit, person: Viewer | None) -> Response:
    """Show the sign-in page."""
    if person is not None:
        return RedirectResponse("/", 303)
    return visit.render(sign_in_page_of(visit, Filled({"email": visit.query("email")})))


@router.post("/sign-in", anyone, slow=True)
def sign_in(visit: Visit, _person: Viewer | None) -> Response:
    """Sign a person in and take them where they were going."""
    sent, form = fill(SignInForm, visit.form)
    form = Filled({"email": form.value("email")}, form.errors)
    if sent is None:
        return visit.render(sign_in_page_of(visit, form), status=422)
    try:
        person = _checked(visit, sent.email, sent.password)
    except TooMany as refusal:
        return too_often(visit, sign_in_page_of(visit, form.with_errors(email=refusal.sentence)), refusal)
    if person is None:
        wrong = "The email address or the password is not right. Check both and try again"
        return visit.render(sign_in_page_of(visit, form.with_errors(email=wrong)), status=422)
    if elsewhere := no_password(person, visit.settings):
        return visit.render(sign_in_page_of(visit, form.with_errors(email=elsewhere)), status=422)
    return let_in(visit, person, Strength.PASSWORD)


def _checked(visit: Visit, email: str, password: str) -> Person | None:
    """Return whose password this is, and have the log say who was not let in; raises TooMany."""
    client, browser = network_of(client_of(visit.request, visit.settings)), hashed(browser_token(visit))
    tried = actions.find_person(visit.session, email)
    told = partial(tell, visit.request, visit.settings, person=tried.id if tried else None)
    try:
        found = actions.check_sign_in(visit.session, email=email, password=password, browser=browser, client=client)
    except TooMany as refusal:
        told("sign_in_refused", why=refusal.sentence)
        raise
    if found is None:
        told("sign_in_failed")
    return found


@router.post("/sign-out", anyone)
def sign_out(visit: Visit, person: Viewer | None) -> Response:
    """End the session."""
    there = "/sign-in?out=yes" if visit.settings.has_provider else "/sign-in"
    response = visit.redirect(there, "You have signed out.")
    # What the browser has kept of pages and files by itself goes too (ASVS 14.3.1).
    response.headers["Clear-Site-Data"] = '"cache"'
    if person is not None:
        end_session(visit, response)
        record(visit.session, "signed_out", by=person.id, subject=Subject("person", person.id))
    return response


@router.get("/account", signed_in)
def account_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show a person's own account."""
    return visit.render(AccountPage(title="Your account", form=Filled()))


@router.post("/account", signed_in, slow=True, beforehand=ready)
def change_password(visit: Visit, viewer: Viewer) -> Response:
    """Change one's own password, and end every other session."""
    sent, form = chosen(OwnPasswordForm, visit, viewer)
    form = Filled({}, form.errors)
    if sent is None:
        return visit.render(AccountPage(title="Your account", form=form), status=422)
    try:
        person = _checked(visit, viewer.email, sent.old_password)
    except TooMany as refusal:
        page = AccountPage(title="Your account", form=form.with_errors(old_password=refusal.sentence))
        return too_often(visit, page, refusal)
    if person is None:
        wrong = form.with_errors(old_password="The password is not the one that you have now")  # noqa: S106 - a sentence
        return visit.render(AccountPage(title="Your account", form=wrong), status=422)
    actions.set_password(visit.session, person, sent.new_password, by=person.id)
    response = visit.redirect("/account", "Your password is changed. You are signed out everywhere else.")
    start_session(visit, person, response)
    return response


def _details_page(form: Filled) -> DetailsPage:
    return DetailsPage(title="Change your name or job title", form=form)


@router.get("/account/details", signed_in)
def details_page(visit: Visit, viewer: Viewer) -> Response:
    """Show a person's own name and job title, to be mended."""
    return visit.render(_details_page(Filled({"name": viewer.name, "job_title": viewer.job_title})))


@router.post("/account/details", signed_in)
def change_details(visit: Visit, viewer: Viewer) -> Response:
    """Mend one's own name or job title; the address is an administrator's to change."""
    sent, form = fill(DetailsForm, {**visit.form, "email": [viewer.email]})
    if sent is None:
        return visit.render(_details_page(form), status=422)
    person = visit.session.get_one(Person, viewer.id)
    changed = actions.edit_person(visit.session, person, sent, by=viewer.id)
    return visit.redirect("/account", "Changed." if changed else "Nothing was changed.")


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
