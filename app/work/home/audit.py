"""What waits for somebody from an audit: its next stage, its cases to prepare and to grade, the people who grade."""

from collections import Counter
from collections.abc import Iterator

from app.audit import queries as audit_queries
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import LAW_TYPE_SHORT, AuditState, BenchmarkState, CaseState, LawType
from app.audit.models import Audit
from app.audit.preparation import queries as preparation_queries
from app.audit.replacements.rules import REPLACEMENT
from app.audit.rules import AUDIT
from app.audit.sample import queries as sample_queries
from app.audit.staff import queries as staff_queries
from app.clock import day as in_words
from app.labels import plural
from app.moderation.differences.actions import situation_of_difference
from app.moderation.submission.actions import why_not_corrected
from app.people.enums import Role
from app.people.rules import Viewer
from app.report.blockers import still_open
from app.web.routing import Visit
from app.work.home.items import Item, possible


def grading(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that the person grades."""
    for case in audit_queries.cases_to_grade(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_MANAGER) else ():
        begun = case.state is CaseState.IN_PROGRESS
        law = LAW_TYPE_SHORT[LawType(case.law_type)]
        yield Item(
            f"Case {case.case_ref}",
            f"/cases/{case.id}/assess",
            f"{'Go on grading' if begun else 'Grade'}: {law}, {case.area}",
            case.audit.grade_by,
            audit=case.audit.name,
        )


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
    for case in (
        preparation_queries.unprepared(visit.session, viewer) if viewer.holds(Role.IMPROVEMENT_ASSISTANT) else ()
    ):
        yield Item(
            f"Case {case.case_ref}",
            f"/cases/{case.id}/prepare",
            f"Prepare: {LAW_TYPE_SHORT[LawType(case.law_type)]}, {case.area}",
            case.audit.grade_by,
            audit=case.audit.name,
        )


def whole_lists(visit: Visit, viewer: Viewer) -> Iterator[Item]:
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


def replacements(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the cases that somebody asked to replace."""
    for request in (
        sample_queries.requests_to_answer(visit.session, viewer) if viewer.holds(*REPLACEMENT["make"].roles) else ()
    ):
        yield Item(
            f"Case {request.case.case_ref}, {request.case.area}",
            f"/cases/{request.case_id}/replacement/answer",
            "Asked to be replaced: answer",
            audit=request.case.audit.name,
        )


def gone(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the people who have cases to grade and can no longer grade them, in audits that the person leads."""
    for audit, person, count in staff_queries.with_those_who_left(visit.session, viewer):
        them = "it" if count == 1 else "them"
        why = f"{plural(count, 'case waits', 'cases wait')} with {person}, who can no longer grade: share {them} out"
        yield Item(audit.name, f"/audits/{audit.ref}/allocation", why, urgent=True)


def interests(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield the audits in which somebody has cases, or second grades, where they have an interest."""
    moving = (
        Counter(case.audit for case in staff_queries.to_be_moved(visit.session, viewer))
        if viewer.holds(Role.LEAD)
        else Counter[Audit]()
    )
    for audit, count in moving.items():
        why = f"{plural(count, 'case')} of somebody who has an interest there: move {'it' if count == 1 else 'them'}"
        yield Item(audit.name, f"/audits/{audit.ref}/allocation", why, urgent=True)
    seconds = benchmark_queries.second_grades_to_be_moved(visit.session, viewer) if viewer.holds(Role.LEAD) else ()
    for audit, count in Counter(b.case.audit for b in seconds).items():
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


def own_seconds(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield where the person reads their second grades, once they have given one."""
    count = len(benchmark_queries.own_second_grades(visit.session, viewer))
    if count:
        yield Item(
            "Your second grades", "/second-grades", f"{plural(count, 'case')} submitted: see what became of them"
        )


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
        if viewer.has(*roles, audit=audit.ref) and not (open_ and still_open(visit.session, visit.viewer, audit)):
            yield Item(audit.name, f"/audits/{audit.ref}/{page}", why)


def benchmarks(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what the person has to grade a second time, mixed by chance, and the differences that they can resolve."""
    for benchmark in benchmark_queries.benchmarks_to_do(visit.session, viewer):
        case, begun = benchmark.case, benchmark.state is BenchmarkState.IN_PROGRESS
        why = (
            f"{'Go on with the second grade' if begun else 'Grade a second time'}: "
            f"{LAW_TYPE_SHORT[LawType(case.law_type)]}, {case.area}"
        )
        yield Item(f"Case {case.case_ref}", f"/cases/{case.id}/benchmark", why, audit=case.audit.name)
    for benchmark in (
        benchmark_queries.differences_to_resolve(visit.session, viewer)
        if viewer.holds(*BENCHMARK["resolve"].roles)
        else ()
    ):
        if "resolve" in possible(BENCHMARK, benchmark, situation_of_difference(visit.session, benchmark, viewer)):
            yield Item(
                f"Case {benchmark.case.case_ref}, {benchmark.case.area}",
                f"/benchmarks/{benchmark.id}",
                "Two grades differ: resolve it",
                audit=benchmark.case.audit.name,
            )
