"""Several areas, bands or kinds of employment of one practitioner: what the mapping's rule makes of them. Pure.

The rule is fixed before the list is locked and reads the list alone, so it changes nobody's chance: each practitioner
has exactly the fraction of their area. Only where they are counted changes, which is told.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from app.mapping.profile import LATEST, LEAVE_OUT, REFUSE, Profile
from app.sampling.columns import ORDER
from app.sampling.mapping.result import PEOPLE_NAMED, SEVERAL, TIE, Open
from app.sampling.population import Who

FIELDS = ("service_area", "performance_band", "employment")
_AT = {"service_area": 1, "performance_band": 3, "employment": 4}
# Where a field stands among the values of a row.
COLUMN = {name: ORDER.index(name) for name in FIELDS}


@dataclass
class Persons:
    """What becomes of practitioners with several values.

    `fixed` has the value that counts in all rows of a practitioner, by field; `dropped` the rule by which their rows
    are left out, `waiting` what has to be decided about them first.
    """

    fixed: dict[str, dict[str, str]] = field(default_factory=dict)
    dropped: dict[str, str] = field(default_factory=dict)
    waiting: dict[str, tuple[str, str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        """Say whether anybody has several values."""
        return bool(self.fixed or self.dropped or self.waiting)

    def opens(self, rows: Mapping[tuple[str, str], int]) -> list[Open]:
        """Return what has to be decided; `rows` counts the rows by what it is and field."""
        people: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
        for key, why in self.waiting.items():
            people[why].append(key)
        return [
            Open(what, name, rows=rows.get((what, name), 0), people=len(who), named=sorted(who)[:PEOPLE_NAMED])
            for (what, name), who in people.items()
        ]


def persons_of(days: Mapping[Who, str], profile: Profile) -> Persons:
    """Return what becomes of everybody, from the latest day of each area, law type, band and employment of each."""
    found = Persons()
    for key, seen in _torn(days).items():
        for name in FIELDS:
            latest: dict[str, str] = {}
            for who, day in seen:
                latest[who[_AT[name]]] = max(day, latest.get(who[_AT[name]], ""))
            if len(latest) > 1:
                _judge(found, key, name, latest, profile)
    return found


def _judge(found: Persons, key: str, name: str, latest: Mapping[str, str], profile: Profile) -> None:
    """Apply the rule about a field to a practitioner with several values of it, by the latest day of each."""
    rule = profile.several.get(name, REFUSE)
    last = max(latest.values())
    values = [value for value, day in latest.items() if day == last]
    if rule == LATEST and len(values) == 1:
        found.fixed.setdefault(key, {})[name] = values[0]
    elif rule == LEAVE_OUT or (rule == LATEST and profile.ties.get(name) == LEAVE_OUT):
        found.dropped.setdefault(key, f"several:{name}")
    else:
        found.waiting.setdefault(key, (TIE if rule == LATEST else SEVERAL, name))


def _torn(days: Mapping[Who, str]) -> dict[str, list[tuple[Who, str]]]:
    """Return those with several values of any field, each with what was seen of them."""
    first: dict[str, tuple[str, str, str]] = {}
    torn: dict[str, list[tuple[Who, str]]] = {}
    for who in days:
        key, area, _, band, employment = who
        if first.setdefault(key, (area, band, employment)) != (area, band, employment):
            torn[key] = []
    for who, day in days.items() if torn else ():
        if who[0] in torn:
            torn[who[0]].append((who, day))
    return torn


def settled(row: list[str], fixed: Mapping[str, str]) -> Iterable[str]:
    """Put what counts for its practitioner into a row; return the fields that it changed."""
    changed = [name for name, value in fixed.items() if row[COLUMN[name]] != value]
    for name in changed:
        row[COLUMN[name]] = fixed[name]
    return changed
