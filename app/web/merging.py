"""What two windows sent about the same thing, brought together field by field. Pure."""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from types import MappingProxyType


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields to keep, and those which both sides changed to different texts: there the stored one is kept."""

    values: Mapping[str, str]
    clashes: tuple[str, ...]


def mark(values: Mapping[str, str]) -> str:
    """Return what a form carries of the answers that it was served with: a digest for each that is not empty."""
    return " ".join(f"{name}.{digest(text)}" for name, text in values.items() if text)


def marks_of(served: str) -> dict[str, str]:
    """Return the digest of each answer that a form was served with."""
    return dict(part.rpartition(".")[::2] for part in served.split())


def merge(
    was: Mapping[str, str],
    stored: Mapping[str, str],
    sent: Mapping[str, str],
    own: Mapping[str, Collection[str]] = MappingProxyType({}),
) -> Merged:
    """Return what to keep; a window that does not say what it was served with counts as one that was served empty.

    `own` has the texts of a field that this window sent before without hearing what became of them.
    """
    values, clashes = dict(stored), []
    for name, text in sent.items():
        served, now = was.get(name, ""), stored.get(name, "")
        if text == now or (digest(text) == served and now not in own.get(name, ())):
            continue
        if digest(now) == served or now in own.get(name, ()):
            values[name] = text
        else:
            clashes.append(name)
    return Merged(values, tuple(clashes))


def digest(text: str) -> str:
    """Return the mark of an answer, empty where there is none."""
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
