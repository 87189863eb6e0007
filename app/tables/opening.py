"""Opens a table whatever it is: a text file, or a sheet of a spreadsheet."""

from typing import BinaryIO

from app.tables.problems import Problems
from app.tables.reading import Expected, Table, read_table, table_of
from app.tables.sheets import sheet_lines, sheet_names
from app.tables.text import SAVE_AS, Laid
from app.tables.workbook import guard, is_workbook


def open_table(
    file: BinaryIO, expected: Expected, *, sheet: str = "", largest: int | None = None, laid: Laid | None = None
) -> Table:
    """Open a table file; call it only in a process of its own, which a hostile spreadsheet may end.

    `laid` is what somebody said of how it is laid out.
    """
    if not is_workbook(file):
        return read_table(file, expected, largest=largest, laid=laid)
    problems = Problems()
    fault = guard(file)
    if fault:
        problems.add("E-KIND", fault, SAVE_AS)
        return Table(problems)
    table = table_of(sheet_lines(file, sheet, problems), problems, expected, laid)
    if problems.total and not sheet:
        _say_other_sheets(file, problems)
    return table


def _say_other_sheets(file: BinaryIO, problems: Problems) -> None:
    """Where the first sheet has no list, say which others there are."""
    names = sheet_names(file)
    if len(names) > 1:
        wrong = f"The first of {len(names)} sheets was read, ‘{names[0]}’."
        problems.add("E-SHEET", wrong, f"Name the sheet of the list, if it is another: {', '.join(names[1:])}"[:400])
