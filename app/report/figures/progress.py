"""How far the grading of an audit is: against the calendar, by person, area and law type, and what is stuck.

Counts, never grades. Pure.
"""

from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from fractions import Fraction
from functools import lru_cache
from math import ceil
from typing import NamedTuple

from app.audit.enums import CaseState
from app.audit.staff.time import Time, days
from app.clock import add_working_days, day, is_working_day, local_date
from app.labels import capital, noun, out_of, plural

# So many working days somebody may take before a case counts as stuck.
START_WITHIN, SAVE_WITHIN = 5, 3
PACE_OVER = 5
WAITING = (CaseState.ALLOCATED, CaseState.IN_PROGRESS)
SUBMITTED = (CaseState.GRADED, CaseState.FINAL)
STEPS = ((CaseState.DRAWN, CaseState.ALLOCATED), (CaseState.IN_PROGRESS,), SUBMITTED)


class CaseProgress(NamedTuple):
    """A case as far as progress goes: whose it is and since when, when it was last saved, when it was submitted.

    In moments: of most cases nobody asks for the day.
    """

    id: int
    ref: str
    area: str
    law_type: str
    state: CaseState
    auditor: int | None
    given_at: datetime | None
    saved_at: datetime | None
    submitted_at: datetime | None


@dataclass(frozen=True, slots=True)
class Tally:
    """How many cases of somebody, or of something, stand where."""

    key: str
    name: str
    waiting: int
    begun: int
    submitted: int

    @property
    def total(self) -> int:
        """Return all of them."""
        return self.waiting + self.begun + self.submitted


@dataclass(frozen=True, slots=True)
class Stuck:
    """Something that does not go on: what, why, where it is, and the act that helps."""

    what: str
    why: str
    link: str
    helps: str


@dataclass(frozen=True, slots=True)
class BurnDay:
    """A working day: how many cases had been submitted by its end, and how many an even pace would have brought."""

    day: date
    submitted: int | None
    even: Fraction | None


@dataclass(frozen=True)
class Burn:
    """Submitted cases against the calendar; `dates` are sorted."""

    total: int
    submitted: int
    first: date
    last: date | None
    today: date
    dates: Sequence[date]

    @property
    def rows(self) -> list[BurnDay]:
        """Return every working day from the first to the last, or to today if that is later."""
        counted = [d for d in days(self.first, max(self.last or self.today, self.today)) if is_working_day(d)]
        return [BurnDay(d, bisect_right(self.dates, d) if d <= self.today else None, self.even(d)) for d in counted]

    def even(self, by: date) -> Fraction | None:
        """Return how many cases an even pace brings by the end of a day."""
        if self.last is None or self.last < self.first:
            return None
        length, past = _working(self.first, self.last), _working(self.first, min(by, self.last))
        return Fraction(self.total * past, length) if length else None

    @property
    def behind(self) -> int:
        """Return how many cases are missing to an even pace by the end of yesterday."""
        even = self.even(self.today - timedelta(days=1)) if self.today > self.first else None
        return max(0, ceil(even - self.submitted)) if even else 0

    @property
    def title(self) -> str:
        """Say whether grading is on course."""
        left = self.total - self.submitted
        if not left:
            return "Every case is submitted"
        if self.last is None:
            return f"{self._so_far}; no day is set on which grading ends"
        if self.today > self.last:
            missing = f"{out_of(left, self.total, 'case')} {noun(left, 'is', 'are')} not submitted"
            return f"Grading should have ended on {day(self.last)}; {missing}"
        if self.behind:
            return f"Grading is {plural(self.behind, 'case')} behind an even pace"
        return f"Grading is on course: {self._so_far[0].lower()}{self._so_far[1:]}"

    @property
    def _so_far(self) -> str:
        submitted = out_of(self.submitted, self.total, "case")
        return f"{capital(submitted)} {noun(self.submitted or 1, 'is', 'are')} submitted"

    @property
    def forecast(self) -> str:
        """Say when grading would end if it went on as in the last working days, empty where that cannot be said."""
        left = self.total - self.submitted
        recent = [d for d in days(max(self.first, self.today - timedelta(days=14)), self.today) if is_working_day(d)][
            -PACE_OVER:
        ]
        done = sum(d >= recent[0] for d in self.dates) if recent else 0
        if not left or not done:
            return "" if not left or not recent else f"Nothing was submitted in the last {_days(recent)}."
        end = add_working_days(self.today, ceil(Fraction(left * len(recent), done)))
        late = ", later than the day that is set" if self.last and end > self.last else ""
        return f"At the pace of the last {_days(recent)} it would end on {day(end)}{late}."


def _days(recent: Sequence[date]) -> str:
    return noun(len(recent), "working day", f"{len(recent)} working days")


@lru_cache(maxsize=4096)
def _working(first: date, last: date) -> int:
    return sum(is_working_day(d) for d in days(first, last))


def burn_of(cases: Sequence[CaseProgress], first: date, last: date | None, today: date) -> Burn:
    """Return an audit's submitted cases against the calendar."""
    submitted = [c.submitted_at for c in cases if c.state in SUBMITTED]
    dates = [local_date(at) for at in sorted(at for at in submitted if at)]
    return Burn(len(cases), len(submitted), first, last, today, dates)


def tallies(
    cases: Sequence[CaseProgress], key: Callable[[CaseProgress], object], names: Mapping[str, str]
) -> list[Tally]:
    """Return how many cases of each kind stand where, in the order of the names."""
    found: Counter[tuple[str, CaseState]] = Counter()
    for (of, state), count in Counter((key(c), c.state) for c in cases).items():
        found[str(of), state] += count
    there = {of for of, _ in found}
    return [
        Tally(k, name, *(sum(found[k, state] for state in states) for states in STEPS))
        for k, name in names.items()
        if k in there
    ]


@dataclass(frozen=True, slots=True)
class Auditor:
    """Somebody who has cases: their name, their time, and whether they can sign in."""

    name: str
    time: Time
    disabled: bool

    def gone(self, today: date) -> str:
        """Return why they do not grade today, or nothing."""
        if self.disabled:
            return "cannot sign in any more"
        if not self.time.share:
            return "does not grade any more"
        return (
            ""
            if self.time.is_there(today)
            else "has not started yet"
            if self.time.starts_on and today < self.time.starts_on
            else "is away"
        )


def stuck(cases: Sequence[CaseProgress], auditors: Mapping[int, Auditor], ref: str, today: date) -> Iterator[Stuck]:
    """Yield what does not go on: whose auditor is not there, what was not started, what was not saved."""
    base = f"/audits/{ref}"
    by_auditor: dict[int | None, list[CaseProgress]] = defaultdict(list)
    for case in cases:
        by_auditor[case.auditor].append(case)
    for key, auditor in auditors.items():
        theirs, gone = [c for c in by_auditor[key] if c.state in WAITING], auditor.gone(today)
        idle = sum(c.state is CaseState.ALLOCATED for c in theirs)
        since = _last_act(by_auditor[key])
        if theirs and gone:
            why = f"{plural(len(theirs), 'case')} not submitted, and {auditor.name} {gone}"
            yield Stuck(auditor.name, why, f"{base}/allocation/again", "Share out again")
        elif idle and since and add_working_days(since, START_WITHIN) <= today:
            why = f"{plural(idle, 'case')} not started, and nothing saved since {day(since)}"
            yield Stuck(auditor.name, why, f"{base}/cases?by={key}&state=allocated", "Remind, or share out again")
    yield from _not_saved([c for c in cases if c.state is CaseState.IN_PROGRESS], auditors, today)


def _not_saved(cases: Sequence[CaseProgress], auditors: Mapping[int, Auditor], today: date) -> Iterator[Stuck]:
    for case in cases:
        auditor, saved = auditors.get(case.auditor or 0), case.saved_at and local_date(case.saved_at)
        if auditor and not auditor.gone(today) and saved and add_working_days(saved, SAVE_WITHIN) <= today:
            why = f"Begun by {auditor.name}, not saved since {day(saved)}"
            yield Stuck(f"Case {case.ref}, {case.area}", why, f"/cases/{case.id}", "Remind, or give it by hand")


def _last_act(theirs: Iterable[CaseProgress]) -> date | None:
    """Return when somebody last saved something, or was given a case."""
    last = max((at for c in theirs for at in (c.given_at, c.saved_at) if at), default=None)
    return last and local_date(last)
