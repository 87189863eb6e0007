"""The event log: every act, append-only, chained by a keyed hash, written in the transaction of the act."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Generator, Mapping
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ForeignKey, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from app.clock import clock
from app.db import Base, Moment

GENESIS = "0" * 64


class Event(Base):
    """One act. The payload and its salt can be erased; its hash stays in the chain (reliability-security.md 2.6)."""

    __tablename__ = "event"

    number: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    at: Mapped[datetime] = mapped_column(Moment)
    name: Mapped[str]
    actor_id: Mapped[int | None] = mapped_column(ForeignKey("person.id"))
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    audit_ref: Mapped[str]
    case_id: Mapped[int | None] = mapped_column(index=True)
    payload: Mapped[str | None]
    salt: Mapped[str | None]
    payload_sha256: Mapped[str]
    chain: Mapped[str]

    @property
    def details(self) -> dict[str, object]:
        """Return the payload, empty once it was erased."""
        return dict(json.loads(self.payload)) if self.payload else {}


class EventHead(Base):
    """The newest link of the chain; its row is locked by whoever writes, so links follow one another."""

    __tablename__ = "event_head"

    id: Mapped[int] = mapped_column(primary_key=True)
    number: Mapped[int]
    chain: Mapped[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about; `case_id` puts it on that case's timeline."""

    kind: str
    id: str | int
    audit_ref: str = ""
    case_id: int | None = None


class EventLog:
    """The writer's key; one for each process, set at start."""

    key: bytes = b""


def record(session: Session, name: str, *, by: int | None, subject: Subject, details: Mapping[str, object] | None = None) -> Event:
    """Append an event in the caller's transaction and return it."""
    head = session.get(EventHead, 1, with_for_update=True, populate_existing=True)
    if head is None:
        head = EventHead(id=1, number=0, chain=GENESIS)
        session.add(head)
    payload = json.dumps(details or {}, sort_keys=True, ensure_ascii=False, default=str)
    salt = secrets.token_hex(16)
    event = Event(
        number=head.number + 1, at=clock.now(), name=name, actor_id=by or None,
        subject_kind=subject.kind, subject_id=str(subject.id), audit_ref=subject.audit_ref, case_id=subject.case_id,
        payload=payload, salt=salt, payload_sha256=_salted(salt, payload), chain="",
    )  # fmt: skip
    event.chain = link(head.chain, event)
    head.number, head.chain = event.number, event.chain
    session.add(event)
    session.flush()
    return event


def _salted(salt: str, payload: str) -> str:
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def link(previous: str, event: Event) -> str:
    """Return an event's link: HMAC-SHA-256 of the link before it and of the event's fields."""
    fields = [
        previous, event.number, event.at.isoformat(), event.name, event.actor_id, event.subject_kind, event.subject_id,
        event.audit_ref, event.case_id, event.payload_sha256,
    ]  # fmt: skip
    return hmac.new(EventLog.key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()


def faults(session: Session) -> Generator[str]:
    """Walk the whole chain and yield a sentence for each link that does not hold; close it if you stop early."""
    previous, number = GENESIS, 0
    query = select(Event).order_by(Event.number).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as events:
        for event in events:
            number += 1
            if event.number != number:
                yield f"Event {number} is missing: event {event.number} follows event {number - 1}."
                number = event.number
            if event.payload is not None and _salted(event.salt or "", event.payload) != event.payload_sha256:
                yield f"Event {event.number} ({event.name}): its details were changed."
            if link(previous, event) != event.chain:
                yield f"Event {event.number} ({event.name}): it does not follow from the event before it."
            previous = event.chain
    head = session.get(EventHead, 1)
    if head is not None and (head.number, head.chain) != (number, previous):
        yield f"The log's head names event {head.number}, but the last event is {number}: events were cut off."
