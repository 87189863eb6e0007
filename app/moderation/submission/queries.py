"""Who hears of a grade that goes back to its area."""

from sqlalchemy.orm import Session

from app.audit import rules
from app.audit.queries import assistant_directors, heads_of


def went_to(session: Session, area: str) -> str:
    """Return who a case of an area goes back to, in a sentence."""
    heads, standing_in = heads_of(session, area), assistant_directors(session)
    return rules.went_to(area, [p.name for p in heads], [p.name for p in standing_in])
