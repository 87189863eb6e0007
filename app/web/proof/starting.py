"""Sessions begin and end: with the session's token in the browser and how its person proved who they are in its row."""

import secrets
from datetime import timedelta

from starlette.responses import Response

from app.clock import clock
from app.people.enums import Strength
from app.people.models import KnownBrowser, Person, SignedIn
from app.web.routing import BROWSER, Visit, browser_token
from app.web.sessions import cookie_name, hashed

KNOWN_FOR = timedelta(days=365)


def start_session(visit: Visit, person: Person, response: Response, strength: Strength = Strength.PASSWORD) -> None:
    """Sign a person in by what they proved just now: a new token, its hash in the database, the token in the browser.

    Whoever calls has recorded `signed_in`; a person with a second factor was asked for it before.
    """
    _end_current(visit)
    token, now = secrets.token_urlsafe(32), clock.now()
    times = {"created_at": now, "seen_at": now, "proved_at": now}
    visit.session.add(SignedIn(token_sha256=hashed(token), person_id=person.id, strength=strength, **times))
    keep_cookie(visit, response, "session", token)
    browser = browser_token(visit) or secrets.token_urlsafe(32)
    visit.session.merge(KnownBrowser(token_sha256=hashed(browser), person_id=person.id, at=now))
    keep_cookie(visit, response, BROWSER, browser, max_age=int(KNOWN_FOR.total_seconds()))


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
    kept = visit.session.get(SignedIn, hashed(visit.request.cookies.get(cookie_name(visit.settings), "")))
    if kept is not None and kept.ended_at is None:
        kept.ended_at = clock.now()


def end_session(visit: Visit, response: Response) -> None:
    """Sign the person out here; the token is worthless from now on."""
    _end_current(visit)
    response.delete_cookie(cookie_name(visit.settings), secure=visit.settings.https, httponly=True, samesite="lax")
