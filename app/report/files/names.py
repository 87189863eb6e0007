"""Names of sheets, headings and files that are distinct and that every program takes. Pure."""

import re
from collections.abc import Iterable, Sequence

LONGEST = 200


def plain_name(text: str) -> str:
    """Return a text as a name of letters, digits, hyphens and underscores; never empty."""
    return re.sub(r"[^\w-]+", "-", text).strip("-_") or "table"


def distinct(names: Sequence[str], *, taken: Iterable[str] = (), longest: int = LONGEST) -> list[str]:
    """Return names of at most so many characters that differ, not by their capitals alone.

    A name that is there already gets a number.
    """
    used, found = {name.casefold() for name in taken}, []
    for name in names:
        made, number = name[:longest], 1
        while made.casefold() in used:
            number += 1
            made = f"{name[: longest - len(str(number)) - 1]}-{number}"
        used.add(made.casefold())
        found.append(made)
    return found
