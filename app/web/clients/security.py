"""Lines of the log that say who was let in and who was not, each one line of JSON with the same few fields."""

import json
import logging

from starlette.requests import Request

from app.clock import clock
from app.settings import Settings
from app.web.clients.addresses import client_of

logger = logging.getLogger("casework_audit.security")


def tell(request: Request, settings: Settings, what: str, *, person: int | None = None, why: str = "") -> None:
    """Write a line: when, what happened, whose account it is about (0 for nobody's), from which client, and why.

    An address that somebody typed stands in none: it may be a password in the wrong box.
    """
    about = {"what": what, "client": client_of(request, settings), "person": person or 0}
    said = {"why": " ".join(why.split())} if why else {}
    line = {"at": clock.now().isoformat(timespec="milliseconds"), **about, **said}
    logger.info(json.dumps(line, ensure_ascii=True))
