"""The rows of a sheet as the texts that a person sees in it (XLSX)."""

from collections.abc import Iterator
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
            for number, row in enumerate(found.iter_rows()):
                shown = otherwise.of_row(number)
                yield [_text(value, shown.get(at)) for at, value in enumerate(row)]
    except (CalamineError, ValueError, IndexError) as error:
        problems.add("E-KIND", f"The spreadsheet cannot be read: {error}.", SAVE_AS)


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
