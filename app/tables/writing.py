"""Writes tables that no spreadsheet will run."""

import csv
import io
from collections.abc import Iterable, Sequence
from itertools import chain

from app.tables.cells import FORMULA


def csv_text(columns: Sequence[str], rows: Iterable[Sequence[object]], *, exact: bool = False) -> str:
    """Return a CSV file that no spreadsheet will run.

    `exact` leaves every cell as it is, for a list whose hash will be taken again.
    """
    out = io.StringIO()
    written = csv.writer(out, lineterminator="\n")
    lines = chain([columns], rows)
    written.writerows(lines if exact else ([_inert(value) for value in line] for line in lines))
    return out.getvalue()


def _inert(value: object) -> object:
    return f"'{value}" if isinstance(value, str) and value.startswith(FORMULA) else value
