"""What of the evidence for a standard was reused: from the standard above, an own phrase, or the audit's bank. Pure.

A form carries it as words, `above.SAF1 own.12 bank.7.changed`. A draft also keeps the text that was reused, so that
what is typed over it can be told; it goes when the draft is submitted, or once it is changed.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from typing import Any, Protocol

from app.web.merging import Merged

SUFFIX = "-reused"
MOST_MARKS = 12
_MARK = re.compile(r"(above)\.([A-Za-z0-9_-]{1,40})(\.changed)?|(own|bank)\.([0-9]{1,9})(\.changed)?")
Kept = Sequence[Mapping[str, Any]] | None
# By (own | bank | above, id) the text that was there to be reused.
Texts = Mapping[tuple[str, str], str]


@dataclass(frozen=True, slots=True)
class Mark:
    """One thing that was reused: where it is from, which, and whether more than half of it was typed over."""

    origin: str
    id: str
    changed: bool = False
    text: str = ""

    @property
    def word(self) -> str:
        """Return it as a form carries it."""
        return f"{self.origin}.{self.id}{'.changed' if self.changed else ''}"

    @property
    def kept(self) -> dict[str, object]:
        """Return it as a row keeps it."""
        text = {"text": self.text} if self.text and not self.changed else {}
        return {"from": self.origin, "id": self.id, "changed": self.changed, **text}


class Judged(Protocol):
    """A judgement of a draft."""

    standard: str
    evidence: str
    reused: Any


def marks_in(words: str) -> dict[tuple[str, str], Mark]:
    """Return the marks that a form carries, the first few; what is none is left out."""
    found: dict[tuple[str, str], Mark] = {}
    for word in words.split()[: 2 * MOST_MARKS]:
        match = _MARK.fullmatch(word)
        if match:
            origin, key = match[1] or match[4], match[2] or match[5]
            changed = bool(match[3] or match[6]) or ((origin, key) in found and found[origin, key].changed)
            found[origin, key] = Mark(origin, key, changed)
    return dict(list(found.items())[:MOST_MARKS])


def marks_of(kept: Kept) -> list[Mark]:
    """Return the marks that a row keeps."""
    return [Mark(k["from"], k["id"], k["changed"], k.get("text", "")) for k in kept or ()]


def words_of(marks: Iterable[Mark]) -> str:
    """Return marks as a form carries them."""
    return " ".join(mark.word for mark in marks)


def tidied(words: str) -> str:
    """Return what a form carries in the one way of writing it."""
    return words_of(marks_in(words).values())


def together(merged: Merged, sent: Mapping[str, str]) -> Merged:
    """Return what two windows sent with the marks of both: a mark is never a question, and none is lost."""
    if not merged.clashes:
        return merged
    both = {
        name: tidied(f"{merged.values.get(name, '')} {sent[name]}") for name in merged.clashes if name.endswith(SUFFIX)
    }
    return replace(merged, values={**merged.values, **both}, clashes=tuple(c for c in merged.clashes if c not in both))


def is_typed_over(text: str, now: str) -> bool:
    """Say whether more than half of a reused text is gone; what is written around it takes nothing from it."""
    if text in now:
        return False
    words, there = text.split(), now.split()
    if not words:
        return True
    blocks = SequenceMatcher(None, words, there, autojunk=False).get_matching_blocks()
    left = sum(len(word) for at, _, size in blocks for word in words[at : at + size])
    return 2 * left < sum(map(len, words))


def new_marks(words: str, kept: Kept) -> list[Mark]:
    """Return the marks of a form that a row does not have yet."""
    known = {(m.origin, m.id) for m in marks_of(kept)}
    return [mark for key, mark in marks_in(words).items() if key not in known]


def reused(words: str, kept: Kept, *, before: str, now: str, texts: Texts) -> list[dict[str, object]] | None:
    """Return what a row keeps of the marks of a form, whose evidence was `before` and is `now`; None for nothing.

    A mark of which there is no text was made up. One of a correction begins with what was submitted.
    """
    there = {(m.origin, m.id): m for m in marks_of(kept)}
    found = []
    for key, sent in marks_in(words).items():
        known = there.get(key)
        text = texts.get(key, "") if known is None else known.text or before
        changed = sent.changed or (known is not None and known.changed)
        if text and now:
            found.append(replace(sent, changed=changed or is_typed_over(text, now), text=text).kept)
    return found or None


def sealed(judgements: Iterable[Judged]) -> None:
    """Take the texts that were reused from a draft that is submitted: what was typed over them is told by then."""
    for judgement in judgements:
        if judgement.reused:
            judgement.reused = [replace(mark, text="").kept for mark in marks_of(judgement.reused)]


def _origin(mark: Mark, titles: Mapping[str, str]) -> str:
    if mark.origin == "above":
        return f"from ‘{titles.get(mark.id, mark.id)}’"
    return "from one’s own phrases" if mark.origin == "own" else "from the audit’s phrases"


def said(marks: Sequence[Mark], titles: Mapping[str, str]) -> str:
    """Return in words what is reused as it was, empty where nothing is; `titles` has standards by code."""
    origins = dict.fromkeys(_origin(m, titles) for m in marks if not m.changed)
    return f"Reused {' and '.join(origins)}: check that it fits here" if origins else ""


def told(marks: Sequence[Mark], titles: Mapping[str, str]) -> str:
    """Return in words what was reused, and whether it was changed; empty where nothing was."""
    origins = dict.fromkeys(_origin(m, titles) + (", then changed" if m.changed else "") for m in marks)
    return f"Reused {'; '.join(origins)}" if origins else ""
