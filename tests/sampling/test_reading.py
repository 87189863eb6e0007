"""Frames as people send them: what is wrong is listed whole, and the database stays as it was."""

import random
import re
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.accounts.actions import grant_role
from app.audit.filings.actions import lock_list
from app.cli import main
from app.db import Base
from app.people.enums import Role, Scope
from app.people.models import Person
from app.sampling.columns import Allowed
from app.sampling.lines import PART
from app.sampling.reading import read_frame
from tests.browser import plain
from tests.world import FRAME_HEAD, KEY, World, commission, frame_csv, the_audit

ALLOWED = Allowed(("A1", "A2"), ("public", "wafh", "wtfh"), ("B1", "B2"), (date(2026, 9, 1), date(2026, 10, 31)))
GOOD = "C-1,P-1,A1,public,B1,employed,2026-09-10,report\n"


def read(body: str | bytes, head: str = FRAME_HEAD) -> tuple[set[str], list[tuple[int | None, str]]]:
    """Return the codes of the problems, and where they are."""
    data = body if isinstance(body, bytes) else (head + body).encode()
    reading = read_frame(BytesIO(data), ALLOWED)
    assert reading.total_problems >= len(reading.problems)
    assert all(p.wrong and p.allowed for p in reading.problems)
    return {p.code for p in reading.problems}, [(p.row, p.column) for p in reading.problems]


BAD: dict[str, tuple[bytes, str, tuple[int | None, str]]] = {
    "missing columns": (b"case_ref,practitioner_id\nC,P\n", "E-COLUMN", (None, "filed_on")),
    "a column twice": ((FRAME_HEAD.strip() + ",case_ref\n").encode(), "E-COLUMN", (None, "case_ref")),
    "an unknown law type": (
        (FRAME_HEAD + GOOD.replace("public", "criminal")).encode(),
        "E-UNKNOWN-LAW",
        (1, "law_type"),
    ),
    "an unknown band": ((FRAME_HEAD + GOOD.replace("B1", "B9")).encode(), "E-UNKNOWN-BAND", (1, "performance_band")),
    "no band": ((FRAME_HEAD + GOOD.replace("B1", "")).encode(), "E-BAND-MISSING", (1, "performance_band")),
    "an unknown employment": (
        (FRAME_HEAD + GOOD.replace("employed", "friend")).encode(),
        "E-UNKNOWN-EMPLOYMENT",
        (1, "employment"),
    ),
    "a row twice": ((FRAME_HEAD + GOOD + GOOD).encode(), "E-DUP-ROW", (2, "case_ref")),
    "a filing twice, not quite the same": (
        (FRAME_HEAD + GOOD + GOOD.replace("employed", "agency")).encode(),
        "E-DUP-FILING",
        (2, "case_ref"),
    ),
    "a practitioner in two areas": (
        (FRAME_HEAD + GOOD + GOOD.replace("A1", "A2").replace("C-1", "C-2")).encode(),
        "E-TWO-AREAS",
        (1, "service_area"),
    ),
    "a practitioner in two bands": (
        (FRAME_HEAD + GOOD + GOOD.replace("B1", "B2").replace("C-1", "C-2")).encode(),
        "E-TWO-BANDS",
        (2, "performance_band"),
    ),
    "a date outside the window": (
        (FRAME_HEAD + GOOD.replace("2026-09-10", "2026-11-01")).encode(),
        "E-WINDOW",
        (1, "filed_on"),
    ),
    "a date that cannot be read": (
        (FRAME_HEAD + GOOD.replace("2026-09-10", "last Tuesday")).encode(),
        "E-DATE",
        (1, "filed_on"),
    ),
    "a day that does not exist": (
        (FRAME_HEAD + GOOD.replace("2026-09-10", "31/09/2026")).encode(),
        "E-DATE",
        (1, "filed_on"),
    ),
    "a blank reference": ((FRAME_HEAD + GOOD.replace("C-1", " ")).encode(), "E-BLANK", (1, "case_ref")),
    "a reference that is too long": ((FRAME_HEAD + GOOD.replace("C-1", "C" * 41)).encode(), "E-LONG", (1, "case_ref")),
    "a control character": ((FRAME_HEAD + GOOD.replace("C-1", "C\x07")).encode(), "E-CONTROL", (1, "case_ref")),
    "too few cells": ((FRAME_HEAD + "C-1,P-1\n").encode(), "E-BLANK", (1, "filed_on")),
    "a note below the rows": ((FRAME_HEAD + GOOD + "Exported on Monday\n").encode(), "E-CELLS", (2, "")),
    "too many cells": ((FRAME_HEAD + GOOD.replace("A1", "A1,Kent")).encode(), "E-CELLS", (1, "")),
    "quotes that never end": ((FRAME_HEAD + GOOD.replace("C-1", '"C-1')).encode(), "E-CSV", (None, "")),
    "no encoding that there is": ((FRAME_HEAD + GOOD.replace("C-1", "\x81")).encode("latin-1"), "E-ENCODING", (1, "")),
    "two encodings": (
        (FRAME_HEAD + GOOD.replace("C-1", "Gw\u00ean")).encode() + GOOD.replace("C-1", "Gw\u00ean").encode("cp1252"),
        "E-ENCODING",
        (2, ""),
    ),
    "utf-16 that breaks off": ((FRAME_HEAD + GOOD).encode("utf-16")[:-1], "E-ENCODING", (2, "")),
    "utf-32": ((FRAME_HEAD + GOOD).encode("utf-32"), "E-ENCODING", (None, "")),
    "nothing": (b"", "E-EMPTY", (None, "")),
    "blanks": (b" \n \n", "E-EMPTY", (None, "")),
    "a header alone": (FRAME_HEAD.encode(), "E-EMPTY", (None, "")),
    "a picture": (b"\x89PNG\r\n\x1a\n" + bytes(100), "E-KIND", (None, "")),
    "a spreadsheet": (b"PK\x03\x04" + bytes(100), "E-KIND", (None, "")),
    "zeros": (b"case_ref\x00", "E-KIND", (None, "")),
}


@pytest.mark.parametrize("name", BAD)
def test_what_is_wrong_is_named_by_row_and_column(name: str) -> None:
    data, code, place = BAD[name]
    codes, places = read(data)
    assert code in codes
    assert place in places


def test_everything_that_is_wrong_is_listed_at_once() -> None:
    codes, _ = read(GOOD + GOOD.replace("A1", "A2") + "C-2,P-2,A1,criminal,B9,friend,never,sonnet\n")
    assert codes == {
        "E-DUP-FILING",
        "E-TWO-AREAS",
        "E-UNKNOWN-LAW",
        "E-UNKNOWN-BAND",
        "E-UNKNOWN-EMPLOYMENT",
        "E-DATE",
        "E-UNKNOWN-DOCUMENT",
    }


def test_a_thousand_problems_are_listed_and_all_are_counted() -> None:
    rows = "".join(f"C-{n},P-{n},A1,criminal,B1,employed,2026-09-10,report\n" for n in range(1500))
    reading = read_frame(BytesIO((FRAME_HEAD + rows).encode()), ALLOWED)
    assert (len(reading.problems), reading.total_problems) == (1000, 1500)


@pytest.mark.parametrize(
    "shape",
    [
        "semicolons",
        "tabs",
        "a byte-order mark",
        "CRLF",
        "names with spaces and capitals",
        "other names",
        "columns in another order",
    ],
)
def test_files_as_people_save_them_are_read_alike(shape: str) -> None:
    plain_text = FRAME_HEAD + GOOD
    wanted = list(read_frame(BytesIO(plain_text.encode()), ALLOWED).filings())
    changed = {
        "semicolons": plain_text.replace(",", ";"),
        "tabs": plain_text.replace(",", "\t"),
        "a byte-order mark": "\ufeff" + plain_text,
        "CRLF": plain_text.replace("\n", "\r\n"),
        "names with spaces and capitals": plain_text.replace("case_ref", " Case Ref ").replace("law_type", "LAWTYPE"),
        "other names": plain_text.replace("case_ref", "case_id")
        .replace("filed_on", "filing_date")
        .replace("document_kind", "document_type"),
        "columns in another order": "\n".join(",".join(reversed(line.split(","))) for line in plain_text.splitlines())
        + "\n",
    }[shape]
    reading = read_frame(BytesIO(changed.encode()), ALLOWED)
    assert reading.problems == []
    assert list(reading.filings()) == wanted


@given(st.binary(max_size=400))
def test_no_bytes_are_a_fault(data: bytes) -> None:
    reading = read_frame(BytesIO(data), ALLOWED)
    assert reading.total_problems > 0


@given(st.lists(st.lists(st.text(max_size=12), min_size=8, max_size=8), min_size=1, max_size=5))
def test_no_text_is_a_fault(rows: list[list[str]]) -> None:
    body = "\n".join(",".join('"' + cell.replace('"', '""') + '"' for cell in row) for row in rows)
    read_frame(BytesIO((FRAME_HEAD + body).encode("utf-8", "surrogatepass")), ALLOWED)


def test_the_order_of_rows_does_not_matter() -> None:
    lines = frame_csv().decode().splitlines()
    shuffled = lines[1:]
    random.Random(1).shuffle(shuffled)
    one = read_frame(BytesIO(frame_csv()), ALLOWED)
    other = read_frame(BytesIO("\n".join([lines[0], *shuffled]).encode()), ALLOWED)
    assert (one.sha256, list(one.filings())) == (other.sha256, list(other.filings()))


# A process for each file takes time; what every kind of file leads to is tried without pages in test_files.py.
FEW = ("missing columns", "an unknown law type", "a practitioner in two areas", "two encodings", "nothing", "a picture")


def everything(world: World) -> dict[str, int]:
    """Return how many rows every table holds."""
    with world.database.reading() as session:
        return {
            t.name: session.execute(select(func.count()).select_from(t)).scalar_one()
            for t in Base.metadata.sorted_tables
        }


def test_the_page_lists_what_is_wrong_and_stores_nothing(world: World) -> None:
    commission(world, "T-FRAME")
    _on_it(world)
    analyst = world.browser("analyst")
    before = everything(world)
    # A file with other columns is mapped first (tests/audit/mapping).
    for data, _, (row, column) in (BAD[name] for name in FEW[1:]):
        page = analyst.post("/audits/T-FRAME/frame", files={"file": ("frame.csv", data, "text/csv")}, status=422)
        words = plain(page.text)
        assert "Nothing was stored" in words
        assert column in words
        assert row is None or re.search(rf"Rows? (\d+, )*{row + 1}\b", words)
        assert everything(world) == before


def _on_it(world: World) -> None:
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer("analyst").id)
        grant_role(session, person, Role.ANALYST, Scope.AUDIT, "T-FRAME", by=None)


def test_a_clean_file_is_shown_first_and_kept_on_confirmation(world: World) -> None:
    commission(world, "T-FRAME")
    _on_it(world)
    analyst = world.browser("analyst")
    before = everything(world)
    page = analyst.post("/audits/T-FRAME/frame", files={"file": ("september.csv", frame_csv(), "text/csv")})
    assert "40 Practitioners 20" in plain(page.text)
    assert everything(world) == before
    action = re.search(r'action="(/audits/T-FRAME/frame/[0-9a-f]{32}/keep)"', page.text)
    assert action is not None
    kept = analyst.post(action.group(1))
    assert "40 filings of 20 practitioners are imported" in plain(kept.text)
    assert everything(world) != before
    # Kept once more it takes its own place, until the list is locked; a token that nobody was given is nothing.
    assert "imported" in plain(analyst.post(action.group(1)).text)
    with world.database.writing() as session:
        lock_list(session, the_audit(session, "T-FRAME"), by=None)
    assert "can no longer change" in plain(analyst.post(action.group(1), status=409).text)
    for bad in ("../../etc/passwd", "0" * 32, "x"):
        analyst.post(f"/audits/T-FRAME/frame/{bad}/keep", status=404)


def test_no_file_at_all_is_a_form_with_an_error(world: World) -> None:
    commission(world, "T-FRAME")
    _on_it(world)
    page = world.browser("analyst").post("/audits/T-FRAME/frame", {"x": "1"}, status=422)
    assert "Choose the file with the list of filings" in plain(page.text)


def test_the_command_lists_what_is_wrong_and_stores_nothing(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    commission(world, "T-FRAME")
    monkeypatch.setenv("DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("CASEWORK_AUDIT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("CASEWORK_AUDIT_EVENT_KEY", KEY.decode())
    before = everything(world)
    for data, _, (row, column) in (BAD[name] for name in FEW):
        (tmp_path / "frame.csv").write_bytes(data)
        assert main(["import-frame", "T-FRAME", str(tmp_path / "frame.csv")]) == 1
        printed = capsys.readouterr()
        assert "Nothing was stored." in printed.err
        assert column in printed.err
        assert row is None or re.search(rf"rows? (\d+, )*{row}\b", printed.err)
        assert printed.out == ""
        assert everything(world) == before
    assert main(["import-frame", "T-FRAME", str(tmp_path / "no-such-file")]) == 1
    assert main(["import-frame", "NO-AUDIT", str(tmp_path / "frame.csv")]) == 1


@pytest.mark.parametrize("near", ["a1", "A 1", " a1"])
def test_an_area_that_is_nearly_known_is_not_taken(near: str) -> None:
    reading = read_frame(BytesIO((FRAME_HEAD + GOOD.replace("A1", near)).encode()), ALLOWED)
    assert [p.code for p in reading.problems] == ["E-UNKNOWN-AREA"]
    assert reading.new_areas == ()
    assert "A1?" in reading.problems[0].allowed


def test_an_area_that_is_new_is_noted_and_taken() -> None:
    reading = read_frame(BytesIO((FRAME_HEAD + GOOD.replace("A1", "North")).encode()), ALLOWED)
    assert (list(reading.problems), reading.new_areas) == ([], ("North",))


def test_two_kinds_of_employment_of_one_practitioner_are_named() -> None:
    other = GOOD.replace("employed", "agency").replace("C-1", "C-2")
    codes, places = read(GOOD + other)
    assert codes == {"E-TWO-EMPLOYMENTS"}
    assert places == [(1, "employment"), (2, "employment")]


@pytest.mark.parametrize("first", [PART - 2, PART - 1, PART, PART + 1])
def test_a_row_that_is_there_twice_is_found_wherever_blocks_meet(first: int) -> None:
    rows = [f"C-{n:06d},P-{n},A1,public,B1,employed,2026-09-10,report\n" for n in range(PART + 3)]
    codes, places = read("".join([*rows, rows[first]]))
    assert codes == {"E-DUP-ROW"}
    assert places == [(PART + 4, "case_ref")]
