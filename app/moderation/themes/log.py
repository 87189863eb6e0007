"""The rows of the choices about learning points as the event log keeps them."""

from app.events import Row
from app.moderation.themes.models import ThemeChoice


def choice_row(of: ThemeChoice) -> Row:
    """Return the row of a choice about a learning point."""
    chosen = [of.case_id, of.theme, of.by_id, of.at]
    return Row("theme choice", of.id, {"keep": of.keep}, {"choice": chosen}, of.case_id)
