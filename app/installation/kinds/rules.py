"""What becomes of a list when one of its kinds is added, changed, closed, opened, or taken away. Pure."""

from dataclasses import replace

from app.people.kinds import Kind, Kinds


def with_kind(kinds: Kinds, kind: Kind, place: int) -> Kinds:
    """Return a list with a kind as it is now, at a place from 1; the usual kind of a list is one only."""
    others = [replace(of, usual=of.usual and not kind.usual) for of in kinds if of.code != kind.code]
    at = min(max(place, 1), len(others) + 1) - 1
    return Kinds((*others[:at], kind, *others[at:]))


def without(kinds: Kinds, code: str) -> Kinds:
    """Return a list without a kind."""
    return Kinds(tuple(kind for kind in kinds if kind.code != code))


def place_of(kinds: Kinds, code: str) -> int:
    """Return the place of a kind from 1; that after the last where the list does not have it."""
    codes = kinds.codes
    return codes.index(code) + 1 if code in codes else len(codes) + 1
