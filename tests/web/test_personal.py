"""What looks like a personal detail, and what only points to the file."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.web.personal import personal_details, warning

NONE = (
    "contact log, 3 October",
    "section 16A",
    "case plan, 12 September 2014, paragraph 4",
    "C-A1-0001-0",
    "born abroad",
    "date of birth missing, plan of 3 October",
    "MS Teams call",
    "Miss appointments",
    "plan 01-02-2026, review 03-04-2026",
    "paragraphs 10 to 14, 2014-10-03 and 2014-11-05",
    "at 10.30 on 02/12/2014",
    "",
)
SOME = {
    "Mr Smith said so": "a name with a title",
    "mrs. jones": "a name with a title",
    "seen by Dr A": "a name with a title",
    "MR SMITH": "a name with a title",
    "born on 3 May 2009": "a date of birth",
    "DOB: 03/05/09": "a date of birth",
    "D.O.B. 3.5.2009": "a date of birth",
    "date of birth 2009-05-03": "a date of birth",
    "call 0117 496 0123": "a phone number",
    "+44 7700 900123": "a phone number",
    "(020) 7946 0018": "a phone number",
    "a.b@example.org": "an email address",
}
WORDS = st.lists(
    st.sampled_from(
        ["contact", "log", "plan", "page", "section 16A", "the", "child", "seen", "paragraph 4", "review,"]
    ),
    max_size=8,
).map(" ".join)


@pytest.mark.parametrize("text", NONE)
def test_no_false_alarm(text: str) -> None:
    assert personal_details(text) == ()
    assert warning("The evidence", text) is None


@pytest.mark.parametrize("text", SOME)
def test_a_detail_is_named(text: str) -> None:
    assert personal_details(text) == (SOME[text],)
    assert SOME[text] in (warning("The evidence", text) or "")


@given(WORDS, st.sampled_from(sorted(SOME)), WORDS)
def test_a_detail_is_found_wherever_it_stands(before: str, detail: str, after: str) -> None:
    assert SOME[detail] in personal_details(f"{before} {detail} {after}")


@given(
    WORDS,
    st.dates(date(1990, 1, 1), date(2030, 1, 1)),
    st.sampled_from(["%d/%m/%Y", "%d.%m.%y", "%Y-%m-%d", "%d %B", "%d %B %Y", "%d-%m-%Y"]),
    WORDS,
)
def test_a_date_that_points_to_the_file_is_no_detail(before: str, day: date, how: str, after: str) -> None:
    assert personal_details(f"{before} {day.strftime(how)} {after}") == ()


@given(st.text(max_size=200))
def test_no_text_is_a_fault(text: str) -> None:
    assert len(personal_details(text)) <= 4
