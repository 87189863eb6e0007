"""When a message is sent, what stands in it, and how long it is tried."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from email.utils import parseaddr

from app.clock import LONDON, add_working_days, is_working_day
from app.notices.enums import Kind, MailChoice
from app.notices.models import Notice
from app.settings import MailSettings

DIGEST_AT = time(7)
# Whoever takes a message has this long to send it; sending gives up well before.
LEASE = timedelta(minutes=5)
TRIED_FOR = timedelta(days=3)
LONGEST_WAIT = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Letter:
    """A message as it leaves: the same `reference` each time it is tried, so that a second copy can be recognised."""

    reference: str
    to: str
    subject: str
    body: str
    # It may have left before: whoever tried did not live to say.
    tried_before: bool = False


def next_digest(now: datetime) -> datetime:
    """Return when the next daily message leaves: 7am of a working day in London."""
    local = now.astimezone(LONDON)
    here = local.date()
    first = here if is_working_day(here) and local.time() < DIGEST_AT else add_working_days(here, 1)
    return datetime.combine(first, DIGEST_AT, LONDON)


def leaves_at(kind: Kind, choice: MailChoice, now: datetime) -> datetime | None:
    """Return when a message may leave, or None where its person wants none."""
    if kind.at_once or choice is MailChoice.AT_ONCE:
        return now
    return next_digest(now) if choice is MailChoice.DAILY else None


def wait_after(attempts: int) -> timedelta:
    """Return how long a message waits after it failed: a minute, then twice as long each time, an hour at most."""
    return min(LONGEST_WAIT, timedelta(minutes=2 ** min(attempts - 1, 10)))


def letter_of(notices: Sequence[Notice], mail: MailSettings, *, link: str = "") -> Letter:
    """Return the message of a notice, or of a day's: only the kinds in words, their days, and where to sign in.

    `link` is the token of a link that works once, for the kinds that have one.
    """
    first = notices[0]
    if first.kind.about_signing_in:
        return _about_signing_in(first, mail, link)
    if any(n.kind.urgent for n in notices):
        subject = "Urgent: something waits for you in Casework Audit"
    else:
        subject = (
            "A test message from Casework Audit"
            if first.kind is Kind.TEST
            else "Something waits for you in Casework Audit"
        )
    lines = [n.words for n in notices]
    told = lines[0] if len(lines) == 1 else "\n".join(f"- {line}" for line in lines)
    body = (
        f"{told}\n\nSign in to see what it is: {mail.address}/\n\n"
        "Messages say nothing about cases, as email is not a safe place for them. Choose when you get them: "
        f"{mail.address}/account/mail\n"
    )
    return Letter(_reference(first, mail), first.person.email, subject, body, tried_before=first.attempts > 1)


def _reference(of: Notice, mail: MailSettings, which: str = "") -> str:
    domain = parseaddr(mail.sender)[1].rpartition("@")[2] or "casework-audit.invalid"
    return f"casework-audit.{of.id}.{of.at:%Y%m%d%H%M%S}{which}@{domain}"


SUBJECTS = {
    Kind.INVITATION: "You have been invited to Casework Audit",
    Kind.RESET: "Choose a new password for Casework Audit",
    Kind.ADDRESS_CHANGED: "Your address in Casework Audit was changed",
    Kind.PASSWORD_CHANGED: "Your password for Casework Audit was changed",
    Kind.FACTOR_CHANGED: "How you sign in to Casework Audit was changed",
    Kind.RECOVERY_USED: "A recovery code was used in Casework Audit",
    Kind.FACTOR_LOST: "Set up anew how you sign in to Casework Audit",
    Kind.FACTOR_GUESSED: "Somebody tried to sign in to Casework Audit as you",
    Kind.ROLES_CHANGED: "Your roles in Casework Audit were changed",
}
NOT_YOURS = "If you did not do this and nobody told you of it, change your password and tell your administrator today."
NOT_YOU = {
    Kind.INVITATION: "If you do not know what this is about, do nothing: nobody can sign in without this link.",
    Kind.RESET: "If you did not ask for this, do nothing: your password stays as it is.",
    Kind.ADDRESS_CHANGED: (
        "You have been signed out, and sign in with the new address from now on. If you do not know of this, tell your "
        "administrator today."
    ),
    Kind.PASSWORD_CHANGED: NOT_YOURS,
    Kind.FACTOR_CHANGED: NOT_YOURS,
    Kind.RECOVERY_USED: NOT_YOURS,
    Kind.FACTOR_LOST: "If this was not you, do not use the link, and tell your administrator today.",
    Kind.FACTOR_GUESSED: "If it was not you, change your password today: somebody else knows it.",
    Kind.ROLES_CHANGED: "If nobody told you of it, tell your administrator.",
}
LONG = {Kind.INVITATION: "three days", Kind.RESET: "an hour", Kind.FACTOR_LOST: "a day"}
CHOOSE_HERE = "Choose your password here: {address}/choose-password/{link}"
LEADS = {
    Kind.INVITATION: CHOOSE_HERE,
    Kind.RESET: CHOOSE_HERE,
    Kind.FACTOR_LOST: "Begin anew here; you then sign in with your password: {address}/lost-factor/{link}",
}


def _about_signing_in(of: Notice, mail: MailSettings, link: str) -> Letter:
    """Return a message about signing in; each try of one with a link has another link, so it is another message."""
    lines = [of.words]
    if link:
        lines.append(LEADS[of.kind].format(address=mail.address, link=link))
        lines.append(f"The link works once, for {LONG[of.kind]} from now.")
    lines.append(NOT_YOU[of.kind])
    reference = _reference(of, mail, f".{of.attempts}" if link else "")
    return Letter(
        reference,
        of.address or of.person.email,
        SUBJECTS[of.kind],
        "\n\n".join(lines) + "\n",
        tried_before=not link and of.attempts > 1,
    )
