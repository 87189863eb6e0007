"""Settings from the environment (interfaces.md section 1)."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

from app.errors import Unfit

PREFIX = "CASEWORK_AUDIT_"
# What an organisation is called that nobody has named.
USUAL_NAME = "National Improvement Service"


SECOND_FACTOR = ("everyone", "deciders", "no")
# As many characters as a key has at least that nobody can guess.
SHORTEST_KEY = 32
SMTP_WANTED = f"{PREFIX}SMTP_URL has to start with smtp:// or smtps:// and a server, such as smtp://host:587."


def _is_a_server(url: str) -> bool:
    try:
        at = urlsplit(url)
        return at.scheme in {"smtp", "smtps"} and bool(at.hostname) and at.port != 0
    except ValueError:  # a port that is none
        return False


@dataclass(frozen=True, slots=True)
class MailSettings:
    """How messages leave: by a mail server or by GOV.UK Notify; `address` is where people sign in."""

    address: str = ""
    smtp_url: str = field(default="", repr=False)
    sender: str = ""
    notify_key: str = field(default="", repr=False)
    notify_template: str = ""
    notify_url: str = ""

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; without any, no message leaves."""
        return cls(
            address=os.environ.get(PREFIX + "ADDRESS", "").rstrip("/"),
            smtp_url=os.environ.get(PREFIX + "SMTP_URL", ""),
            sender=os.environ.get(PREFIX + "MAIL_FROM", ""),
            notify_key=os.environ.get(PREFIX + "NOTIFY_KEY", ""),
            notify_template=os.environ.get(PREFIX + "NOTIFY_TEMPLATE", ""),
            notify_url=os.environ.get(PREFIX + "NOTIFY_URL", ""),
        )

    @property
    def is_set(self) -> bool:
        """Say whether messages leave at all."""
        return bool(self.smtp_url or self.notify_key)

    def fault(self) -> str | None:
        """Return what is wrong with the settings, or None."""
        if not self.is_set:
            return None
        needed = {
            "ADDRESS": self.address,
            **({"NOTIFY_TEMPLATE": self.notify_template} if self.notify_key else {"MAIL_FROM": self.sender}),
        }
        missing = [PREFIX + name for name, value in needed.items() if not value]
        if missing:
            return f"Email needs {' and '.join(missing)} too. docs/administrator.md says what to set."
        return None if self.notify_key or _is_a_server(self.smtp_url) else SMTP_WANTED


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose; the documented table is in docs/administrator.md."""

    data_dir: Path
    database_url: str
    organisation: str = USUAL_NAME
    # Whom readers of reports and packs can ask, as it stands on the first page of every file.
    contact: str = ""
    https: bool = True
    demo: bool = False
    # Who has to have a second factor: everyone, deciders or no.
    second_factor: str = "everyone"
    mail: MailSettings = MailSettings()

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; every one has a default that suits a first start."""
        data_dir = Path(os.environ.get(PREFIX + "DATA_DIR", "var")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'casework-audit.sqlite3'}",
            organisation=os.environ.get(PREFIX + "ORGANISATION", USUAL_NAME),
            contact=os.environ.get(PREFIX + "CONTACT", ""),
            https=os.environ.get(PREFIX + "HTTPS", "yes") != "no",
            demo=os.environ.get(PREFIX + "DEMO", "no") == "yes",
            second_factor=os.environ.get(PREFIX + "SECOND_FACTOR") or "everyone",
            mail=MailSettings.from_environment(),
        )

    @property
    def sends_mail(self) -> bool:
        """Say whether messages leave; the invented people of a demonstration get none."""
        return self.mail.is_set and not self.demo

    def environment(self) -> dict[str, str]:
        """Return these settings as an environment, for processes of their own."""
        return {
            "DATABASE_URL": self.database_url,
            PREFIX + "DATA_DIR": str(self.data_dir),
            PREFIX + "ORGANISATION": self.organisation,
            PREFIX + "CONTACT": self.contact,
            PREFIX + "HTTPS": "yes" if self.https else "no",
            PREFIX + "DEMO": "yes" if self.demo else "no",
            PREFIX + "SECOND_FACTOR": self.second_factor,
        }

    @property
    def asks_for_a_factor_of(self) -> str:
        """Return who has to have a second factor; the invented people of a demonstration need none."""
        return "no" if self.demo else self.second_factor

    def fault(self) -> str | None:
        """Return which setting cannot be, or None."""
        if self.second_factor not in SECOND_FACTOR:
            return f"{PREFIX}SECOND_FACTOR is one of: {', '.join(SECOND_FACTOR)}. It is ‘{self.second_factor}’ here."
        return self.mail.fault()

    @property
    def key_file(self) -> Path:
        """Return where the key of the event log is kept, where the environment does not give it."""
        return self.data_dir / "event-log.key"

    @property
    def secret_key_file(self) -> Path:
        """Return where the key is kept with which secrets are sealed, where the environment does not give it."""
        return self.data_dir / "secret.key"

    @property
    def has_event_key(self) -> bool:
        """Say whether there is a key of the event log."""
        return bool(os.environ.get(PREFIX + "EVENT_KEY")) or self.key_file.is_file()

    @property
    def has_secret_key(self) -> bool:
        """Say whether there is a key with which secrets are sealed."""
        return bool(os.environ.get(PREFIX + "SECRET_KEY")) or self.secret_key_file.is_file()

    def event_key(self) -> bytes:
        """Return the key of the event log's chain, which lives outside the database; raises Unfit where there is none.

        It is never made anew for a log that is there: nothing that was written before would follow from it.
        """
        given = os.environ.get(PREFIX + "EVENT_KEY")
        if not self.has_event_key:
            raise Unfit(
                f"The key of the event log is missing: {self.key_file}. Put it back from your copy, or from the server "
                f"on which this database was set up, or set {PREFIX}EVENT_KEY. Only a new installation is given one: "
                "casework-audit migrate"
            )
        return given.encode() if given else self.key_file.read_text().strip().encode()

    def secret_key(self) -> bytes:
        """Return the key with which secrets are sealed; raises Unfit where there is none, or it is too short."""
        if not self.has_secret_key:
            raise Unfit(
                f"The key of sealed secrets is missing: {self.secret_key_file}. Put it back from your copy, or from "
                f"the server on which this database was set up, or set {PREFIX}SECRET_KEY. Where nothing was sealed "
                "yet, one is made by: casework-audit migrate"
            )
        given = os.environ.get(PREFIX + "SECRET_KEY") or self.secret_key_file.read_text().strip()
        if len(given) < SHORTEST_KEY:
            raise Unfit(
                f"The key of sealed secrets ({PREFIX}SECRET_KEY or {self.secret_key_file}) is too short. It has at "
                f"least {SHORTEST_KEY} characters that nobody can guess."
            )
        return given.encode()

    def make_event_key(self) -> None:
        """Make the key of a new installation, mode 0600."""
        self._make(self.key_file)

    def make_secret_key(self) -> None:
        """Make the key with which secrets are sealed, mode 0600."""
        self._make(self.secret_key_file)

    def _make(self, file: Path) -> None:
        self.data_dir.mkdir(parents=True, exist_ok=True)
        with os.fdopen(os.open(file, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as opened:
            opened.write(secrets.token_hex(32))
