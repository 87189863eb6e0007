"""What a browser may send to share cases out."""

from typing import Annotated, Literal

from pydantic import Field

from app.db import Text
from app.web.forms import Form


class AllocateForm(Form):
    """Who shall grade."""

    auditors: Annotated[tuple[int, ...], Field(min_length=1)]
    wrong = {"auditors": "Choose at least one improvement manager"}  # noqa: RUF012


class AgainForm(Form):
    """Whose cases are shared out again, among whom, and why."""

    people: Annotated[tuple[int, ...], Field(min_length=1)]
    auditors: Annotated[tuple[int, ...], Field(min_length=1)]
    keep: Literal["", "yes"] = ""
    begun: Literal["", "yes"] = ""
    wrong = {  # noqa: RUF012
        "people": "Choose whose cases are shared out again",
        "auditors": "Choose at least one person who takes them",
    }

    @property
    def takers(self) -> tuple[int, ...]:
        """Return who takes the cases: those whose they were only where they keep a part."""
        others = tuple(a for a in self.auditors if a not in self.people)
        return (*others, *self.people) if self.keep else others


class WhyForm(Form):
    """Why cases change hands."""

    reason: Text
    wrong = {"reason": "Enter why; everybody on the audit can read it"}  # noqa: RUF012
