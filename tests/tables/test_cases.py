"""Small exports as case systems and spreadsheets make them: each gives the right filings, or what would make it so."""

from pathlib import Path

import pytest

from app.audit.thresholds.loading import load_file
from app.earlier.reading import read_results
from app.sampling.commands import read_any_frame
from app.sampling.population import Filing
from tests.world import ROOT

CASES = Path(__file__).parent / "cases"
LAWS = ("public", "wafh")


def filing(n: int, *, ref: str = "C{:03d}", who: str = "P{:03d}") -> Filing:
    """Return the nth filing as the files have it."""
    area, law = f"A{2 - (n - 1) % 2}", LAWS[n % 2]
    return Filing(ref.format(n), who.format(n), area, law, "B1", "employed", f"2014-09-{n + 1:02d}", "other")


PLAIN = [filing(n) for n in range(1, 9)]
TAKEN = {
    "datetime-cells.xlsx": PLAIN,
    "leading-blank-line.csv": PLAIN,
    "midnight-datetimes.csv": PLAIN,
    "sep-line.csv": PLAIN,
    "ragged-last-blank.csv": PLAIN,
    "leading-zero-format.xlsx": [
        filing(n)._replace(case_ref=f"{n + 122:05d}", practitioner_id=f"{n + 6:05d}") for n in range(1, 9)
    ],
}


@pytest.mark.parametrize("name", TAKEN)
def test_a_file_gives_what_a_person_sees_in_it(name: str) -> None:
    reading = read_any_frame(CASES / name)
    assert [p.wrong for p in reading.problems] == []
    wanted = [f._replace(document_kind="") for f in TAKEN[name]]
    found = [f._replace(document_kind="", employment="employed") for f in reading.filings()]
    assert found == wanted


@pytest.mark.parametrize(("name", "people"), [("zero-width-id.csv", 8), ("zero-width-area.csv", 8)])
def test_what_nobody_sees_makes_no_two_of_one(name: str, people: int) -> None:
    reading = read_any_frame(CASES / name)
    assert reading.problems == []
    assert set(reading.counts["service_area"]) == {"A1", "A2"}
    assert set(reading.counts["performance_band"]) == {"B1"}
    assert reading.practitioners <= people
    assert all(value.isascii() for f in reading.filings() for value in f)


REFUSED = {
    "error-in-employment.xlsx": ("E-ERROR", "employment", "#N/A", [2, 4, 6]),
    "na-practitioner.csv": ("E-ERROR", "practitioner_id", "#N/A", [2, 4, 6]),
    "scientific-ids.csv": ("E-CHANGED", "practitioner_id", "2.01412E+11", [1, 2, 3, 4, 5]),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_known_is_refused_once_with_its_rows_and_what_mends_them(name: str) -> None:
    code, column, value, rows = REFUSED[name]
    [group] = read_any_frame(CASES / name).groups
    assert (group.code, group.column, group.value, group.rows) == (code, column, value, rows)
    assert group.lines == [row + 1 for row in rows]
    assert group.mend


@pytest.mark.parametrize("name", ["cms-export.csv", "cms-export.xlsx"])
def test_an_export_with_other_headings_says_which_it_has_and_which_are_needed(name: str) -> None:
    reading = read_any_frame(CASES / name)
    assert {p.code for p in reading.problems} == {"E-COLUMN"}
    assert all("Worker ID, Team / Area, Case type" in p.allowed for p in reading.problems)


def test_results_with_areas_in_every_writing_are_taken_and_those_that_look_alike_are_shown() -> None:
    document = load_file(ROOT / "app" / "data" / "thresholds" / "national-casework-2014-10.yaml")
    with (CASES / "unicode-areas-nobench-results.csv").open("rb") as file:
        reading = read_results(file, document, areas=["ynys môn ŵŷ"])
    assert reading.problems == []
    assert {r.service_area for r in reading.results} >= {"منطقة الشمال", "😀 Area", "=1+1"}
    [alike] = [w for w in reading.warnings if w.kind == "W-ALIKE"]
    assert alike.examples == ("ynys môn ŵŷ and Ynys Môn Ŵŷ and Ynys Môn ŴŶ",)
