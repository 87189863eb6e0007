"""What second grades say: how far they agree with the first, in all and in parts, from the rows that were compared."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from app.audit.models import Benchmark
from app.audit.thresholds.document import ThresholdDocument
from app.people.kinds import KindsOfWork
from app.report.figures.agreement import (
    Agreement,
    Estimate,
    agreement_of,
    alpha_interval,
    back_to_all,
    linear,
    quadratic,
)
from app.report.figures.counted_cases import Basis, GradedCase
from app.report.figures.severity import auditors, severity
from app.report.figures.statistics import in_percent, percent, wilson

# An adjusted chance below this is worth a second look at somebody’s cases.
UNLIKELY = 0.05


@dataclass(frozen=True, slots=True)
class Measured:
    """How far the grades agree: the table, the coefficients, and the share weighted back to all graded cases."""

    agreement: Agreement
    coefficients: Sequence[tuple[str, Estimate | None]]
    alpha: float | None
    alpha_interval: tuple[float, float] | None
    back_to_all: float | None


@dataclass(frozen=True, slots=True)
class Part:
    """How many of some second grades, or second judgements, are the same as the first."""

    name: str
    agreeing: int
    count: int

    @property
    def percent(self) -> int | None:
        """Return the share that agrees, as a whole percentage."""
        return percent(self.agreeing, self.count)

    @property
    def interval(self) -> str:
        """Return the 95% interval of the share in words."""
        low, high = wilson(self.agreeing, self.count) or (0.0, 1.0)
        return f"{in_percent(low)}% to {in_percent(high)}%"


@dataclass(frozen=True, slots=True)
class Severity:
    """How an auditor graded beside what the law types of their cases let expect.

    `unusual` allows for how many auditors are compared, at the best level and at the lowest.
    """

    name: str
    cases: int
    best: int
    best_expected: float
    lowest: int
    lowest_expected: float
    unusual: bool


def severities(basis: Basis, cases: Sequence[GradedCase], called: Mapping[str, str]) -> list[Severity]:
    """Return how each auditor graded, by name; nothing where a single one did (statistics.md section 5)."""
    rows, chances = auditors(basis, cases), severity(basis, cases)
    found = []
    for label, row in rows.items():
        best, lowest = row[basis.best], row[basis.lowest]
        ends = (best["count"], best["expected"], lowest["count"], lowest["expected"])
        # `severity` adjusts each level for the auditors; two levels are looked at.
        unusual = 2 * min(chances[label][basis.best], chances[label][basis.lowest]) < UNLIKELY
        found.append(Severity(called.get(label, label), row["total"], *ends, unusual))
    return sorted(found, key=lambda s: s.name) if len(found) > 1 else []


def measured_of(benchmarks: Sequence[Benchmark], document: ThresholdDocument) -> Measured | None:
    """Return how far the submitted benchmarks agree with the first grades that they were compared with."""
    done = [(b.first.grade or "", b.second.grade or "", b.probability) for b in benchmarks if b.first and b.second]
    if not done:
        return None
    agreement = agreement_of([(first, second) for first, second, _ in done], [level.code for level in document.scale])
    # What a person chose, or earlier differences, stands for no other case.
    by_chance = [(first, second, float(Fraction(chance))) for first, second, chance in done if chance]
    interval = alpha_interval(tuple(map(tuple, agreement.table)))
    return Measured(agreement, _coefficients(agreement), agreement.alpha(), interval, back_to_all(by_chance))


def _coefficients(of: Agreement) -> list[tuple[str, Estimate | None]]:
    return [
        ("AC2, linear weights", of.gwet(linear)),
        ("Kappa, linear weights", of.kappa(linear)),
        ("Kappa, quadratic weights", of.kappa(quadratic)),
        ("Kappa", of.kappa()),
        ("AC1", of.gwet()),
    ]


def parts_of(
    benchmarks: Sequence[Benchmark],
    judged: Iterable[tuple[str, int, int]],
    document: ThresholdDocument,
    names: Mapping[int, str],
    kinds: KindsOfWork,
) -> dict[str, Sequence[Part]]:
    """Return the agreement by standard, by auditor and by law type.

    `judged` has each standard that was judged twice, how often alike, and how often in all.
    """
    done = [(b, b.first.author_id or 0, b.first.grade == b.second.grade) for b in benchmarks if b.first and b.second]
    return {
        "Standard": _parts((document.standard(code).title, alike, count) for code, alike, count in judged),
        "Improvement manager": _parts((names.get(author, "Somebody"), same, 1) for _, author, same in done),
        "Law type": _parts((kinds.law_types.short(b.case.law_type), same, 1) for b, _, same in done),
    }


def _parts(counts: Iterable[tuple[str, int, int]]) -> list[Part]:
    """Return a part for each name, those that agree least first."""
    alike, all_ = Counter[str](), Counter[str]()
    for name, same, count in counts:
        alike[name] += same
        all_[name] += count
    parts = (Part(name, alike[name], count) for name, count in all_.items())
    return sorted(parts, key=lambda p: (p.agreeing / p.count, p.name))
