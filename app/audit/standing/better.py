"""What would have made a standard the best level: its descriptor beside the best one, for whoever learns. Pure.

The page of a case, an area's pack and a sheet for supervision read the same.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument, Worked


@dataclass(frozen=True, slots=True)
class Better:
    """A standard that stands below the best level: what was found, what the best level asks, an example of that.

    `degree` is empty where it is not recorded, or where nothing has to improve. `needs` orders by how much has to:
    0 for nothing or not recorded, then the degrees of the document.
    """

    standard: Standard
    stands: StandingJudgement
    level: str
    degree: str
    found: str
    best: str
    wanted: str
    evidence: str
    example: Worked | None
    needs: int


def below_best(
    document: ThresholdDocument, law_type: str | None, standing: Mapping[str, StandingJudgement]
) -> Sequence[Better]:
    """Return each standard of a case that stands below the best level, in the document's order.

    One that is set aside or was not judged is left out: nothing was found of it.
    """
    levels = {level.code for level in document.scale[1:]}
    return [
        _better(document, law_type, standard, standing[standard.code])
        for standard in document.standards_for(law_type)
        if standard.code in standing and standing[standard.code].level in levels
    ]


def worst_first(items: Sequence[Better]) -> Sequence[Better]:
    """Return them critical first, then by how much has to improve, otherwise as they were."""
    return sorted(items, key=lambda b: (not b.standard.critical, -b.needs))


def _better(document: ThresholdDocument, law_type: str | None, standard: Standard, stands: StandingJudgement) -> Better:
    degrees = [degree.code for degree in document.improvement_degrees]
    needs = degrees.index(stands.degree) if stands.degree in degrees else 0
    return Better(
        standard=standard,
        stands=stands,
        level=document.label(stands.level),
        degree=document.degree_label(degrees[needs]) if needs else "",
        found=document.in_words(standard.descriptors[stands.level]),
        best=document.best.label,
        wanted=document.in_words(standard.descriptors[document.best.code]),
        evidence=stands.evidence,
        example=standard.worked_at(document.best.code, law_type),
        needs=needs,
    )
