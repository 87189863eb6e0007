"""The pages of files: how full they are, that nothing on them is missing, and what each says of itself."""

import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import docx
import pikepdf
import pytest
from python_calamine import CalamineWorkbook

from app.documents import Block, Document, Section, Sentences, tables
from app.report.document.about import BOXES
from app.report.document.assembled import PICTURES
from app.report.document.sections import first_page, sections
from app.report.files.formats import Format, file_of, picture_svg
from app.report.files.pdf import TEMPLATE, source_of
from tests.report.document.test_sections import ABOUT, RIGHT
from tests.report.figures.test_figures import BASIS

HASH = "d84f584ad1991fb27a64218440f6e265180296e60e671c69da4df6cb359eb30b"
IMPRINT = (
    ("Published by", "National Improvement Service, on 13 January 2015"),
    ("Signed off by", "Morgan Ellery, audit lead, on 13 January 2015"),
    ("Whom to ask", "audit@example.org"),
)
# What was written in the boxes that the report of the time filled, as long as they were there.
LIST = "- Plans are started in time, are kept up to date and say what was done and why\n"
WRITTEN = {
    "strengths": LIST * 9,
    "advice": LIST * 12,
    "recommendations": LIST * 9,
    "conclusion": "Every figure of this audit is better than that of the audit before it. " * 14,
    "next-steps": "Three thematic audits follow. " * 6 + "\n\n" + LIST * 3,
}


@cache
def november() -> Document:
    """Return the report of November 2014 with every picture, as it is published."""
    drawn = {code: [p for make in makers if (p := make(BASIS, RIGHT))] for code, makers in PICTURES.items()}
    about = replace(ABOUT, pictures=drawn, prose=WRITTEN)
    return Document(
        "NA-2014-11",
        "National audit, November 2014",
        "Report of the audit",
        first_page(about),
        HASH,
        sections(BASIS, RIGHT, about),
        "Official-sensitive",
        IMPRINT,
    )


@cache
def made(kind: Format) -> bytes:
    return file_of(november(), kind, picture_svg)


# The origin of the page's number is below this, all else above, in points.
FOOT = 56.0
FULL = 2 / 3


def filled(pdf: pikepdf.Pdf) -> Iterator[float]:
    """Yield how far down the words of each page go, in parts of its height: each is placed by a matrix of its own."""
    for page in pdf.pages:
        high = float(page.mediabox[3])
        scale, up, outside, found = 1.0, 0.0, [], [high]
        for step in pikepdf.parse_content_stream(page):
            operands: Any = step.operands
            match str(step.operator):
                case "q":
                    outside.append((scale, up))
                case "Q":
                    scale, up = outside.pop()
                case "cm":
                    scale, up = scale * float(operands[3]), up + scale * float(operands[5])
                case "Tm":
                    found.append(up + scale * float(operands[5]))
        yield 1 - min(y for y in found if y > FOOT) / high


def test_the_report_of_2014_is_short_upright_and_its_pages_are_full() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF))) as pdf:
        pages = list(filled(pdf))
        assert all(page.mediabox[2] < page.mediabox[3] for page in pdf.pages)
    assert 10 <= len(pages) <= 16
    assert [(n, round(full, 2)) for n, full in enumerate(pages[:-1], 1) if full < FULL] == []


def test_pages_are_full_however_many_areas_there_are() -> None:
    for count in (5, 11, 25):
        table = next(table for table in tables(november()) if table.code == "grades-by-area")
        rows = (list(table.rows[:-1]) * 2)[:count]
        part: list[Block] = [Sentences(("Some sentence.",) * 5), replace(table, rows=[*rows, table.rows[-1]])]
        text = replace(november(), sections=[Section(f"s{n}", f"Section {n}", part) for n in range(9)])
        with pikepdf.open(io.BytesIO(file_of(text, Format.PDF, picture_svg))) as pdf:
            pages = list(filled(pdf))
        assert [(n, round(full, 2)) for n, full in enumerate(pages[:-1], 1) if full < FULL] == [], count


def words_of(kind: Format) -> list[str]:
    """Return the texts of a file, a paragraph, a cell or a line each."""
    match kind:
        case Format.DOCX:
            file: Any = docx.Document(io.BytesIO(made(kind)))
            feet = [p for s in file.sections for p in s.footer.paragraphs]
            cells = [c.text for t in file.tables for row in t._tbl.tr_lst for c in row.tc_lst for c in c.p_lst]
            return [p.text for p in (*file.paragraphs, *feet)] + cells
        case Format.XLSX:
            book = CalamineWorkbook.from_filelike(io.BytesIO(made(kind)))
            return [
                str(c) for name in book.sheet_names for row in book.get_sheet_by_name(name).to_python() for c in row
            ]
        case Format.CSV:
            with zipfile.ZipFile(io.BytesIO(made(kind))) as parts:
                return parts.read("README.txt").decode().splitlines()
        case _:
            text = re.sub(r"<style>.*?</style>", "", made(kind).decode(), flags=re.DOTALL)
            return [w.strip() for w in re.split(r"<[^>]*>", text)]


@pytest.mark.parametrize("kind", [Format.DOCX, Format.XLSX, Format.CSV, Format.HTML])
def test_every_file_says_who_stands_behind_it_and_the_whole_identifier_once(kind: Format) -> None:
    said = words_of(kind)
    assert sum(text.count(HASH) for text in said) == 1
    for name, value in IMPRINT:
        assert any(name in text for text in said)
        assert any(value in text for text in said)
    if kind is not Format.CSV:
        assert sum(HASH[:12] in text for text in said) >= 2, "a short one where tables may go on their own"


def test_a_pdf_is_told_the_same_and_has_the_short_identifier_at_the_foot() -> None:
    told = json.loads(source_of(november(), picture_svg))
    assert [told["facts"][-4:], told["short"]] == [[*map(list, IMPRINT), ["Identifier", broken(HASH)]], HASH[:12]]
    assert "data.short" in TEMPLATE.read_text()


def broken(text: str) -> str:
    return "\u200b".join(re.findall(".{1,10}", text))


def test_what_no_font_has_is_named_on_the_first_page() -> None:
    text = replace(november(), title="✓ النص well\u2011run 😀", sections=())
    told = json.loads(source_of(text, picture_svg))
    assert told["title"] == "✓ النص well\u2011run □"
    assert told["marks"] == [["□", "a character that this file’s fonts do not have: U+1F600 grinning face"]]
    with pikepdf.open(io.BytesIO(file_of(text, Format.PDF, picture_svg))) as pdf:
        fonts = {str(f["/BaseFont"]).partition("+")[2] for page in pdf.pages for f in page.Resources.Font.values()}
    assert "DejaVuSans-Bold" in fonts


def test_a_list_of_cases_is_not_in_the_contents() -> None:
    cases = [Section(f"c{n}", f"Case C{n}", [Sentences(("Graded Good.",))]) for n in range(5)]
    text = replace(november(), sections=[Section("each", "Case by case", (), cases, parts_listed=False)])
    file: Any = docx.Document(io.BytesIO(file_of(text, Format.DOCX, picture_svg)))
    assert [p.text.split("\t")[0] for p in file.paragraphs if p.style.name.startswith("toc")] == ["Case by case"]
    html = file_of(text, Format.HTML, picture_svg).decode()
    assert html.count("Case C3") == 1
    assert 'href="#c3"' not in html


def test_the_page_in_one_file_has_each_picture_for_a_telephone_too() -> None:
    html = made(Format.HTML).decode()
    assert html.count("<source") == html.count("<img") >= 8
    assert html.count('media="(max-width: 40em)"') == html.count("<source")


def test_the_boxes_of_this_report_are_boxes() -> None:
    assert set(WRITTEN) <= set(BOXES)
