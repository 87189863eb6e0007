"""What is measured of the files of a report, and the libraries alone.

Each function prepares and returns the work that is timed.
"""

from collections.abc import Callable
from functools import cache
from io import BytesIO
from typing import Any

from app.documents import Column, Document, Kind, Picture, Row, Section, Table
from app.report.files.formats import picture_svg

Work = Callable[[], dict[str, Any]]
TABLES, ROWS, COLUMNS = 20, 18, 8


def _report() -> Document:
    from tests.report.a_document import document

    return document(parts=5)


@cache
def _drawn(code: str) -> str:
    return picture_svg(next(p for p in _pictures() if p.code == code))


def _pictures() -> list[Picture]:
    from app.documents import pictures

    return list(pictures(_report()))


def _beforehand(picture: Picture, size: str = "wide") -> str:  # noqa: ARG001 - as every maker asks
    return _drawn(picture.code)


def pdf() -> Work:
    """Make a PDF of pictures that are drawn already."""
    from app.report.files.pdf import pdf_of

    report = _report()
    for picture in _pictures():
        _beforehand(picture)
    pdf_of(Document("X", "T", "", (), "id", ()), _beforehand)
    return lambda: {"bytes": len(pdf_of(report, _beforehand))}


def typst_alone() -> Work:
    """Have Typst make the PDF of the same source."""
    from app.report.files.pdf import pdf_of, set_by_typst, source_of

    source = source_of(_report(), _beforehand)
    pdf_of(Document("X", "T", "", (), "id", ()), _beforehand)
    return lambda: {"bytes": len(set_by_typst(source))}


def _tables() -> Document:
    columns = [Column("Service area", Kind.WORDS), *(Column(f"Column {n}") for n in range(1, COLUMNS))]
    rows = [Row([f"A{n}", *range(n, n + COLUMNS - 1)]) for n in range(ROWS)]
    return Document(
        "X",
        "Tables",
        "",
        (),
        "id",
        [Section("s", "Tables", [Table(f"t{n}", f"Table {n}", columns, rows) for n in range(TABLES)])],
    )


def word() -> Work:
    """Make a Word file of 20 tables."""
    from app.report.files.word.writing import word_of

    report = _tables()
    return lambda: {"bytes": len(word_of(report, _beforehand))}


def bare_word() -> Work:
    """Make 20 tables with python-docx, the cells of each fetched once."""
    import docx

    texts = [str(cell) for row in ([0] * COLUMNS for _ in range(ROWS + 1)) for cell in row]

    def work() -> dict[str, Any]:
        file: Any = docx.Document()
        for number in range(TABLES):
            file.add_paragraph(f"Table {number}")
            table = file.add_table(ROWS + 1, COLUMNS)
            for cell, text in zip(table._cells, texts, strict=True):  # noqa: SLF001 - table.cell() finds all of them anew each time
                cell.text = text
        out = BytesIO()
        file.save(out)
        return {"bytes": len(out.getvalue())}

    return work
