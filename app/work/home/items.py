"""One thing that waits for somebody on ‘Your work’: its one shape."""

from dataclasses import dataclass
from datetime import date, datetime

from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.clock import today
from app.workflow import Known, Situation, Thing, Workflow


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for somebody: what, where, why, and by when."""

    name: str
    link: str
    why: str
    due: date | None = None
    urgent: bool = False
    since: datetime | None = None
    # An urgent safeguarding concern comes before whatever else is urgent.
    first: bool = False
    # The name of the audit that it belongs to, shown where somebody has work of several.
    audit: str = ""

    @property
    def overdue(self) -> bool:
        """Say whether the day by which it was due has passed."""
        return self.due is not None and self.due < today()


def possible(workflow: Workflow[Thing, Known], thing: Thing, situation: Situation[Known]) -> frozenset[str]:
    """Return the moves that somebody can make now."""
    return frozenset(offer.transition.name for offer in workflow.offers(thing, situation) if not offer.refusal)


def lowest(case: AuditCase) -> str:
    """Return how the lowest grade of a case is called."""
    return library_queries.document_of(case.audit).lowest.label
