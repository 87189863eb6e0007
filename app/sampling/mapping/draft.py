"""The first mapping of an export: what is recognised is in it, what is not is for a person to decide. Pure."""

import difflib
import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from typing import Any

from app.clock import day as in_words
from app.mapping.kinds import CODE, DAY, Field, Kind, plain
from app.mapping.profile import EXCLUDE, Profile, profile_of
from app.mapping.ways import Way, written
from app.sampling.mapping.result import ORDER, Open
from app.sampling.mapping.survey import Survey

# Names of areas that are as alike are perhaps the same.
NEARLY = 0.8
LONGEST_CODE = 4


@dataclass(frozen=True, slots=True)
class Draft:
    """A mapping that is not whole yet, and what has to be decided before any row is looked at."""

    profile: Profile
    asked: Sequence[Open] = ()
    # The areas that it would add: the name by code.
    new: Mapping[str, str] = field(default_factory=dict)


def drafted(survey: Survey, kind: Kind, name: str, before: Profile | None = None) -> Draft:
    """Return the first mapping of an export; what a mapping `before` decided stays."""
    columns = {one.name: survey.columns[one.name] for one in kind.fields if one.name in survey.columns}
    values: dict[str, Mapping[str, str | None]] = {}
    names: dict[str, str] = {}
    for one in kind.fields:
        decided = dict(before.values.get(one.name, {})) if before else {}
        if one.reads == CODE and one.name in columns:
            found = survey.values.get(one.name) or {}
            values[one.name] = {**_recognised(one, found, decided), **decided}
            if one.name == "service_area":
                names = _new_in(one, found, values[one.name])
        elif decided:
            values[one.name] = decided
    absent = {one.name: one.absent for one in kind.fields if one.name not in columns and one.absent is not None}
    profile = Profile(
        kind=kind.name,
        name=name,
        columns=columns,
        values=values,
        dates="day-first",
        outside_window=EXCLUDE,
        several=dict(kind.several),
        absent=absent,
        file=_said(survey),
    )
    if before is not None:
        rules = ("outside_window", "several", "repeated", "ties")
        profile = replace(profile, **{rule: getattr(before, rule) for rule in rules})
    return _with_days(profile, survey, kind, names)


def _said(survey: Survey) -> dict[str, Any]:
    """Return what a mapping has to say of a file's layout because it is not found by itself: lines of headings."""
    return {"below": survey.laid["below"]} if survey.laid["below"] else {}


def _with_days(profile: Profile, survey: Survey, kind: Kind, names: Mapping[str, str]) -> Draft:
    day = next((one for one in kind.fields if one.reads == DAY and one.name in profile.columns), None)
    if day is None:
        return Draft(profile, (), names)
    found = written(survey.days)
    way = found.way
    profile = replace(profile, dates=way.order, short_years=way.short_years)
    if found.asked == ORDER:
        readings = {o: Way(o, short_years=True).read(found.example) for o, n in found.fits.items() if n == found.rows}
        said = " or ".join(dict.fromkeys(in_words(d) for d in readings.values() if d))
        why = f"{found.example} can be {said}, and no row of the column settles it."
        return Draft(profile, [Open(ORDER, day.name, found.example, rows=found.rows, why=why)], names)
    return Draft(profile, (), names)


def draft_as_json(of: Draft) -> dict[str, Any]:
    """Return what is kept of a draft beside the file."""
    return {"profile": of.profile.body, "asked": [asdict(one) for one in of.asked], "new": dict(of.new)}


def draft_from_json(kept: Mapping[str, Any], kind: Kind) -> Draft:
    """Return a draft as it was kept."""
    return Draft(profile_of(kept["profile"], kind), [Open(**one) for one in kept["asked"]], kept["new"])


def _recognised(one: Field, found: Mapping[str, Any], decided: Mapping[str, str | None]) -> dict[str, str]:
    """Return the codes of the values that are known; new areas get a code of their own."""
    codes: dict[str, str] = {}
    for key, value in found.items():
        code = one.code_of(value.shown)
        if code is not None:
            codes[key] = code
        elif key and one.new and one.name == "service_area" and key not in decided and not _nearly(value.shown, one):
            codes[key] = proposed(value.shown, {*one.codes, *codes.values(), *(c for c in decided.values() if c)})
    return codes


def _new_in(one: Field, found: Mapping[str, Any], codes: Mapping[str, str | None]) -> dict[str, str]:
    """Return the codes that are not known yet, each with a value that it stands for."""
    there = ((codes.get(key), value.shown) for key, value in found.items())
    return {code: shown for code, shown in there if code and code not in one.codes}


def _nearly(shown: str, one: Field) -> bool:
    known = [plain(word) for pair in one.codes.items() for word in pair]
    return bool(difflib.get_close_matches(plain(shown), known, n=1, cutoff=NEARLY))


def proposed(name: str, taken: Collection[str]) -> str:
    """Return a code for a new area: a name that is one already, or the first letters of its words."""
    words = re.findall(r"[^\W_]+", name)
    if re.fullmatch(r"[A-Z]{1,3}\d{0,3}", name) or not words:
        code = name[:LONGEST_CODE]
    elif len(words) == 1:
        code = words[0][:3].upper()
    else:
        code = "".join(word[0] if not word.isdigit() else word for word in words)[: LONGEST_CODE + 2].upper()
    tried, number = code, 2
    while tried in taken or not tried:
        tried, number = f"{code}{number}", number + 1
    return tried
