"""Forms of the audit room."""

from collections.abc import Callable, Mapping
from typing import Annotated

from pydantic import AfterValidator, Field

from app.tables.cells import cleaned
from app.web.merging import Merged, mark
from app.web.pages import Filled

Reference = Annotated[str, AfterValidator(cleaned), Field(min_length=1, max_length=40, pattern=r"^[^\x00-\x1f\x7f]+$")]


def served(fields: Mapping[str, str]) -> Filled:
    """Return a form filled in, which says what it was served with."""
    return Filled({**fields, "served": mark(fields)})


def both(
    stored: Mapping[str, str],
    merged: Merged,
    sent: Mapping[str, str],
    *,
    called: Callable[[str], str],
    in_words: Callable[[str, str], str] = lambda _, t: t,
) -> Filled:
    """Return the form in which a person chooses between what they typed and what another window saved.

    `called` names a field to them.
    """
    errors = {
        name: f"{called(name)} was changed in another window too. Choose what to keep, and save"
        for name in merged.clashes
    }
    saved = {name: in_words(name, stored.get(name, "")) for name in merged.clashes}
    return Filled({**served(stored).values, **{name: sent[name] for name in merged.clashes}}, errors, saved=saved)
