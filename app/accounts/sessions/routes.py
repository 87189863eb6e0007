"""Routes of sessions: where somebody is signed in, and signed out there; and of whom a provider knows."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.accounts import queries as accounts
from app.accounts.sessions import actions, queries
from app.accounts.sessions.queries import Shown
from app.accounts.sso import actions as sso
from app.accounts.sso.models import Identity
from app.accounts.sso.queries import identities
from app.errors import NotFound
from app.labels import some
from app.people.models import Person
from app.people.rules import Viewer
from app.web.pages import Page
from app.web.proof.starting import session_token
from app.web.routing import Guard, Router, Visit, administrator, signed_in
from app.web.sessions import hashed

router = Router()


def _person(visit: Visit) -> Person:
    administrator.find(visit)
    return accounts.person(visit.session, visit.number("person_id"))


person_by_administrator = Guard("an administrator, for a person who exists", _person)


@dataclass(frozen=True, kw_only=True)
class SessionsPage(Page):
    """Where somebody is signed in; `person` is whose, where an administrator looks."""

    template: ClassVar[str] = "accounts/sessions/sessions.html"
    sessions: Sequence[Shown]
    person: Person | None
    base: str
    identities: Sequence[Identity]
    provider: str


@dataclass(frozen=True, kw_only=True)
class EverybodyPage(Page):
    """Make sure before everybody is signed out."""

    template: ClassVar[str] = "accounts/sessions/everybody.html"


def _here(visit: Visit) -> str:
    return hashed(session_token(visit))


def _ended(count: int) -> str:
    return f"{some(count, 'session').capitalize()} ended." if count else "There was no session to end."


@router.get("/account/sessions", signed_in)
def own_page(visit: Visit, viewer: Viewer) -> Response:
    """Show where one is signed in."""
    found = queries.sessions_of(visit.session, viewer.id, _here(visit))
    page = SessionsPage(
        title="Where you are signed in", sessions=found, person=None, base="/account", identities=(), provider=""
    )
    return visit.render(page)


@router.post("/account/sessions/end", signed_in)
def end_others(visit: Visit, viewer: Viewer) -> Response:
    """Sign out everywhere else."""
    count = actions.end_all(visit.session, viewer.id, but=_here(visit), by=viewer.id)
    return visit.redirect("/account/sessions", _ended(count))


@router.post("/account/sessions/{key}/end", signed_in)
def end_own(visit: Visit, viewer: Viewer) -> Response:
    """Sign out in one other browser."""
    return visit.redirect("/account/sessions", _ended(_end_one(visit, viewer.id)))


def _end_one(visit: Visit, person_id: int) -> int:
    key = visit.word("key")
    if len(key) != queries.KEY:
        raise NotFound
    return int(actions.end_one(visit.session, person_id, key, by=visit.viewer.id))


@router.get("/admin/people/{person_id}/sessions", person_by_administrator)
def persons_page(visit: Visit, person: Person) -> Response:
    """Show an administrator where somebody is signed in, and as whom a provider knows them."""
    page = SessionsPage(
        title=f"Where {person.name} is signed in",
        sessions=queries.sessions_of(visit.session, person.id, _here(visit)),
        person=person,
        base=f"/admin/people/{person.id}",
        identities=identities(visit.session, person.id),
        provider=visit.settings.oidc_name,
    )
    return visit.render(page)


@router.post("/admin/people/{person_id}/sessions/end", person_by_administrator)
def end_persons(visit: Visit, person: Person) -> Response:
    """Sign somebody out everywhere."""
    count = actions.end_all(visit.session, person.id, but=_here(visit), by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}/sessions", _ended(count))


@router.post("/admin/people/{person_id}/sessions/{key}/end", person_by_administrator)
def end_one_of(visit: Visit, person: Person) -> Response:
    """Sign somebody out in one browser."""
    return visit.redirect(f"/admin/people/{person.id}/sessions", _ended(_end_one(visit, person.id)))


@router.post("/admin/people/{person_id}/identities/{identity_id}/untie", person_by_administrator)
def untie(visit: Visit, person: Person) -> Response:
    """Have the provider's word let somebody in no more, until they are tied anew."""
    sso.untie(visit.session, person, visit.number("identity_id"), by=visit.viewer.id)
    return visit.redirect(f"/admin/people/{person.id}/sessions", f"{person.name} is untied, and signed out.")


@router.get("/admin/sessions", administrator)
def everybody_page(visit: Visit, _viewer: Viewer) -> Response:
    """Ask whether everybody shall be signed out."""
    return visit.render(EverybodyPage(title="Sign everybody out?"))


@router.post("/admin/sessions", administrator)
def end_everybodys(visit: Visit, viewer: Viewer) -> Response:
    """Sign everybody out but whoever says so."""
    count = actions.end_everybodys(visit.session, but=_here(visit), by=viewer.id)
    return visit.redirect("/admin/people", _ended(count))
