"""Routes of a case: its page, with everything that happened to it."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.actions import situation_of_case
from app.audit.enums import AUDIT_STATE_LABELS, AUDITORS_OWN, AssessmentState, AuditState, CaseState
from app.audit.grading.draft import Draft, draft_of
from app.audit.grading.fields import Change, changes
from app.audit.grading.in_hand import Answers
from app.audit.guards import case_in_scope
from app.audit.library import queries as library_queries
from app.audit.models import Assessment, AuditCase, Decision, Replacement
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import CASE, sample_can_change
from app.audit.sample import queries as sample_queries
from app.audit.standing.queries import decided_on
from app.audit.thresholds.document import ThresholdDocument
from app.events import Event
from app.moderation.cases import queries as cases_queries
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.blind import LABELS, blind_page
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
    waits_to_be_read,
    why_not_extended,
    why_not_overridden,
)
from app.moderation.rules import facts_in_words
from app.moderation.submission import actions as submission_actions
from app.moderation.themes.queries import choices_on
from app.moderation.themes.rules import Doubtful, in_doubt
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
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
    # By standard, what its author reused in the evidence: for them and the audit lead alone.
    reused: Mapping[str, str]
    # The learning points that the audit lead dropped.
    dropped: Collection[str]


@dataclass(frozen=True, slots=True)
class Correction:
    """Where the auditor of a submitted case stands: until when it can be corrected, why not, whether one is begun."""

    until: date | None
    refusal: str | None
    begun: bool


@dataclass(frozen=True, slots=True)
class Grading:
    """How a case was graded: what its auditor submitted, newest first, and what was decided after that."""

    assessed: Sequence[Assessed]
    correction: Correction | None
    decisions: Sequence[Decision]


@dataclass(frozen=True, slots=True)
class WithArea:
    """What a case's area has to do and did: its returns, newest first, with the answer to each, and its challenges."""

    returns: Sequence[Return]
    answers: Mapping[int, str]
    # By return, the decision that withdrew it.
    withdrawn: Mapping[int, Decision]
    offers: Sequence[Offer]
    challenges: Sequence[Challenge]
    # Of a grade that the person gave, to which they can add a note.
    challenged: Challenge | None


@dataclass(frozen=True, slots=True)
class May:
    """What the person may do on a case, besides the moves that are offered."""

    grade: bool
    # For the auditor or the lead, and the answer for the lead.
    replace: bool
    answer: bool
    # More time for the newest return, for the lead; its late review, for the director.
    extend: bool
    override: bool
    # For the head of service.
    record_action: bool
    own_review: bool
    supervise: bool
    # For the lead: learning points of the case rest on a standard that was decided at the best level.
    keep_or_drop: bool


@dataclass(frozen=True, kw_only=True)
class CasePage(Page):
    """A case: its standing grade, its judgements, and everything that happened to it."""

    template: ClassVar[str] = "moderation/cases/case.html"
    case: AuditCase
    document: ThresholdDocument
    law_type: str
    audit_state: str
    grading: Grading
    area: WithArea
    concerns: Sequence[Concern]
    # For the head of service: their own review beside the audit's.
    compared: Sequence[Compared]
    request: Replacement | None
    may: May
    events: Sequence[tuple[Event, str]]
    names: dict[int, str]
    labels: dict[str, dict[object, str]]


def _assessed(visit: Visit, case: AuditCase) -> list[Assessed]:
    """Return everything that the auditor of a case submitted, newest first; that one with what was decided since."""
    submitted = audit_queries.submitted_assessments(visit.session, visit.viewer, case)
    decisions = audit_queries.decisions(visit.session, visit.viewer, case)
    others = any(d.kind not in AUDITORS_OWN for d in decisions)
    drafts = [draft_of(case, a, decided=decided_on(visit.session, case) if others else ()) for a in submitted[:1]]
    drafts += [draft_of(case, a) for a in submitted[1:]]
    earlier, later = [*drafts[1:], None], [None, *drafts]
    shown = visit.viewer.has(Role.LEAD, audit=case.audit.ref) or case.auditor_id == visit.viewer.id
    return [
        Assessed(
            now,
            facts_in_words(now),
            changes(before, now) if before else (),
            by.assessment if by else None,
            now.was_reused if shown else {},
            _dropped(visit, case, now),
        )
        for now, before, by in zip(drafts, earlier, later, strict=False)
    ]


def _doubtful(of: Draft) -> list[Doubtful]:
    return in_doubt(of.document, of.law_type, of.assessment.themes, of.standing) if of.decided else []


def _dropped(visit: Visit, case: AuditCase, of: Draft) -> Collection[str]:
    """Return the learning points that the audit lead dropped, as a decision put their standard at the best level."""
    doubtful = _doubtful(of)
    chosen = choices_on(visit.session, {case.id}) if doubtful else {}
    return {d.theme.code for d in doubtful if (c := chosen.get((case.id, d.theme.code))) and not c.keep}


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
        compared(case.standing_grade or "", assessment_of(visit, case), draft_of(case, own))
        if own and own.state is AssessmentState.SUBMITTED
        else ()
    )


def _withdrawn(returns: Sequence[Return], decisions: Sequence[Decision]) -> dict[int, Decision]:
    """Return, by withdrawn return, the decision that came after the one that it was for."""
    following = {before.id: after for after, before in pairwise(decisions)}
    return {r.id: following[r.decision_id] for r in returns if r.state is ReturnState.WITHDRAWN}


def _grading(visit: Visit, case: AuditCase) -> Grading:
    decisions = audit_queries.decisions(visit.session, visit.viewer, case)
    return Grading(_assessed(visit, case), _correction(visit, case), decisions)


def _with_area(
    visit: Visit, case: AuditCase, challenges: Sequence[Challenge], decisions: Sequence[Decision]
) -> WithArea:
    returns = returns_queries.returns_of_case(visit.session, visit.viewer, case)
    return WithArea(
        returns,
        {r.id: answer_in_words(r, challenges) for r in returns},
        _withdrawn(returns, decisions),
        RETURN.offers(returns[0], situation_of_case(case, visit.viewer)) if returns else [],
        challenges,
        next(iter(challenges_queries.challenges_to_note(visit.session, visit.viewer, on=case)), None),
    )


def _may(viewer: Viewer, case: AuditCase, newest: Return | None, assessed: Sequence[Assessed]) -> May:
    is_auditor, answers = case.auditor_id == viewer.id, REPLACEMENT["make"].is_for(viewer, case.audit.ref)
    follows, overrides = viewer.has(*FOLLOWERS, audit=case.audit.ref), viewer.has(*OVERRIDERS)
    is_head, running = case.area in viewer.areas(Role.HEAD_OF_SERVICE), case.audit.state is AuditState.FIELDWORK
    changes = case.state in CASE["replace"].sources and sample_can_change(case.audit) is None
    return May(
        grade=is_auditor and running and case.state in {CaseState.ALLOCATED, CaseState.IN_PROGRESS},
        replace=(answers or is_auditor) and changes,
        answer=answers,
        extend=follows and newest is not None and why_not_extended(newest, Deadline.CHALLENGE) is None,
        override=overrides and newest is not None and why_not_overridden(newest) is None,
        record_action=is_head,
        own_review=is_head and why_no_own_review(case) is None,
        supervise=is_head and case.state is CaseState.FINAL,
        keep_or_drop=viewer.has(Role.LEAD, audit=case.audit.ref) and any(_doubtful(a.draft) for a in assessed[:1]),
    )


def _names(visit: Visit, grading: Grading, returns: Sequence[Return]) -> dict[int, str]:
    people = [
        *(d.by_id for d in grading.decisions),
        *(r.reviewed_by for r in returns),
        *(a.draft.assessment.author_id for a in grading.assessed),
    ]
    return audit_queries.names(visit.session, frozenset(p for p in people if p))


@router.get("/cases/{case_id}", case_in_scope)
def case_page(visit: Visit, case: AuditCase) -> Response:
    """Show a case with its line of decisions and events, or where a view has to be formed first, the way to that."""
    if case.area in visit.viewer.areas(Role.HEAD_OF_SERVICE):
        returns = returns_queries.returns_of_case(visit.session, visit.viewer, case)
        if returns and waits_to_be_read(returns[0]):
            return visit.redirect(f"/cases/{case.id}/read")
    waits = blind_to(visit.session, visit.viewer, case)
    return visit.render(blind_page(visit, waits) if waits is not None else _case_page(visit, case))


def _case_page(visit: Visit, case: AuditCase) -> CasePage:
    challenges = challenges_queries.challenges_of_case(visit.session, visit.viewer, case)
    grading = _grading(visit, case)
    area = _with_area(visit, case, challenges, grading.decisions)
    return CasePage(
        title=f"Case {case.case_ref}",
        case=case,
        document=library_queries.document_of(case.audit),
        law_type=kinds_now(visit.session).law_types.name(case.law_type),
        audit_state=AUDIT_STATE_LABELS[case.audit.state],
        grading=grading,
        area=area,
        concerns=concerns_queries.concerns_of_case(visit.session, visit.viewer, case),
        compared=_compared(visit, case),
        request=sample_queries.open_request(visit.session, case) if case.state in CASE["replace"].sources else None,
        may=_may(visit.viewer, case, next(iter(area.returns), None), grading.assessed),
        events=cases_queries.timeline(visit.session, visit.viewer, case),
        names=_names(visit, grading, area.returns),
        labels=LABELS,  # type: ignore[arg-type]
    )
