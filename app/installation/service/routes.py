"""Routes of what the service is called."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.installation.routes import administrator
from app.installation.service.actions import change_service
from app.installation.service.forms import ServiceForm
from app.people.rules import Viewer
from app.people.service import Service, service_of
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()


@dataclass(frozen=True, kw_only=True)
class ServicePage(Page):
    """What the service is called, and whom readers can ask."""

    template: ClassVar[str] = "installation/service/service.html"
    form: Filled


@router.get("/settings/service", administrator)
def service_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show what the service is called."""
    known = service_of(visit.kept_settings)
    values = {name: value or getattr(visit.settings, name, "") for name, value in known.values.items()}
    return visit.render(ServicePage(title="Your organisation", form=Filled(values)))


@router.post("/settings/service", administrator)
def save_service(visit: Visit, viewer: Viewer) -> Response:
    """Keep what the service is called; it stands on the next page that anybody opens."""
    sent, form = fill(ServiceForm, visit.form)
    if sent is None or not sent.organisation:
        wrong = {} if form.errors else {"organisation": "Enter the name of your organisation"}
        return visit.render(ServicePage(title="Your organisation", form=form.with_errors(**wrong)), status=422)
    changed = change_service(visit.session, Service(sent.organisation, sent.contact), by=viewer.id)
    return visit.redirect("/settings", "Settings saved." if changed else "Nothing was changed.")
