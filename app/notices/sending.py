"""How a message leaves: by SMTP or by GOV.UK Notify."""

import asyncio
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from email.utils import formatdate
from http import HTTPStatus
from typing import Any, Protocol
from urllib.parse import unquote, urlsplit

import aiosmtplib
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from app.notices.rules import Letter
from app.settings import MailSettings

# A whole message, however slowly a server answers: less than the time for which it is held.
LONGEST = 60
HERE = frozenset({"localhost", "127.0.0.1", "::1"})
NO_UTF8 = (
    "The mail server takes no address with letters beyond a to z before the @ (it does not offer SMTPUTF8). Give this "
    "person another address, or use a mail server that offers it."
)
NOTIFY = "https://api.notifications.service.gov.uk"


class NotSent(Exception):  # noqa: N818 - the message is tried again
    """A message that could not be sent now."""


class Unreachable(NotSent):
    """The server does not take any message now."""


class BadAddress(NotSent):
    """The server will never take a message to this address."""


class Sender(Protocol):
    """Something that sends messages."""

    def send(self, letter: Letter) -> None:
        """Send a message, or raise NotSent."""


def sender_of(mail: MailSettings) -> Sender:
    """Return the way in which this installation sends messages."""
    return Notify(mail) if mail.notify_key else Smtp(mail)


class Smtp:
    """A mail server; one that is not on this machine has to offer encryption."""

    def __init__(self, mail: MailSettings) -> None:
        self._from, at = mail.sender, urlsplit(mail.smtp_url)
        tls = at.scheme == "smtps"
        self._server: dict[str, Any] = {
            "hostname": at.hostname,
            "port": at.port or (465 if tls else 587),
            "use_tls": tls,
            "start_tls": not (tls or at.hostname in HERE),
            "username": unquote(at.username) if at.username else None,
            "password": unquote(at.password) if at.password else None,
        }

    def send(self, letter: Letter) -> None:
        """Send a message; its Message-ID is the same at each try, by which a second copy can be told."""
        try:
            to = _with_plain_domain(letter.to)
            taking = aiosmtplib.send(self._message(letter, to), recipients=[to], timeout=LONGEST / 2, **self._server)
            sending = asyncio.wait_for(taking, LONGEST)
            # In a thread of its own: whoever calls may have a loop running already.
            with ThreadPoolExecutor(1) as alone:
                alone.submit(asyncio.run, sending).result()
        except aiosmtplib.SMTPRecipientsRefused as error:
            refused = error.recipients[0]
            raise (BadAddress if _for_good(refused.code) else NotSent)(f"{refused.code} {refused.message}") from error
        except aiosmtplib.SMTPDataError as error:
            raise NotSent(f"{error.code} {error.message}") from error
        except aiosmtplib.SMTPNotSupported as error:
            # It may also be encryption that the server does not offer; then it takes no message at all.
            raise (Unreachable(str(error)) if letter.to.partition("@")[0].isascii() else BadAddress(NO_UTF8)) from error
        except (aiosmtplib.SMTPException, OSError) as error:
            raise Unreachable(str(error) or type(error).__name__) from error
        except ValueError as error:
            raise BadAddress(str(error)) from error

    def _message(self, letter: Letter, to: str) -> EmailMessage:
        message = EmailMessage()
        message["From"], message["To"], message["Subject"] = self._from, to, letter.subject
        message["Message-ID"], message["Date"], message["Auto-Submitted"] = (
            f"<{letter.reference}>",
            formatdate(),
            "auto-generated",
        )
        message.set_content(letter.body)
        return message


def _with_plain_domain(address: str) -> str:
    """Return an address whose domain every server understands (IDNA); raises ValueError where there is none such."""
    local, _, domain = address.rpartition("@")
    return f"{local}@{domain if domain.isascii() else domain.encode('idna').decode()}"


def _for_good(code: int) -> bool:
    return code // 100 == 5  # noqa: PLR2004 - a permanent failure, by RFC 5321


class Notify:
    """GOV.UK Notify, with a template of the fields `subject` and `message`."""

    def __init__(self, mail: MailSettings) -> None:
        self._template = mail.notify_template
        self._client = NotificationsAPIClient(mail.notify_key, base_url=mail.notify_url or NOTIFY, timeout=LONGEST / 2)  # type: ignore[no-untyped-call]

    def send(self, letter: Letter) -> None:
        """Send a message, unless Notify has had one of its reference before."""
        try:
            if not (letter.tried_before and self._has(letter.reference)):
                words = {"subject": letter.subject, "message": letter.body}
                self._client.send_email_notification(letter.to, self._template, words, reference=letter.reference)  # type: ignore[no-untyped-call]
        except APIError as error:
            said = f"{error.status_code} {error.message}"
            if error.status_code == HTTPStatus.BAD_REQUEST:
                raise (BadAddress if "email_address" in said else NotSent)(said) from error
            raise Unreachable(said) from error

    def _has(self, reference: str) -> bool:
        found = self._client.get_all_notifications(reference=reference)  # type: ignore[no-untyped-call]
        return bool(found["notifications"])
