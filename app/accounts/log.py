"""The rows of reception as the event log keeps them."""

from app.events import Row
from app.people.enums import AccountState
from app.people.models import Person, RoleGrant, ServiceArea


def person_row(of: Person) -> Row:
    """Return a person's row with the roles that they hold."""
    roles = sorted(f"{g.role} {g.scope_kind} {g.scope}".strip() + _between(g) for g in of.grants)
    return Row(
        "person",
        of.id,
        {"roles": roles, "disabled": of.state is AccountState.DISABLED, **_invited(of)},
        {"name": [of.email, of.name, of.job_title]},
    )


def _invited(of: Person) -> dict[str, object]:
    """Return that somebody has chosen no password yet; whoever was there before had one."""
    return {"state": of.state} if of.state is AccountState.INVITED else {}


def _between(of: RoleGrant) -> str:
    """Return the days of a role that has any; those of before had none, and their events say nothing of them."""
    first, last = (f" from {of.from_day}" if of.from_day else ""), (f" until {of.until_day}" if of.until_day else "")
    return first + last + (f" for person {of.deputy_for}" if of.deputy_for else "")


def account_row(of: Person) -> Row:
    """Return what a person signs in with, from when until when, and since when they hold each of their roles."""
    since = sorted([g.id, g.role, g.scope_kind, g.scope, g.granted_at.isoformat()] for g in of.grants)
    times = [of.created_at, of.disabled_at, *([of.leaves_on] if of.leaves_on else [])]
    # Of those of before nobody says how they came by it.
    password = [of.password_hash, "temporary"] if of.password_is_temporary else of.password_hash
    return Row("account", of.id, {}, {"password": password, "roles": since, "time": times})


def person_rows(of: Person) -> list[Row]:
    """Return all that an act on a person leaves."""
    return [person_row(of), account_row(of)]


def area_row(of: ServiceArea) -> Row:
    """Return a service area's row; those of before had no days, and their events say nothing of them."""
    kept = {"region": of.region, "opened": of.opened_on, "closed": of.closed_on, "successor": of.successor}
    shown = {name: str(value) for name, value in kept.items() if value is not None}
    return Row("service area", of.code, {"name": of.name, "position": of.position, **shown}, {})
