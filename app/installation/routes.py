"""Routes of the settings that an administrator makes on a page."""

from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from starlette.responses import Response

from app.installation import actions, queries
from app.installation.forms import SettingsForm
from app.labels import capital
from app.people.case_files import PLACEHOLDERS, CaseFile, CaseFiles, can_be_linked, setting_fault
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Router, Visit, administrator

router = Router()
# What an address is tried with where nobody typed anything.
TRIED = {"tried_reference": "AB-123/4", "tried_document": "case plan 2"}


@dataclass(frozen=True, slots=True)
class Tried:
    """What the addresses give for a case and for a document of its file, before they are saved."""

    file: CaseFile
    document: str
    document_link: str


@dataclass(frozen=True, kw_only=True)
class SettingsPage(Page):
    """The settings, who changed them last, and once they are tried, what they give."""

    template: ClassVar[str] = "installation/settings.html"
    form: Filled
    tried: Tried | None
    changed_at: datetime | None
    changed_by: str


def _settings_page(visit: Visit, form: Filled, tried: Tried | None = None) -> SettingsPage:
    row = queries.newest(visit.session)
    at, by = (row[0].at, row[1]) if row else (None, "")
    return SettingsPage(title="Settings", form=form, tried=tried, changed_at=at, changed_by=by)


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
    file = CaseFiles(sent.case_address, sent.document_address).of(sent.tried_reference or TRIED["tried_reference"])
    document = sent.tried_document or TRIED["tried_document"]
    return visit.render(_settings_page(visit, form, Tried(file, document, file.document_link(document))))


@router.post("/settings", lately_proved(administrator))
def save_settings(visit: Visit, viewer: Viewer) -> Response:
    """Save the settings; they hold from the next page that anybody opens."""
    sent, form = _sent(visit)
    if sent is None:
        return visit.render(_settings_page(visit, form), status=422)
    changes = {name: getattr(sent, name) for name in PLACEHOLDERS}
    changed = actions.change_settings(visit.session, changes, by=viewer.id)
    return visit.redirect("/settings", "Settings saved." if changed else "Nothing was changed.")
