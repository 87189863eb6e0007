"""Answering: turns our routes into the framework’s; one request, one transaction, one answer."""

import json
import logging
from asyncio import wrap_future
from collections.abc import Awaitable, Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import lru_cache, partial
from typing import Any
from urllib.parse import quote, urlencode

from anyio import CapacityLimiter, to_thread
from sqlalchemy import select
from sqlalchemy.exc import IntegrityError, SQLAlchemyError
from sqlalchemy.orm import Session
from starlette.datastructures import FormData, UploadFile
from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Match
from starlette.routing import Route as StarletteRoute
from starlette.types import Receive, Scope, Send

from app.clock import clock
from app.db import Database, is_duplicate
from app.errors import Elsewhere, ProofNeeded, Refusal, SignInNeeded, Unavailable
from app.group_commit import GroupCommit
from app.limits.actions import insist
from app.limits.rules import EXPORTS, SAVES
from app.limits.saves import Saves
from app.long_acts.forethought import Forethought, think_then_do
from app.people.models import KnownBrowser, SentForm, SignedIn
from app.people.queries import SETTINGS
from app.people.rules import Viewer
from app.people.service import act_for, service_of
from app.settings import Settings
from app.web.api.problems import is_api, later, problem
from app.web.clients.addresses import client_of
from app.web.clients.sent import read_form, read_json, readable, texts
from app.web.proof.asking import ask_for_proof
from app.web.refusals import (
    SECRET_FIELDS,
    SENTENCES,
    TITLES,
    SignInAgainPage,
    log,
    page_before,
    refusal_of,
    refusal_page,
)
from app.web.routing import (
    Route,
    Surroundings,
    Visit,
    browser_token,
    found_behind,
    path_of,
    seal,
    typed_in_words,
)
from app.web.sessions import SEEN_EVERY, SENT, SignedInPerson, cookie_name, hashed, signed_in_person, used_now

logger = logging.getLogger("casework_audit")
# The default pool of 40 threads costs 1.7 to 4 times the CPU on short work (performance.md 6.4).
_THREADS = 4
_SLOW_THREADS = 2
# So many kinds of addresses are kept; ours are some hundreds, and anybody can think up more.
MOST_KINDS = 2048
FOUND = "found_page"
# What a browser keeps as a file.
FILE = "attachment"
# An act that was done leads to another page.
SEE_OTHER = 303


class Addresses(BaseRoute):
    """Hundreds of routes as one, which tries only those whose address is like the request's.

    The first that fits answers, as if each stood in the application by itself.
    """

    def __init__(self, routes: Sequence[StarletteRoute]) -> None:
        self.routes = routes
        self._parts = [(route, _parts(route.path)) for route in routes]
        self._words = {part for _, parts in self._parts for part in parts if part is not None}
        self._of_kind = lru_cache(MOST_KINDS)(self._alike)

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say how well the best of the routes fits a request, as every route of Starlette's does."""
        found: tuple[Match, Scope] = (Match.NONE, {})
        if scope["type"] == "http":
            words = scope["path"].removeprefix(scope.get("root_path", "")).split("/")
            for route in self._of_kind(tuple(word if word in self._words else None for word in words)):
                match, said = route.matches(scope)
                if match.value > found[0].value:
                    found = match, {**said, FOUND: route}
                if match is Match.FULL:
                    break
        return found

    async def handle(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Let the route answer that was found."""
        await scope[FOUND].handle(scope, receive, send)

    def _alike(self, words: tuple[str | None, ...]) -> list[StarletteRoute]:
        """Return the routes that may have an address of these words; None stands for what is no word of any."""
        return [
            route
            for route, parts in self._parts
            if len(parts) == len(words) and all(p is None or p == w for p, w in zip(parts, words, strict=True))
        ]


def _parts(path: str) -> list[str | None]:
    """Return the parts of a route's path, None for each that takes more than one word."""
    return [None if "{" in part else part for part in path.split("/")]


def every_route(routes: Sequence[BaseRoute]) -> Iterator[BaseRoute]:
    """Yield all routes of an application, those of its addresses one by one."""
    for route in routes:
        yield from route.routes if isinstance(route, Addresses) else (route,)


class Answering:
    """Answers requests at the routes."""

    def __init__(self, database: Database, settings: Settings, surroundings: Surroundings) -> None:
        self.database = database
        self.settings = settings
        self.surroundings = surroundings
        self.group_commit = GroupCommit(database)
        self.saves = Saves(database, replace(SAVES, most=settings.saves_a_minute))
        self._limiters: dict[bool, CapacityLimiter] = {}

    def route(self, route: Route) -> StarletteRoute:
        """Return a route as Starlette serves it."""
        return StarletteRoute(route.path, self.endpoint(route), methods=[route.method])

    def endpoint(self, route: Route) -> Callable[[Request], Awaitable[Response]]:
        """Return what answers the requests at a route."""

        async def saved(request: Request) -> Response:
            try:
                data = await read_json(request)
                answer = partial(self._answer_grouped, route, request, data)
                return await wrap_future(self.group_commit.do(answer, holds=_case_of(request)))
            except Exception as error:  # noqa: BLE001 - whatever broke, the script is told so and keeps what was typed
                return self._problem(request, error)

        async def endpoint(request: Request) -> Response:
            sent = await read_form(request) if route.method == "POST" else FormData()
            files = {name: value for name, value in sent.items() if isinstance(value, UploadFile)}
            limiter = self._limiters.setdefault(route.slow, CapacityLimiter(_SLOW_THREADS if route.slow else _THREADS))
            try:
                return await to_thread.run_sync(self.answer, route, request, texts(sent), files, limiter=limiter)
            finally:
                await sent.close()

        return saved if route.grouped else endpoint

    def _answer_grouped(self, route: Route, request: Request, data: object, session: Session) -> Response:
        who = signed_in_person(session, request.cookies, self.settings)
        if who is not None:
            request.state.person = who.viewer.id
            self.saves.spend(session, who.viewer.id)
        visit = self._visit(request, session, who, data=data)
        response = route.handler(visit, found_behind(visit, route))
        if who is not None and clock.now() - who.seen_at >= SEEN_EVERY:
            used_now(session, request.cookies, self.settings)
        return response

    def _visit(self, request: Request, session: Session, who: SignedInPerson | None, **sent: Any) -> Visit:  # noqa: ANN401 - as a visit has it
        service = service_of(who.settings if who else "")
        act_for(who.settings if who else "")
        if who is None:
            return Visit(request, session, self.settings, self.surroundings, None, **sent)
        around = (service.on(self.settings), self.surroundings)
        session.info[SETTINGS] = who.settings
        visit = Visit(request, session, *around, who.viewer, lasts=who.lasts, kept_settings=who.settings, **sent)
        visit.must_choose, visit.must_set_up = who.must_choose, who.must_set_up
        visit.proved_at, visit.strength = who.proved_at, who.strength
        return visit

    def _problem(self, request: Request, error: Exception) -> Response:
        """Answer a script of ours with the sentence that says why not (RFC 9457)."""
        refusal = refusal_of(error)
        who = self._whose(request, getattr(request.state, "person", None))
        log(request.method, path_of(request), refusal, error, who=who)
        title = TITLES.get(refusal.status, "Sign in again")
        # What was typed stays on the script's page, so that it is not below.
        why = refusal.why if isinstance(refusal, Unavailable) else ""
        sentence = why or refusal.sentence or SENTENCES.get(refusal.status, title)
        problem = {"type": "about:blank", "title": title, "status": refusal.status, "detail": sentence}
        return JSONResponse(problem, refusal.status, later(refusal), media_type="application/problem+json")

    def _whose(self, request: Request, person: int | None) -> str:
        """Return whose request it is, for a log."""
        return f"{f'person {person}' if person else 'nobody signed in'} from {client_of(request, self.settings)}"

    def answer(
        self, route: Route, request: Request, form: Mapping[str, list[str]], files: Mapping[str, UploadFile]
    ) -> Response:
        """Answer a request: guard, handler, one commit, and only then the response leaves."""
        who: SignedInPerson | None = None
        visit: Visit | None = None

        def act(session: Session, forethought: Forethought[Any] | None = None) -> Response:
            nonlocal who, visit
            who = signed_in_person(session, request.cookies, self.settings)
            for file in files.values():
                file.file.seek(0)
            visit = self._visit(request, session, who, form=form, files=files, forethought=forethought)
            return _once(visit, route)

        try:
            readable(form)
            if route.beforehand:
                response = think_then_do(self.database, partial(self._think, route, request, form, files), act)
            else:
                response = self.database.do(act) if route.writes else self._read(act)
            if who is not None and FILE in response.headers.get("content-disposition", ""):
                self._count_export(who.viewer)
        except Exception as error:  # noqa: BLE001 - whatever broke, the script is told so and keeps what was typed
            return self.refuse(request, who.viewer if who else None, form, refusal_of(error), error)
        if who is not None and route.method == "GET" and route.seen and clock.now() - who.seen_at >= SEEN_EVERY:
            self._seen(request)
        if visit is not None and who is not None and route.method == "POST" and response.status_code == SEE_OTHER:
            # The next page's script forgets what it kept of this form.
            visit.tell_next(response, SENT, path_of(request))
        return response

    def _count_export(self, viewer: Viewer) -> None:
        """Count a file that somebody takes away, of whichever page; raises TooMany."""
        with self.database.writing() as session:
            insist(session, EXPORTS, viewer.id)

    def _read(self, act: Callable[[Session], Response]) -> Response:
        with self.database.reading() as session:
            return act(session)

    def _think(
        self,
        route: Route,
        request: Request,
        form: Mapping[str, list[str]],
        files: Mapping[str, UploadFile],
        session: Session,
    ) -> Forethought[Any] | None:
        """Work out what an act needs while others can still write; the guard is asked again in its turn."""
        who = signed_in_person(session, request.cookies, self.settings)
        for file in files.values():
            file.file.seek(0)
        visit = self._visit(request, session, who, form=form, files=files)
        found = found_behind(visit, route)
        return route.beforehand(visit, found) if route.beforehand else None

    def refuse(
        self,
        request: Request,
        person: Viewer | None,
        form: Mapping[str, list[str]],
        refusal: Refusal,
        cause: Exception | None = None,
    ) -> Response:
        """Answer with the page that says why not, with what was typed on it; a program gets a problem document."""
        log(request.method, path_of(request), refusal, cause, who=self._whose(request, person.id if person else None))
        if is_api(path_of(request)):
            return problem(refusal, cookie=cookie_name(self.settings))
        with self.database.reading() as session:
            visit = Visit(request, session, self.settings, self.surroundings, person)
            if isinstance(refusal, SignInNeeded):
                return _ask_to_sign_in(visit, form)
            if isinstance(refusal, ProofNeeded):
                return ask_for_proof(visit, form)
            if isinstance(refusal, Elsewhere):
                return visit.redirect(refusal.location, refusal.sentence, done=False)
            back = page_before(request.headers.get("referer", ""), request.headers.get("host"))
            response = visit.render(
                refusal_page(refusal, typed_in_words(visit, path_of(request), form), back), status=refusal.status
            )
        response.headers.update(later(refusal))
        return response

    def who(self, request: Request) -> Viewer | None:
        """Return who sent a request that matched no route; nobody while the database does not answer."""
        try:
            with self.database.reading() as session:
                found = signed_in_person(session, request.cookies, self.settings)
                return found.viewer if found else None
        except SQLAlchemyError:
            logger.warning("who sent %s is not known, the database did not answer", quote(path_of(request)))
            return None

    def _seen(self, request: Request) -> None:
        """Keep when a session was last used; a page never waits for it, nor fails because of it."""
        try:
            with self.database.writing(wait=False) as session:
                used_now(session, request.cookies, self.settings)
        except (SQLAlchemyError, Unavailable):
            logger.info("the time of a session was not kept, the database is busy")


def _case_of(request: Request) -> int:
    """Return the number of the case in an address, 0 where there is none that could be one."""
    number = str(request.path_params.get("case_id", ""))
    return int(number[:10]) if number.isascii() and number.isdigit() else 0


def _once(visit: Visit, route: Route) -> Response:
    """Go through the route, or give the answer that the same form got before."""
    if not visit.sent("once") or visit.person is None:
        return route.handler(visit, found_behind(visit, route))
    path = path_of(visit.request)
    # With its content: a form that was changed after "back" is another form, and nothing typed in it is lost.
    token = hashed(
        json.dumps([visit.person.id, path, sorted((name, list(values)) for name, values in visit.form.items())])
    )
    sent = SentForm(token=token, person_id=visit.person.id, path=path, at=clock.now())
    try:
        # Kept before the act: the same form sent at the same moment waits here until the first has been answered.
        with visit.session.begin_nested():
            visit.session.add(sent)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise
        return visit.redirect(visit.session.get_one(SentForm, token, populate_existing=True).location)
    visit.sent_form = token
    response = route.handler(visit, found_behind(visit, route))
    if response.status_code == SEE_OTHER:
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
    provider, passwords = visit.settings.provider, visit.settings.passwords
    page = SignInAgainPage(
        title="Sign in again", next=path, kept=kept, typed=typed, provider=provider, passwords=passwords
    )
    return visit.render(page, status=401)


def _who_typed(visit: Visit) -> int | None:
    """Return who was signed in here last: by the session that has ended, or else by the browser."""
    ended = visit.session.get(SignedIn, hashed(visit.request.cookies.get(cookie_name(visit.settings), "")))
    here = select(KnownBrowser.person_id).where(KnownBrowser.token_sha256 == hashed(browser_token(visit)))
    return ended.person_id if ended else visit.session.scalars(here.order_by(KnownBrowser.at.desc()).limit(1)).first()
