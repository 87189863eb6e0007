"""The files of a document, read back: their structure, their words, and what becomes of hostile text."""

import csv
import io
import json
import re
import zipfile
from collections.abc import Iterator
from functools import cache
from itertools import pairwise
from typing import Any

import docx
import pikepdf
import pytest
from docx.oxml.ns import qn
from hypothesis import given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook

from app.documents import Column, Document, Kind, Prose, Row, Section, Sentences, Table, all_sections
from app.report.files.formats import Format, file_of, picture_svg
from app.report.files.glyphs import _drawn, breakable, drawable, lines, millimetres, undrawn
from app.report.files.names import distinct, plain_name
from app.report.files.passages import LONGEST_LINK, Listing, Paragraph, Quotation, Run, passages
from app.report.files.sizes import ACROSS, ACROSS_WIDE, BESIDE, DOWN_AT_MOST, fitted, is_wide, paged, picture_size
from tests.report.a_document import HOSTILE, document, hostile, wide_table


@cache
def made(kind: Format, *, bad: bool = False) -> bytes:
    """Return a file of the report of November 2014, or of the hostile document."""
    return file_of(hostile() if bad else document(), kind, picture_svg)


@pytest.mark.parametrize("kind", list(Format))
def test_the_same_document_gives_the_same_bytes(kind: Format) -> None:
    assert made(kind) == file_of(document(), kind, picture_svg)


@pytest.mark.parametrize("kind", list(Format))
def test_a_document_of_nothing_is_a_file_all_the_same(kind: Format) -> None:
    assert file_of(Document("X", "T", "", (), "id", ()), kind, picture_svg)


# PDF


def tags(pdf: pikepdf.Pdf) -> Iterator[tuple[str, Any]]:
    """Yield the elements of a PDF's structure, in reading order."""

    def walk(node: Any) -> Iterator[tuple[str, Any]]:
        if isinstance(node, pikepdf.Array):
            for each in node:
                yield from walk(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            yield str(node.S), node
            yield from walk(node.get("/K"))

    yield from walk(pdf.Root.StructTreeRoot.K)


def test_a_pdf_says_what_it_is_and_promises_to_be_readable() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF))) as pdf:
        assert str(pdf.Root.Lang) == "en-GB"
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as said:
            assert said["pdfuaid:part"] == "1"
            assert said["dc:title"] == "National audit of casework"


def test_a_pdf_has_headings_in_order_alternatives_lists_and_header_cells() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF))) as pdf:
        found = list(tags(pdf))
        names = [name for name, _ in found]
        levels = [int(name[2]) for name in names if re.fullmatch(r"/H\d", name)]
        assert levels[0] == 1
        assert all(after <= before + 1 for before, after in pairwise(levels))
        assert [str(node.Alt) for name, node in found if name == "/Figure"] == [
            "Bars of the share of Good in each area."
        ]
        scopes = [str([a.get("/Scope") for a in node.A]) for name, node in found if name == "/TH"]
        assert (sum("/Column" in s for s in scopes), sum("/Row" in s for s in scopes)) == (8 + 14, 19 + 18)
        assert {"/Title", "/TOC", "/Table", "/Caption", "/L", "/Link"} <= set(names)


def test_every_row_of_a_table_has_one_heading_and_cells_that_no_heading_is_named_for() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF))) as pdf:
        bodies = [node for name, node in tags(pdf) if name == "/TBody"]
        rows = [row for body in bodies for row in body.K]
        assert [[str(cell.S) for cell in row.K][:2] for row in rows] == [["/TH", "/TD"]] * (19 + 18)
        cells = [cell for row in rows for cell in row.K]
        assert not any("/Headers" in a for cell in cells for a in cell.get("/A", ())), "scopes decide, not names"


def test_wide_tables_come_together_at_the_end_on_pages_on_their_side() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF))) as pdf:
        turned = [page.mediabox[2] > page.mediabox[3] for page in pdf.pages]
    assert turned == sorted(turned)
    assert turned.count(True) == 1
    last = paged(document()).sections[-1]
    assert (last.title, [block.title for block in last.blocks if isinstance(block, Table)]) == (
        "Wide tables",
        ["Figure 7. Grades by service area and law type"],
    )
    assert Sentences(["Figure 7. Grades by service area and law type: see Wide tables, at the end."]) in [
        block for _, section in all_sections(paged(document())) for block in section.blocks
    ]


def test_a_table_of_few_but_high_rows_goes_on_over_the_page_rather_than_over_itself() -> None:
    columns = [Column("Area", Kind.WORDS), *(Column(f"Verdict {n}", Kind.WORDS) for n in range(7))]
    rows = [Row([f"A{n}", *["at or above in the sample, but too few cases to be sure"] * 7]) for n in range(25)]
    text = Document("X", "T", "", (), "id", [Section("s", "Section", (Table("t", "Table", columns, rows),))])
    with pikepdf.open(io.BytesIO(file_of(text, Format.PDF, picture_svg))) as pdf:
        assert 3 <= len(pdf.pages) <= 4, "25 rows of seven lines each"


def test_short_words_of_a_table_stay_on_one_line_and_no_word_is_broken() -> None:
    columns = [
        Column("Area", Kind.WORDS),
        Column("95% interval", Kind.WORDS),
        Column("Practitioners"),
        Column("Verdict again", Kind.WORDS),
    ]
    fit = fitted(Table("t", "T", columns, [Row(["A1", "64% to 72%", 1, "w " * 200])]))
    assert fit.widths[1] >= millimetres("64% to 72%", fit.points) + 2 * BESIDE
    assert fit.widths[2] >= millimetres("Practitioners", fit.points, bold=True) + 2 * BESIDE


def test_the_widths_of_words_are_those_that_are_set() -> None:
    # Of Liberation Sans, as of Arial: a digit is 1139 of 2048 units wide, a space 569, a bold capital M 1706.
    assert millimetres("65 7", 72 / 25.4 * 2048) == pytest.approx(3 * 1139 + 569)
    assert millimetres("M", 72 / 25.4 * 2048, bold=True) == pytest.approx(1706)
    assert [lines(text, 30, 10) for text in ("", "one", "one two three four five six", "x" * 100)] == [1, 1, 2, 6]


def test_every_character_that_counts_as_drawn_is_drawn_by_all_faces() -> None:
    shown = "".join(chr(c) for c in sorted(_drawn()) if chr(c) not in "\\`*_[]<>&!\n\r")
    text = Document(
        "X",
        "T",
        "",
        (),
        "id",
        [Section("s", shown, (Sentences((shown,)), Prose("p", f"x **y{shown}y** *y{shown}y* x")))],
    )
    assert file_of(text, Format.PDF, picture_svg).startswith(b"%PDF")


def test_hostile_text_stays_text_in_a_pdf_and_in_word() -> None:
    with pikepdf.open(io.BytesIO(made(Format.PDF, bad=True))) as pdf:
        assert any(name == "/Figure" and str(node.Alt) == HOSTILE[3] for name, node in tags(pdf))
        assert "/JavaScript" not in str(pdf.Root.keys())
    file: Any = docx.Document(io.BytesIO(made(Format.DOCX, bad=True)))
    words = {p.text for p in file.paragraphs}
    assert {text for text in HOSTILE if text.isprintable()} <= words


def test_what_cannot_be_drawn_is_a_square_and_long_words_can_be_broken() -> None:
    assert drawable("Łódź ≥ 😀 \u202e\x07") == "Łódź ≥ □   "
    assert drawable("well\u2011run ✓ → عربي") == "well\u2011run ✓ → عربي", "a second family has what the first has not"
    assert undrawn(["😀 日", "😀", "A"]) == ["U+65E5 cjk unified ideograph-65e5", "U+1F600 grinning face"]
    assert breakable("a " + "x" * 45) == "a " + "\u200b".join(["x" * 10] * 4 + ["x" * 5])
    assert picture_size("<svg/>")[0] == pytest.approx(25.4 / 96)
    assert picture_size('<svg viewBox="0 0 100 9000">')[1] == pytest.approx(DOWN_AT_MOST)


@given(st.lists(st.tuples(st.sampled_from(Kind), st.integers(0, 300)), min_size=1, max_size=16))
def test_no_table_is_wider_than_its_page(columns: list[tuple[Kind, int]]) -> None:
    table = Table(
        "t", "T", [Column("x" * 5, kind) for kind, _ in columns], [Row(["y" * length for _, length in columns])]
    )
    assert sum(fitted(table).widths) <= (ACROSS_WIDE if is_wide(table) else ACROSS) + 0.01


def test_a_table_that_is_a_little_too_wide_stays_upright_and_one_of_long_words_too() -> None:
    upright = Table(
        "t", "T", [Column("Area", Kind.WORDS), *(Column("% Not Met") for _ in range(8))], [Row(["A1", *[1] * 8])]
    )
    assert (is_wide(upright), is_wide(wide_table()), is_wide(Sentences(()))) == (False, True, False)
    wordy = Table("t", "T", [Column("Theme", Kind.WORDS), Column("Cases")], [Row(["y" * 300, 1])])
    assert not is_wide(wordy)


# Prose


def test_prose_is_passages() -> None:
    found = passages(
        "One **two** *three* [four](https://example.org)  \nfive\nsix\n\n> quoted\n\n1. first\n\n   more\n   - "
        "inner\n2. second"
    )
    assert found[0] == Paragraph(
        [
            Run("One "),
            Run("two", bold=True),
            Run(" "),
            Run("three", italic=True),
            Run(" "),
            Run("four", link="https://example.org"),
            Run("\n"),
            Run("five"),
            Run(" "),
            Run("six"),
        ]
    )
    assert found[1] == Quotation([Paragraph([Run("quoted")])])
    inner = Listing(numbered=False, items=[[Paragraph([Run("inner")])]])
    assert found[2] == Listing(
        numbered=True,
        items=[[Paragraph([Run("first")]), Paragraph([Run("more")]), inner], [Paragraph([Run("second")])]],
    )
    assert passages(f"[a](http://x/{'y' * LONGEST_LINK})") == [Paragraph([Run("a")])]


# Word


def test_word_has_headings_lists_alternatives_and_repeated_table_headings() -> None:
    file: Any = docx.Document(io.BytesIO(made(Format.DOCX)))
    styles = [(p.style.name, p.text) for p in file.paragraphs]
    names = ["Overall", "Service areas", "By law type", "Wide tables"]
    assert [text for name, text in styles if name.startswith("Heading")] == names
    assert [text.split("\t")[0] for name, text in styles if name.startswith("toc")] == names
    assert ("Title", "National audit of casework") in styles
    assert ("List Bullet", "Children were seen") in styles
    assert ("List Number 2", "with families") in styles
    assert ("Quote", "We were listened to.") in styles
    assert [(len(t.rows), len(t.columns)) for t in file.tables] == [(20, 8), (19, 14)]
    assert all(t.rows[0]._tr.trPr.find(qn("w:tblHeader")) is not None for t in file.tables)
    assert [shape._inline.docPr.get("descr") for shape in file.inline_shapes] == [
        "Bars of the share of Good in each area."
    ]
    assert [s.orientation for s in file.sections] == [0, 1]
    kept = file.core_properties
    assert (kept.title, kept.language, kept.identifier) == (
        "National audit of casework",
        "en-GB",
        "NA-2014-11 final 3f9a2c117b60",
    )


def test_the_contents_of_a_word_file_say_on_which_page_each_section_is() -> None:
    file: Any = docx.Document(io.BytesIO(made(Format.DOCX)))
    listed = [p for p in file.paragraphs if p.style.name.startswith("toc")]
    pages = [int("".join(t.text for t in p._p.iter(qn("w:t")))[-1]) for p in listed]
    assert pages[:2] == [1, 2], "the picture of the second does not fit on the first page"
    assert pages[-1] == pages[1] + 1, "the wide tables have a page of their own"
    codes = [t.text.strip() for p in listed for t in p._p.iter(qn("w:instrText"))]
    assert codes[0].startswith("TOC ")
    marks = {str(m.get(qn("w:name"))) for m in file.element.body.iter(qn("w:bookmarkStart"))}
    assert {code.split()[1] for code in codes[1:]} == marks, "each page is a field that Word can find anew"


def test_numbered_lists_in_word_begin_at_one_each() -> None:
    text = Document("X", "T", "", (), "id", [Section("s", "S", (Prose("p", "1. a\n2. b\n\nx\n\n1. c"),))])
    file: Any = docx.Document(io.BytesIO(file_of(text, Format.DOCX, picture_svg)))
    numbers = [p._p.pPr.numPr.numId.val for p in file.paragraphs if p.style.name == "List Number"]
    assert numbers[0] == numbers[1] != numbers[2]


# Spreadsheet


def test_the_workbook_has_a_cover_contents_notes_and_one_table_a_sheet() -> None:
    book = CalamineWorkbook.from_filelike(io.BytesIO(made(Format.XLSX)))
    assert book.sheet_names == ["Cover", "Contents", "Notes", "figure-3", "figure-7"]
    rows = book.get_sheet_by_name("figure-3").to_python()
    assert rows[0][0] == "Figure 3. Grades by service area"
    assert rows[1][0] == "Identifier: NA-2014-11 final 3f9a2c117b60"
    head = next(n for n, row in enumerate(rows) if row[0] == "Service area")
    assert rows[head + 1][:4] == ["A1", 25, 16, 0.64]
    assert rows[-1][:2] == ["All areas", 577]
    wide = book.get_sheet_by_name("figure-7").to_python()
    assert [row[0] for row in wide if str(row[0]).startswith("[c] means")] == [
        "[c] means confidential: hidden so that nobody can be recognised."
    ]
    with zipfile.ZipFile(io.BytesIO(made(Format.XLSX))) as parts:
        assert sum("tables/table" in name for name in parts.namelist()) == 2
        assert not any(
            b"mergeCell" in parts.read(name) or b'hidden="1"' in parts.read(name) for name in parts.namelist()
        )


def test_nothing_hostile_becomes_a_formula_and_names_of_sheets_differ() -> None:
    with zipfile.ZipFile(io.BytesIO(made(Format.XLSX, bad=True))) as parts:
        assert not any(b"<f>" in parts.read(name) for name in parts.namelist())
    names = CalamineWorkbook.from_filelike(io.BytesIO(made(Format.XLSX, bad=True))).sheet_names
    assert len({name.casefold() for name in names}) == len(names) == 5
    assert max(map(len, names)) <= 31


def test_the_spreadsheet_rounds_nothing_again() -> None:
    table = Table(
        "t",
        "T",
        [Column("Measure", Kind.WORDS), Column("Days"), Column("Share", Kind.PERCENT)],
        [Row(["median", 2.5, 60.4]), Row(["all", 1154, 65])],
    )
    book = file_of(Document("X", "T", "", (), "id", [Section("s", "S", (table,))]), Format.XLSX, picture_svg)
    with zipfile.ZipFile(io.BytesIO(book)) as parts:
        styles = parts.read("xl/styles.xml").decode()
    assert 'formatCode="#,##0.0"' in styles
    assert 'formatCode="0.0%"' in styles


# CSV, JSON and HTML


def test_the_bundle_has_each_table_as_csv_and_all_of_it_as_json() -> None:
    with zipfile.ZipFile(io.BytesIO(made(Format.CSV))) as parts:
        assert parts.namelist() == [
            "README.txt",
            "tables/figure-3.csv",
            "tables/figure-7.csv",
            "figures.json",
            "document.json",
            "pictures/areas.svg",
        ]
        lines = list(csv.reader(io.StringIO(parts.read("tables/figure-3.csv").decode())))
        assert (lines[0][:2], lines[1][:4], len(lines)) == (["Service area", "Cases"], ["A1", "25", "16", "64"], 20)
        figures = json.loads(parts.read("figures.json"))
        assert figures["tables"]["figure-3"]["rows"][-1]["cells"][:2] == ["All areas", 577]
        assert json.loads(parts.read("document.json"))["title"] == "National audit of casework"
        said = parts.read("README.txt").decode()
    assert "Figure 3. Grades by service area" in said
    assert "[c]    confidential" in said


def test_no_cell_of_a_csv_is_run_by_a_spreadsheet() -> None:
    with zipfile.ZipFile(io.BytesIO(made(Format.CSV, bad=True))) as parts:
        texts = [parts.read(name).decode() for name in parts.namelist() if name.endswith(".csv")]
    cells = [cell for text in texts for line in csv.reader(io.StringIO(text)) for cell in line]
    assert "'=1+1" in cells
    assert [cell for cell in cells if cell.startswith(("=", "+", "-", "@"))] == []


def test_the_page_in_one_file_needs_nothing_and_runs_nothing() -> None:
    for bad in (False, True):
        text = made(Format.HTML, bad=bad).decode()
        assert "<script" not in text
        assert re.findall(
            r'(?:src|href)="(?!data:image|#|https://example.org/plans|http://example.org/x.png)([^"]*)"', text
        ) == ([""] if bad else [])
    assert made(Format.HTML).decode().count("<table") == 2


# Whatever people write

words = st.text(max_size=40) | st.sampled_from(HOSTILE)


@settings(max_examples=6, deadline=None)
@given(
    title=words,
    cells=st.lists(words, min_size=3, max_size=3),
    markdown=st.text(alphabet="ab *_-1.>#[]()!`~\n\\<&", max_size=120),
)
def test_any_text_can_be_in_any_file(title: str, cells: list[str], markdown: str) -> None:
    table = Table(title, title, [Column(cell, Kind.WORDS) for cell in cells], [Row(cells, total=True)], cells)
    given_ = Document(
        "X",
        f"T{title}",
        title,
        [(title, title)],
        title,
        [Section("s", f"S{title}", (table, Sentences(cells), Prose("p", markdown)))],
        title,
    )
    for kind in (Format.PDF, Format.DOCX, Format.XLSX):
        assert file_of(given_, kind, picture_svg)


@given(st.lists(st.text(max_size=8), max_size=6))
def test_names_are_plain_short_and_distinct(texts: list[str]) -> None:
    found = distinct([plain_name(text) for text in texts], taken=("a",), longest=5)
    assert all(re.fullmatch(r"[\w-]{1,5}", name) for name in found)
    assert len({name.casefold() for name in [*found, "A"]}) == len(texts) + 1
