"""Who must not grade what."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Bars:
    """Who must not grade what: pairs of a person and an area, and of a person and a practitioner."""

    areas: frozenset[tuple[int, str]] = frozenset()
    practitioners: frozenset[tuple[int, str]] = frozenset()

    def hold(self, person: int, area: str, practitioner: str) -> bool:
        """Say whether somebody must not be given a case."""
        return (person, area) in self.areas or (person, practitioner) in self.practitioners
