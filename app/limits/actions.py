"""What happens to a limit: one is taken, given back, or all is forgotten."""

import hmac

from sqlalchemy import bindparam, delete, select, text, update
from sqlalchemy.orm import Session

from app.clock import clock
from app.errors import TooMany
from app.events import log_of
from app.limits.models import Allowance
from app.limits.rules import Limit, waiting

# The same on both databases. Where there is not enough left it changes nothing and returns nothing.
_TAKE = text(
    "INSERT INTO allowance (key, used_until) VALUES (:key, :first) ON CONFLICT (key) DO UPDATE SET used_until = "
    "CASE WHEN allowance.used_until > :now THEN allowance.used_until ELSE :now END + :cost "
    "WHERE allowance.used_until <= :latest RETURNING used_until"
)
# Whoever holds one of these rows is just using it.
_OVER = select(Allowance.key).where(Allowance.used_until <= bindparam("now")).limit(100)


def take(session: Session, limit: Limit, *about: object, many: int = 1) -> float:
    """Take one of a limit, or `many`; return 0 where there was as much left, else the seconds to wait.

    It is taken when the transaction commits. A database that does not answer raises, so that nothing goes on uncounted.
    """
    key, now = key_of(session, limit, *about), clock.now().timestamp()
    cost, latest = many * limit.each, now + (limit.most - many) * limit.each
    given = {"key": key, "first": now + cost, "now": now, "cost": cost, "latest": latest}
    if session.execute(_TAKE, given).one_or_none():
        return 0.0
    used = session.scalar(select(Allowance.used_until).where(Allowance.key == key))
    return max(1.0, (used or latest) - latest)


def insist(session: Session, limit: Limit, *about: object) -> None:
    """Take one of a limit; raises TooMany where there is none left."""
    if seconds := take(session, limit, *about):
        raise too_many(limit, seconds)


def too_many(limit: Limit, seconds: float, more: str = "") -> TooMany:
    """Return the refusal of somebody who has used up a limit."""
    return TooMany(f"There were too many {limit.of}. Wait {waiting(seconds)}, then try again.{more}", seconds)


def give_back(session: Session, limit: Limit, *about: object) -> None:
    """Give back one that was taken, for what turned out to count for nothing."""
    here = Allowance.key == key_of(session, limit, *about)
    session.execute(update(Allowance).where(here).values(used_until=Allowance.used_until - limit.each))


def forget(session: Session, limit: Limit, *about: object) -> None:
    """Let somebody begin as if they had used nothing."""
    session.execute(delete(Allowance).where(Allowance.key == key_of(session, limit, *about)))


def tidy(session: Session) -> None:
    """Delete some rows that say nothing any more: without them everything is as it is with them."""
    over = _OVER.with_for_update(skip_locked=True)
    session.execute(delete(Allowance).where(Allowance.key.in_(over)), {"now": clock.now().timestamp()})


def key_of(session: Session, limit: Limit, *about: object) -> str:
    """Return under what a limit of somebody is counted, HMAC-SHA256 in hexadecimal."""
    ours = hmac.digest(log_of(session).key, b"limits", "sha256")
    return hmac.digest(ours, "\0".join([limit.name, *map(str, about)]).encode(), "sha256").hex()
