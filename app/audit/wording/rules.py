"""What readings say of the words of a document: which clauses were read in two ways, and how often. Pure."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from app.audit.enums import Cause, ClauseAnswer, ReadingSource
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.labels import noun, plural

# So many readings make a clause one that the next version has to answer: one can be a slip of one person.
TWICE = 2


class OneReading(Protocol):
    """What is asked of a reading: a row of the table, or one that was made for a question."""

    @property
    def standard(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def level_a(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def level_b(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def cause(self) -> Cause: ...  # noqa: D102 - as the table has it
    @property
    def words(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def source(self) -> ReadingSource: ...  # noqa: D102 - as the table has it


@dataclass(frozen=True, slots=True)
class ReadTwice:
    """A standard to which two people gave different levels, the cause, and the words where these are unclear.

    A level is empty where somebody set the standard aside.
    """

    standard: str
    level_a: str
    level_b: str
    cause: Cause
    words: str = ""


@dataclass(frozen=True, slots=True)
class Clause:
    """A level of a standard whose words were read in two ways, and what was said of them each time."""

    standard: Standard
    # Empty for the sentence that says when the standard is set aside.
    level: str
    title: str
    text: str
    said: Sequence[str]

    @property
    def key(self) -> tuple[str, str]:
        """Return the codes of the standard and of the level."""
        return self.standard.code, self.level


def text_of(standard: Standard, level: str) -> str:
    """Return the words of a clause; empty where the standard has none for it."""
    return (standard.descriptors.get(level, "") if level else standard.not_applicable_when) or ""


def title_of(document: ThresholdDocument, standard: Standard, level: str) -> str:
    """Return how a clause is called: its standard, and its level or that it is set aside."""
    return f"{standard.title}: {document.label(level) if level else 'set aside'}"


def clauses_read_twice(document: ThresholdDocument, readings: Iterable[OneReading]) -> list[Clause]:
    """Return the clauses that at least two readings found unclear, in the order of the document.

    A reading is about both of its levels: whichever of the two sentences is mended, it no longer happens.
    """
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    for r in readings:
        if r.cause is Cause.THRESHOLD_UNCLEAR:
            for level in (r.level_a, r.level_b):
                said[r.standard, level].append(r.words)
    levels = [*(level.code for level in document.scale), ""]
    return [
        Clause(s, level, title_of(document, s, level), text_of(s, level), tuple(said[s.code, level]))
        for s in document.standards()
        for level in levels
        if len(said.get((s.code, level), ())) >= TWICE
    ]


@dataclass(frozen=True, slots=True)
class Cell:
    """How many readings of a standard found it unclear, of how many judgements that two people compared."""

    unclear: int
    compared: int

    @property
    def heat(self) -> int:
        """Return how much of it is unclear in four steps: 0 for none, 3 for a third or more."""
        if not self.unclear:
            return 0
        return 3 if 3 * self.unclear >= self.compared else 2 if 10 * self.unclear >= self.compared else 1


Compared = Mapping[tuple[ReadingSource, str], int]


def heat_map(
    document: ThresholdDocument, readings: Iterable[OneReading], compared: Compared
) -> list[tuple[Standard, Sequence[Cell]]]:
    """Return for each standard a cell for each source; those that were never compared are left out."""
    unclear = Counter((r.source, r.standard) for r in readings if r.cause is Cause.THRESHOLD_UNCLEAR)
    rows: list[tuple[Standard, Sequence[Cell]]] = []
    for s in document.standards():
        cells = [Cell(unclear[source, s.code], compared.get((source, s.code), 0)) for source in ReadingSource]
        if any(c.compared for c in cells):
            rows.append((s, cells))
    return rows


def why_not_answered(answer: ClauseAnswer, reason: str, before: str, now: str) -> dict[str, str]:
    """Return what is wrong with what a draft's author says of a clause; `before` and `now` are its words."""
    if answer is ClauseAnswer.CHANGED and before == now:
        return {
            "answer": "The words of this clause are the same in the draft. Change them first, or choose another answer"
        }
    if answer is ClauseAnswer.KEPT and not reason:
        return {"reason": "Say why the words stay as they are: whoever read them in two ways will ask"}
    return {}


def in_words(version: str, clauses: int, changed: int) -> str:
    """Return what a version made of the clauses of the one before it that were read in two ways; empty for none."""
    if not clauses:
        return ""
    were = f"{plural(clauses, 'clause')} of version {version} {noun(clauses, 'was', 'were')} read in two ways; "
    return f"{were}{changed or 'none'} {noun(changed or 1, 'was', 'were')} changed."
