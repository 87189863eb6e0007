"""Draws every shape of sample from the reference list a thousand times; an independent checker looks at each draw.

Run: python -m tools.long.shapes [DRAWS]. Exit 1 where the checker finds anything.
"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))

from tests.sampling.shapes.test_promises import SHAPES, Draws, listed_for


def main() -> int:
    """Draw, look, and say how often."""
    draws = int(sys.argv[1]) if len(sys.argv) > 1 else 1000
    found = 0
    for name, shape in SHAPES.items():
        of = Draws(listed_for(shape), shape)
        wrong = [f"{name}, draw {n}: {what}" for n in range(draws) for what in of.complaints(f"long-{n}-of-{name}")]
        found += len(wrong)
        print(*wrong[:5], sep="\n", end="\n" if wrong else "")
    print(f"{draws:,} draws of each of {len(SHAPES)} shapes: {found} complaints")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
