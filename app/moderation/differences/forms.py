"""What a browser may send to resolve a difference."""

from typing import Annotated

from pydantic import Field

from app.audit.enums import BenchmarkOutcome, Cause
from app.audit.rules import LONGEST_NAME
from app.moderation.forms import Text
from app.web.forms import Form


class ResolveForm(Form):
    """How a difference between two grades is resolved."""

    outcome: BenchmarkOutcome
    grade: Annotated[str, Field(max_length=LONGEST_NAME)] = ""
    cause: Cause
    resolution: Text
    unclear_standard: Annotated[str, Field(max_length=LONGEST_NAME)] = ""

    wrong = {  # noqa: RUF012
        "outcome": "Say which grade stands",
        "cause": "Say why the two differed",
        "resolution": "Enter your reasons",
    }
