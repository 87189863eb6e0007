"""Dates as people write them."""

from app.clock import month


def test_a_month_is_written_out_and_what_is_none_is_left_out() -> None:
    said = {"2013-09": "September 2013", "2013": "2013", "2013-13": "", "": "", "None": "", "2013-09-01": ""}
    assert {when: month(when) for when in said} == said
