"""Where somebody goes once they have proved who they are: on with what they had typed, or where they wanted."""

import json
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.web.pages import Page
from app.web.refusals import own_page
from app.web.routing import Visit, seal, typed_in_words


@dataclass(frozen=True, kw_only=True)
class ResumePage(Page):
    """What was typed before one had to prove who one is, ready to be sent."""

    template: ClassVar[str] = "web/proof/resume.html"
    action: str
    fields: Sequence[tuple[str, str]]
    shown: Mapping[str, str]


def page_to_go_to(wanted: str) -> str:
    """Return where a person goes once they are signed in: the page of ours that they wanted, or their work."""
    return "/" if wanted.startswith("/sign-") else own_page(wanted) or "/"


def resume(visit: Visit, title: str = "You are signed in again") -> Response | None:
    """Show what the person had typed before; what somebody else typed, nobody sees."""
    try:
        kept = json.loads(visit.sent("kept") or "null")
        fields = [(str(n), str(v)) for n, values in kept["form"].items() for v in values if n != "once"] if kept else []
        action = page_to_go_to(str(kept["path"])) if kept else "/"
        json.dumps([fields, action], ensure_ascii=False).encode()
        theirs = bool(kept) and secrets.compare_digest(str(kept["by"]).encode(), seal(visit, visit.viewer.id).encode())
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        # Only something that no page of ours made.
        return None
    if not fields or action == "/" or not theirs:
        return None
    form: dict[str, list[str]] = {}
    for name, value in fields:
        form.setdefault(name, []).append(value)
    shown = typed_in_words(visit, action, form)
    return visit.render(ResumePage(title=title, action=action, fields=fields, shown=shown))


def goes_on(visit: Visit, said: str = "", *, title: str = "You are signed in again") -> Response:
    """Return the page on which somebody goes on: with what they had typed, or where they wanted to go."""
    there = "/" if visit.sent("kept") else page_to_go_to(visit.sent("next") or visit.query("next"))
    return resume(visit, title) or visit.redirect(there, said)
