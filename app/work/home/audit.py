"""What waits for somebody from an audit: its next stage, its cases to prepare and to grade, the people who grade."""

from collections import Counter
from collections.abc import Iterator, Sequence

from app.audit import queries as audit_queries
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.drafts.queries import drafts
from app.audit.enums import AuditState, BenchmarkState, CaseState
from app.audit.models import Audit
from app.audit.preparation import queries as preparation_queries
from app.audit.queries import ListedCase
from app.audit.rules import AUDIT
from app.audit.staff import queries as staff_queries
from app.clock import day as in_words
from app.labels import plural
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.history import history
from app.moderation.challenges.rules import keeps_open as challenge_keeps_open
from app.moderation.concerns import queries as concerns_queries
from app.moderation.differences.actions import situation_of_difference
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import keeps_open as return_keeps_open
from app.moderation.submission.actions import why_not_corrected
from app.people.enums import Role
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.report.blockers import NOT_YET, still_open
from app.web.routing import Visit
from app.work.home.items import Item, possible
from app.work.home.queries import waiting_for_lead


def _with_audits(visit: Visit, cases: Sequence[ListedCase]) -> Iterator[tuple[ListedCase, Audit]]:
    """Yield each case with its audit, which a person may have cases of without knowing the rest of it."""
    audits = {key: visit.session.get_one(Audit, key) for key in {case.audit_id for case in cases}}
    return ((case, audits[case.audit_id]) for case in cases)


def grading(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that the person grades."""
    if viewer.holds(Role.IMPROVEMENT_MANAGER):
        for case, audit in _with_audits(visit, audit_queries.cases_to_grade(visit.session, viewer)):
            yield _case(
                visit, case, audit, "assess", "Go on grading" if case.state is CaseState.IN_PROGRESS else "Grade"
            )


def _case(visit: Visit, case: ListedCase, audit: Audit, page: str, why: str) -> Item:
    law = kinds_now(visit.session).law_types.short(case.law_type)
    link, due = f"/cases/{case.id}/{page}", audit.grade_by
    return Item(f"Case {case.case_ref}", link, f"{why}: {law}, {case.area}", due, audit=audit.name)


def corrections(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the corrections of their own grades that the person has begun."""
    for case in (
        audit_queries.corrections_in_hand(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ()
    ):
        if why_not_corrected(visit.session, case, viewer):
            yield Item(
                f"Case {case.case_ref}",
                f"/cases/{case.id}",
                "Your correction can no longer be submitted: discard it",
                audit=case.audit.name,
            )
        else:
            due = audit_queries.correct_until(visit.session, case)
            yield Item(
                f"Case {case.case_ref}",
                f"/cases/{case.id}/assess",
                "Go on with your correction",
                due,
                audit=case.audit.name,
            )


def preparing(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that an assistant can prepare."""
    if viewer.holds(Role.IMPROVEMENT_ASSISTANT):
        for case, audit in _with_audits(visit, preparation_queries.unprepared(visit.session, viewer)):
            yield _case(visit, case, audit, "prepare", "Prepare")


def whole_lists(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield where all the cases of a person stand that they have to grade or can prepare, audit by audit."""
    if viewer.holds(Role.IMPROVEMENT_MANAGER):
        to_grade = [case for case in audit_queries.cases_to_grade(visit.session, viewer) if not case.rehearsal]
        waiting = _with_audits(visit, to_grade)
        for audit, count in Counter(audit for _, audit in waiting).items():
            yield Item(audit.name, f"/audits/{audit.ref}/cases?whose=mine", f"{plural(count, 'case')} to grade")
    if viewer.holds(Role.IMPROVEMENT_ASSISTANT):
        to_prepare = [case for case in preparation_queries.unprepared(visit.session, viewer) if not case.rehearsal]
        unprepared = _with_audits(visit, to_prepare)
        for audit, count in Counter(audit for _, audit in unprepared).items():
            yield Item(audit.name, f"/audits/{audit.ref}/prepare", f"{plural(count, 'case')} to prepare")


def replacements(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that somebody asked to replace."""
    for request in waiting_for_lead(visit.session, viewer).requests:
        yield Item(
            f"Case {request.case_ref}, {request.area}",
            f"/cases/{request.case_id}/replacement/answer",
            "Asked to be replaced: answer",
            audit=request.audit,
        )


def _led(visit: Visit, viewer: Viewer) -> list[Audit]:
    """Return the audits in fieldwork that the person leads, the oldest first."""
    in_fieldwork = [a for a in audit_queries.audits(visit.session, viewer) if a.state is AuditState.FIELDWORK]
    return sorted((a for a in in_fieldwork if viewer.has(Role.LEAD, audit=a.ref)), key=lambda a: a.id)


def gone(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the people who have cases to grade and can no longer grade them, in audits that the person leads."""
    for audit in _led(visit, viewer):
        for person, count in staff_queries.with_those_who_left(visit.session, viewer, audit):
            them = "it" if count == 1 else "them"
            why = (
                f"{plural(count, 'case waits', 'cases wait')} with {person}, who can no longer grade: share {them} out"
            )
            yield Item(audit.name, f"/audits/{audit.ref}/allocation", why, urgent=True)


def interests(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the audits in which somebody has cases, or second grades, where they have an interest."""
    for audit in _led(visit, viewer):
        if count := staff_queries.tallies(visit.session, viewer)[0][audit.id].to_move:
            whose = f"{plural(count, 'case')} of somebody who has an interest there"
            why = f"{whose}: move {'it' if count == 1 else 'them'}"
            yield Item(audit.name, f"/audits/{audit.ref}/allocation", why, urgent=True)
    seconds = benchmark_queries.second_grades_to_be_moved(visit.session, viewer) if viewer.holds(Role.LEAD) else ()
    for audit, count in Counter(b.case.audit for b in seconds if not b.case.audit.rehearsal).items():
        whose = f"{plural(count, 'second grade')} of somebody who has an interest there"
        why = f"{whose}: give {'it' if count == 1 else 'them'} to somebody else"
        yield Item(audit.name, f"/audits/{audit.ref}/benchmarks", why, urgent=True)


def reminders(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the reminders to go on grading."""
    for name, ref, day in (
        staff_queries.reminders(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ()
    ):
        yield Item(
            name,
            f"/audits/{ref}/cases?whose=mine",
            f"The audit lead reminded you on {in_words(day)} to go on grading",
            urgent=True,
        )


def own_grades(viewer: Viewer) -> Iterator[Item]:
    """Yield where the person reads what they submitted last."""
    if viewer.holds(Role.IMPROVEMENT_MANAGER):
        yield Item("Recently submitted", "/recently-submitted", "Your last ten grades, and which you can still correct")


def own_seconds(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield where the person reads their second grades, once they have given one."""
    _, count = staff_queries.tallies(visit.session, viewer)
    if count:
        yield Item(
            "Your second grades", "/second-grades", f"{plural(count, 'case')} submitted: see what became of them"
        )


def in_dispute(visit: Visit, viewer: Viewer) -> set[int]:
    """Return the cases whose history decides who acts next: of challenges that wait, and of grades that differ."""
    waiting = challenges_queries.challenges_waiting(visit.session, viewer)
    differ = benchmark_queries.differences_to_resolve(visit.session, viewer)
    return {*(of.case_id for of in waiting), *(of.case_id for of in differ)}


Act = tuple[tuple[Role, ...], str, str]
# Whose turn it is, the page, and what is done there. The turn is not everybody's who may: a director can agree a
# framework, and an assistant director is asked to.
DRAW: Act = (AUDIT["draw"].roles, "sample", "Draw the sample")
IMPORT: Act = ((Role.ANALYST,), "frame", "Import the list of filings")
NEXT_ACTS: dict[AuditState, Act] = {
    AuditState.COMMISSIONED: ((Role.ASSISTANT_DIRECTOR,), "framework", "Agree the framework"),
    AuditState.SAMPLED: (AUDIT["allocate"].roles, "allocation", "Allocate the cases"),
    AuditState.FIELDWORK: ((Role.LEAD,), "finalise", "Nothing is open any more: finalise the audit"),
}


def drafts_to_do(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the drafts of audits that wait for whoever commissions, with why one came back."""
    for of in drafts(visit.session, viewer) if viewer.nationwide(*AUDIT["commission"].roles) else ():
        yield Item(of.name, f"/audits/{of.ref}/draft", "A draft: complete it and commission the audit")


def stages_to_do(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the next act of each audit whose turn it is for this person."""
    for audit in audit_queries.audits(visit.session, viewer):
        if audit.state is AuditState.FRAMEWORK_AGREED:
            roles, page, why = DRAW if audit.frame_id else IMPORT
        elif audit.state in NEXT_ACTS:
            roles, page, why = NEXT_ACTS[audit.state]
        else:
            continue
        open_ = audit.state is AuditState.FIELDWORK
        if viewer.has(*roles, audit=audit.ref) and not (open_ and _is_open(visit, viewer, audit)):
            yield Item(audit.name, f"/audits/{audit.ref}/{page}", why)


def _is_open(visit: Visit, viewer: Viewer, audit: Audit) -> bool:
    """Say whether something keeps an audit open, from what its lead has before them on the same page.

    Where nothing of that does, the whole list is looked at (`still_open`).
    """
    session, counts = visit.session, staff_queries.tallies(visit.session, viewer)[0][audit.id].states
    in_hand = (
        *(r.case for r in returns_queries.returns_in_hand(session, viewer) if return_keeps_open(r)),
        *(c.case for c in challenges_queries.challenges_waiting(session, viewer) if challenge_keeps_open(c)),
        *(c.case for c in concerns_queries.concerns_waiting(session, viewer)),
        *(b.case for b in benchmark_queries.benchmarks_in_hand(session, viewer)),
    )
    return (
        any(counts[state] for state in NOT_YET)
        or any(case.audit_id == audit.id for case in in_hand)
        or bool(still_open(session, viewer, audit))
    )


def benchmarks(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what the person has to grade a second time, mixed by chance, and the differences that they can resolve."""
    for benchmark in benchmark_queries.benchmarks_to_do(visit.session, viewer):
        case, begun = benchmark.case, benchmark.state is BenchmarkState.IN_PROGRESS
        why = (
            f"{'Go on with the second grade' if begun else 'Grade a second time'}: "
            f"{kinds_now(visit.session).law_types.short(case.law_type)}, {case.area}"
        )
        yield Item(f"Case {case.case_ref}", f"/cases/{case.id}/benchmark", why, audit=case.audit.name)
    differ = benchmark_queries.differences_to_resolve(visit.session, viewer)
    history.ahead(visit.session, in_dispute(visit, viewer))
    for benchmark in differ:
        if "resolve" in possible(BENCHMARK, benchmark, situation_of_difference(visit.session, benchmark, viewer)):
            yield Item(
                f"Case {benchmark.case.case_ref}, {benchmark.case.area}",
                f"/benchmarks/{benchmark.id}",
                "Two grades differ: resolve it",
                audit=benchmark.case.audit.name,
            )
