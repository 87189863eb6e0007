"""Routes of the first days."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.people.rules import Viewer
from app.web.pages import Page
from app.web.routing import Router, Visit, administrator
from app.work.first_run.actions import keep_that_key_was_copied
from app.work.first_run.lines import Line, lines
from app.work.first_run.queries import what_is_there

router = Router()


@dataclass(frozen=True, kw_only=True)
class StartPage(Page):
    """What there has to be before the first audit."""

    template: ClassVar[str] = "work/first_run/first_run.html"
    start: Sequence[Line]


@dataclass(frozen=True, kw_only=True)
class KeyPage(Page):
    """Where the key of the event log is, and the question whether there is a copy."""

    template: ClassVar[str] = "work/first_run/key.html"
    file: str
    copied: bool


@router.get("/admin/start", administrator)
def start_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show what is done and what is left."""
    return visit.render(StartPage(title="Before the first audit", start=lines(visit)))


@router.get("/admin/start/key", administrator)
def key_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask whether there is a copy of the key."""
    copied, file = what_is_there(visit.session).key, visit.settings.key_file.name
    return visit.render(KeyPage(title="The key of the event log", file=file, copied=copied))


@router.post("/admin/start/key", administrator)
def keep_key(visit: Visit, viewer: Viewer) -> Response:
    """Keep that there is a copy."""
    keep_that_key_was_copied(visit.session, by=viewer)
    return visit.redirect("/admin/start", "Kept: there is a copy of the key.")
