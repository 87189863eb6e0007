"""Results that were sent and wait to be kept: whose they are, and what else came with them."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path
from typing import Any

from app.audit.models import ThresholdText
from app.documents import Column, Kind, Row, Table
from app.earlier.actions import EarlierAudit
from app.earlier.trial import Tried
from app.earlier.written import Written
from app.sampling import uploads
from app.sampling.uploads import Upload
from app.work.earlier.forms import EarlierForm

# No day of an audit: results have no window before somebody said it.
NEVER = date.min
SENT_FOR = "earlier results"
_SENT, _DETAILS, _TRIED = "earlier.json", "details.json", "tried.json"


@dataclass(frozen=True, slots=True)
class Sent:
    """A file of results with the document of its grades, and perhaps a list and targets."""

    upload: Upload
    by: int
    threshold_id: int
    list_token: str = ""
    targets: Mapping[str, Any] | None = None

    @property
    def here(self) -> str:
        """Return the address of its pages."""
        return f"/audits/earlier/{self.upload.token}"

    @property
    def folder(self) -> Path:
        """Return the folder in which everything about it waits."""
        return self.upload.folder

    def keep(self) -> None:
        """Note whose the file is and what came with it, beside it."""
        kept = {name: getattr(self, name) for name in ("by", "threshold_id", "list_token", "targets")}
        _write(self.folder / _SENT, kept)

    def list_of(self, data_dir: Path) -> Upload | None:
        """Return the list that came with it."""
        return uploads.find(data_dir, self.list_token) if self.list_token else None


def find(data_dir: Path, token: str, by: int) -> Sent | None:
    """Return the results that somebody sent, or None where they are not there, not theirs or another kind of file."""
    upload = uploads.find(data_dir, token)
    if upload is None or not (upload.folder / _SENT).is_file():
        return None
    found = Sent(upload, **_read(upload.folder / _SENT))
    return found if found.by == by else None


def keep_details(of: Sent, form: EarlierForm, tried: Tried) -> None:
    """Note what somebody said of an audit, and what its figures would be."""
    _write(of.folder / _DETAILS, form.model_dump(mode="json"))
    _write(of.folder / _TRIED, asdict(tried))


def forget_details(of: Sent) -> None:
    """Forget figures of a file that is read anew."""
    (of.folder / _TRIED).unlink(missing_ok=True)


def details_of(of: Sent) -> dict[str, Any] | None:
    """Return what somebody said of an audit, or None before."""
    path = of.folder / _DETAILS
    return _read(path) if path.is_file() else None


def tried_of(of: Sent) -> Tried | None:
    """Return what an audit's figures would be, or None before anybody asked."""
    path = of.folder / _TRIED
    return _tried(_read(path)) if path.is_file() else None


def _tried(kept: Mapping[str, Any]) -> Tried:
    tables = [
        Table(
            **{
                **of,
                "columns": [Column(c["heading"], Kind(c["kind"])) for c in of["columns"]],
                "rows": [Row(**r) for r in of["rows"]],
            }
        )
        for of in kept["tables"]
    ]
    return Tried(kept["sha256"], kept["sentences"], tables)


def audit_of(of: Sent, details: Mapping[str, Any], threshold: ThresholdText) -> EarlierAudit:
    """Return the audit that would be kept."""
    return EarlierAudit(
        ref=details["ref"],
        name=details["name"],
        window_from=date.fromisoformat(str(details["window_from"])),
        window_to=date.fromisoformat(str(details["window_to"])),
        threshold=threshold,
        targets=of.targets,
        written=Written(purpose=details.get("purpose") or ""),
    )


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(kept, ensure_ascii=False, default=str), encoding="utf-8")


def _read(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found
