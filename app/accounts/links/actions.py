"""What happens to links: sent or handed over, asked for by whoever has forgotten, and used, once."""

import secrets
from contextlib import suppress

from sqlalchemy import CursorResult, delete, update
from sqlalchemy.orm import Session

from app.accounts import actions as accounts
from app.accounts.links import queries
from app.accounts.links.rules import KEPT_FOR, LASTS, NOT_OPEN, purpose_of
from app.accounts.rules import ACCOUNT
from app.clock import clock
from app.errors import Conflict
from app.events import Subject
from app.limits.actions import take
from app.limits.rules import RESETS
from app.people.enums import LinkPurpose
from app.people.models import OneTimeLink, Person, ResetAsked
from app.web.sessions import hashed
from app.workflow import move


def send_link(
    session: Session,
    person: Person,
    *,
    by: int | None,
    by_mail: bool,
    purpose: LinkPurpose | None = None,
    identified: str = "",
    sent_form: str = "",
) -> str:
    """Send a person a link by email, or make one to hand over and return its token; raises Conflict.

    Who sends messages makes the link of a message: until it leaves, it is nowhere. One that was made for a form can be
    shown again to whoever sent that form. `identified` says how whoever lost all second factors was known to be who
    they are.
    """
    situation = accounts.situation_of(session, person, by)
    how = {"identified": identified} if identified else {}
    details = {"purpose": purpose or purpose_of(person), "by_mail": by_mail, **how}
    subject = Subject("person", person.id)
    move(session, ACCOUNT, "send", person, situation=situation, subject=subject, details=details)
    return "" if by_mail else make_link(session, person, purpose, sent_form)


def make_link(session: Session, person: Person, purpose: LinkPurpose | None = None, sent_form: str = "") -> str:
    """Make a link for a person and return its token, which is kept nowhere; by itself one for a password."""
    token = queries.token_for(session, sent_form, person.id) if sent_form else secrets.token_urlsafe(32)
    now, purpose = clock.now(), purpose or purpose_of(person)
    made = OneTimeLink(
        token_sha256=hashed(token), person_id=person.id, purpose=purpose, made_at=now, ends_at=now + LASTS[purpose]
    )
    session.execute(delete(OneTimeLink).where(OneTimeLink.ends_at <= now))
    session.add(made)
    session.flush()
    return token


def use_link(session: Session, token: str, password: str) -> Person:
    """Let the person whose link it is choose a password; raises Conflict where it opens nothing."""
    person = queries.whose(session, token)
    here = (OneTimeLink.token_sha256 == hashed(token), OneTimeLink.used_at.is_(None))
    used = session.execute(update(OneTimeLink).where(*here).values(used_at=clock.now()))
    if person is None or not isinstance(used, CursorResult) or used.rowcount != 1:
        raise Conflict(NOT_OPEN)
    accounts.choose_password(session, person, password)
    return person


def ask_for_reset(session: Session, email: str) -> None:
    """Keep that somebody has forgotten a password; whose address it is, nobody looks here."""
    email = accounts.address_of(email)
    session.execute(delete(ResetAsked).where(ResetAsked.at <= clock.now() - KEPT_FOR))
    if not take(session, RESETS, email):
        session.add(ResetAsked(email=email, at=clock.now()))
        session.flush()


def answer_asked(session: Session) -> None:
    """Send links to those whose addresses were asked for; of an address that is nobody's, nothing comes."""
    for asked in queries.unanswered(session):
        asked.answered_at = clock.now()
        person = accounts.find_person(session, asked.email)
        # Who is disabled gets none; nobody hears why.
        with suppress(Conflict):
            if person:
                send_link(session, person, by=None, by_mail=True)
