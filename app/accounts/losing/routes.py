"""Routes of losing everything: an administrator makes a link, and its person begins anew with it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import ClassVar

from starlette.responses import Response

from app.accounts.factors import actions, queries
from app.accounts.links import actions as links
from app.accounts.losing.forms import IdentifiedForm
from app.accounts.people.routes import person_by_administrator
from app.accounts.rules import ACCOUNT
from app.errors import Conflict, Forbidden, NotFound
from app.people.enums import AccountState, FactorKind, LinkPurpose
from app.people.models import Person
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.proof.lately import lately_proved
from app.web.routing import Guard, Router, Visit

router = Router()
NOT_OPEN = (
    "This link does not open anything. It works once, for a day. Or the address in your browser is not the whole link. "
    "Ask your administrator for a new one."
)
NOT_ONESELF = "Another administrator makes this link for you, or whoever runs the service: casework-audit user factor"
KINDS = {FactorKind.CODE: "App", FactorKind.PASSKEY: "Passkey", FactorKind.RECOVERY: "Recovery code"}
whoever_lost = Guard("anyone with a link", lambda visit: queries.who_lost(visit.session, visit.word("link")))
who_identified = lately_proved(person_by_administrator).making(ACCOUNT["send"])


@dataclass(frozen=True, kw_only=True)
class LostPage(Page):
    """What an administrator sees of how somebody proves who they are, and the link for whoever has lost it."""

    template: ClassVar[str] = "accounts/losing/lost.html"
    person: Person
    kinds: Sequence[str]
    form: Filled
    by_mail: bool


@dataclass(frozen=True, kw_only=True)
class LinkPage(Page):
    """A link to hand over, shown once."""

    template: ClassVar[str] = "accounts/losing/link.html"
    person: Person
    link: str


@dataclass(frozen=True, kw_only=True)
class BeginPage(Page):
    """Begin anew, or why a link does not open it."""

    template: ClassVar[str] = "accounts/losing/begin.html"
    email: str
    refusal: str


def _lost_page(visit: Visit, person: Person, form: Filled) -> LostPage:
    have = [KINDS[f.kind] for f in queries.factors(visit.session, person.id)]
    kinds = [f"{kind}: {have.count(kind)}" for kind in dict.fromkeys(have)]
    title, by_mail = f"{person.name} has lost everything", visit.settings.sends_mail
    return LostPage(title=title, person=person, kinds=kinds, form=form, by_mail=by_mail)


@router.get("/admin/people/{person_id}/factors", person_by_administrator)
def lost_page(visit: Visit, person: Person) -> Response:
    """Ask how the person was identified."""
    _look(visit, person)
    return visit.render(_lost_page(visit, person, Filled()))


def _look(visit: Visit, person: Person) -> None:
    if person.id == visit.viewer.id:
        raise Forbidden(NOT_ONESELF)
    if person.state is not AccountState.ACTIVE:
        raise Conflict(f"{person.name} cannot sign in now, so there is nothing to set up anew.")


@router.post("/admin/people/{person_id}/factors", who_identified)
def make_link(visit: Visit, person: Person) -> Response:
    """Send the link, or show it to be handed over."""
    _look(visit, person)
    sent, form = fill(IdentifiedForm, visit.form)
    if sent is None:
        return visit.render(_lost_page(visit, person, form), status=422)
    by_mail, how = visit.settings.sends_mail, partial(links.send_link, identified=sent.identified)
    token = how(visit.session, person, by=visit.viewer.id, by_mail=by_mail, purpose=LinkPurpose.FACTOR)
    if by_mail:
        return visit.redirect(f"/admin/people/{person.id}", f"{person.name} gets a link by email: {person.email}")
    host = visit.settings.address or str(visit.request.base_url).rstrip("/")
    page = LinkPage(title=f"Give {person.name} this link", person=person, link=f"{host}/lost-factor/{token}")
    return visit.render(page)


def _begin_page(visit: Visit, person: Person | None) -> Response:
    refusal = "" if person else NOT_OPEN
    title = "Begin anew" if person else "This link cannot be used"
    page = BeginPage(title=title, email=person.email if person else "", refusal=refusal)
    return visit.render(page, status=200 if person else NotFound.status)


@router.get("/lost-factor/{link}", whoever_lost)
def begin_page(visit: Visit, person: Person | None) -> Response:
    """Say what the link does; it is not used up by looking at it."""
    return _begin_page(visit, person)


@router.post("/lost-factor/{link}", whoever_lost)
def begin_anew(visit: Visit, _person: Person | None) -> Response:
    """Take away all that was lost; its person signs in with their password, and sets up anew."""
    try:
        actions.forget_all(visit.session, visit.word("link"))
    except Conflict:
        return _begin_page(visit, None)
    return visit.redirect("/sign-in", "Sign in with your password. Then set up anew how you prove who you are.")
