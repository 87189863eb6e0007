"""The month by which people call an audit."""

from datetime import date

import pytest

from app.audit.commission.called import month_of

AUTUMN = (date(2014, 9, 1), date(2014, 10, 31))


@pytest.mark.parametrize(
    ("name", "ref", "month"),
    [
        ("National audit, November 2014", "NA-2014-11", 11),
        ("National audit, November 2014", "NA-2014-12", 11),
        ("National audit (demonstration)", "NA-2014-12", 12),
        ("National audit", "NAT-1", 10),
        # An earlier audit that the name speaks of, several months, and what is no month are not its own.
        ("Audit after September 2013", "X-1", 10),
        ("From September 2014 to November 2014", "X-1", 10),
        ("Audit of 2014", "X-2014-13", 10),
        ("Filed in September 2014", "X-1", 9),
        ("Audit, November 2016", "X-1", 10),
    ],
)
def test_its_name_then_its_reference_then_its_window(name: str, ref: str, month: int) -> None:
    assert month_of(name, ref, AUTUMN) == date(2014, month, 1)
