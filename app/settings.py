"""Settings from the environment (interfaces.md section 1)."""

import os
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Self

PREFIX = "CASEWORK_AUDIT_"


@dataclass(frozen=True, slots=True)
class Settings:
    """What an installation may choose; the documented table is in docs/administrator.md."""

    data_dir: Path
    database_url: str
    organisation: str = "National Improvement Service"
    https: bool = True
    demo: bool = False

    @classmethod
    def from_environment(cls) -> Self:
        """Read the settings; every one has a default that suits a first start."""
        data_dir = Path(os.environ.get(PREFIX + "DATA_DIR", "var")).absolute()
        return cls(
            data_dir=data_dir,
            database_url=os.environ.get("DATABASE_URL") or f"sqlite:///{data_dir / 'casework-audit.sqlite3'}",
            organisation=os.environ.get(PREFIX + "ORGANISATION", "National Improvement Service"),
            https=os.environ.get(PREFIX + "HTTPS", "yes") != "no",
            demo=os.environ.get(PREFIX + "DEMO", "no") == "yes",
        )

    def environment(self) -> dict[str, str]:
        """Return these settings as an environment, for processes of their own."""
        return {
            "DATABASE_URL": self.database_url, PREFIX + "DATA_DIR": str(self.data_dir), PREFIX + "ORGANISATION": self.organisation,
            PREFIX + "HTTPS": "yes" if self.https else "no", PREFIX + "DEMO": "yes" if self.demo else "no",
        }  # fmt: skip

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
