"""Files of the same kinds that nobody had sent when the reader was written: each is read, or says why not."""

import io
from collections.abc import Sequence
from datetime import date, datetime, time

import pytest
import xlsxwriter

from app.people.kinds import SHIPPED
from app.sampling.columns import Allowed
from app.sampling.commands import EVER
from app.sampling.reading import FrameReading, read_frame

ALLOWED = Allowed((), SHIPPED.law_types.codes, (), EVER)
HEAD = "case_ref,practitioner_id,service_area,law_type,performance_band,employment,filed_on"
ROWS = [f"C{n},P{n},A{n % 2 + 1},public,B1,employed,2014-09-{n:02d}" for n in range(10, 16)]
CELLS = [line.split(",") for line in (HEAD, *ROWS)]


def text(*lines: str, end: str = "\r\n") -> str:
    return end.join(lines) + end


def days(form: str) -> str:
    """Return the list with its days written in another way."""
    return text(HEAD, *(row[:-10] + f"{date(2014, 9, int(row[-2:])):{form}}" for row in ROWS))


def read(data: bytes) -> FrameReading:
    return read_frame(io.BytesIO(data), ALLOWED)


WHOLE = text(HEAD, *ROWS)
TAKEN: dict[str, bytes] = {
    "Unicode text of a spreadsheet": WHOLE.replace(",", "\t").encode("utf-16"),
    "a tab named in the first line": text("sep=\t", WHOLE.replace(",", "\t")).encode(),
    "a separator named in quotation marks": text('"sep=;"', WHOLE.replace(",", ";")).encode(),
    "another separator named than there is": text("sep=;", WHOLE).encode(),
    "bars": WHOLE.replace(",", "|").encode(),
    "signs in the headings": WHOLE.replace("case_ref", "Case ref.")
    .replace("practitioner_id", "Practitioner-ID *")
    .encode(),
    "separators at the end of every line": text(*(f"{line},," for line in (HEAD, *ROWS))).encode(),
    "the headings once more on page two": text(HEAD, *ROWS[:3], HEAD, *ROWS[3:]).encode(),
    "blank lines between": text(HEAD, *ROWS[:3], "", ",,,,,,,", *ROWS[3:]).encode(),
    "a total": text(HEAD, *ROWS, "Total: ,6").encode(),
    "line ends of an old Macintosh": text(HEAD, *ROWS, end="\r").encode(),
    "two byte-order marks": b"\xef\xbb\xbf\xef\xbb\xbf" + WHOLE.encode(),
    "a byte-order mark within": text(HEAD, *ROWS[:3], "\ufeff" + ROWS[3], *ROWS[4:]).encode(),
    "a row of titles over the headings": text(",,,Case,,,", WHOLE).encode(),
    "names of months": days("%d-%b-%Y").encode(),
    "dots and a time": days("%d.%m.%Y 14:32").encode(),
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_is_read_as_the_plain_one_is(name: str) -> None:
    reading = read(TAKEN[name])
    assert [p.wrong for p in reading.problems] == []
    assert reading.sha256 == read(WHOLE.encode()).sha256


def changed(row: int, before: str, after: str) -> bytes:
    rows = [line.replace(before, after) if n == row else line for n, line in enumerate(ROWS)]
    return text(HEAD, *rows).encode()


REFUSED: dict[str, tuple[bytes, str]] = {
    "two encodings": (text(HEAD, *ROWS, ROWS[0].replace("C10", "Môn")).encode() + "Câ".encode("cp1252"), "E-ENCODING"),
    "years of two digits": (days("%d/%m/%y").encode(), "E-DATE"),
    "the month first": (days("%m/%d/%Y").encode(), "E-DATE-ORDER"),
    "numbers of days": (days("418%d").encode(), "E-DATE"),
    "identifiers with decimals": (changed(2, "P12", "12.0"), "E-CHANGED"),
    "no value": (changed(2, "P12", "NULL"), "E-NO-VALUE"),
    "a formula": (changed(2, "C12", "=HYPERLINK(1)|4"), "E-FORMULA"),
    "a column that was too narrow": (changed(2, "P12", "#########"), "E-ERROR"),
    "a letter that was lost": (changed(2, "A1", "M\ufffdn"), "E-LOST"),
    "a quotation mark that is never closed": (changed(2, "C12", '"C12'), "E-CSV"),
    "a note below": (text(WHOLE, "Exported 12/11/2014").encode(), "E-CELLS"),
    "rows in quotation marks": (text(*(f'"{line}"' for line in (HEAD, *ROWS))).encode(), "E-COLUMN"),
    "a web page": (b"<html><table><tr><td>case_ref</td></tr></table></html>", "E-KIND"),
    "an old spreadsheet": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "E-KIND"),
    "another format": (b'[{"case_ref": "C1", "practitioner_id": "P1"}]', "E-COLUMN"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_read_says_why(name: str) -> None:
    data, code = REFUSED[name]
    reading = read(data)
    assert code in {g.code for g in reading.groups}
    assert all(g.wrong and g.allowed for g in reading.groups)
    assert reading.parts == []


def book(rows: Sequence[Sequence[object]], form: str = "", *, before: Sequence[str] = (), old: bool = False) -> bytes:
    """Return a spreadsheet; its numbers and days have a format, other sheets stand before."""
    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"date_1904": old}) as workbook:
        for name in before:
            workbook.add_worksheet(name).write(0, 0, "Read me")
        sheet, shown = workbook.add_worksheet("Data"), workbook.add_format({"num_format": form or "General"})
        for r, row in enumerate(rows):
            for c, value in enumerate(row):
                sheet.write(r, c, value, None if isinstance(value, str) else shown)
    return out.getvalue()


def dated(*values: object) -> list[list[object]]:
    return [list(CELLS[0]), *([*row[:6], value] for row, value in zip(CELLS[1:], values, strict=False))]


DAYS = [datetime.combine(date(2014, 9, n), time(12, 10)) for n in range(10, 16)]


@pytest.mark.parametrize(
    "data",
    [
        book(dated(*DAYS), "dd/mm/yyyy"),
        book(dated(*DAYS), "dd/mm/yyyy", old=True),
        book([[]] * 3 + [["", "", *row] for row in CELLS]),
    ],
)
def test_a_spreadsheet_is_read_as_the_plain_file_is(data: bytes) -> None:
    reading = read(data)
    assert [p.wrong for p in reading.problems] == []
    assert reading.sha256 == read(WHOLE.encode()).sha256


def test_a_list_on_another_sheet_is_told_of() -> None:
    [found, *_] = read(book(CELLS, before=["Notes"])).groups
    assert (found.code, "Data" in found.allowed) == ("E-SHEET", True)


def test_a_time_alone_and_a_number_are_no_days() -> None:
    assert {g.code for g in read(book(dated(*[time(12, 10)] * 6), "hh:mm")).groups} == {"E-DATE"}
    [group] = read(book(dated(*[41884] * 6))).groups
    assert "2 September 2014 counted from 1900, or 3 September 2018" in group.wrong


def test_lost_zeros_and_blanks_of_another_kind_are_looked_at() -> None:
    rows = [row.replace("P1", "001") for row in ROWS[:3]] + [row.replace("P1", "1") for row in ROWS[:3]]
    rows = [row.replace("A1", "Kent\u00a0East").replace("A2", "Kent-East") for row in rows]
    found = {w.kind: w.examples for w in read(text(HEAD, *rows).encode()).warnings}
    assert found["W-ID-ALIKE"] == ("0010 and 10", "0011 and 11", "0012 and 12")
    assert found["W-ALIKE"] == ("Kent East and Kent-East",)
