"""Which learning points of a case rest on a standard that was decided at the best level. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from app.audit.enums import AuditState
from app.audit.models import Audit
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import LearningTheme, Standard, ThresholdDocument
from app.audit.thresholds.indication import Judged
from app.audit.thresholds.proposing import proposed


@dataclass(frozen=True, slots=True)
class Doubtful:
    """A learning point that was ticked, its standards that were decided at the best level, and what else it rests on.

    `rests_on` names the judgements that propose it as they stand now; it is empty where none does.
    """

    theme: LearningTheme
    decided: Sequence[tuple[Standard, StandingJudgement]]
    rests_on: str


def in_doubt(
    document: ThresholdDocument, law_type: str, ticked: Collection[str], standing: Mapping[str, StandingJudgement]
) -> list[Doubtful]:
    """Return the ticked learning points of which a decision put a standard at the best level, as the document has them.

    A document that does not say which standards its learning points are about has none.
    """
    raised = [
        (standard, standing[standard.code])
        for standard in document.standards_for(law_type)
        if standard.code in standing and _was_raised(standing[standard.code], document.best.code)
    ]
    if not raised:
        return []
    judged = {code: Judged(s.level, s.degree or "", s.set_aside) for code, s in standing.items()}
    still = {p.theme.code: p.ground.removeprefix("from ") for p in proposed(document, law_type, judged, "learning")}
    found = []
    for theme in document.themes_for(law_type, "learning"):
        decided = [(s, of) for s, of in raised if s.code in (theme.standards or ())]
        if decided and theme.code in ticked:
            found.append(Doubtful(theme, decided, still.get(theme.code, "")))
    return found


def _was_raised(of: StandingJudgement, best: str) -> bool:
    return of.decision is not None and of.level == best and of.first_level not in {"", best}


def left(ticked: Sequence[str], dropped: Collection[str]) -> Sequence[str]:
    """Return the strengths and learning points of a case that count: as they were ticked, without what was dropped."""
    return [code for code in ticked if code not in dropped] if dropped else ticked


def why_not_chosen(audit: Audit) -> str | None:
    """Return why nothing can be kept or dropped any more, or None."""
    if audit.state is AuditState.FIELDWORK:
        return None
    return "The figures were frozen when the audit was finalised, so its learning points stay as they are."
