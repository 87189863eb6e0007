"""Every form of the house reads days, whole numbers and long texts the same way, and loses nothing that was typed."""

import typing
from datetime import UTC, date, datetime
from typing import Any

import pytest

from app import main  # noqa: F401 - every form of the house is imported with it
from app.clock import clock
from app.web.forms import Form, _types, fill
from app.web.pages import environment

UNREADABLE_YEARS = ("26", "0026", "2_026", "\uff12\uff10\uff12\uff16", "1899", "2099", "year", "+2026")
UNREADABLE_NUMBERS = ("3_0", "\uff13\uff10", "+3", "3.0", "\u0663", "1e1", "-3", "three")
# What asks for the order of each day that is typed. A new one has to say here where its order is held.
ORDERED = {
    ("ExtensionForm", "until"): "later than it was, a working day (why_not_until)",
    ("ReviewForm", "action_by"): "today to five years from now (due_fault)",
    ("DoneForm", "done_on"): "from the return to today (why_not_done_on)",
    ("AcknowledgeForm", "act_by"): "today to five years from now (due_fault)",
    ("ConcernActionForm", "done_on"): "from the concern to today (why_not_done_on)",
    ("PlanForm", "by_when"): "today to five years from now (why_not_by)",
    ("FinishForm", "done_on"): "from the plan to today (why_not_done_on)",
    ("CommissionForm", "window_from"): "before the last day",
    ("CommissionForm", "window_to"): "after the first day",
    ("CommissionForm", "grade_by"): "after the window, and not past",
    ("TimeForm", "starts_on"): "before grading ends",
    ("TimeForm", "away_from"): "before the last day away",
    ("TimeForm", "away_to"): "after the first day away",
    ("AddedForm", "filed_on"): "inside the window",
    ("DocumentForm", "dated"): "not after today (why_not_dated)",
    ("TalkForm", "discussed_on"): "from the final day to today (why_not_discussed_on)",
    ("TalkForm", "due"): "past, or up to five years from now (why_not_due)",
    ("RoleForm", "from_day"): "up to five years from now (Days.faults)",
    ("RoleForm", "until_day"): "from the first day, and not past (Days.faults)",
    ("ChangeForm", "day"): "after what is published of the areas, up to five years from now (areas.rules.faults)",
    ("LeaveForm", "last_day"): "today to five years from now (people.rules.last_day_fault)",
    **{
        ("TimetableForm", stage): "a working day, after the stages before it (timetable.rules.faults)"
        for stage in (
            *("list_by", "lock_on", "dice_on", "grading_from", "grading_to"),
            *("last_challenge", "finalise_on", "report_on", "publish_on"),
        )
    },
    ("PlanForm", "anchor"): "none: a plan begins or ends on the working day nearest to it",
    ("DeputyForm", "from_day"): "not past (deputies.rules.faults)",
    ("DeputyForm", "until_day"): "from the first day to three months later (deputies.rules.faults)",
    ("EarlierForm", "window_from"): "before the last day (window_faults)",
    ("EarlierForm", "window_to"): "after the first day, and not after today (window_faults)",
    ("LearnedForm", "learn_by"): "today to five years from now (due_fault)",
}


def forms(kind: type[Form] = Form) -> list[type[Form]]:
    """Return every form of the house."""
    found = [form for sub in kind.__subclasses__() for form in (sub, *forms(sub))]
    return sorted(
        {form for form in found if form.__module__.startswith("app.") and not form.__name__.endswith("Partly")},
        key=lambda form: form.__name__ + form.__module__,
    )


def fields_of(wanted: type) -> list[Any]:
    """Return every form with a field of a type, and the field."""
    return [
        pytest.param(form, name, id=f"{form.__name__}.{name}")
        for form in forms()
        for name, field in form.model_fields.items()
        if wanted in _types(field.annotation)
    ]


def texts_with_a_limit() -> list[Any]:
    """Return every form with a text that has a longest length, the field and the length."""
    found = []
    for form in forms():
        for name, schema in form.model_json_schema()["properties"].items():
            if schema.get("type") == "string" and "maxLength" in schema:
                found.append(pytest.param(form, name, schema["maxLength"], id=f"{form.__name__}.{name}"))
    return found


def test_every_day_that_is_typed_has_an_order() -> None:
    found = {(p.values[0].__name__, p.values[1]) for p in fields_of(date)}
    assert found == set(ORDERED)


@pytest.mark.parametrize(("form", "name"), fields_of(date))
def test_a_day_is_read_in_every_form(form: type[Form], name: str) -> None:
    clock.set(datetime(2026, 11, 27, tzinfo=UTC))
    boxes = {f"{name}-day": ["27"], f"{name}-month": ["Nov"], f"{name}-year": ["2026"]}
    assert name not in fill(form, boxes)[1].errors
    for year in UNREADABLE_YEARS:
        sent, filled = fill(form, {**boxes, f"{name}-year": [year]})
        assert sent is None
        assert "year" in filled.errors[name], year
        assert filled.anchors[name] == f"{name}-year"
        html = str(environment().from_string(DATE).render(form=filled, name=name))
        assert marked(html, name) == {"year"}
        assert filled.value(f"{name}-year") == year, "what was typed stays"
    filled = fill(form, {**boxes, f"{name}-day": [""]})[1]
    assert (filled.errors[name].endswith("must include a day"), filled.anchors[name]) == (True, f"{name}-day")
    clock.set(None)


DATE = '{% from "components/forms.html" import date %}{{ date(form, name, "When?") }}'


def marked(html: str, name: str) -> set[str]:
    """Return the boxes of a day that are marked as wrong."""
    inputs = [piece.split(">")[0] for piece in html.split("<input")[1:]]
    return {part for part in ("day", "month", "year") for i in inputs if f'id="{name}-{part}"' in i and "--error" in i}


@pytest.mark.parametrize(("form", "name"), fields_of(int))
def test_a_whole_number_has_plain_digits_in_every_form(form: type[Form], name: str) -> None:
    assert name not in fill(form, {name: ["3"]})[1].errors
    for text in UNREADABLE_NUMBERS:
        sent, filled = fill(form, {name: [text]})
        assert (sent, name in filled.errors) == (None, True), text
        assert filled.value(name) == text


@pytest.mark.parametrize(("form", "name", "most"), texts_with_a_limit())
def test_a_text_that_is_too_long_is_told_by_how_much(form: type[Form], name: str, most: int) -> None:
    assert "characters or fewer" not in fill(form, {name: ["x" * most]})[1].errors.get(name, "")
    sent, filled = fill(form, {name: ["x" * (most + 1234)]})
    assert sent is None
    assert filled.errors[name].endswith(
        f"must be {most:,} characters or fewer. It has {most + 1234:,}, so take out 1,234"
    )
    assert len(filled.value(name)) == most + 1234


def test_the_house_has_forms() -> None:
    assert len(forms()) > 30
    assert typing.get_type_hints(forms()[0])
