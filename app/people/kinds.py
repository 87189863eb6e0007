"""The kinds of work of a service: its law types, documents, employment and bands, as an administrator lists them. Pure.

The lists that come with the product are those of the national audit of 2014. A code never changes, as cases, lists and
documents keep it; what it is called can change, and a kind can be closed.
"""

import json
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import asdict, dataclass, field, fields, replace
from functools import lru_cache
from typing import Any


def same_word(text: str) -> str:
    """Return what two ways of writing a word in a file have in common: no case, blanks or signs."""
    return re.sub(r"[\W_]+", "", text).casefold()


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of something; a file may name it by its code, its names or one of `also`."""

    code: str
    name: str
    # As in tables and lists; the name where it is empty.
    short_name: str = ""
    explanation: str = ""
    also: tuple[str, ...] = ()
    # Stands where a file says nothing.
    usual: bool = False
    # Not offered for new audits and lists; what has it keeps it.
    closed: bool = False

    @property
    def short(self) -> str:
        """Return what it is called where there is little room."""
        return self.short_name or self.name

    @property
    def words(self) -> Iterator[str]:
        """Yield every way in which a file may name it."""
        yield from (self.code, self.name, self.short, *self.also)


@dataclass(frozen=True, slots=True)
class Kinds:
    """The kinds of one list in their order; a code that is not in it is its own name."""

    all: tuple[Kind, ...] = ()

    def __iter__(self) -> Iterator[Kind]:
        """Yield each kind, open or closed."""
        return iter(self.all)

    def get(self, code: str) -> Kind | None:
        """Return the kind of a code, or None."""
        return next((kind for kind in self.all if kind.code == code), None)

    @property
    def codes(self) -> tuple[str, ...]:
        """Return every code, open or closed."""
        return tuple(kind.code for kind in self.all)

    @property
    def open(self) -> tuple[Kind, ...]:
        """Return the kinds that are offered for what is new."""
        return tuple(kind for kind in self.all if not kind.closed)

    @property
    def usual(self) -> str:
        """Return the code that stands where a file says nothing, empty where there is none."""
        return next((kind.code for kind in self.open if kind.usual), "")

    @property
    def called(self) -> dict[str, str]:
        """Return the short name of every code."""
        return self.shorts(self.codes)

    def name(self, code: str) -> str:
        """Return what a code is called."""
        kind = self.get(code)
        return kind.name if kind else code

    def short(self, code: str) -> str:
        """Return what a code is called in tables and lists."""
        kind = self.get(code)
        return kind.short if kind else code

    def low(self, code: str) -> str:
        """Return what a code is called inside a sentence; capitals that are more than a sentence's first stay."""
        name = self.short(code)
        return name if name[1:2].isupper() or name[1:2].isdigit() else f"{name[:1].lower()}{name[1:]}"

    def shorts(self, codes: Iterable[str]) -> dict[str, str]:
        """Return the short names of some codes, in their order."""
        return {code: self.short(code) for code in codes}

    def names(self, codes: Iterable[str]) -> dict[str, str]:
        """Return the names of some codes, in their order."""
        return {code: self.name(code) for code in codes}

    def by_word(self) -> dict[str, str]:
        """Return the code of every way in which a file may name a kind, by `same_word`."""
        return {same_word(word): kind.code for kind in self.all for word in kind.words}

    def reopened(self) -> "Kinds":
        """Return the same kinds, all open: for what was done before one was closed."""
        return Kinds(tuple(replace(kind, closed=False) for kind in self.all))


_LAW_TYPES = Kinds(
    (
        Kind("public", "Public law"),
        Kind(
            "wafh",
            "Private law, work after first hearing (WAFH)",
            "Private law (WAFH)",
            "WAFH is work after the first hearing.",
            ("Private WAFH", "Work after first hearing", "Private law, work after first hearing"),
        ),
        Kind(
            "wtfh",
            "Private law, work to first hearing (WTFH)",
            "Private law (WTFH)",
            "WTFH is work to the first hearing.",
            ("Private WTFH", "Work to first hearing", "Private law, work to first hearing"),
        ),
    )
)
_DOCUMENT_KINDS = Kinds(
    (
        Kind("report", "Report"),
        Kind("safeguarding_letter", "Safeguarding letter"),
        Kind("position_statement", "Position statement"),
        Kind("other", "Other", usual=True),
    )
)
_EMPLOYMENT = Kinds((Kind("employed", "Employed", usual=True), Kind("agency", "Agency")))
_BANDS = Kinds(tuple(Kind(code, code) for code in ("B1", "B2", "B3", "B4")))

# How else case systems name the kinds that come with the product: only a person who maps an export is shown these.
IN_EXPORTS: Mapping[str, tuple[str, ...]] = {
    "employed": ("perm", "permanent", "permanent staff", "employee", "staff", "substantive", "fixed term", "fte"),
    "agency": ("agency worker", "agency staff", "locum", "temp", "temporary agency"),
    "report": ("section 7 report", "s7 report", "s7", "final analysis", "case analysis", "final report", "reports"),
    "safeguarding_letter": ("safeguarding letter", "safeguarding", "sgl", "letter"),
    "position_statement": ("position statement", "position"),
    "other": ("other document",),
}


@dataclass(frozen=True, slots=True)
class KindsOfWork:
    """The four lists of an installation."""

    law_types: Kinds = field(default=_LAW_TYPES)
    document_kinds: Kinds = field(default=_DOCUMENT_KINDS)
    employment: Kinds = field(default=_EMPLOYMENT)
    bands: Kinds = field(default=_BANDS)

    def of(self, which: str) -> Kinds:
        """Return a list by its name, one of LISTS."""
        found: Kinds = getattr(self, which)
        return found

    def reopened(self) -> "KindsOfWork":
        """Return the same lists with every kind open."""
        return KindsOfWork(*(self.of(which).reopened() for which in LISTS))


# What stands in the place of a band that a file leaves blank, where that is allowed.
UNBANDED = "unbanded"
LISTS = tuple(f.name for f in fields(KindsOfWork))
SHIPPED = KindsOfWork()


def plain_kinds(kinds: KindsOfWork) -> dict[str, list[dict[str, Any]]]:
    """Return the lists as plain data, what is empty left out."""
    return {
        which: [
            {name: list(v) if isinstance(v, tuple) else v for name, v in asdict(kind).items() if v}
            for kind in kinds.of(which)
        ]
        for which in LISTS
    }


def kinds_from(found: Mapping[str, Any]) -> KindsOfWork:
    """Return lists of plain data that were checked once; what a later version wrote besides is left out."""
    known = {f.name for f in fields(Kind)}

    def kind(row: Mapping[str, Any]) -> Kind:
        return Kind(**{**{k: v for k, v in row.items() if k in known}, "also": tuple(row.get("also", ()))})

    return KindsOfWork(**{which: Kinds(tuple(map(kind, found[which]))) for which in LISTS if which in found})


@lru_cache(maxsize=16)
def kinds_of(kept: str) -> KindsOfWork:
    """Return the lists of a kept row of settings; those that nobody changed are as they come with the product."""
    return kinds_from(json.loads(kept).get("kinds", {})) if kept else SHIPPED
