"""Routes of a grader's own grades and how they stood: for that person, and nobody else in whatever role."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import any_audit
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Benchmark
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.errors import Elsewhere, NotFound
from app.labels import plural
from app.moderation.enums import OUTCOME_LABELS
from app.moderation.models import Challenge
from app.people.enums import Role
from app.report.mirror import queries as mirror_queries
from app.report.mirror.rules import (
    Differing,
    OwnLevel,
    differed_often,
    differing,
    directions,
    own_levels,
    table_of,
    with_a_place,
)
from app.web.pages import Page
from app.web.routing import Guard, Router, Visit

router = Router()
GRADERS = (Role.IMPROVEMENT_MANAGER, Role.BENCHMARKER)


def _graded(visit: Visit) -> Audit:
    audit = any_audit.find(visit)
    if not mirror_queries.has_graded(visit.session, visit.viewer, audit):
        if not visit.viewer.has(*GRADERS, audit=audit.ref):
            raise NotFound
        raise Elsewhere(f"/audits/{audit.ref}", f"You have submitted no grade in {audit.name} yet.")
    left = mirror_queries.left_to_grade(visit.session, visit.viewer, audit)
    if left:
        sentence = f"How your grades stood opens when you have submitted the {plural(left, 'case')} that you still have"
        raise Elsewhere("/", f"{sentence} in {audit.name}.")
    return audit


own_audit = Guard("whoever graded in the audit, once they have nothing left to grade there", _graded)


@dataclass(frozen=True, slots=True)
class Twice:
    """A case that the person and somebody else graded: both grades, what differed, and which grade stands."""

    case: AuditCase
    own: str
    other: str
    stands: str
    standards: Sequence[Differing]
    said: str


@dataclass(frozen=True, slots=True)
class GradedTwice:
    """Second grades of one's own cases, or those that one gave: the table, which way they differ, each difference."""

    heading: str
    # What the other of the two grades is called, in the table and beside each case.
    other: str
    table: Sequence[tuple[str, Sequence[int]]]
    same: int
    better: int
    worse: int
    cases: Sequence[Twice]

    @property
    def count(self) -> int:
        """Return how many cases two people graded."""
        return self.same + self.better + self.worse

    @property
    def differ(self) -> Sequence[Twice]:
        """Return the cases in which the grades differ."""
        return [c for c in self.cases if c.own != c.other]


@dataclass(frozen=True, kw_only=True)
class MirrorPage(Page):
    """How somebody's own grades stood."""

    template: ClassVar[str] = "report/mirror/mirror.html"
    audit: Audit
    document: ThresholdDocument
    cases: int
    levels: Sequence[OwnLevel]
    twice: Sequence[GradedTwice]
    # Those who departed from the indicated grade, with the case.
    departures: Sequence[tuple[Assessment, AuditCase]]
    challenges: Sequence[Challenge]
    outcomes: Mapping[str, str]
    often: Sequence[tuple[Standard, int]]
    # How much evidence says where in the file, of how much.
    placed: tuple[int, int]
    # How many judgements have evidence that was reused as it was, from a phrase or from the standard above.
    reused: int


def _levels_of(sheet: Assessment) -> dict[str, str]:
    return {j.standard: "" if j.set_aside else j.judgement for j in sheet.judgements if j.set_aside or j.judgement}


def _twice(document: ThresholdDocument, of: Benchmark, own: Assessment, other: Assessment) -> Twice:
    standards = differing(document, of.case.law_type, _levels_of(own), _levels_of(other))
    return Twice(of.case, own.grade or "", other.grade or "", of.case.standing_grade or "", standards, of.resolution)


def _graded_twice(document: ThresholdDocument, heading: str, other: str, cases: Sequence[Twice]) -> GradedTwice:
    pairs = [(c.own, c.other) for c in cases]
    return GradedTwice(heading, other, table_of(document, pairs), *directions(document, pairs), cases)


def _both_ways(document: ThresholdDocument, viewer_id: int, found: Iterable[Benchmark]) -> list[GradedTwice]:
    mine, given = [], []
    for of in found:
        if of.first is None or of.second is None:
            continue
        if of.benchmarker_id == viewer_id:
            given.append(_twice(document, of, of.second, of.first))
        else:
            mine.append(_twice(document, of, of.first, of.second))
    ways = [("Your cases that somebody graded a second time", "Second grade", mine)]
    ways.append(("Cases that you graded a second time", "First grade", given))
    return [_graded_twice(document, heading, other, cases) for heading, other, cases in ways if cases]


@router.get("/audits/{ref}/my-grades", own_audit)
def mirror_page(visit: Visit, audit: Audit) -> Response:
    """Show somebody how their own grades stood."""
    session, viewer, document = visit.session, visit.viewer, document_of(audit)
    graded = mirror_queries.own_grades(session, viewer, audit)
    counted = mirror_queries.grades_counted(session, audit) if graded else []
    twice = _both_ways(document, viewer.id, mirror_queries.second_grades(session, viewer, audit))
    page = MirrorPage(
        title="How your grades stood",
        audit=audit,
        document=document,
        cases=len(graded),
        levels=own_levels(document, viewer.id, counted),
        twice=twice,
        departures=[(a, c) for a, c in graded if a.indicated_grade and a.indicated_grade != a.grade],
        challenges=mirror_queries.challenges(session, viewer, audit),
        outcomes={k.value: label for k, label in OUTCOME_LABELS.items()},
        often=differed_often(c.standards for way in twice for c in way.cases),
        placed=with_a_place(j.evidence for a, _ in graded for j in a.judgements),
        reused=sum(any(not m["changed"] for m in j.reused or ()) for a, _ in graded for j in a.judgements),
    )
    return visit.render(page)
