"""What a browser may send as an own view."""

from collections.abc import Mapping, Sequence

from app.audit.thresholds.document import Standard, ThresholdDocument
from app.db import LONGEST_TEXT
from app.labels import length_fault
from app.moderation.challenges.actions import Point
from app.moderation.forms import one_sent

AS_A_WHOLE = "whole"


def own_view_points(
    document: ThresholdDocument, standards: Sequence[Standard], sent: Mapping[str, Sequence[str]]
) -> tuple[list[Point], dict[str, str]]:
    """Return an own view, a level and a note for each contested standard or for the grade, and what is missing."""
    levels = {level.code for level in document.scale}
    asked = [(s.code, s.code, s.title) for s in standards] or [("", AS_A_WHOLE, "the grade")]
    points, errors = [], {}
    for standard, field, title in asked:
        point = Point(standard, one_sent(sent, f"{field}-own"), one_sent(sent, f"{field}-note"))
        if point.level not in levels:
            errors[f"{field}-own"] = f"Choose your own view of {title}"
        missing = "" if point.why else f"Enter what you found in the file on {title}"
        if wrong := missing or length_fault(f"What you found on {title}", point.why, LONGEST_TEXT):
            errors[f"{field}-note"] = wrong
        points.append(point)
    return points, errors
