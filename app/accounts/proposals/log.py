"""The rows of proposed roles and of teams as the event log keeps them."""

from app.events import Row
from app.people.models import RoleProposal, Team


def proposal_row(of: RoleProposal) -> Row:
    """Return a proposed role's row."""
    shown = {"state": of.state, "area": of.area, "role": of.role, "scope": [of.scope_kind, of.scope]}
    sealed = {
        "proposed": [of.name, of.email, of.proposed_by, of.proposed_at],
        "answer": [of.answered_by, of.answered_at, of.reason],
    }
    # Those of before had no days, and their events say nothing of them.
    days = {"days": [of.from_day, of.until_day]} if of.from_day or of.until_day else {}
    return Row("proposed role", of.id, {**shown, **days}, sealed)


def team_row(of: Team) -> Row:
    """Return a team's row, with who is in it and was."""
    members = sorted([m.id, m.area, m.practitioner_id, m.from_on, m.to_on] for m in of.members)
    return Row("team", of.id, {"area": of.area}, {"made": [of.name, of.made_by, of.made_at], "members": members})
