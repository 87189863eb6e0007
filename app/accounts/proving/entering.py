"""What follows on a password, or on the word of an organisation: the second step where there is one, or the session."""

from dataclasses import dataclass
from typing import ClassVar
from urllib.parse import urlencode, urlsplit

from starlette.responses import Response

from app.accounts.factors import actions
from app.accounts.factors.passkeys import Asked, Site
from app.events import Subject, record
from app.people.enums import FactorKind, Strength
from app.people.factors import HalfWay, kinds_of
from app.people.models import Person
from app.web.pages import Filled, Page, delete_cookie, set_cookie
from app.web.proof.resuming import goes_on
from app.web.proof.starting import carry_own, start_session
from app.web.routing import Visit
from app.web.sessions import HALF, cookie_name, viewer_of

SECOND = "/sign-in/factor"


@dataclass(frozen=True, kw_only=True)
class SecondPage(Page):
    """The second step of signing in: a code, a passkey, or a recovery code."""

    template: ClassVar[str] = "accounts/proving/second.html"
    form: Filled
    next: str
    kept: str
    app: bool
    passkey: bool


def let_in(visit: Visit, person: Person, strength: Strength, said: str = "") -> Response:
    """Sign in somebody who proved the first half of who they are, or ask for the second, where they have one."""
    if not kinds_of(visit.session, person.id):
        return enter(visit, person, strength, said)
    token = actions.new_token()
    actions.begin_half(visit.session, token, person.id, strength)
    if visit.request.method == "POST" or visit.sent("kept"):
        response = visit.render(second_page(visit, person.id, Filled()))
    else:
        response = visit.redirect(f"{SECOND}?{urlencode({'next': visit.sent('next') or visit.query('next')})}")
    set_cookie(response, visit.settings, HALF, token)
    carry_own(visit, response)
    return response


def second_page(visit: Visit, person_id: int, form: Filled) -> SecondPage:
    """Return the page of the second step."""
    kinds = kinds_of(visit.session, person_id)
    return SecondPage(
        title="Now prove that it is you",
        form=form,
        next=visit.sent("next") or visit.query("next"),
        kept=visit.sent("kept"),
        app=FactorKind.CODE in kinds,
        passkey=FactorKind.PASSKEY in kinds,
    )


def enter(visit: Visit, person: Person, strength: Strength, said: str = "") -> Response:
    """Sign in somebody who proved all that they have to, and go on with what they had begun."""
    details = {"by": strength}
    record(visit.session, "signed_in", by=person.id, subject=Subject("person", person.id), details=details)
    visit.person = viewer_of(person)
    response = goes_on(visit, said)
    start_session(visit, person, response, strength)
    delete_cookie(response, visit.settings, HALF)
    return response


def half_token(visit: Visit) -> str:
    """Return the token of a browser that is half way in, empty where it is not."""
    return visit.request.cookies.get(cookie_name(visit.settings, HALF), "")


def site_of(visit: Visit) -> Site:
    """Return where passkeys of this installation work: at its address, or where a browser asks that knows no other."""
    scheme = "https" if visit.settings.https else "http"
    at = urlsplit(visit.settings.address or f"{scheme}://{visit.request.headers.get('host', '')}")
    return Site(at.hostname or "", f"{at.scheme}://{at.netloc}")


def asked(half: HalfWay, what: Asked) -> Response:
    """Return what a browser is asked for, and keep what its passkey has to sign."""
    half.challenge = what.challenge
    return Response(what.options, media_type="application/json")
