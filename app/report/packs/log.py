"""The rows of the area packs as the event log keeps them."""

from app.events import Row
from app.report.packs.models import ImprovementAction, PackOpening


def opening_row(of: PackOpening) -> Row:
    """Return the row of an opened pack."""
    return Row(
        "pack opening",
        of.id,
        {"audit": of.audit_id, "area": of.area, "person": of.person_id, "day": of.day},
        {"opened": of.at},
    )


def improvement_row(of: ImprovementAction) -> Row:
    """Return the row of an action of an improvement plan."""
    shown = {"audit": of.audit_id, "area": of.area, "version": of.version, "done": of.done_on}
    plan = [of.learning_point, of.what, of.who, of.by_when]
    return Row(
        "improvement action", of.id, shown, {"plan": plan, "outcome": of.outcome, "made": [of.made_by, of.made_at]}
    )
