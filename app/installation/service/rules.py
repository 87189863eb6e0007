"""What roles can be called."""

from collections.abc import Mapping

from app.labels import length_fault
from app.people.enums import ROLE_LABELS, Role

LONGEST_TITLE = 60


def title_faults(titles: Mapping[str, str]) -> dict[str, str]:
    """Return what is wrong with the titles of roles, by role; an empty one is what the role is called by itself."""
    called = {role: titles.get(role.value) or ROLE_LABELS[role] for role in Role}
    found = {}
    for role, title in called.items():
        same = next(
            (other for other in Role if other is not role and called[other].casefold() == title.casefold()), None
        )
        fault = length_fault("The title", title, LONGEST_TITLE)
        if fault or (same and titles.get(role.value)):
            found[role.value] = fault or f"Another role is called {title} already"
    return found
