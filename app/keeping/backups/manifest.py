"""What a backup says of itself."""

import json
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Self

# How far a database is, as both say it.
HEAD = "version_num, number, chain, key_mark FROM alembic_version, event_head WHERE event_head.id = 1"
# The event that says that one was made.
TAKEN = "backup_taken"
# The names of what is in the file.
MANIFEST, SQLITE, POSTGRES = "manifest.json", "database.sqlite3", "database.dump"


@dataclass(frozen=True, slots=True)
class State:
    """How far a database is: its schema, the newest link of its log, and the mark of the key that made it."""

    schema: str
    number: int
    chain: str
    key_mark: str

    @property
    def head(self) -> str:
        """Return the head as `verify-log` prints it."""
        return f"{self.number}:{self.chain}"


@dataclass(frozen=True, slots=True)
class Manifest:
    """When a backup was made, of which file of the archive, with which SHA-256, and how far the database was then."""

    made: datetime
    file: str
    sha256: str
    state: State

    def text(self) -> str:
        """Return it as it stands in the archive."""
        return json.dumps(asdict(self), default=datetime.isoformat, indent=1)

    @classmethod
    def of(cls, kept: str) -> Self:
        """Return the manifest in a text; raises ValueError, KeyError or TypeError where there is none."""
        found = json.loads(kept)
        made, state = datetime.fromisoformat(found["made"]), State(**found["state"])
        if found["file"] not in {SQLITE, POSTGRES} or made.tzinfo is None:
            raise ValueError(found["file"])
        return cls(made, found["file"], found["sha256"], state)

    @property
    def sqlite(self) -> bool:
        """Say whether it is of an SQLite database."""
        return self.file == SQLITE
