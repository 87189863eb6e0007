"""The rows of a sheet as the texts that a person sees in it (XLSX)."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime
from typing import BinaryIO

from app.tables.problems import Problems
from app.tables.shown import Shown, shown_otherwise
from app.tables.text import SAVE_AS

# A spreadsheet keeps this many digits of a number; what stands behind them is lost.
DIGITS_KEPT = 15


def sheet_lines(file: BinaryIO, sheet: str, problems: Problems) -> Iterator[list[str]]:
    """Yield the rows of a sheet, the first or the one named, as texts; call it only in a process of its own."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only a child process loads it

    try:
        with CalamineWorkbook.from_filelike(file) as book:
            if sheet and sheet not in book.sheet_names:
                known = f"One of: {', '.join(book.sheet_names)}"
                problems.add("E-SHEET", "There is no sheet of this name.", known, value=sheet)
                return
            found = book.get_sheet_by_name(sheet) if sheet else book.get_sheet_by_index(0)
            otherwise = shown_otherwise(file, book.sheet_names.index(sheet) if sheet else 0)
            merged = _Merged(found.merged_cell_ranges or ())
            for number, row in enumerate(found.iter_rows()):
                shown = otherwise.of_row(number)
                yield merged.filled(number, [_text(value, shown.get(at)) for at, value in enumerate(row)])
    except (CalamineError, ValueError, IndexError) as error:
        problems.add("E-KIND", f"The spreadsheet cannot be read: {error}.", SAVE_AS)


class _Merged:
    """Cells that were merged over several rows: what stands there counts in each of them, as a person sees it."""

    def __init__(self, ranges: Iterable[tuple[tuple[int, int], tuple[int, int]]]) -> None:
        self._last = {(top, left): bottom for (top, left), (bottom, _) in ranges if bottom > top}
        # By column: the last row of a merged cell that goes on, and what stands in it.
        self._open: dict[int, tuple[int, str]] = {}

    def filled(self, number: int, row: list[str]) -> list[str]:
        """Return a row with what stands in the merged cells that reach into it."""
        if not self._last:
            return row
        for column, (last, text) in self._open.items():
            if number <= last and column < len(row) and not row[column]:
                row[column] = text
        self._open = {column: kept for column, kept in self._open.items() if kept[0] > number}
        for column, text in enumerate(row):
            bottom = self._last.get((number, column))
            if bottom is not None:
                self._open[column] = (bottom, text)
        return row


def sheet_names(file: BinaryIO) -> list[str]:
    """Return the names of the sheets of a spreadsheet, none where it cannot be read."""
    from python_calamine import CalamineError, CalamineWorkbook  # noqa: PLC0415 - only a child process loads it

    file.seek(0)
    try:
        with CalamineWorkbook.from_filelike(file) as book:
            return list(book.sheet_names)
    except (CalamineError, ValueError):
        return []


def _text(value: object, shown: Shown | None) -> str:
    """Return a cell as a person sees it."""
    if shown is not None:
        return shown(value)
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, datetime):
        whole = not (value.hour or value.minute or value.second)
        return value.date().isoformat() if whole else value.isoformat(sep=" ")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return _number(int(value))
    return "" if value is None else str(value)


def _number(value: int) -> str:
    """Return a whole number; one with more digits than a spreadsheet keeps as it looks when it is cut off."""
    text = str(value)
    return text if len(text.lstrip("-")) <= DIGITS_KEPT else f"{value:.14E}"
