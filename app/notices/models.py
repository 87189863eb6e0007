"""Tables of notices."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from app.clock import day
from app.db import Base, Moment, closed_list
from app.notices.enums import WORDS, Kind, MailChoice, MailState
from app.people.models import Person


class Notice(Base):
    """Something that a person is told, written in the transaction of what happened; also the outbox of its message.

    `about` names what happened, so that nobody is told twice; it is never shown. `send_from` is the message's place in
    the person's order. Nobody may take it before `free_from`: whoever sends it holds it until then, and after a failure it waits until then.
    """

    __tablename__ = "notice"
    __table_args__ = (
        UniqueConstraint("person_id", "kind", "about"),
        Index("ix_notice_waiting", "person_id", "send_from", sqlite_where=text("state = 'waiting'"), postgresql_where=text("state = 'waiting'")),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"))
    kind: Mapped[Kind] = mapped_column(closed_list(Kind, "kind"))
    about: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(ForeignKey("audit_case.id"))
    due: Mapped[date | None]
    at: Mapped[datetime] = mapped_column(Moment)
    seen_at: Mapped[datetime | None] = mapped_column(Moment)
    state: Mapped[MailState] = mapped_column(closed_list(MailState, "state"))
    # Part of the day's one message rather than a message of its own.
    in_digest: Mapped[bool]
    send_from: Mapped[datetime] = mapped_column(Moment)
    free_from: Mapped[datetime] = mapped_column(Moment)
    attempts: Mapped[int]
    error: Mapped[str]
    sent_at: Mapped[datetime | None] = mapped_column(Moment)
    person: Mapped[Person] = relationship()

    @property
    def words(self) -> str:
        """Return the notice as its person reads it."""
        words = WORDS[self.kind]
        return f"{words.sentence} {words.due.format(day=day(self.due))}" if self.due else words.sentence


class MailWish(Base):
    """When a person wants email; without a row, at once."""

    __tablename__ = "mail_wish"

    person_id: Mapped[int] = mapped_column(ForeignKey("person.id"), primary_key=True)
    choice: Mapped[MailChoice] = mapped_column(closed_list(MailChoice, "choice"))
