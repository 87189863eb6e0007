"""What is measured of the files of a report, and the libraries alone.

Each function prepares and returns the work that is timed.
"""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import Any

from app.documents import Column, Document, Kind, Picture, Row, Section, Table, pictures
from app.report.files.formats import picture_svg
from app.report.files.pdf import pdf_of, set_by_typst, source_of
from app.report.files.sizes import Drawn

Work = Callable[[], dict[str, Any]]
TABLES, ROWS, COLUMNS = 20, 18, 8
# What loads the libraries before anything is timed.
EMPTY = Document("X", "T", "", (), "id", ())


def _report() -> Document:
    from tests.report.a_document import document

    return document(parts=5)


def _drawn(folder: str) -> Drawn:
    """Return what gives the pictures; the first contestant of a run draws them into its folder."""
    drawn = {}
    for picture in pictures(_report()):
        file = Path(folder, f"{picture.code}.svg")
        if not file.exists():
            file.write_text(picture_svg(picture), encoding="utf-8")
        drawn[picture.code] = file.read_text(encoding="utf-8")

    def as_drawn(picture: Picture, size: str = "wide") -> str:  # noqa: ARG001 - as every maker asks
        return drawn[picture.code]

    return as_drawn


def pdf(folder: str) -> Work:
    """Make a PDF of pictures that are drawn already."""
    report, drawn = _report(), _drawn(folder)
    pdf_of(EMPTY, drawn)
    return lambda: {"bytes": len(pdf_of(report, drawn))}


def typst_alone(folder: str) -> Work:
    """Have Typst make the PDF of the same source."""
    drawn = _drawn(folder)
    source = source_of(_report(), drawn)
    pdf_of(EMPTY, drawn)
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
    return lambda: {"bytes": len(word_of(report, picture_svg))}


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
