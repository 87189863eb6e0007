"""What a kind of list needs: its fields, what may stand in each, and by which words a column is known. Pure."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache

from app.tables.cells import cleaned

# How a field is read: an identifier as it stands, one of a list of codes, or a day.
IDENTIFIER, CODE, DAY = "identifier", "code", "day"


@lru_cache(maxsize=20_000)
def plain(text: str) -> str:
    """Return the letters and figures of a text, in small letters: what a word is known by."""
    return re.sub(r"[\W_]+", "", cleaned(text)).casefold()


@dataclass(frozen=True, slots=True)
class Field:
    """A field of ours.

    `headings` are names that columns of it have. `codes` are what may stand in it, empty where any will do; `words`
    gives the code of a word that is known, by its letters and figures alone. `new` says whether a person can add a
    code. `absent` is what stands in every row where a file has no column for it, None where it has to have one.
    """

    name: str
    called: str
    reads: str
    headings: Sequence[str]
    codes: Mapping[str, str] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)
    new: bool = False
    absent: str | None = None
    # What people call one value of it, and what a blank may become.
    noun: str = ""
    blank: str = ""

    def code_of(self, value: str) -> str | None:
        """Return the code that a cleaned value stands for by itself, or None where a person has to say."""
        if not value:
            return self.words.get("")
        letters = plain(value)
        known = {plain(code): code for code in self.codes}
        return known.get(letters) or self.words.get(letters)

    def allows(self, code: str) -> bool:
        """Say whether a code may stand in the field."""
        return code in self.codes or self.new or (bool(self.blank) and code == self.blank)

    def label(self, code: str) -> str:
        """Return what a code is called."""
        return self.codes.get(code, code)


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of list, with its fields in our order."""

    name: str
    fields: Sequence[Field]
    # Fields of which a person of the list may have several values, with what the rule about that is by itself.
    several: Mapping[str, str] = field(default_factory=dict)
    # What a file of it is, in a sentence.
    wanted: str = "a list of filings"

    def field(self, name: str) -> Field:
        """Return a field by its name."""
        return next(one for one in self.fields if one.name == name)
