"""Routes of your work, the list of audits and an audit's home."""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.commission.rules import share_in_words
from app.audit.enums import (
    AUDIT_KIND_LABELS,
    AUDIT_STATE_LABELS,
    LAW_TYPE_SHORT,
    AuditKind,
    AuditState,
    CaseState,
    LawType,
)
from app.audit.guards import any_audit
from app.audit.models import Audit
from app.audit.preparation import queries as preparation_queries
from app.audit.sample import queries as sample_queries
from app.audit.staff import queries as staff_queries
from app.clock import day as in_words
from app.labels import listed, plural
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.actions import situation_of_concern
from app.moderation.concerns.rules import CONCERN, due_of
from app.moderation.enums import CONCERN_STATE_LABELS, ConcernState, ReturnState
from app.moderation.returns import queries as returns_queries
from app.moderation.submission.actions import why_not_corrected
from app.notices.models import Notice
from app.notices.queries import news, parked
from app.people.enums import Role
from app.people.queries import headless
from app.people.rules import Viewer, area_key
from app.report.blockers import still_open
from app.report.queries import may_read_report
from app.web.pages import Page
from app.web.routing import Router, Visit, signed_in
from app.work.items import Item, benchmarks, challenges, lowest, packs, packs_to_follow, possible, reports, returns
from app.work.stages import Stage, sees_progress, stages_of

router = Router()
GRADED = (CaseState.GRADED, CaseState.FINAL)


@dataclass(frozen=True, kw_only=True)
class WorkPage(Page):
    """What waits for a person, then what they follow."""

    template: ClassVar[str] = "work/work.html"
    items: Sequence[Item]
    more: int
    whole_lists: Sequence[Item]
    follows: Sequence[Item]
    nothing: Sequence[str]
    news: Sequence[Notice]


@dataclass(frozen=True, kw_only=True)
class AuditsPage(Page):
    """The audits that a person may know of."""

    template: ClassVar[str] = "work/audits.html"
    audits: Sequence[Audit]
    states: Mapping[AuditState, str]
    kinds: Mapping[AuditKind, str]
    may_commission: bool


@dataclass(frozen=True, kw_only=True)
class AuditPage(Page):
    """An audit's home: its stages, their state, and what blocks."""

    template: ClassVar[str] = "work/audit.html"
    audit: Audit
    stages: Sequence[Stage]
    state: str
    kind: str
    law_types: str
    share: str
    headless: Sequence[str]
    counts: Mapping[str, int]
    concerns: str
    may_withdraw: bool
    may_prepare: bool
    follows_returns: bool


SHOWN = 30


@router.get("/", signed_in)
def your_work(visit: Visit, viewer: Viewer) -> Response:
    """Show what waits for the person."""
    kinds = (
        _concerns,
        _unsafe,
        _reminders,
        _interests,
        _replacements,
        returns,
        _headless,
        challenges,
        packs,
        reports,
        _stages_to_do,
        _corrections,
        _grading,
        benchmarks,
        _preparing,
        _mail,
    )
    items = sorted(
        (item for kind in kinds for item in kind(visit, viewer)),
        key=lambda i: (not i.first, not i.urgent, i.due or date.max),
    )
    more = max(0, len(items) - SHOWN)
    page = WorkPage(
        title="Your work",
        items=items[:SHOWN],
        more=more,
        whole_lists=list(_whole_lists(visit, viewer)) if more else [],
        follows=list(_follows(visit, viewer)),
        nothing=list(_nothing(viewer)),
        news=news(visit.session, viewer),
    )
    return visit.render(page)


def _concerns(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the concerns on which this person acts next.

    The audit lead also sees those that the area has not acknowledged yet.
    """
    if not viewer.holds(Role.LEAD) and not viewer.areas(Role.HEAD_OF_SERVICE):
        return
    todo = {
        "acknowledge": "Acknowledge a safeguarding concern",
        "act": "Record what was done about a safeguarding concern",
        "close": "Close a safeguarding concern, if nothing more has to be done",
    }
    for concern in concerns_queries.concerns_waiting(visit.session, viewer):
        situation = situation_of_concern(visit.session, concern, viewer)
        can = possible(CONCERN, concern, situation)
        why = next((words for name, words in todo.items() if name in can), "")
        if not why and concern.state is ConcernState.RAISED and viewer.has(Role.LEAD, audit=concern.case.audit.ref):
            why = f"New safeguarding concern: {situation.known.responsible} has to acknowledge it"
        if why:
            name, urgent = (
                f"Case {concern.case.case_ref}, {concern.case.area}",
                concern.state is not ConcernState.ACTION_TAKEN,
            )
            yield Item(
                name, f"/concerns/{concern.id}", why, due_of(concern), urgent=urgent, since=concern.acted_at, first=True
            )


def _unsafe(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for returned in returns_queries.unsafe_until_done(visit.session, viewer):
        name, why = (
            f"Case {returned.case.case_ref}, {returned.case.area}",
            f"Children not known to be safe: {returned.action_who} has to act",
        )
        yield Item(name, f"/cases/{returned.case_id}", why, returned.action_by, urgent=True)


def _grading(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for case in audit_queries.cases_to_grade(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ():
        begun = case.state is CaseState.IN_PROGRESS
        law = LAW_TYPE_SHORT[LawType(case.law_type)]
        yield Item(
            f"Case {case.case_ref}",
            f"/cases/{case.id}/assess",
            f"{'Go on grading' if begun else 'Grade'}: {law}, {case.area}",
            case.audit.grade_by,
        )


def _corrections(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for case in (
        audit_queries.corrections_in_hand(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ()
    ):
        if why_not_corrected(visit.session, case, viewer):
            yield Item(
                f"Case {case.case_ref}", f"/cases/{case.id}", "Your correction can no longer be submitted: discard it"
            )
        else:
            due = audit_queries.correct_until(visit.session, case)
            yield Item(f"Case {case.case_ref}", f"/cases/{case.id}/assess", "Go on with your correction", due)


def _preparing(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for case in (
        preparation_queries.unprepared(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_ASSISTANT) else ()
    ):
        yield Item(
            f"Case {case.case_ref}",
            f"/cases/{case.id}/prepare",
            f"Prepare: {LAW_TYPE_SHORT[LawType(case.law_type)]}, {case.area}",
            case.audit.grade_by,
        )


def _whole_lists(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield where all the cases of a person stand that they have to grade or can prepare, audit by audit."""
    waiting = Counter(case.audit for case in audit_queries.cases_to_grade(visit.session, viewer))
    for audit, count in waiting.items():
        yield Item(audit.name, f"/audits/{audit.ref}/cases?whose=mine", f"{plural(count, 'case')} to grade")
    unprepared = (
        Counter(c.audit for c in preparation_queries.unprepared(visit.session, viewer))
        if viewer.holds(Role.IMPROVEMENT_ASSISTANT)
        else Counter()
    )
    for audit, count in unprepared.items():
        yield Item(audit.name, f"/audits/{audit.ref}/prepare", f"{plural(count, 'case')} to prepare")


def _headless(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what has to be done because an area has no head.

    The lead sees which case waits, an administrator which areas, never a case.
    """
    areas = (
        frozenset(headless(visit.session) if viewer.holds(Role.LEAD, Role.ADMINISTRATOR) else ()) - viewer.standing_in
    )
    if areas and viewer.holds(Role.ADMINISTRATOR):
        yield Item(
            "People and roles",
            "/admin/people",
            f"No head of service is named for {listed(sorted(areas, key=area_key))}: name one",
            urgent=True,
        )
    for audit in audit_queries.audits(visit.session, viewer) if areas else ():
        if audit.state is not AuditState.FIELDWORK or not viewer.has(Role.LEAD, audit=audit.ref):
            continue
        for returned in returns_queries.open_returns(visit.session, visit.viewer, audit):
            area = returned.case.area
            if returned.state is ReturnState.OPEN and area in areas:
                why = (
                    f"No head of service is named for {area}, and a case of it is graded {lowest(returned.case)}. "
                    "Have an administrator name one"
                )
                yield Item(
                    f"Case {returned.case.case_ref}, {area}",
                    f"/cases/{returned.case_id}",
                    why,
                    returned.review_due,
                    urgent=True,
                )


def _mail(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    count = len(parked(visit.session)) if viewer.holds(Role.ADMINISTRATOR) else 0
    if count:
        yield Item(
            "Email",
            "/admin/mail",
            f"{plural(count, 'message was', 'messages were')} given up: see why, and tell the people in another way",
        )


def _replacements(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for request in sample_queries.requests_to_answer(visit.session, viewer) if viewer.holds(Role.LEAD) else ():
        yield Item(
            f"Case {request.case.case_ref}, {request.case.area}",
            f"/cases/{request.case_id}/replacement/answer",
            "Asked to be replaced: answer",
        )


def _interests(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    moving = (
        Counter(case.audit for case in staff_queries.to_be_moved(visit.session, viewer))
        if viewer.holds(Role.LEAD)
        else Counter[Audit]()
    )
    for audit, count in moving.items():
        why = f"{plural(count, 'case')} of somebody who has an interest there: move {'it' if count == 1 else 'them'}"
        yield Item(audit.name, f"/audits/{audit.ref}/allocation", why, urgent=True)


def _reminders(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for name, ref, day in (
        staff_queries.reminders(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ()
    ):
        yield Item(
            name,
            f"/audits/{ref}/cases?whose=mine",
            f"The audit lead reminded you on {in_words(day)} to go on grading",
            urgent=True,
        )


def _stages_to_do(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the next act of each audit whose turn it is for this person."""
    next_acts: dict[AuditState, tuple[tuple[Role, ...], str, str]] = {
        AuditState.COMMISSIONED: ((Role.ASSISTANT_DIRECTOR,), "framework", "Agree the framework"),
        AuditState.SAMPLED: ((Role.LEAD,), "allocation", "Allocate the cases"),
    }
    act: tuple[tuple[Role, ...], str, str]
    for audit in audit_queries.audits(visit.session, viewer):
        if audit.state is AuditState.FRAMEWORK_AGREED:
            act = (
                ((Role.LEAD,), "sample", "Draw the sample")
                if audit.frame_id
                else ((Role.ANALYST,), "frame", "Import the list of filings")
            )
        elif (
            audit.state is AuditState.FIELDWORK
            and viewer.has(Role.LEAD, audit=audit.ref)
            and not still_open(visit.session, visit.viewer, audit)
        ):
            act = ((Role.LEAD,), "finalise", "Nothing is open any more: finalise the audit")
        elif audit.state in next_acts:
            act = next_acts[audit.state]
        else:
            continue
        roles, page, why = act
        if viewer.has(*roles, audit=audit.ref):
            yield Item(audit.name, f"/audits/{audit.ref}/{page}", why)


def _follows(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    for concern in concerns_queries.concerns_raised_by(visit.session, viewer):
        yield Item(
            f"Your concern about case {concern.case.case_ref}",
            f"/concerns/{concern.id}",
            CONCERN_STATE_LABELS[concern.state],
        )
    yield from packs_to_follow(visit, viewer)
    for audit in audit_queries.audits(visit.session, viewer):
        if may_read_report(viewer, audit):
            there = f"/reports/{audit.ref}" if audit.state is AuditState.PUBLISHED else f"/audits/{audit.ref}/report"
            yield Item(audit.name, there, f"{AUDIT_STATE_LABELS[audit.state]}: read the report")
        elif audit.state is not AuditState.WITHDRAWN:
            counts = audit_queries.counts_by_state(visit.session, audit)
            graded = sum(counts.get(s, 0) for s in GRADED)
            shown = (
                f": {graded:,} of {plural(sum(counts.values()), 'case')} graded"
                if counts and sees_progress(viewer, audit)
                else ""
            )
            yield Item(audit.name, f"/audits/{audit.ref}", AUDIT_STATE_LABELS[audit.state] + shown)


# What will appear on an empty page, and when.
NOTHING = {
    Role.IMPROVEMENT_MANAGER: (
        "Cases that an audit lead allocates to you for grading will appear here when fieldwork opens."
    ),
    Role.HEAD_OF_SERVICE: (
        "A case of your area that is graded at the lowest level will appear here at once, for your immediate review."
    ),
    Role.LEAD: "Challenges that you can decide, and the next step of each audit that you lead, will appear here.",
    Role.DIRECTOR: (
        "Challenges that a head of service takes further, and audits ready to be published, will appear here."
    ),
    Role.ASSISTANT_DIRECTOR: "Audits whose framework waits for your agreement will appear here.",
    Role.ANALYST: "Audits that wait for their list of filings will appear here once the framework is agreed.",
    Role.IMPROVEMENT_ASSISTANT: (
        "Cases that you can prepare for grading will appear here when fieldwork opens. Each audit’s page says how far "
        "the grading is."
    ),
    Role.BENCHMARKER: "Cases that you are asked to grade a second time will appear here.",
    Role.READER: "Reports appear here when the national service director publishes them.",
    Role.ADMINISTRATOR: "People and their roles are on the ‘People’ page; every act is on the ‘Event log’ page.",
}


def _nothing(viewer: Viewer) -> Iterator[str]:
    for role, sentence in NOTHING.items():
        if viewer.holds(role):
            yield sentence
    if not viewer.grants:
        yield "You have no role yet. An administrator gives roles."


@router.get("/audits", signed_in)
def audits_page(visit: Visit, viewer: Viewer) -> Response:
    """List the audits."""
    page = AuditsPage(
        title="Audits",
        audits=audit_queries.audits(visit.session, viewer),
        states=AUDIT_STATE_LABELS,
        kinds=AUDIT_KIND_LABELS,
        may_commission=viewer.nationwide(Role.DIRECTOR),
    )
    return visit.render(page)


def _headless_in(visit: Visit, audit: Audit) -> Sequence[str]:
    """Return the areas without a head, for those who can do something about it before a case goes back."""
    open_to = visit.viewer.has(Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.ANALYST, audit=audit.ref)
    ended = audit.state in {AuditState.FINALISED, AuditState.PUBLISHED, AuditState.WITHDRAWN}
    return audit_queries.headless_areas(visit.session, audit) if open_to and not ended else ()


def _concerns_in_words(visit: Visit, audit: Audit) -> str:
    """Return what the link to an audit's concerns says.

    Nothing for whoever sees none and would raise one on a case's own page.
    """
    seen = concerns_queries.concerns_of_audit(visit.session, visit.viewer, audit)
    still = sum(c.state is not ConcernState.CLOSED for c in seen)
    if not seen and not visit.viewer.has(Role.LEAD, Role.DIRECTOR, Role.IMPROVEMENT_ASSISTANT, audit=audit.ref):
        return ""
    return f"Urgent safeguarding concerns: {still:,} open" if still else "Urgent safeguarding concerns: none open"


@router.get("/audits/{ref}", any_audit)
def audit_page(visit: Visit, audit: Audit) -> Response:
    """Show an audit's home."""
    counts = audit_queries.counts_by_state(visit.session, audit) if sees_progress(visit.viewer, audit) else {}
    shown = {
        "Not started": counts.get(CaseState.DRAWN, 0) + counts.get(CaseState.ALLOCATED, 0),
        "In progress": counts.get(CaseState.IN_PROGRESS, 0),
        "Graded": sum(counts.get(s, 0) for s in GRADED),
    }
    page = AuditPage(
        title=audit.name,
        audit=audit,
        stages=stages_of(visit, audit),
        state=AUDIT_STATE_LABELS[audit.state],
        kind=AUDIT_KIND_LABELS[audit.kind],
        share="" if audit.imported else share_in_words(audit.fraction),
        headless=_headless_in(visit, audit),
        law_types=", ".join(LAW_TYPE_SHORT[LawType(w)] for w in audit.law_types),
        counts=shown if counts else {},
        concerns=_concerns_in_words(visit, audit),
        may_withdraw=visit.viewer.nationwide(Role.DIRECTOR)
        and audit.state not in {AuditState.PUBLISHED, AuditState.WITHDRAWN},
        follows_returns=visit.viewer.has(Role.LEAD, Role.DIRECTOR, audit=audit.ref),
        may_prepare=audit.state is AuditState.FIELDWORK
        and visit.viewer.has(Role.IMPROVEMENT_ASSISTANT, audit=audit.ref),
    )
    return visit.render(page)
