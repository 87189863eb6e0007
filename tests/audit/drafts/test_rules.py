"""What an audit looks like as a form: it comes back as it was, whatever it is, and a year on."""

from datetime import date
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.audit.commission.forms import CommissionForm
from app.audit.commission.rules import is_archived
from app.audit.drafts.forms import as_sent, typed_in
from app.audit.drafts.rules import a_year_on, as_next_year, next_reference, next_year, template_of, typed_of
from app.audit.enums import AuditKind
from app.audit.models import Audit
from app.clock import is_working_day
from app.sampling.shapes.wanted import Shape
from app.web.forms import fill
from tests.moves import stopped

SCALE = ("good", "met", "not_met")
DAYS = st.dates(date(2020, 1, 1), date(2026, 10, 31))
AMOUNTS = st.one_of(st.integers(1, 500), st.fractions(Fraction(1, 9), 1, max_denominator=9))
SHARES = st.fractions(Fraction(1, 9), 1, max_denominator=9)
PEOPLE = st.sampled_from(
    [
        Shape(Fraction(1, 3)),
        Shape(Fraction(1)),
        Shape(Fraction(), total=40, months=12),
        Shape(Fraction(), each=10, areas={"A3": 12, "A4": Fraction(1, 2)}),
        Shape(
            Fraction(1, 2), only=("A1", "A2"), reason="They were merged.", employment={"agency": Fraction(1)}, cases=3
        ),
        Shape(Fraction(2, 5), documents=("report",)),
    ]
)


def audit(first: date, last: date, shape: Shape, **more: Any) -> Audit:
    first, last = sorted((first, last))
    values = {
        "id": 1, "ref": "NA-2025-11", "name": "National audit, November 2025", "kind": AuditKind.THEMATIC,
        "purpose": "To see.", "window_from": first, "window_to": last, "law_types": ["public", "wafh"],
        "bands": ["B1"], "fraction": str(shape.fraction) if shape.fraction else "", "shape": shape.kept(),
        "threshold_id": 3, "good_target": 60, "not_met_target": 14, "comparators": [], **more,
    }  # fmt: skip
    return Audit(**values)  # a table model: nothing is checked


@given(DAYS, DAYS, PEOPLE)
def test_the_form_of_an_audit_is_read_as_that_audit(first: date, last: date, shape: Shape) -> None:
    of = audit(first, last, shape)
    typed = typed_of(of, SCALE)
    sent, form = fill(CommissionForm, as_sent(typed))
    assert form.errors == {}
    assert sent is not None
    assert (sent.shape, sent.window_from, sent.window_to) == (shape, of.window_from, of.window_to)
    assert (sent.ref, sent.law_types, sent.bands, sent.threshold) == (of.ref, of.law_types, of.bands, 3)
    assert {name: text for name, text in typed_in(as_sent(typed)).items() if text} == {
        name: text for name, text in typed.items() if text
    }


def test_what_it_was_compared_with_comes_back() -> None:
    values = {"name": "", "when": "2024-09", "scope": "overall"}
    kept = [{**values, "measure": "good", "value": 49}, {**values, "measure": "not_met", "value": 19}]
    typed = typed_of(audit(date(2025, 9, 1), date(2025, 10, 31), Shape(), comparators=kept), SCALE)
    assert (typed["comparator_when"], typed["comparator_good"], typed["comparator_not_met"]) == ("2024-09", "49", "19")


@settings(deadline=None)  # the first bank holiday waits for their list
@given(DAYS)
def test_a_year_on_is_the_same_day_or_the_working_day_from_it(day: date) -> None:
    assert (next_year(day).year, next_year(day).month) == (day.year + 1, day.month)
    working = next_year(day, working=True)
    assert is_working_day(working)
    assert 0 <= (working - next_year(day)).days <= 5


def test_as_last_year_takes_all_but_its_own() -> None:
    of = audit(date(2024, 2, 29), date(2024, 10, 31), Shape(), grade_by=date(2024, 12, 25))
    typed = as_next_year(of, typed_of(of, SCALE), 7)
    assert (typed["name"], typed["ref"], typed["threshold"]) == ("National audit, November 2026", "NA-2026-11", "7")
    assert typed["window_from"] == "28\n2\n2025"
    assert typed["grade_by"] == "29\n12\n2025", "Christmas Day of 2025 is a Thursday, Boxing Day follows"
    assert typed["purpose"] == "To see."
    kept = template_of(typed)
    assert not {"name", "ref", "window_from", "grade_by", "comparator_when"} & kept.keys()
    assert kept["law_types"] == "public\nwafh"


@pytest.mark.parametrize(
    ("taken", "free"),
    [((), "NA-2026-11"), (("NA-2026-11",), "NA-2026-11-2"), (("NA-2026-11", "NA-2026-11-2"), "NA-2026-11-3")],
)
def test_the_next_reference_is_free(taken: tuple[str, ...], free: str) -> None:
    assert next_reference("NA-2026-11", taken.__contains__) == free


def test_years_in_words_go_one_further() -> None:
    assert a_year_on("Audit 2025/2026, case 12025") == "Audit 2026/2027, case 12025"


def test_an_audit_is_archived_at_once_or_a_year_after_its_end() -> None:
    from datetime import UTC, datetime  # noqa: PLC0415 - for this one

    end = datetime(2025, 11, 25, 12, tzinfo=UTC)
    with stopped():
        running = audit(date(2024, 9, 1), date(2024, 9, 2), Shape(), imported=False, finalised_at=end)
        ended = audit(date(2024, 9, 1), date(2024, 9, 2), Shape(), imported=False, published_at=end)
        assert not is_archived(running, date(2030, 1, 1))
        assert not is_archived(ended, date(2026, 11, 24))
        assert is_archived(ended, date(2026, 11, 25))
        at_once = audit(date(2024, 9, 1), date(2024, 9, 2), Shape(), imported=False, published_at=end, archived_at=end)
        assert is_archived(at_once, date(2025, 11, 26))
