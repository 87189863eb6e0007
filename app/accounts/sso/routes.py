"""Routes of single sign-on: to the provider, and back from it."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode

from starlette.responses import RedirectResponse, Response

from app.accounts.links.queries import whose as whose_link
from app.accounts.rules import ACCOUNT
from app.accounts.sso import actions, queries
from app.accounts.sso.entering import come_in
from app.accounts.sso.provider import Begun, Declined, NotBelieved, ProviderSilent, provider_of
from app.accounts.sso.rules import Claims
from app.clock import today
from app.errors import Conflict, NotFound
from app.limits.actions import give_back, insist
from app.limits.rules import SIGN_INS_FROM
from app.long_acts.forethought import Forethought
from app.people.models import Person
from app.people.rules import Viewer
from app.web.clients.addresses import client_of, network_of
from app.web.clients.security import tell
from app.web.pages import Page, delete_cookie, set_cookie
from app.web.routing import Guard, Router, Visit, browser_token
from app.web.sessions import SSO, cookie_name, hashed

router = Router()


def _provided(visit: Visit) -> Viewer | None:
    if not visit.settings.has_provider:
        raise NotFound
    return visit.person


def _invited(visit: Visit) -> Person | None:
    _provided(visit)
    return whose_link(visit.session, visit.word("link"))


where_provided = Guard("anyone, where there is single sign-on", _provided)
with_a_link = Guard("anyone with a link, where there is single sign-on", _invited)


@dataclass(frozen=True, kw_only=True)
class GoingPage(Page):
    """The way to the provider."""

    template: ClassVar[str] = "accounts/sso/going.html"
    address: str
    name: str


@dataclass(frozen=True, kw_only=True)
class NotInPage(Page):
    """Why somebody did not come in, and what to do."""

    template: ClassVar[str] = "accounts/sso/not_in.html"
    sentence: str
    name: str
    next: str
    kept: str


@dataclass(frozen=True, slots=True)
class Came:
    """What came of a word with the provider: where to go or who it is, or why neither."""

    begun: Begun | None = None
    address: str = ""
    claims: Claims | None = None
    # What a person reads, and what the log says.
    sentence: str = ""
    why: str = ""
    status: int = 403


def _thought(came: Came) -> Forethought[Came]:
    """Return it as what an act is given: it rests on nothing that is here."""
    return Forethought(came, 0, today(), ())


def _silent(visit: Visit, why: Exception) -> Came:
    name, other = visit.settings.oidc_name, ""
    if visit.settings.passwords:
        other = " If you have a password here, you can sign in with it meanwhile."
    sentence = f"{name[:1].upper()}{name[1:]} did not answer. Wait a minute, then try again.{other}"
    return Came(sentence=sentence, why=str(why), status=503)


def _not_believed(why: object) -> Came:
    sentence = "What came back could not be checked, so nobody was signed in. Begin again from the sign-in page."
    return Came(sentence=sentence, why=str(why))


def _ask(visit: Visit, _found: object) -> Forethought[Came]:
    """Find out where the provider wants people to go."""
    begun = Begun.new()
    visit.session.rollback()
    return _thought(_came(visit, lambda: Came(begun, provider_of(visit.settings).address(begun))))


@router.get("/sign-in/sso", where_provided)
def sso_page(visit: Visit, _person: Viewer | None) -> Response:
    """Lead to the sign-in page: nobody is signed in without a press of theirs."""
    return RedirectResponse(f"/sign-in?{urlencode({'next': visit.query('next')})}", 303)


@router.post("/sign-in/sso", where_provided, slow=True, beforehand=_ask)
def begin(visit: Visit, _person: Viewer | None) -> Response:
    """Send somebody to the provider, and keep what has to come back."""
    return _go(visit, "")


@router.post("/choose-password/{link}/sso", with_a_link.making(ACCOUNT["join"]), slow=True, beforehand=_ask)
def begin_invited(visit: Visit, person: Person | None) -> Response:
    """Send somebody to the provider with their invitation, which ties them to whom it knows."""
    return _go(visit, hashed(visit.word("link")) if person else "")


def _go(visit: Visit, link: str) -> Response:
    came: Came = visit.forethought.found
    if came.begun is None:
        return _not_in(visit, came, next_=visit.sent("next"), kept=visit.sent("kept"))
    if not queries.is_known(visit.session, browser_token(visit)):
        insist(visit.session, SIGN_INS_FROM, _client(visit))
    token, begun = secrets.token_urlsafe(32), came.begun
    what = {"state": begun.state, "nonce": begun.nonce, "verifier": begun.verifier, "link_sha256": link}
    actions.begin(visit.session, token, **what, next=visit.sent("next"), kept=visit.sent("kept"))
    name = visit.settings.oidc_name
    # A page, and no redirect: the content policy lets no form lead elsewhere.
    response = visit.render(GoingPage(title=f"On the way to {name}", address=came.address, name=name))
    set_cookie(response, visit.settings, SSO, token)
    return response


def _client(visit: Visit) -> str:
    return network_of(client_of(visit.request, visit.settings))


def _token(visit: Visit) -> str:
    return visit.request.cookies.get(cookie_name(visit.settings, SSO), "")


def _finish(visit: Visit, _found: object) -> Forethought[Came]:
    """Have the provider say who it is, before anything is held."""
    row = queries.begun(visit.session, _token(visit))
    if row is None:
        return _thought(_not_believed("nothing was begun in this browser, or too long ago"))
    begun, query = Begun(row.state, row.nonce, row.verifier), dict(visit.request.query_params)
    # Whoever waits for the provider keeps no connection to the database.
    visit.session.rollback()
    return _thought(_came(visit, lambda: Came(begun, claims=provider_of(visit.settings).claims(begun, query))))


def _came(visit: Visit, ask: Callable[[], Came]) -> Came:
    """Return what came of a word with the provider, or why nothing did."""
    try:
        return ask()
    except Declined as why:
        sentence = f"You were not signed in by {visit.settings.oidc_name}. Begin again from the sign-in page."
        return Came(sentence=sentence, why=str(why))
    except ProviderSilent as why:
        return _silent(visit, why)
    except NotBelieved as why:
        return _not_believed(why)


@router.get(
    "/sign-in/back", where_provided.making(ACCOUNT["join"]), writes=True, slow=True, beforehand=_finish, seen=False
)
def finish(visit: Visit, _person: Viewer | None) -> Response:
    """Sign in whom the provider sent back, once."""
    came: Came = visit.forethought.found
    row = queries.begun(visit.session, _token(visit))
    next_, kept, link = (row.next, row.kept, row.link_sha256) if row else ("", "", "")
    if not actions.use_up(visit.session, _token(visit)) and came.claims:
        came = _not_believed("it was used already")
    person = None
    if came.claims:
        try:
            person = actions.person_for(visit.session, came.claims, link, visit.settings)
        except Conflict as refusal:
            came = Came(sentence=refusal.sentence, why="nobody is tied to them")
    if person is None or came.claims is None:
        return _not_in(visit, came, next_=next_, kept=kept)
    if not queries.is_known(visit.session, browser_token(visit)):
        give_back(visit.session, SIGN_INS_FROM, _client(visit))
    visit.form = {"next": [next_], "kept": [kept]}
    response = come_in(visit, person, came.claims)
    delete_cookie(response, visit.settings, SSO)
    return response


def _not_in(visit: Visit, came: Came, *, next_: str, kept: str) -> Response:
    tell(visit.request, visit.settings, "sso_refused", why=came.why)
    name = visit.settings.oidc_name
    page = NotInPage(title="You are not signed in", sentence=came.sentence, name=name, next=next_, kept=kept)
    return visit.render(page, status=came.status)
