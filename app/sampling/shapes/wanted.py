"""What is wanted of a sample, and the exact fractions that it becomes on a locked list. Pure."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any, Self

from app.labels import listed, plural

# A number of practitioners, or a share of them.
Amount = int | Fraction
MOST_CASES = 10
MOST_WANTED = 1_000_000
MOST_MONTHS = 120
# So few that one of them more or less is a large part of what is said of an area.
FEW = 5


@dataclass(frozen=True, slots=True)
class Shape:
    """How many practitioners are wanted, whose, and how many cases of each.

    A `total` is a number in all, in proportion. Without one, `areas` and then `each` say how many of an area, and
    `fraction` where they say nothing. The list holds the areas `only` (for a `reason`) and the kinds of `documents`,
    where any are named, and leaves out whoever was audited in the last so many `months`. Kinds of `employment` may have
    a fraction of their own.
    """

    fraction: Fraction = Fraction(1, 2)
    total: int | None = None
    each: Amount | None = None
    areas: Mapping[str, Amount] = field(default_factory=dict)
    only: tuple[str, ...] = ()
    reason: str = ""
    months: int = 0
    employment: Mapping[str, Fraction] = field(default_factory=dict)
    cases: int = 1
    documents: tuple[str, ...] = ()

    def amount(self, area: str) -> Amount:
        """Return how many practitioners of an area are wanted, or which share of them."""
        named = self.areas.get(area, self.each)
        return self.fraction if named is None else named

    @property
    def everybody(self) -> bool:
        """Say whether nobody in the list is left to chance."""
        return self.fraction == 1 and self.total is None and self.each is None and not self.areas

    @property
    def unequal(self) -> bool:
        """Say whether practitioners may have different chances, so that areas are added up by weights."""
        return self.each is not None or bool(self.areas or self.employment)

    def kept(self) -> dict[str, Any]:
        """Return it as JSON keeps it; nothing but a fraction keeps nothing."""
        return {
            **({"total": self.total} if self.total is not None else {}),
            **({"each": _plain(self.each)} if self.each is not None else {}),
            **({"areas": {a: _plain(n) for a, n in self.areas.items()}} if self.areas else {}),
            **({"only": list(self.only), "reason": self.reason} if self.only else {}),
            **({"months": self.months} if self.months else {}),
            **({"employment": {e: str(f) for e, f in self.employment.items()}} if self.employment else {}),
            **({"cases": self.cases} if self.cases > 1 else {}),
            **({"documents": list(self.documents)} if self.documents else {}),
        }

    @classmethod
    def read(cls, kept: Mapping[str, Any], fraction: Fraction) -> Self:
        """Return what `kept` returned."""
        each = kept.get("each")
        return cls(
            fraction=fraction,
            total=kept.get("total"),
            each=None if each is None else amount_read(each),
            areas={a: amount_read(n) for a, n in kept.get("areas", {}).items()},
            only=tuple(kept.get("only", ())),
            reason=kept.get("reason", ""),
            months=kept.get("months", 0),
            employment={e: Fraction(f) for e, f in kept.get("employment", {}).items()},
            cases=kept.get("cases", 1),
            documents=tuple(kept.get("documents", ())),
        )


def amount_read(value: object) -> Amount:
    """Return an amount as JSON has it: a number of practitioners, or the text of a share; raises ValueError."""
    if isinstance(value, int) and not isinstance(value, bool):
        return value
    if isinstance(value, str):
        return Fraction(value)
    raise ValueError(value)


def _plain(amount: Amount) -> int | str:
    return amount if isinstance(amount, int) else str(amount)


def share_of_area(amount: Amount, practitioners: int) -> Fraction:
    """Return the share of an area's practitioners that an amount is; everybody where it has not so many."""
    return min(Fraction(1), Fraction(amount, practitioners)) if isinstance(amount, int) else amount


def fractions_of(shape: Shape, practitioners: Mapping[str, int]) -> dict[str, Any]:
    """Return what a configuration of the draw says of a shape, on a list with so many practitioners in each area."""
    everybody = sum(practitioners.values())
    whole = shape.fraction
    if shape.total is not None:
        whole = min(Fraction(1), Fraction(shape.total, everybody)) if everybody else Fraction()
    elif shape.each is not None:
        whole = Fraction()
    named = practitioners if shape.each is not None else shape.areas
    return {
        "fraction": whole,
        "area_fractions": {
            a: share_of_area(shape.amount(a), practitioners[a]) for a in sorted(named) if practitioners.get(a)
        },
        "employment_fractions": dict(shape.employment),
        "cases_per_practitioner": shape.cases,
    }


def faults(shape: Shape, practitioners: Mapping[str, int]) -> Iterator[str]:
    """Yield why a list cannot give what is wanted, each with what would make it possible."""
    everybody = sum(practitioners.values())
    if shape.total is not None and shape.total > everybody:
        yield (
            f"{plural(shape.total, 'practitioner')} are wanted, but {plural(everybody, 'practitioner')} "
            f"{'is' if everybody == 1 else 'are'} in the list. Want at most {everybody:,}, or bring a list with more."
        )
    missing = [a for a in (*shape.areas, *shape.only) if not practitioners.get(a)]
    if missing:
        areas = listed(list(dict.fromkeys(missing)))
        yield (
            f"The audit wants practitioners of {areas}, but the list has no filings of {areas}. Bring a list that has "
            "them, or want nobody there."
        )


def wanted(shape: Shape, practitioners: Mapping[str, int], left_out: Mapping[str, Any]) -> dict[str, Any]:
    """Return what a receipt says was wanted; nothing where that was a fraction of everybody and no more.

    `left_out` has, under "lately", whom the list leaves out because they were audited lately: number and hash.
    """
    found: dict[str, Any] = {}
    named = practitioners if shape.each is not None else shape.areas
    if shape.total is not None:
        found["total"] = shape.total
    elif named:
        found["areas"] = {a: _plain(shape.amount(a)) for a in sorted(named)}
    if shape.only:
        found |= {"only_areas": sorted(shape.only), "reason": shape.reason}
    if shape.documents:
        found["document_kinds"] = sorted(shape.documents)
    if shape.months or "lately" in left_out:
        lately = left_out.get("lately", NOBODY_LATELY)
        found["without"] = {
            "months": shape.months,
            "practitioners": lately["practitioners"],
            "sha256": lately["sha256"],
        }
    return found


KEYS = {"total", "areas", "only_areas", "document_kinds", "reason", "without"}
NOBODY_LATELY = {
    "rows": 0,
    "practitioners": 0,
    "sha256": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
}


def wanted_difference(
    said: Mapping[str, Any], practitioners: Mapping[str, int], config: Mapping[str, Any]
) -> str | None:
    """Return where a receipt's fractions are not those that what was wanted becomes on its list, or None.

    `config` is the receipt's configuration as JSON. Raises TypeError, ValueError or AttributeError for what is no
    receipt of this kind.
    """
    unknown = sorted(said.keys() - KEYS)
    if unknown:
        return f"wanted.{unknown[0]}: this program does not know it, so it cannot check the draw."
    everybody = sum(practitioners.values())
    if "total" in said:
        right = Fraction(said["total"], everybody) if everybody else Fraction()
        if Fraction(config["fraction"]) != right:
            said_of, given = f"{said['total']} of {everybody}", config["fraction"]
            return f"config.fraction: the receipt says {given}, but {said_of} is {right}."
    for area, amount in said.get("areas", {}).items():
        of_area = share_of_area(amount_read(amount), practitioners[area]) if practitioners.get(area) else None
        given = config["area_fractions"].get(area)
        if of_area is None or given is None or Fraction(given) != of_area:
            return f"config.area_fractions.{area}: the receipt says {given}, what was wanted gives {of_area}."
    others = sorted(practitioners.keys() - set(said["only_areas"])) if "only_areas" in said else []
    return f"wanted.only_areas: the list has practitioners of {others[0]}." if others else None
