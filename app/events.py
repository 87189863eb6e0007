"""The event log: every act, append-only, chained by a keyed hash, written in the transaction of the act."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Generator, Iterable, Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, insert, select, update
from sqlalchemy.orm import Session
from sqlmodel import Field

from app.clock import clock
from app.db import Base, Mapped

GENESIS = "0" * 64
# Links of the chain like any other, and on no page: what an author does with a draft is theirs alone.
QUIET = (
    "answers_saved",
    "benchmark_assigned",
    "benchmark_moved",
    "benchmark_started",
    "benchmark_submitted",
    "benchmark_agreed",
    "benchmark_differs",
)


class Event(Base, table=True):
    """One act. The payload and its salt can be erased; its hash stays in the chain (reliability-security.md 2.6)."""

    __tablename__ = "event"

    number: Mapped[int] = Field(primary_key=True, sa_column_kwargs={"autoincrement": False})
    at: Mapped[datetime]
    name: Mapped[str]
    actor_id: Mapped[int | None] = Field(default=None, foreign_key="person.id")
    subject_kind: Mapped[str]
    subject_id: Mapped[str]
    audit_ref: Mapped[str]
    case_id: Mapped[int | None] = Field(default=None, index=True)
    payload: Mapped[str | None] = Field(default=None)
    salt: Mapped[str | None] = Field(default=None)
    payload_sha256: Mapped[str]
    chain: Mapped[str]

    @property
    def details(self) -> dict[str, object]:
        """Return the payload, empty once it was erased."""
        return dict(json.loads(self.payload)) if self.payload else {}


class EventHead(Base, table=True):
    """The newest link of the chain; its row is locked by whoever writes, so links follow one another."""

    __tablename__ = "event_head"

    id: Mapped[int] = Field(default=None, primary_key=True)
    number: Mapped[int]
    chain: Mapped[str]


@dataclass(frozen=True, slots=True)
class Subject:
    """What an event is about; `case_id` puts it on that case's timeline."""

    kind: str
    id: str | int
    audit_ref: str = ""
    case_id: int | None = None


@dataclass(frozen=True, slots=True)
class Row:
    """A row of a table as an event keeps it: `shown` as it is, of each part of `sealed` a salted hash.

    Each room makes its own (`rows.py`), the same for an act that leaves the row and for the check that finds it.
    """

    kind: str
    id: int
    shown: Mapping[str, object]
    sealed: Mapping[str, object]
    case_id: int | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Return the row's kind and number, as the log keeps them."""
        return self.kind, str(self.id)

    def kept(self, salt: str) -> list[object]:
        """Return what an event keeps of the row."""
        return [self.kind, self.id, json.loads(_text(self.shown)), self.hashes(salt)]

    def hashes(self, salt: str) -> dict[str, str]:
        """Return the hash of each part."""
        return {part: _salted(salt, _text(value)) for part, value in self.sealed.items()}


def _nobody(_session: Session, _event: Event) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """The writer's key, and who hears of every event in its transaction.

    A database is opened with it, and its sessions carry it.
    """

    key: bytes = field(repr=False)
    heard: Callable[[Session, Event], None] = _nobody


def _log_of(session: Session) -> EventLog:
    log = session.info.get("event_log")
    if not isinstance(log, EventLog):
        message = "This database was opened without an event log: Database(url, event_log=EventLog(key))."
        raise TypeError(message)
    return log


# Tables rather than objects, and statements built once: every act of every transaction ends with these three.
_events: Any = Event.__table__
_heads: Any = EventHead.__table__
_HEAD = select(_heads.c.number, _heads.c.chain).where(_heads.c.id == 1).with_for_update()
_MOVE_HEAD = update(_heads).where(_heads.c.id == 1).values(number=bindparam("to_number"), chain=bindparam("to_chain"))
_START_HEAD = insert(_heads).values(id=1, number=bindparam("to_number"), chain=bindparam("to_chain"))
_APPEND = insert(_events)


def record(
    session: Session,
    name: str,
    *,
    by: int | None,
    subject: Subject,
    details: Mapping[str, object] | None = None,
    rows: Sequence[Row] = (),
) -> None:
    """Append an event in the caller's transaction; `rows` are those that the act made or changed, as it left them."""
    session.flush()
    log, connection = _log_of(session), session.connection()
    head = connection.execute(_HEAD).one_or_none()
    number, chain = head or (0, GENESIS)
    salt = secrets.token_hex(16)
    payload = _text({**(details or {}), **({"rows": [row.kept(salt) for row in rows]} if rows else {})})
    event = Event(
        number=number + 1,
        at=clock.now(),
        name=name,
        actor_id=by or None,
        subject_kind=subject.kind,
        subject_id=str(subject.id),
        audit_ref=subject.audit_ref,
        case_id=subject.case_id,
        payload=payload,
        salt=salt,
        payload_sha256=_salted(salt, payload),
        chain="",
    )
    event.chain = link(log.key, chain, event)
    connection.execute(_MOVE_HEAD if head else _START_HEAD, {"to_number": event.number, "to_chain": event.chain})
    connection.execute(_APPEND, {column.key: getattr(event, column.key) for column in _events.c})
    log.heard(session, event)


def newest(session: Session, kind: str, key: object, names: Iterable[str]) -> datetime | None:
    """Return when the newest event of one of these names happened to a thing."""
    query = select(Event.at).where(Event.subject_kind == kind, Event.subject_id == str(key), Event.name.in_(names))
    return session.scalar(query.order_by(Event.number.desc()).limit(1))


def _text(value: object) -> str:
    """Return a value as text, the same before it was stored and after."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False, default=_as_text)


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


def _salted(salt: str, payload: str) -> str:
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def link(key: bytes, previous: str, event: Event) -> str:
    """Return an event's link: HMAC-SHA-256 of the link before it and of the event's fields."""
    fields = [
        previous,
        event.number,
        event.at.isoformat(),
        event.name,
        event.actor_id,
        event.subject_kind,
        event.subject_id,
        event.audit_ref,
        event.case_id,
        event.payload_sha256,
    ]
    return hmac.new(key, json.dumps(fields).encode(), hashlib.sha256).hexdigest()


def faults(session: Session) -> Generator[str]:
    """Walk the whole chain and yield a sentence for each link that does not hold; close it if you stop early."""
    key, previous, number = _log_of(session).key, GENESIS, 0
    query = select(Event).order_by(Event.number).execution_options(yield_per=1000)
    with closing(session.scalars(query)) as events:
        for event in events:
            number += 1
            if event.number != number:
                yield f"Event {number} is missing: event {event.number} follows event {number - 1}."
                number = event.number
            if event.payload is not None and _salted(event.salt or "", event.payload) != event.payload_sha256:
                yield f"Event {event.number} ({event.name}): its details were changed."
            if link(key, previous, event) != event.chain:
                yield f"Event {event.number} ({event.name}): it does not follow from the event before it."
            previous = event.chain
    head = session.get(EventHead, 1)
    if head is None and number:
        yield f"The log's head is missing, and the last event is {number}."
    if head is not None and (head.number, head.chain) != (number, previous):
        yield f"The log's head names event {head.number}, but the last event is {number}: events were cut off."


@dataclass(frozen=True, slots=True)
class Said:
    """What the log says last of a row, and by which event."""

    number: int
    salt: str
    case_id: int | None
    shown: Mapping[str, object]
    hashes: Mapping[str, str]


@dataclass
class Folded:
    """All events together: the last that is said of each row, and whose details were erased."""

    rows: dict[tuple[str, str], Said] = field(default_factory=dict)
    erased: set[tuple[str, str]] = field(default_factory=set)

    def is_erased(self, name: tuple[str, str], case_id: int | None) -> bool:
        """Say whether what the log said of a row, or of its case, was erased and so cannot be compared."""
        return name in self.erased or ("case", str(case_id)) in self.erased


def fold(events: Iterable[Event]) -> Folded:
    """Return what the events say together, in their order."""
    result = Folded()
    for event in events:
        if event.payload is None:
            result.erased |= {(event.subject_kind, event.subject_id), ("case", str(event.case_id))}
            continue
        # Most text has no rows in it, and reading JSON is the slowest part of a long log.
        kept: Any = event.details.get("rows", ()) if '"rows"' in event.payload else ()
        for kind, key, shown, hashes in kept:
            result.rows[kind, str(key)] = Said(event.number, event.salt or "", event.case_id, shown, hashes)
    return result


def differences(said: Folded, live: Iterable[Row]) -> Iterator[str]:
    """Yield a sentence for each row that does not follow from the log: changed, made or removed without an event."""
    there = set()
    for row in live:
        there.add(row.name)
        last = said.rows.get(row.name)
        if said.is_erased(row.name, row.case_id):
            continue
        if last is None:
            yield f"{_words(row.name, row.case_id)} stands in its table, but no event made it."
        else:
            yield from _changes(row, last)
    for name, last in said.rows.items():
        if name not in there and not said.is_erased(name, last.case_id):
            yield f"{_words(name, last.case_id)} is in event {last.number}, but not in its table any more."


def _changes(row: Row, last: Said) -> Iterator[str]:
    words, shown, hashes = _words(row.name, row.case_id), json.loads(_text(row.shown)), row.hashes(last.salt)
    for part in sorted({*shown, *last.shown}):
        if shown.get(part) != last.shown.get(part):
            yield (
                f"{words}: by event {last.number} its {part} is {last.shown.get(part)}, but {shown.get(part)} stands "
                "in its table."
            )
    for part in sorted({*hashes, *last.hashes}):
        if hashes.get(part) != last.hashes.get(part):
            yield f"{words}: what stands there as its {part} is not what event {last.number} recorded."


def _words(name: tuple[str, str], case_id: int | None) -> str:
    kind, key = name
    return f"{kind.capitalize()} {key}" + (f" of case {case_id}" if case_id and kind != "case" else "")


def unexplained(session: Session, live: Iterable[Row]) -> Generator[str]:
    """Yield a sentence for each live row that does not follow from the log, and for each that only the log has."""
    with closing(session.scalars(select(Event).order_by(Event.number).execution_options(yield_per=1000))) as events:
        said = fold(events)
    yield from differences(said, live)
