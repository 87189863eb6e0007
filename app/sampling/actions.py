"""Keeping a frame and drawing from it, in the caller's transaction."""

import os
import secrets
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock import clock
from app.sampling import queries
from app.sampling.draw import Configuration, Draw, Filing, draw, frame_sha256, receipt
from app.sampling.models import Frame, FrameRow, SampleDraw

KEPT_FOR = timedelta(days=1)
METHOD = "casework-sample/1"


def set_aside_upload(data_dir: Path, file: BinaryIO) -> str:
    """Keep an uploaded file until its sender has checked what is in it; return the token that names it."""
    folder = data_dir / "uploads"
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.iterdir():
        if clock.now().timestamp() - old.stat().st_mtime > KEPT_FOR.total_seconds():
            old.unlink(missing_ok=True)
    token = secrets.token_hex(16)
    with os.fdopen(os.open(folder / token, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as kept:
        while block := file.read(1 << 20):
            kept.write(block)
    return token


@contextmanager
def upload(data_dir: Path, token: str) -> Iterator[BinaryIO | None]:
    """Open a file that was set aside, once: it is removed when it was read. Give None where it is not there any more."""
    path = data_dir / "uploads" / token
    if len(token) != 32 or not set(token) <= set("0123456789abcdef") or not path.is_file():  # noqa: PLR2004 - our own tokens
        yield None
        return
    with path.open("rb") as file:
        yield file
    path.unlink(missing_ok=True)


def summary_of(filings: Sequence[Filing]) -> dict[str, Any]:
    """Return the practitioners by area, law type, band and employment, as the figures and pages want them.

    A practitioner is counted under the law type of the latest filing (ties: the first by name).
    """
    latest: dict[str, Filing] = {}
    for filing in filings:
        kept = latest.get(filing.practitioner_id)
        if kept is None or (filing.filed_on, _reverse(filing.law_type)) > (kept.filed_on, _reverse(kept.law_type)):
            latest[filing.practitioner_id] = filing
    of = latest.values()
    return {
        "service_area": Counter(f.service_area for f in of),
        "law_type": Counter(f.law_type for f in of),
        "performance_band": Counter(f.performance_band for f in of),
        "employment": Counter(f.employment for f in of),
    }


def _reverse(word: str) -> tuple[int, ...]:
    return tuple(-ord(c) for c in word)


def keep_frame(session: Session, filings: Sequence[Filing], *, file_name: str, by: int | None, accepted: Sequence[str] = ()) -> Frame:
    """Store a frame, locked and hashed; `accepted` names the kinds of warning that the importer accepted."""
    summary = {**summary_of(filings), "accepted_warnings": list(accepted)}
    frame = Frame(
        sha256=frame_sha256(filings), file_name=file_name[:200], rows=len(filings),
        practitioners=len({f.practitioner_id for f in filings}), summary=summary, imported_at=clock.now(), imported_by=by,
    )  # fmt: skip
    session.add(frame)
    session.flush()
    session.execute(insert(FrameRow), [_columns(frame.id, f) for f in filings])
    return frame


def _columns(frame_id: int, f: Filing) -> dict[str, Any]:
    return {
        "frame_id": frame_id, "case_ref": f.case_ref, "practitioner_id": f.practitioner_id, "service_area": f.service_area,
        "law_type": f.law_type, "performance_band": f.performance_band, "employment": f.employment,
        "filed_on": date.fromisoformat(f.filed_on), "document_kind": f.document_kind,
    }  # fmt: skip


def draw_sample(session: Session, frame: Frame, configuration: Configuration, *, seed: str, by: int | None) -> tuple[SampleDraw, Draw]:
    """Draw from a stored frame and keep the receipt; the frame's hash came before the seed."""
    filings = queries.filings(session, frame)
    result = draw(filings, seed=seed, configuration=configuration)
    kept = SampleDraw(
        frame_id=frame.id, seed=seed, selection_sha256=result.selection_sha256, drawn=len(result.drawn),
        receipt=receipt(result, filings, seed=seed, configuration=configuration, locked_at=frame.imported_at.isoformat()),
        drawn_at=clock.now(), drawn_by=by or None,
    )  # fmt: skip
    session.add(kept)
    session.flush()
    return kept, result
