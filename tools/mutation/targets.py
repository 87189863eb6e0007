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
        (ALONE, *(f"tests/audit/thresholds/test_{name}.py" for name in ("indication", "prompts", "thresholds"))),
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
    Target(
        "moves",
        (
            "app/workflow.py",
            "app/people/rules.py",
            *(f"app/audit/{room}rules.py" for room in ("", "benchmarks/", "library/", "replacements/")),
            *(
                f"app/moderation/{room}rules.py"
                for room in ("", "challenges/", "concerns/", "own_reviews/", "returns/")
            ),
            "app/report/publication/rules.py",
        ),
        (
            ALONE,
            "tests/test_workflow.py",
            "tests/people/test_rules.py",
            "tests/audit/test_rules.py",
            *(f"tests/moderation/{room}test_rules.py" for room in ("", "challenges/", "concerns/", "returns/")),
            "tests/report/publication/test_rules.py",
            "tests/house/test_documents.py",
        ),
    ),
)
