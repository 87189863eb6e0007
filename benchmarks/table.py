"""A row of the table, what its rounds come to, and whether its goals are met."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from statistics import median
from typing import TYPE_CHECKING, NamedTuple, Self

if TYPE_CHECKING:
    from benchmarks.bench import Bench

ROUNDS, QUICK_ROUNDS = 5, 3
TEN, HUNDRED = 10, 100


class Measure(Enum):
    """What is measured: how it is called, and its unit."""

    CPU = "CPU", "ms"
    CPU_OF_ALL = "CPU", "s"
    P95 = "p95", "ms"
    STATEMENTS = "statements", ""
    ADDED = "memory added", "MB"
    IDLE = "memory idle", "MB"
    PICTURED = "memory after a picture", "MB"
    SAVES = "saves a second", ""

    @property
    def title(self) -> str:
        """Return what it is called, with its unit."""
        called, unit = self.value
        return f"{called}, {unit}" if unit else called


class Pair(NamedTuple):
    """What ours took in one round, and what its ceiling took where it has one."""

    ours: float
    ceiling: float | None = None


Round = Mapping[Measure, Pair]
# Prepares and returns what makes one round, given its number: in every second one the ceiling comes first.
Contest = Callable[["Bench"], Callable[[int], Round]]


@dataclass(frozen=True, slots=True)
class Goal:
    """How much a measure may be at most or, with `least`, has to be: ours divided by its ceiling, or ours itself."""

    measure: Measure
    limit: float
    itself: bool = False
    least: bool = False

    def __str__(self) -> str:
        """Return it as it stands in the table."""
        unit = f" {self.measure.value[1]}" if self.itself and self.measure.value[1] else ""
        return f"{'≥' if self.least else '≤'} {self.limit:g}{unit}"

    def met(self, found: float) -> bool:
        """Say whether a measured figure meets it."""
        return found >= self.limit if self.least else found <= self.limit


@dataclass(frozen=True, slots=True)
class Row:
    """A path through the product, what it is measured against, and its goals; `quick` rows are in the quick run too."""

    path: str
    ceiling: str
    contest: Contest
    goals: Sequence[Goal]
    quick: bool = True


@dataclass(frozen=True, slots=True)
class Spread:
    """The median of rounds, and the least and the most of them."""

    middle: float
    low: float
    high: float

    @classmethod
    def of(cls, values: Sequence[float]) -> Self:
        """Return it of some values, one at least."""
        return cls(median(values), min(values), max(values))

    def __str__(self) -> str:
        """Return it as it stands in the table; alike they are one figure."""
        between = f" ({short(self.low)}–{short(self.high)})"
        return short(self.middle) + (between if self.low != self.high else "")


def short(number: float) -> str:
    """Return a number with as many digits as say something."""
    if number == int(number) or number >= HUNDRED:
        return f"{number:,.0f}"
    return f"{number:.1f}" if number >= TEN else f"{number:.2f}" if number >= 1 else f"{number:.2g}"


@dataclass(frozen=True, slots=True)
class Found:
    """What the rounds of a row came to under one of its goals; the ratio is ours divided by its ceiling."""

    row: Row
    goal: Goal
    ours: Spread
    ceiling: Spread | None
    ratio: Spread | None

    @classmethod
    def of(cls, row: Row, goal: Goal, rounds: Sequence[Round]) -> Self:
        """Put the rounds of a row together; ratios are of pairs of one round each."""
        pairs = [each[goal.measure] for each in rounds]
        against = [pair.ceiling for pair in pairs if pair.ceiling is not None]
        ratios = [pair.ours / pair.ceiling for pair in pairs if pair.ceiling]
        return cls(
            row,
            goal,
            Spread.of([pair.ours for pair in pairs]),
            Spread.of(against) if against else None,
            Spread.of(ratios) if ratios else None,
        )

    @property
    def judged(self) -> float:
        """Return the figure that the goal is about; raises ValueError where there is none."""
        if self.goal.itself:
            return self.ours.middle
        if self.ratio is None:
            message = f"{self.row.path} has no {self.goal.measure.title} of a ceiling to be divided by."
            raise ValueError(message)
        return self.ratio.middle

    @property
    def met(self) -> bool:
        """Say whether the goal is met."""
        return self.goal.met(self.judged)

    @property
    def in_words(self) -> str:
        """Return it as it stands in a list of goals."""
        what = self.goal.measure.title if self.goal.itself else f"{self.goal.measure.value[0]}, ratio"
        return f"{self.row.path}: {what} {short(self.judged)} ({self.goal})"

    def __str__(self) -> str:
        """Return it as a line of the table."""
        cells = (
            self.row.path,
            self.row.ceiling,
            self.goal.measure.title,
            self.ours,
            self.ceiling or "",
            self.ratio or "",
            self.goal,
            "met" if self.met else "**not met**",
        )
        return _line(*map(str, cells))


@dataclass(frozen=True, slots=True)
class NotMeasured:
    """A row that was not measured, and why."""

    row: Row
    why: str

    def __str__(self) -> str:
        """Return it as a line of the table."""
        return _line(self.row.path, self.row.ceiling, "", "", "", "", ", ".join(map(str, self.row.goals)), self.why)


def _line(*cells: str) -> str:
    return f"| {' | '.join(cells)} |"


HEAD = (
    _line("path", "against", "measure", "ours", "ceiling", "ratio", "goal", ""),
    _line("---", "---", "---", "---:", "---:", "---:", "---:", "---"),
)


def summed_up(found: Sequence[Found | NotMeasured]) -> Iterator[str]:
    """Yield the paragraphs below the table: how many goals are met, and which are not."""
    measured = [one for one in found if isinstance(one, Found)]
    missed = [one.in_words for one in measured if not one.met]
    yield f"{len(measured) - len(missed)} of {len(measured)} goals that were measured are met."
    if missed:
        yield "Not met:"
        yield "\n".join(f"- {one}" for one in missed)
    if absent := list(dict.fromkeys(one.row.path for one in found if isinstance(one, NotMeasured))):
        yield f"Not measured: {'; '.join(absent)}."
