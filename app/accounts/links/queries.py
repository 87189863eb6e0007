"""Links that can still be used; whoever asks has the link."""

import base64
import hmac
from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.accounts.links.rules import SHOWN_FOR
from app.clock import clock
from app.events import log_of
from app.people.enums import AccountState, LinkPurpose
from app.people.models import OneTimeLink, Person, ResetAsked, SentForm
from app.web.sessions import hashed


def whose(session: Session, token: str) -> Person | None:
    """Return who can choose a password with a link, None where it opens nothing, for whatever reason."""
    query = select(Person).join(OneTimeLink, OneTimeLink.person_id == Person.id)
    open_ = (OneTimeLink.used_at.is_(None), OneTimeLink.ends_at > clock.now(), Person.state != AccountState.DISABLED)
    this = (OneTimeLink.token_sha256 == hashed(token), OneTimeLink.purpose != LinkPurpose.FACTOR)
    return session.scalars(query.where(*this, *open_)).one_or_none()


def token_for(session: Session, sent_form: str, person: int) -> str:
    """Return the token of the link that a form makes for a person.

    It follows from what the database keeps of the form and from the log's key, which it does not: neither alone gives
    it (HMAC-SHA256, as in RFC 5869).
    """
    ours = hmac.digest(log_of(session).key, b"a link to hand over", "sha256")
    found = hmac.digest(ours, f"{sent_form} {person}".encode(), "sha256")
    return base64.urlsafe_b64encode(found).decode().rstrip("=")


def shown_again(session: Session, sent_form: str, person: Person, by: int) -> str:
    """Return the token of the link that somebody's form made for a person; empty once it was used or is some time old.

    A second press of the button, or a page that never arrived, so loses no link.
    """
    kept = session.get(SentForm, sent_form)
    if kept is None or kept.person_id != by or clock.now() - kept.at > SHOWN_FOR:
        return ""
    token = token_for(session, sent_form, person.id)
    return token if whose(session, token) is person else ""


def unanswered(session: Session) -> Sequence[ResetAsked]:
    """Return the addresses that were asked for and not looked at yet, the oldest first."""
    query = select(ResetAsked).where(ResetAsked.answered_at.is_(None)).order_by(ResetAsked.id)
    # Several processes may send: each answers those that no other answers.
    return session.scalars(query.with_for_update(skip_locked=True)).all()


def newest_link(session: Session, person: Person) -> datetime | None:
    """Return until when the newest link for a password of a person can be used, None where there is none that can."""
    open_ = (
        OneTimeLink.used_at.is_(None),
        OneTimeLink.ends_at > clock.now(),
        OneTimeLink.purpose != LinkPurpose.FACTOR,
    )
    return session.scalar(select(func.max(OneTimeLink.ends_at)).where(OneTimeLink.person_id == person.id, *open_))
