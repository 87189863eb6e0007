"""What may happen to an audit and to a case in it: the transition tables and their guards."""

from collections.abc import Sequence, Sized
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from app.audit.bars.rules import Bars, CaseToName, may_act_on
from app.audit.enums import AUDIT_STATE_LABELS, CASE_STATE_LABELS, AuditState, CaseState
from app.audit.log import audit_row, case_row
from app.audit.models import Audit
from app.audit.rehearsals import STARTERS, is_a_rehearsal, is_no_rehearsal
from app.clock import day, today
from app.events import ERASURE
from app.labels import listed
from app.people.enums import Role
from app.workflow import Situation, Stateful, Transition, Workflow, looked_up

IF_IT_IS_WRONG = (
    "If the grade is wrong, tell the audit lead: the area can challenge a grade at the lowest level, and a moderator "
    "then decides."
)


@dataclass(frozen=True, slots=True)
class ListKnown:
    """What is known of an audit's list of filings: whether it is locked, and who brought it."""

    locked: bool
    imported_by: int | None


@dataclass(frozen=True, slots=True)
class AuditKnown:
    """What the moves of an audit ask for, each where somebody looked it up: its list, what is open, who has to sign."""

    filings: ListKnown | None = None
    # Who else may agree the framework, by name.
    agreers: Sequence[str] | None = None
    still_open: Sized | None = None
    unsigned: Sequence[Role] | None = None


def frame_is_locked(audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Ask for a locked frame: its hash comes before the seed (sampling.md section 2)."""
    if not audit.frame_id:
        return "The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page."
    if not looked_up(situation.known.filings).locked:
        return (
            "The list of filings has not been locked yet. Lock it first, so that nobody can change it once the seed "
            "is known."
        )
    return None


def not_by_the_importer(_audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Whoever brought the population does not also draw from it (reliability-security.md section 4)."""
    if looked_up(situation.known.filings).imported_by != situation.viewer.id:
        return None
    return "You imported the list of filings, so somebody else has to draw the sample from it. Ask another audit lead."


def is_no_audit(audit: Audit, _situation: Situation[AuditKnown]) -> str | None:
    """Keep on record what was an audit before: its reference is known outside."""
    if audit.commissioned_by is None:
        return None
    return "This audit was commissioned before, so it stays on record. Withdraw it, if it is not wanted any more."


def was_an_audit(audit: Audit, _situation: Situation[AuditKnown]) -> str | None:
    """Ask for an audit: a draft that was never one is discarded, and its reference is free again."""
    if audit.state is not AuditState.DRAFT or audit.commissioned_by is not None:
        return None
    return "This draft was never commissioned, so there is nothing to withdraw. Discard it."


def by_somebody_else(audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Somebody else agrees than who commissioned, wherever there is somebody else."""
    if audit.commissioned_by is None or audit.commissioned_by != situation.viewer.id:
        return None
    others = looked_up(situation.known.agreers)
    if not others:
        return None
    return f"You commissioned this audit, so somebody else agrees its framework. Ask {listed(others, 'or')}."


def list_is_open(audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Let a framework be reopened until its list is locked: a seed may have been made since."""
    if not audit.frame_id or not looked_up(situation.known.filings).locked:
        return None
    return (
        "The list of filings is locked, so the framework can no longer be reopened. Withdraw the audit, if it is wrong."
    )


def nothing_is_open(_audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Ask that nothing is open.

    An audit is finalised when every case is graded and nothing is being looked into (domain.md section 4).
    """
    count = len(looked_up(situation.known.still_open))
    if not count:
        return None
    if count == 1:
        return "1 thing is still open. It is listed below, with a link."
    return f"{count:,} things are still open. They are listed below, each with a link."


# Who stands by a report before it is published.
SIGNERS = (Role.LEAD, Role.DIRECTOR)


def is_signed_off(_audit: Audit, situation: Situation[AuditKnown]) -> str | None:
    """Ask that both who answer for a report stand by it as it is now."""
    return why_not_published(looked_up(situation.known.unsigned))


def why_not_published(unsigned: Sequence[Role]) -> str | None:
    """Return that a report cannot be published while some have yet to sign it off, or None."""
    missing = [f"the {role.label.lower()}" for role in unsigned]
    if not missing:
        return None
    return (
        f"The report can be published once {listed(missing)} {'has' if len(missing) == 1 else 'have'} signed it off "
        "as it is now."
    )


class AuditToMove(Protocol):
    """What the moves of a case read of its audit."""

    @property
    def state(self) -> AuditState: ...  # noqa: D102 - as the table has it


class CaseToMove(Stateful, CaseToName, Protocol):
    """What the moves of a case read of it: a row, or the columns that were read for a page of the tool."""

    @property
    def auditor_id(self) -> int | None: ...  # noqa: D102 - as the table has it
    @property
    def audit(self) -> AuditToMove: ...  # noqa: D102 - as the table has it


@dataclass(frozen=True, slots=True)
class GradeKnown:
    """What is known of a submitted grade: until when it can be corrected, and whether somebody else decided on it."""

    correct_until: date | None
    decided: bool


@dataclass(frozen=True, slots=True)
class Taker:
    """Somebody to whom work is to be given, and why it cannot be, or None."""

    refusal: str | None


@dataclass(frozen=True, slots=True)
class PartsKnown:
    """Everybody's earlier part in a case: who graded it, who decided on its grade, who acted for its area."""

    graded: frozenset[int]
    decided: frozenset[int]
    acted_for_area: frozenset[int]

    @property
    def people(self) -> frozenset[int]:
        """Return everybody who had a part."""
        return self.graded | self.decided | self.acted_for_area


@dataclass(frozen=True, slots=True)
class CaseKnown:
    """What the moves of a case ask for, each where somebody looked it up.

    Its grade, who shall have it next, and what keeps the person who acts from it.
    """

    grade: GradeKnown | None = None
    taker: Taker | None = None
    bars: Bars | None = None


def allocated_to_them(case: CaseToMove, situation: Situation[object]) -> str | None:
    """Ask for the right person: a case is graded by the person that it was allocated to."""
    return None if case.auditor_id == situation.viewer.id else "This case is allocated to somebody else."


def fieldwork_is_on(case: CaseToMove, _situation: Situation[object]) -> str | None:
    """Cases are graded while the audit is in fieldwork."""
    if case.audit.state is AuditState.FIELDWORK:
        return None
    return f"The audit is ‘{AUDIT_STATE_LABELS[case.audit.state].lower()}’. Cases are graded during fieldwork."


def within_correction_window(_case: CaseToMove, situation: Situation[CaseKnown]) -> str | None:
    """Ask for the time: a grade can be corrected for a set number of working days from its first submission."""
    until = looked_up(situation.known.grade).correct_until
    if until is None:
        return f"The framework of this audit has no time for corrections, so the grade stands. {IF_IT_IS_WRONG}"
    return None if today() <= until else f"The time to correct this grade ended on {day(until)}. {IF_IT_IS_WRONG}"


def nobody_else_decided(_case: CaseToMove, situation: Situation[CaseKnown]) -> str | None:
    """Ask that the grade is still the auditor's own: once somebody else has decided on it, it is theirs."""
    if looked_up(situation.known.grade).decided:
        return f"Somebody else has decided on this grade since, so it is no longer yours to correct. {IF_IT_IS_WRONG}"
    return None


def can_be_given(_case: CaseToMove, situation: Situation[CaseKnown]) -> str | None:
    """Ask for somebody who grades on this audit and has no interest in the case."""
    return looked_up(situation.known.taker).refusal


def can_be_replaced(case: CaseToMove, _situation: Situation[object]) -> str | None:
    """Cases are replaced between the draw and the end of fieldwork."""
    return sample_can_change(case.audit)


def sample_can_change(audit: AuditToMove) -> str | None:
    """Ask for the time: a sample changes between the draw and the end of fieldwork, and by the rule alone."""
    if audit.state in {AuditState.SAMPLED, AuditState.FIELDWORK}:
        return None
    return (
        f"The audit is ‘{AUDIT_STATE_LABELS[audit.state].lower()}’. Its sample can change after the draw, until the "
        "audit is finalised."
    )


# Who adds a case to a sample by hand.
ADDERS = (Role.LEAD,)
# Who writes in the draft of an audit; what it becomes is the director's.
DRAFTERS = (Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.LEAD)
OVER = (AuditState.PUBLISHED, AuditState.WITHDRAWN, AuditState.DISCARDED)
_BEFORE_PUBLISHED = tuple(s for s in AuditState if s not in OVER)
_DRAFT, _COMMISSIONED, _AGREED = AuditState.DRAFT, AuditState.COMMISSIONED, AuditState.FRAMEWORK_AGREED
_ENDED = (AuditState.FINALISED, AuditState.PUBLISHED, AuditState.WITHDRAWN)
_REHEARSED = (AuditState.SAMPLED, AuditState.FIELDWORK, AuditState.FINALISED)
_LEAD, _DIRECTOR, _ASSISTANT = (Role.LEAD,), (Role.DIRECTOR,), (Role.ASSISTANT_DIRECTOR,)
_AGREE, _BOTH = (Role.ASSISTANT_DIRECTOR, Role.DIRECTOR), (Role.LEAD, Role.DIRECTOR)

AUDIT: Workflow[Audit, AuditKnown] = Workflow(
    "audit",
    "audit",
    AUDIT_STATE_LABELS,
    (
        Transition("draft", "Begin a draft", (), _DRAFT, _DIRECTOR, "audit_drafted"),
        Transition("save", "Save the draft", (_DRAFT,), None, DRAFTERS, "draft_saved"),
        Transition("commission", "Commission the audit", (_DRAFT,), _COMMISSIONED, _DIRECTOR, "audit_commissioned"),
        Transition(
            "discard",
            "Discard the draft",
            (_DRAFT,),
            AuditState.DISCARDED,
            _DIRECTOR,
            "draft_discarded",
            (is_no_audit,),
        ),
        Transition("take_back", "Take it back", (_COMMISSIONED,), _DRAFT, _DIRECTOR, "audit_taken_back"),
        Transition("send_back", "Send it back", (_COMMISSIONED,), _DRAFT, _ASSISTANT, "audit_sent_back"),
        Transition(
            "agree", "Agree the framework", (_COMMISSIONED,), _AGREED, _AGREE, "framework_agreed", (by_somebody_else,)
        ),
        Transition(
            "reopen", "Reopen the framework", (_AGREED,), _DRAFT, _ASSISTANT, "framework_reopened", (list_is_open,)
        ),
        Transition(
            "draw",
            "Draw the sample",
            (_AGREED,),
            AuditState.SAMPLED,
            _LEAD,
            "sample_drawn",
            (frame_is_locked, not_by_the_importer),
        ),
        Transition(
            "allocate", "Allocate the cases", (AuditState.SAMPLED,), AuditState.FIELDWORK, _LEAD, "fieldwork_opened"
        ),
        Transition(
            "finalise",
            "Finalise the audit",
            (AuditState.FIELDWORK,),
            AuditState.FINALISED,
            _BOTH,
            "audit_finalised",
            (nothing_is_open,),
        ),
        Transition(
            "publish",
            "Publish the report",
            (AuditState.FINALISED,),
            AuditState.PUBLISHED,
            _DIRECTOR,
            "audit_published",
            (is_no_rehearsal, is_signed_off),
        ),
        Transition(
            "withdraw",
            "Withdraw the audit",
            _BEFORE_PUBLISHED,
            AuditState.WITHDRAWN,
            _DIRECTOR,
            "audit_withdrawn",
            (was_an_audit, is_no_rehearsal),
        ),
        Transition("archive", "Archive it now", _ENDED, None, _DIRECTOR, "audit_archived", (is_no_rehearsal,)),
        Transition("bring_back", "Bring it back", _ENDED, None, _DIRECTOR, "audit_brought_back"),
        Transition("rehearse", "Try it out", (), AuditState.SAMPLED, STARTERS, "rehearsal_started"),
        Transition("forward", "Move the days", _REHEARSED, None, STARTERS, "rehearsal_moved", (is_a_rehearsal,)),
        Transition("erase", "Erase the rehearsal", _REHEARSED, None, STARTERS, ERASURE, (is_a_rehearsal,)),
    ),
    audit_row,
)

CASE: Workflow[CaseToMove, CaseKnown] = Workflow(
    "case",
    "case",
    CASE_STATE_LABELS,
    (
        Transition(
            "allocate",
            "Allocate",
            (CaseState.DRAWN,),
            CaseState.ALLOCATED,
            (Role.LEAD,),
            "case_allocated",
            (can_be_given,),
            offered=False,
        ),
        Transition(
            "move",
            "Give to somebody else",
            (CaseState.ALLOCATED, CaseState.IN_PROGRESS),
            CaseState.ALLOCATED,
            (Role.LEAD,),
            "case_moved",
            (fieldwork_is_on, can_be_given),
        ),
        Transition(
            "start",
            "Start grading",
            (CaseState.ALLOCATED,),
            CaseState.IN_PROGRESS,
            (Role.IMPROVEMENT_MANAGER,),
            "grading_started",
            (fieldwork_is_on,),
            personal=(allocated_to_them, may_act_on),
        ),
        Transition(
            "submit",
            "Submit the grade",
            (CaseState.IN_PROGRESS,),
            CaseState.GRADED,
            (Role.IMPROVEMENT_MANAGER,),
            "grade_submitted",
            (fieldwork_is_on,),
            personal=(allocated_to_them, may_act_on),
        ),
        Transition(
            "correct",
            "Correct the grade",
            (CaseState.GRADED,),
            CaseState.GRADED,
            (Role.IMPROVEMENT_MANAGER,),
            "grade_corrected",
            (fieldwork_is_on, nobody_else_decided, within_correction_window),
            personal=(allocated_to_them, may_act_on),
        ),
        Transition(
            "replace",
            "Replace the case",
            (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS),
            CaseState.REPLACED,
            (Role.LEAD,),
            "case_replaced",
            (can_be_replaced,),
            offered=False,
        ),
        Transition(
            "settle",
            "Settle the grade",
            (CaseState.GRADED,),
            CaseState.FINAL,
            (Role.HEAD_OF_SERVICE, Role.LEAD, Role.DIRECTOR),
            "grade_final",
            offered=False,
        ),
    ),
    case_row,
)
