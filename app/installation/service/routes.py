"""Routes of what the service is called."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from starlette.responses import Response

from app.installation.service.actions import change_service
from app.installation.service.forms import ServiceForm
from app.installation.service.rules import title_faults
from app.people.enums import ROLE_LABELS, Role
from app.people.rules import Viewer
from app.people.service import service_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Router, Visit, administrator

router = Router()


@dataclass(frozen=True, kw_only=True)
class ServicePage(Page):
    """What the service is called, and whom readers can ask."""

    template: ClassVar[str] = "installation/service/service.html"
    form: Filled


@dataclass(frozen=True, kw_only=True)
class TitlesPage(Page):
    """What roles are called, beside what they are called by themselves."""

    template: ClassVar[str] = "installation/service/titles.html"
    form: Filled
    usual: Mapping[Role, str]


@router.get("/settings/service", administrator)
def service_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show what the service is called."""
    known = service_of(visit.kept_settings)
    values = {name: value or getattr(visit.settings, name, "") for name, value in known.values.items()}
    return visit.render(ServicePage(title="Your organisation", form=Filled(values)))


@router.post("/settings/service", lately_proved(administrator))
def save_service(visit: Visit, viewer: Viewer) -> Response:
    """Keep what the service is called; it stands on the next page that anybody opens."""
    sent, form = fill(ServiceForm, visit.form)
    if sent is None or not sent.organisation:
        wrong = {} if form.errors else {"organisation": "Enter the name of your organisation"}
        return visit.render(ServicePage(title="Your organisation", form=form.with_errors(**wrong)), status=422)
    wanted = replace(service_of(visit.kept_settings), **sent.model_dump())
    changed = change_service(visit.session, wanted, by=viewer.id)
    return visit.redirect("/settings", "Settings saved." if changed else "Nothing was changed.")


def _titles_page(form: Filled) -> TitlesPage:
    return TitlesPage(title="What roles are called", form=form, usual=ROLE_LABELS)


@router.get("/settings/roles", administrator)
def titles_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show what roles are called."""
    return visit.render(_titles_page(Filled(dict(service_of(visit.kept_settings).titles))))


@router.post("/settings/roles", lately_proved(administrator))
def save_titles(visit: Visit, viewer: Viewer) -> Response:
    """Keep what roles are called; what they may do stays as it is."""
    typed = {role.value: " ".join(visit.sent(role.value).split()) for role in Role}
    faults = title_faults(typed)
    if faults:
        return visit.render(_titles_page(Filled(typed, faults)), status=422)
    titles = {role: title for role, title in typed.items() if title and title != ROLE_LABELS[Role(role)]}
    wanted = replace(service_of(visit.kept_settings), titles=titles)
    changed = change_service(visit.session, wanted, by=viewer.id)
    return visit.redirect("/settings", "Settings saved." if changed else "Nothing was changed.")
