"""A document’s tables as a spreadsheet by the rules for official statistics: cover, contents, notes, tables. Pure."""

from collections.abc import Iterable, Sequence
from datetime import datetime
from io import BytesIO
from typing import Any

from xlsxwriter import Workbook

from app.documents import Cell, Column, Document, Kind, Row, Table, marks_used, shown, tables
from app.report.files.names import distinct, plain_name
from app.report.files.packing import MOMENT, same_bytes, writable
from app.report.files.sizes import Drawn, column_characters

LONGEST_NAME = 31
OURS = ("Cover", "Contents", "Notes")
FORMATS = {Kind.COUNT: "#,##0{}", Kind.PERCENT: "0{}%", Kind.NUMBER: "0.00", Kind.WORDS: "@"}
NAME_CHARACTERS, LINE_CHARACTERS = 34, 90
POINTS, MOST_LINES, TITLE_POINTS = 15.5, 20, 26
ROUNDING = "Whole numbers, halves rounded up, so they may not add up to 100%."


def workbook_of(document: Document, drawn: Drawn) -> bytes:  # noqa: ARG001 - as all makers; a workbook has no pictures
    """Return a document's tables as a workbook; the same document gives the same bytes."""
    out = BytesIO()
    # Text that looks like a formula or an address stays text.
    with Workbook(
        out, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    ) as file:
        _Writer(file, document).write()
    return same_bytes(out.getvalue())


class _Writer:
    """A workbook while it is written."""

    def __init__(self, file: Any, document: Document) -> None:  # noqa: ANN401 - XlsxWriter's own, without types
        self.file, self.document = file, document
        self.tables = list(tables(document))
        self.names = distinct([plain_name(table.code) for table in self.tables], taken=OURS, longest=LONGEST_NAME)
        self.title = self._format(bold=True, font_size=16, font_color="#12436D")
        self.line = self._format()
        self.words, self.strong = self._format(text_wrap=True), self._format(text_wrap=True, bold=True)
        self.link = self._format(font_color="#1D70B8", underline=True)

    def _format(self, **more: Any) -> Any:  # noqa: ANN401 - as above
        return self.file.add_format({"font_name": "Arial", "font_size": 11, "valign": "top", **more})

    def write(self) -> None:
        """Write every sheet, in the order in which they are read."""
        document = self.document
        kept = {
            "title": writable(document.title)[:255],
            "subject": writable(document.subtitle)[:255],
            "author": "Casework Audit",
        }
        self.file.set_properties({**kept, "created": datetime(*MOMENT)})  # noqa: DTZ001 - XlsxWriter takes none with a zone
        self._cover()
        self._contents()
        self._notes()
        for number, (name, table) in enumerate(zip(self.names, self.tables, strict=True), 1):
            self._table(self._sheet(name, table.title), number, table)

    def _sheet(self, name: str, title: str) -> Any:  # noqa: ANN401 - as above
        sheet = self.file.add_worksheet(name)
        sheet.hide_gridlines(2)
        sheet.set_paper(9)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        sheet.set_row(0, TITLE_POINTS)
        sheet.write_string(0, 0, writable(title), self.title)
        return sheet

    def _pairs(self, sheet: Any, row: int, pairs: Sequence[tuple[str, str]]) -> None:  # noqa: ANN401 - as above
        sheet.set_column(0, 0, NAME_CHARACTERS)
        sheet.set_column(1, 1, LINE_CHARACTERS)
        for at, (name, value) in enumerate(pairs, row):
            sheet.set_row(at, _height([(name, NAME_CHARACTERS), (value, LINE_CHARACTERS)]))
            sheet.write_string(at, 0, writable(name), self.strong)
            sheet.write_string(at, 1, writable(value), self.words)

    def _cover(self) -> None:
        document = self.document
        sheet = self._sheet("Cover", document.title)
        sheet.write_string(1, 0, writable(document.subtitle), self.line)
        more = [("Marking", document.marking)] if document.marking else []
        more.append(("What is here", "The tables of the report. Its text and its pictures are in its other files."))
        self._pairs(sheet, 2, (*document.about, *more))

    def _contents(self) -> None:
        sheet = self._sheet("Contents", "Contents")
        sheet.write_string(1, 0, "Each sheet has one table. The name of a sheet leads to it.", self.line)
        listed = [("Notes", "Notes and marks"), *zip(self.names, (table.title for table in self.tables), strict=True)]
        self._pairs(sheet, 2, [("Sheet", "Table"), *listed])
        for row, (name, _) in enumerate(listed, 3):
            sheet.write_url(row, 0, f"internal:'{name}'!A1", self.link, name)

    def _notes(self) -> None:
        sheet = self._sheet("Notes", "Notes and marks")
        of_tables = [(name, note) for name, table in zip(self.names, self.tables, strict=True) for note in table.notes]
        self._pairs(sheet, 1, [("Percentages", ROUNDING), *marks_used(self.document), *of_tables])

    def _above(self, table: Table) -> Sequence[str]:
        """Return the sentences that stand between a table's title and its headings."""
        cells = {cell for row in table.rows for cell in row.cells if isinstance(cell, str)}
        marks = [
            f"{mark} means {meaning}."
            for mark, meaning in marks_used(self.document)
            if any(mark in cell for cell in cells)
        ]
        marking = [f"Marking: {self.document.marking}"] if self.document.marking else []
        empty = [] if table.rows else ["There is nothing to show in this table."]
        return [f"Identifier: {self.document.short}", *marking, *empty, *table.notes, *marks]

    def _table(self, sheet: Any, number: int, table: Table) -> None:  # noqa: ANN401 - as above
        above = self._above(table)
        for row, sentence in enumerate(above, 1):
            sheet.write_string(row, 0, writable(sentence), self.line)
        head, last = len(above) + 1, len(table.columns) - 1
        headings = distinct([writable(column.heading) or "Column" for column in table.columns])
        widths = [width + 3 for width in column_characters(table)]
        heads = [self._look(column, bold=True, head=True) for column in table.columns]
        sheet.set_row(head, _height(zip(headings, widths, strict=True)))
        for at, heading in enumerate(headings):
            sheet.set_column(at, at, widths[at])
            sheet.write_string(head, at, heading, heads[at])
        for row, of in enumerate(table.rows, head + 1):
            self._row(sheet, row, of, table, widths)
        if table.rows:
            named = [{"header": heading, "header_format": look} for heading, look in zip(headings, heads, strict=True)]
            # A name such as "T1" could be a cell, and would be refused.
            sheet.add_table(
                head,
                0,
                head + len(table.rows),
                last,
                {"name": f"Table_{number}", "columns": named, "style": None, "autofilter": False},
            )
        sheet.freeze_panes(head + 1, 1)
        sheet.repeat_rows(head)

    def _row(self, sheet: Any, row: int, of: Row, table: Table, widths: Sequence[int]) -> None:  # noqa: ANN401 - as above
        """Write a row: a number as a number, whatever looks like a formula as text."""
        texts = [shown(cell, column.kind) for cell, column in zip(of.cells, table.columns, strict=True)]
        sheet.set_row(row, _height(zip(texts, widths, strict=True)))
        for at, (cell, column) in enumerate(zip(of.cells, table.columns, strict=True)):
            look = self._look(column, bold=of.total or at == 0, total=of.total, places=_places(cell))
            if isinstance(cell, str):
                sheet.write_string(row, at, writable(cell), look)
            else:
                sheet.write_number(row, at, cell / 100 if column.kind is Kind.PERCENT else cell, look)

    def _look(self, column: Column, *, bold: bool, head: bool = False, total: bool = False, places: int = 0) -> Any:  # noqa: ANN401 - as above
        line: dict[str, object] = {"bottom": 2 if head else 1, "bottom_color": "#0B0C0C" if head else "#B1B4B6"}
        line |= {"bg_color": "#F3F2F1"} if total else {}
        line |= {"align": "left", "indent": 1} if column.kind is Kind.WORDS else {"align": "right"}
        number = FORMATS[column.kind].format("." + "0" * places if places else "")
        return self._format(bold=bold, text_wrap=True, num_format=number, **line)


def _places(cell: Cell) -> int:
    """Return how many decimal places a number has on the page: the spreadsheet may not round it again."""
    return len(str(cell).partition(".")[2]) if isinstance(cell, float) else 0


def _height(cells: Iterable[tuple[str, int]]) -> float:
    """Return how high a row is, in points, so that all of its cells, each so many characters wide, can be read."""
    return POINTS * min(max(-(-len(text) // width) for text, width in cells), MOST_LINES)
