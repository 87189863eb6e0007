"""What may happen to a blind second grade: the transition table and its guards."""

from collections.abc import Collection
from dataclasses import dataclass

from app.audit.bars.rules import Bars, may_act_on_its_case
from app.audit.enums import BENCHMARK_STATE_LABELS, STANDS_LABELS, UNFINISHED, AuditState, BenchmarkState
from app.audit.log import benchmark_row
from app.audit.models import Audit, AuditCase, Benchmark
from app.audit.rules import PartsKnown, Taker, fieldwork_is_on
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow, looked_up

BENCHMARKERS = (Role.BENCHMARKER, Role.LEAD)


@dataclass(frozen=True, slots=True)
class BenchmarkKnown:
    """What the moves of a second grade ask for, each where somebody looked it up.

    Who shall have it next, everybody's earlier part in the case, whether a challenge of its grade waits, and what keeps
    the person who acts from the case.
    """

    taker: Taker | None = None
    parts: PartsKnown | None = None
    challenge_open: bool | None = None
    bars: Bars | None = None


@dataclass(frozen=True, slots=True)
class SecondGraders:
    """Who grades cases of an audit a second time, and what each of them must not."""

    able: frozenset[int]
    bars: Bars

    def refusal(self, person: int, case: AuditCase) -> str | None:
        """Return why a case cannot be given to somebody for a second grade, or None."""
        if person not in self.able:
            return (
                "That person is no benchmarker and no lead of this audit who can sign in. An administrator gives the "
                "role on the ‘People’ page."
            )
        if self.bars.hold(person, case):
            return (
                f"That person had a part in case {case.case_ref}, heads its area or has an interest there. Choose "
                "somebody else."
            )
        return None


def why_not_benchmarked(audit: Audit) -> str | None:
    """Return why no case of an audit can be given for a second grade now, or None."""
    if audit.state is AuditState.FIELDWORK:
        return None
    return "Cases are benchmarked during fieldwork, once some are graded."


def audit_is_benchmarked(benchmark: Benchmark, _situation: Situation[object]) -> str | None:
    """Second grades are given out while the audit is in fieldwork."""
    return why_not_benchmarked(benchmark.case.audit)


def assigned_to_them(benchmark: Benchmark, situation: Situation[object]) -> str | None:
    """Ask for the right person: a case is graded a second time by the person that it was assigned to."""
    return (
        None if benchmark.benchmarker_id == situation.viewer.id else "This second grade is assigned to somebody else."
    )


def graded_it_not_first(benchmark: Benchmark, situation: Situation[object]) -> str | None:
    """Nobody grades a case a second time that was given to them for the first grade."""
    if benchmark.case.auditor_id != situation.viewer.id:
        return None
    return "The first grade of this case is yours, so the audit lead gives the second to somebody else."


def audit_in_fieldwork(benchmark: Benchmark, situation: Situation[object]) -> str | None:
    """Second grades are given and resolved while the audit is in fieldwork."""
    return fieldwork_is_on(benchmark.case, situation)


def gave_neither_grade(_benchmark: Benchmark, situation: Situation[BenchmarkKnown]) -> str | None:
    """Nobody resolves a difference between grades of which one is theirs, or about a case of their own area."""
    parts = looked_up(situation.known.parts)
    if situation.viewer.id in parts.graded | parts.decided:
        return (
            "You graded this case or decided on its grade, so somebody else resolves the difference: another audit "
            "lead, or the national service director."
        )
    if situation.area in situation.viewer.areas(Role.HEAD_OF_SERVICE) or situation.viewer.id in parts.acted_for_area:
        return (
            "This case is of your own area, so somebody else resolves the difference: another audit lead, or the "
            "national service director."
        )
    return None


def no_challenge_is_open(_benchmark: Benchmark, situation: Situation[BenchmarkKnown]) -> str | None:
    """Ask that nobody else is deciding on the grade."""
    if not looked_up(situation.known.challenge_open):
        return None
    return "A challenge of this grade is not settled yet. The difference can be resolved once it is."


def can_have_it(_benchmark: Benchmark, situation: Situation[BenchmarkKnown]) -> str | None:
    """Ask for somebody who may grade the case a second time."""
    return looked_up(situation.known.taker).refusal


BENCHMARK: Workflow[Benchmark, BenchmarkKnown] = Workflow(
    "benchmark",
    "benchmark",
    BENCHMARK_STATE_LABELS,
    (
        Transition(
            "assign",
            "Have a case graded a second time",
            (),
            BenchmarkState.ASSIGNED,
            (Role.LEAD,),
            "benchmark_assigned",
            (audit_is_benchmarked, can_have_it),
        ),
        Transition(
            "move",
            "Give to somebody else",
            UNFINISHED,
            BenchmarkState.ASSIGNED,
            (Role.LEAD,),
            "benchmark_moved",
            (audit_in_fieldwork, can_have_it),
        ),
        Transition(
            "start",
            "Start the second grade",
            (BenchmarkState.ASSIGNED,),
            BenchmarkState.IN_PROGRESS,
            BENCHMARKERS,
            "benchmark_started",
            (audit_in_fieldwork,),
            personal=(assigned_to_them, graded_it_not_first, may_act_on_its_case),
        ),
        Transition(
            "submit",
            "Submit the second grade",
            (BenchmarkState.IN_PROGRESS,),
            BenchmarkState.SUBMITTED,
            BENCHMARKERS,
            "benchmark_submitted",
            (audit_in_fieldwork,),
            personal=(assigned_to_them, graded_it_not_first, may_act_on_its_case),
        ),
        Transition(
            "agree",
            "Close as agreed",
            (BenchmarkState.SUBMITTED,),
            BenchmarkState.AGREED,
            BENCHMARKERS,
            "benchmark_agreed",
            offered=False,
        ),
        Transition(
            "differ",
            "Record the difference",
            (BenchmarkState.SUBMITTED,),
            BenchmarkState.DIFFERS,
            BENCHMARKERS,
            "benchmark_differs",
            offered=False,
        ),
        Transition(
            "resolve",
            "Resolve the difference",
            (BenchmarkState.DIFFERS,),
            BenchmarkState.RESOLVED,
            (Role.LEAD, Role.DIRECTOR),
            "benchmark_resolved",
            (audit_in_fieldwork, no_challenge_is_open),
            personal=(gave_neither_grade, may_act_on_its_case),
        ),
    ),
    benchmark_row,
)


def became_of(of: Benchmark, unfinished: Collection[int]) -> str:
    """Return what became of a second grade, for whoever gave it; `unfinished` are the audits where they give more.

    Whether earlier grades agreed would sway whoever still gives some.
    """
    if of.case.audit_id in unfinished and of.case.audit.state is AuditState.FIELDWORK:
        return "Shown when you have finished your second grades"
    if of.outcome is not None:
        return f"Differed: {STANDS_LABELS[of.outcome]}"
    return "Same as the first grade" if of.state is BenchmarkState.AGREED else "Differs: the audit lead resolves it"
