"""Rehearsals: how they are called, and what they never do. Pure."""

import re
from typing import Any, Protocol

from app.people.enums import Role

# Who may try the service out: those who keep it, and those who commission, agree and lead.
STARTERS = (Role.ADMINISTRATOR, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.LEAD)
# On every page and file of one.
MARK = "Rehearsal with invented cases"
_REFERENCE = re.compile(r"REHEARSAL-[0-9]{1,6}").fullmatch
_NAME = re.compile(r"Rehearsal [0-9]{1,6}, with invented cases").fullmatch
KEPT_FOR_THEM = "is kept for rehearsals. Choose another one"


class Rehearsed(Protocol):
    """What says whether it is a rehearsal."""

    @property
    def rehearsal(self) -> bool: ...  # noqa: D102 - as the table has it


def reference_of(number: int) -> str:
    """Return the reference of a rehearsal."""
    return f"REHEARSAL-{number}"


def name_of(number: int) -> str:
    """Return the name of a rehearsal, which stands at the top of every page and file and says what it is."""
    return f"Rehearsal {number}, with invented cases"


def may_be_rehearsal(reference: str) -> bool:
    """Say whether a reference is one that only rehearsals are given."""
    return _REFERENCE(reference.upper()) is not None


def is_named_as_one(name: str) -> bool:
    """Say whether a name is one that only rehearsals are given."""
    return _NAME(name) is not None


def is_a_rehearsal(audit: Rehearsed, _situation: Any) -> str | None:  # noqa: ANN401 - whatever is known
    """Ask for a rehearsal: what really happened is neither moved nor erased."""
    return None if audit.rehearsal else "This is no rehearsal: its days and its cases are real, and stay as they are."


def is_no_rehearsal(audit: Rehearsed, _situation: Any) -> str | None:  # noqa: ANN401 - whatever is known
    """Refuse what would make a rehearsal count."""
    if not audit.rehearsal:
        return None
    return "This is a rehearsal, so it is never published, withdrawn or archived. Erase it once it has served."
