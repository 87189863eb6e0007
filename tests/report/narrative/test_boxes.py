"""What the audit lead writes.

No number is typed, a placeholder that does not exist is refused with the nearest, and HTML stays text.
"""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.prose import html_of
from app.report.narrative.boxes import LONGEST, faults, filled, placeholders
from tests.report.document.test_sections import RIGHT
from tests.report.figures.test_figures import BASIS

KNOWN = placeholders(RIGHT)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{overall.good.percent}% were Good.",
        "{overall.good.percent} per cent of {cases} cases.",
        "Since September 2013, and by 13 January 2015, in 2014 and in 2014/15.",
        "On 1 September 2014 the audit of November 2014 began.",
        "As section 3 and Figure 2 say, recommendations 1 and 4 are met; improvement point 13 too.",
        "A15 Private and A5 did better.",
        "{service_area.A15 Private.good.percent}% in A15 Private.",
        "1. First\n2. Second",
        "[A page](https://example.test/2014/65)",
        "{sentences.change_points.sep2013.good.overall.change_points} percentage points more.",
    ],
)
def test_what_may_be_written(text: str) -> None:
    assert faults(text, RIGHT) == []


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("65% were Good.", "‘65%’"),
        ("65 % were Good.", "‘65 %’"),
        ("65 per cent were Good.", "‘65 per cent’"),
        ("65 percent", "‘65 percent’"),
        ("We saw 577 cases.", "‘577’"),
        ("We saw 1,154 practitioners.", "‘1,154’"),
        ("&#54;&#53;% were Good.", "‘65%’"),
        ("６５% were Good.", "‘６５%’"),
        ("Sixty-five per cent were Good.", "after words"),
        ("½ of them", "‘½’"),
        ("2014% of them", "‘2014%’"),
        ("2014 cases", "‘2014’"),
        ("Figure 65%", "‘65%’"),
        ("section 3 and 65% Good", "‘65%’"),
        ("65) Good", "‘65’"),
        ("**65**% Good", "‘65%’"),
        ("6*5*% Good", "‘65%’"),
        ("up 16 percentage points", "‘16’"),
        ("A99 was best", "‘99’"),
        ("in March 2014 50% were", "‘50%’"),
    ],
)
def test_a_number_that_is_typed_is_refused(text: str, named: str) -> None:
    assert any(named in sentence for sentence in faults(text, RIGHT)), faults(text, RIGHT)


def test_the_refusal_names_up_to_three_placeholders_that_have_the_value() -> None:
    assert "{overall.good.percent}%" in faults("65% were Good.", RIGHT)[0]
    assert faults("65% were Good.", RIGHT)[0].count("{") <= 3
    assert "{cases}" in faults("We saw 577 cases.", RIGHT)[0]
    assert "no figure of this audit is 999" in faults("999 cases", RIGHT)[0]


def test_a_placeholder_that_does_not_exist_is_refused_with_the_nearest() -> None:
    assert "There is no figure {overall.god.percent}" in faults("{overall.god.percent}%", RIGHT)[0]
    assert "{overall.good.percent}" in faults("{overall.god.percent}%", RIGHT)[0]
    assert "curly bracket" in faults("{overall.good.percent", RIGHT)[0]
    assert "curly bracket" in faults("{{cases}}", RIGHT)[0]


def test_no_placeholder_is_about_one_auditor() -> None:
    assert not any("IM0" in path or path.startswith("auditors") for path in KNOWN)
    assert KNOWN["intervals.overall.good.hypergeometric_exact.low"] == 62


def test_it_is_filled_from_the_figures_and_a_hidden_one_takes_its_sign_along() -> None:
    assert filled("{overall.good.percent}% of {cases}", RIGHT, BASIS) == "65% of 577"
    assert filled("{intervals.overall.good.population}", RIGHT, BASIS) == "1,154"
    hidden = {"overall": {"good": {"percent": "[c]"}}}
    assert (
        filled("{overall.good.percent}% and {overall.good.percent} per cent, {gone}%", hidden, BASIS)
        == "[c] and [c], [x]"
    )


def test_html_and_scripts_stay_text() -> None:
    text = '<script>alert("x")</script> and <b>bold</b> and [a](javascript:alert)'
    html = html_of(filled(text, RIGHT, BASIS))
    assert "<script" not in html
    assert "<b>" not in html
    assert 'href="javascript' not in html


def test_a_text_that_is_too_long_is_refused_with_its_length() -> None:
    assert faults("a" * (LONGEST + 1), RIGHT) == [
        "The text must be 8,000 characters or fewer. It has 8,001, so take out 1"
    ]


@settings(max_examples=60, deadline=None)
@given(st.text(alphabet="ab {}.%\n*_[]()&#;12", max_size=30))
def test_no_text_is_a_fault_and_what_passes_has_no_digit_of_its_own(text: str) -> None:
    if not faults(text, RIGHT):
        assert not any(c.isdigit() for c in html_of(text).striptags()), text
