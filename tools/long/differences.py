"""Simulates audits in which nothing differs: how many claim a difference in a sentence or a picture's title.

Run: python -m tools.long.differences [AUDITS]. Exit 1 where more claim one, of law types, of areas or of agency staff,
than 5% and what chance allows of so many audits.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from math import ceil, sqrt
from random import Random
from typing import Any

from app.report.figures.all_figures import counts_of
from app.report.figures.counted_cases import Basis, GradedCase
from app.report.figures.statistics import newcombe
from app.report.narrative import cautions
from app.report.pictures import charts

SCALE = (("good", "Good"), ("met", "Met"), ("not_met", "Not Met"))
LAWS = ("public", "wafh", "wtfh")
# Shares of Good, Met and Not Met that real audits have, from poor to very good.
SHARES = ((0.65, 0.26, 0.09), (0.5, 0.35, 0.15), (0.8, 0.17, 0.03), (0.4, 0.3, 0.3))
MOST = 0.05
CLAIMS = ("law types", "areas", "agency staff")


def audit(chance: Random) -> tuple[Basis, dict[str, Any]]:
    """Return an audit whose cases all have the same chances, of 30 to 800 cases, and what its sentences read of it."""
    areas = tuple(f"A{n}" for n in range(1, chance.randint(2, 24) + 1))
    laws, shares = LAWS[: chance.randint(2, 3)], chance.choice(SHARES)
    agency, cases = chance.choice((0.04, 0.1, 0.3)), chance.randint(30, 800)
    weights = [chance.uniform(0.4, 2.0) for _ in areas]
    drawn = Counter(
        (
            chance.choices(areas, weights)[0],
            chance.choice(laws),
            "agency" if chance.random() < agency else "employed",
            chance.choices([code for code, _ in SCALE], shares)[0],
        )
        for _ in range(cases)
    )
    basis = Basis(SCALE, areas, laws)
    counts = counts_of(basis, [_alike(*kind, count) for kind, count in sorted(drawn.items())])
    return basis, {**counts, "intervals": {"agency_minus_employed_newcombe": dict(_staff(counts["employment"]))}}


def _alike(area: str, law: str, employment: str, grade: str, count: int) -> GradedCase:
    said = {"children_seen": "seen", "not_seen_reason": None, "returned": False, "challenged": False}
    rest = {"challenge_outcome": "", "challenge_grade": "", "adjudicated": False, "adjudication_outcome": ""}
    return GradedCase(area, law, employment, grade, grade, **said, **rest, referral=False, count=count)  # type: ignore[arg-type]


def _staff(employment: Mapping[str, Any]) -> Iterator[tuple[str, tuple[float, float]]]:
    for code in ("good", "not_met") if len(employment) > 1 else ():
        one, other = ((employment[k][code]["count"], employment[k]["total"]) for k in ("agency", "employed"))
        limits = newcombe(one, other)
        if limits:
            yield code, limits


def claims(basis: Basis, of: Mapping[str, Any]) -> Iterator[str]:
    """Yield of what a report claims that it differs, in its sentences or in the titles of its pictures."""
    laws = charts.law_types(basis, of)
    if laws and "more common" in laws.title:
        yield "law types"
    pictures = [charts.areas(basis, of), charts.funnel(basis, of), charts.funnel(basis, of, basis.lowest)]
    titles = [picture.title for picture in pictures if picture]
    told = [*cautions.chance(of, basis), *(t for t in titles if not t.startswith(("No", "None", "Grades")))]
    if any("than chance would explain" in s or "beyond what chance could" in s for s in told):
        yield "areas"
    if any("higher" in s or "lower" in s for s in cautions.staff_difference(basis, of)):
        yield "agency staff"


def simulated(audits: int, seed: int = 2014) -> Counter[str]:
    """Return how many audits claim each kind of difference."""
    chance = Random(seed)  # noqa: S311 - invented audits
    found: Counter[str] = Counter()
    for _ in range(audits):
        found.update(set(claims(*audit(chance))))
    return found


def allowed(audits: int) -> int:
    """Return how many of so many audits may claim a difference where 5% would, by three standard deviations."""
    return ceil(MOST * audits + 3 * sqrt(audits * MOST * (1 - MOST)))


def main() -> int:
    """Simulate, and say how many audits claim what."""
    audits = int(sys.argv[1]) if len(sys.argv) > 1 else 4_000
    found = simulated(audits)
    for what in CLAIMS:
        share = f"{found[what] / audits:.1%}"
        print(f"{found[what]:,} of {audits:,} audits without a difference claim one of {what}: {share}")
    return int(any(found[what] > allowed(audits) for what in CLAIMS))


if __name__ == "__main__":
    sys.exit(main())
