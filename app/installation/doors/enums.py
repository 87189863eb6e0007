"""Closed lists about doors: how far a role that opens one has to reach."""

from enum import StrEnum


class Reach(StrEnum):
    """Where a role has to be held for a door to open."""

    # Where the thing behind the door belongs, or for the nation.
    HERE = "here"
    # There, and the thing is the person's own: given to them, begun by them, about them.
    OWN = "own"
    # In whatever audit or area: what is behind the door belongs to none.
    ANYWHERE = "anywhere"
    NATION = "nation"
