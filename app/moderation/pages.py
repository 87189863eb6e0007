"""Pages that several routes of this room show."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from app.audit import queries as audit_queries
from app.audit.evidence.emptiness import Question
from app.audit.evidence.emptiness import questions as ask
from app.audit.evidence.queries import listed_documents
from app.audit.grading.draft import Draft, Missing, draft_of
from app.audit.grading.fields import Change, tool_fields
from app.audit.grading.guards import InHand
from app.audit.models import Audit, AuditCase
from app.audit.standing.queries import decided_on
from app.audit.thresholds.document import ThresholdDocument
from app.db import lock
from app.web.merging import digest, mark, marks_of
from app.web.pages import Filled, Page
from app.web.personal import warning
from app.web.routing import Visit


@dataclass(frozen=True, kw_only=True)
class ConfirmPage(Page):
    """Ask once more before an act that cannot be taken back: what follows from it, the button, and the way back."""

    template: ClassVar[str] = "moderation/confirm.html"
    case: AuditCase
    consequences: Sequence[str]
    refusal: str | None
    back_to: str
    back_text: str


def assessment_of(visit: Visit, case: AuditCase) -> Draft | None:
    """Return what the auditor of a case submitted last, with what decisions made of it, if the visitor may read it."""
    found = audit_queries.submitted_assessments(visit.session, visit.viewer, case)
    return draft_of(case, found[0], decided=decided_on(visit.session, case)) if found else None


@dataclass(frozen=True, kw_only=True)
class CheckPage(Page):
    """Check answers, and submit."""

    template: ClassVar[str] = "moderation/check.html"
    case: AuditCase
    document: ThresholdDocument
    draft: Draft
    form: Filled
    missing: Sequence[Missing]
    returns: bool
    # By fact, who prepared it and whether the auditor has confirmed it.
    notes: Mapping[str, str]
    # What was asked when it was to be submitted; not before.
    questions: Sequence[Question]
    # Of a correction: what it changes.
    changes: Sequence[Change]
    # The mark of the answers that it shows, which its form carries.
    shown: str


def shown_by(draft: Draft) -> str:
    """Return the mark of all answers of an assessment."""
    return mark(tool_fields(draft))


def unseen_in(draft: Draft, shown: str) -> Filled:
    """Return as errors of a form the answers that are others than those which the check page showed.

    A form that does not say what was shown has none.
    """
    was, now = marks_of(shown), tool_fields(draft) if shown else {}
    fields = [name for name in {**now, **was} if name in draft.fields]
    changed = [name for name in fields if digest(now.get(name, "")) != was.get(name, "")]
    sentence = "{} was changed after you opened this page. Look at it, then submit again"
    return Filled(
        {},
        {name: sentence.format(draft.what(name)) for name in changed},
        {name: draft.link_to(name) for name in changed},
    )


def left_to_ask(visit: Visit, held: InHand) -> Sequence[Question]:
    """Return what the author of a draft is asked once before it is submitted, and has not confirmed.

    What they confirm now is kept as asked.
    """
    lock(visit.session, Audit, held.case.audit_id)
    lock(visit.session, AuditCase, held.case.id)
    draft, kept = held.draft, held.assessment.asked or []
    labels = [one.label for one in listed_documents(visit.session, visit.viewer, held.case.id)]
    standards = draft.document.standards_for(draft.law_type)
    asked = ask(draft.document, standards, draft.judgements, documents=labels, asked=kept)
    left = [one for one in asked if not {*visit.sent("asked").split()}.issuperset(one.keys)]
    if asked and not left:
        held.assessment.asked = [*kept, *(key for one in asked for key in one.keys)]
    return left


def lacking_in(missing: Sequence[Missing]) -> Filled:
    """Return what is missing as the errors of a form, each with a link to where it is answered."""
    return Filled(
        {},
        {f"missing-{i}": m.sentence for i, m in enumerate(missing)},
        {f"missing-{i}": m.link for i, m in enumerate(missing)},
    )


def noticed(texts: Mapping[str, str]) -> list[str]:
    """Return a sentence for each text, by what it is called, in which something looks like a personal detail."""
    return [sentence for called, text in texts.items() if (sentence := warning(f"‘{called}’", text))]
