"""What would have made each standard of a case better: what was said beside what the best level asks for. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument


@dataclass(frozen=True, slots=True)
class Short:
    """A standard that stands below the best level, with the descriptors of its own level and of the best one."""

    standard: Standard
    stands: StandingJudgement
    # In words; the degree is empty where it was not recorded.
    level: str
    degree: str
    said: str
    best: str


def short_of_best(
    document: ThresholdDocument, law_type: str, standing: Mapping[str, StandingJudgement]
) -> Sequence[Short]:
    """Return the standards below the best level: critical ones first, then by degree, the most improvement first."""
    degrees = {degree.code: n for n, degree in enumerate(document.improvement_degrees)}
    levels = {level.code: n for n, level in enumerate(document.scale)}
    found = [
        Short(
            s,
            stands,
            document.label(stands.level),
            document.degree_label(stands.degree) if stands.degree else "",
            document.in_words(s.descriptors[stands.level]),
            document.in_words(s.descriptors[document.best.code]),
        )
        for s in document.standards_for(law_type)
        if (stands := standing.get(s.code)) and stands.level in levels and stands.level != document.best.code
    ]
    # Sorted is stable: what is alike stays in the document's order.
    return sorted(
        found,
        key=lambda of: (not of.standard.critical, -degrees.get(of.stands.degree or "", 0), -levels[of.stands.level]),
    )
