"""What a browser may send to resolve a difference."""

from collections.abc import Iterable, Mapping, Sequence

from app.audit.enums import BenchmarkOutcome, Cause
from app.audit.thresholds.document import Standard
from app.audit.wording.rules import ReadTwice
from app.db import LineOrEmpty, Text
from app.labels import length_fault
from app.moderation.forms import one_sent
from app.web.forms import Form

# The longest account of how some words were read, in characters.
LONGEST_READING = 600


class ResolveForm(Form):
    """How a difference between two grades is resolved."""

    outcome: BenchmarkOutcome
    grade: LineOrEmpty = ""
    cause: Cause
    resolution: Text

    wrong = {  # noqa: RUF012
        "outcome": "Say which grade stands",
        "cause": "Say why the two differed",
        "resolution": "Enter your reasons",
    }


def readings_sent(
    differing: Iterable[tuple[Standard, str, str]], sent: Mapping[str, Sequence[str]], whole: str
) -> tuple[list[ReadTwice], dict[str, str]]:
    """Return why two people judged each of some standards differently, and what is missing.

    `differing` has each standard with both levels. One without a cause of its own has that of the `whole` case.
    """
    readings, errors = [], {}
    for standard, first, second in differing:
        cause, words = one_sent(sent, f"{standard.code}-cause") or whole, one_sent(sent, f"{standard.code}-words")
        if cause not in set(Cause):
            continue  # the cause of the whole is asked for
        if cause == Cause.THRESHOLD_UNCLEAR and not words:
            errors[f"{standard.code}-words"] = f"Say which words of {standard.title} were read in two ways, and how"
        if wrong := length_fault(f"What was read in {standard.title}", words, LONGEST_READING):
            errors[f"{standard.code}-words"] = wrong
        readings.append(ReadTwice(standard.code, first, second, Cause(cause), words))
    return readings, errors
