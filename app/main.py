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

from app.accounts.agreeing.routes import router as agreeing_router
from app.accounts.api import router as areas_api
from app.accounts.factors.routes import router as factors_router
from app.accounts.links.routes import router as links_router
from app.accounts.losing.routes import router as losing_router
from app.accounts.people.routes import router as accounts_people_router
from app.accounts.proposals.routes import router as proposals_router
from app.accounts.proving.routes import router as proving_router
from app.accounts.routes import router as accounts_router
from app.accounts.sessions.routes import router as sessions_router
from app.accounts.sso.routes import router as sso_router
from app.audit.allocation.routes import router as allocation_router
from app.audit.areas.routes import router as service_areas_router
from app.audit.autosave.routes import router as autosave_router
from app.audit.choices.routes import router as choices_router
from app.audit.commission.api import router as commission_api
from app.audit.commission.routes import router as commission_router
from app.audit.drafting.routes import router as drafting_router
from app.audit.drafts.routes import router as drafts_router
from app.audit.evidence.linking import linked
from app.audit.evidence.queries import document_links
from app.audit.evidence.routes import router as evidence_router
from app.audit.filings.routes import router as filings_router
from app.audit.grading.routes import router as grading_router
from app.audit.library.routes import router as library_router
from app.audit.mapping.routes import router as mapping_router
from app.audit.models import AuditCase
from app.audit.preparation.routes import router as preparation_router
from app.audit.replacements.routes import router as replacements_router
from app.audit.sample.routes import router as sample_router
from app.audit.second_grades.routes import router as second_grades_router
from app.audit.sources.routes import router as sources_router
from app.audit.staff.routes import router as staff_router
from app.audit.timetable.routes import router as timetable_router
from app.audit.wording.routes import router as clauses_router
from app.db import Database
from app.demo.cast import sign_ins
from app.errors import Forbidden, NotFound, Refusal, TooLarge
from app.improvement.areas.api import router as areas_now_api
from app.improvement.areas.routes import router as live_router
from app.improvement.deputies.routes import router as deputies_router
from app.improvement.facts.routes import router as facts_router
from app.improvement.people.routes import router as people_router
from app.improvement.readings.routes import router as readings_router
from app.improvement.sheets.routes import router as sheets_router
from app.improvement.teams.routes import router as teams_router
from app.installation.kinds.routes import router as kinds_router
from app.installation.routes import router as installation_router
from app.installation.service.routes import router as service_router
from app.moderation.cases.routes import router as cases_router
from app.moderation.cases.wording import CHOICES, words_of_case
from app.moderation.challenges.routes import router as challenges_router
from app.moderation.claims.routes import router as claims_router
from app.moderation.concerns.routes import router as concerns_router
from app.moderation.decisions.routes import router as decisions_router
from app.moderation.differences.routes import router as differences_router
from app.moderation.follow_up.routes import router as follow_up_router
from app.moderation.lists.routes import router as lists_router
from app.moderation.own_reviews.routes import router as own_reviews_router
from app.moderation.own_views.routes import router as own_views_router
from app.moderation.returns.routes import router as returns_router
from app.moderation.submission.routes import router as submission_router
from app.moderation.taking.routes import router as taking_router
from app.moderation.themes.routes import router as themes_router
from app.moderation.waivers.routes import router as waivers_router
from app.moderation.wording.routes import router as wording_router
from app.notices.routes import router as notices_router
from app.notices.telling import event_log
from app.people.case_files import case_files
from app.report.agreement.routes import router as agreement_router
from app.report.comparison.routes import router as comparison_router
from app.report.dataset.routes import router as dataset_router
from app.report.downloads.routes import router as downloads_router
from app.report.mirror.routes import router as mirror_router
from app.report.packs.routes import router as packs_router
from app.report.progress.routes import router as progress_router
from app.report.publication.routes import router as publication_router
from app.report.reading.api import router as figures_api
from app.report.reading.routes import router as reading_router
from app.settings import Settings
from app.web.answering import Addresses, Answering
from app.web.api.application import Application, Endpoint
from app.web.api.problems import is_api
from app.web.api.routes import router as api_router
from app.web.api.routing import ApiRoute
from app.web.pages import ALWAYS, ROOT, content_security_policy, static_version
from app.web.readiness import Watch
from app.web.refusals import SAFE_METHODS, Fault, log, own_page, same_origin
from app.web.routes import router as web_router
from app.web.routing import Route, Surroundings, Visit
from app.web.wording import in_words, words_of_form
from app.work.audits.routes import router as audits_router
from app.work.calendar.routes import router as calendar_router
from app.work.earlier.mapping.routes import router as earlier_mapping_router
from app.work.earlier.routes import router as earlier_router
from app.work.first_run.routes import router as first_run_router
from app.work.home.navigation import navigation
from app.work.home.routes import router as home_router
from app.work.leaving.routes import router as leaving_router
from app.work.lists.routes import router as lists_of_people_router
from app.work.starts.routes import router as starts_router

LARGEST_BODY = 120 * 1024 * 1024
METHOD_NOT_ALLOWED = 405

# Fixed words come before references, where an address could be read as another; what is asked for most comes first.
ROOMS = (
    autosave_router,
    grading_router,
    evidence_router,
    second_grades_router,
    web_router,
    accounts_router,
    sso_router,
    sessions_router,
    links_router,
    proving_router,
    factors_router,
    losing_router,
    lists_of_people_router,
    accounts_people_router,
    installation_router,
    kinds_router,
    service_router,
    proposals_router,
    agreeing_router,
    service_areas_router,
    drafts_router,
    commission_router,
    earlier_router,
    earlier_mapping_router,
    library_router,
    drafting_router,
    clauses_router,
    filings_router,
    mapping_router,
    sources_router,
    sample_router,
    replacements_router,
    allocation_router,
    choices_router,
    staff_router,
    preparation_router,
    timetable_router,
    cases_router,
    returns_router,
    follow_up_router,
    challenges_router,
    decisions_router,
    lists_router,
    own_views_router,
    waivers_router,
    concerns_router,
    submission_router,
    taking_router,
    claims_router,
    own_reviews_router,
    differences_router,
    wording_router,
    themes_router,
    mirror_router,
    progress_router,
    agreement_router,
    comparison_router,
    downloads_router,
    dataset_router,
    reading_router,
    publication_router,
    packs_router,
    live_router,
    people_router,
    deputies_router,
    sheets_router,
    readings_router,
    teams_router,
    facts_router,
    notices_router,
    home_router,
    first_run_router,
    leaving_router,
    audits_router,
    calendar_router,
    starts_router,
    api_router,
)
APIS = (areas_api, areas_now_api, commission_api, figures_api)


def all_routes() -> list[Route]:
    """Return every route of the house, pages first."""
    return [*pages(), *api_routes()]


def pages() -> list[Route]:
    """Return the routes that a browser uses."""
    return [route for room in ROOMS for route in room.all]


def api_routes() -> list[ApiRoute]:
    """Return the routes that programs use."""
    return [route for room in APIS for route in room.all]


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
