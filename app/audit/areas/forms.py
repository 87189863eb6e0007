"""Forms of areas and regions."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.audit.areas.rules import LONGEST_CODE, How, Wanted
from app.db import Line, LineOrEmpty, Text
from app.web.forms import Form

Code = Annotated[Line, Field(max_length=LONGEST_CODE)]


class RegionForm(Form):
    """A region: its code and its name."""

    code: Code
    name: Line
    wrong = {"code": "Enter a code for the region", "name": "Enter the region’s name"}  # noqa: RUF012


class RegionNameForm(Form):
    """Another name for a region."""

    name: Line
    wrong = {"name": "Enter the region’s name"}  # noqa: RUF012


class NewAreaForm(Form):
    """A new area: its code, its name, its region."""

    code: Code
    name: LineOrEmpty = ""
    region: LineOrEmpty = ""
    wrong = {"code": "Enter the area’s code, as the lists of filings have it"}  # noqa: RUF012


class AreaForm(Form):
    """What can be changed of an area: its name and its region."""

    name: Line
    region: LineOrEmpty = ""
    wrong = {"name": "Enter the area’s name"}  # noqa: RUF012


class ChangeForm(Form):
    """What happens to an area, and from which day on."""

    how: How
    day: date
    reason: Text
    # Of a merge: what else ends, and what comes of it. Of a split: one area a line.
    others: tuple[str, ...] = ()
    into: LineOrEmpty = ""
    parts: str = ""
    successor: LineOrEmpty = ""
    wrong = {  # noqa: RUF012
        "how": "Choose what happens to the area",
        "day": "Enter the first day on which it holds, such as 1 4 2027",
        "reason": "Say why; the area’s history shows it",
    }
    # Where the page has the field that a rule is about.
    anchors = {"old": "others", "new": "into"}  # noqa: RUF012

    def named(self) -> dict[str, str]:
        """Return the areas that come of it, each with its name: “code, name” a line, or the code alone."""
        if self.how is How.CLOSE:
            return {}
        lines = [self.into] if self.how is How.MERGE else self.parts.splitlines()
        parts = [line.partition(",") for line in lines if line.strip()]
        return {code.strip(): name.strip() for code, _, name in parts}

    def wanted(self, area: str) -> Wanted:
        """Return the change of an area."""
        new = tuple(self.named())
        old = (area, *(o for o in self.others if o != area)) if self.how is How.MERGE else (area,)
        successor = self.successor or (new[0] if len(new) == 1 else "")
        return Wanted(self.how, self.day, old, new, successor)
