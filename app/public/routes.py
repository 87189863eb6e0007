"""Routes of what a public body has to say; each is open without signing in."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from starlette.responses import Response

from app.clock import Nation
from app.keeping.retention.rules import years_of
from app.labels import plural
from app.people.queries import settings_now
from app.people.rules import Viewer
from app.people.service import service_of
from app.people.working_days import working_days_of
from app.public.storage import STORED, Stored
from app.web.pages import Page
from app.web.routing import Router, Visit, anyone
from app.web.sessions import COOKIES

router = Router()
# When the statement was written, and when the product was last looked at as it says; both change with the statement.
PREPARED = TESTED = date(2026, 12, 1)


@dataclass(frozen=True, slots=True)
class Told:
    """A cookie as the page tells it."""

    name: str
    lasts: str
    purpose: str


@dataclass(frozen=True, kw_only=True)
class AccessibilityPage(Page):
    """The accessibility statement, in the words that the regulations ask for."""

    template: ClassVar[str] = "public/accessibility.html"
    contact: str
    prepared: date
    tested: date
    northern_ireland: bool


@dataclass(frozen=True, kw_only=True)
class PrivacyPage(Page):
    """What is kept about people, after how many years it goes (None where nobody decided), and whom to ask."""

    template: ClassVar[str] = "public/privacy.html"
    contact: str
    years: int | None
    mail: bool


@dataclass(frozen=True, kw_only=True)
class CookiesPage(Page):
    """Every cookie, and whatever else is kept in a browser."""

    template: ClassVar[str] = "public/cookies.html"
    cookies: Sequence[Told]
    stored: Sequence[Stored]


def _contact(visit: Visit) -> str:
    return service_of(settings_now(visit.session)).on(visit.settings).contact


def lasts(of: timedelta | None) -> str:
    """Return how long a cookie lasts, in words."""
    if of is None:
        return "Until you close your browser"
    return "For a year" if of.days else f"For {plural(int(of.total_seconds()) // 60, 'minute')}"


@router.get("/accessibility", anyone)
def accessibility_page(visit: Visit, _person: Viewer | None) -> Response:
    """Show the accessibility statement."""
    # Another body enforces the regulations there.
    there = working_days_of(settings_now(visit.session))[-1].nation is Nation.NORTHERN_IRELAND
    page = AccessibilityPage(
        title="Accessibility statement",
        contact=_contact(visit),
        prepared=PREPARED,
        tested=TESTED,
        northern_ireland=there,
    )
    return visit.render(page)


@router.get("/privacy", anyone)
def privacy_page(visit: Visit, _person: Viewer | None) -> Response:
    """Show the privacy notice."""
    years, mail = years_of(settings_now(visit.session)), visit.settings.sends_mail
    return visit.render(PrivacyPage(title="Privacy notice", contact=_contact(visit), years=years, mail=mail))


@router.get("/cookies", anyone)
def cookies_page(visit: Visit, _person: Viewer | None) -> Response:
    """Show every cookie."""
    cookies = [Told(c.called(visit.settings), lasts(c.lasts), c.purpose) for c in COOKIES]
    return visit.render(CookiesPage(title="Cookies", cookies=cookies, stored=STORED))
