"""Routes: every address with its guard, what a visit is, and who is signed in."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import partial
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote, urlencode

from markupsafe import Markup
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from app.clock import clock
from app.errors import Conflict, Elsewhere, Forbidden, NotFound, SignInNeeded, TooMany
from app.labels import label_of, told_address
from app.long_acts.forethought import Forethought
from app.people.case_files import case_files
from app.people.enums import Role, Strength
from app.people.kinds import kinds_of
from app.people.queries import settings_now
from app.people.rules import Viewer
from app.people.service import service_of
from app.settings import Settings
from app.web.pages import Page, delete_cookie, is_of_rehearsal, render, set_cookie
from app.web.readiness import Readiness
from app.web.refusals import typed_text
from app.web.sessions import BROWSER, NOTICE, SENT, Cookie, Lasts, browser_key, cookie_name, hashed
from app.workflow import AnyRow, in_words

T = TypeVar("T")
Handler = Callable[["Visit", T], Response]
TO_KNOW = "i:"
# Where somebody chooses their own password in the place of one that was set for them.
CHOOSE = "/account/choose-password"
# Where somebody sets up a second factor, and below it what they need for that.
SET_UP = "/account/factors"
NOT_YET = "Set up how you prove who you are, beside your password. Then you can go on."
# Where somebody who is signed in proves again who they are.
PROVE = "/account/prove"
LARGEST_ID = 2**31 - 1


@dataclass(frozen=True, slots=True)
class SignIn:
    """Somebody whom anyone may sign in as, in a demonstration."""

    email: str
    password: str
    name: str
    job: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the roof tells the routes of the rooms of one application."""

    # Where a person can go from every page.
    navigation: Callable[[Viewer], list[dict[str, str]]]
    # Gives what was typed on a page the words of that page's form.
    wording: Callable[["Visit", str, Mapping[str, str]], dict[str, str]]
    # Looks whether the installation can do its work.
    ready: Callable[[], Readiness]
    # Gives, for a visit, a case and who wrote of it, what shows evidence with the documents that it names as links.
    evidence_of: Callable[..., Callable[[str], Markup]]
    # Every address of the application, for the page that says who may open which.
    routes: Callable[[], Sequence["Route"]]
    # Shown on the sign-in page of a demonstration only.
    sign_ins: Sequence[SignIn] = ()


@dataclass
class Visit:
    """One request: who, what they sent, and the session in which it is answered."""

    request: Request
    session: Session
    settings: Settings
    surroundings: Surroundings
    person: Viewer | None
    form: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)
    # What a script of ours sent, read.
    data: Any = None
    # How long the session lasts, where somebody is signed in.
    lasts: Lasts | None = None
    # The installation's settings as they stand, where somebody is signed in.
    kept_settings: str = ""
    # Whether somebody else set the person's password: nothing is open before they choose their own.
    must_choose: bool = False
    # Whether they need a second factor and have proved none: nothing is open before they set one up.
    must_set_up: bool = False
    # When they last proved in this session who they are.
    proved_at: datetime | None = None
    # By what.
    strength: Strength = Strength.PASSWORD
    # By what the form that was sent is known, where the same form sent again gets the same answer.
    sent_form: str = ""
    # What the route worked out before the act took its turn to write, None where it has to be worked out in it.
    forethought: Any = None
    # What the route is about, as its guard found it.
    about: Any = None

    @property
    def viewer(self) -> Viewer:
        """Return the signed-in person; raises SignInNeeded."""
        if self.person is None:
            raise SignInNeeded
        return self.person

    def word(self, name: str) -> str:
        """Return a path parameter; one with a NUL, which no database keeps, does not exist."""
        text = str(self.request.path_params[name])
        if "\x00" in text:
            raise NotFound
        return text

    def number(self, name: str) -> int:
        """Return a path parameter that is a row's number; anything else does not exist."""
        text = self.word(name)
        if not (text.isascii() and text.isdigit() and 0 < int(text[:11]) <= LARGEST_ID and len(text) < 11):  # noqa: PLR2004
            raise NotFound
        return int(text)

    def query(self, name: str) -> str:
        """Return a value of the query string, empty where it is absent."""
        return self.request.query_params.get(name, "").replace("\x00", "")

    def sent(self, name: str) -> str:
        """Return one field of the form, empty where it is absent."""
        return (self.form.get(name) or [""])[0]

    def turn_away(self, refusal: str | None, location: str) -> None:
        """Lead whoever looks to the page that says how things are, and refuse whoever acts.

        Nothing where there is no refusal.
        """
        if refusal:
            raise Elsewhere(location, refusal) if self.request.method == "GET" else Conflict(refusal)

    def render(self, page: Page, *, status: int = 200) -> Response:
        """Answer with a page; 422 means "your form"."""
        response = render(page, chrome(self), status=status)
        for told_once in (NOTICE, SENT):
            if self.request.cookies.get(cookie_name(self.settings, told_once)):
                delete_cookie(response, self.settings, told_once)
        return response

    def redirect(self, path: str, notice: str = "", *, done: bool = True) -> Response:
        """Answer 303 to another page, which shows the notice once: as something done, or as something to know."""
        response = RedirectResponse(path, 303)
        if notice:
            self.tell_next(response, NOTICE, notice if done else f"{TO_KNOW}{notice}")
        return response

    def tell_next(self, response: Response, cookie: Cookie, text: str) -> None:
        """Let the next page know something once."""
        set_cookie(response, self.settings, cookie, quote(text))


@dataclass(frozen=True)
class Guard(Generic[T]):
    """Who may come in, in words, and the function that finds what the route is about or refuses."""

    words: str
    find: Callable[[Visit], T]
    # The rows of the moves that are made behind it; they say who may.
    moves: tuple[AnyRow, ...] = ()

    def making(self, *moves: AnyRow) -> "Guard[T]":
        """Return the same guard for a route that makes some moves."""
        return replace(self, moves=moves)


def only_for(
    guard: Guard[T], *roles: Role, at: Callable[[T], tuple[str, str]], words: str, refusal: str = ""
) -> Guard[T]:
    """Return a guard for those who hold one of some roles; whoever may see the thing in another role gets 403.

    `at` gives the reference of the audit and the area to which the thing belongs.
    """

    def find(visit: Visit) -> T:
        found = guard.find(visit)
        audit_ref, area = at(found)
        if not visit.viewer.has(*roles, audit=audit_ref, area=area):
            # In the words of this service, which are not known before somebody asks.
            raise Forbidden(refusal or f"This page is for {in_words(roles)}.")
        return found

    return Guard(words, find)


@dataclass(frozen=True)
class Route:
    """One address and method, its guard and its handler."""

    method: str
    path: str
    guard: Guard[Any]
    handler: Callable[[Visit, Any], Response]
    # An act that only reads, such as checking a file, must not keep others from writing meanwhile.
    writes: bool = True
    # An act that keeps a processor busy for long, such as checking a password, has threads of its own.
    slow: bool = False
    # What takes long and changes nothing, such as drawing, is done before an act takes its turn to write.
    beforehand: Callable[[Visit, Any], Forethought[Any] | None] | None = None
    # A script that only asks is no sign of a person: the session does not last longer.
    seen: bool = True

    def __post_init__(self) -> None:
        if not isinstance(self.guard, Guard):
            message = f"{self.method} {self.path} has no guard. Say who may come in: one of the room's guards.py."
            raise TypeError(message)

    @property
    def grouped(self) -> bool:
        """Say whether it is done in one transaction with what others send at the same time.

        What scripts of ours save is small and frequent.
        """
        return self.method == "PUT"


class Router:
    """The routes of one room."""

    def __init__(self) -> None:
        self.all: list[Route] = []

    def get(
        self,
        path: str,
        guard: Guard[T],
        *,
        writes: bool = False,
        seen: bool = True,
        slow: bool = False,
        beforehand: Callable[[Visit, T], Forethought[Any] | None] | None = None,
    ) -> Callable[[Handler[T]], Handler[T]]:
        """Add a page; one that `writes` keeps that somebody opened it, and changes nothing else."""
        return self._add("GET", path, guard, writes=writes, seen=seen, slow=slow, beforehand=beforehand)

    def post(
        self,
        path: str,
        guard: Guard[T],
        *,
        writes: bool = True,
        slow: bool = False,
        beforehand: Callable[[Visit, T], Forethought[Any] | None] | None = None,
    ) -> Callable[[Handler[T]], Handler[T]]:
        """Add an act."""
        return self._add("POST", path, guard, writes=writes, slow=slow, beforehand=beforehand)

    def put(self, path: str, guard: Guard[T]) -> Callable[[Handler[T]], Handler[T]]:
        """Add what a script of ours saves: JSON in and out, done together with what others save at the same moment."""
        return self._add("PUT", path, guard, writes=True)

    def _add(
        self,
        method: str,
        path: str,
        guard: Guard[T],
        *,
        writes: bool = False,
        slow: bool = False,
        beforehand: Callable[[Visit, T], Forethought[Any] | None] | None = None,
        seen: bool = True,
    ) -> Callable[[Handler[T]], Handler[T]]:
        def keep(handler: Handler[T]) -> Handler[T]:
            self.all.append(Route(method, path, guard, handler, writes, slow, beforehand, seen))
            return handler

        return keep


anyone = Guard("anyone", lambda visit: visit.person)
# What somebody reaches whose password was set for them: the page on which they choose, and how long they stay.
_REACHED = {CHOOSE, "/session", "/choose-password/{link}"}
signed_in = Guard("anyone who is signed in", lambda visit: visit.viewer)


def _administrator(visit: Visit) -> Viewer:
    if not visit.viewer.holds(Role.ADMINISTRATOR):
        raise NotFound
    return visit.viewer


administrator = Guard("an administrator", _administrator)


def found_behind(visit: Visit, route: Route) -> Any:  # noqa: ANN401 - whatever the guard finds
    """Return what a route is about, as its guard finds it.

    Raises Elsewhere for whoever has to choose a password, or to set up a second factor, before anything else.
    """
    if visit.must_choose and route.guard is not anyone and route.path not in _REACHED:
        raise Elsewhere(CHOOSE, "Choose your own password first.")
    if visit.must_set_up and not visit.must_choose and route.guard is not anyone and not _sets_up(route.path):
        visit.turn_away(NOT_YET, f"{SET_UP}/new?{urlencode({'next': path_of(visit.request)})}")
    visit.about = route.guard.find(visit)
    return visit.about


def too_often(visit: Visit, page: Page, refusal: TooMany) -> Response:
    """Answer somebody who tries too often with a page of theirs, what they typed on it, and when to try again."""
    response = visit.render(page, status=refusal.status)
    response.headers["Retry-After"] = str(refusal.seconds)
    return response


def _sets_up(path: str) -> bool:
    """Say whether an address is reached by somebody who has to set up a second factor before anything else."""
    return path.startswith((SET_UP, PROVE)) or path == "/session"


def path_of(request: Request) -> str:
    """Return the path of a request as it came; no header has a part in it."""
    return str(request.scope["path"])


def seal(visit: Visit, person: int) -> str:
    """Return what ties a kept text to the person who typed it, in the browser in which they did.

    On a computer that others use too the browser is not known, but it still has the token of the session that ended.
    """
    here = browser_token(visit) or visit.request.cookies.get(cookie_name(visit.settings), "")
    return hashed(f"kept for {person} in {here}")


def typed_in_words(visit: Visit, path: str, form: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what a person typed, by the labels of the form that they typed it in."""
    typed = typed_text(form)
    try:
        return (
            visit.surroundings.wording(visit, path, typed)
            if typed and visit.person
            else {label_of(name): text for name, text in typed.items()}
        )
    except SQLAlchemyError:
        return typed


def chrome(visit: Visit) -> dict[str, Any]:
    """Return what surrounds every page: who is signed in, where they can go, the notice, the token, files."""
    path = path_of(visit.request)
    notice = unquote(visit.request.cookies.get(cookie_name(visit.settings, NOTICE), ""))
    return {
        "viewer": visit.person,
        "navigation": [
            {**item, "current": _is_here(item["href"], path)} for item in visit.surroundings.navigation(visit.person)
        ]
        if visit.person and not (visit.must_choose or visit.must_set_up)
        else [],
        "organisation": _organisation(visit),
        "demo": visit.settings.demo,
        "notice": notice.removeprefix(TO_KNOW),
        "notice_type": "" if notice.startswith(TO_KNOW) else "success",
        "path": path,
        "lasts": visit.lasts,
        "browser_key": browser_key(visit.session, visit.person.id) if visit.person else "",
        # For paper: a script says when it is printed, and without one this is the nearest to it.
        "page_opened": clock.now(),
        "form_done": unquote(visit.request.cookies.get(cookie_name(visit.settings, SENT), "")),
        "answers_a_form": visit.request.method == "POST",
        "once": secrets.token_urlsafe(18),
        "case_files": case_files(visit.kept_settings),
        "evidence_of": partial(visit.surroundings.evidence_of, visit),
        "kinds_of_work": kinds_of(visit.kept_settings),
        "rehearsal": is_of_rehearsal(visit.about),
        "problem_page": told_address(path),
    }


def _organisation(visit: Visit) -> str:
    """Return what the organisation is called; whoever has not signed in brought no settings."""
    if visit.person is not None:
        return visit.settings.organisation
    try:
        return service_of(settings_now(visit.session)).on(visit.settings).organisation
    except SQLAlchemyError:
        return visit.settings.organisation


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def browser_token(visit: Visit) -> str:
    """Return the token by which a browser is known again, empty where nobody has signed in there."""
    return visit.request.cookies.get(cookie_name(visit.settings, BROWSER), "")
