"""What an audit looks like as a form, and what a new one takes from an earlier one. Pure."""

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

from app.audit.models import Audit
from app.clock import add_working_days, is_working_day
from app.sampling.shapes.wanted import Shape

# What one audit after another has of its own.
DAYS = ("grade_by", "window_from", "window_to")
OWN = ("ref", "name", *DAYS)
COMPARED = ("comparator_name", "comparator_when", "comparator_good", "comparator_not_met")
_YEAR = re.compile(r"(?<![0-9])20[0-9]{2}(?![0-9])")
_NUMBERED = re.compile(r"(.+)-([0-9]{1,2})")


def day_typed(day: date | None) -> str:
    """Return a day as its three boxes hold it, a line each; nothing for none."""
    return f"{day.day}\n{day.month}\n{day.year}" if day else ""


def next_reference(ref: str, is_taken: Callable[[str], bool]) -> str:
    """Return a reference like this one that is free: itself, or with the first number behind it that is."""
    free = (f"{ref}-{n}" for n in range(2, 100))
    return ref if not is_taken(ref) else next((r for r in free if not is_taken(r)), "")


def a_year_on(text: str) -> str:
    """Return a name or a reference with the years in it one further."""
    return _YEAR.sub(lambda year: str(int(year[0]) + 1), text)


def same_day_next_year(day: date) -> date:
    """Return the same day of the next year, 28 February for the 29th."""
    return day.replace(year=day.year + 1, day=28 if (day.month, day.day) == (2, 29) else day.day)


def next_year(day: date, *, working: bool = False) -> date:
    """Return the same day a year on; the working day from it where somebody has to work on it."""
    found = same_day_next_year(day)
    return add_working_days(found, 1) if working and not is_working_day(found) else found


def _amount(value: object) -> str:
    return "" if value is None else str(value)


def _typed_shape(shape: Shape) -> dict[str, str]:
    how = "everybody" if shape.everybody else "areas" if shape.each is not None else "share"
    return {
        "how_many": "total" if shape.total is not None else how,
        "fraction": str(shape.fraction) if shape.fraction and not shape.everybody else "",
        "total": _amount(shape.total),
        "each": _amount(shape.each),
        "by_area": "\n".join(f"{area} {n}" for area, n in shape.areas.items()),
        "only_areas": ", ".join(shape.only),
        "only_reason": shape.reason,
        "without_months": str(shape.months) if shape.months else "",
        "staff": "\n".join(f"{kind} {share}" for kind, share in shape.employment.items()),
        "cases_each": str(shape.cases),
        "document_kinds": "\n".join(shape.documents),
    }


def _typed_comparator(comparators: Sequence[Mapping[str, Any]], scale: Sequence[str]) -> dict[str, str]:
    whole = {c["measure"]: c for c in comparators if c.get("scope") == "overall"}
    one: Mapping[str, Any] = next((whole[level] for level in scale if level in whole), {})
    values = [whole[level]["value"] if level in whole else "" for level in (scale[0], scale[-1])]
    return dict(zip(COMPARED, map(str, (one.get("name") or "", one.get("when") or "", *values)), strict=True))


def typed_of(audit: Audit, scale: Sequence[str]) -> dict[str, str]:
    """Return an audit as its form has it; `scale` is that of its document, best first."""
    plain = ("ref", "name", "kind", "purpose", "law_rule", "targets_by", "targets_set_in", "benchmark_share")
    numbers = ("good_target", "not_met_target", "review_days", "challenge_days", "decision_days", "escalation_days")
    return {
        **{name: str(getattr(audit, name)) for name in plain},
        **{name: _amount(getattr(audit, name)) for name in (*numbers, "extend_over")},
        "correction_days": str(audit.correction_days or ""),
        **{name: day_typed(getattr(audit, name)) for name in DAYS},
        **{name: "\n".join(getattr(audit, name)) for name in ("law_types", "bands")},
        **_typed_shape(Shape.read(audit.shape, Fraction(audit.fraction or 0))),
        "threshold": str(audit.threshold_id),
        **_typed_comparator(audit.comparators, scale),
    }


def as_next_year(audit: Audit, typed: Mapping[str, str], threshold: int) -> dict[str, str]:
    """Return the form of an audit as this one was, a year on, with a threshold document of its own."""
    days = {
        "window_from": day_typed(next_year(audit.window_from)),
        "window_to": day_typed(next_year(audit.window_to)),
        "grade_by": day_typed(next_year(audit.grade_by, working=True)) if audit.grade_by else "",
    }
    bare = {**dict.fromkeys(COMPARED, ""), "targets_by": ""}
    named = {"name": a_year_on(audit.name), "ref": a_year_on(audit.ref), "threshold": str(threshold)}
    return {**typed, **bare, **named, **days}


def template_of(typed: Mapping[str, str]) -> dict[str, str]:
    """Return what a template keeps of a form: all but what an audit has of its own."""
    return {name: text for name, text in typed.items() if text and name not in {*OWN, *COMPARED}}
