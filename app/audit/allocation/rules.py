"""To whom a case can be allocated."""

from dataclasses import dataclass

from app.audit.bars.rules import Bars
from app.audit.models import AuditCase


@dataclass(frozen=True, slots=True)
class Graders:
    """Who grades on an audit, and what each of them must not grade."""

    able: frozenset[int]
    bars: Bars

    def refusal(self, person: int, case: AuditCase) -> str | None:
        """Return why a case cannot be given to somebody, or None."""
        if person not in self.able:
            return (
                "That person is not an improvement manager on this audit who can sign in. An administrator gives the "
                "role on the ‘People’ page."
            )
        if self.bars.hold(person, case):
            return (
                f"That person has an interest in case {case.case_ref}. Choose somebody else; an interest that no "
                "longer holds can be ended."
            )
        return None
