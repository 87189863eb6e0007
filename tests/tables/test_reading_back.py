"""The same table is read back, however it was saved: every encoding, separator, heading and way to leave blanks out."""

import csv
import io
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from app.tables.cells import cell_fault, cleaned
from app.tables.opening import open_table
from app.tables.reading import Expected, Table
from app.tables.text import SEPARATORS

EXPECTED = Expected(("case_ref", "area", "law"), ("note", "seen"), {"case_id": "case_ref"})
NAMES = ("case_ref", "area", "law", "note", "seen")
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le-bom", "utf-16-be-bom", "cp1252")
Rows = Sequence[Sequence[str]]


@dataclass(frozen=True)
class Shape:
    """How a program saved a table."""

    encoding: str = "utf-8"
    separator: str = ","
    heading: Sequence[str] = NAMES
    above: Sequence[str] = ()
    sep_line: bool = False
    short: bool = False
    line_end: str = "\r\n"
    total: bool = False
    quote_all: bool = False


def saved(rows: Rows, shape: Shape) -> bytes:
    """Return a table as a program saves it."""
    out = io.StringIO()
    quoting: Literal[0, 1] = csv.QUOTE_ALL if shape.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(out, delimiter=shape.separator, lineterminator=shape.line_end, quoting=quoting)
    if shape.sep_line:
        out.write(f"sep={shape.separator}{shape.line_end}")
    for line in shape.above:
        out.write(line + shape.line_end)
    for row in (shape.heading, *rows):
        cells = list(row)
        while shape.short and len(cells) > 1 and not cells[-1]:
            cells.pop()
        writer.writerow(cells)
    if shape.total:
        writer.writerow(["Total", str(len(rows)), "", "", ""])
    text = out.getvalue()
    if shape.encoding.endswith("-bom"):
        return ("\ufeff" + text).encode(shape.encoding.removesuffix("-bom"))
    return text.encode(shape.encoding)


def read(data: bytes) -> tuple[Table, list[dict[str, str]]]:
    table = open_table(io.BytesIO(data), EXPECTED)
    return table, [dict(row.values) for row in table.rows()]


# What a reference, an area and a note may be: letters of Windows-1252, figures, and every separator.
LETTERS = "ABCxyz019 -_/.,;|\t'\"ÂÉéñŷ£§’"
WESTERN = "".join(c for c in LETTERS if c != "ŷ")


def words(alphabet: str, least: int) -> st.SearchStrategy[str]:
    text = st.text(alphabet, min_size=least, max_size=12).map(lambda t: t.strip(" \t"))
    return text.filter(lambda t: len(t) >= least and cell_fault(cleaned(t)) is None and cleaned(t) == t)


def tables(alphabet: str) -> st.SearchStrategy[Rows]:
    needed = words(alphabet.replace("\t", ""), 1)
    row = st.tuples(needed.map("C{}".format), needed, needed, words(alphabet.replace("\t", ""), 0), st.just(""))
    return st.lists(row, min_size=1, max_size=6)


@st.composite
def shapes(draw: st.DrawFn, encodings: Sequence[str]) -> Shape:
    heading = [draw(st.sampled_from([n, n.upper(), n.title().replace("_", " "), f" {n} "])) for n in NAMES]
    above = draw(
        st.lists(st.sampled_from(["", "Filings of September", '"Kent; Medway, North"', ";;;;", ",,,,"]), max_size=4)
    )
    return Shape(
        draw(st.sampled_from(encodings)),
        draw(st.sampled_from(SEPARATORS)),
        heading,
        above,
        sep_line=draw(st.booleans()),
        short=draw(st.booleans()),
        line_end=draw(st.sampled_from(["\n", "\r\n"])),
        total=draw(st.booleans()),
        quote_all=draw(st.booleans()),
    )


@given(tables(LETTERS), shapes(ENCODINGS[:-1]))
def test_a_table_is_read_back_however_it_was_saved(rows: Rows, shape: Shape) -> None:
    table, found = read(saved(rows, shape))
    assert [p.wrong for p in table.problems.kept] == []
    assert found == [dict(zip(NAMES, row, strict=True)) for row in rows]
    assert len(table.notes) == sum(any(map(str.isalnum, line)) for line in shape.above) + shape.total


@given(tables(WESTERN), shapes(ENCODINGS[-1:]))
def test_windows_1252_is_read_and_its_letters_are_there_to_look_at(rows: Rows, shape: Shape) -> None:
    table, found = read(saved(rows, shape))
    foreign = {cell for row in rows for cell in row if not cell.isascii()}
    if any(p.code == "E-ENCODING" for p in table.problems.kept):
        # Two letters together that are one of UTF-8: nobody can know which it is.
        assert foreign
        return
    assert found == [dict(zip(NAMES, row, strict=True)) for row in rows]
    assert set(table.western or ()) == foreign


def test_a_line_that_names_another_separator_than_the_file_has_does_no_harm() -> None:
    assert read(b"sep=;\ncase_ref,area,law\nC1,A,public\n")[1] == [{"case_ref": "C1", "area": "A", "law": "public"}]


def test_separators_in_the_values_of_a_short_list_do_not_win() -> None:
    data = b"case_ref;area;law\nC1;1,5,2,7;a\nC2;2,5,2,7;a\nC3;3,5,2,7;a\n"
    assert read(data)[1][0] == {"case_ref": "C1", "area": "1,5,2,7", "law": "a"}


@pytest.mark.parametrize("heading_at", [0, 1, 7, 19])
def test_rows_are_named_as_the_spreadsheet_counts_them(heading_at: int) -> None:
    data = "A title\n" * heading_at + "case_ref,area,law\nC1,A,public\nC2,#REF!,public\n"
    table, _ = read(data.encode())
    [problem] = table.problems.kept
    assert (problem.row, problem.line) == (2, heading_at + 3)


def test_a_heading_below_the_first_twenty_lines_is_not_found() -> None:
    table, _ = read(("A title\n" * 20 + "case_ref,area,law\nC1,A,public\n").encode())
    assert {p.code for p in table.problems.kept} == {"E-COLUMN"}


def book(rows: Sequence[Sequence[object]], formats: dict[tuple[int, int], str]) -> bytes:
    """Return a spreadsheet; some of its cells have a number format."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out) as workbook:
        sheet = workbook.add_worksheet()
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                form = formats.get((r, c))
                sheet.write(r, c, value, workbook.add_format({"num_format": form}) if form else None)
    return out.getvalue()


@pytest.mark.parametrize(
    ("form", "number", "seen"),
    [
        ("00000", 123, "00123"),
        ("00000", 1234567, "1234567"),
        ('"EMP"0000', 7, "EMP0007"),
        ("000-000", 12345, "012-345"),
        ("00\\/00", 1234, "12/34"),
        ("General", 123, "123"),
        ("0", 123, "123"),
        ("#,##0", 1234567, "1234567"),
        ("0.00E+00", 201412000123, "201412000123"),
        ("000;-000", 5, "005"),
    ],
)
def test_a_number_is_read_as_its_format_shows_it(form: str, number: int, seen: str) -> None:
    data = book([NAMES, [number, "A", "public", "", ""]], {(1, 0): form})
    assert read(data)[1] == [{"case_ref": seen, "area": "A", "law": "public", "note": "", "seen": ""}]


@pytest.mark.parametrize("places", [True, False])
def test_errors_of_a_spreadsheet_are_found_where_they_stand(places: bool) -> None:
    data = book([("Title",), (), NAMES, ["C1", "=1/0", "public"], ["C2", "A", "=NA()"]], {})
    names = zipfile.ZipFile(io.BytesIO(data))
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        for name in names.namelist():
            text = names.read(name)
            if name.endswith("sheet1.xml"):
                text = text.replace(b'<c r="B4"><f>1/0</f><v>0</v>', b'<c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v>')
                text = text.replace(b'<c r="C5"><f>NA()</f><v>0</v>', b'<c r="C5" t="e"><f>NA()</f><v>#N/A</v>')
                for place in () if places else (b"A4", b"B4", b"C4", b"A5", b"B5", b"C5"):
                    text = text.replace(b' r="' + place + b'"', b"")
            archive.writestr(name, text)
    table, _ = read(out.getvalue())
    found = {(p.line, p.column, p.value) for p in table.problems.kept}
    assert found == {(4, "area", "#DIV/0!"), (5, "law", "#N/A")}


def test_a_number_with_more_digits_than_a_spreadsheet_keeps_is_shown_cut_off() -> None:
    data = book([NAMES, [2014120000000001234, "A", "public"]], {})
    [row] = read(data)[1]
    assert row["case_ref"].startswith("2.0141200")
    assert "E+" in row["case_ref"]
