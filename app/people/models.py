"""Tables about people."""

from datetime import datetime

from sqlalchemy import ForeignKey, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.db import Base, Moment, closed_list
from app.people.enums import Role, Scope


class ServiceArea(Base):
    """A part of the country that the service is divided into."""

    __tablename__ = "service_area"

    code: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]


class Person(Base):
    """Somebody who can sign in."""

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    job_title: Mapped[str]
    password_hash: Mapped[str | None]
    disabled_at: Mapped[datetime | None] = mapped_column(Moment)
    created_at: Mapped[datetime] = mapped_column(Moment)
    grants: Mapped[list["RoleGrant"]] = relationship(back_populates="person", order_by="RoleGrant.id")


class RoleGrant(Base):
    """A role that a person holds, and how far it reaches.

    `scope` is a service area's code or an audit's reference, empty for the nation. It is no foreign
    key because audits stand above people in the house.
    """

    __tablename__ = "role_grant"
    __table_args__ = (UniqueConstraint("person_id", "role", "scope_kind", "scope"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    role: Mapped[Role] = mapped_column(closed_list(Role, "role"))
    scope_kind: Mapped[Scope] = mapped_column(closed_list(Scope, "scope_kind"))
    scope: Mapped[str]
    granted_at: Mapped[datetime] = mapped_column(Moment)
    person: Mapped[Person] = relationship(back_populates="grants")


class SignedIn(Base):
    """A session: the browser holds a token, the database its SHA-256."""

    __tablename__ = "signed_in"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    created_at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime] = mapped_column(Moment)
    ended_at: Mapped[datetime | None] = mapped_column(Moment)


class SignInAttempt(Base):
    """A failed sign-in, counted per account so that guessing is slow; `browser` is empty for one that the account does not know."""

    __tablename__ = "sign_in_attempt"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(index=True)
    browser: Mapped[str] = mapped_column(server_default="")
    at: Mapped[datetime] = mapped_column(Moment)


class KnownBrowser(Base):
    """A browser in which a person has signed in: nobody else's failures keep them out of it."""

    __tablename__ = "known_browser"

    token_sha256: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    at: Mapped[datetime] = mapped_column(Moment)


class SentForm(Base):
    """A form that was acted on: the same form sent again gets the same answer and acts no more."""

    __tablename__ = "sent_form"

    token: Mapped[str] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    path: Mapped[str]
    location: Mapped[str]
    at: Mapped[datetime] = mapped_column(Moment)
