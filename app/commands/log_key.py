"""The keys of the event log and of secrets, and what the log keeps from when on: settled by `migrate`."""

from collections.abc import Mapping
from itertools import chain

from sqlalchemy import inspect, select
from sqlalchemy.orm import Session

from app.db import Database
from app.errors import Unfit
from app.events import GENESIS, Event, EventHead, Row, Subject, link, log_of, record
from app.keeping.record import ROWS
from app.labels import plural
from app.people.factors import SealMark
from app.sealing import Sealing
from app.settings import PREFIX, Settings

# Kinds of rows that the log did not keep from the beginning.
LATER_KEPT = ("account", "filings", "service area")
STOCK = "stock_taken"
RIGHT_KEY = (
    f"Put the event-log.key with which this database was set up into the data folder, from the first server or from "
    f"your copy, or set {PREFIX}EVENT_KEY to it"
)
ANOTHER_KEY = f"The event log of this database was begun with another key than the one that is set here. {RIGHT_KEY}."
ANOTHER_SECRET_KEY = (
    "The secrets of this database were sealed with another key than the one that is set here. Put the secret.key with "
    f"which this database was set up into the data folder, from the first server or from your copy, or set "
    f"{PREFIX}SECRET_KEY to it."
)
CUT_OFF = (
    "The event log does not end as it did when the last act was recorded, so nothing can be added to it. Run "
    "casework-audit verify-log, which names what is wrong, and put back the newest backup in which it finds nothing."
)


def make_key(database: Database, settings: Settings) -> str:
    """Make the key of a log that has not begun and has none; return what the operator has to know of it."""
    if settings.has_event_key or _has_begun(database):
        return ""
    settings.make_event_key()
    others = "" if database.sqlite else " Every other server of this database needs the same file in its data folder."
    return (
        f"The key of the event log was made: {settings.key_file}. Keep a copy of it away from the database and its "
        f"backups.{others}"
    )


def make_secret_key(database: Database, settings: Settings) -> str:
    """Make the key of sealed secrets where none were sealed yet and there is none; return what is to know of it."""
    if settings.has_secret_key or _has_sealed(database):
        return ""
    settings.make_secret_key()
    others = "" if database.sqlite else " Every other server of this database needs the same file in its data folder."
    return (
        f"The key of sealed secrets was made: {settings.secret_key_file}. Keep a copy of it away from the database and "
        f"its backups: without it everybody sets up anew with what they sign in.{others}"
    )


def _has_sealed(database: Database) -> bool:
    with database.reading() as session:
        tables = inspect(session.connection()).get_table_names()
        return SealMark.__tablename__ in tables and session.scalar(select(SealMark.id).limit(1)) is not None


def begin_sealing(session: Session, settings: Settings) -> None:
    """Mark the database with the key of sealed secrets; raises Unfit where it was marked with another."""
    mark = Sealing.of(settings).mark
    kept = session.scalars(select(SealMark).with_for_update()).first()
    if kept is None:
        session.add(SealMark(mark=mark))
    elif kept.mark != mark:
        raise Unfit(ANOTHER_SECRET_KEY)


def demand_secret_key(session: Session, settings: Settings) -> None:
    """Raise Unfit where secrets were sealed, and their key is missing or is another one than is set here."""
    kept = session.scalars(select(SealMark.mark)).first()
    if kept is not None and kept != Sealing.of(settings).mark:
        raise Unfit(ANOTHER_SECRET_KEY)


def _has_begun(database: Database) -> bool:
    with database.reading() as session:
        tables = inspect(session.connection()).get_table_names()
        return Event.__tablename__ in tables and session.scalar(select(Event.number).limit(1)) is not None


def begin(session: Session) -> int:
    """Mark the log with its key, and record what it did not keep before; return how many rows that were.

    Raises Unfit where the log was begun with another key. Rows of a kind that is new to the log are taken as they
    stand, once: what an older version did to them it never said.
    """
    head, mark = session.get(EventHead, 1, with_for_update=True), log_of(session).mark
    if head is None:
        session.add(EventHead(id=1, number=0, chain=GENESIS, key_mark=mark))
        session.flush()
    elif head.key_mark not in ("", mark) or (head.key_mark == "" and not _follows(session, head)):
        raise Unfit(ANOTHER_KEY)
    else:
        head.key_mark = mark
    stock = session.scalars(select(Event).where(Event.name == STOCK))
    known = {kind for event in stock for kind in _kinds(event.details)}
    new = [kind for kind in LATER_KEPT if kind not in known]
    rows = [row for row in _rows(session) if row.kind in new] if new else []
    if new:
        record(session, STOCK, by=None, subject=Subject("log", 1), details={"kinds": new}, rows=rows)
    return len(rows)


def _rows(session: Session) -> chain[Row]:
    return chain.from_iterable(rows(session) for rows in ROWS)


def _kinds(details: Mapping[str, object]) -> list[str]:
    kinds = details.get("kinds")
    return kinds if isinstance(kinds, list) else []


def stock_in_words(rows: int) -> str:
    """Return what an operator is told of rows that the log keeps from now on; nothing where there are none."""
    kept = "passwords, the time of roles, service areas and the stored lists of filings"
    return f"From now on the event log keeps {kept} too: {plural(rows, 'row')}, as they stand today." if rows else ""


def _follows(session: Session, head: EventHead) -> bool:
    """Say whether the newest event is the one that the head names, and is linked by this key."""
    newest = session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).first()
    if newest is None:
        return (head.number, head.chain) == (0, GENESIS)
    before = session.get(Event, newest.number - 1)
    made = link(log_of(session).key, before.chain if before else GENESIS, newest)
    return (head.number, head.chain) == (newest.number, newest.chain) and newest.chain == made


def demand_key(session: Session) -> None:
    """Raise Unfit where the log was begun with another key than the one that is set here."""
    head = session.get(EventHead, 1)
    if head is not None and head.key_mark != log_of(session).mark:
        raise Unfit(ANOTHER_KEY)


def demand_end(session: Session) -> None:
    """Raise Unfit where the log does not end as its head says."""
    head = session.get(EventHead, 1)
    if head is None or not _follows(session, head):
        raise Unfit(CUT_OFF)
