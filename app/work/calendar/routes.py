"""Routes of the calendar: as a page, its secret address, and the file behind it."""

from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.timetable import actions, queries
from app.audit.timetable.models import CalendarAddress
from app.errors import NotFound
from app.people.rules import Viewer
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit, signed_in
from app.web.sessions import viewer_of
from app.work.calendar.entries import Calendar, calendar_of
from app.work.calendar.feed import MEDIA_TYPE, calendar_file

router = Router()


@dataclass(frozen=True, kw_only=True)
class CalendarPage(Page):
    """The days of all audits that a person may see."""

    template: ClassVar[str] = "work/calendar/calendar.html"
    calendar: Calendar
    address: CalendarAddress | None


@dataclass(frozen=True, kw_only=True)
class AddressPage(Page):
    """The secret address, which is shown once."""

    template: ClassVar[str] = "work/calendar/address.html"
    address: str


def _by_key(visit: Visit) -> Viewer:
    person = queries.reader_of(visit.session, actions.hashed(visit.query("key"))) if visit.query("key") else None
    if person is None:
        raise NotFound
    return viewer_of(person)


by_key = Guard("whoever has the secret address of somebody’s calendar, as that person", _by_key)


@router.get("/calendar", signed_in)
def calendar_page(visit: Visit, viewer: Viewer) -> Response:
    """List the days by week, late ones first."""
    calendar, kept = calendar_of(visit.session, viewer), queries.address(visit.session, viewer.id)
    return visit.render(CalendarPage(title="Calendar", calendar=calendar, address=kept))


@router.get("/calendar.ics", by_key, seen=False)
def calendar_feed(visit: Visit, viewer: Viewer) -> Response:
    """Give the days to somebody's own calendar."""
    headers = {"Cache-Control": "private, max-age=900", "Content-Disposition": 'inline; filename="casework-audit.ics"'}
    return Response(calendar_file(visit.session, viewer), media_type=MEDIA_TYPE, headers=headers)


@router.post("/calendar/address", signed_in)
def make_address(visit: Visit, viewer: Viewer) -> Response:
    """Make a secret address and show it, once."""
    key = actions.make_address(visit.session, viewer.id)
    # Behind a server that ends TLS a request claims plain http.
    here = f"{'https' if visit.settings.https else 'http'}://{visit.request.url.netloc}"
    address = f"{visit.settings.address or here}/calendar.ics?key={key}"
    return visit.render(AddressPage(title="The address of your calendar", address=address))


@router.post("/calendar/address/revoke", signed_in)
def revoke_address(visit: Visit, viewer: Viewer) -> Response:
    """End the address."""
    actions.revoke_address(visit.session, viewer.id)
    return visit.redirect(
        "/calendar", "The address does not work any more. Calendars that read it keep what they have."
    )
