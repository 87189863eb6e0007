"""What a program is told when a request is refused: a problem document (RFC 9457)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field, ValidationError
from starlette.responses import JSONResponse, Response

from app.errors import Conflict, Elsewhere, Refusal, SignInNeeded, TooMany, Unavailable

PREFIX = "/api/v1"
DOCS = f"{PREFIX}/docs"
PROBLEM_JSON = "application/problem+json"
RETRY_AFTER = "30"


class WrongField(BaseModel):
    """One thing that cannot be taken."""

    parameter: str = Field(description="Its name in the address")
    detail: str = Field(description="What is wrong with it")


class Problem(BaseModel):
    """Why a request was refused (RFC 9457). A `type` never changes its meaning."""

    type: str = Field(description="What kind of problem it is", examples=[f"{PREFIX}/problems/not-found"])
    title: str = Field(description="The kind in words, the same each time")
    status: int = Field(description="The status of the answer")
    detail: str = Field(description="What would make it possible")
    errors: list[WrongField] = Field(default=[], description="Each thing that cannot be taken, where there are any")


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of problem: its name in `type`, its title, and what is said where the refusal says nothing of its own."""

    name: str
    title: str
    detail: str


KINDS: Mapping[int, Kind] = {
    400: Kind("not-readable", "The request cannot be read", "Send it as the document of the API says."),
    401: Kind("not-signed-in", "Nobody is signed in", "Sign in first. The API reads the session of the pages."),
    403: Kind("not-allowed", "You cannot do this", "Somebody in another role can."),
    404: Kind(
        "not-found",
        "There is nothing here",
        f"Check the address: {DOCS} has them all. What lies outside what you may see is not here either.",
    ),
    405: Kind("no-such-method", "This address has no such method", "The header Allow names those that it has."),
    409: Kind("conflict", "This has moved on", "Read how it stands now, then decide."),
    413: Kind("too-large", "The request is too large", "Send less at once."),
    422: Kind("not-valid", "Something that was sent cannot be taken", "Mend what `errors` names and send it again."),
    429: Kind("too-often", "That was too often", "Wait as long as the header Retry-After says."),
    500: Kind("fault", "Something broke in the service", "Nothing was changed. Try again later."),
    503: Kind("busy", "The service is busy", "The database did not answer. Nothing was changed. Try again later."),
}


class NotValid(Refusal):
    """Something that was sent is not what the route takes; said only to those whom its guard lets in."""

    status = 422

    def __init__(self, errors: Sequence[WrongField]) -> None:
        super().__init__()
        self.errors = errors

    @classmethod
    def of(cls, error: ValidationError) -> "NotValid":
        """Return the refusal for what pydantic found."""
        found = error.errors(include_url=False, include_context=False, include_input=False)
        return cls([WrongField(parameter="/".join(map(str, e["loc"])), detail=e["msg"]) for e in found])


def is_api(path: str) -> bool:
    """Say whether an address is one for programs, which are never given a page; the human docs are a page."""
    return (path == "/api" or path.startswith("/api/")) and path != DOCS


def later(refusal: Refusal) -> dict[str, str]:
    """Return the header that says when it can be tried again, where that helps."""
    if isinstance(refusal, TooMany):
        return {"Retry-After": str(refusal.seconds)}
    return {"Retry-After": RETRY_AFTER} if refusal.status == Unavailable.status else {}


def problem(refusal: Refusal, *, cookie: str) -> Response:
    """Return a refusal as a problem document; `cookie` is the name of the one that says who is signed in."""
    # There is no other page for a program to look at.
    status = Conflict.status if isinstance(refusal, Elsewhere) else refusal.status
    kind = KINDS.get(status, KINDS[400])
    said = Problem(
        type=f"{PREFIX}/problems/{kind.name}",
        title=kind.title,
        status=status,
        # What is said of a database that does not answer speaks to somebody who typed something.
        detail=kind.detail if status == Unavailable.status else refusal.sentence or kind.detail,
        errors=list(refusal.errors) if isinstance(refusal, NotValid) else [],
    )
    headers = {
        # RFC 9110 11.6.1 wants a challenge; no registered one says "sign in on a page".
        SignInNeeded.status: {"WWW-Authenticate": f'Cookie form-action="/sign-in", cookie-name="{cookie}"'},
    }.get(status, later(refusal))
    return JSONResponse(said.model_dump(exclude_defaults=True), status, headers, media_type=PROBLEM_JSON)
