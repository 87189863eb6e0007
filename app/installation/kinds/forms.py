"""The form of a kind of work."""

from typing import Annotated

from pydantic import Field

from app.people.kind_lists import LONGEST_CODE, LONGEST_EXPLANATION, LONGEST_NAME, LONGEST_SHORT, MOST_KINDS
from app.people.kinds import Kind
from app.tables.cells import cleaned
from app.web.forms import Form

LONGEST_TEXT = 2000


class KindForm(Form):
    """What a kind is called, how files write it, and where it stands in its list."""

    code: Annotated[str, Field(max_length=LONGEST_CODE * 2)] = ""
    name: Annotated[str, Field(max_length=LONGEST_NAME * 2)] = ""
    short_name: Annotated[str, Field(max_length=LONGEST_SHORT * 2)] = ""
    explanation: Annotated[str, Field(max_length=LONGEST_EXPLANATION * 2)] = ""
    also: Annotated[str, Field(max_length=LONGEST_TEXT)] = ""
    usual: str = ""
    place: Annotated[int, Field(ge=1, le=MOST_KINDS + 1)]
    wrong = {"place": "Choose the place in the list"}  # noqa: RUF012

    def kind(self, code: str, *, usual: bool, closed: bool) -> Kind:
        """Return the kind; `code` is that of the one that is changed, or what was typed."""
        words = tuple(filter(None, map(cleaned, self.also.splitlines())))
        name, short, explanation = map(cleaned, (self.name, self.short_name, self.explanation))
        return Kind(code, name, short, explanation, words, usual=usual, closed=closed)
