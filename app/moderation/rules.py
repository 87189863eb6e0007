"""What may happen to a return, a challenge and a concern: transitions, separation, what can be contested."""

from collections.abc import Sequence

from app.audit.enums import AUDIT_STATE_LABELS, AuditState
from app.audit.grading.draft import Draft
from app.moderation.models import Challenge, Return
from app.people.enums import Role
from app.workflow import Situation


def audit_still_open(thing: Return | Challenge, _situation: Situation[object]) -> str | None:
    """Once an audit has ended its grades stand; what is for the children's safety does not ask for this."""
    state = thing.case.audit.state
    if state is AuditState.FIELDWORK:
        return None
    return (
        f"The audit has been {AUDIT_STATE_LABELS[state].lower()}, so its grades can no longer change. "
        "The immediate review of a case and a further action that is done can still be recorded."
    )


HEAD = (Role.HEAD_OF_SERVICE,)


def facts_in_words(draft: Draft | None) -> Sequence[tuple[str, str]]:
    """Return each factual question with its answer; none where the assessment brought no facts."""
    if draft is None or not draft.facts:
        return ()
    found = []
    for fact in draft.document.facts_for(draft.law_type):
        labels = {answer.code: answer.label for answer in fact.answers}
        found.append(
            (
                fact.question,
                "; ".join(labels.get(given, given) for given in draft.facts.get(fact.code, ())) or "Not answered",
            )
        )
    return found
