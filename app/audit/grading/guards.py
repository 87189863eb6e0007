"""Guards of the audit tool: the case and the draft that somebody works on, for a first grade and for a second."""

from dataclasses import dataclass, replace

from app.audit import queries
from app.audit.actions import situation_of_grading
from app.audit.bars.queries import bars_of_person
from app.audit.benchmarks.actions import situation_of_second
from app.audit.benchmarks.queries import benchmark_draft
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import CaseState
from app.audit.grading.draft import Draft, draft_in, draft_of
from app.audit.grading.in_hand import CaseInHand, Held
from app.audit.grading.in_hand import held as in_hand
from app.audit.grading.rules import why_not_graded
from app.audit.guards import allocated_case, benchmark_of_mine
from app.audit.models import Assessment, AuditCase
from app.audit.preparation import queries as preparation_queries
from app.audit.rules import CaseKnown
from app.errors import NotFound
from app.web.routing import Guard, Visit
from app.workflow import Situation


@dataclass(frozen=True, slots=True)
class OnPage:
    """A case and the draft that somebody works on, as a page shows them."""

    case: AuditCase | CaseInHand
    draft: Draft

    @property
    def base(self) -> str:
        """Return the address of the tool."""
        return self.draft.base


@dataclass(frozen=True, slots=True)
class InHand(OnPage):
    """The same, with the rows that an act changes."""

    case: AuditCase
    assessment: Assessment

    def afresh(self) -> "InHand":
        """Return the same with nothing worked out yet."""
        return replace(self, draft=replace(self.draft))


def draft_now(visit: Visit, case: AuditCase) -> Assessment | None:
    """Return the draft in hand, if there is one; leads to the case's page where nothing can be changed now."""
    draft = queries.draft_in_hand(visit.session, visit.viewer, case)
    refusal = why_not_graded(
        case, situation_of_grading(visit.session, case, visit.viewer), correcting=draft is not None
    )
    visit.turn_away(refusal, f"/cases/{case.id}")
    return draft


def _in_hand(visit: Visit) -> InHand:
    case = allocated_case.find(visit)
    assessment = draft_now(visit, case)
    # A draft that was kept when the case went to somebody else, and came back, is begun anew.
    if assessment is None or case.state is CaseState.ALLOCATED:
        raise NotFound
    return InHand(
        case,
        draft_of(case, assessment, preparation_queries.preparations(visit.session, visit.viewer, case)),
        assessment,
    )


def _on_page(visit: Visit) -> OnPage:
    found = in_hand(visit.session, visit.viewer, visit.number("case_id"))
    if (
        found is None
        or found.case.state is not CaseState.IN_PROGRESS
        or why_not_graded(found.case, situation(visit, found), correcting=False)
    ):
        # Refused, nothing to show, or a correction: the rows themselves know why, and how long it has been so.
        return _in_hand(visit)
    return OnPage(found.case, draft_in(found))


def situation(visit: Visit, of: Held) -> Situation[CaseKnown]:
    """Return the situation in which a person works on a draft that is no correction."""
    known = CaseKnown(bars=bars_of_person(visit.session, visit.viewer.id))
    return Situation(visit.viewer, of.case.audit.ref, known, of.case.area)


def _benchmark_in_hand(visit: Visit) -> InHand:
    benchmark = benchmark_of_mine.find(visit)
    refusal = BENCHMARK.refusal("submit", benchmark, situation_of_second(visit.session, benchmark, visit.viewer))
    visit.turn_away(refusal, f"/cases/{benchmark.case_id}/benchmark")
    assessment = benchmark_draft(visit.session, benchmark)
    if assessment is None:
        raise NotFound
    return InHand(benchmark.case, draft_of(benchmark.case, assessment), assessment)


WHO = "the improvement manager to whom the case is allocated, once grading was started"
case_in_hand = Guard(WHO, _in_hand)
case_on_page = Guard(WHO, _on_page)
benchmark_in_hand = Guard(
    "the benchmarker to whom the case is assigned, once the second grade was started", _benchmark_in_hand
)
benchmark_on_page: Guard[OnPage] = Guard(benchmark_in_hand.words, _benchmark_in_hand)
