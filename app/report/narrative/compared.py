"""A share of this audit beside an earlier one, and what can be said of the difference. Pure."""

from dataclasses import dataclass

from app.report.figures.statistics import newcombe, percent
from app.report.findings.differences import clear_for_every_size
from app.report.findings.shares import Limit, share_cell


@dataclass(frozen=True, slots=True)
class Compared:
    """One share now and before; without the earlier number of cases there is no interval.

    `up_is_good` is None where neither way is better.
    """

    label: str
    where: str
    when: str
    now: tuple[int, int]
    then_percent: int
    then: tuple[int, int] | None = None
    up_is_good: bool | None = None
    # The target of the level in this audit, near which a share is printed more finely.
    target: Limit | None = None
    # The share itself where chances were unequal, and by how many it is compared then.
    estimate: float | None = None
    tested: tuple[int, int] | None = None

    @property
    def printed(self) -> str:
        """Return the share of this audit as it is printed everywhere."""
        cell = share_cell(*self.now, self.target, self.estimate)
        return cell if isinstance(cell, str) else f"{cell}%"

    @property
    def name(self) -> str:
        """Return what is compared: the measure, and of which cases where that has to be said."""
        return f"{self.label}, {self.where}" if self.where else self.label

    @property
    def now_percent(self) -> int | float:
        """Return the printed percentage of this audit as a number."""
        cell = share_cell(*self.now, self.target, self.estimate)
        return percent(*self.now) or 0 if isinstance(cell, str) else cell

    @property
    def points(self) -> int | float:
        """Return the difference of the two printed percentages, so that a reader can check it."""
        apart = self.now_percent - self.then_percent
        return apart if isinstance(apart, int) else round(apart, 1)

    @property
    def interval(self) -> tuple[float, float] | None:
        """Return the 95% interval of the difference, where both numbers of cases are known."""
        return newcombe(self.tested or self.now, self.then) if self.then else None

    @property
    def direction(self) -> int | None:
        """Return 1 where the share is clearly higher now, -1 where lower, 0 where chance may explain the difference.

        None where that depends on the number of cases then, which nobody knows.
        """
        if self.interval is None:
            return clear_for_every_size(self.tested or self.now, self.then_percent)
        low, high = self.interval
        return 0 if low <= 0 <= high else 1 if low > 0 else -1

    @property
    def better(self) -> bool | None:
        """Say whether a clear change is one for the better; None where there is none, or neither way is better."""
        if not self.direction or self.up_is_good is None:
            return None
        return (self.direction > 0) == self.up_is_good

    @property
    def verdict(self) -> str:
        """Say what can be said: higher or lower, and better or worse, only where chance would not explain it."""
        if self.direction is None:
            return "May be chance"
        if not self.direction:
            return "No clear change"
        judged = {True: ", improved", False: ", worse", None: ""}[self.better]
        return f"{'Higher' if self.direction > 0 else 'Lower'}{judged}"
