"""A final case as its practitioner and their service manager read it: what stands, and nobody's part in it. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from app.audit.enums import DecisionKind
from app.audit.models import AuditCase
from app.audit.standing.better import Better, below_best, worst_first
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.clock import day
from app.people.kinds import KindsOfWork
from app.report.packs.cases import PackCase

# What was decided, told without whose part it was: neither a second grade nor its grader is a practitioner's to know.
DECIDED = {
    DecisionKind.CORRECTION: "Corrected:",
    DecisionKind.CHALLENGE_DECISION: "Decided after a challenge:",
    DecisionKind.ADJUDICATION: "Adjudicated:",
    DecisionKind.BENCHMARK_RESOLUTION: "Decided in moderation:",
}


def line_of(of: PackCase, document: ThresholdDocument) -> list[str]:
    """Return the line of decisions on a case's grade, oldest first, without anybody's part in it."""
    said = []
    for decision in of.decisions:
        when = "" if of.case.audit.imported else f", {day(decision.at)}"
        said.append(f"{DECIDED.get(decision.kind, 'Graded')} {document.label(decision.grade)}{when}")
    return said


@dataclass(frozen=True, slots=True)
class Told:
    """A case as it is told; standards by practice area, those below the best level apart with what would be better."""

    case: AuditCase
    document: ThresholdDocument
    law_type: str
    grade: str
    decided: Sequence[str]
    judged: Sequence[tuple[str, Sequence[tuple[Standard, StandingJudgement]]]]
    short: Sequence[Better]
    strengths: Sequence[str]
    strengths_note: str
    learning: Sequence[str]
    learning_note: str


def told(of: PackCase, document: ThresholdDocument, kinds: KindsOfWork) -> Told:
    """Return a case as it is told."""
    case, standing, said = of.case, of.standing, of.assessment
    judged = [
        (area.title, [(s, standing[s.code]) for s in standards if s.code in standing])
        for area, standards in document.practice_areas_for(case.law_type)
    ]
    picked = [theme for theme in document.learning_themes if theme.code in of.themes]
    return Told(
        case,
        document,
        kinds.law_types.short(case.law_type),
        of.final,
        line_of(of, document),
        [(title, rows) for title, rows in judged if rows],
        worst_first(below_best(document, case.law_type, standing)),
        [t.label for t in picked if t.kind == "strength"],
        said.strengths_note if said else "",
        [t.label for t in picked if t.kind == "learning"],
        said.learning_note if said else "",
    )
