"""The event log: every act, append-only, chained by a keyed hash, written in the transaction of the act."""

import hashlib
import hmac
import json
import secrets
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime
from typing import Any

from sqlalchemy import bindparam, func, insert, select, update
from sqlalchemy.event import listen
from sqlalchemy.orm import ORMExecuteState, Session, SessionTransaction, sessionmaker
from sqlmodel import Field

from app.asking.statements import Statement
from app.clock import clock
from app.db import Base, Mapped

GENESIS = "0" * 64
# An event by which payload and salt of others were taken away: it names their numbers as `erased`, and says again, as
# it stands now, every row of which one of them had said the last word.
ERASURE = "details_erased"
# Links of the chain like any other, and on no page: what an author does with a draft is theirs alone, and so is what
# is said about a case between its practitioner and their service manager.
QUIET = (
    "answers_saved",
    "benchmark_assigned",
    "benchmark_moved",
    "benchmark_started",
    "benchmark_submitted",
    "benchmark_agreed",
    "benchmark_differs",
    "document_listed",
    "document_removed",
    "own_phrase_kept",
    "own_phrase_retired",
    "sheet_recorded",
    "reading_opened",
    "case_read",
    "case_reflected_on",
    "reflection_changed",
    "learning_proposed",
    "learning_agreed",
    "reading_closed",
    "fact_questioned",
    "fact_answered",
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

    @property
    def has_its_details(self) -> bool:
        """Say whether the payload is the one of which the hash stands in the chain."""
        return self.payload is not None and _salted(self.salt or "", self.payload) == self.payload_sha256

    @property
    def rows(self) -> list[tuple[str, str | int, dict[str, object], dict[str, str]]]:
        """Return what it keeps of rows: of each the kind, the number, what is shown, and the hashes."""
        # Most payloads have no rows in them, and reading JSON is the slowest part of a long log.
        kept: Any = self.details.get("rows", ()) if '"rows"' in (self.payload or "") else ()
        return list(kept)


class EventHead(Base, table=True):
    """The newest link of the chain; its row is locked by whoever writes, so links follow one another.

    `key_mark` tells the key that the chain is made with from every other one, and gives nothing of it away.
    """

    __tablename__ = "event_head"

    id: Mapped[int] = Field(default=None, primary_key=True)
    number: Mapped[int]
    chain: Mapped[str]
    key_mark: Mapped[str] = Field(default="", sa_column_kwargs={"server_default": ""})


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

    Each room makes its own (`log.py`), the same for an act that leaves the row and for the check that finds it.
    """

    kind: str
    id: int | str
    shown: Mapping[str, object]
    sealed: Mapping[str, object]
    case_id: int | None = None

    @property
    def name(self) -> tuple[str, str]:
        """Return the row's kind and number, as the log keeps them."""
        return self.kind, str(self.id)

    @property
    def said(self) -> dict[str, object]:
        """Return what is shown as it is once it was stored."""
        return dict(json.loads(_text(self.shown)))

    def kept(self, salt: str) -> list[object]:
        """Return what an event keeps of the row."""
        return [self.kind, self.id, self.shown, self.hashes(salt)]

    def hashes(self, salt: str) -> dict[str, str]:
        """Return the hash of each part."""
        return {part: _salted(salt, _text(value)) for part, value in self.sealed.items()}


@dataclass(frozen=True)
class Recorded:
    """An act as it was recorded: the columns of its event but for the number and the link, which it gets at the end."""

    at: datetime
    name: str
    actor_id: int | None
    subject_kind: str
    subject_id: str
    audit_ref: str
    case_id: int | None
    payload: str
    salt: str
    payload_sha256: str

    @property
    def details(self) -> dict[str, object]:
        """Return the payload."""
        return dict(json.loads(self.payload))


def _nobody(_session: Session, _event: Recorded) -> None:
    """Hear nothing."""


@dataclass(frozen=True, slots=True)
class EventLog:
    """The writer's key, and who hears of every event in its transaction.

    A database is opened with it, and its sessions carry it.
    """

    key: bytes = field(repr=False)
    heard: Callable[[Session, Recorded], None] = _nobody

    @property
    def mark(self) -> str:
        """Return what a database keeps of the key."""
        return hmac.new(self.key, b"the key of an event log", hashlib.sha256).hexdigest()

    def attend(self, sessions: "sessionmaker[Session]") -> None:
        """Have what is recorded in sessions chained before it is committed, or read; undone savepoints apart."""
        listen(sessions, "before_commit", _before_commit)
        listen(sessions, "do_orm_execute", _before_reading)
        listen(sessions, "after_transaction_create", _begun)
        listen(sessions, "after_soft_rollback", _undone)


def log_of(session: Session) -> EventLog:
    """Return the log that a session's database was opened with; raises TypeError where it has none."""
    log = session.info.get("event_log")
    if not isinstance(log, EventLog):
        message = "This database was opened without an event log: Database(url, event_log=EventLog(key))."
        raise TypeError(message)
    return log


# Every transaction in which something was done ends with them.
_events: Any = Event.__table__
_heads: Any = EventHead.__table__
_HEAD = Statement(select(_heads.c.number, _heads.c.chain).where(_heads.c.id == 1).with_for_update())
_TO: dict[str, Any] = {"number": bindparam("to_number"), "chain": bindparam("to_chain")}
_MOVE_HEAD = Statement(update(_heads).where(_heads.c.id == 1).values(_TO))
_START_HEAD = Statement(insert(_heads).values(id=1, key_mark=bindparam("mark"), **_TO))
_APPEND = Statement(insert(_events))
_COLUMNS = tuple(column.key for column in _events.c)


def record(
    session: Session,
    name: str,
    *,
    by: int | None,
    subject: Subject,
    details: Mapping[str, object] | None = None,
    rows: Sequence[Row] = (),
) -> None:
    """Record an act in the caller's transaction; `rows` are those that it made or changed, as it left them.

    The event gets its number and its link when the transaction ends, or when somebody reads the log in it before.
    """
    session.flush()
    _record(session, event_of(name, by=by, subject=subject, details=details, rows=rows))


def event_of(
    name: str,
    *,
    by: int | None,
    subject: Subject,
    details: Mapping[str, object] | None = None,
    rows: Sequence[Row] = (),
) -> Recorded:
    """Return the event of an act that is still to be recorded; `rows` are as the act will leave them."""
    salt = secrets.token_hex(16)
    payload = _text({**(details or {}), **({"rows": [row.kept(salt) for row in rows]} if rows else {})})
    return Recorded(
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
    )


def record_all(session: Session, events: Sequence[Recorded]) -> None:
    """Record acts in the caller's transaction, in their order; they happen now, whenever they were written down."""
    now = clock.now()
    for event in events:
        _record(session, replace(event, at=now))


def _record(session: Session, event: Recorded) -> None:
    log = log_of(session)
    _unchained(session).append(event)
    log.heard(session, event)


def _unchained(session: Session) -> list[Recorded]:
    """Return what was recorded in a session's transaction and has no number yet."""
    found: list[Recorded] = session.info.setdefault("unchained", [])
    return found


def _chain(session: Session) -> None:
    """Chain what was recorded, all in one go.

    The head is the last thing that a transaction locks: somebody who held it and wanted a case, and somebody who held
    the case and wanted the head, would wait for each other for ever.
    """
    session.flush()
    log, events, head = log_of(session), _unchained(session), _HEAD.rows(session)
    number, chain = head[0] if head else (0, GENESIS)
    rows = []
    for event in events:
        number += 1
        row: dict[str, Any] = {**vars(event), "number": number}
        row["chain"] = chain = _linked(log.key, chain, row)
        rows.append(row)
    to = {"to_number": number, "to_chain": chain}
    _MOVE_HEAD.run(session, to) if head else _START_HEAD.run(session, {**to, "mark": log.mark})
    _APPEND.run(session, *rows)
    events.clear()


def _before_commit(session: Session) -> None:
    # Also called for a savepoint; what is recorded in one waits for what is around it.
    if _unchained(session) and not session.in_nested_transaction():
        _chain(session)


def _before_reading(state: ORMExecuteState) -> None:
    # As changed rows are written before they are read: whoever reads the log finds what was recorded.
    if state.session.info.get("unchained") and any(m.class_ in {Event, EventHead} for m in state.all_mappers):
        _chain(state.session)


def _begun(session: Session, transaction: SessionTransaction) -> None:
    if transaction.nested:
        session.info.setdefault("savepoints", {})[transaction] = [*_unchained(session)]


def _undone(session: Session, transaction: SessionTransaction) -> None:
    # What was recorded in it goes; what was recorded before and chained in it waits again.
    _unchained(session)[:] = session.info.get("savepoints", {}).pop(transaction, [])


# What has no part in what any act rests on, and is recorded all the time.
_IN_PASSING = ("answers_saved", "signed_in", "signed_out", "pack_opened", "mail_chosen")
_FAR = select(func.coalesce(func.max(_events.c.number), 0))
_SINCE = (
    select(_events.c.number)
    .where(_events.c.number > bindparam("number"), _events.c.audit_ref.in_(bindparam("audits", expanding=True)))
    .where(_events.c.name.not_in(_IN_PASSING))
    .limit(1)
)


def how_far(session: Session) -> int:
    """Return the number of the newest event that was committed."""
    return int(session.connection().execute(_FAR).scalar_one())


def has_happened(session: Session, audits: Sequence[str], number: int) -> bool:
    """Say whether anything was committed after an event on which an act on some audits may rest.

    Nothing that counts changes without an event (`app.keeping.record`): where there is none, all is as it was. What
    people save in their drafts, and that they came and went, is nothing that others rest on.
    """
    asked = {"number": number, "audits": ["", *audits]}
    return session.connection().execute(_SINCE, asked).first() is not None


def newest(session: Session, kind: str, key: object, names: Iterable[str]) -> datetime | None:
    """Return when the newest event of one of these names happened to a thing.

    What was erased did not happen to it: something else may have had its number before.
    """
    query = select(Event.at).where(Event.subject_kind == kind, Event.subject_id == str(key), Event.name.in_(names))
    query = query.where(Event.payload.is_not(None))
    return session.scalar(query.order_by(Event.number.desc()).limit(1))


def _as_text(value: object) -> str:
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    return value.isoformat() if isinstance(value, date) else str(value)


_WRITER = json.JSONEncoder(sort_keys=True, ensure_ascii=False, default=_as_text)


def _text(value: object) -> str:
    """Return a value as text, the same before it was stored and after."""
    return _WRITER.encode(value)


def _salted(salt: str, payload: str) -> str:
    return hashlib.sha256(f"{salt}\n{payload}".encode()).hexdigest()


def link(key: bytes, previous: str, event: Event) -> str:
    """Return an event's link: HMAC-SHA-256 of the link before it and of the event's fields."""
    return _linked(key, previous, {name: getattr(event, name) for name in _COLUMNS})


def _linked(key: bytes, previous: str, event: Mapping[str, Any]) -> str:
    fields = [
        previous,
        event["number"],
        event["at"].isoformat(),
        event["name"],
        event["actor_id"],
        event["subject_kind"],
        event["subject_id"],
        event["audit_ref"],
        event["case_id"],
        event["payload_sha256"],
    ]
    return hmac.digest(key, json.dumps(fields).encode(), "sha256").hex()
