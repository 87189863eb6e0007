"""The rows of reception as the event log keeps them."""

from app.events import Row
from app.people.models import Person


def person_row(of: Person) -> Row:
    """Return a person's row with the roles that they hold."""
    roles = sorted(f"{g.role} {g.scope_kind} {g.scope}".strip() for g in of.grants)
    return Row(
        "person",
        of.id,
        {"roles": roles, "disabled": of.disabled_at is not None},
        {"name": [of.email, of.name, of.job_title]},
    )
