"""Tables of notices."""

from datetime import date, datetime

from sqlalchemy import Index, UniqueConstraint
from sqlmodel import Field, Relationship

from app.clock import day
from app.db import Base, Mapped, Numbered, closed_list, where
from app.notices.enums import WORDS, Kind, MailChoice, MailState
from app.people.models import Person


class Notice(Numbered, table=True):
    """Something that a person is told, written in the transaction of what happened; also the outbox of its message.

    `about` names what happened, so that nobody is told twice; it is never shown. `send_from` is the message's place in
    the person's order. Nobody may take it before `free_from`: whoever sends it holds it until then, and after a failure
    it waits until then.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "about"),
        Index(
            "ix_notice_waiting",
            "person_id",
            "send_from",
            **where("state = 'waiting'"),
        ),
        Index("ix_notice_held", "id", **where("state = 'held'")),
    )

    person_id: Mapped[int] = Field(foreign_key="person.id")
    kind: Mapped[Kind] = Field(sa_type=closed_list(Kind, "kind"))
    about: Mapped[str]
    case_id: Mapped[int | None] = Field(default=None, foreign_key="audit_case.id")
    due: Mapped[date | None] = Field(default=None)
    at: Mapped[datetime]
    seen_at: Mapped[datetime | None] = Field(default=None)
    state: Mapped[MailState] = Field(sa_type=closed_list(MailState, "state"))
    # Part of the day's one message rather than a message of its own.
    in_digest: Mapped[bool]
    send_from: Mapped[datetime]
    free_from: Mapped[datetime]
    attempts: Mapped[int]
    error: Mapped[str] = Field(default="")
    # Where its message goes, if not to the address that its person has now.
    address: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})
    sent_at: Mapped[datetime | None] = Field(default=None)
    person: Mapped[Person] = Relationship()

    @property
    def words(self) -> str:
        """Return the notice as its person reads it."""
        words = WORDS[self.kind]
        return f"{words.sentence} {words.due.format(day=day(self.due))}" if self.due else words.sentence


class MailWish(Base, table=True):
    """When a person wants email; without a row, at once."""

    __tablename__ = "mail_wish"

    person_id: Mapped[int] = Field(foreign_key="person.id", primary_key=True)
    choice: Mapped[MailChoice] = Field(sa_type=closed_list(MailChoice, "choice"))
