"""Sessions begin and end: with the session's token in the browser and how its person proved who they are in its row."""

import secrets
from datetime import timedelta

from sqlalchemy import delete
from starlette.responses import Response

from app.clock import clock
from app.people.enums import SECONDED, FactorKind, Strength
from app.people.models import KnownBrowser, Person, SignedIn
from app.web.clients.browsers import browser_in_words
from app.web.routing import BROWSER, Visit, browser_token
from app.web.sessions import cookie_name, hashed

KNOWN_FOR = timedelta(days=365)
# The box that says that a computer is one's own, and for how many seconds that is carried through the steps.
OWN, CARRIED_FOR = "own", 600


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
    keep_cookie(visit, response, "session", token)
    if browser := browser_token(visit) or (secrets.token_urlsafe(32) if is_own(visit) else ""):
        visit.session.merge(KnownBrowser(token_sha256=hashed(browser), person_id=person.id, at=now))
        keep_cookie(visit, response, BROWSER, browser, max_age=int(KNOWN_FOR.total_seconds()))
    if _own_cookie(visit):
        forget_cookie(visit, response, OWN)


def is_own(visit: Visit) -> bool:
    """Say whether somebody said on the way in that the computer is their own, so that its browser may be known."""
    return "yes" in {visit.sent(OWN), _own_cookie(visit)}


def _own_cookie(visit: Visit) -> str:
    return visit.request.cookies.get(cookie_name(visit.settings, OWN), "")


def carry_own(visit: Visit, response: Response) -> None:
    """Have what somebody said of the computer come along to the next step of signing in."""
    if visit.sent(OWN) == "yes":
        keep_cookie(visit, response, OWN, "yes", max_age=CARRIED_FOR)


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


def keep_cookie(visit: Visit, response: Response, name: str, token: str, max_age: int | None = None) -> None:
    """Let a browser keep a token that no script can read, until it is closed or for some seconds."""
    response.set_cookie(
        cookie_name(visit.settings, name),
        token,
        max_age=max_age,
        httponly=True,
        samesite="lax",
        secure=visit.settings.https,
        path="/",
    )


def _end_current(visit: Visit) -> None:
    kept = visit.session.get(SignedIn, hashed(session_token(visit)))
    if kept is not None and kept.ended_at is None:
        kept.ended_at = clock.now()


def end_session(visit: Visit, response: Response) -> None:
    """Sign the person out here; the token is worthless from now on."""
    _end_current(visit)
    forget_cookie(visit, response, "session")


def forget_cookie(visit: Visit, response: Response, name: str) -> None:
    """Let a browser forget a token."""
    response.delete_cookie(
        cookie_name(visit.settings, name), secure=visit.settings.https, httponly=True, samesite="lax"
    )
