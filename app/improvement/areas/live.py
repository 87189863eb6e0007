"""How far an area's cases of an audit are, in counts that tell nobody's grade. Pure."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from app.audit.enums import CaseState
from app.audit.models import Audit
from app.audit.thresholds.document import ThresholdDocument

# From so many final cases on the levels are counted.
LEAST_FINAL = 5


@dataclass(frozen=True, slots=True)
class Placed:
    """A case as it is counted: its state, its grade, whether its area has it, and whether it is graded a second time.

    `second` says so only while that is not finished: until such a case is final it is in no count but the sample's.
    """

    state: CaseState
    grade: str
    with_area: bool
    second: bool
    themes: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Live:
    """An audit in an area: its counts, and from five final cases on the levels so far."""

    audit: Audit
    sampled: int
    graded: int
    final: int
    with_area: int
    levels: Sequence[tuple[str, int]]
    strengths: Sequence[tuple[str, int]]
    learning: Sequence[tuple[str, int]]
    discussed: int = 0
    read: int = 0

    @property
    def elsewhere(self) -> int:
        """Return how many graded cases are neither final nor with the area."""
        return self.graded - self.final - self.with_area


def live(
    audit: Audit, document: ThresholdDocument, cases: Iterable[Placed], *, discussed: int = 0, read: int = 0
) -> Live:
    """Return how far an area's cases of an audit are."""
    found = [c for c in cases if c.state is not CaseState.REPLACED]
    final = [c for c in found if c.state is CaseState.FINAL]
    # Final, or graded and nobody is grading it a second time.
    known = [*final, *(c for c in found if c.state is CaseState.GRADED and not c.second)]
    grades = Counter(c.grade for c in final)
    levels = [(level.label, grades[level.code]) for level in document.scale] if len(final) >= LEAST_FINAL else []
    ticked = Counter(code for c in final for code in set(c.themes))

    def themes(kind: str) -> list[tuple[str, int]]:
        named = [(t.label, ticked[t.code]) for t in document.learning_themes if t.kind == kind and ticked[t.code]]
        return sorted(named, key=lambda of: -of[1])

    return Live(
        audit,
        sampled=len(found),
        graded=len(known),
        final=len(final),
        with_area=sum(c.with_area for c in known if c.state is CaseState.GRADED),
        levels=levels,
        strengths=themes("strength"),
        learning=themes("learning"),
        discussed=discussed,
        read=read,
    )
