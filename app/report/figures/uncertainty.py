"""Populations, intervals, verdicts on targets, and the funnel of areas (statistics.md sections 1 to 3). Pure."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from typing import Any

from app.report.figures import statistics
from app.report.figures.counted_cases import NO_REGION, Basis, GradedCase, counted, number, people, tested
from app.report.figures.estimates import estimate
from app.report.figures.statistics import percent

# Of a population that nobody counted it is known that half of it was to be audited.
WITHOUT_FRAME = 2
OF_CASE: Mapping[str, Callable[[GradedCase], str]] = {
    "service_area": lambda c: c.service_area,
    "law_type": lambda c: c.law_type.upper(),
    "performance_band": lambda c: c.performance_band,
    "employment": lambda c: c.employment,
}
GROUPS = ("law_type", "service_area")
TAILS = {"95": 0.025, "99.8": 0.001}
MILLION = 1_000_000


def rounded(values: Iterable[float] | None) -> list[float] | None:
    """Return numbers as they are kept, or None of none."""
    return [round(value, 4) for value in values] if values is not None else None


def keys_of(basis: Basis, *names: str) -> dict[str, Callable[[GradedCase], str]]:
    """Return by what cases are grouped, by the name of the group; regions only where areas belong to some."""
    found = {name: OF_CASE[name] for name in names or GROUPS}
    if not basis.regions:
        return found
    region = {area: of.code for of in basis.regions for area in of.areas}
    return {**found, "region": lambda case: region.get(case.service_area, NO_REGION)}


def populations(basis: Basis, cases: Sequence[GradedCase]) -> dict[str, dict[str, int]]:
    """Return the practitioners in all (under "overall", "") and by area, law type, band and employment."""
    audited = {"overall": {"": number(cases)}, **{name: dict(counted(cases, key)) for name, key in OF_CASE.items()}}
    if basis.population is None:
        doubled = {name: {k: WITHOUT_FRAME * n for k, n in rows.items()} for name, rows in audited.items()}
        return {**doubled, **_of_regions(basis, doubled["service_area"])}
    known = {name: {_key(name, k): n for k, n in basis.population.by.get(name, {}).items()} for name in OF_CASE}
    return {"overall": {"": basis.population.practitioners}, **known, **_of_regions(basis, known["service_area"])}


def _of_regions(basis: Basis, areas: Mapping[str, int]) -> dict[str, dict[str, int]]:
    """Return the practitioners of each region."""
    found = {of.code: sum(areas.get(area, 0) for area in of.areas) for of in basis.regions}
    return {"region": found} if found else {}


def _key(name: str, value: str) -> str:
    return value.upper() if name == "law_type" else value


def sampling(basis: Basis, cases: Sequence[GradedCase], of: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return how many practitioners there are and how many had a case audited; of filings only a frame knows."""
    usual = {"service_area": basis.area_order, "law_type": [w.upper() for w in basis.law_types]}
    found: dict[str, Any] = {
        "overall": {
            **_sampled(people(cases, lambda _: "")[""], of["overall"][""]),
            "filings": basis.population.filings if basis.population else None,
        }
    }
    for name, key in OF_CASE.items():
        audited = people(cases, key)
        keys = dict.fromkeys([*usual.get(name, ()), *sorted({*audited, *of[name]})])
        found[name] = {k: _sampled(audited[k], of[name].get(k, 0)) for k in keys if k or audited[k]}
    return found


def _sampled(audited: int, practitioners: int) -> dict[str, int | None]:
    return {"audited": audited, "practitioners": practitioners, "percent": percent(audited, practitioners)}


def _measures(basis: Basis) -> tuple[str, ...]:
    """Return the levels that are judged: the best and the lowest."""
    return (basis.best, basis.lowest)


def intervals(basis: Basis, counts: Mapping[str, Any], of: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return the intervals of each share, whole, by law type and by area, and of agency staff less employed."""
    return {
        "population_source": "sample" if basis.population is None else "frame",
        "overall": {code: _interval(counts["overall"], code, of["overall"][""]) for code in _measures(basis)},
        **{
            name: {
                code: {k: _interval(row, code, of[name].get(k, 0)) for k, row in counts[name].items()}
                for code in _measures(basis)
            }
            for name in keys_of(basis)
        },
        "agency_minus_employed_newcombe": {code: _difference(counts["employment"], code) for code in _measures(basis)},
    }


def design_intervals(
    basis: Basis, cases: Sequence[GradedCase], sure: Mapping[str, Any], of: Mapping[str, Mapping[str, int]]
) -> dict[str, Any]:
    """Return intervals for unequal chances or several cases of a practitioner; the same where there are neither."""
    if basis.design is None or basis.population is None:
        return dict(sure)
    keys = keys_of(basis)
    made: dict[str, Any] = {**sure, "overall": {}, **{name: {} for name in keys}}
    for code in _measures(basis):
        row = sure["overall"][code]
        made["overall"][code] = _of_design(basis, cases, code, row, lambda _: True, of["overall"][""])
        for name, key in keys.items():
            made[name][code] = {
                k: _of_design(basis, cases, code, row, _is(key, k), of[name].get(k, 0))
                for k, row in sure[name][code].items()
            }
    return made


def _is(key: Callable[[GradedCase], str], value: str) -> Callable[[GradedCase], bool]:
    return lambda case: key(case) == value


def _of_design(
    basis: Basis,
    cases: Sequence[GradedCase],
    code: str,
    row: Mapping[str, Any],
    domain: Callable[[GradedCase], bool],
    population: int,
) -> dict[str, Any]:
    assert basis.design is not None  # noqa: S101 - the caller asked
    found = estimate(basis.design, cases, code, domain, population)
    kept = {**row, "hypergeometric_exact_count": None, "hypergeometric_exact": None}
    if found is None:
        return {**kept, "wilson": None, "wilson_fpc": None}
    alone = statistics.wilson(0, found.independent, found.share)
    return {
        **kept,
        "practitioners": found.practitioners,
        "estimate": round(found.share, 6),
        "variance": round(found.variance, 8),
        "effective": round(min(found.effective, 1e9), 4),
        "wilson": rounded(alone),
        "wilson_fpc": rounded(found.interval),
    }


def _interval(row: Mapping[str, Any], code: str, population: int) -> dict[str, Any]:
    x, n = row[code]["count"], row["total"]
    exact = statistics.exact(x, n, population)
    return {
        "x": x,
        "n": n,
        "population": population,
        "hypergeometric_exact_count": list(exact) if exact else None,
        "hypergeometric_exact": rounded(limit / population for limit in exact) if exact else None,
        "wilson": rounded(statistics.wilson(x, n)),
        "wilson_fpc": rounded(statistics.wilson_of_population(x, n, population)),
    }


# The two kinds of employment of the national audit of 2014: the key of this figure, in every report that is kept, names
# them, so that it is there only where a service has both.
COMPARED_STAFF = ("agency", "employed")


def _difference(employment: Mapping[str, Any], code: str) -> list[float] | None:
    if not set(COMPARED_STAFF) <= employment.keys():
        return None
    agency, employed = (tested(employment[kind], code) for kind in COMPARED_STAFF)
    return rounded(statistics.newcombe(agency, employed))


def target_verdicts(basis: Basis, found: Mapping[str, Any]) -> dict[str, Any]:
    """Return from the intervals if each agreed target is reached, and if that is clear of chance."""
    if basis.targets is None:
        return {}
    best = partial(_verdict, statistics.at_least, basis.targets.good_percent)
    lowest = partial(_verdict, statistics.at_most, basis.targets.not_met_percent)
    made: dict[str, dict[str, Any]] = {}
    for code, verdict in ((basis.best, best), (basis.lowest, lowest)):
        made[code] = {"overall": verdict(found["overall"][code])}
        for name in keys_of(basis):
            made[code][name] = {k: verdict(row) for k, row in found[name][code].items()}
    return made


def _verdict(
    decide: Callable[[int, int, int, Sequence[int] | None, int], str], target: int, row: Mapping[str, Any]
) -> str | None:
    if row.get("estimate") is not None:
        # In millionths of the population: whole numbers, as the rule for counted practitioners wants them.
        share, interval = round(row["estimate"] * MILLION), [round(limit * MILLION) for limit in row["wilson_fpc"]]
        return decide(share, MILLION, target, interval, MILLION)
    limits = row["hypergeometric_exact_count"]
    return decide(row["x"], row["n"], target, limits, row["population"]) if row["n"] else None


def funnel(basis: Basis, counts: Mapping[str, Any], of: Mapping[str, Mapping[str, int]]) -> dict[str, Any]:
    """Return, for the best and lowest level, how unusual each area is beside the whole, and if areas differ at all."""
    return {code: _funnel(counts, code, of["service_area"]) for code in _measures(basis)}


def _areas(counts: Mapping[str, Any], code: str) -> dict[str, tuple[int, int]]:
    """Return (count, of) of each area that has cases."""
    return {a: tested(row, code) for a, row in counts["service_area"].items() if row["total"]}


def _centre(counts: Mapping[str, Any], code: str) -> float | None:
    whole = counts["overall"]
    total = whole["total"]
    return whole[code].get("estimate", whole[code]["count"] / total) if total else None


def _funnel(counts: Mapping[str, Any], code: str, of: Mapping[str, int]) -> dict[str, Any]:
    areas, centre = _areas(counts, code), _centre(counts, code)
    known = areas if centre is not None else {}
    chances = {a: statistics.mid_p(x, statistics.binomial(n, centre or 0.0)) for a, (x, n) in known.items()}
    differ = statistics.homogeneity(list(areas.values()))
    error = statistics.stratified_error([(x, n, of.get(a, 0)) for a, (x, n) in areas.items()])
    return {
        "centre": None if centre is None else round(centre, 4),
        "chi_square": round(differ[0], 4) if differ else None,
        "df": max(0, len(areas) - 1),
        "stratified_se": None if error is None else round(error, 4),
        "areas": {a: {"midp": round(p, 4), "flag": statistics.funnel_flag(p)} for a, p in chances.items()},
    }


def funnel_limits(basis: Basis, counts: Mapping[str, Any]) -> dict[str, Any]:
    """Return for each area the limits of the funnel at its number of cases."""
    found: dict[str, Any] = {}
    for code in _measures(basis):
        centre = _centre(counts, code)
        found[code] = {
            a: {name: rounded(statistics.funnel_limits(n, centre, tail)) for name, tail in TAILS.items()}
            for a, (_, n) in _areas(counts, code).items()
            if centre is not None
        }
    return found


def homogeneous(basis: Basis, counts: Mapping[str, Any]) -> dict[str, float | None]:
    """Return how likely areas that do not differ would look as different as these; None where they cannot differ."""
    found = {code: statistics.homogeneity(list(_areas(counts, code).values())) for code in _measures(basis)}
    return {code: round(differ[2], 4) if differ else None for code, differ in found.items()}
