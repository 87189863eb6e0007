"""Reading an earlier audit's results: everything wrong at once, by row and column, and nothing stored."""

from io import BytesIO

import pytest

from app.earlier.reading import read_results

SCALE = [("good", "Good"), ("met", "Met"), ("not_met", "Not Met")]
HEAD = (
    "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen,not_seen_reason_recorded,"
    "returned_to_area,challenged,challenge_outcome,adjudicated,adjudication_outcome,learning_points"
)
CLEAN = ["C1,P1,A1,public,Good,Good,seen,,no,no,,no,,", "C2,P2,A1,wafh,Not Met,Met,not_seen,yes,yes,yes,regraded_to_met,no,,L1"]


def read(*rows: str, head: str = HEAD) -> tuple[int, list[tuple[int | None, str | None]]]:
    text = "\n".join([head, *CLEAN, *rows]) + "\n"
    reading = read_results(BytesIO(text.encode()), scale=SCALE, themes=["L1"])
    return len(reading.results), [(p.row, p.column) for p in reading.problems]


def test_clean_rows_are_read() -> None:
    assert read() == (2, [])


ONE = {
    "a blank reference": (",P3,A1,public,Good,Good,seen,,no,no,,no,,", "case_id"),
    "an unknown law type": ("C3,P3,A1,criminal,Good,Good,seen,,no,no,,no,,", "law_type"),
    "an unknown grade": ("C3,P3,A1,public,Great,Good,seen,,no,no,,no,,", "first_grade"),
    "no final grade": ("C3,P3,A1,public,Good,,seen,,no,no,,no,,", "final_grade"),
    "an unknown answer": ("C3,P3,A1,public,Good,Good,perhaps,,no,no,,no,,", "children_seen"),
    "a reason where they were seen": ("C3,P3,A1,public,Good,Good,seen,yes,no,no,,no,,", "not_seen_reason_recorded"),
    "neither yes nor no": ("C3,P3,A1,public,Good,Good,seen,,no,maybe,,no,,", "challenged"),
    "a Not Met that did not go back": ("C3,P3,A1,public,Not Met,Not Met,seen,,no,no,,no,,", "returned_to_area"),
    "a challenge of a Good": ("C3,P3,A1,public,Good,Good,seen,,no,yes,agreed_not_met,no,,", "challenged"),
    "a challenge without outcome": ("C3,P3,A1,public,Not Met,Not Met,seen,,yes,yes,,no,,", "challenge_outcome"),
    "an unknown outcome": ("C3,P3,A1,public,Not Met,Not Met,seen,,yes,yes,lost,no,,", "challenge_outcome"),
    "an adjudication without a challenge": ("C3,P3,A1,public,Good,Good,seen,,no,no,,yes,unchanged,", "adjudication_outcome"),
    "a final grade that nobody decided": ("C3,P3,A1,public,Not Met,Good,seen,,yes,no,,no,,", "final_grade"),
    "an unknown theme": ("C3,P3,A1,public,Good,Good,seen,,no,no,,no,,L9", "strengths"),
}


@pytest.mark.parametrize("case", ONE)
def test_what_is_wrong_is_named_by_row_and_column(case: str) -> None:
    row, column = ONE[case]
    assert (3, column) in read(row)[1]


def test_everything_wrong_is_named_at_once() -> None:
    problems = read(*(row for row, _ in ONE.values()))[1]
    assert {row for row, _ in problems if row} >= set(range(3, 3 + len(ONE)))


def test_a_case_or_a_practitioner_twice_is_named() -> None:
    assert (None, "case_id") in read("C1,P3,A1,public,Good,Good,seen,,no,no,,no,,")[1]
    assert (None, "practitioner_id") in read("C3,P1,A1,public,Good,Good,seen,,no,no,,no,,")[1]


def test_a_missing_column_is_named() -> None:
    reading = read_results(BytesIO(b"case_id,service_area\nC1,A1\n"), scale=SCALE, themes=[])
    assert {p.column for p in reading.problems} >= {"practitioner_id", "law_type", "first_grade", "final_grade", "children_seen"}
