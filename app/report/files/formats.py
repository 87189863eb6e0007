"""The files that a document can be had as: what each is for, and who makes it."""

from dataclasses import dataclass
from enum import StrEnum

from app.documents import Document, Picture
from app.pictures import svg_of
from app.report.files.sizes import Drawn


class Format(StrEnum):
    """A kind of file, by the word of the command line."""

    PDF = "pdf"
    DOCX = "docx"
    XLSX = "xlsx"
    HTML = "html"
    CSV = "csv"

    @property
    def about(self) -> "About":
        """Return what people are told of the kind, and what programs are."""
        return _ABOUT[self]


@dataclass(frozen=True, slots=True)
class About:
    """A kind of file: its name, what it is good for, the end of its file name, and its type on the web."""

    label: str
    use: str
    extension: str
    media_type: str


# A pack is for reading; its tables are small, and its figures are the report's.
PACK_FORMATS = (Format.PDF, Format.DOCX, Format.HTML)
_OFFICE = "application/vnd.openxmlformats-officedocument."
_ABOUT = {
    Format.PDF: About("PDF", "To read, print and send. Made for screen readers too.", "pdf", "application/pdf"),
    Format.DOCX: About(
        "Word document",
        "To edit, or to copy parts of into other papers.",
        "docx",
        f"{_OFFICE}wordprocessingml.document",
    ),
    Format.XLSX: About(
        "Spreadsheet", "To work with the numbers: one table on each sheet.", "xlsx", f"{_OFFICE}spreadsheetml.sheet"
    ),
    Format.HTML: About(
        "Web page in one file", "To read in any browser, also without a connection.", "html", "text/html; charset=utf-8"
    ),
    Format.CSV: About(
        "CSV and JSON in a zip", "For programs: each table as CSV, the whole report as JSON.", "zip", "application/zip"
    ),
}


def file_of(document: Document, kind: Format, drawn: Drawn) -> bytes:
    """Return a document as a file; the same document gives the same bytes."""
    # Each library takes a while to load and is needed for its own kind of file only.
    match kind:
        case Format.PDF:
            from app.report.files.pdf import pdf_of as make  # noqa: PLC0415
        case Format.DOCX:
            from app.report.files.word.writing import word_of as make  # noqa: PLC0415
        case Format.XLSX:
            from app.report.files.sheets import workbook_of as make  # noqa: PLC0415
        case Format.HTML:
            from app.report.files.single_page import page_of as make  # noqa: PLC0415
        case Format.CSV:
            from app.report.files.bundle import bundle_of as make  # noqa: PLC0415
    return make(document, drawn)


def picture_svg(picture: Picture, size: str = "wide") -> str:
    """Return a picture as files show it: wide on paper, narrow on a telephone."""
    return svg_of(picture.narrow if size == "narrow" else picture.wide)
