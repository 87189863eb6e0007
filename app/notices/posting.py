"""Sending what waits: each message is taken, sent and marked, each step in a transaction of its own."""

import logging
import threading
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from app.accounts.links.actions import answer_asked, make_link
from app.clock import clock
from app.db import Database, is_duplicate
from app.notices import queries
from app.notices.enums import Kind, MailState
from app.notices.models import Notice
from app.notices.rules import LEASE, TRIED_FOR, Letter, letter_of, wait_after
from app.notices.sending import BadAddress, NotSent, Sender, Unreachable, sender_of
from app.notices.telling import tell_of_days
from app.people.enums import LinkPurpose
from app.people.queries import settings_now
from app.people.service import acting_for
from app.settings import MailSettings

LOOKS_EVERY = 10.0
LONGEST_ERROR = 300
log = logging.getLogger("casework_audit.mail")


@dataclass(frozen=True, slots=True)
class Taken:
    """A message that this process holds: its notices, and the try by which it is known to be ours still."""

    letter: Letter
    ids: tuple[int, ...]
    attempts: int


@dataclass
class Tally:
    """What became of the messages of one round."""

    sent: int = 0
    failed: int = 0


def take(database: Database, mail: MailSettings) -> Taken | None:
    """Take the message that leaves next and hold it for a while; None where there is none."""
    while True:
        with database.writing() as session:
            now = clock.now()
            notices = queries.next_to_send(session, now)
            if not notices:
                return None
            tries = notices[0].attempts + 1
            for notice in notices:
                if notice.person.disabled_at or not queries.may_be_told(session, notice.person_id, notice.case_id):
                    notice.state = MailState.NONE
                notice.free_from, notice.attempts = now + LEASE, tries
            leaving = [n for n in notices if n.state is MailState.WAITING]
            if leaving:
                link = _link_of(session, leaving[0])
                return Taken(letter_of(leaving, mail, link=link), tuple(n.id for n in leaving), tries)


def _link_of(session: Session, of: Notice) -> str:
    """Return the token of the link of a message that has one: made as it leaves, until then it is nowhere."""
    if not of.kind.has_link:
        return ""
    return make_link(session, of.person, LinkPurpose.FACTOR if of.kind is Kind.FACTOR_LOST else None)


def mark(database: Database, taken: Taken, failure: NotSent | None) -> None:
    """Keep what became of a message, unless its time ran out and somebody else has taken it since."""
    with database.writing() as session:
        now = clock.now()
        for key in taken.ids:
            notice = session.get_one(Notice, key, with_for_update=True)
            if (notice.state, notice.attempts) != (MailState.WAITING, taken.attempts):
                log.warning("message %s was taken by somebody else meanwhile", taken.letter.reference)
                return
            if failure is None:
                notice.state, notice.sent_at, notice.error = MailState.SENT, now, ""
                continue
            gives_up = isinstance(failure, BadAddress) or now - notice.send_from >= TRIED_FOR
            notice.state = MailState.PARKED if gives_up else MailState.WAITING
            notice.error, notice.free_from = str(failure)[:LONGEST_ERROR], now + wait_after(notice.attempts)


def deliver(
    database: Database, sender: Sender, mail: MailSettings, *, stopped: Callable[[], bool] = lambda: False
) -> Tally:
    """Send what waits, until nothing is left that can be sent now."""
    tally = Tally()
    while not stopped() and _something(database):
        taken = take(database, mail)
        if taken is None:
            break
        try:
            sender.send(taken.letter)
        except NotSent as failure:
            mark(database, taken, failure)
            tally.failed += 1
            if isinstance(failure, Unreachable):
                break
        else:
            mark(database, taken, None)
            tally.sent += 1
    return tally


def _something(database: Database) -> bool:
    # Most of the time nothing waits, and looking keeps nobody from writing.
    with database.reading() as session:
        return queries.something_to_send(session, clock.now())


def make_due(database: Database) -> None:
    """Tell of days that are near or have passed; another process may be telling of the same, then it does.

    Whoever said that they have forgotten their password is sent a link.
    """
    try:
        with database.writing() as session, acting_for(settings_now(session)):
            tell_of_days(session)
            answer_asked(session)
    except IntegrityError as error:
        if not is_duplicate(error):
            raise


def round_of(database: Database, mail: MailSettings) -> Tally:
    """Do all that there is to do now."""
    make_due(database)
    return deliver(database, sender_of(mail), mail)


class Postman:
    """The thread inside `serve` that sends what waits until it is stopped."""

    def __init__(self, database: Database, mail: MailSettings, *, every: float = LOOKS_EVERY) -> None:
        self._database, self._mail, self._every = database, mail, every
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._work, name="postman", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Finish the message in hand and end."""
        self._stop.set()
        self._thread.join(2 * LEASE.total_seconds())

    def _work(self) -> None:
        sender = sender_of(self._mail)
        while not self._stop.wait(self._every):
            try:
                make_due(self._database)
                deliver(self._database, sender, self._mail, stopped=self._stop.is_set)
            except Exception:  # whatever it was, the next round may do better; nothing is lost
                log.exception("messages could not be sent")
