"""How each standard stands, and those of each practice area: by level, law type and area, and how sure it is. Pure."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple

from app.audit.thresholds.document import SET_ASIDE, ThresholdDocument
from app.report.figures import statistics
from app.report.figures.counted_cases import Basis
from app.report.figures.uncertainty import rounded

# A degree that a decision did not ask for.
NOT_RECORDED = "not_recorded"
Groups = Mapping[str, int]


class JudgedAlike(NamedTuple):
    """What is counted alike: area, law type, standard, its level (or that it was set aside), and its degree."""

    area: str
    law_type: str
    standard: str
    level: str
    degree: str = ""


class Cases(NamedTuple):
    """How many cases of each law type were audited, and how many practitioners the list has of it, where one is known.

    Both by the law type's upper-case code.
    """

    audited: Groups
    listed: Groups | None


def cases_of(basis: Basis, counts: Mapping[str, Any]) -> Cases:
    """Return how many cases and practitioners of each law type there are."""
    audited = {law: row["total"] for law, row in counts["law_type"].items()}
    known = basis.population.by.get("law_type", {}) if basis.population else None
    return Cases(audited, None if known is None else {law.upper(): n for law, n in known.items()})


def standards_of(
    basis: Basis, document: ThresholdDocument, counts: Mapping[JudgedAlike, int], cases: Cases
) -> dict[str, Any]:
    """Return `standards` and `practice_areas` of figures/1; nothing where nothing was judged."""
    found: dict[str, dict[JudgedAlike, int]] = {}
    for key, n in counts.items():
        if n:
            found.setdefault(key.standard, {})[key] = n
    if not found:
        return {}
    areas = {area.code: [s.code for s in area.standards if s.code in found] for area in document.practice_areas}
    return {
        "standards": {s.code: _standard(basis, found[s.code], cases) for s in document.standards() if s.code in found},
        "practice_areas": {
            code: {**_three_ways(basis, [found[s] for s in theirs]), "standards": theirs}
            for code, theirs in areas.items()
            if theirs
        },
    }


def _standard(basis: Basis, rows: Mapping[JudgedAlike, int], cases: Cases) -> dict[str, Any]:
    made = _three_ways(basis, [rows])
    degrees: Counter[str] = Counter()
    for key, n in rows.items():
        if key.level in basis.codes[1:]:
            degrees[key.degree or NOT_RECORDED] += n
    sure = {} if basis.design else {"intervals": _intervals(basis, made, cases)}
    return {**made, "degrees": {code: n for code, n in sorted(degrees.items()) if n}, **sure}


def _three_ways(basis: Basis, groups: Sequence[Mapping[JudgedAlike, int]]) -> dict[str, Any]:
    rows = [(k, n) for group in groups for k, n in group.items()]
    laws = {law.upper(): [(k, n) for k, n in rows if k.law_type == law] for law in basis.law_types}
    places: dict[str, list[tuple[JudgedAlike, int]]] = {area: [] for area in basis.area_order}
    for k, n in rows:
        places.setdefault(k.area, []).append((k, n))
    return {
        "overall": _table(basis, rows),
        "law_type": {law: _table(basis, some) for law, some in laws.items()},
        "service_area": {area: _table(basis, some) for area, some in places.items()},
    }


def _table(basis: Basis, rows: Iterable[tuple[JudgedAlike, int]]) -> dict[str, int]:
    counts = Counter[str]()
    for key, n in rows:
        counts[key.level] += n
    levels = {code: counts[code] for code in basis.codes}
    return {**levels, "judged": sum(levels.values()), "set_aside": counts[SET_ASIDE]}


def _intervals(basis: Basis, made: Mapping[str, Any], cases: Cases) -> dict[str, Any]:
    """Return the intervals of the best and the lowest level, of the whole and by law type."""
    asked = [law for law, row in made["law_type"].items() if row["judged"] or row["set_aside"]]
    return {
        "overall": _sure(basis, made["overall"], asked, cases),
        "law_type": {law: _sure(basis, made["law_type"][law], [law], cases) for law in asked},
    }


def _sure(basis: Basis, row: Mapping[str, int], laws: Sequence[str], cases: Cases) -> dict[str, Any]:
    """Return the intervals of a row: exact where the standard was judged in every case of these law types.

    Where it was set aside in some, nobody knows of how many practitioners' cases it would be asked.
    """
    n = row["judged"]
    every = n == sum(cases.audited.get(law, 0) for law in laws)
    population = sum(cases.listed.get(law, 0) for law in laws) if every and cases.listed is not None else 0
    return {code: _interval(row[code], n, population) for code in dict.fromkeys((basis.best, basis.lowest))}


def _interval(x: int, n: int, population: int) -> dict[str, Any]:
    exact = statistics.exact(x, n, population) if population >= n > 0 else None
    return {
        "x": x,
        "n": n,
        "population": population or None,
        "hypergeometric_exact_count": list(exact) if exact else None,
        "hypergeometric_exact": rounded(limit / population for limit in exact) if exact else None,
        "wilson": rounded(statistics.wilson(x, n)),
    }
