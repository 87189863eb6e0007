"""The rows of the sampling room as the event log keeps them."""

import hashlib
from collections.abc import Iterable

from app.events import Row
from app.sampling.models import Frame, SampleDraw


def frame_row(of: Frame) -> Row:
    """Return a frame's row."""
    kept = [of.file_name, of.rows, of.practitioners, of.summary, of.imported_at, of.imported_by]
    return Row(
        "frame",
        of.id,
        {"sha256": of.sha256, "locked": of.locked_at is not None},
        {
            "facts": kept,
            "lock": [of.locked_at, of.locked_by],
            **({"forgotten": of.forgotten_at} if of.forgotten_at else {}),
        },
    )


def filings_row(of: Frame, parts: Iterable[bytes]) -> Row:
    """Return the list of a frame as it is stored: a hash of each part."""
    return Row("filings", of.id, {}, {"parts": [hashlib.sha256(part).hexdigest() for part in parts]})


def draw_row(of: SampleDraw) -> Row:
    """Return a draw's row."""
    shown = {"seed": of.seed, "selection": of.selection_sha256, "drawn": of.drawn}
    return Row("draw", of.id, shown, {"receipt": of.receipt, "author": [of.frame_id, of.drawn_at, of.drawn_by]})
