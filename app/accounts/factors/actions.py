"""What happens to second factors: set up, used, taken away, all lost; each with its event."""

import secrets
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from app.accounts.actions import end_sessions
from app.accounts.factors import queries
from app.accounts.factors.log import factor_row
from app.accounts.factors.passkeys import Made
from app.accounts.factors.rules import (
    HALF_LASTS,
    NOT_RIGHT,
    PROVES,
    TRIES_WITHIN,
    recovery_codes,
    recovery_hash,
    removal_refusal,
    step_of,
)
from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.people.enums import FactorKind, Strength
from app.people.factors import Factor, FactorTry, HalfWay
from app.people.models import OneTimeLink, Person
from app.sealing import Sealing
from app.web.sessions import hashed

APP = "Authenticator app"


@dataclass(frozen=True, slots=True)
class Tried:
    """What somebody typed to prove who they are: a code of their app, or a recovery code."""

    code: str = ""
    recovery: str = ""


def about_seed(person_id: int) -> str:
    """Return what a sealed seed is about: one person’s opens nothing for another."""
    return f"seed of person {person_id}"


def new_seed() -> str:
    """Return a seed for an app, 160 random bits in base32."""
    from pyotp import random_base32  # noqa: PLC0415 - a start does not wait for it

    return random_base32()


def add_app(session: Session, person_id: int, sealed: str, code: str, sealing: Sealing) -> Factor:
    """Set up an app whose first code is right, in the place of the one before; raises Conflict."""
    lock(session, Person, person_id)
    seed = sealing.open(sealed, about=about_seed(person_id))
    # A code of the app before, of the same step, is another seed’s: it was used, this one was not.
    step = step_of(seed, code, at=clock.now(), last=0)
    if step is None:
        raise Conflict(NOT_RIGHT)
    for old in queries.factors(session, person_id):
        if old.kind is FactorKind.CODE:
            _take_away(session, old, by=person_id)
    again = sealing.seal(seed, about=about_seed(person_id))
    now, kind = clock.now(), FactorKind.CODE
    made = Factor(person_id=person_id, kind=kind, name=APP, secret=again, counter=step, made_at=now, used_at=now)
    return _add(session, made)


def add_passkey(session: Session, person_id: int, name: str, made: Made) -> Factor:
    """Keep a passkey that was made."""
    kept = Factor(
        person_id=person_id,
        kind=FactorKind.PASSKEY,
        name=name,
        secret=made.public_key,
        credential=made.credential,
        counter=made.count,
        made_at=clock.now(),
        used_at=clock.now(),
    )
    return _add(session, kept)


def _add(session: Session, of: Factor) -> Factor:
    session.add(of)
    session.flush()
    _record(session, "factor_added", of, by=of.person_id)
    return of


def _record(session: Session, event: str, *of: Factor, by: int | None) -> None:
    details = {"kind": of[0].kind}
    rows = [factor_row(each) for each in of]
    record(session, event, by=by, subject=Subject("person", of[0].person_id), details=details, rows=rows)


def make_recovery_codes(session: Session, person_id: int) -> Sequence[str]:
    """Return ten new recovery codes, which are kept nowhere; those before work no more."""
    now, codes = clock.now(), recovery_codes()
    old = [f for f in queries.factors(session, person_id) if f.kind is FactorKind.RECOVERY]
    for each in old:
        each.removed_at = now
    kind, name = FactorKind.RECOVERY, "Recovery code"
    new = [Factor(person_id=person_id, kind=kind, name=name, secret=recovery_hash(c), made_at=now) for c in codes]
    session.add_all(new)
    session.flush()
    _record(session, "recovery_codes_made", *new, *old, by=person_id)
    return codes


def rename(session: Session, of: Factor, name: str) -> None:
    """Call a passkey by another name."""
    of.name = name
    session.flush()
    _record(session, "factor_renamed", of, by=of.person_id)


def remove(session: Session, of: Factor, *, needed: bool) -> None:
    """Take a factor away, and with the last one the recovery codes; raises Conflict where one is needed."""
    lock(session, Person, of.person_id)
    every = queries.factors(session, of.person_id)
    if refusal := removal_refusal(of, every, needed=needed):
        raise Conflict(refusal)
    _take_away(session, of, by=of.person_id)
    left = [f for f in every if f.id != of.id]
    if not any(f.kind in PROVES for f in left):
        _gone(session, left)
        if left:
            _record(session, "factor_removed", *left, by=of.person_id)


def _take_away(session: Session, of: Factor, *, by: int | None) -> None:
    _gone(session, [of])
    _record(session, "factor_removed", of, by=by)


def _gone(session: Session, of: Sequence[Factor]) -> None:
    for each in of:
        each.removed_at = clock.now()
        # Nobody needs the seed of an app any more.
        each.secret = "" if each.kind is FactorKind.CODE else each.secret
    session.flush()


def prove(session: Session, person_id: int, tried: Tried, sealing: Sealing) -> FactorKind | None:
    """Return what somebody proved with what they typed, None where it is wrong.

    A wrong one is counted and recorded; whoever calls has asked `tried_too_often` in the same transaction, and
    answers without an error, so that it stays counted.
    """
    found = (
        _used_code(session, person_id, tried.code, sealing)
        if tried.code
        else _used_recovery(session, person_id, tried.recovery)
    )
    if found is None:
        _count_wrong(session, person_id)
    else:
        session.execute(delete(FactorTry).where(FactorTry.person_id == person_id))
    return found


def _used_code(session: Session, person_id: int, typed: str, sealing: Sealing) -> FactorKind | None:
    app = next((f for f in queries.factors(session, person_id) if f.kind is FactorKind.CODE), None)
    if app is None:
        return None
    seed, now = sealing.open(app.secret, about=about_seed(person_id)), clock.now()
    step = step_of(seed, typed, at=now, last=app.counter)
    if step is None:
        return None
    newer = update(Factor).where(Factor.id == app.id, Factor.counter < step, Factor.removed_at.is_(None))
    return FactorKind.CODE if _changed(session, newer.values(counter=step, used_at=now)) else None


def _used_recovery(session: Session, person_id: int, typed: str) -> FactorKind | None:
    hashed_code, now = recovery_hash(typed), clock.now()
    every = queries.factors(session, person_id)
    of = next((f for f in every if f.kind is FactorKind.RECOVERY and f.secret == hashed_code), None)
    if of is None:
        return None
    unused = update(Factor).where(Factor.id == of.id, Factor.removed_at.is_(None))
    if not _changed(session, unused.values(used_at=now, removed_at=now)):
        return None
    session.refresh(of)
    _record(session, "recovery_code_used", of, by=person_id)
    return FactorKind.RECOVERY


def _changed(session: Session, statement: object) -> bool:
    result = session.execute(statement)  # type: ignore[call-overload]
    return isinstance(result, CursorResult) and result.rowcount == 1


def _count_wrong(session: Session, person_id: int) -> None:
    since = clock.now() - TRIES_WITHIN
    session.execute(delete(FactorTry).where(FactorTry.at <= since))
    session.add(FactorTry(person_id=person_id, at=clock.now()))
    session.flush()
    last = queries.tried_too_often(session, person_id)
    record(session, "factor_refused", by=None, subject=Subject("person", person_id), details={"last": last})


def used_passkey(session: Session, of: Factor, count: int) -> None:
    """Keep that a passkey was used; raises Conflict where it was used elsewhere at the same moment."""
    here = update(Factor).where(Factor.id == of.id, Factor.counter == of.counter, Factor.removed_at.is_(None))
    if not _changed(session, here.values(counter=count, used_at=clock.now())):
        raise Conflict("This passkey was used elsewhere at the same moment. Try again.")
    session.refresh(of)


def wrong_passkey(session: Session, person_id: int) -> None:
    """Record that a passkey of somebody was not accepted."""
    record(session, "factor_refused", by=None, subject=Subject("person", person_id), details={"last": False})


def begin_half(session: Session, token: str, person_id: int | None, strength: Strength | None) -> HalfWay:
    """Keep how far a browser has come, in the place of what it did before."""
    now = clock.now()
    session.execute(delete(HalfWay).where((HalfWay.ends_at <= now) | (HalfWay.token_sha256 == hashed(token))))
    key, ends = hashed(token), now + HALF_LASTS
    made = HalfWay(token_sha256=key, person_id=person_id, strength=strength, at=now, ends_at=ends)
    session.add(made)
    session.flush()
    return made


def take_challenge(session: Session, of: HalfWay | None) -> str:
    """Return what a browser was asked to sign, once; empty where nothing was asked."""
    challenge = of.challenge if of else ""
    if of is not None:
        of.challenge = ""
        session.flush()
    return challenge


def end_half(session: Session, of: HalfWay) -> None:
    """Forget how far a browser had come: it is in."""
    session.delete(of)
    session.flush()


def new_token() -> str:
    """Return a token for a browser that is half way in, 256 bits."""
    return secrets.token_urlsafe(32)


def forget_all(session: Session, token: str) -> Person:
    """Take away all that somebody proves themselves with, by a link of theirs; raises Conflict where it opens nothing.

    They sign in with their password alone, once, and are led to set up anew.
    """
    person = queries.who_lost(session, token)
    here = update(OneTimeLink).where(OneTimeLink.token_sha256 == hashed(token), OneTimeLink.used_at.is_(None))
    if person is None or not _changed(session, here.values(used_at=clock.now())):
        raise Conflict("This link does not open anything any more.")
    every = queries.factors(session, person.id)
    _gone(session, every)
    rows = [factor_row(each) for each in every]
    record(session, "factors_forgotten", by=person.id, subject=Subject("person", person.id), rows=rows)
    end_sessions(session, person)
    return person
