"""What happens when somebody proves who they are: by what they typed, or by a passkey."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from app.accounts.factors import actions as factors
from app.accounts.factors import queries
from app.accounts.factors.actions import Tried
from app.accounts.factors.passkeys import NOT_RIGHT as NO_PASSKEY
from app.accounts.factors.passkeys import Site, name_of, used
from app.accounts.factors.rules import NOT_A_RECOVERY, NOT_RIGHT, TOO_OFTEN
from app.db import lock
from app.errors import Conflict
from app.people.enums import FactorKind
from app.people.factors import Factor, HalfWay
from app.people.models import Person
from app.sealing import Sealing

WHICH = "Enter the code that your app shows, or use one of the other ways"
TOO_MANY = 429


@dataclass(frozen=True, slots=True)
class Outcome:
    """What somebody proved, or what is wrong: by the field of a form, with the status of the answer."""

    by: FactorKind | None = None
    field: str = ""
    sentence: str = ""
    status: int = 422


def by_typing(session: Session, person_id: int, tried: Tried, sealing: Sealing) -> Outcome:
    """Look at a code; too many wrong ones of late, and none is looked at."""
    field = "recovery_code" if tried.recovery and not tried.code else "proof"
    if not (tried.code or tried.recovery):
        return Outcome(field=field, sentence=WHICH)
    # Held, so that of many tries at one moment no more are looked at than may be.
    lock(session, Person, person_id)
    if queries.tried_too_often(session, person_id):
        return Outcome(field=field, sentence=TOO_OFTEN, status=TOO_MANY)
    by = factors.prove(session, person_id, tried, sealing)
    return Outcome(by, field, "" if by else NOT_RIGHT if tried.code else NOT_A_RECOVERY)


def by_passkey(session: Session, half: HalfWay | None, person_id: int, site: Site, answer: str) -> Outcome:
    """Look at what a passkey of somebody answers to what they were asked; one answer to each question."""
    challenge = factors.take_challenge(session, half)
    found = queries.passkey(session, name_of(answer))
    if not challenge or found is None or found[1].id != person_id:
        return Outcome(field="credential", sentence=NO_PASSKEY)
    return _looked_at(session, found[0].id, challenge, site, answer, alone=False)


def by_passkey_alone(session: Session, half: HalfWay | None, site: Site, answer: str) -> tuple[Outcome, Person | None]:
    """Look at what a passkey answers that says itself whose it is, and knew that its person was there."""
    challenge = factors.take_challenge(session, half)
    found = queries.passkey(session, name_of(answer))
    if not challenge or found is None:
        return Outcome(field="credential", sentence=NO_PASSKEY), None
    return _looked_at(session, found[0].id, challenge, site, answer, alone=True), found[1]


def _looked_at(session: Session, key: int, challenge: str, site: Site, answer: str, *, alone: bool) -> Outcome:
    of = session.get_one(Factor, key)
    try:
        factors.used_passkey(session, of, used(site, answer, challenge, of, alone=alone))
    except Conflict as refusal:
        factors.wrong_passkey(session, of.person_id)
        return Outcome(field="credential", sentence=refusal.sentence)
    return Outcome(FactorKind.PASSKEY)
