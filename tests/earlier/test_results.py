"""Reading an earlier audit's results: everything wrong at once, by row and column, and nothing stored."""

from io import BytesIO

import pytest

from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import load_file
from app.earlier.reading import Result, ResultsReading, read_results
from tests.world import ROOT

HEAD = (
    "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen,not_seen_reason_recorded,"
    "returned_to_area,challenged,challenge_outcome,adjudicated,adjudication_outcome,learning_points"
)
CLEAN = [
    "C1,P1,A1,public,Good,Good,seen,,no,no,,no,,",
    "C2,P2,A1,wafh,Not Met,Met,not_seen,yes,yes,yes,regraded_to_met,no,,L-PLA-1",
]


def the_document(name: str = "national-casework-2014-10") -> ThresholdDocument:
    return load_file(ROOT / "app" / "data" / "thresholds" / f"{name}.yaml")


def reading_of(head: str, *rows: str, document: str = "national-casework-2014-10") -> ResultsReading:
    return read_results(BytesIO(("\n".join([head, *rows]) + "\n").encode()), the_document(document))


def read(*rows: str, head: str = HEAD) -> tuple[int, list[tuple[int | None, str | None]]]:
    reading = reading_of(head, *CLEAN, *rows)
    return len(reading.results), [(p.row, p.column) for p in reading.problems]


def one(row: str, head: str) -> Result:
    reading = reading_of(head, row)
    assert reading.problems == []
    return reading.results[0]


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
    "an adjudication without a challenge": (
        "C3,P3,A1,public,Good,Good,seen,,no,no,,yes,unchanged,",
        "adjudication_outcome",
    ),
    "a final grade that nobody decided": ("C3,P3,A1,public,Not Met,Good,seen,,yes,no,,no,,", "final_grade"),
    "an unknown theme": ("C3,P3,A1,public,Good,Good,seen,,no,no,,no,,L9", "learning_points"),
    "a strength among the learning points": ("C3,P3,A1,public,Good,Good,seen,,no,no,,no,,S-GEN-1", "learning_points"),
    "public law to which seeing does not apply": (
        "C3,P3,A1,PUBLIC,Good,Good,not_applicable,,no,no,,no,,",
        "children_seen",
    ),
    "WAFH without an answer": ("C3,P3,A1,wafh,Good,Good,,,no,no,,no,,", "children_seen"),
    "WTFH in which children were seen": ("C3,P3,A1,WTFH,Good,Good,seen,,no,no,,no,,", "children_seen"),
    "not seen, and no word of a reason": (
        "C3,P3,A1,public,Good,Good,not_seen,,no,no,,no,,",
        "not_seen_reason_recorded",
    ),
    "a re-grade to the grade that it had": (
        "C3,P3,A1,public,Not Met,Not Met,seen,,yes,yes,regraded_to_not_met,no,,",
        "challenge_outcome",
    ),
    "an adjudication that agrees with what was changed": (
        "C3,P3,A1,public,Not Met,Not Met,seen,,yes,yes,regraded_to_met,yes,agreed_not_met,",
        "adjudication_outcome",
    ),
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
    reading = reading_of("case_id,service_area", "C1,A1")
    assert {p.column for p in reading.problems} >= {
        "practitioner_id",
        "law_type",
        "first_grade",
        "final_grade",
        "children_seen",
    }


SHORT = "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen"


@pytest.mark.parametrize(("cell", "kept"), [("Agency", "agency"), ("EMPLOYED", "employed"), ("", "employed")])
def test_employment_is_read_in_any_case(cell: str, kept: str) -> None:
    assert one(f"C1,P1,A1,public,Good,Good,seen,{cell}", f"{SHORT},employment").employment == kept


def test_an_unknown_employment_is_named() -> None:
    [problem] = reading_of(f"{SHORT},employment", "C1,P1,A1,public,Good,Good,seen,volunteer").problems
    assert (problem.column, problem.value, problem.allowed) == ("employment", "volunteer", "One of employed, agency")


@pytest.mark.parametrize("cell", ["not_seen", "Not seen", "NOT-SEEN"])
@pytest.mark.parametrize(("reason", "kept"), [("yes", True), ("No", False)])
def test_not_seen_is_read_as_people_write_it(cell: str, reason: str, kept: bool) -> None:
    found = one(f"C1,P1,A1,public,Good,Good,{cell},{reason}", f"{SHORT},not_seen_reason_recorded")
    assert (found.children_seen, found.not_seen_reason) == ("not_seen", kept)


def test_without_the_column_the_reason_is_not_known() -> None:
    found = one("C1,P1,A1,public,Good,Good,Not seen", SHORT)
    assert (found.children_seen, found.not_seen_reason) == ("not_seen", None)


def test_an_empty_cell_means_that_it_does_not_apply() -> None:
    assert one("C1,P1,A1,WTFH,Good,Good,", SHORT).children_seen == "not_applicable"


def test_a_document_that_does_not_ask_needs_no_column() -> None:
    head = "case_id,practitioner_id,service_area,law_type,first_grade,final_grade"
    row = "C1,P1,A1,public,Evidenced,Partly-evidenced"
    reading = reading_of(head, row.replace("Partly-evidenced", "Evidenced"), document="thematic-iro-liaison-2015")
    assert (reading.problems, reading.results[0].children_seen) == ([], "not_applicable")
    wrong = reading_of(
        f"{head},children_seen", "C1,P1,A1,public,Evidenced,Evidenced,seen", document="thematic-iro-liaison-2015"
    )
    assert [p.column for p in wrong.problems] == ["children_seen"]


def test_a_theme_that_is_there_twice_is_kept_once() -> None:
    found = one(
        "C1,P1,A1,public,Good,Good,seen,S-GEN-2;S-GEN-1;S-GEN-2,L-REC-1;L-REC-1", f"{SHORT},strengths,learning_points"
    )
    assert found.themes == ("S-GEN-2", "S-GEN-1", "L-REC-1")


def test_a_referral_needs_no_lowest_grade() -> None:
    found = one("C1,P1,A1,public,Good,Good,seen,yes,non-subject children", f"{SHORT},referral_needed,referral_reason")
    assert (found.referral, found.referral_reason, found.returned) == (True, "non-subject children", False)
    [problem] = reading_of(
        f"{SHORT},referral_needed,referral_reason", "C1,P1,A1,public,Good,Good,seen,no,neglect"
    ).problems
    assert problem.column == "referral_reason"


def test_an_adjudication_can_change_what_the_challenge_left() -> None:
    head = f"{SHORT},challenged,challenge_outcome,adjudicated,adjudication_outcome"
    found = one("C1,P1,A1,public,Not Met,Good,seen,yes,Regraded to Met,yes,regraded_to_good", head)
    assert (found.challenge_grade, found.adjudication_grade) == ("met", "good")
    back = one("C1,P1,A1,public,Not Met,Not Met,seen,yes,regraded_to_met,yes,regraded_to_not_met", head)
    assert (back.challenge_grade, back.adjudication_grade) == ("met", "not_met")
    same = one("C1,P1,A1,public,Not Met,Met,seen,yes,regraded_to_met,yes,unchanged", head)
    assert (same.challenge_grade, same.adjudication_grade) == ("met", "met")


def test_columns_that_nobody_knows_are_named() -> None:
    assert reading_of(f"{SHORT},challengd,colour", "C1,P1,A1,public,Good,Good,seen,yes,red").unused == (
        "challengd",
        "colour",
    )


def test_a_blank_grade_is_said_to_be_blank() -> None:
    problems = reading_of(SHORT, "C1,P1,A1,public,,Excellent,seen").problems
    assert [(p.code, p.column, p.wrong) for p in problems] == [
        ("E-UNKNOWN-GRADE", "final_grade", "This grade is not in the scale."),
        ("E-BLANK", "first_grade", "first_grade is blank."),
    ]


UGLY = {
    "too few cells": (f"{SHORT}\nC1,P1,A1\n".encode(), "E-BLANK"),
    "a note below the rows": (f"{SHORT}\nExported on Monday\n".encode(), "E-CELLS"),
    "too many": (f"{SHORT}\nC1,P1,A1,public,Good,Good,seen,x\n".encode(), "E-CELLS"),
    "nothing": (b"", "E-EMPTY"),
    "a header alone": (f"{SHORT}\n".encode(), "E-EMPTY"),
    "wide text without rows": (SHORT.encode("utf-16"), "E-EMPTY"),
    "another alphabet": (f"{SHORT}\nC1,P1,\x81É,public,Good,Good,seen\n".encode("latin-1"), "E-ENCODING"),
    "no text": (bytes(128), "E-KIND"),
    "an open quotation mark": (f'{SHORT}\n"C1,P1,A1\n'.encode(), "E-CSV"),
    "a column twice": (f"{SHORT},case_ref\n".encode(), "E-COLUMN"),
}


@pytest.mark.parametrize("ugly", UGLY)
def test_an_ugly_file_is_refused_in_words(ugly: str) -> None:
    data, code = UGLY[ugly]
    assert code in {p.code for p in read_results(BytesIO(data), the_document()).problems}
