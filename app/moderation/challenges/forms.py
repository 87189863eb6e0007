"""What a browser may send about a challenge."""

from app.audit.thresholds.document import Standard
from app.db import LONGEST_TEXT, Text
from app.labels import length_fault
from app.web.forms import Form


class NoteForm(Form):
    """What the auditor adds to a challenge of their grade."""

    challenge_note: Text
    wrong = {"challenge_note": "Enter your note"}  # noqa: RUF012


def wrong_with(standard: Standard, why: str, missing: str) -> dict[str, str]:
    """Return what is wrong with the text that goes with a standard: it is `missing`, or too long."""
    if not why:
        return {f"{standard.code}-why": missing}
    fault = length_fault(f"What you wrote on {standard.title}", why, LONGEST_TEXT)
    return {f"{standard.code}-why": fault} if fault else {}
