"""The rows of second factors as the event log keeps them."""

from app.events import Row
from app.people.factors import Factor


def factor_row(of: Factor) -> Row:
    """Return a factor's row: whose, of which kind and whether it is gone; what it is made of under hashes."""
    shown = {"person": of.person_id, "kind": of.kind, "gone": of.removed_at is not None}
    return Row("factor", of.id, shown, {"made": [of.name, of.secret, of.credential, of.made_at, of.removed_at]})
