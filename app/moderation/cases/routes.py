"""Routes of a case: its page, with everything that happened to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.enums import AUDIT_STATE_LABELS, LAW_TYPE_LABELS, AssessmentState, AuditState, LawType
from app.audit.grading.draft import Draft, draft_of
from app.audit.grading.fields import Change, changes
from app.audit.grading.in_hand import Answers
from app.audit.guards import case_in_scope
from app.audit.library import queries as library_queries
from app.audit.models import Assessment, AuditCase, Decision, Replacement
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import CASE, sample_can_change
from app.audit.sample import queries as sample_queries
from app.audit.thresholds.document import ThresholdDocument
from app.events import Event
from app.moderation.cases import queries as cases_queries
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.blind import LABELS, blind_page
from app.moderation.challenges.rules import Relevelled, relevelled
from app.moderation.concerns import queries as concerns_queries
from app.moderation.enums import Deadline, ReturnState
from app.moderation.models import Challenge, Concern, Return
from app.moderation.own_reviews.actions import Compared, compared, own_review
from app.moderation.own_reviews.rules import why_no_own_review
from app.moderation.own_views.actions import blind_to
from app.moderation.pages import assessment_of
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import (
    FOLLOWERS,
    OVERRIDERS,
    RETURN,
    answer_in_words,
    why_not_extended,
    why_not_overridden,
)
from app.moderation.rules import facts_in_words
from app.moderation.submission import actions as submission_actions
from app.people.enums import Role
from app.web.pages import Page
from app.web.routing import Router, Visit
from app.workflow import Offer

router = Router()


@dataclass(frozen=True, slots=True)
class Assessed:
    """A submitted assessment as the case's page shows it, with what it corrected and what corrected it."""

    draft: Draft
    facts: Sequence[tuple[str, str]]
    changes: Sequence[Change]
    corrected_by: Assessment | Answers | None


@dataclass(frozen=True, slots=True)
class Correction:
    """Where the auditor of a submitted case stands: until when it can be corrected, why not, whether one is begun."""

    until: date | None
    refusal: str | None
    begun: bool


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """A case: its standing grade, its judgements, and everything that happened to it."""

    template: ClassVar[str] = "moderation/cases/case.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    audit_state: str
    assessed: Sequence[Assessed]
    correction: Correction | None
    decisions: Sequence[Decision]
    returns: Sequence[Return]
    challenges: Sequence[Challenge]
    # Of a grade that the person gave, to which they can add a note.
    challenged: Challenge | None
    concerns: Sequence[Concern]
    answers: Mapping[int, str]
    # By return, the decision that withdrew it.
    withdrawn: Mapping[int, Decision]
    decided: Mapping[str, Relevelled]
    offers: Sequence[Offer]
    events: Sequence[tuple[Event, str]]
    names: dict[int, str]
    labels: dict[str, dict[object, str]]
    is_auditor: bool
    is_head: bool
    request: Replacement | None
    may_replace: bool
    may_answer: bool
    # More time for the newest return, for the lead; its late review, for the director.
    may_extend: bool
    # For the head of service: their own review beside the audit's, or whether they can make one.
    compared: Sequence[Compared]
    may_own_review: bool
    may_override: bool


def _assessed(visit: Visit, case: AuditCase) -> list[Assessed]:
    """Return everything that the auditor of a case submitted, newest first."""
    drafts = [draft_of(case, a) for a in audit_queries.submitted_assessments(visit.session, visit.viewer, case)]
    earlier, later = [*drafts[1:], None], [None, *drafts]
    return [
        Assessed(now, facts_in_words(now), changes(before, now) if before else (), by.assessment if by else None)
        for now, before, by in zip(drafts, earlier, later, strict=False)
    ]


def _correction(visit: Visit, case: AuditCase) -> Correction | None:
    """Return where the auditor stands with a correction.

    It is nothing for anybody else, before the case is submitted, or after fieldwork.
    """
    begun = audit_queries.draft_in_hand(visit.session, visit.viewer, case)
    over = case.audit.state is not AuditState.FIELDWORK and begun is None
    if case.auditor_id != visit.viewer.id or case.state not in audit_queries.RETURNED_TO_AREA or over:
        return None
    refusal = submission_actions.why_not_corrected(visit.session, case, visit.viewer)
    return Correction(audit_queries.correct_until(visit.session, case), refusal, begun is not None)


def _compared(visit: Visit, case: AuditCase) -> Sequence[Compared]:
    """Return the person's own submitted review of a case beside the audit's; nothing where there is none."""
    own = own_review(visit.session, visit.viewer, case)
    return (
        compared(assessment_of(visit, case), draft_of(case, own))
        if own and own.state is AssessmentState.SUBMITTED
        else ()
    )


def _withdrawn(returns: Sequence[Return], decisions: Sequence[Decision]) -> dict[int, Decision]:
    """Return, by withdrawn return, the decision that came after the one that it was for."""
    following = {before.id: after for after, before in pairwise(decisions)}
    return {r.id: following[r.decision_id] for r in returns if r.state is ReturnState.WITHDRAWN}


@router.get("/cases/{case_id}", case_in_scope)
def case_page(visit: Visit, case: AuditCase) -> Response:
    """Show a case with its line of decisions and events, or where a view has to be formed first, the way to that."""
    waits = blind_to(visit.session, visit.viewer, case)
    if waits is not None:
        return visit.render(blind_page(visit, waits))
    returns = returns_queries.returns_of_case(visit.session, visit.viewer, case)
    offers = RETURN.offers(returns[0], situation_of_case(case, visit.viewer)) if returns else []
    decisions = audit_queries.decisions(visit.session, visit.viewer, case)
    assessed = _assessed(visit, case)
    challenges = challenges_queries.challenges_of_case(visit.session, visit.viewer, case)
    people = [
        *(d.by_id for d in decisions),
        *(r.reviewed_by for r in returns),
        *(a.draft.assessment.author_id for a in assessed),
    ]
    is_head = case.area in visit.viewer.areas(Role.HEAD_OF_SERVICE)
    answers = REPLACEMENT["make"].is_for(visit.viewer, case.audit.ref)
    page = CasePage(
        title=f"Case {case.case_ref}",
        case=case,
        document=library_queries.document_of(case.audit),
        law_type=LAW_TYPE_LABELS[LawType(case.law_type)],
        audit_state=AUDIT_STATE_LABELS[case.audit.state],
        assessed=assessed,
        correction=_correction(visit, case),
        decisions=decisions,
        returns=returns,
        challenges=challenges,
        challenged=next(iter(challenges_queries.challenges_to_note(visit.session, visit.viewer, on=case)), None),
        answers={r.id: answer_in_words(r, challenges) for r in returns},
        offers=offers,
        concerns=concerns_queries.concerns_of_case(visit.session, visit.viewer, case),
        decided=relevelled(challenges),
        withdrawn=_withdrawn(returns, decisions),
        events=cases_queries.timeline(visit.session, visit.viewer, case),
        labels=LABELS,  # type: ignore[arg-type]
        names=audit_queries.names(visit.session, frozenset(p for p in people if p)),
        is_auditor=case.auditor_id == visit.viewer.id,
        is_head=is_head,
        compared=_compared(visit, case),
        may_own_review=is_head and why_no_own_review(case) is None,
        may_extend=visit.viewer.has(*FOLLOWERS, audit=case.audit.ref)
        and bool(returns)
        and why_not_extended(returns[0], Deadline.CHALLENGE) is None,
        may_override=visit.viewer.has(*OVERRIDERS) and bool(returns) and why_not_overridden(returns[0]) is None,
        request=sample_queries.open_request(visit.session, case),
        may_answer=answers,
        may_replace=(answers or case.auditor_id == visit.viewer.id)
        and case.state in CASE["replace"].sources
        and sample_can_change(case.audit) is None,
    )
    return visit.render(page)
