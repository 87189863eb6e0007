"""Drawing and checking from files alone.

The commands, spreadsheets, hostile files, and the script that the documentation prints.
"""

import csv
import json
import re
import subprocess
import sys
import zipfile
from io import BytesIO, StringIO
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.sampling import checking, uploads
from app.sampling.columns import Allowed
from app.sampling.reading import FrameReading
from app.tables.workbook import guard
from app.tables.writing import csv_text
from tests.sampling.test_draw import DATA
from tests.sampling.test_reading import ALLOWED, BAD
from tests.world import FRAME_HEAD, ROOT, frame_csv

SEED = "8842 1907 3356 0241 7719"
NOVEMBER = DATA / "november-2014" / "frame.csv"
Workbook = list[list[object]]


def drawn(folder: Path, frame: Path = NOVEMBER, *options: str) -> tuple[Path, Path]:
    out, receipt = folder / "sample.csv", folder / "receipt.json"
    assert main(["sample", str(frame), "--seed", SEED, "--out", str(out), "--receipt", str(receipt), *options]) == 0
    return out, receipt


@pytest.fixture(scope="module")
def receipt_of_november(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Return the receipt of a draw from the reference frame, drawn once."""
    _, receipt = drawn(tmp_path_factory.mktemp("drawn"))
    found: dict[str, Any] = json.loads(receipt.read_text())
    return found


def test_a_receipt_is_repeated_and_holds(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, receipt = drawn(tmp_path, NOVEMBER, "--reserves", str(tmp_path / "reserves.csv"))
    assert (
        json.loads(receipt.read_text())["selection_sha256"]
        == "121fe87011a82d836b8cce3bd77fce7af1a8ce231d038a1bb1274bd9eb7c723d"
    )
    with out.open(encoding="utf-8") as file:
        sample = list(csv.DictReader(file))
    assert len(sample) == 577
    with (tmp_path / "reserves.csv").open(encoding="utf-8") as file:
        reserves = list(csv.DictReader(file))
    assert {r["practitioner_id"] for r in reserves}.isdisjoint({r["practitioner_id"] for r in sample})
    assert len({r["practitioner_id"] for r in reserves}) == 577
    assert main(["verify-sample", str(NOVEMBER), str(receipt)]) == 0
    assert "The same: 577 cases" in capsys.readouterr().out


EDITS: dict[str, tuple[Any, str]] = {
    "the number drawn": (lambda r: r | {"drawn": 576}, "drawn: the receipt says 576, the draw gives 577."),
    "the seed": (lambda r: r | {"seed": r["seed"] | {"text": "another seed of twenty"}}, "selection_sha256: "),
    "the fraction": (lambda r: r | {"config": r["config"] | {"fraction": "1/3"}}, "config_sha256: "),
    "the frame": (lambda r: r | {"frame": r["frame"] | {"sha256": "0" * 64}}, "frame.sha256: the receipt says 000"),
    "a margin": (
        lambda r: r | {"margins": [{**r["margins"][0], "expected": "578"}, *r["margins"][1:]]},
        "margins[0].expected: the receipt says 578",
    ),
    "a stratum": (
        lambda r: r | {"groups": r["groups"][1:]},
        "groups: the receipt says 245 entries, the draw gives 246 entries.",
    ),
    "a witness": (lambda r: r | {"seed": r["seed"] | {"witnesses": ["Nobody"]}}, "receipt_sha256: "),
    "nothing of it": (lambda _: {}, "method: this is no receipt"),
    "a list": (lambda _: [1], "method: this is no receipt"),
    "half of it": (lambda r: {k: v for k, v in r.items() if k != "config"}, "The receipt is not complete"),
}


@pytest.mark.parametrize("edit", EDITS)
def test_an_edited_receipt_is_refused_with_the_first_difference(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], receipt_of_november: dict[str, Any], edit: str
) -> None:
    change, said = EDITS[edit]
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(change(receipt_of_november)))
    capsys.readouterr()
    assert main(["verify-sample", str(NOVEMBER), str(receipt)]) == 1
    assert said in capsys.readouterr().err


def test_a_frame_that_was_changed_is_noticed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], receipt_of_november: dict[str, Any]
) -> None:
    receipt = tmp_path / "receipt.json"
    receipt.write_text(json.dumps(receipt_of_november))
    changed = tmp_path / "frame.csv"
    changed.write_text(NOVEMBER.read_text().replace("2014-09-12", "2014-09-11", 1))
    assert main(["verify-sample", str(changed), str(receipt)]) == 1
    assert "frame.sha256" in capsys.readouterr().err


def test_the_script_of_the_documentation_draws_the_same(tmp_path: Path) -> None:
    page = (ROOT / "docs" / "check-a-sample.md").read_text(encoding="utf-8")
    script = re.search(r"```python\n(.*?)```", page, re.DOTALL)
    assert script is not None
    assert len([line for line in script.group(1).splitlines() if line.strip()]) <= 120
    (tmp_path / "check.py").write_text(script.group(1), encoding="utf-8")
    for options in (
        (),
        ("--law-rule", "latest"),
        ("--fraction", "7/20"),
        ("--fraction", "1/3", "--law-rule", "latest"),
        ("--total", "300", "--cases", "3"),
        ("--each-area", "10", "--area", "A3=1/2"),
        ("--employment", "agency=1"),
    ):
        _, receipt = drawn(tmp_path, NOVEMBER, *options)
        done = subprocess.run(
            [sys.executable, tmp_path / "check.py", NOVEMBER, receipt], capture_output=True, text=True, check=False
        )
        assert (done.returncode, "The same" in done.stdout) == (0, True), done.stderr
    edited = json.loads(receipt.read_text())
    receipt.write_text(json.dumps(edited | {"selection_sha256": "0" * 64}))
    done = subprocess.run(
        [sys.executable, tmp_path / "check.py", NOVEMBER, receipt], capture_output=True, text=True, check=False
    )
    assert done.returncode == 1


def workbook(rows: Workbook, *, name: str = "Sheet1", more: dict[str, bytes] | None = None) -> bytes:
    """Return a spreadsheet as small as one can be."""
    cells = "".join(
        f'<row r="{r}">{"".join(_cell(value, r, c) for c, value in enumerate(row))}</row>'
        for r, row in enumerate(rows, 1)
    )
    main_ns, rel = (
        "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
        "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
    )
    package = "http://schemas.openxmlformats.org/package/2006"
    office = "application/vnd.openxmlformats"
    types = f'<Default Extension="rels" ContentType="{office}-package.relationships+xml"/>'
    types += (
        f'<Override PartName="/xl/workbook.xml" ContentType="{office}-officedocument.spreadsheetml.sheet.main+xml"/>'
    )
    relations = (
        f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{rel}/%s" '
        'Target="%s"/></Relationships>'
    )
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types">{types}</Types>',
        "_rels/.rels": relations % ("officeDocument", "xl/workbook.xml"),
        "xl/workbook.xml": (
            f'<workbook xmlns="{main_ns}" xmlns:r="{rel}"><sheets><sheet name="{name}" sheetId="1" '
            'r:id="r1"/></sheets></workbook>'
        ),
        "xl/_rels/workbook.xml.rels": relations % ("worksheet", "worksheets/sheet1.xml"),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main_ns}"><sheetData>{cells}</sheetData></worksheet>',
    }
    out = BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, text in parts.items():
            archive.writestr(path, text)
        for path, content in (more or {}).items():
            archive.writestr(path, content)
    return out.getvalue()


def _cell(value: object, row: int, column: int) -> str:
    place = f"{chr(65 + column)}{row}"
    return (
        f'<c r="{place}"><v>{value}</v></c>'
        if isinstance(value, int | float)
        else f'<c r="{place}" t="inlineStr"><is><t>{value}</t></is></c>'
    )


def checked(folder: Path, data: bytes, *, sheet: str = "", allowed: Allowed = ALLOWED) -> FrameReading:
    """Have a file checked in a process of its own, as a page does."""
    upload = uploads.set_aside(folder, BytesIO(data), "frame.xlsx")
    checking.start(upload, checking.Order(allowed, sheet))
    checking.wait(upload, 60)
    found = checking.outcome(upload)
    assert isinstance(found, FrameReading)
    uploads.remove(upload)
    return found


def sheet_rows() -> Workbook:
    return [list(line.split(",")) for line in frame_csv().decode().strip().split("\n")]


def test_a_spreadsheet_holds_the_same_as_its_csv(tmp_path: Path) -> None:
    plain, book = checked(tmp_path, frame_csv()), checked(tmp_path, workbook(sheet_rows()))
    assert book.problems == []
    assert (book.sha256, book.rows, book.counts) == (plain.sha256, 40, plain.counts)
    assert list(book.filings()) == list(plain.filings())


def test_numbers_in_a_spreadsheet_are_what_a_person_sees(tmp_path: Path) -> None:
    rows = sheet_rows()[:2]
    rows[1][0], rows[1][1] = 20140012, 17.0
    assert [f[:2] for f in checked(tmp_path, workbook(rows)).filings()] == [("20140012", "17")]


def test_a_sheet_is_found_by_its_name(tmp_path: Path) -> None:
    book = workbook(sheet_rows(), name="Filings")
    assert checked(tmp_path, book, sheet="Filings").problems == []
    missing = checked(tmp_path, book, sheet="Other")
    assert [(p.code, p.value) for p in missing.problems] == [("E-SHEET", "Other")]
    assert "Filings" in missing.problems[0].allowed


FAR = '<worksheet><sheetData><row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
HOSTILE: dict[str, bytes] = {
    "one cell far away": workbook([], more={"xl/worksheets/sheet2.xml": FAR.encode()}),
    "a document definition": workbook(
        [], more={"xl/worksheets/sheet2.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet/>'}
    ),
    "too many parts": workbook([], more={f"xl/media/{n}": b"" for n in range(2001)}),
    "a way out": workbook([], more={"../../etc/passwd": b"x"}),
    "no sheet": b"PK\x03\x04" + bytes(100),
    "cut off": workbook(sheet_rows())[:400],
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_spreadsheet_is_refused_before_a_library_reads_it(tmp_path: Path, name: str) -> None:
    assert guard(BytesIO(HOSTILE[name])) is not None
    found = checked(tmp_path, HOSTILE[name])
    assert [p.code for p in found.problems] == ["E-KIND"]


def test_a_bomb_is_counted_while_it_is_unpacked() -> None:
    bomb = BytesIO()
    with (
        zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("xl/worksheets/sheet1.xml", "w") as part,
    ):
        for _ in range(5):
            part.write(b" " * (1 << 20))
    bomb.seek(0)
    assert bomb.getbuffer().nbytes < 20_000
    assert "unpacks to far more" in (guard(bomb, most_bytes=4 << 20) or "")
    assert guard(bomb) is None


@pytest.mark.parametrize("name", BAD)
def test_a_process_of_its_own_finds_what_is_wrong_too(tmp_path: Path, name: str) -> None:
    data, code, place = BAD[name]
    found = checked(tmp_path, data)
    if code != "E-KIND":
        assert (code, place) in [(p.code, (p.row, p.column)) for p in found.problems]
    assert found.total_problems > 0
    assert found.parts == []


def test_a_check_that_is_killed_is_a_problem_of_the_file(tmp_path: Path) -> None:
    upload = uploads.set_aside(tmp_path, BytesIO((FRAME_HEAD + "x" * 100).encode() * 20_000), "frame.csv")
    checking.start(upload, checking.Order(ALLOWED))
    checking._running[upload.token].kill()
    checking.wait(upload, 30)
    found = checking.outcome(upload)
    assert isinstance(found, FrameReading)
    assert [p.code for p in found.problems] == ["E-READ"]
    assert uploads.find(tmp_path, upload.token) is not None
    uploads.remove(upload)
    assert uploads.find(tmp_path, upload.token) is None


def test_no_cell_that_we_write_is_run_by_a_spreadsheet() -> None:
    cells = ("=1+1", "+1", "-1", "@x", "\tx", "plain", "a=b", 5)
    assert next(csv.reader(StringIO(csv_text(["a"], [cells]).split("\n", 1)[1]))) == [
        "'=1+1",
        "'+1",
        "'-1",
        "'@x",
        "'\tx",
        "plain",
        "a=b",
        "5",
    ]
    assert csv_text(["a"], [("=1",)], exact=True) == "a\n=1\n"
