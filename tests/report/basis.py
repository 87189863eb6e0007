"""A basis of figures as the national audit of 2014 has it: whether the children were seen is asked of two law types."""

from dataclasses import dataclass

from app.report.figures import counted_cases


@dataclass(frozen=True, slots=True)
class Basis(counted_cases.Basis):
    """A basis that asks of public law and of work after the first hearing."""

    seen_asked: tuple[str, ...] = ("public", "wafh")
