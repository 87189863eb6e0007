"""Doors: every address with its guard; who is signed in; one request, one transaction, one answer."""

import json
import logging
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar
from urllib.parse import quote, unquote, urlencode

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route

from app.clock import clock
from app.db import Database, is_duplicate
from app.errors import Elsewhere, NotFound, Refusal, SignInNeeded, Unavailable
from app.labels import label_of
from app.pages import Page, render
from app.people.models import KnownBrowser, Person, SentForm, SignedIn
from app.people.rules import Viewer
from app.refusals import SECRET_FIELDS, SignInAgainPage, log, page_before, refusal_of, refusal_page, typed_text
from app.sessions import SignedInPerson, cookie_name, hashed, signed_in_person
from app.settings import Settings

T = TypeVar("T")
Handler = Callable[["Visit", T], Response]
logger = logging.getLogger("casework_audit")
SEEN_EVERY = timedelta(minutes=5)
NOTICE = "notice"
TO_KNOW = "i:"
BROWSER = "browser"
KNOWN_FOR = timedelta(days=365)
LARGEST_ID = 2**31 - 1
# The default pool of 40 threads costs 1.7 to 4 times the CPU on short work (performance.md 6.4).
_THREADS = 4
_SLOW_THREADS = 2


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

    def redirect(self, path: str, notice: str = "", *, done: bool = True) -> Response:
        """Answer 303 to another page, which shows the notice once: as something done, or as something to know."""
        response = RedirectResponse(path, 303)
        if notice:
            response.set_cookie(NOTICE, quote(notice if done else f"{TO_KNOW}{notice}"), max_age=60, httponly=True, samesite="lax", secure=self.settings.https)
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
    # An act that keeps a processor busy for long, such as checking a password, has threads of its own.
    slow: bool = False


class Doors:
    """The doors of one room."""

    def __init__(self) -> None:
        self.all: list[Door] = []

    def get(self, path: str, guard: Guard[T]) -> Callable[[Handler[T]], Handler[T]]:
        """Add a page."""
        return self._add("GET", path, guard)

    def post(self, path: str, guard: Guard[T], *, writes: bool = True, slow: bool = False) -> Callable[[Handler[T]], Handler[T]]:
        """Add an act."""
        return self._add("POST", path, guard, writes=writes, slow=slow)

    def _add(self, method: str, path: str, guard: Guard[T], *, writes: bool = False, slow: bool = False) -> Callable[[Handler[T]], Handler[T]]:
        def keep(handler: Handler[T]) -> Handler[T]:
            self.all.append(Door(method, path, guard, handler, writes, slow))
            return handler

        return keep


anyone = Guard("anyone", lambda visit: visit.person)
signed_in = Guard("anyone who is signed in", lambda visit: visit.viewer)


class Frontage:
    """The side of the house that faces the street: turns doors into routes and answers requests."""

    navigation: Callable[[Viewer], list[dict[str, str]]] = staticmethod(lambda _viewer: [])
    # Gives what was typed on a page the words of that page's form.
    wording: Callable[[Visit, str, Mapping[str, str]], dict[str, str]] = staticmethod(lambda _visit, _path, typed: dict(typed))

    def __init__(self, database: Database, settings: Settings) -> None:
        self.database = database
        self.settings = settings
        self._limiters: dict[bool, CapacityLimiter] = {}

    def route(self, door: Door) -> Route:
        """Return the route that answers at a door."""

        async def endpoint(request: Request) -> Response:
            sent = await _read_form(request) if door.method == "POST" else FormData()
            files = {name: value for name, value in sent.items() if isinstance(value, UploadFile)}
            limiter = self._limiters.setdefault(door.slow, CapacityLimiter(_SLOW_THREADS if door.slow else _THREADS))
            try:
                return await to_thread.run_sync(self.answer, door, request, _texts(sent), files, limiter=limiter)
            finally:
                await sent.close()

        return Route(door.path, endpoint, methods=[door.method])

    def answer(self, door: Door, request: Request, form: Mapping[str, list[str]], files: Mapping[str, UploadFile]) -> Response:
        """Answer a request: guard, handler, one commit, and only then the response leaves."""
        who: SignedInPerson | None = None
        opened = self.database.writing if door.writes else self.database.reading
        try:
            _readable(form)
            with opened() as session:
                who = signed_in_person(session, request.cookies, self.settings)
                visit = Visit(request, session, self.settings, who and who.viewer, form, files)
                response = _once(visit, door)
        except Exception as error:  # noqa: BLE001 - whatever broke, what was typed is given back
            return self.refuse(request, who and who.viewer, form, refusal_of(error), error)
        if who is not None and door.method == "GET" and clock.now() - who.seen_at >= SEEN_EVERY:
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
        log(request.method, path_of(request), refusal, cause)
        with self.database.reading() as session:
            visit = Visit(request, session, self.settings, person)
            if isinstance(refusal, SignInNeeded):
                return _ask_to_sign_in(visit, form)
            if isinstance(refusal, Elsewhere):
                return visit.redirect(refusal.location, refusal.sentence, done=False)
            back = page_before(request.headers.get("referer", ""), request.headers.get("host"))
            response = visit.render(refusal_page(refusal, typed_in_words(visit, path_of(request), form), back), status=refusal.status)
        if refusal.status == Unavailable.status:
            response.headers["Retry-After"] = "30"
        return response

    def who(self, request: Request) -> Viewer | None:
        """Return who sent a request that matched no door; nobody while the database does not answer."""
        try:
            with self.database.reading() as session:
                found = signed_in_person(session, request.cookies, self.settings)
                return found and found.viewer
        except SQLAlchemyError:
            logger.warning("who sent %s is not known, the database did not answer", quote(path_of(request)))
            return None

    def _seen(self, request: Request) -> None:
        """Keep when a session was last used; a page never waits for it, nor fails because of it."""
        token = hashed(request.cookies.get(cookie_name(self.settings), ""))
        try:
            with self.database.writing(wait=False) as session:
                found = session.get(SignedIn, token)
                if found is not None:
                    found.seen_at = clock.now()
        except (SQLAlchemyError, Unavailable):
            logger.info("the time of a session was not kept, the database is busy")


def path_of(request: Request) -> str:
    """Return the path of a request as it came; no header has a part in it."""
    return str(request.scope["path"])


async def _read_form(request: Request) -> FormData:
    try:
        return await request.form(max_fields=2000, max_files=4, max_part_size=1024 * 1024)
    except UnicodeError as error:
        raise HTTPException(400, "The form says that it is in a code that it is not in.") from error


def _texts(form: FormData) -> dict[str, list[str]]:
    texts: dict[str, list[str]] = {}
    for name, value in form.multi_items():
        if isinstance(value, str):
            texts.setdefault(_whole(name), []).append(_whole(value).replace("\r\n", "\n"))
    return texts


def _whole(text: str) -> str:
    """Return a text without halves of characters, which no page and no database can hold."""
    return text.encode("utf-8", "replace").decode()


def _readable(form: Mapping[str, list[str]]) -> None:
    if any("\x00" in value for values in form.values() for value in values):
        raise Refusal("Something that you typed or pasted has a character in it that cannot be kept (NUL). Take it out and send it again.")


def _once(visit: Visit, door: Door) -> Response:
    """Go through the door, or give the answer that the same form got before."""
    if not visit.sent("once") or visit.person is None:
        return door.handler(visit, door.guard.find(visit))
    path = path_of(visit.request)
    # With its content: a form that was changed after "back" is another form, and nothing typed in it is lost.
    token = hashed(json.dumps([visit.person.id, path, sorted((name, list(values)) for name, values in visit.form.items())]))
    sent = SentForm(token=token, person_id=visit.person.id, path=path, location="", at=clock.now())
    try:
        # Kept before the act: the same form sent at the same moment waits here until the first has been answered.
        with visit.session.begin_nested():
            visit.session.add(sent)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return visit.redirect(visit.session.get_one(SentForm, token, populate_existing=True).location)
    response = door.handler(visit, door.guard.find(visit))
    if response.status_code == 303:  # noqa: PLR2004 - see other: the act was done
        sent.location = response.headers["location"]
    else:
        visit.session.delete(sent)
    return response


def _ask_to_sign_in(visit: Visit, form: Mapping[str, list[str]]) -> Response:
    path = path_of(visit.request)
    if visit.request.method == "GET":
        query = visit.request.scope["query_string"].decode("latin-1")
        there = quote(path) + (f"?{query}" if query else "")
        return RedirectResponse("/sign-in" if there == "/" else f"/sign-in?{urlencode({'next': there})}", 303)
    sent = {name: list(values) for name, values in form.items() if name not in SECRET_FIELDS}
    author = _who_typed(visit)
    kept = json.dumps({"path": path, "form": sent, "by": seal(visit, author)}) if sent and author else ""
    # Nobody can be given it later where nobody knows whose it is: whoever sent it can copy it now.
    typed = {} if author else typed_in_words(visit, path, form)
    return visit.render(SignInAgainPage(title="Sign in again", next=path, kept=kept, typed=typed), status=401)


def _who_typed(visit: Visit) -> int | None:
    """Return who was signed in here last: by the session that has ended, or else by the browser."""
    ended = visit.session.get(SignedIn, hashed(visit.request.cookies.get(cookie_name(visit.settings), "")))
    here = select(KnownBrowser.person_id).where(KnownBrowser.token_sha256 == hashed(browser_token(visit)))
    if not browser_token(visit):
        return None
    return ended.person_id if ended else visit.session.scalars(here.order_by(KnownBrowser.at.desc()).limit(1)).first()


def seal(visit: Visit, person: int) -> str:
    """Return what ties a kept text to the person who typed it, in the browser in which they did."""
    return hashed(f"kept for {person} in {browser_token(visit)}")


def typed_in_words(visit: Visit, path: str, form: Mapping[str, list[str]]) -> dict[str, str]:
    """Return what a person typed, by the labels of the form that they typed it in."""
    typed = typed_text(form)
    try:
        return Frontage.wording(visit, path, typed) if typed and visit.person else {label_of(name): text for name, text in typed.items()}
    except SQLAlchemyError:
        return typed


def chrome(visit: Visit) -> dict[str, Any]:
    """Return what surrounds every page: who is signed in, where they can go, the notice, the form's token."""
    path = path_of(visit.request)
    notice = unquote(visit.request.cookies.get(NOTICE, ""))
    return {
        "viewer": visit.person,
        "navigation": [{**item, "current": _is_here(item["href"], path)} for item in Frontage.navigation(visit.person)] if visit.person else [],
        "organisation": visit.settings.organisation,
        "demo": visit.settings.demo,
        "notice": notice.removeprefix(TO_KNOW),
        "notice_type": "" if notice.startswith(TO_KNOW) else "success",
        "path": path,
        "once": secrets.token_urlsafe(18),
    }


def _is_here(href: str, path: str) -> bool:
    return path == href or (href != "/" and path.startswith(f"{href}/"))


def browser_token(visit: Visit) -> str:
    """Return the token by which a browser is known again, empty where nobody has signed in there."""
    return visit.request.cookies.get(cookie_name(visit.settings, BROWSER), "")


def start_session(visit: Visit, person: Person, response: Response) -> None:
    """Sign a person in: a new token each time, its hash in the database, the token in the browser."""
    _end_current(visit)
    token, now = secrets.token_urlsafe(32), clock.now()
    visit.session.add(SignedIn(token_sha256=hashed(token), person_id=person.id, created_at=now, seen_at=now, ended_at=None))
    _keep(visit, response, "session", token)
    browser = browser_token(visit) or secrets.token_urlsafe(32)
    visit.session.merge(KnownBrowser(token_sha256=hashed(browser), person_id=person.id, at=now))
    _keep(visit, response, BROWSER, browser, max_age=int(KNOWN_FOR.total_seconds()))


def _keep(visit: Visit, response: Response, name: str, token: str, max_age: int | None = None) -> None:
    response.set_cookie(
        cookie_name(visit.settings, name), token, max_age=max_age, httponly=True, samesite="lax", secure=visit.settings.https, path="/",
    )  # fmt: skip


def _end_current(visit: Visit) -> None:
    kept = visit.session.get(SignedIn, hashed(visit.request.cookies.get(cookie_name(visit.settings), "")))
    if kept is not None and kept.ended_at is None:
        kept.ended_at = clock.now()


def end_session(visit: Visit, response: Response) -> None:
    """Sign the person out here; the token is worthless from now on."""
    _end_current(visit)
    response.delete_cookie(cookie_name(visit.settings), secure=visit.settings.https, httponly=True, samesite="lax")
