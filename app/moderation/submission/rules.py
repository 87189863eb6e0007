"""What is said of a submitted grade: whether it is past correcting, and who a returned case went to. Pure."""

from collections.abc import Sequence

from app.audit.enums import CaseState
from app.audit.models import AuditCase
from app.moderation.models import Return
from app.moderation.returns.rules import RETURN


def past_correcting(case: AuditCase, returned: Return | None) -> str | None:
    """Return why a grade is past correcting, or None where the time and the person decide.

    On its own page a case says when that came about, which asks the event log: too much for each row of a list.
    """
    if case.state is CaseState.FINAL:
        return "The grade is final."
    if returned is not None and returned.state not in RETURN["withdraw"].sources:
        return "The area has answered the grade."
    return None


def went_to(area: str, heads: Sequence[str], directors: Sequence[str]) -> str:
    """Return who a returned case went to, by name, or that nobody is named and who is told instead, as a sentence."""
    if heads:
        return f"It has gone back to {' and '.join(heads)}, head of service of {area}, for immediate review."
    told = (
        f"the audit lead is told, and {' or '.join(directors)} reviews it as assistant director"
        if directors
        else "the audit lead is told"
    )
    return f"No head of service is named for {area}, so {told}."
