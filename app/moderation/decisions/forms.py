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
    """Return the decision on each contested standard of a form, and what is missing: a level and reasons for each."""
    levels = {level.code for level in document.scale}
    points, errors = [], {}
    for standard in standards:
        point = Point(standard.code, one_sent(sent, f"{standard.code}-level"), one_sent(sent, f"{standard.code}-why"))
        if point.level not in levels:
            errors[f"{standard.code}-level"] = f"Choose the level for {standard.title}"
        errors.update(wrong_with(standard, point.why, f"Enter your reasons on {standard.title}"))
        points.append(point)
    return points, errors
