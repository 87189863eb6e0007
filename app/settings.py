"""Settings from the environment (interfaces.md section 1)."""

import os
import secrets
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self
from urllib.parse import urlsplit

PREFIX = "CASEWORK_AUDIT_"


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
        if self.smtp_url and not self.notify_key and urlsplit(self.smtp_url).scheme not in {"smtp", "smtps"}:
            return f"{PREFIX}SMTP_URL has to start with smtp:// or smtps://."
        return None


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose; the documented table is in docs/administrator.md."""

    data_dir: Path
    database_url: str
    organisation: str = "National Improvement Service"
    # Whom readers of reports and packs can ask, as it stands on the first page of every file.
    contact: str = ""
    https: bool = True
    demo: bool = False
    mail: MailSettings = MailSettings()

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; every one has a default that suits a first start."""
        data_dir = Path(os.environ.get(PREFIX + "DATA_DIR", "var")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'casework-audit.sqlite3'}",
            organisation=os.environ.get(PREFIX + "ORGANISATION", "National Improvement Service"),
            contact=os.environ.get(PREFIX + "CONTACT", ""),
            https=os.environ.get(PREFIX + "HTTPS", "yes") != "no",
            demo=os.environ.get(PREFIX + "DEMO", "no") == "yes",
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
        }

    def event_key(self) -> bytes:
        """Return the key of the event log's chain, which lives outside the database; made on first use, mode 0600."""
        given = os.environ.get(PREFIX + "EVENT_KEY")
        if given:
            return given.encode()
        path = self.data_dir / "event-log.key"
        if not path.exists():
            self.data_dir.mkdir(parents=True, exist_ok=True)
            with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
                file.write(secrets.token_hex(32))
        return path.read_text().strip().encode()
