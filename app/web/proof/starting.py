"""Sessions begin and end: with the session's token in the browser and how its person proved who they are in its row."""

import secrets

from sqlalchemy import delete
from starlette.responses import Response

from app.clock import clock
from app.people.enums import SECONDED, FactorKind, Strength
from app.people.models import KnownBrowser, Person, SignedIn
from app.web.clients.browsers import browser_in_words
from app.web.pages import delete_cookie, set_cookie
from app.web.routing import Visit, browser_token
from app.web.sessions import BROWSER, OWN, SESSION, cookie_name, hashed


def start_session(visit: Visit, person: Person, response: Response, strength: Strength | None = None) -> None:
    """Sign a person in by what they proved just now: a new token, its hash in the database, the token in the browser.

    Without a `strength` it is as strong as the one before, and proved when that was. Whoever calls has recorded
    `signed_in`; a person with a second factor was asked for it before.
    """
    _end_current(visit)
    token, now = secrets.token_urlsafe(32), clock.now()
    made = SignedIn(token_sha256=hashed(token), person_id=person.id, created_at=now, seen_at=now)
    made.strength = strength or visit.strength
    made.proved_at = now if strength else visit.proved_at or now
    made.browser = browser_in_words(visit.request.headers.get("user-agent", ""))
    visit.session.add(made)
    set_cookie(response, visit.settings, SESSION, token)
    if browser := browser_token(visit) or (secrets.token_urlsafe(32) if is_own(visit) else ""):
        visit.session.merge(KnownBrowser(token_sha256=hashed(browser), person_id=person.id, at=now))
        set_cookie(response, visit.settings, BROWSER, browser)
    if _own_cookie(visit):
        delete_cookie(response, visit.settings, OWN)


def is_own(visit: Visit) -> bool:
    """Say whether somebody said on the way in that the computer is their own, so that its browser may be known."""
    return "yes" in {visit.sent(OWN.name), _own_cookie(visit)}


def _own_cookie(visit: Visit) -> str:
    return visit.request.cookies.get(cookie_name(visit.settings, OWN), "")


def carry_own(visit: Visit, response: Response) -> None:
    """Have what somebody said of the computer come along to the next step of signing in."""
    if visit.sent(OWN.name) == "yes":
        set_cookie(response, visit.settings, OWN, "yes")


def proved_now(visit: Visit, by: FactorKind | None = None) -> None:
    """Keep that whoever is signed in proved just now who they are, by a factor or by their password."""
    here = visit.session.get(SignedIn, hashed(session_token(visit)))
    if here is not None:
        here.proved_at = clock.now()
        here.strength = SECONDED.get((here.strength, by), here.strength) if by else here.strength
        visit.proved_at = here.proved_at


def end_others(visit: Visit, person_id: int) -> None:
    """Sign somebody out everywhere but here."""
    others = SignedIn.token_sha256 != hashed(session_token(visit))
    visit.session.execute(delete(SignedIn).where(SignedIn.person_id == person_id, others))


def session_token(visit: Visit) -> str:
    """Return the token of the session in which somebody is signed in, empty where nobody is."""
    return visit.request.cookies.get(cookie_name(visit.settings), "")


def _end_current(visit: Visit) -> None:
    kept = visit.session.get(SignedIn, hashed(session_token(visit)))
    if kept is not None and kept.ended_at is None:
        kept.ended_at = clock.now()


def end_session(visit: Visit, response: Response) -> None:
    """Sign the person out here; the token is worthless from now on."""
    _end_current(visit)
    delete_cookie(response, visit.settings, SESSION)
