"""Who is signed in: a session is a row, its token in a cookie, its hash in the table; both run out."""

import base64
import hashlib
import hmac
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import Date, and_, bindparam, select, update
from sqlalchemy.orm import Session

from app.asking.statements import Statement
from app.clock import clock, today
from app.events import log_of
from app.people.enums import Role, Scope, Strength
from app.people.factors import has_to_have_one
from app.people.models import Person, RoleGrant, ServiceArea, SettingsKept, SignedIn
from app.people.queries import assistant_directors_hold, held_on, passed_to, regions_of_headless
from app.people.rules import Grant, Viewer, stood_in_for
from app.settings import Settings

IDLE = timedelta(hours=1)
ABSOLUTE = timedelta(hours=10)
# How often the database keeps that a session was used.
SEEN_EVERY = timedelta(minutes=5)


def hashed(token: str) -> str:
    """Return the form in which a session's token is kept."""
    return hashlib.sha256(token.encode()).hexdigest()


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie of ours; what it is for stands on the page about cookies. Without `lasts` it goes with the browser."""

    name: str
    purpose: str
    lasts: timedelta | None = None

    def called(self, settings: Settings) -> str:
        """Return its name; the `__Host-` prefix needs https."""
        return f"__Host-{self.name}" if settings.https else self.name


SESSION = Cookie(
    "session",
    "Keeps you signed in. It is of no use an hour after your last page, ten hours after you signed in, or once you "
    "have signed out.",
)
BROWSER = Cookie(
    "browser",
    "Set only where you ticked ‘This is my own computer’. Lets you sign in here while somebody elsewhere tries wrong "
    "passwords for your account, and ties what you typed to you if your session ends before you send it.",
    timedelta(days=365),
)
OWN = Cookie("own", "Remembers that tick from one step of signing in to the next.", timedelta(minutes=10))
HALF = Cookie("half_way", "Remembers between your password and your second step that you gave the first.")
SSO = Cookie(
    "signing-in",
    "Makes sure that it is you who comes back from the sign-in page of your organisation.",
    timedelta(minutes=10),
)
NOTICE = Cookie("notice", "Lets the next page say what you have just done, such as ‘Saved’.", timedelta(minutes=1))
SENT = Cookie(
    "sent",
    "Tells the next page that a form arrived, so that your browser forgets the copy that it kept.",
    timedelta(minutes=1),
)
# Every one that there is: nothing else sets any, and the page about cookies is made of these.
COOKIES = (SESSION, BROWSER, OWN, HALF, SSO, NOTICE, SENT)


def cookie_name(settings: Settings, cookie: Cookie = SESSION) -> str:
    """Return what a cookie is called."""
    return cookie.called(settings)


@dataclass(frozen=True, slots=True)
class SignedInPerson:
    """Who is signed in, when their session was last used as far as the database knows, and when it began."""

    viewer: Viewer
    seen_at: datetime
    began_at: datetime
    # The installation's settings as they stand, as JSON.
    settings: str = ""
    # Their password was set by somebody else: they choose their own before anything else.
    must_choose: bool = False
    # They gave a password only and need a second factor: they set one up before anything else.
    must_set_up: bool = False
    # When they last proved in this session who they are, and by what.
    proved_at: datetime | None = None
    strength: Strength = Strength.PASSWORD

    @property
    def lasts(self) -> "Lasts":
        """Return how long the session lasts as it is."""
        return Lasts(self.seen_at + IDLE, self.began_at + ABSOLUTE)


@dataclass(frozen=True, slots=True)
class Lasts:
    """When a session ends if nothing happens, and when it ends whatever happens."""

    idle: datetime
    at_most: datetime

    @property
    def seconds(self) -> int:
        """Return the seconds until it ends if nothing happens."""
        return max(0, int((min(self.idle, self.at_most) - clock.now()).total_seconds()))

    @property
    def can_go_on(self) -> bool:
        """Say whether using it makes it last longer."""
        return self.idle < self.at_most

    @property
    def at_least(self) -> datetime:
        """Return until when it lasts for whoever opens a page now; the database keeps that only every few minutes."""
        return min(clock.now() + IDLE - SEEN_EVERY, self.at_most)


class _Known(NamedTuple):
    """A session, whose it is, and one of their roles if they have any."""

    ended_at: datetime | None
    seen_at: datetime
    created_at: datetime
    id: int
    name: str
    email: str
    job_title: str
    role: Role | None
    scope_kind: Scope
    scope: str
    deputy_for: int | None
    # An area that has closed, and of which they are head as its successor's.
    passed: str | None
    settings: str | None
    must_choose: bool
    strength: Strength
    proved_at: datetime | None


# The settings come with that read: no page asks for them, and no process keeps old ones.
_SETTINGS = select(SettingsKept.kept).order_by(SettingsKept.id.desc()).limit(1).scalar_subquery()
_TODAY = bindparam("today", type_=Date)
# Every request starts with this read.
_WHO = Statement(
    select(
        SignedIn.ended_at,
        SignedIn.seen_at,
        SignedIn.created_at,
        Person.id,
        Person.name,
        Person.email,
        Person.job_title,
        RoleGrant.role,
        RoleGrant.scope_kind,
        RoleGrant.scope,
        RoleGrant.deputy_for,
        ServiceArea.code,
        _SETTINGS,
        Person.password_is_temporary,
        SignedIn.strength,
        SignedIn.proved_at,
    )
    .join(Person, Person.id == SignedIn.person_id)
    .outerjoin(RoleGrant, and_(RoleGrant.person_id == Person.id, held_on(RoleGrant, _TODAY)))
    .outerjoin(ServiceArea, passed_to(RoleGrant, ServiceArea, _TODAY))
    .where(SignedIn.token_sha256 == bindparam("token"), Person.disabled_at.is_(None))
)

# It waits for nobody: whoever holds the session's row is just keeping the same.
_THIS = select(SignedIn.token_sha256).where(SignedIn.token_sha256 == bindparam("token"))
_USED = Statement(
    update(SignedIn)
    .where(SignedIn.token_sha256.in_(_THIS.with_for_update(skip_locked=True)))
    .values(seen_at=bindparam("now"))
)


def signed_in_person(session: Session, cookies: Mapping[str, str], settings: Settings) -> SignedInPerson | None:
    """Return who is signed in, or None: no cookie, an ended or expired session, or a disabled person."""
    token = cookies.get(cookie_name(settings))
    if not token:
        return None
    rows, now = list(map(_Known._make, _WHO.rows(session, token=hashed(token), today=today()))), clock.now()
    if not rows or rows[0].ended_at or now - rows[0].seen_at > IDLE or now - rows[0].created_at > ABSOLUTE:
        return None
    first = rows[0]
    own = {Grant(row.role, row.scope_kind, row.scope) for row in rows if row.role}
    passed = {Grant(row.role, Scope.AREA, row.passed) for row in rows if row.role and row.passed}
    grants = frozenset(own | passed)
    deputies = {area: row.deputy_for for row in rows if row.deputy_for for area in (row.scope, row.passed) if area}
    viewer = Viewer(first.id, first.name, first.email, first.job_title, grants, deputy_for=deputies)
    return SignedInPerson(
        standing_in(session, viewer),
        first.seen_at,
        first.created_at,
        first.settings or "",
        must_choose=bool(first.must_choose),
        must_set_up=first.strength.is_one_factor and has_to_have_one(settings.asks_for_a_factor_of, own),
        proved_at=first.proved_at or first.created_at,
        strength=first.strength,
    )


def browser_key(session: Session, person: int) -> str:
    """Return the key, in base64, with which a person's browser seals what they typed and have not sent.

    Another person's pages have another one, and the log's key cannot be found from it (HMAC-SHA256, as in RFC 5869).
    """
    ours = hmac.digest(log_of(session).key, b"what a browser keeps", "sha256")
    return base64.b64encode(hmac.digest(ours, str(person).encode(), "sha256")).decode()


def used_now(session: Session, cookies: Mapping[str, str], settings: Settings) -> None:
    """Keep that a session is used now, so that it lasts longer."""
    _USED.run(session, {"token": hashed(cookies.get(cookie_name(settings), "")), "now": clock.now()})


def standing_in(session: Session, viewer: Viewer) -> Viewer:
    """Let an assistant director act as head of the service areas that have none."""
    if not viewer.nationwide(Role.ASSISTANT_DIRECTOR):
        return viewer
    without, own = regions_of_headless(session), viewer.grants
    # What the others hold matters only to whoever has a region.
    regional = without and any(g.kind is Scope.REGION for g in own)
    every = assistant_directors_hold(session) if regional else list(own)
    return replace(viewer, standing_in=stood_in_for(own, without, every))


def viewer_of(person: Person) -> Viewer:
    """Return a person as the rules see them today."""
    held = [g for g in person.grants if g.days.hold(today())]
    grants = frozenset(Grant(g.role, g.scope_kind, g.scope) for g in held)
    deputies = {g.scope: g.deputy_for for g in held if g.deputy_for is not None}
    return Viewer(person.id, person.name, person.email, person.job_title, grants, deputy_for=deputies)
