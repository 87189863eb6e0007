"""How much of the grading somebody can do. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from app.clock import day as day_in_words
from app.clock import is_working_day


@dataclass(frozen=True, slots=True)
class Time:
    """How much of the grading somebody can do: a share of a full load, from a day, with days away."""

    share: int = 100
    starts_on: date | None = None
    away_from: date | None = None
    away_to: date | None = None

    def weight(self, first: date, last: date | None) -> int:
        """Return the share times the working days on which they are there; without a last day the share alone."""
        if last is None or last < first:
            return self.share
        return self.share * sum(is_working_day(day) and self.is_there(day) for day in days(first, last))

    @property
    def words(self) -> str:
        """Return it as people say it."""
        said = "Full load" if self.share == 100 else f"{self.share}% of a full load" if self.share else "Does not grade"  # noqa: PLR2004 - per cent
        late = f", from {day_in_words(self.starts_on)}" if self.starts_on and self.share else ""
        away = (
            f", away {day_in_words(self.away_from)} to {day_in_words(self.away_to)}"
            if self.away_from and self.share
            else ""
        )
        return said + late + away

    def is_there(self, day: date) -> bool:
        """Say whether they work on a day."""
        late = self.starts_on is not None and day < self.starts_on
        away = self.away_from is not None and self.away_to is not None and self.away_from <= day <= self.away_to
        return not late and not away


def days(first: date, last: date) -> Iterator[date]:
    """Yield the days from one to another."""
    yield from (first + timedelta(days=n) for n in range((last - first).days + 1))
