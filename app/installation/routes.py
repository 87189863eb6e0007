"""Routes of the settings that an administrator makes on a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from starlette.responses import Response

from app.errors import NotFound
from app.installation import actions, queries
from app.installation.forms import SettingsForm
from app.labels import capital
from app.people.case_files import PLACEHOLDERS, CaseFile, CaseFiles, can_be_linked, setting_fault
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit

router = Router()
# What an address is tried with where nobody typed anything.
TRIED = {"tried_reference": "AB-123/4", "tried_document": "case plan 2"}


def _administrator(visit: Visit) -> Viewer:
    if not visit.viewer.holds(Role.ADMINISTRATOR):
        raise NotFound
    return visit.viewer


administrator = Guard("an administrator", _administrator)


@dataclass(frozen=True, kw_only=True)
class SettingsPage(Page):
    """The settings, and who changed them last."""

    template: ClassVar[str] = "installation/settings.html"
    form: Filled
    changed_at: datetime | None
    changed_by: str


@dataclass(frozen=True, kw_only=True)
class TriedPage(Page):
    """What links the addresses give, before they are saved."""

    template: ClassVar[str] = "installation/tried.html"
    form: Filled
    tried: CaseFile
    document: str
    document_link: str


def _settings_page(visit: Visit, form: Filled) -> SettingsPage:
    row = queries.newest(visit.session)
    return SettingsPage(
        title="Settings", form=form, changed_at=row[0].at if row else None, changed_by=row[1] if row else ""
    )


@router.get("/settings", administrator)
def settings_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show the settings."""
    return visit.render(_settings_page(visit, Filled({**queries.case_files_now(visit.session).values, **TRIED})))


def _sent(visit: Visit) -> tuple[SettingsForm | None, Filled]:
    """Return what was sent, and the form with what is wrong with it."""
    sent, form = fill(SettingsForm, visit.form)
    if sent is None:
        return None, form
    faults = {name: setting_fault(name, getattr(sent, name)) for name in PLACEHOLDERS}
    wrong = {name: f"{capital(actions.CALLED[name])} {fault}" for name, fault in faults.items() if fault}
    if sent.tried_reference and not can_be_linked(sent.tried_reference):
        wrong["tried_reference"] = (
            "A case whose reference has other characters than letters, digits, hyphens, slashes and full stops has no "
            "link. Try another reference"
        )
    return (None if wrong else sent), form.with_errors(**wrong)


@router.post("/settings/try", administrator)
def try_settings(visit: Visit, _viewer: Viewer) -> Response:
    """Show what the addresses give for a reference and a document; nothing is saved yet, and nothing is opened."""
    sent, form = _sent(visit)
    if sent is None:
        return visit.render(_settings_page(visit, form), status=422)
    tried = CaseFiles(sent.case_address, sent.document_address).of(sent.tried_reference or TRIED["tried_reference"])
    document = sent.tried_document or TRIED["tried_document"]
    return visit.render(
        TriedPage(
            title="Try the links",
            form=form,
            tried=tried,
            document=document,
            document_link=tried.document_link(document),
        )
    )


@router.post("/settings", administrator)
def save_settings(visit: Visit, viewer: Viewer) -> Response:
    """Save the settings; they hold from the next page that anybody opens."""
    sent, form = _sent(visit)
    if sent is None:
        return visit.render(_settings_page(visit, form), status=422)
    changes = {name: getattr(sent, name) for name in PLACEHOLDERS}
    changed = actions.change_settings(visit.session, changes, by=viewer.id)
    return visit.redirect("/settings", "Settings saved." if changed else "Nothing was changed.")
