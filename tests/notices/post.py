"""Real servers that take messages: a mail server, and what answers like GOV.UK Notify."""

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from email import message_from_bytes, policy
from email.message import EmailMessage
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from aiosmtpd.controller import Controller

from app.clock import clock
from app.notices.posting import Tally, deliver
from app.notices.sending import sender_of
from app.settings import MailSettings
from tests.world import World

ADDRESS = "https://audit.example.test"
SENDER = "Casework Audit <audit@example.test>"
KEY = "key-name-26785a09-ab16-4eb0-8407-a37497a57506-3d844edf-8d35-48ac-975b-e847b4f122b0"


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as made:
        made.bind(("127.0.0.1", 0))
        return int(made.getsockname()[1])


@dataclass
class MailServer:
    """A mail server that keeps what it gets.

    `refused` are the addresses that it does not know, `busy` those that it takes later.
    """

    port: int = field(default_factory=free_port)
    got: list[EmailMessage] = field(default_factory=list)
    refused: frozenset[str] = frozenset()
    busy: frozenset[str] = frozenset()
    # Whether it takes addresses outside ASCII.
    utf8: bool = True

    async def handle_RCPT(  # noqa: N802 - aiosmtpd calls it so
        self, _server: object, _session: object, envelope: Any, address: str, _options: object
    ) -> str:
        """Take a recipient, or not."""
        if address in self.refused:
            return "550 5.1.1 No such mailbox"
        if address in self.busy:
            return "451 4.7.1 Try again later"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: object, _session: object, envelope: Any) -> str:  # noqa: N802
        """Keep a message."""
        message = message_from_bytes(envelope.content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.got.append(message)
        return "250 OK"

    @contextmanager
    def running(self) -> Iterator[None]:
        """Take messages for a while."""
        controller = Controller(self, hostname="127.0.0.1", port=self.port, enable_SMTPUTF8=self.utf8)
        controller.start()
        try:
            yield
        finally:
            controller.stop()

    @property
    def mail(self) -> MailSettings:
        """Return the settings that send here."""
        return MailSettings(address=ADDRESS, smtp_url=f"smtp://127.0.0.1:{self.port}", sender=SENDER)

    def texts_for(self, name: str) -> list[str]:
        """Return what somebody of the cast got, in the order of arrival."""
        return [m.get_content() for m in self.got if m["To"] == f"{name}@example.test"]


class NotifyServer:
    """What answers like GOV.UK Notify for the real client."""

    def __init__(self) -> None:
        self.got: list[dict[str, Any]] = []
        self.answer: tuple[int, dict[str, Any]] | None = None
        server = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                assert self.path == "/v2/notifications/email"
                assert self.headers["Authorization"].startswith("Bearer ")
                sent = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                if server.answer is None:
                    server.got.append(sent)
                self._say(*(server.answer or (201, {"id": "1", "reference": sent["reference"]})))

            def do_GET(self) -> None:
                wanted = parse_qs(urlsplit(self.path).query)["reference"][0]
                self._say(200, {"notifications": [sent for sent in server.got if sent["reference"] == wanted]})

            def _say(self, status: int, answer: dict[str, Any]) -> None:
                self.send_response(status)
                self.end_headers()
                self.wfile.write(json.dumps(answer).encode())

            def log_message(self, *_args: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)

    @contextmanager
    def running(self) -> Iterator[None]:
        """Answer for a while."""
        thread = threading.Thread(target=self._server.serve_forever)
        thread.start()
        try:
            yield
        finally:
            self._server.shutdown()
            self._server.server_close()
            thread.join()

    @property
    def mail(self) -> MailSettings:
        """Return the settings that send here."""
        return MailSettings(
            address=ADDRESS,
            notify_key=KEY,
            notify_template="a-template",
            notify_url=f"http://127.0.0.1:{self._server.server_port}",
        )


def later(**time: float) -> datetime:
    """Let time pass."""
    clock.set(clock.now() + timedelta(**time))
    return clock.now()


def post(world: World, mail: MailSettings) -> Tally:
    """Send what waits, once."""
    return deliver(world.database, sender_of(mail), mail)


def rounds(world: World, mail: MailSettings, hours: int) -> Tally:
    """Let the worker's rounds go by, one every quarter of an hour; return all that was sent."""
    total = Tally()
    for _ in range(hours * 4):
        later(minutes=15)
        tally = post(world, mail)
        total = Tally(total.sent + tally.sent, total.failed + tally.failed)
    return total
