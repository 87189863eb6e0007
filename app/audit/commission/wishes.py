"""What a commission wishes of the sample, as it is typed, and the shape that it is. Pure."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction

from app.audit.commission.rules import fraction_of, share_of
from app.labels import listed
from app.sampling.shapes.wanted import MOST_WANTED, Amount, Shape
from app.tables.cells import cleaned

AMOUNT_WANTED = "a number of practitioners, such as 10, or a share, such as 1/3 or 50%"
_NUMBER = re.compile("[0-9]{1,7}").fullmatch
_LINE = re.compile(r"(.+?)[\s:=,]+([0-9./%]+)").fullmatch


def amount_typed(text: str) -> Amount | None:
    """Return a number of practitioners, or a share of them; None where it is neither."""
    text = text.strip()
    if _NUMBER(text):
        return int(text) if int(text) <= MOST_WANTED else None
    return share_of(text) if text else None


@dataclass(frozen=True, slots=True)
class Wishes:
    """The fields of a commission that make the shape of its sample, as they were typed."""

    how_many: str
    fraction: str = ""
    total: int | None = None
    each: str = ""
    by_area: str = ""
    only_areas: str = ""
    only_reason: str = ""
    months: int = 0
    staff: str = ""
    cases: int = 1
    documents: tuple[str, ...] = ()

    @property
    def only(self) -> tuple[str, ...]:
        """Return the areas to which the list is cut, each once."""
        return tuple(dict.fromkeys(a for a in map(cleaned, self.only_areas.split(",")) if a))

    def _lines(self) -> Iterator[tuple[str, str, Amount | None]]:
        """Yield the lines of areas with a number of their own: the line, the area, and the number."""
        for line in filter(None, map(cleaned, self.by_area.splitlines())):
            found = _LINE(line)
            yield line, found.group(1) if found else "", amount_typed(found.group(2)) if found else None

    def staff_shares(self) -> Iterator[tuple[str, str, Fraction | None]]:
        """Yield the lines of kinds of staff with a share of their own: the line, the kind, and the share."""
        for line in filter(None, map(cleaned, self.staff.splitlines())):
            found = _LINE(line)
            yield line, found.group(1) if found else "", share_of(found.group(2)) if found else None

    def _staff_fault(self) -> str | None:
        lines = list(self.staff_shares())
        wrong = next((line for line, kind, share in lines if not kind or share is None), None)
        if wrong is not None:
            return f"‘{wrong}’ is no kind of staff with a share, such as 1/2, or 1 for all of them"
        if len({kind for _, kind, _ in lines}) < len(lines):
            return "Name each kind of staff once"
        if lines and self.how_many in {"total", "areas"}:
            return (
                "A number of practitioners cannot be kept where some staff have a share of their own. Choose a share "
                "of the practitioners, or leave this empty"
            )
        return None

    def faults(self) -> dict[str, str]:
        """Return what is wrong, by field."""
        found = dict(self._number_faults())
        if self.only and not self.only_reason:
            found["only_reason"] = "Enter why only these service areas are audited"
        if self.only_reason and not self.only:
            found["only_areas"] = "Enter the service areas, or leave the reason empty"
        if staff := self._staff_fault():
            found["staff"] = staff
        return found

    def _number_faults(self) -> Iterator[tuple[str, str]]:
        if self.how_many == "share" and fraction_of(self.fraction) is None:
            yield "fraction", "Enter the share of practitioners to sample, such as 1/2"
        if self.how_many == "total" and self.total is None:
            yield "total", f"Enter how many practitioners are audited, a whole number from 1 to {MOST_WANTED:,}"
        if self.how_many != "areas":
            return
        if not amount_typed(self.each):
            yield "each", f"Enter {AMOUNT_WANTED}"
        lines = list(self._lines())
        wrong = [line for line, area, amount in lines if not area or amount is None]
        twice = [area for n, (_, area, _) in enumerate(lines) if area in {a for _, a, _ in lines[:n]}]
        if wrong:
            yield "by_area", f"‘{wrong[0]}’ is no service area with {AMOUNT_WANTED}. Write it as A3 12"
        elif twice:
            yield "by_area", f"{listed(list(dict.fromkeys(twice)))} stands there twice. Name each service area once"
        elif self.only and (others := [a for _, a, _ in lines if a not in self.only]):
            yield "by_area", f"{listed(others)} is not among the service areas that are audited. Take it out, or add it"

    def shape(self) -> Shape:
        """Return the shape; asked only where nothing is wrong."""
        numbers = {
            "share": {"fraction": fraction_of(self.fraction)},
            "total": {"fraction": Fraction(), "total": self.total},
            "areas": {
                "fraction": Fraction(),
                "each": amount_typed(self.each),
                "areas": {area: amount for _, area, amount in self._lines()},
            },
            "everybody": {"fraction": Fraction(1)},
        }[self.how_many]
        return Shape(
            **numbers,  # type: ignore[arg-type]
            only=self.only,
            reason=self.only_reason,
            months=self.months,
            employment={kind: share for _, kind, share in self.staff_shares() if share is not None},
            cases=self.cases,
            documents=self.documents,
        )
