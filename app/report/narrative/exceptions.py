"""Sentences of what was done otherwise than the framework has it. Pure."""

from collections.abc import Iterator, Mapping
from typing import Any

from app.labels import plural


def exceptions(figures: Mapping[str, Any]) -> Iterator[str]:
    """Yield a sentence for each kind of exception, with the reasons where the edition has them."""
    found = figures.get("exceptions", {})
    if waived := found.get("interests_waived"):
        cases = plural(waived["cases"], "case")
        yield _with_reasons(f"A declared interest was waived in {cases}, as nobody else was left", waived)
    if left := found.get("without_second_grade"):
        cases = plural(left["cases"], "graded case")
        yield _with_reasons(f"Nobody chose second grades among {cases}, which the framework has", left)


def _with_reasons(said: str, of: Mapping[str, Any]) -> str:
    reasons = [str(reason).strip().rstrip(".") for reason in of.get("reasons", ())]
    return f"{said}: {'; '.join(reasons)}." if reasons else f"{said}."
