"""What a browser may send about a decision on a challenge."""

from collections.abc import Mapping, Sequence

from app.audit.enums import Cause
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.db import LONGEST_TEXT, Text
from app.labels import length_fault
from app.moderation.challenges.actions import Point
from app.moderation.challenges.forms import wrong_with
from app.web.forms import Form

PARTS = ("level", "degree", "why", "cause")
TEXTS = ("grade", "reasons", "departure")


class EscalationForm(Form):
    """Why the director should look at a decision."""

    reason: Text
    wrong = {"reason": "Enter why you do not accept the decision"}  # noqa: RUF012


def field_names(standards: Sequence[Standard]) -> list[str]:
    """Return the fields of a decision, in the order of the page."""
    return [f"{s.code}-{part}" for s in standards for part in PARTS] + [*TEXTS]


def ruling_points(
    document: ThresholdDocument, standards: Sequence[Standard], said: Mapping[str, str], stood: Mapping[str, str]
) -> tuple[list[Point], dict[str, str]]:
    """Return the decision on each contested standard of a form, and what is missing: level, degree, reasons, cause.

    `stood` has by standard the level that the audit gave: why two people read it differently is asked where it differs.
    """
    degrees = {c.code for c in document.improvement_degrees}
    points, errors = [], {}
    for standard in standards:
        point = _point(document, standard, said, stood)
        levels = {c.code for c in document.scale}
        if point.level not in levels:
            errors[f"{standard.code}-level"] = f"Choose the level for {standard.title}"
        if point.degree not in degrees and (point.level in levels or point.degree):
            errors[f"{standard.code}-degree"] = f"Say how much improvement {standard.title} needs"
        errors.update(wrong_with(standard, point.why, f"Enter your reasons on {standard.title}"))
        if point.level in levels and _differs(point.level, standard, stood) and point.cause is None:
            errors[f"{standard.code}-cause"] = f"Choose why two people read {standard.title} differently"
        points.append(point)
    return points, errors


def _point(document: ThresholdDocument, standard: Standard, said: Mapping[str, str], stood: Mapping[str, str]) -> Point:
    level, degree, why, cause = (said.get(f"{standard.code}-{part}", "").strip() for part in PARTS)
    # What is at the best level needs no improvement, unless somebody says so.
    if level == document.best.code and not degree:
        degree = document.improvement_degrees[0].code
    known = Cause(cause) if cause in set(Cause) and _differs(level, standard, stood) else None
    return Point(standard.code, level, why, degree, known, stood.get(standard.code, ""))


def _differs(level: str, standard: Standard, stood: Mapping[str, str]) -> bool:
    """Say whether a level is another than the audit's; where the audit gave none nobody is asked why."""
    return bool(stood.get(standard.code)) and level != stood[standard.code]


def text_faults(said: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the reasons of a decision as a whole."""
    reasons = said.get("reasons", "").strip()
    missing = "" if reasons else "Enter your reasons"
    wrong = missing or length_fault("Your reasons", reasons, LONGEST_TEXT)
    return {"reasons": wrong} if wrong else {}
