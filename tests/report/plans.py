"""What the tests of packs and of improvement plans have in common."""

from datetime import date

from app.audit.library.queries import document_of
from app.audit.thresholds.document import LearningTheme
from tests.moderation.stories import date_fields
from tests.world import REF, World, the_audit

PACK, PLAN = f"/audits/{REF}/areas/A1", f"/audits/{REF}/areas/A1/plan"
WHAT = "Train every team in recording decisions."


def planned(day: date, what: str = WHAT, **more: str) -> dict[str, str]:
    return {
        "learning_point": "",
        "what": what,
        "who": "Service manager",
        **date_fields("by_when", day.day, day.month, day.year),
        **more,
    }


def the_point(world: World) -> LearningTheme:
    """Return a learning point that can be picked in every law type."""
    with world.database.reading() as session:
        themes = document_of(the_audit(session)).learning_themes
    return next(t for t in themes if t.kind == "learning" and len(t.law_types or ()) == 3)
