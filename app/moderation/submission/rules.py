"""Whether a submitted grade is past correcting, said shortly in a list. Pure."""

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
