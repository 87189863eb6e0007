"""The application with its JSON API: FastAPI writes the OpenAPI document from what the routes say of themselves."""

import inspect
import re
from collections.abc import Awaitable, Callable, Sequence
from typing import Annotated, Any

from fastapi import APIRouter, FastAPI, Path, Query
from fastapi.routing import APIRoute
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route as StarletteRoute

from app.settings import Settings
from app.web.api.problems import KINDS, PROBLEM_JSON, Problem, WrongField
from app.web.api.routing import ApiRoute
from app.web.routing import Route
from app.web.sessions import cookie_name

Endpoint = Callable[[Request], Awaitable[Response]]
REFUSALS = (401, 403, 404, 409, 422, 429, 500, 503)
ABOUT = (
    "Reads what the pages show, with the same rules: what somebody may not see on a page is not here either. Every "
    "refusal is a problem document (RFC 9457). Lists come in pages: send ‘next’ as ‘cursor’ until it is null."
)
# What stands in addresses.
NAMED = {
    "ref": "The audit’s short reference, such as NA-2014-11",
    "area_code": "The code of a service area, such as A9",
}


class Application(FastAPI):
    """FastAPI with our routes; pages stand outside the document, which needs no address of its own to be written."""

    def __init__(self, settings: Settings, **options: Any) -> None:  # noqa: ANN401 - FastAPI's own
        super().__init__(
            title="Casework Audit",
            version="1",
            description=ABOUT,
            docs_url=None,
            redoc_url=None,
            openapi_url=None,
            redirect_slashes=False,
            **options,
        )
        self.settings = settings

    def add_api(self, routes: Sequence[ApiRoute], endpoint: Callable[[Route], Endpoint]) -> None:
        """Add routes of the API; `endpoint` answers a request at one as every page is answered."""
        router = APIRouter()
        for route in routes:
            _add(router, route, endpoint(route))
        self.include_router(router)
        for route in routes:
            # Whoever asks for the headers alone gets them, and the document says nothing of it (RFC 9110 9.3.2).
            self.router.routes.append(StarletteRoute(route.path, endpoint(route), methods=["HEAD"]))

    def openapi(self) -> dict[str, Any]:
        """Return the document, OpenAPI 3.1; written once."""
        if self.openapi_schema is None:
            components = super().openapi().setdefault("components", {})
            schemas = components.setdefault("schemas", {})
            for model in (Problem, WrongField):
                schemas[model.__name__] = model.model_json_schema(ref_template="#/components/schemas/{model}")
                schemas[model.__name__].pop("$defs", None)
            said = "The session of the pages: sign in there. Tokens follow."
            session = {"type": "apiKey", "in": "cookie", "name": cookie_name(self.settings), "description": said}
            components["securitySchemes"] = {"session": session}
        return super().openapi()


def _add(router: APIRouter, route: ApiRoute, answer: Endpoint) -> None:
    class Guarded(APIRoute):
        """A route of FastAPI's that we answer: guard, query, handler, in one thread and one transaction."""

        def get_route_handler(self) -> Callable[[Request], Any]:
            return answer

    name = route.handler.__name__
    router.add_api_route(
        route.path,
        _described(route),
        methods=[route.method],
        response_model=route.response_model,
        operation_id=name,
        summary=(route.handler.__doc__ or name).splitlines()[0],
        description=f"For {route.guard.words}.",
        response_description="What was asked for",
        route_class_override=Guarded,
        responses={status: _refusal(status) for status in REFUSALS},
        openapi_extra={"security": [{"session": []}]},
    )


def _refusal(status: int) -> dict[str, Any]:
    schema = {"$ref": f"#/components/schemas/{Problem.__name__}"}
    return {"description": KINDS[status].title, "content": {PROBLEM_JSON: {"schema": schema}}}


def _described(route: ApiRoute) -> Callable[..., Any]:
    """Return a function whose signature says what a route takes; FastAPI reads it, and nobody calls it."""
    named = re.findall(r"\{(\w+)\}", route.path)
    takes: dict[str, Any] = {name: Annotated[str, Path(description=NAMED.get(name))] for name in named}
    if route.query.model_fields:
        takes["asked"] = Annotated[route.query, Query()]

    def described() -> None:  # pragma: no cover - only described
        raise AssertionError

    keyword = inspect.Parameter.KEYWORD_ONLY
    signature = inspect.Signature([inspect.Parameter(name, keyword, annotation=kind) for name, kind in takes.items()])
    vars(described)["__signature__"] = signature
    described.__name__ = route.handler.__name__
    return described
