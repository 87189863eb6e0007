"""Receipts: what a draw leaves so that anyone can check it, and that check (sampling.md 9 and 2). Pure."""

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from app.labels import length_fault
from app.sampling.draw import Configuration, Draw, canonical_json
from app.sampling.population import METHOD, Stratum

TOOL = {"name": "casework-audit", "version": "0.1.0"}
SAMPLE_COLUMNS = (
    "case_ref",
    "practitioner_id",
    "service_area",
    "law_type",
    "performance_band",
    "employment",
    "filed_on",
    "ticket",
    "group_n",
    "group_N",
    "role",
    "replaces",
    "reason",
)
# A margin of fewer practitioners can name a person's performance band.
SMALLEST_PUBLIC = 5
# What a draw cannot be recomputed to: it is told by whoever drew, and held by the receipt's own hash alone.
_TOLD = ("tool", "warnings", "supplements", "replacements_sha256")


@dataclass(frozen=True, slots=True)
class Locked:
    """A frame as it was locked: its hash, its size, what was set aside by reason, and when."""

    sha256: str
    rows: int
    practitioners: int
    set_aside: Mapping[str, int]
    locked_at: str
    warnings: Sequence[str] = ()
    # The file that a mapping made the frame of, with what it left out; None where no mapping was used.
    source: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Seed:
    """A seed, and how it was made; one that was typed before the lock serves a rehearsal only."""

    text: str
    made_how: str = ""
    made_at: str = ""
    witnesses: Sequence[str] = ()
    rehearsal: bool = False


FEWEST_CHARACTERS = 20
FEWEST_DIFFERENT = 5
MOST_CHARACTERS = 200


TOO_SHORT = (
    f"The seed must have at least {FEWEST_CHARACTERS} digits from dice, or be a phrase of at least "
    f"{FEWEST_CHARACTERS} characters"
)


def seed_fault(text: str) -> str | None:
    """Return why a cleaned text can be no seed, which must be more than anybody could guess (section 2), or None."""
    if not text:
        return "Enter the seed"
    if len(text) > MOST_CHARACTERS:
        return length_fault("The seed", text, MOST_CHARACTERS)
    if not text.isprintable():
        return "The seed must be one line of letters, figures and signs"
    if sum(c.isdigit() for c in text) < FEWEST_CHARACTERS and len(text) < FEWEST_CHARACTERS:
        return TOO_SHORT
    if len(set(text)) < FEWEST_DIFFERENT:
        return "The seed is too regular to be the result of dice. Throw them again, or enter a phrase"
    return None


def receipt(
    result: Draw,
    *,
    frame: Locked,
    seed: Seed,
    configuration: Configuration,
    wanted: Mapping[str, Any] | None = None,
) -> dict[str, Any]:
    """Return the receipt by which anyone can check a draw; numbers are integers or fraction texts.

    `wanted` says what the fractions were made from, where it was something else than a fraction.
    """
    made = {
        "method": METHOD,
        "tool": TOOL,
        "frame": _frame_part(frame),
        "config": configuration.as_dict(),
        "config_sha256": configuration.sha256,
        "seed": _seed_part(seed),
        **({"wanted": dict(wanted)} if wanted else {}),
        **_drawn_part(result),
        **({"cases": len(result.drawn)} if configuration.cases_per_practitioner > 1 else {}),
        "warnings": list(frame.warnings),
    }
    source = {} if frame.source is None else {"source": dict(frame.source)}
    return sealed({**made, **source, "supplements": [], "replacements_sha256": None})


def _frame_part(of: Locked) -> dict[str, Any]:
    return {
        "sha256": of.sha256,
        "rows": of.rows,
        "practitioners": of.practitioners,
        "set_aside": dict(of.set_aside),
        "locked_at": of.locked_at,
    }


def _seed_part(of: Seed) -> dict[str, Any]:
    return {
        "text": of.text,
        "made_how": of.made_how,
        "made_at": of.made_at,
        "witnesses": list(of.witnesses),
        "rehearsal": of.rehearsal,
    }


def _drawn_part(of: Draw) -> dict[str, Any]:
    return {
        "expected": str(of.expected),
        "drawn": of.practitioners,
        "selection_sha256": of.selection_sha256,
        "stages": [list(s) for s in of.stages],
        "groups": [{**_stratum_part(g.stratum), "N": len(g.members), "n": dict(g.n)} for g in of.groups],
        "margins": [
            {"family": m.family, "key": list(m.key), "expected": str(m.expected), "drawn": m.drawn} for m in of.margins
        ],
    }


def _stratum_part(of: Stratum) -> dict[str, Any]:
    return {"area": of.area, "band": of.band, "employment": of.employment, "law_types": list(of.law_types)}


def sealed(body: Mapping[str, Any]) -> dict[str, Any]:
    """Return a receipt with its own hash, which is over everything else in it."""
    rest = {key: value for key, value in body.items() if key != "receipt_sha256"}
    return {**rest, "receipt_sha256": hashlib.sha256(canonical_json(rest)).hexdigest()}


def public_copy(kept: Mapping[str, Any]) -> dict[str, Any]:
    """Return the copy to publish, without strata and without margins so small that they name a person's band."""
    sizes = sizes_of(
        (Stratum(g["area"], g["band"], g["employment"], tuple(g["law_types"])), g["N"]) for g in kept["groups"]
    )
    large = [m for m in kept["margins"] if sizes[m["family"], tuple(m["key"])] >= SMALLEST_PUBLIC]
    return sealed({**kept, "groups": [], "margins": large, "full_receipt_sha256": kept["receipt_sha256"]})


def sizes_of(strata: Iterable[tuple[Stratum, int]]) -> Counter[tuple[str, tuple[str, ...]]]:
    """Return how many practitioners each margin is about."""
    sizes: Counter[tuple[str, tuple[str, ...]]] = Counter()
    for (area, band, employment, laws), size in strata:
        whole: list[tuple[str, tuple[str, ...]]] = [
            ("total", ()),
            ("area", (area,)),
            ("area x band", (area, band)),
            ("band", (band,)),
            ("employment", (employment,)),
            ("area x employment", (area, employment)),
        ]
        for law in laws:
            whole += [
                ("law", (law,)),
                ("area x law", (area, law)),
                ("area x law x band", (area, law, band)),
                ("law x band", (law, band)),
            ]
        for margin in whole:
            sizes[margin] += size
    return sizes


def sample_rows(result: Draw) -> Iterator[tuple[object, ...]]:
    """Yield the rows of sample.csv, by practitioner."""
    for d in result.drawn:
        yield (*d.filing.canonical, d.ticket.hex(), d.group_n, d.group_N, "drawn", "", "")


ANOTHER_CONTENT = "The draw is right; something else in the receipt was changed, such as a time or a witness."


def first_difference(given: Mapping[str, Any], recomputed: Mapping[str, Any]) -> str | None:
    """Return where a receipt differs from the draw repeated, in the order of the receipt, or None where it holds."""
    names = dict.fromkeys([*recomputed, *given])
    for name in names:
        if name in _TOLD or name == "receipt_sha256":
            continue
        found = _difference(name, given.get(name), recomputed.get(name))
        if found:
            return found
    own, said = sealed(given)["receipt_sha256"], given.get("receipt_sha256")
    if said == own:
        return None
    return f"receipt_sha256: the receipt says {said}, but its content gives {own}. {ANOTHER_CONTENT}"


def _difference(where: str, given: object, recomputed: object) -> str | None:
    if isinstance(given, Mapping) and isinstance(recomputed, Mapping):
        pairs = (
            (f"{where}.{key}", given.get(key), recomputed.get(key)) for key in dict.fromkeys([*recomputed, *given])
        )
    elif isinstance(given, list) and isinstance(recomputed, list) and len(given) == len(recomputed):
        pairs = ((f"{where}[{i}]", one, other) for i, (one, other) in enumerate(zip(given, recomputed, strict=True)))
    elif given == recomputed and type(given) is type(recomputed):
        return None
    else:
        return f"{where}: the receipt says {_short(given)}, the draw gives {_short(recomputed)}."
    return next((found for pair in pairs if (found := _difference(*pair))), None)


def _short(value: object) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, list):
        return f"{len(value)} entries"
    return str(value)
