"""What a browser may send about a decision on a challenge."""

from collections.abc import Mapping, Sequence

from app.audit.thresholds.document import Standard, ThresholdDocument
from app.db import Text
from app.moderation.challenges.actions import Point
from app.moderation.challenges.forms import wrong_with
from app.moderation.forms import one_sent
from app.web.forms import Form


class EscalationForm(Form):
    """Why the director should look at a decision."""

    reason: Text
    wrong = {"reason": "Enter why you do not accept the decision"}  # noqa: RUF012


def ruling_points(
    document: ThresholdDocument, standards: Sequence[Standard], sent: Mapping[str, Sequence[str]]
) -> tuple[list[Point], dict[str, str]]:
    """Return the decision on each contested standard of a form, and what is missing: level, degree and reasons."""
    levels, degrees = ({c.code for c in codes} for codes in (document.scale, document.improvement_degrees))
    points, errors = [], {}
    for standard in standards:
        level, degree, why = (one_sent(sent, f"{standard.code}-{name}") for name in ("level", "degree", "why"))
        # What is at the best level needs no improvement, unless somebody says so.
        if level == document.best.code and not degree:
            degree = document.improvement_degrees[0].code
        point = Point(standard.code, level, why, degree)
        if level not in levels:
            errors[f"{standard.code}-level"] = f"Choose the level for {standard.title}"
        if degree not in degrees and (level in levels or degree):
            errors[f"{standard.code}-degree"] = f"Say how much improvement {standard.title} needs"
        errors.update(wrong_with(standard, point.why, f"Enter your reasons on {standard.title}"))
        points.append(point)
    return points, errors
