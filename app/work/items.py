"""What waits for somebody on ‘Your work’, and the items of benchmarking."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from app.audit import benchmark_queries
from app.audit.benchmark_rules import BENCHMARK
from app.audit.enums import LAW_TYPE_SHORT, BenchmarkState, LawType
from app.clock import today
from app.doors import Visit
from app.moderation.resolving import situation_of_difference
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Situation, Stateful, Workflow


@dataclass(frozen=True, slots=True)
class Item:
    """One thing that waits for somebody: what, where, why, and by when."""

    name: str
    link: str
    why: str
    due: date | None = None
    urgent: bool = False
    since: datetime | None = None
    # An urgent safeguarding concern comes before whatever else is urgent.
    first: bool = False

    @property
    def overdue(self) -> bool:
        """Say whether the day by which it was due has passed."""
        return self.due is not None and self.due < today()


def possible(workflow: Workflow, thing: Stateful, situation: Situation) -> frozenset[str]:
    """Return the names of the moves that a person can make now."""
    return frozenset(offer.transition.name for offer in workflow.offers(thing, situation) if not offer.refusal)


def benchmarks(visit: Visit, viewer: Viewer) -> Iterator[Item]:
    """Yield what the person has to grade a second time, mixed by chance, and the differences that they can resolve."""
    for benchmark in benchmark_queries.benchmarks_to_do(visit.session, viewer):
        case, begun = benchmark.case, benchmark.state is BenchmarkState.IN_PROGRESS
        why = f"{'Go on with the second grade' if begun else 'Grade a second time'}: {LAW_TYPE_SHORT[LawType(case.law_type)]}, {case.area}"
        yield Item(f"Case {case.case_ref}", f"/cases/{case.id}/benchmark", why)
    for benchmark in benchmark_queries.differences_to_resolve(visit.session, viewer) if viewer.holds(Role.LEAD, Role.DIRECTOR) else ():
        if "resolve" in possible(BENCHMARK, benchmark, situation_of_difference(visit.session, benchmark, viewer)):
            yield Item(f"Case {benchmark.case.case_ref}, {benchmark.case.area}", f"/benchmarks/{benchmark.id}", "Two grades differ: resolve it")
