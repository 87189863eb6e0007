"""What a list of kinds of work must be, and how it is read from plain data. Pure."""

import re
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any

from app.people.kinds import LISTS, SHIPPED, UNBANDED, Kind, Kinds, KindsOfWork, same_word

LONGEST_CODE, LONGEST_NAME, LONGEST_SHORT, LONGEST_EXPLANATION = 20, 80, 40, 300
MOST_KINDS, MOST_WORDS, LONGEST_WORD = 30, 20, 80


@dataclass(frozen=True, slots=True)
class About:
    """What a list is called, and what it must have."""

    plural: str
    singular: str
    # Whether there has to be an open one, and whether one of them stands where a file says nothing.
    needed: bool = True
    has_usual: bool = False


ABOUT: Mapping[str, About] = {
    "law_types": About("Law types", "law type"),
    "document_kinds": About("Kinds of document", "kind of document", has_usual=True),
    "employment": About("Kinds of employment", "kind of employment", has_usual=True),
    "bands": About("Performance bands", "performance band", needed=False),
}
# The figures have law types in capitals, so that a code is in small letters; a band is named as the service does.
_CODE = re.compile(r"[a-z][a-z0-9_]*")
_BAND = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9 ._-]*[A-Za-z0-9])?")
_ENDS_A_SENTENCE = (".", "!", "?")


# The last part of the address of the page that adds one, and what stands in the place of a band that is left blank.
RESERVED = ("new", UNBANDED)


def code_fault(which: str, code: str) -> str | None:
    """Return why a code cannot be one of a list, as a sentence without its full stop, or None."""
    what = ABOUT[which].singular
    if code.casefold() in RESERVED:
        return f"The code {code} has another meaning. Choose another code"
    if which == "bands" and not (_BAND.fullmatch(code)):
        return "The code of a performance band has letters, numbers, hyphens and full stops, such as B1"
    if which != "bands" and not _CODE.fullmatch(code):
        return (
            f"The code of a {what} begins with a small letter and has small letters, numbers and underscores, such as "
            "family_court"
        )
    return f"The code must be {LONGEST_CODE} characters or fewer" if len(code) > LONGEST_CODE else None


def kind_faults(which: str, kind: Kind) -> dict[str, str]:
    """Return what is wrong with one kind by field, each a sentence without its full stop."""
    found = {"code": code_fault(which, kind.code)}
    if not kind.name:
        found["name"] = "Enter the name"
    for name, called, text, longest in (
        ("name", "The name", kind.name, LONGEST_NAME),
        ("short_name", "The short name", kind.short_name, LONGEST_SHORT),
        ("explanation", "The explanation", kind.explanation, LONGEST_EXPLANATION),
    ):
        if len(text) > longest:
            found[name] = f"{called} must be {longest} characters or fewer. It has {len(text)}"
        elif not text.isprintable():
            found[name] = f"{called} must be one line of letters, figures and signs"
    if kind.explanation and not kind.explanation.endswith(_ENDS_A_SENTENCE):
        found.setdefault("explanation", "The explanation is a sentence, which ends with a full stop")
    if len(kind.also) > MOST_WORDS or any(len(word) > LONGEST_WORD or not word.isprintable() for word in kind.also):
        found["also"] = f"Enter at most {MOST_WORDS} other words, each of {LONGEST_WORD} characters or fewer"
    elif any(not same_word(word) for word in kind.also):
        found["also"] = "Each of the other words needs a letter or a number"
    return {name: fault for name, fault in found.items() if fault}


def list_faults(which: str, kinds: Kinds) -> Iterator[str]:
    """Yield what keeps a list from being one, each a whole sentence."""
    about = ABOUT[which]
    for kind in kinds:
        yield from (f"{kind.code or 'A kind without a code'}: {said}." for said in kind_faults(which, kind).values())
    yield from _said_twice(which, kinds)
    if len(kinds.all) > MOST_KINDS:
        yield f"{about.plural}: there can be at most {MOST_KINDS}, open and closed."
    if about.needed and not kinds.open:
        yield f"{about.plural}: at least one has to be open. Add another, or open a closed one, first."
    usual = [kind for kind in kinds if kind.usual]
    if about.has_usual and kinds.open and (len(usual) != 1 or usual[0].closed):
        yield f"{about.plural}: one that is open has to be used where a file says nothing. Choose another for it first."
    if not about.has_usual and usual:
        yield f"{about.plural}: none can be used where a file says nothing."


def _said_twice(which: str, kinds: Kinds) -> Iterator[str]:
    """Yield the words that could be two kinds, so that a file that says one of them could not be read."""
    owners: dict[str, Kind] = {}
    for kind in kinds:
        for word in dict.fromkeys(map(same_word, kind.words)):
            other = owners.setdefault(word, kind)
            if other is not kind:
                written = next(w for w in kind.words if same_word(w) == word)
                yield (
                    f"‘{written}’ is there already: it stands for the {ABOUT[which].singular} {other.name} "
                    f"({other.code}). Use another code, name or word."
                )


class NoKinds(ValueError):  # noqa: N818 - an answer, not a fault
    """What is no list of kinds; `problems` are whole sentences."""

    def __init__(self, problems: Collection[str]) -> None:
        super().__init__(" ".join(problems))
        self.problems = tuple(problems)


def read_kinds(given: object, *, before: KindsOfWork = SHIPPED) -> KindsOfWork:
    """Return the lists of plain data; one that is not named is as it was before.

    Raises NoKinds with everything that is wrong.
    """
    if not isinstance(given, Mapping) or not given or not set(given) <= set(LISTS):
        raise NoKinds([f"The lists are {', '.join(LISTS)}: a mapping with one or more of these, and nothing else."])
    problems: list[str] = []
    lists = {which: before.of(which) for which in LISTS}
    for which, rows in given.items():
        if not isinstance(rows, list | tuple) or not all(isinstance(row, Mapping) for row in rows):
            problems.append(f"{which} must be a list of kinds, each with code and name.")
            continue
        try:
            lists[which] = Kinds(tuple(map(kind_from, rows)))
        except NoKinds as wrong:
            problems += [f"{which}: {said}" for said in wrong.problems]
            continue
        problems += list_faults(which, lists[which])
    if problems:
        raise NoKinds(problems)
    return KindsOfWork(**lists)


FIELDS = (
    "A kind has code and name, and may have short_name, explanation, also (a list of words), usual and closed (true or "
    "false)."
)


def kind_from(row: Mapping[str, Any]) -> Kind:
    """Return a kind of plain data; raises NoKinds where it has other fields or other things in them."""
    known = {f.name: f for f in fields(Kind)}
    wanted = {"also": (list, tuple), "usual": (bool,), "closed": (bool,)}
    unknown = [str(name) for name in row if name not in known]
    odd = [name for name in row if name in known and not isinstance(row[name], wanted.get(name, (str,)))]
    if unknown or odd or not {"code", "name"} <= set(row) or not all(isinstance(w, str) for w in row.get("also", ())):
        named = f" What is odd: {', '.join([*unknown, *odd])}." if unknown or odd else ""
        raise NoKinds([f"{FIELDS}{named}"])
    return Kind(**{**row, "also": tuple(row.get("also", ()))})
