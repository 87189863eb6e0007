"""Whether a rehearsal can be begun, moved on or erased, and what has to be there."""

from collections.abc import Iterator

from app.audit.actions import situation_in_audit
from app.audit.bars.queries import Everybody
from app.audit.models import Audit
from app.audit.rehearsals import is_a_rehearsal
from app.audit.rules import AUDIT
from app.errors import Conflict
from app.people.enums import Role
from app.people.rules import Viewer

# Who has to be there, and for what; held for every audit, as a rehearsal is no particular one.
NEEDED = (
    (Role.LEAD, "shares the cases out"),
    (Role.IMPROVEMENT_MANAGER, "grades them"),
)


def demand(move: str, audit: Audit, by: Viewer | None) -> None:
    """Raise Forbidden or Conflict where a move of a rehearsal cannot be made; the command line asks for no role."""
    if by is not None:
        AUDIT.demand(move, audit, situation_in_audit(audit, by))
    elif refusal := is_a_rehearsal(audit, None):
        raise Conflict(refusal)


def why_not_begun(here: Everybody, *, documents: bool) -> str | None:
    """Return what has to be there before anything can be tried out, or None."""
    return next(_missing(here, documents=documents), None)


def _missing(here: Everybody, *, documents: bool) -> Iterator[str]:
    if not here.areas:
        yield "There is no service area yet. An administrator adds service areas on the page ‘Service areas’."
    for role, does in NEEDED:
        if not here.with_role(role, ""):
            yield (
                f"Nobody has the role of {role.label.lower()} for every audit, who {does}. An administrator gives it "
                "on the page ‘People’."
            )
    if not documents:
        yield "No threshold document is published yet. Publish one on the page ‘Threshold documents’."
