"""Doors: every address with its guard; who is signed in; one request, one transaction, one answer."""

import hashlib
import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, ClassVar, Generic, TypeVar
from urllib.parse import quote, unquote, urlencode, urlsplit

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm import Session, joinedload
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.clock import clock
from app.db import Database
from app.errors import Conflict, NotFound, Refusal, SignInNeeded, Unavailable
from app.pages import Page, render
from app.people.models import Person, SentForm, SignedIn
from app.people.rules import Grant, Viewer
from app.settings import Settings

T = TypeVar("T")
Handler = Callable[["Visit", T], Response]
logger = logging.getLogger("casework_audit.refusals")
IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=10)
SEEN_EVERY = timedelta(minutes=5)
NOTICE = "notice"
LARGEST_ID = 2**31 - 1
# The default pool of 40 threads costs 1.7 to 4 times the CPU on short work (performance.md 6.4).
_THREADS = 4


@dataclass(frozen=True, kw_only=True)
class RefusalPage(Page):
    """What is shown when something is refused: the sentence, and what the person had typed."""

    template: ClassVar[str] = "refusal.html"
    status: int
    sentence: str
    typed: Mapping[str, str]
    back: str


@dataclass(frozen=True, kw_only=True)
class SignInAgainPage(Page):
    """The sign-in page met on the way to another page; it keeps what was typed."""

    template: ClassVar[str] = "sign_in_needed.html"
    next: str
    kept: str


@dataclass
class Visit:
    """One request: who, what they sent, and the session in which it is answered."""

    request: Request
    session: Session
    settings: Settings
    person: Viewer | None
    form: Mapping[str, list[str]] = field(default_factory=dict)
    files: Mapping[str, UploadFile] = field(default_factory=dict)

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

    def render(self, page: Page, *, status: int = 200) -> Response:
        """Answer with a page; 422 means "your form"."""
        response = render(page, chrome(self), status=status)
        if self.request.cookies.get(NOTICE):
            response.delete_cookie(NOTICE)
        return response

    def redirect(self, path: str, notice: str = "") -> Response:
        """Answer 303 to another page, which shows the notice once."""
        response = RedirectResponse(path, 303)
        if notice:
            response.set_cookie(NOTICE, quote(notice), max_age=60, httponly=True, samesite="lax", secure=self.settings.https)
        return response


@dataclass(frozen=True)
class Guard(Generic[T]):
    """Who may come in, in words, and the function that finds what the door is about or refuses."""

    words: str
    find: Callable[[Visit], T]


@dataclass(frozen=True)
class Door:
    """One address and method, its guard and its handler."""

    method: str
    path: str
    guard: Guard[Any]
    handler: Callable[[Visit, Any], Response]
    # An act that only reads, such as checking a file, must not keep others from writing meanwhile.
    writes: bool = True


class Doors:
    """The doors of one room."""

    def __init__(self) -> None:
        self.all: list[Door] = []

    def get(self, path: str, guard: Guard[T]) -> Callable[[Handler[T]], Handler[T]]:
        """Add a page."""
        return self._add("GET", path, guard)

    def post(self, path: str, guard: Guard[T], *, writes: bool = True) -> Callable[[Handler[T]], Handler[T]]:
        """Add an act."""
        return self._add("POST", path, guard, writes=writes)

    def _add(self, method: str, path: str, guard: Guard[T], *, writes: bool = False) -> Callable[[Handler[T]], Handler[T]]:
        def keep(handler: Handler[T]) -> Handler[T]:
            self.all.append(Door(method, path, guard, handler, writes))
            return handler

        return keep


anyone = Guard("anyone", lambda visit: visit.person)
signed_in = Guard("anyone who is signed in", lambda visit: visit.viewer)


class Frontage:
    """The side of the house that faces the street: turns doors into routes and answers requests."""

    navigation: Callable[[Viewer], list[dict[str, str]]] = staticmethod(lambda _viewer: [])

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self._limiter: CapacityLimiter | None = None

    def route(self, door: Door) -> Route:
        """Return the route that answers at a door."""

        async def endpoint(request: Request) -> Response:
            sent = await _read_form(request) if door.method == "POST" else FormData()
            files = {name: value for name, value in sent.items() if isinstance(value, UploadFile)}
            self._limiter = self._limiter or CapacityLimiter(_THREADS)
            try:
                return await to_thread.run_sync(self.answer, door, request, _texts(sent), files, limiter=self._limiter)
            finally:
                await sent.close()

        return Route(door.path, endpoint, methods=[door.method])

    def answer(self, door: Door, request: Request, form: Mapping[str, list[str]], files: Mapping[str, UploadFile]) -> Response:
        """Answer a request: guard, handler, one commit, and only then the response leaves."""
        person: Viewer | None = None
        opened = self.database.writing if door.writes else self.database.reading
        try:
            _readable(form)
            with opened() as session:
                person = signed_in_person(session, request, self.settings)
                visit = Visit(request, session, self.settings, person, form, files)
                response = _once(visit, door)
        except IntegrityError as error:
            return self.refuse(request, person, form, Conflict("Somebody else did this at the same moment. Look at the page again."), error)
        except OperationalError as error:
            busy = Unavailable("The database did not answer. What you typed is below. Wait a minute, then go back and send it again.")
            return self.refuse(request, person, form, busy, error)
        except Refusal as refusal:
            return self.refuse(request, person, form, refusal)
        if person is not None and door.method == "GET":
            self._seen(request)
        return response

    def refuse(
        self,
        request: Request,
        person: Viewer | None,
        form: Mapping[str, list[str]],
        refusal: Refusal,
        cause: Exception | None = None,
    ) -> Response:
        """Answer with the page that says why not; what was typed is on it."""
        _log_refusal(request, refusal, cause)
        with self.database.reading() as session:
            visit = Visit(request, session, self.settings, person)
            if isinstance(refusal, SignInNeeded):
                return _ask_to_sign_in(visit, form)
            page = RefusalPage(
                title=TITLES[refusal.status], status=refusal.status, sentence=refusal.sentence or SENTENCES.get(refusal.status, ""),
                typed=typed_text(form),
                back=_back(request),
            )  # fmt: skip
            response = visit.render(page, status=refusal.status)
        if refusal.status == Unavailable.status:
            response.headers["Retry-After"] = "30"
        return response

    def who(self, request: Request) -> Viewer | None:
        """Return who sent a request that matched no door."""
        with self.database.reading() as session:
            return signed_in_person(session, request, self.settings)

    def _seen(self, request: Request) -> None:
        token = hashed(request.cookies.get(cookie_name(self.settings), ""))
        with self.database.reading() as session:
            kept = session.get(SignedIn, token)
            if kept is None or clock.now() - kept.seen_at < SEEN_EVERY:
                return
        with self.database.writing() as session:
            found = session.get(SignedIn, token)
            if found is not None:
                found.seen_at = clock.now()


TITLES = {
    400: "Your request could not be read", 403: "You cannot do this", 404: "Page not found", 405: "Page not found",
    409: "This has moved on", 413: "The file is too large", 500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is busy",
}  # fmt: skip
SENTENCES = {
    404: "If you typed the address, check it is correct. If you followed a link, the page may have moved or you may not have access to it.",
    405: "If you typed the address, check it is correct.",
}
_SECRET_FIELDS = frozenset({"once", "password", "next", "kept"})


def _back(request: Request) -> str:
    """Return the page that the person came from, if it is one of ours."""
    came_from = urlsplit(request.headers.get("referer", ""))
    return came_from.path if came_from.netloc == request.headers.get("host") else ""


def typed_text(form: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what a person typed, by field, so that it can be given back to them."""
    return {name: "\n".join(values) for name, values in form.items() if name not in _SECRET_FIELDS and any(values)}


def _log_refusal(request: Request, refusal: Refusal, cause: Exception | None) -> None:
    why = cause or refusal.sentence or TITLES.get(refusal.status, "sign-in needed")
    logger.info("%s %s refused %d: %s", request.method, request.url.path, refusal.status, why)


async def _read_form(request: Request) -> FormData:
    return await request.form(max_fields=2000, max_files=4, max_part_size=1024 * 1024)


def _texts(form: FormData) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(name, []).append(value.replace("\r\n", "\n"))
    return texts


def _readable(form: Mapping[str, list[str]]) -> None:
    if any("\x00" in value for values in form.values() for value in values):
        raise Refusal("Something that you typed or pasted has a character in it that cannot be kept (NUL). Take it out and send it again.")


def _once(visit: Visit, door: Door) -> Response:
    """Go through the door, or give the answer that the same form got before."""
    if not visit.sent("once") or visit.person is None:
        return door.handler(visit, door.guard.find(visit))
    path = visit.request.url.path
    # With its content: a form that was changed after "back" is another form, and nothing typed in it is lost.
    token = hashed(json.dumps([visit.person.id, path, sorted((name, list(values)) for name, values in visit.form.items())]))
    sent = SentForm(token=token, person_id=visit.person.id, path=path, location="", at=clock.now())
    try:
        # Kept before the act: the same form sent at the same moment waits here until the first has been answered.
        with visit.session.begin_nested():
            visit.session.add(sent)
    except IntegrityError:
        return visit.redirect(visit.session.get_one(SentForm, token, populate_existing=True).location)
    response = door.handler(visit, door.guard.find(visit))
    if response.status_code == 303:  # noqa: PLR2004 - see other: the act was done
        sent.location = response.headers["location"]
    else:
        visit.session.delete(sent)
    return response


def _ask_to_sign_in(visit: Visit, form: Mapping[str, list[str]]) -> Response:
    path = visit.request.url.path
    if visit.request.method == "GET":
        there = path + (f"?{visit.request.url.query}" if visit.request.url.query else "")
        return RedirectResponse("/sign-in" if there == "/" else f"/sign-in?{urlencode({'next': there})}", 303)
    kept = json.dumps({"path": path, "form": dict(form)}) if form else ""
    return visit.render(SignInAgainPage(title="Sign in again", next=path, kept=kept), status=401)


def chrome(visit: Visit) -> dict[str, Any]:
    """Return what surrounds every page: who is signed in, where they can go, the notice, the form's token."""
    path = visit.request.url.path
    return {
        "viewer": visit.person,
        "navigation": [{**item, "current": _is_here(item["href"], path)} for item in Frontage.navigation(visit.person)] if visit.person else [],
        "organisation": visit.settings.organisation,
        "demo": visit.settings.demo,
        "notice": unquote(visit.request.cookies.get(NOTICE, "")),
        "path": path,
        "once": secrets.token_urlsafe(18),
    }


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def hashed(token: str) -> str:
    """Return the form in which a session's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


def cookie_name(settings: Settings) -> str:
    """Return the session cookie's name; the `__Host-` prefix needs https."""
    return "__Host-session" if settings.https else "session"


def signed_in_person(session: Session, request: Request, settings: Settings) -> Viewer | None:
    """Return who is signed in, or None: no cookie, an ended or expired session, or a disabled person."""
    token = request.cookies.get(cookie_name(settings))
    if not token:
        return None
    kept = session.get(SignedIn, hashed(token))
    now = clock.now()
    if kept is None or kept.ended_at or now - kept.seen_at > IDLE or now - kept.created_at > ABSOLUTE:
        return None
    query = select(Person).where(Person.id == kept.person_id, Person.disabled_at.is_(None)).options(joinedload(Person.grants))
    person = session.scalars(query).unique().one_or_none()
    return viewer_of(person) if person else None


def viewer_of(person: Person) -> Viewer:
    """Return a person as the rules see them."""
    grants = frozenset(Grant(g.role, g.scope_kind, g.scope) for g in person.grants)
    return Viewer(person.id, person.name, person.email, person.job_title, grants)


def start_session(visit: Visit, person: Person, response: Response) -> None:
    """Sign a person in: a new token each time, its hash in the database, the token in the browser."""
    token, now = secrets.token_urlsafe(32), clock.now()
    visit.session.add(SignedIn(token_sha256=hashed(token), person_id=person.id, created_at=now, seen_at=now, ended_at=None))
    response.set_cookie(cookie_name(visit.settings), token, httponly=True, samesite="lax", secure=visit.settings.https, path="/")


def end_session(visit: Visit, response: Response) -> None:
    """Sign the person out here; the token is worthless from now on."""
    kept = visit.session.get(SignedIn, hashed(visit.request.cookies.get(cookie_name(visit.settings), "")))
    if kept is not None:
        kept.ended_at = clock.now()
    response.delete_cookie(cookie_name(visit.settings), secure=visit.settings.https, httponly=True, samesite="lax")
