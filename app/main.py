"""The roof: puts the rooms together into one application."""

import gc
from collections.abc import AsyncIterator, Awaitable, Callable, MutableMapping
from contextlib import asynccontextmanager
from functools import partial
from typing import Any
from urllib.parse import quote, urlsplit

from fastapi import FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware.body_limit import RequestBodyLimitMiddleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response
from starlette.staticfiles import StaticFiles

from app.accounts.routes import doors as accounts_doors
from app.audit.allocation.routes import doors as allocation_doors
from app.audit.autosave.routes import doors as autosave_doors
from app.audit.choices.routes import doors as choices_doors
from app.audit.commission.routes import doors as commission_doors
from app.audit.drafting.routes import doors as drafting_doors
from app.audit.filings.routes import doors as filings_doors
from app.audit.grading.routes import doors as grading_doors
from app.audit.grading.routes import tool_in_words
from app.audit.library.routes import doors as library_doors
from app.audit.preparation.routes import doors as preparation_doors
from app.audit.replacements.routes import doors as replacements_doors
from app.audit.sample.routes import doors as sample_doors
from app.audit.second_grades.routes import doors as second_grades_doors
from app.audit.staff.routes import doors as staff_doors
from app.db import Database
from app.errors import Forbidden, NotFound, Refusal, TooLarge
from app.events import EventLog
from app.moderation.cases.routes import doors as cases_doors
from app.moderation.challenges.routes import doors as challenges_doors
from app.moderation.concerns.routes import doors as concerns_doors
from app.moderation.differences.routes import doors as differences_doors
from app.moderation.follow_up.routes import doors as follow_up_doors
from app.moderation.lists.routes import doors as lists_doors
from app.moderation.own_reviews.routes import doors as own_reviews_doors
from app.moderation.own_views.routes import doors as own_views_doors
from app.moderation.returns.routes import doors as returns_doors
from app.moderation.submission.routes import doors as submission_doors
from app.notices.posting import Postman
from app.notices.routes import doors as notices_doors
from app.notices.telling import hear
from app.people.enums import Role
from app.people.rules import Viewer
from app.report.agreement.routes import doors as agreement_doors
from app.report.comparison.routes import doors as comparison_doors
from app.report.downloads.routes import doors as downloads_doors
from app.report.packs.routes import doors as packs_doors
from app.report.progress.routes import doors as progress_doors
from app.report.publication.routes import doors as publication_doors
from app.report.reading.api import doors as reading_api_doors
from app.report.reading.routes import doors as reading_doors
from app.settings import Settings
from app.web.answering import Frontage
from app.web.doors import Door, Doors, Surroundings, Visit, anyone
from app.web.pages import ROOT, content_security_policy, static_version
from app.web.refusals import Fault, log, own_page
from app.work.routes import doors as work_doors

LARGEST_BODY = 120 * 1024 * 1024
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
Scope = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[MutableMapping[str, Any]]]
Send = Callable[[MutableMapping[str, Any]], Awaitable[None]]

main_doors = Doors()


@main_doors.get("/healthz", anyone)
def healthz(_visit: Visit, _person: Viewer | None) -> Response:
    """Say that the process answers, its database included."""
    return PlainTextResponse("ok")


# Order matters where one address could be read as another: fixed words come before references. What is asked for most
# comes first.
ROOMS = (
    autosave_doors,
    grading_doors,
    second_grades_doors,
    main_doors,
    accounts_doors,
    commission_doors,
    library_doors,
    drafting_doors,
    filings_doors,
    sample_doors,
    replacements_doors,
    allocation_doors,
    choices_doors,
    staff_doors,
    preparation_doors,
    cases_doors,
    returns_doors,
    follow_up_doors,
    challenges_doors,
    lists_doors,
    own_views_doors,
    concerns_doors,
    submission_doors,
    own_reviews_doors,
    differences_doors,
    progress_doors,
    agreement_doors,
    comparison_doors,
    downloads_doors,
    reading_doors,
    reading_api_doors,
    publication_doors,
    packs_doors,
    notices_doors,
    work_doors,
)


def all_doors() -> list[Door]:
    """Return every door of the house."""
    return [door for room in ROOMS for door in room.all]


def navigation(viewer: Viewer) -> list[dict[str, str]]:
    """Return where a person can go from every page."""
    items = [{"text": "Your work", "href": "/"}]
    if viewer.grants and not all(g.role in {Role.ADMINISTRATOR, Role.READER} for g in viewer.grants):
        items.append({"text": "Audits", "href": "/audits"})
    items += [{"text": "Reports", "href": "/reports"}, {"text": "Threshold documents", "href": "/thresholds"}]
    if viewer.holds(Role.ADMINISTRATOR):
        items += [{"text": "People", "href": "/admin/people"}, {"text": "Event log", "href": "/admin/log"}]
    return items


class Shell:
    """What every request and response passes: same origin, security headers, a page for every fault."""

    def __init__(self, app: Any, *, frontage: Frontage) -> None:  # noqa: ANN401 - an ASGI application
        self.app = app
        self.frontage = frontage
        self.policy = content_security_policy()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        started = False

        async def send_guarded(message: MutableMapping[str, Any]) -> None:
            nonlocal started
            if message["type"] == "http.response.start":
                started = True
                self._headers(MutableHeaders(scope=message), scope["path"])
            await send(message)

        request = Request(scope, receive)
        try:
            refusal = refused_unread(scope["method"], Headers(scope=scope))
            if refusal is not None:
                await self.frontage.refuse(request, None, {}, refusal)(scope, receive, send_guarded)
                return
            await self.app(scope, receive, send_guarded)
        except Exception as error:  # the last resort: a fault must have a page and a number
            if started:
                log(scope["method"], scope["path"], Fault(), error)
                raise
            await self.frontage.refuse(request, None, {}, Fault(), error)(scope, receive, send_guarded)

    def _headers(self, headers: MutableHeaders, path: str) -> None:
        headers["Content-Security-Policy"] = self.policy
        headers["X-Content-Type-Options"] = "nosniff"
        headers["X-Frame-Options"] = "DENY"
        headers["Referrer-Policy"] = "same-origin"
        headers["Cross-Origin-Opener-Policy"] = "same-origin"
        headers["Permissions-Policy"] = "camera=(), geolocation=(), microphone=()"
        if self.frontage.settings.https:
            headers["Strict-Transport-Security"] = "max-age=31536000"
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


def same_origin(method: str, headers: Headers) -> bool:
    """Say whether an act was sent from a page of ours.

    Without either header it was not sent by a browser of a user's.
    """
    if method in SAFE_METHODS:
        return True
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site in {"same-origin", "none"}
    origin = headers.get("origin")
    try:
        return origin is not None and urlsplit(origin).netloc == headers.get("host")
    except ValueError:
        return False


class Immutable(StaticFiles):
    """Static files whose address changes with their content."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:  # noqa: ANN401 - Starlette's own signature
        """Let browsers keep a file for good."""
        response = super().file_response(*args, **kwargs)
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable"
        return response


def served() -> FastAPI:
    """Build the application that `casework-audit serve` runs, from the environment."""
    app = create_app(Settings.from_environment())
    # What was made by now stays: the search for garbage need not look at it again and again.
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
    return app


def create_app(settings: Settings, database: Database | None = None) -> FastAPI:
    """Build the application on a database that has been migrated."""
    database = database or Database(settings.database_url)
    EventLog.key = settings.event_key()
    EventLog.heard = staticmethod(partial(hear, by_mail=settings.sends_mail))
    Surroundings.navigation = staticmethod(navigation)
    Surroundings.wording = staticmethod(tool_in_words)
    frontage = Frontage(database, settings)

    @asynccontextmanager
    async def living(_app: FastAPI) -> AsyncIterator[None]:
        if not settings.sends_mail:
            yield
            return
        postman = Postman(database, settings.mail)
        postman.start()
        yield
        await run_in_threadpool(postman.stop)

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None, redirect_slashes=False, lifespan=living)
    app.state.database = database
    for door in all_doors():
        app.router.routes.append(frontage.route(door))
    app.mount(f"/static/{static_version()}", Immutable(directory=ROOT / "static"), name="static")

    async def no_such_page(request: Request, error: Exception) -> Response:
        # By ourselves: the router's own redirect names a scheme and a host that the request only claims.
        shorter = own_page(quote(request.scope["path"].rstrip("/"))) if request.method in SAFE_METHODS else ""
        if shorter and request.scope["path"].endswith("/") and not shorter.startswith("/static"):
            return RedirectResponse(shorter, 307)
        refusal: Refusal = NotFound()
        if isinstance(error, HTTPException) and error.status_code != NotFound.status:
            refusal = Refusal(str(error.detail))
            refusal.status = error.status_code
        return frontage.refuse(request, frontage.who(request), {}, refusal)

    app.add_exception_handler(HTTPException, no_such_page)
    app.add_middleware(GZipMiddleware, minimum_size=1000, compresslevel=4)
    app.add_middleware(RequestBodyLimitMiddleware, max_body_size=LARGEST_BODY)
    app.add_middleware(Shell, frontage=frontage)
    return app
