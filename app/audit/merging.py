"""What two windows sent about the same thing, brought together field by field. Pure."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields to keep, and those which both sides changed to different texts: there the stored one is kept."""

    values: Mapping[str, str]
    clashes: tuple[str, ...]


def mark(values: Mapping[str, str]) -> str:
    """Return what a form carries of the answers that it was served with: a digest for each that is not empty."""
    return " ".join(f"{name}.{_digest(text)}" for name, text in values.items() if text)


def merge(served: str, stored: Mapping[str, str], sent: Mapping[str, str]) -> Merged:
    """Return what to keep; a form that does not say what it was served with counts as one that was served empty."""
    marks = dict(part.rpartition(".")[::2] for part in served.split())
    values, clashes = dict(stored), []
    for name, text in sent.items():
        was, now = marks.get(name, ""), stored.get(name, "")
        if text == now or _digest(text) == was:
            continue
        if _digest(now) == was:
            values[name] = text
        else:
            clashes.append(name)
    return Merged(values, tuple(clashes))


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:16] if text else ""
