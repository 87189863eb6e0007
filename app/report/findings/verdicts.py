"""One verdict on a target, and one strength of it, in the same words wherever it stands. Pure."""

from enum import StrEnum

from app.labels import bears_verdict
from app.report.figures.counted_cases import Basis
from app.report.findings.known import Figure, Figures, Known, Mark, inside, whole
from app.report.findings.shares import target_of


class Verdict(StrEnum):
    """Whether a target is met, and whether that is clear of chance."""

    REACHED = "clearly_reached"
    REACHED_IN_SAMPLE = "reached_not_clear"
    MISSED_IN_SAMPLE = "missed_not_clear"
    MISSED = "clearly_missed"


# What is said after it, by how sure it is.
STRENGTHS = {
    Verdict.REACHED: "",
    Verdict.REACHED_IN_SAMPLE: " in the sample, with too few cases to be sure",
    Verdict.MISSED_IN_SAMPLE: " in the sample, but this may be chance",
    Verdict.MISSED: "",
}
TOO_FEW = "too few cases for a verdict"


def verdict(figures: Figures, code: str, scope: str = "overall", key: str = "") -> Figure[Verdict]:
    """Return how a share stands to its target: too few of less than ten cases, and the mark of what is hidden."""
    kept = figures.get("target_verdicts", Mark.NOT_AVAILABLE)
    found = inside(kept, code, scope, *([key] if key else []))
    cases = whole(inside(figures.get(scope), *([key] if key else []), "total"))
    if found in set(Verdict):
        few = isinstance(cases, Known) and not bears_verdict(cases.value)
        return Mark.TOO_FEW if few else Known(Verdict(str(found)))
    return Mark.SAYS_NOTHING if found is None else Mark(str(found)) if found in set(Mark) else Mark.NOT_AVAILABLE


def in_words(found: Verdict, *, best: bool) -> str:
    """Return a verdict: the target of the best level is reached or missed, the limit of the lowest kept or exceeded."""
    reached = found in {Verdict.REACHED, Verdict.REACHED_IN_SAMPLE}
    kept, broken = ("reached", "missed") if best else ("within the limit", "over the limit")
    return f"{kept if reached else broken}{STRENGTHS[found]}"


def verdict_words(basis: Basis, figures: Figures, code: str, scope: str = "overall", key: str = "") -> str:
    """Return in words how a share stands to its target, or the mark in its place."""
    found = verdict(figures, code, scope, key)
    return in_words(found.value, best=code == basis.best) if isinstance(found, Known) else str(found)


def verdict_sentence(
    basis: Basis, figures: Figures, code: str, share: str, scope: str = "overall", key: str = ""
) -> str:
    """Return what became of a level's target, beside its share as it is printed; nothing where there is no target.

    Where nobody can give a verdict, the share and the target stand alone: a verdict never goes without its strength.
    """
    target, label = target_of(basis, code), dict(basis.scale)[code]
    found = verdict(figures, code, scope, key)
    if target is None:
        return ""
    if not isinstance(found, Known):
        few = f", with {TOO_FEW}" if found is Mark.TOO_FEW else ""
        return f"{label}: {share}; the target is {target}{few}."
    words = in_words(found.value, best=target.at_least)
    if target.at_least:
        return f"The target of {target} {label} was {words}: {share} were graded {label}."
    return f"{label} work, at {share}, was {words.replace('the limit', f'the limit of {target.percent}%', 1)}."
