"""What a browser may send to resolve a difference."""

from app.audit.enums import BenchmarkOutcome, Cause
from app.db import LineOrEmpty, Text
from app.web.forms import Form


class ResolveForm(Form):
    """How a difference between two grades is resolved."""

    outcome: BenchmarkOutcome
    grade: LineOrEmpty = ""
    cause: Cause
    resolution: Text
    unclear_standard: LineOrEmpty = ""

    wrong = {  # noqa: RUF012
        "outcome": "Say which grade stands",
        "cause": "Say why the two differed",
        "resolution": "Enter your reasons",
    }
