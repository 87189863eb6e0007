"""What cells hold: characters that nobody sees, errors, identifiers that a program changed, days, and look-alikes."""

import string
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.tables.alike import alike
from app.tables.cells import any_suspicious, cell_fault, cleaned, identifier_fault, suspicious
from app.tables.days import Days
from app.tables.problems import Problems

HIDDEN = "\u200b\u200c\u200d\u200e\u200f\u202a\u202e\u2060\u2066\u2069\ufeff\u00ad\u061c\u180e\u034f\ufe0f\u3164"
BLANKS = "\u00a0\u2003\u2009\u202f\u3000"


@given(st.text(string.ascii_letters + string.digits + HIDDEN + "é-", max_size=12))
def test_what_nobody_sees_is_taken_out(text: str) -> None:
    assert cleaned(text) == "".join(c for c in text if c not in HIDDEN)


@given(st.text(max_size=20))
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    assert cleaned(cleaned(text)) == cleaned(text)


@pytest.mark.parametrize("blank", BLANKS)
def test_every_blank_is_a_plain_one(blank: str) -> None:
    assert cleaned(f"{blank}North{blank}East{blank}") == "North East"


def test_accents_are_put_together() -> None:
    assert cleaned("Mo\u0302n") == "M\u00f4n"


ERRORS = ("#N/A", "#n/a", "#REF!", "#VALUE!", "#DIV/0!", "#NAME?", "#NUM!", "#NULL!", "#SPILL!", "########", "Err:502")


@pytest.mark.parametrize("error", ERRORS)
def test_an_error_of_a_spreadsheet_is_no_value(error: str) -> None:
    fault = cell_fault(cleaned(f" {error} "))
    assert fault is not None
    assert fault[0] == "E-ERROR"


@pytest.mark.parametrize(("value", "code"), [("Caf\ufffd", "E-LOST"), ("a\nb", "E-CONTROL"), ("a\u2028b", "E-CONTROL")])
def test_what_was_lost_or_breaks_the_line_is_named(value: str, code: str) -> None:
    assert (cell_fault(value) or ("",))[0] == code


CHANGED = {
    "2.01412E+11": "E-CHANGED",
    "2,01E+05": "E-CHANGED",
    "1E+10": "E-CHANGED",
    "17.0": "E-CHANGED",
    "12-Mar": "E-CHANGED",
    "Mar-12": "E-CHANGED",
    "2014-03-12": "E-CHANGED",
    "2014-03-12 00:00:00": "E-CHANGED",
    "=HYPERLINK(1)|4": "E-FORMULA",
    "+44": "E-FORMULA",
    "-1": "E-FORMULA",
    "@x": "E-FORMULA",
    "＝1": "E-FORMULA",
    "'=1": "E-FORMULA",
    "N/A": "E-NO-VALUE",
    "null": "E-NO-VALUE",
    "NaN": "E-NO-VALUE",
}


@given(
    st.sampled_from([*(v for v in (*CHANGED, *ERRORS) if v.isascii()), "12-Apr-2014"]),
    st.lists(st.text(max_size=5), max_size=4),
)
def test_what_is_refused_is_never_passed_over_quickly(value: str, others: list[str]) -> None:
    assert any_suspicious([*others, value, *others])
    assert suspicious(value)


@given(st.text(string.printable, max_size=12).map(cleaned))
def test_nothing_that_is_refused_looks_harmless(value: str) -> None:
    if identifier_fault(value) or (cell_fault(value) or ("",))[0] == "E-ERROR":
        assert any_suspicious([value])
        assert suspicious(value)


@pytest.mark.parametrize("value", CHANGED)
def test_an_identifier_that_a_program_made_or_would_run_is_refused(value: str) -> None:
    fault = identifier_fault(value)
    assert fault is not None
    assert fault[0] == CHANGED[value]


@pytest.mark.parametrize(
    "value", ["P001", "C2014-004224", "12", "00123", "3E05", "A1/12", "17.5", "ECMS/2026100001", "Nan-1"]
)
def test_an_identifier_of_a_case_system_is_taken(value: str) -> None:
    assert identifier_fault(value) is None


DAY = date(2014, 9, 2)
CERTAIN = (
    *("2014-09-02", "2014/9/2", "02/09/2014", "2.9.2014", "02-09-2014", "2 September 2014", "2nd Sept 2014"),
    *("02-Sep-2014", "Tue 2 Sep 2014", "September 2, 2014", "2014-09-02 00:00:00", "2014-09-02T14:32:10.123Z"),
    *("02/09/2014 14:32", "02/09/2014 2:32 PM", "2014-09-02 09:00:00+01:00", "2 Sep 2014 09.30", "02/09/2014, 14:32"),
)


@pytest.mark.parametrize("text", CERTAIN)
def test_a_day_is_taken_as_it_is_written(text: str) -> None:
    assert Days(date(2014, 9, 1), date(2014, 10, 31)).read(text) == DAY


REFUSED = {
    "02-Sep-14": ("2 September 2014", "2 September 1914"),
    "02/09/14": ("2 September 2014", "9 February 2014", "2 September 1914"),
    "41884": ("2 September 2014", "3 September 2018"),
    "41884.5": ("2 September 2014",),
    "20140902": ("2 September 2014",),
    "09/13/2014": ("13 September 2014",),
    "31/09/2014": ("not a real date",),
    "0014-09-02": ("year 14",),
    "last Tuesday": ("not a real date",),
    "00:00:00": ("not a real date",),
    "1" * 5000: ("not a real date",),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_could_be_another_day_is_refused_with_every_reading_written_out(text: str) -> None:
    fault = Days().read(text)
    assert isinstance(fault, tuple)
    assert fault[0] == "E-DATE"
    assert all(words in fault[1] for words in REFUSED[text])


def test_a_column_that_does_not_say_whether_the_day_comes_first_is_refused() -> None:
    days = Days()
    assert [days.read(t) for t in ("05/05/2014", "02/09/2014", "03/09/2014")] == [
        date(2014, 5, 5),
        DAY,
        date(2014, 9, 3),
    ]
    code, wrong, allowed = days.doubt() or ("", "", "")
    assert (code, days.doubtful) == ("E-DATE-ORDER", "02/09/2014")
    assert "2 September 2014 or 9 February 2014" in wrong
    assert "2014-09-02" in allowed


@pytest.mark.parametrize(("window", "others"), [((date(2014, 9, 1), date(2014, 10, 31)), ()), (None, ("30/09/2014",))])
def test_a_row_or_the_window_settles_it(window: tuple[date, date] | None, others: tuple[str, ...]) -> None:
    days = Days(*window) if window else Days()
    for text in ("02/09/2014", *others):
        assert isinstance(days.read(text), date)
    assert days.doubt() is None


@given(st.dates(date(1900, 1, 1), date(2100, 1, 1)))
def test_both_ways_of_writing_a_date_mean_the_same(day: date) -> None:
    assert Days().read(day.isoformat()) == Days().read(f"{day.day}/{day.month:02d}/{day.year}") == day


@given(st.text(max_size=30))
def test_no_text_is_a_fault_of_ours(text: str) -> None:
    found = Days().read(text)
    assert isinstance(found, date | tuple)


ALIKE = [
    ("P001", "p 001"),
    ("P-001", "P\u2011001"),
    ("P-001", "P 001"),
    ("North-East", "North East"),
    ("P001", "Ｐ００１"),
    ("A1", "А1"),
    ("Kent", "KENT"),
    ("ﬁrst", "first"),
]


@pytest.mark.parametrize("pair", ALIKE)
def test_names_that_look_alike_are_found(pair: tuple[str, str]) -> None:
    assert alike(["X", *pair, "Y"]) == [pair]


def test_names_that_differ_are_not_alike() -> None:
    assert alike(["1-11", "11-1", "A1", "A11", "B1", "P1", "P2", "P1"]) == []


def test_many_problems_of_one_kind_are_one_line() -> None:
    problems = Problems()
    for n in range(1, 2404):
        problems.add("E-DATE", "This is not a real date.", "A date", row=n, column="filed_on", value=f"day {n}")
    for n in range(1, 960):
        problems.add(
            "E-UNKNOWN-DOCUMENT", "This kind of document is not known.", "One of report", row=n, value="Section 7"
        )
    problems.add("E-BLANK", "case_ref is blank.", "A value in every row", row=7, column="case_ref")
    days, kinds, blank = problems.groups()
    assert (days.count, days.values, days.value, days.rows, days.lines) == (
        2403,
        2403,
        "",
        [1, 2, 3, 4, 5],
        [2, 3, 4, 5, 6],
    )
    assert (kinds.count, kinds.values, kinds.value) == (959, 1, "Section 7")
    assert kinds.mend == "Replace ‘Section 7’ in the whole column by what is allowed, or leave the rows out."
    assert (blank.count, blank.rows) == (1, [7])
    assert problems.total == 2403 + 959 + 1


@given(st.lists(st.tuples(st.sampled_from("AB"), st.sampled_from("xy"), st.text("abc", max_size=2)), max_size=60))
def test_no_problem_is_left_out_of_what_is_alike(found: list[tuple[str, str, str]]) -> None:
    problems = Problems()
    for row, (code, column, value) in enumerate(found, 1):
        problems.add(code, f"{value} is wrong.", "Another", row=row, column=column, value=value)
    assert sum(group.count for group in problems.groups()) == problems.total == len(found)
    assert {(g.code, g.column) for g in problems.groups()} == {(code, column) for code, column, _ in found}
