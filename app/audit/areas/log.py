"""The rows of regions and of changes of areas as the event log keeps them."""

from app.events import Row
from app.people.models import AreaChange, Region


def region_row(of: Region) -> Row:
    """Return a region's row."""
    return Row("region", of.code, {"name": of.name, "position": of.position}, {})


def change_row(of: AreaChange) -> Row:
    """Return a change's row."""
    shown = {"day": str(of.day), "old": of.old, "new": of.new}
    return Row("area change", of.id, shown, {"made": [of.reason, of.by_id, of.at]})
