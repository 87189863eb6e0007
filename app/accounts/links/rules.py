"""How long a link lasts, and for how many an address can ask."""

from datetime import timedelta

from app.people.enums import AccountState, LinkPurpose
from app.people.models import Person

LASTS = {
    LinkPurpose.INVITATION: timedelta(hours=72),
    LinkPurpose.RESET: timedelta(hours=1),
    LinkPurpose.FACTOR: timedelta(hours=24),
}
# How long it is kept that a link was asked for.
KEPT_FOR = timedelta(hours=1)
# For so long a link that is handed over is shown again to whoever made it.
SHOWN_FOR = timedelta(minutes=10)
NOT_OPEN = (
    "This link does not open anything. It works once only: an invitation for three days, a link for a forgotten "
    "password for an hour. Or the address in your browser is not the whole link."
)


def purpose_of(person: Person) -> LinkPurpose:
    """Return what a link for a password is that somebody gets now."""
    return LinkPurpose.INVITATION if person.state is AccountState.INVITED else LinkPurpose.RESET
