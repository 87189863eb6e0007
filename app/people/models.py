"""Tables about people."""

from datetime import date, datetime
from typing import Annotated

from pydantic import StringConstraints
from sqlalchemy import JSON, CheckConstraint, Index, UniqueConstraint, false
from sqlmodel import Field, Relationship

from app.db import Base, Line, Mapped, Numbered, closed_list, where
from app.people.enums import AccountState, LinkPurpose, ProposalState, Role, Scope, Setting, Strength
from app.people.rules import Days


class Region(Base, table=True):
    """Several service areas that belong together; a service may have none."""

    __tablename__ = "region"

    code: Mapped[str] = Field(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]


class ServiceArea(Base, table=True):
    """A part of the country that the service is divided into, from a day until the day on which it closes.

    A code is never another area's: what was audited under it stays under it. The cases that are open when an area
    closes are its successor's, whose heads act for it from then on.
    """

    __tablename__ = "service_area"
    __table_args__ = (
        CheckConstraint("successor IS NULL OR closed_on IS NOT NULL", name="successor_of_closed"),
        CheckConstraint("successor <> code", name="successor_is_another"),
    )

    code: Mapped[str] = Field(primary_key=True)
    name: Mapped[str]
    position: Mapped[int]
    region: Mapped[str | None] = Field(default=None, foreign_key="region.code")
    opened_on: Mapped[date | None] = Field(default=None)
    # The first day on which it is no more.
    closed_on: Mapped[date | None] = Field(default=None)
    successor: Mapped[str | None] = Field(default=None, foreign_key="service_area.code")

    def is_open(self, on: date) -> bool:
        """Say whether it is there on a day."""
        return (self.opened_on is None or self.opened_on <= on) and (self.closed_on is None or on < self.closed_on)


class AreaChange(Numbered, table=True):
    """Areas that ended on a day and those that came of them: one that closed, was split, or was merged with others."""

    __tablename__ = "area_change"

    day: Mapped[date]
    old: Mapped[list[str]] = Field(sa_type=JSON)
    new: Mapped[list[str]] = Field(sa_type=JSON)
    reason: Mapped[str]
    by_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    at: Mapped[datetime]


# The longest address that a form takes.
LONGEST_ADDRESS = 200


class Named(Base):
    """What an administrator says of somebody whom they add."""

    name: Mapped[Line]
    job_title: Mapped[Line]
    email: Mapped[Annotated[str, StringConstraints(pattern=r"^[^@\s]+@[^@\s]+$", max_length=LONGEST_ADDRESS)]] = Field(
        unique=True
    )


class Person(Named, Numbered, table=True):
    """Somebody who can sign in."""

    __tablename__ = "person"
    stand_first = "id email"

    state: Mapped[AccountState] = Field(sa_type=closed_list(AccountState, "state"))
    password_hash: Mapped[str | None] = Field(default=None)
    # Set by somebody else, so that it opens nothing but the page on which one chooses one's own.
    password_is_temporary: Mapped[bool] = Field(default=False, sa_column_kwargs={"server_default": false()})
    disabled_at: Mapped[datetime | None] = Field(default=None)
    # Their last day, where an administrator said that they leave.
    leaves_on: Mapped[date | None] = Field(default=None)
    created_at: Mapped[datetime]
    grants: Mapped[list["RoleGrant"]] = Relationship(
        back_populates="person",
        sa_relationship_kwargs={"order_by": "RoleGrant.id", "foreign_keys": "RoleGrant.person_id"},
    )


class RoleGrant(Numbered, table=True):
    """A role that a person holds, and how far it reaches.

    `scope` is a service area's code, an audit's reference, a practitioner's id or a team's number, empty for the
    nation. It is no foreign key because audits stand above people in the house. It is held from the first day to the
    last, both counted; a day that is not given is no bound.
    """

    __tablename__ = "role_grant"
    __table_args__ = (
        UniqueConstraint("person_id", "role", "scope_kind", "scope"),
        CheckConstraint("from_day <= until_day", name="days"),
    )

    person_id: Mapped[int] = Field(foreign_key="person.id")
    role: Mapped[Role] = Field(sa_type=closed_list(Role, "role"))
    scope_kind: Mapped[Scope] = Field(sa_type=closed_list(Scope, "scope_kind"))
    scope: Mapped[str]
    granted_at: Mapped[datetime]
    from_day: Mapped[date | None] = Field(default=None)
    until_day: Mapped[date | None] = Field(default=None)
    # The head of service whose deputy the person is, by this role.
    deputy_for: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    person: Mapped[Person] = Relationship(
        back_populates="grants", sa_relationship_kwargs={"foreign_keys": "RoleGrant.person_id"}
    )

    @property
    def days(self) -> Days:
        """Return from when until when it is held."""
        return Days(self.from_day, self.until_day)


class PersonSetting(Base, table=True):
    """How somebody likes the tool (`enums.SETTINGS`); without a row, as is usual."""

    __tablename__ = "person_setting"

    person_id: Mapped[int] = Field(foreign_key="person.id", primary_key=True)
    key: Mapped[Setting] = Field(sa_type=closed_list(Setting, "key"), primary_key=True)
    value: Mapped[str]


class Team(Numbered, table=True):
    """The practitioners of an area whom one service manager supervises, each from a day until another."""

    __tablename__ = "team"

    area: Mapped[str] = Field(foreign_key="service_area.code", index=True)
    name: Mapped[Line]
    made_by: Mapped[int] = Field(foreign_key="person.id")
    made_at: Mapped[datetime]
    members: Mapped[list["TeamMember"]] = Relationship(
        back_populates="team", sa_relationship_kwargs={"order_by": "TeamMember.id"}
    )


class TeamMember(Numbered, table=True):
    """A practitioner in a team, from a day until the day before `to_on`; nobody is in two teams at once."""

    __tablename__ = "team_member"
    __table_args__ = (
        CheckConstraint("from_on <= to_on", name="days"),
        Index("uq_team_member_once", "practitioner_id", "area", unique=True, **where("to_on IS NULL")),
    )

    team_id: Mapped[int] = Field(foreign_key="team.id", index=True)
    # That of the team: an id of another area is another practitioner's.
    area: Mapped[str] = Field(foreign_key="service_area.code")
    practitioner_id: Mapped[Line]
    from_on: Mapped[date]
    to_on: Mapped[date | None] = Field(default=None)
    team: Mapped[Team] = Relationship(back_populates="members")


class RoleProposal(Numbered, table=True):
    """A role that a head of service proposes for somebody, who may not have been added yet, and what became of it.

    Their own, for some days, is proposed to an assistant director; the others an administrator confirms. Those with
    which somebody decides an administrator proposes to another one, or to the director: they are of no area.
    """

    __tablename__ = "role_proposal"
    __table_args__ = (CheckConstraint("answered_by <> proposed_by", name="two_agree"),)

    area: Mapped[str | None] = Field(foreign_key="service_area.code", index=True)
    role: Mapped[Role] = Field(sa_type=closed_list(Role, "role"))
    scope_kind: Mapped[Scope] = Field(sa_type=closed_list(Scope, "scope_kind"))
    scope: Mapped[str]
    name: Mapped[Line]
    email: Mapped[str]
    state: Mapped[ProposalState] = Field(sa_type=closed_list(ProposalState, "state"))
    proposed_by: Mapped[int] = Field(foreign_key="person.id")
    proposed_at: Mapped[datetime]
    answered_by: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    answered_at: Mapped[datetime | None] = Field(default=None)
    reason: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})
    # Of a deputy, for which days.
    from_day: Mapped[date | None] = Field(default=None)
    until_day: Mapped[date | None] = Field(default=None)

    @property
    def days(self) -> Days:
        """Return from when until when the role would be held."""
        return Days(self.from_day, self.until_day)


class SignedIn(Base, table=True):
    """A session: the browser holds a token, the database its SHA-256."""

    __tablename__ = "signed_in"

    token_sha256: Mapped[str] = Field(primary_key=True)
    person_id: Mapped[int] = Field(foreign_key="person.id")
    created_at: Mapped[datetime]
    seen_at: Mapped[datetime]
    ended_at: Mapped[datetime | None] = Field(default=None)
    strength: Mapped[Strength] = Field(default=Strength.PASSWORD, sa_type=closed_list(Strength, "strength"))
    # When they last proved in it who they are; without it, when it began.
    proved_at: Mapped[datetime | None] = Field(default=None)
    # In words, for its person.
    browser: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})


class OneTimeLink(Base, table=True):
    """A link with which somebody chooses a password, once: they have the token, the database its SHA-256."""

    __tablename__ = "one_time_link"

    token_sha256: Mapped[str] = Field(primary_key=True)
    person_id: Mapped[int] = Field(foreign_key="person.id", index=True)
    purpose: Mapped[LinkPurpose] = Field(sa_type=closed_list(LinkPurpose, "purpose"))
    made_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    used_at: Mapped[datetime | None] = Field(default=None)


class ResetAsked(Numbered, table=True):
    """An address for which somebody said that they have forgotten its password; it may be nobody's.

    Whose it is, whoever sends messages finds out later: to ask takes the same time for every address.
    """

    __tablename__ = "reset_asked"

    email: Mapped[str] = Field(index=True)
    at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = Field(default=None)


class KnownBrowser(Base, table=True):
    """A browser in which a person has signed in: nobody else's failures keep them out of it."""

    __tablename__ = "known_browser"

    token_sha256: Mapped[str] = Field(primary_key=True)
    person_id: Mapped[int] = Field(foreign_key="person.id", primary_key=True)
    at: Mapped[datetime]


class SentForm(Base, table=True):
    """A form that was acted on: the same form sent again gets the same answer and acts no more."""

    __tablename__ = "sent_form"

    token: Mapped[str] = Field(primary_key=True)
    person_id: Mapped[int] = Field(foreign_key="person.id")
    path: Mapped[str]
    location: Mapped[str] = Field(default="")
    at: Mapped[datetime]


class SettingsKept(Numbered, table=True):
    """The settings that an administrator makes, as JSON by name; the newest row stands, those before it stay."""

    __tablename__ = "settings_kept"

    kept: Mapped[str]
    # None where it was done on the command line.
    by_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    at: Mapped[datetime]


class Heartbeat(Numbered, table=True):
    """One row, written to find out whether a write succeeds; nobody reads it."""

    __tablename__ = "heartbeat"

    at: Mapped[datetime]
