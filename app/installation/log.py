"""The settings as the event log keeps them."""

from app.events import Row
from app.people.models import SettingsKept


def settings_row(of: SettingsKept) -> Row:
    """Return a row of settings; addresses are no secret."""
    return Row("settings", of.id, {"kept": of.kept, "by": of.by_id}, {"time": of.at})
