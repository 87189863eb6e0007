"""Routes of links: choosing a password with one, asking for one, and choosing one’s own after a temporary one."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts.actions import choose_password
from app.accounts.links import actions, queries
from app.accounts.links.forms import ForgottenForm, NewPasswordForm, chosen, ready
from app.accounts.links.rules import NOT_OPEN
from app.accounts.proving.entering import let_in
from app.accounts.rules import ACCOUNT, no_password
from app.errors import Conflict, Elsewhere, NotFound
from app.people.enums import AccountState, Strength
from app.people.models import Person
from app.people.passwords import matches
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.starting import start_session
from app.web.routing import CHOOSE, Guard, Router, Visit, anyone, signed_in

router = Router()
whoever_has_it = Guard("anyone with a link", lambda visit: queries.whose(visit.session, visit.word("link"))).making(
    ACCOUNT["join"]
)


@dataclass(frozen=True, kw_only=True)
class ChoosePage(Page):
    """Choose a password; `invited` for the first time."""

    template: ClassVar[str] = "accounts/links/choose.html"
    form: Filled
    email: str
    invited: bool
    temporary: bool
    # What single sign-on is called that can take the place of a password, and whether they may have one.
    provider: str = ""
    no_password: bool = False


@dataclass(frozen=True, kw_only=True)
class NotOpenPage(Page):
    """A link that opens nothing, and what to do."""

    template: ClassVar[str] = "accounts/links/not_open.html"
    sentence: str
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class ForgottenPage(Page):
    """Ask for a link because one has forgotten the password."""

    template: ClassVar[str] = "accounts/links/forgotten.html"
    form: Filled
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class AskedPage(Page):
    """What happens next, the same for every address."""

    template: ClassVar[str] = "accounts/links/asked.html"
    email: str


def _not_open(visit: Visit) -> Response:
    page = NotOpenPage(title="This link cannot be used", sentence=NOT_OPEN, by_mail=visit.settings.sends_mail)
    return visit.render(page, status=NotFound.status)


def _choose_page(visit: Visit, person: Person, form: Filled) -> ChoosePage:
    invited = person.state is AccountState.INVITED
    refused = no_password(person, visit.settings) is not None
    return ChoosePage(
        title="Choose how you sign in" if visit.settings.has_provider and invited else "Choose your password",
        form=form,
        email=person.email,
        invited=invited,
        temporary=False,
        provider=visit.settings.provider if invited or refused else "",
        no_password=refused,
    )


@router.get("/choose-password/{link}", whoever_has_it)
def link_page(visit: Visit, person: Person | None) -> Response:
    """Ask for a password; the link is not used up by looking at it."""
    return visit.render(_choose_page(visit, person, Filled())) if person else _not_open(visit)


@router.post("/choose-password/{link}", whoever_has_it, slow=True, beforehand=ready)
def use_link(visit: Visit, person: Person | None) -> Response:
    """Use a link up: keep the password, and sign its person in."""
    if person is None:
        return _not_open(visit)
    if no_password(person, visit.settings):
        return visit.render(_choose_page(visit, person, Filled()), status=409)
    sent, form = chosen(NewPasswordForm, visit, person)
    if sent is None:
        return visit.render(_choose_page(visit, person, Filled({}, form.errors)), status=422)
    try:
        person = actions.use_link(visit.session, visit.word("link"), sent.new_password)
    except Conflict:
        return _not_open(visit)
    return let_in(visit, person, Strength.PASSWORD, "Your password is set, and you are signed in.")


def _own_page(visit: Visit, viewer: Viewer, form: Filled) -> ChoosePage:
    if not visit.must_choose:
        raise Elsewhere("/account", "Your password is your own. You can change it here.")
    return ChoosePage(title="Choose your own password", form=form, email=viewer.email, invited=False, temporary=True)


@router.get(CHOOSE, signed_in)
def own_page(visit: Visit, viewer: Viewer) -> Response:
    """Ask for one's own password in the place of a temporary one."""
    return visit.render(_own_page(visit, viewer, Filled()))


@router.post(CHOOSE, signed_in.making(ACCOUNT["join"]), slow=True, beforehand=ready)
def choose_own(visit: Visit, viewer: Viewer) -> Response:
    """Keep one's own password; from now on everything is open."""
    page = _own_page(visit, viewer, Filled())
    person = visit.session.get_one(Person, viewer.id)
    sent, form = chosen(NewPasswordForm, visit, viewer)
    if sent and matches(sent.new_password, person.password_hash):
        sent, form = None, form.with_errors(new_password="Choose another password than the one you were given")  # noqa: S106 - a sentence
    if sent is None:
        page = _own_page(visit, viewer, Filled({}, form.errors))
        return visit.render(page, status=422)
    choose_password(visit.session, person, sent.new_password)
    response = visit.redirect("/", "Your own password is set. The one that you were given no longer works.")
    start_session(visit, person, response)
    return response


def _forgotten_page(visit: Visit, form: Filled) -> ForgottenPage:
    return ForgottenPage(title="I have forgotten my password", form=form, by_mail=visit.settings.sends_mail)


@router.get("/forgotten-password", anyone)
def forgotten_page(visit: Visit, _person: Viewer | None) -> Response:
    """Ask for the address."""
    return visit.render(_forgotten_page(visit, Filled({"email": visit.query("email")})))


@router.post("/forgotten-password", anyone)
def forgotten(visit: Visit, _person: Viewer | None) -> Response:
    """Keep that a link is wanted; the answer is the same for every address, and takes as long."""
    sent, form = fill(ForgottenForm, visit.form)
    if sent is None or not visit.settings.sends_mail:
        return visit.render(_forgotten_page(visit, form), status=422 if form.errors else 200)
    actions.ask_for_reset(visit.session, sent.email)
    return visit.render(AskedPage(title="Look at your email", email=sent.email))
