"""Which strengths and learning points the judgements of a case propose; a person ticks them, or does not. Pure."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from app.audit.thresholds.document import LearningTheme, ThresholdDocument
from app.audit.thresholds.indication import Judged

# From this degree on a learning point is proposed at the best level too: moderate, after none and minor.
MODERATE = 2


@dataclass(frozen=True, slots=True)
class Proposed:
    """A strength or learning point with the judgements that propose it, as the end of a sentence."""

    theme: LearningTheme
    ground: str


def proposed(
    document: ThresholdDocument, law_type: str | None, judged: Mapping[str, Judged], kind: str
) -> Sequence[Proposed]:
    """Return what the judgements propose of one kind (`strength` or `learning`), in the document's order.

    A learning point: where one of its standards is below the best level, or needs moderate improvement or more.
    A strength: where all its standards that apply are at the best level and need no improvement.
    """
    found = []
    for theme in document.themes_for(law_type, kind):
        of = [s.code for s in document.standards_for(law_type) if s.code in (theme.standards or ())]
        grounds = [code for code in of if (_good if kind == "strength" else _weak)(document, judged.get(code))]
        if grounds and (kind == "learning" or grounds == of):
            found.append(Proposed(theme, "from " + "; ".join(_in_words(document, c, judged[c]) for c in grounds)))
    return found


def proposed_codes(
    document: ThresholdDocument, law_type: str | None, judged: Iterable[tuple[str, Judged]]
) -> list[str]:
    """Return the codes of all that some judgements propose, strengths first."""
    by_standard = dict(judged)
    return [p.theme.code for kind in ("strength", "learning") for p in proposed(document, law_type, by_standard, kind)]


def _place(document: ThresholdDocument, degree: str) -> int:
    """Return how much improvement a degree is; one that is not given yet is none."""
    return next((i for i, d in enumerate(document.improvement_degrees) if d.code == degree), 0)


def _weak(document: ThresholdDocument, of: Judged | None) -> bool:
    if of is None or of.set_aside or not of.judgement:
        return False
    most = min(MODERATE, len(document.improvement_degrees) - 1)
    return of.judgement != document.best.code or _place(document, of.degree) >= most


def _good(document: ThresholdDocument, of: Judged | None) -> bool:
    if of is None or of.set_aside:
        return False
    return of.judgement == document.best.code and not _place(document, of.degree)


def _in_words(document: ThresholdDocument, code: str, of: Judged) -> str:
    needed = f", {document.degree_label(of.degree).lower()}" if _place(document, of.degree) else ""
    return f"‘{document.standard(code).title}’: {document.label(of.judgement)}{needed}"
