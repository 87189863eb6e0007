"""What is changed, and which quick tests should notice."""

from collections.abc import Sequence
from dataclasses import dataclass

ALONE = "--noconftest"


@dataclass(frozen=True, slots=True)
class Target:
    """Some modules that belong together, and the arguments for pytest that choose the tests of them."""

    name: str
    files: Sequence[str]
    tests: Sequence[str]


TARGETS = (
    Target(
        "indication",
        ("app/audit/thresholds/indication.py",),
        (ALONE, "tests/audit/thresholds/test_thresholds.py"),
    ),
    Target(
        "draw",
        ("app/sampling/draw.py", "app/sampling/rounding.py", "app/sampling/replacement.py"),
        (ALONE, "tests/sampling/test_draw.py", "tests/sampling/test_promises.py", "tests/sampling/test_stand_in.py"),
    ),
    Target(
        "disclosure",
        ("app/report/figures/disclosure.py", "app/report/figures/hiding.py"),
        (ALONE, "tests/report/figures/test_disclosure.py"),
    ),
    Target(
        "statistics",
        ("app/report/figures/statistics.py", "app/report/figures/agreement.py"),
        (ALONE, "tests/report/figures/test_statistics.py", "tests/report/figures/test_agreement.py"),
    ),
)
