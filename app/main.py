"""The roof: puts the rooms together into one application."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote

from fastapi import FastAPI
from markupsafe import Markup
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import compile_path
from starlette.staticfiles import StaticFiles
from starlette.types import Message, Receive, Scope, Send

from app.audit.evidence.linking import linked
from app.audit.evidence.queries import document_links
from app.audit.models import AuditCase
from app.db import Database
from app.demo.cast import sign_ins
from app.errors import Forbidden, NotFound, Refusal, TooLarge
from app.moderation.cases.wording import CHOICES, words_of_case
from app.notices.telling import event_log
from app.people.case_files import case_files
from app.rooms.addresses import all_routes, api_routes, pages
from app.settings import Settings
from app.web.answering import Addresses, Answering
from app.web.api.application import Application, Endpoint
from app.web.api.problems import is_api
from app.web.pages import ALWAYS, ROOT, content_security_policy, static_version
from app.web.readiness import Watch
from app.web.refusals import SAFE_METHODS, Fault, log, own_page, same_origin
from app.web.routing import Route, Surroundings, Visit
from app.web.wording import in_words, words_of_form
from app.work.home.navigation import navigation

LARGEST_BODY = 120 * 1024 * 1024
METHOD_NOT_ALLOWED = 405


def surroundings(settings: Settings, database: Database) -> Surroundings:
    """Return what the rooms of an application are told of one another."""
    ready, demo = Watch(database, settings), sign_ins() if settings.demo else ()
    return Surroundings(navigation, typed_in_words, ready, evidence_of, demo)


def evidence_of(visit: Visit, case: AuditCase, *authors: int | None) -> Callable[[str], Markup]:
    """Return what shows evidence of a case by the viewer and some authors, its documents as links into the file."""
    file = case_files(visit.kept_settings).of(case.case_ref)
    return partial(linked, links=document_links(visit.session, {*authors, visit.viewer.id}, case.id, file))


def typed_in_words(visit: Visit, path: str, typed: Mapping[str, str]) -> dict[str, str]:
    """Return what was typed in a form, by its labels: those that only a case's document has come first."""
    return in_words(typed, words_of_case(visit, path), words_of_form(visit, pages(), path), CHOICES)


class Shell:
    """What every request and response passes: same origin, security headers, a page for every fault."""

    def __init__(self, app: Any, *, answering: Answering) -> None:  # noqa: ANN401 - an ASGI application
        self.app = app
        self.answering = answering
        always = {**ALWAYS, "Content-Security-Policy": content_security_policy()}
        if answering.settings.https:
            always["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
        # As they go over the wire: no page of ours sets one of these itself.
        self.always = [(name.lower().encode(), value.encode()) for name, value in always.items()]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: Message) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._add_headers(message, scope["path"])
            await send(message)

        request = Request(scope, receive)
        try:
            refusal = refused_unread(scope["method"], Headers(scope=scope))
            if refusal is not None:
                await self.answering.refuse(request, None, {}, refusal)(scope, receive, send_guarded)
                return
            await self.app(scope, receive, send_guarded)
        except Exception as error:  # the last resort: a fault must have a page and a number
            if started:
                log(scope["method"], scope["path"], Fault(), error)
                raise
            await self.answering.refuse(request, None, {}, Fault(), error)(scope, receive, send_guarded)

    def _add_headers(self, message: Message, path: str) -> None:
        headers = MutableHeaders(scope=message)
        headers.raw.extend(self.always)
        if not path.startswith("/static/"):
            headers.setdefault("Cache-Control", "no-store")


def refused_unread(method: str, headers: Headers) -> Refusal | None:
    """Return why a request is refused before its body is read, or None."""
    if not same_origin(method, headers):
        return Forbidden("This form did not come from a page of this service. Open the page here and send it again.")
    size = headers.get("content-length", "0")
    if size.isascii() and size.isdigit() and (len(size) > len(str(LARGEST_BODY)) or int(size) > LARGEST_BODY):
        return TooLarge(
            f"A file may have {LARGEST_BODY // 2**20} MB at most. Leave out the columns that are not needed."
        )
    return None


class Immutable(StaticFiles):
    """Static files whose address changes with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - Starlette's own signature
        """Let browsers keep a file for good."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def no_such_address(answering: Answering) -> Callable[[Request, Exception], Awaitable[Response]]:
    """Return what answers where no route does."""

    async def answer(request: Request, error: Exception) -> Response:
        path = request.scope["path"]
        # By ourselves: the router's own redirect names a scheme and a host that the request only claims.
        shorter = own_page(quote(path.rstrip("/"))) if request.method in SAFE_METHODS else ""
        if shorter and path.endswith("/") and not shorter.startswith("/static") and not is_api(path):
            return RedirectResponse(shorter, 307)
        refusal: Refusal = NotFound()
        if isinstance(error, HTTPException) and error.status_code != NotFound.status:
            refusal = Refusal("" if error.status_code == METHOD_NOT_ALLOWED else str(error.detail))
            refusal.status = error.status_code
        response = answering.refuse(request, answering.who(request), {}, refusal)
        if refusal.status == METHOD_NOT_ALLOWED:
            response.headers["Allow"] = ", ".join(methods_at(path))
        return response

    return answer


def methods_at(path: str) -> list[str]:
    """Return the methods that an address has: the router itself knows those of its first route only."""
    found = {route.method for route in all_routes() if compile_path(route.path)[0].match(path)}
    return sorted(found | ({"HEAD"} if "GET" in found else set()))


def openapi(settings: Settings) -> dict[str, Any]:
    """Return the document of the API, OpenAPI 3.1, without a database."""
    app = Application(settings)

    def unanswered(_route: Route) -> Endpoint:
        async def answer(_request: Request) -> Response:  # pragma: no cover - only described
            raise AssertionError

        return answer

    app.add_api(api_routes(), unanswered)
    return app.openapi()


def served() -> FastAPI:
    """Build the application that `casework-audit serve` runs, from the environment."""
    app = create_app(Settings.from_environment())
    # What was made by now stays: the search for garbage need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    gc.enable()
    return app


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """Build the application on a database that has been migrated."""
    database = database or Database(settings.database_url, event_log=event_log(settings))
    answering = Answering(database, settings, surroundings(settings, database))

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        if not settings.sends_mail:
            yield
            return
        from app.notices.posting import Postman  # noqa: PLC0415 - where no mail leaves, nothing loads what sends it

        postman = Postman(database, settings)
        postman.start()
        yield
        await run_in_threadpool(postman.stop)

    app = Application(settings, lifespan=living)
    app.state.database = database
    app.router.routes.append(Addresses([answering.route(route) for route in pages()]))
    app.add_api(api_routes(), answering.endpoint)
    app.mount(f"/static/{static_version()}", Immutable(directory=ROOT / "static"), name="static")
    app.add_exception_handler(HTTPException, no_such_address(answering))
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)
    app.add_middleware(Shell, answering=answering)
    return app
