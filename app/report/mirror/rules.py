"""A grader's own grades beside what chance and others make one expect. Pure."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import quantiles

from app.audit.thresholds.document import Standard, ThresholdDocument
from app.report.figures.statistics import in_percent, mid_p_of_sum

# Below so many graders what is expected of one would tell the grades of the other.
ENOUGH_TO_EXPECT = 3
# From so many others a quarter of them is still more than one person.
ENOUGH_FOR_QUARTERS = 5
# A count that chance alone gives more rarely than this is outside what can be expected.
RARE = 0.05
_A_PLACE = re.compile(r"\d")


@dataclass(frozen=True, slots=True)
class CountedGrades:
    """Final cases that are counted alike: who graded them first, their law type, and the grade that was given."""

    grader: int
    law_type: str
    grade: str
    count: int


@dataclass(frozen=True, slots=True)
class OwnLevel:
    """How often a grader gave a grade, and what is expected; each None where too few people graded.

    `likely` are the fewest and the most that chance alone would give; `quarters` are the others' lower quartile,
    median and upper quartile, in per cent of their cases.
    """

    grade: str
    count: int
    of: int
    expected: float | None
    likely: tuple[int, int] | None
    quarters: tuple[int, int, int] | None

    @property
    def outside(self) -> bool:
        """Say whether the count is outside what chance alone would give."""
        return self.likely is not None and not self.likely[0] <= self.count <= self.likely[1]


def own_levels(document: ThresholdDocument, grader: int, counted: Sequence[CountedGrades]) -> list[OwnLevel]:
    """Return for each grade how often somebody gave it, beside what the law types of their cases let expect."""
    people, own = {c.grader for c in counted}, [c for c in counted if c.grader == grader]
    laws = Counter[str]()
    for c in own:
        laws[c.law_type] += c.count
    found = []
    for level in document.scale:
        having = sum(c.count for c in own if c.grade == level.code)
        strata = tuple((n, *_in_all(counted, law, level.code)) for law, n in sorted(laws.items()))
        enough = len(people) >= ENOUGH_TO_EXPECT
        expected = sum(n * with_it / of for n, with_it, of in strata) if enough else None
        found.append(
            OwnLevel(
                level.code,
                having,
                sum(laws.values()),
                expected,
                _likely(sum(laws.values()), strata) if enough else None,
                _quarters(level.code, [c for c in counted if c.grader != grader]),
            )
        )
    return found


def _in_all(counted: Iterable[CountedGrades], law: str, grade: str) -> tuple[int, int]:
    """Return how many cases of a law type have a grade, and how many there are."""
    theirs = [c for c in counted if c.law_type == law]
    return sum(c.count for c in theirs if c.grade == grade), sum(c.count for c in theirs)


def _likely(of: int, strata: Sequence[tuple[int, int, int]]) -> tuple[int, int]:
    counts = [k for k in range(of + 1) if mid_p_of_sum(k, strata) >= RARE]
    return (counts[0], counts[-1]) if counts else (0, of)


def _quarters(grade: str, others: Iterable[CountedGrades]) -> tuple[int, int, int] | None:
    of, having = Counter[int](), Counter[int]()
    for c in others:
        of[c.grader] += c.count
        having[c.grader] += c.count if c.grade == grade else 0
    if len(of) < ENOUGH_FOR_QUARTERS:
        return None
    low, middle, high = quantiles([having[person] / n for person, n in of.items()], n=4, method="inclusive")
    return in_percent(low), in_percent(middle), in_percent(high)


@dataclass(frozen=True, slots=True)
class Differing:
    """A standard that two people judged differently in one case, with the words of both levels."""

    standard: Standard
    own: str
    other: str
    own_words: str
    other_words: str


def differing(
    document: ThresholdDocument, law_type: str, own: Mapping[str, str], other: Mapping[str, str]
) -> list[Differing]:
    """Return the standards that both judged, and differently; a level is empty where the standard was set aside."""
    return [
        Differing(s, own[s.code], other[s.code], _words(s, own[s.code]), _words(s, other[s.code]))
        for s in document.standards_for(law_type)
        if s.code in own and s.code in other and own[s.code] != other[s.code]
    ]


def _words(standard: Standard, level: str) -> str:
    return (standard.descriptors.get(level, "") if level else standard.not_applicable_when) or ""


def differed_often(cases: Iterable[Iterable[Differing]]) -> list[tuple[Standard, int]]:
    """Return the standards that were judged differently in two cases or more, most often first."""
    found: dict[str, list[Standard]] = defaultdict(list)
    for case in cases:
        for one in case:
            found[one.standard.code].append(one.standard)
    often = [(standards[0], len(standards)) for standards in found.values() if len(standards) > 1]
    return sorted(often, key=lambda pair: (-pair[1], pair[0].title))


def table_of(document: ThresholdDocument, pairs: Sequence[tuple[str, str]]) -> list[tuple[str, list[int]]]:
    """Return for each own grade how often the other person gave each grade, in the order of the scale."""
    count, codes = Counter(pairs), [level.code for level in document.scale]
    return [(one, [count[one, other] for other in codes]) for one in codes]


def directions(document: ThresholdDocument, pairs: Iterable[tuple[str, str]]) -> tuple[int, int, int]:
    """Return how many second grades are the same, better and worse than the own."""
    place = {level.code: i for i, level in enumerate(document.scale)}
    apart = [place[other] - place[own] for own, other in pairs]
    return sum(d == 0 for d in apart), sum(d < 0 for d in apart), sum(d > 0 for d in apart)


def with_a_place(evidence: Iterable[str]) -> tuple[int, int]:
    """Return how many evidence texts say where in the file, by a number or a date, and how many there are."""
    texts = [text for text in evidence if text.strip()]
    return sum(bool(_A_PLACE.search(text)) for text in texts), len(texts)
