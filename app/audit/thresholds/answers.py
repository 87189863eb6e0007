"""An answer to a factual question as a form or a script sends it. Pure."""

from collections.abc import Sequence

from app.audit.thresholds.document import Fact
from app.db import LONGEST_TEXT
from app.labels import length_fault


def fact_sent(fact: Fact, sent: Sequence[str]) -> tuple[str, str]:
    """Return a fact's field as it was sent, without what the document does not offer, and what is wrong with it."""
    if fact.kind == "text":
        text = "".join(sent[:1]).strip()
        return text, length_fault(f"The answer to ‘{fact.question}’", text, LONGEST_TEXT) or ""
    known = {a.code: a.label for a in fact.answers}
    chosen = [a for a in dict.fromkeys(sent) if a in known][: 1 if fact.kind == "single" else None]
    alone = fact.alone.intersection(chosen)
    wrong = (
        f"‘{known[min(alone)]}’ cannot be combined with another answer to ‘{fact.question}’"
        if alone and len(chosen) > 1
        else ""
    )
    return "\n".join(chosen), wrong
