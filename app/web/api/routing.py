"""Routes of the JSON API: what a room says of an address for programs."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Generic, TypeVar, overload

from pydantic import BaseModel, ConfigDict, Field, ValidationError
from starlette.responses import JSONResponse, Response

from app.long_acts.forethought import Forethought
from app.web.api.problems import PREFIX, NotValid
from app.web.routing import Guard, Route, Visit

T = TypeVar("T")
Item = TypeVar("Item", bound=BaseModel)
Q = TypeVar("Q", bound="Query")
# Whatever the response model can be read from: a row, a mapping, a model.
Handler = Callable[[Visit, T], object]
Beforehand = Callable[[Visit, Any], Forethought[Any] | None]
AskedHandler = Callable[[Visit, T, Q], object]


class Query(BaseModel):
    """What an address may be asked with after its question mark; a name that it does not know is refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class Answer(BaseModel):
    """What a route gives. A field that it does not name never leaves."""

    model_config = ConfigDict(from_attributes=True, frozen=True, hide_input_in_errors=True)


class ListOf(Answer, Generic[Item]):
    """One page of a list, in its order."""

    items: list[Item]
    next: str | None = Field(description="Send it as ‘cursor’ for what follows; null at the end")


@dataclass(frozen=True, kw_only=True)
class ApiRoute(Route):
    """A route for programs: the guard of a page, what it may be asked with, and what it gives."""

    response_model: type[BaseModel]
    query: type[Query]


class ApiRouter:
    """The API's routes of one room; each has the guard of the page that shows the same."""

    def __init__(self) -> None:
        self.all: list[ApiRoute] = []

    @overload
    def get(
        self, path: str, guard: Guard[T], *, response_model: type[BaseModel]
    ) -> Callable[[Handler[T]], Handler[T]]: ...
    @overload
    def get(
        self,
        path: str,
        guard: Guard[T],
        *,
        response_model: type[BaseModel],
        query: type[Q],
        response_class: type[JSONResponse] = JSONResponse,
        beforehand: Beforehand | None = None,
    ) -> Callable[[AskedHandler[T, Q]], AskedHandler[T, Q]]: ...
    def get(
        self,
        path: str,
        guard: Guard[T],
        *,
        response_model: type[BaseModel] | None = None,
        query: type[Query] | None = None,
        response_class: type[JSONResponse] = JSONResponse,
        beforehand: Beforehand | None = None,
    ) -> Callable[[Any], Any]:
        """Add an address that is read; its query is looked at only once the guard has let somebody in.

        What takes long and changes nothing can be thought out `beforehand`, as with a page.
        """
        model = _checked(path, response_model)

        def keep(handler: Callable[..., object]) -> Callable[..., object]:
            def answered(visit: Visit, found: T) -> Response:
                asked = _asked(query or Query, visit)
                given = handler(visit, found, asked) if query else handler(visit, found)
                shown = model.model_validate(given)
                return response_class(shown.model_dump(mode="json", by_alias=True, exclude_unset=True))

            answered.__name__, answered.__doc__ = handler.__name__, handler.__doc__
            answered.__module__ = handler.__module__
            route = ApiRoute("GET", PREFIX + path, guard, answered, response_model=model, query=query or Query)
            self.all.append(replace(route, beforehand=beforehand))
            return handler

        return keep


def _checked(path: str, response_model: object) -> type[BaseModel]:
    if isinstance(response_model, type) and issubclass(response_model, BaseModel):
        return response_model
    message = f"{PREFIX}{path} has no response model. Say with `response_model` what it gives, as a pydantic model."
    raise TypeError(message)


def _asked(query: type[Q], visit: Visit) -> Q:
    try:
        return query.model_validate(dict(visit.request.query_params))
    except ValidationError as error:
        raise NotValid.of(error) from error
