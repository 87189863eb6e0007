"""The rows of single sign-on as the event log keeps them."""

from app.accounts.sso.models import Identity
from app.events import Row


def identity_row(of: Identity) -> Row:
    """Return as whom a provider knows a person."""
    shown = {"person": of.person_id, "untied": of.untied_at.isoformat() if of.untied_at else ""}
    return Row("identity", of.id, shown, {"is": [of.issuer, of.subject, of.tied_at.isoformat()]})
