"""Tables of second factors, and who has to have one."""

from collections.abc import Collection
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, Index, select
from sqlalchemy.orm import Session
from sqlmodel import Field

from app.clock import clock
from app.db import Base, Line, Mapped, Numbered, closed_list, where
from app.people.enums import FactorKind, Role, Strength
from app.people.rules import Grant

# For so long it is enough to have proved who one is, before what changes who may come in.
LATELY = timedelta(minutes=15)
# Those with these roles and no other decide nothing, and need no second factor where only who decides has one.
DECIDE_NOTHING = frozenset({Role.READER, Role.IMPROVEMENT_ASSISTANT, Role.IMPROVEMENT_MANAGER})


class Factor(Numbered, table=True):
    """Something with which a person proves who they are: an app that shows codes, a passkey, or one recovery code.

    It is never deleted: `removed_at` says since when it proves nothing, of a recovery code when it was used.
    """

    __tablename__ = "factor"
    __table_args__ = (
        Index("uq_factor_credential", "credential", unique=True, **where("credential IS NOT NULL")),
        Index("uq_factor_app", "person_id", unique=True, **where("kind = 'code' AND removed_at IS NULL")),
    )

    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    kind: Mapped[FactorKind] = Field(sa_type=closed_list(FactorKind, "kind"))
    # What its person calls a passkey.
    name: Mapped[Line]
    # Of an app its seed, sealed; of a passkey its public key in base64; of a recovery code its SHA-256.
    secret: Mapped[str]
    # Of a passkey, by what it is known, in base64.
    credential: Mapped[str | None] = Field(default=None)
    # Of an app the step whose code was used last, of a passkey how often it says that it was used.
    counter: Mapped[int] = Field(default=0, sa_type=BigInteger)
    made_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = Field(default=None)
    removed_at: Mapped[datetime | None] = Field(default=None)


class HalfWay(Base, table=True):
    """Somebody who has proved a half of who they are, or was asked for a passkey: one row for a browser, for minutes.

    The browser holds a token, the database its SHA-256; of whoever is signed in it is the session's.
    """

    __tablename__ = "half_way"

    token_sha256: Mapped[str] = Field(primary_key=True)
    # Nobody yet, where only a passkey is asked for: it says whose it is.
    person_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    # What they have proved: a password, or what their organisation says; nothing yet is None.
    strength: Mapped[Strength | None] = Field(default=None, sa_type=closed_list(Strength, "strength"))
    # What a passkey has to sign, in base64, once.
    challenge: Mapped[str] = Field(default="")
    at: Mapped[datetime]
    ends_at: Mapped[datetime]


class FactorTry(Numbered, table=True):
    """A code that was wrong, counted for each person so that nobody guesses one."""

    __tablename__ = "factor_try"

    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    at: Mapped[datetime]


class SealMark(Numbered, table=True):
    """The mark of the key with which secrets are sealed, in one row; it gives nothing of the key away."""

    __tablename__ = "seal_mark"

    mark: Mapped[str]


def kinds_of(session: Session, person_id: int) -> frozenset[FactorKind]:
    """Return the kinds of factors that somebody can prove themselves with now."""
    query = select(Factor.kind).where(Factor.person_id == person_id, Factor.removed_at.is_(None)).distinct()
    return frozenset(session.scalars(query))


def has_to_have_one(asked: str, grants: Collection[Grant]) -> bool:
    """Say whether somebody with these roles needs a second factor, by the setting: everyone, deciders or no."""
    if asked == "deciders":
        return any(grant.role not in DECIDE_NOTHING for grant in grants)
    return asked == "everyone"


def is_lately(proved_at: datetime | None) -> bool:
    """Say whether who somebody is was proved within the time for which that is enough."""
    return proved_at is not None and timedelta(0) <= clock.now() - proved_at <= LATELY
