"""What a person reads when a request is refused, and the way back to a page of ours."""

import logging
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar
from urllib.parse import quote, urlsplit

from sqlalchemy.exc import IntegrityError
from starlette.datastructures import Headers

from app.db import Trouble, is_duplicate, trouble_of
from app.errors import Conflict, Refusal, Unavailable
from app.web.pages import Page

logger = logging.getLogger("casework_audit")
refusals = logging.getLogger("casework_audit.refusals")
TITLES = {
    400: "Your request could not be read",
    403: "You cannot do this",
    404: "Page not found",
    405: "Page not found",
    409: "This has moved on",
    413: "Too much was sent",
    429: "That was too often",
    500: "Sorry, there is a problem with the service",
    503: "Sorry, the service is unavailable",
}
SENTENCES = {
    404: (
        "If you typed the address, check it is correct. If you followed a link, the page may have moved or you may not "
        "have access to it."
    ),
    405: "If you typed the address, check it is correct.",
}
# What a person is told where nothing could be kept, and whether waiting helps or only somebody who runs the service.
TROUBLES = {
    Trouble.BUSY: "The database is busy.",
    Trouble.UNREACHABLE: "The database did not answer.",
    Trouble.FULL: "The disk of the service is full, so nothing can be kept.",
    Trouble.READ_ONLY: "The service cannot write to its disk, so nothing can be kept.",
    Trouble.DISK: "The disk of the service failed, so nothing can be kept.",
    Trouble.CORRUPT: "The database of the service is damaged.",
}
BROKEN = frozenset({Trouble.FULL, Trouble.READ_ONLY, Trouble.DISK, Trouble.CORRUPT})
LATER = {
    False: "Wait a minute, then go back and send it again.",
    True: "Copy it now, and tell whoever runs the service: waiting alone does not help.",
}
TELL = "Tell whoever runs the service: waiting alone does not help."
SECRET_FIELDS = frozenset(
    {"once", "password", "old_password", "new_password", "next", "kept", "proof", "recovery_code", "credential", "seed"}
)
# Sent along by a page, and typed by nobody.
UNTYPED_FIELDS = SECRET_FIELDS | {"served", "shown", "then", "looked", "step"}
SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})


@dataclass(frozen=True, kw_only=True)
class RefusalPage(Page):
    """What is shown when something is refused: the sentence, and what the person had typed."""

    template: ClassVar[str] = "web/refusal.html"
    status: int
    sentence: str
    typed: Mapping[str, str]
    back: str
    # The number of the fault, empty where nothing broke.
    fault: str


@dataclass(frozen=True, kw_only=True)
class SignInAgainPage(Page):
    """The sign-in page met on the way to another page; it keeps what was typed."""

    template: ClassVar[str] = "web/sign_in_needed.html"
    next: str
    kept: str
    typed: Mapping[str, str]
    provider: str
    passwords: bool


class Fault(Refusal):
    """Something broke; the number on the page stands in the log beside the cause."""

    status = 500

    def __init__(self) -> None:
        self.number = secrets.token_hex(4).upper()
        super().__init__(
            f"It has been recorded as fault {self.number}. Nothing was changed. Try again later, and quote the "
            "number if it happens again."
        )


def refusal_of(error: Exception) -> Refusal:
    """Return what a person is told about an error: only a duplicate means that somebody else was faster."""
    if isinstance(error, Refusal):
        return error
    trouble = trouble_of(error)
    if trouble in TROUBLES:
        lasts, why = trouble in BROKEN, TROUBLES[trouble]
        said = f"{why} What you typed is below. {LATER[lasts]}"
        return Unavailable(said, why=f"{why} {TELL}" if lasts else why)
    if isinstance(error, IntegrityError) and is_duplicate(error):
        return Conflict("Somebody else did this at the same moment. Look at the page again.")
    return Fault()


def refusal_page(refusal: Refusal, typed: Mapping[str, str], back: str) -> RefusalPage:
    """Return the page that says why not."""
    sentence = refusal.sentence or SENTENCES.get(refusal.status, "")
    title, fault = TITLES.get(refusal.status, TITLES[400]), refusal.number if isinstance(refusal, Fault) else ""
    return RefusalPage(title=title, status=refusal.status, sentence=sentence, typed=typed, back=back, fault=fault)


def log(method: str, path: str, refusal: Refusal, cause: Exception | None, *, who: str = "nobody known") -> None:
    """Write a refusal into the log on one line, whatever the address holds; a fault with its cause.

    `who` is whose request it was, and from where.
    """
    address = quote(path)
    if isinstance(refusal, Fault):
        logger.error("fault %s at %s %s by %s", refusal.number, method, address, who, exc_info=cause)
        return
    why = cause or refusal.sentence or TITLES.get(refusal.status, "sign-in needed")
    said = " ".join(str(why).split())
    refusals.info("%s %s refused %d to %s: %s", method, address, refusal.status, who, said)


def own_page(wanted: str) -> str:
    """Return a page of ours to go to, empty where it is none; an address elsewhere never (ASVS 3.7.2)."""
    try:
        parts = urlsplit(wanted)
    except ValueError:
        return ""
    own = (
        wanted.startswith("/")
        and not wanted.startswith("//")
        and "\\" not in wanted
        and not parts.netloc
        and not parts.scheme
    )
    return wanted if own else ""


def page_before(referer: str, host: str | None) -> str:
    """Return the page that a person came from, empty where it is none of ours."""
    try:
        came_from = urlsplit(referer)
    except ValueError:
        return ""
    return own_page(came_from.path) if came_from.netloc == host else ""


def typed_text(form: Mapping[str, Any]) -> dict[str, str]:
    """Return what a person typed, by field, so that it can be given back to them."""
    return {name: "\n".join(values) for name, values in form.items() if name not in UNTYPED_FIELDS and any(values)}


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
