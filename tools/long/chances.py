"""Draws the reference frame ten thousand times: every practitioner's share within what chance allows, or not.

Run: python -m tools.long.chances [DRAWS]. Exit 1 where a bound is passed. Of 1,154 practitioners the largest |z| passes
4.6 in one run
of two hundred by chance alone; the mean of z squared is near 1 (strata are drawn together, so it is not exactly 1).
"""

import csv
import sys
from collections import Counter
from math import sqrt
from pathlib import Path

from app.sampling.draw import configuration_of, draw
from app.sampling.population import Filing, population_of

FRAME = Path(__file__).resolve().parents[2] / "app" / "data" / "november-2014" / "frame.csv"
LARGEST_Z = 4.6
MEAN_Z2 = (0.85, 1.15)


def frame() -> list[Filing]:
    """Return the reference frame."""
    with FRAME.open(encoding="utf-8") as file:
        return [
            Filing(
                r["case_id"],
                r["practitioner_id"],
                r["service_area"],
                r["law_type"].lower(),
                r["performance_band"],
                r["employment"],
                r["filing_date"],
            )
            for r in csv.DictReader(file)
        ]


def main() -> int:
    """Draw, count, and compare with the bounds."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    filings = frame()
    people = population_of(filings)
    of = configuration_of(
        {f.service_area for f in filings},
        {f.law_type for f in filings},
        {f.performance_band for f in filings},
        ("agency", "employed"),
        ("2014-09-01", "2014-10-31"),
    )
    drawn: Counter[str] = Counter()
    under: Counter[tuple[str, str]] = Counter()
    for n in range(draws):
        for d in draw(people, seed=f"chances-{n}", configuration=of).drawn:
            drawn[d.filing.practitioner_id] += 1
            under[d.filing.practitioner_id, d.filing.law_type] += 1
    whole = [(drawn[p] - draws / 2) / sqrt(draws / 4) for p in people]
    parts = []
    for p, person in people.items():
        chance = 1 / (2 * len(person.latest))
        parts += [(under[p, law] - draws * chance) / sqrt(draws * chance * (1 - chance)) for law in person.latest]
    held = True
    for name, z in (("practitioners", whole), ("practitioners under a law type", parts)):
        largest, mean = max(map(abs, z)), sum(v * v for v in z) / len(z)
        within = largest < LARGEST_Z and MEAN_Z2[0] < mean < MEAN_Z2[1]
        held = held and within
        said = "within" if within else "NOT within"
        print(
            f"{draws:,} draws, {len(z):,} {name}: largest |z| {largest:.2f} (below {LARGEST_Z}), mean z² "
            f"{mean:.3f} "
            f"({said} bounds)"
        )
    shares = [drawn[p] / draws for p in people]
    print(f"shares of practitioners drawn: {min(shares):.4f} to {max(shares):.4f}")
    return 0 if held else 1


if __name__ == "__main__":
    sys.exit(main())
