"""The public edition: small counts hidden, and what would give them back (statistics.md section 6). Pure.

Only what is named here is kept, so a figure that nobody has thought of is left out. Grades of a law type in an area, of
an auditor, and moderation by area are never in it. How many cases were audited is no secret; how they were graded is.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.report.figures.all_figures import Basis
from app.report.figures.answers.hidden import answers_of
from app.report.figures.counted_cases import SEEN_STATES
from app.report.figures.hiding import Cell, Rows, hidden_cells, small

CONFIDENTIAL, UNRELIABLE = "[c]", "[u]"
# With a smaller base there is no percentage.
LEAST_BASE = 10
LEAST = 5
FEWEST_WEIGHTED = 6
Figures = Mapping[str, Any]
_AS_THEY_ARE = ("schema", "as_at", "cases", "service_area_order")
_GRADED = ("law_type", "service_area", "employment")
# Of a comparison of two people's grades: neither its square, nor what would give it back.
_OF_BENCHMARKS = ("n", "agree", "agree_wilson", "agree_by_guessing")
_OF_SAMPLING = ("overall", "law_type", "service_area", "employment", "performance_band")
_REASONS = ("not_seen_no_reason", "not_seen_with_reason", "not_seen_reason_unknown")
_SCOPES = ("law_type", "service_area", "region")
# What tells a region from an area of the same code.
REGION = "region\t"
_OVERALL_WORDS = ("good_points_from_target", "good_target_met", "not_met_target_met")
_BANDS = (
    "areas_at_or_above_good_target",
    "areas_below_good_target",
    "areas_not_met_0_to_10_percent",
    "areas_not_met_over_10_below_target",
    "areas_not_met_at_target",
    "areas_not_met_over_target",
    "areas_by_good_percent",
    "highest_good",
    "areas_with_no_not_met",
)


def public_edition(figures: Figures, basis: Basis, *, least: int = LEAST) -> dict[str, Any]:
    """Return the figures as everybody may have them.

    Counts below `least` are hidden, so that none can be worked out again.
    """
    return _Edition(figures, basis, least).result()


class _Edition:
    """One edition in the making: what is hidden of grades, of children seen, and of what became of challenges."""

    def __init__(self, figures: Figures, basis: Basis, least: int) -> None:
        # By practitioners: so many cases are those of at least `least`, however many each of them gave.
        self.figures, self.basis, self.least = figures, basis, (least - 1) * _cases_each(figures) + 1
        least = self.least
        self.codes = [code for code, _ in basis.scale]
        tables = {name: _rows(figures[name], self.codes) for name in _GRADED}
        # A region less its other areas is an area: regions and areas are hidden together.
        self.regions = _regions(figures, tables["service_area"])
        tables = {**tables, **({"region": _rows(figures["region"], self.codes)} if self.regions else {})}
        found = self._found(tables)
        self.no_grades = self._too_small(figures["overall"], self.codes) or any(
            cells is None for cells in found.values()
        )
        self.hidden: Mapping[str, frozenset[Cell]] = {
            name: _all(tables[name]) if self.no_grades else cells or frozenset() for name, cells in found.items()
        }
        if _weighted(figures):
            self._hide_whole_tables(tables)
        states = (*SEEN_STATES, "eit")
        seen = {area: {s: _count(t[s]) for s in states} for area, t in figures["children_seen"].items() if t["cases"]}
        hidden = hidden_cells(seen, least, shared=SEEN_STATES)
        nobody = not figures["children_seen_overall"]["private_public"]
        self.nothing_seen = not nobody and (
            hidden is None or self._too_small(figures["children_seen_overall"], SEEN_STATES)
        )
        asked = {area: cells for area, cells in seen.items() if any(cells[state] for state in SEEN_STATES)}
        self.seen = _all(asked) if self.nothing_seen else hidden or frozenset()
        self.moves = self.no_grades or self._moves_are_small()

    def _found(self, tables: Mapping[str, Rows]) -> dict[str, frozenset[Cell] | None]:
        """Return what has to be hidden in each table; None where nothing helps."""
        found = {name: hidden_cells(tables[name], self.least) for name in _GRADED if name != "service_area"}
        both = hidden_cells(tables["service_area"], self.least, groups=self.regions)
        found["service_area"] = both and frozenset(cell for cell in both if cell[0] not in self.regions)
        if self.regions:
            of_regions = both and ((row.removeprefix(REGION), code) for row, code in both if row in self.regions)
            found["region"] = None if of_regions is None else frozenset(of_regions)
        return found

    def _hide_whole_tables(self, tables: Mapping[str, Rows]) -> None:
        """Hide every cell of a table in which one is hidden: weighted shares of the whole are one more sum of them.

        With so few areas that this sum might still tell their counts, no grade is shown.
        """
        self.no_grades |= bool(self.hidden["service_area"]) and len(tables["service_area"]) < FEWEST_WEIGHTED
        if self.hidden["service_area"] and self.regions:
            self.hidden = {**self.hidden, "region": _all(tables["region"])}
        self.hidden = {
            name: _all(tables[name]) if self.no_grades or cells else cells for name, cells in self.hidden.items()
        }

    def _too_small(self, table: Figures, keys: Iterable[str]) -> bool:
        return any(small(_count(table[key]), self.least) for key in keys)

    def _moves_are_small(self) -> bool:
        """Say whether what became of grades between the first and the last is told by small numbers anywhere."""
        first, final, c = self.figures["overall_first_grade"], self.figures["overall"], self.figures["challenge"]
        moved = [abs(_count(first[code]) - _count(final[code])) for code in self.codes]
        counts = [_count(value) for key, value in c.items() if key != "referral_needed"]
        gone = [
            c["challenged"] - _count(value) for key, value in c.items() if key.startswith(("agreed_", "regraded_to_"))
        ]
        return any(
            small(n, self.least) for n in (*moved, *counts, *gone, *(_count(first[code]) for code in self.codes))
        )

    def result(self) -> dict[str, Any]:
        made = {
            **_picked(self.figures, _AS_THEY_ARE),
            "edition": "public",
            "overall": self._overall("overall", hide=self.no_grades),
            "overall_first_grade": self._overall("overall_first_grade", hide=self.moves),
            **{
                name: {row: self._graded(name, row, t) for row, t in self.figures[name].items()} for name in self.hidden
            },
            "children_seen": {area: self._seen_in(area, t) for area, t in self.figures["children_seen"].items()},
            "children_seen_overall": self._seen_overall(),
            "challenge": self._challenge(),
            "themes": self._themes(),
            "sample": self._sample(),
        }
        return {**made, "sentences": self._sentences(made), **self._about_regions(), **self._if_there()}

    def _about_regions(self) -> dict[str, Any]:
        """Return what regions there are, and the test over all of them where none is hidden."""
        of = self.figures.get("regions")
        if not of:
            return {}
        hides = {code for name in ("region", "service_area") for _, code in self.hidden.get(name, ())}
        shown = {code: p for code, p in of["homogeneity"].items() if code not in hides and not self.no_grades}
        return {"regions": {**of, "homogeneity": shown}}

    def _if_there(self) -> dict[str, Any]:
        """Return the parts that not every audit has; those of grades only where grades are shown at all."""
        made: dict[str, Any] = {}
        if sampling := self.figures.get("sampling"):
            made["sampling"] = {key: sampling[key] for key in _OF_SAMPLING if key in sampling}
        if exceptions := self.figures.get("exceptions"):
            # How often, which says nothing of grades; why is for those who know the cases.
            made["exceptions"] = {kind: _picked(of, ("cases",)) for kind, of in exceptions.items()}
        supervision = self.figures.get("supervision")
        if supervision and not small(supervision["discussed"], self.least):
            made["supervision"] = supervision
        if self.no_grades:
            return made
        made |= answers_of(self.figures, self.codes, self.least)
        if benchmark := self.figures.get("benchmark"):
            made["benchmark"] = {
                key: _picked(of, _OF_BENCHMARKS)
                for key, of in benchmark.items()
                if "_vs_" in key and of and of["n"] >= LEAST_BASE
            }
        if intervals := self.figures.get("intervals"):
            made["intervals"] = {
                **_picked(intervals, ("population_source",)),
                **self._by_code(intervals),
                **self._agency(intervals),
            }
        if verdicts := self.figures.get("target_verdicts"):
            made["target_verdicts"] = {
                code: self._scopes(of, code) for code, of in verdicts.items() if code in self.codes
            }
        return {**made, **self._funnels(), **self._bridge()}

    def _funnels(self) -> dict[str, Any]:
        """Return how areas lie around the whole, where that does not tell more finely what is printed of it."""
        made: dict[str, Any] = {}
        # Where shares are weighted, what is drawn around the whole would tell it more finely than it is printed.
        blunt = _weighted(self.figures) and bool(self.hidden["service_area"])
        if not blunt and (funnel := self.figures.get("funnel")):
            made["funnel"] = {code: self._funnel(of, code) for code, of in funnel.items() if code in self.codes}
            made["homogeneity"] = {
                code: p
                for code, p in self.figures.get("homogeneity", {}).items()
                if code in funnel and not self._hides(code)
            }
        if not blunt and self.figures.get("funnel_limits"):
            made["funnel_limits"] = self.figures["funnel_limits"]
        return made

    def _bridge(self) -> dict[str, Any]:
        """Return the counts at each stage where no two differ by a small number, and never which grade became which."""
        stages = [stage for stage in (self.figures.get("bridge") or {}).get("stages", {}).values() if stage]
        steps = [abs(one[code] - other[code]) for one in stages for other in stages for code in self.codes]
        few = any(small(n, self.least) for n in (*steps, *(stage[code] for stage in stages for code in self.codes)))
        return {} if few or self.moves or not stages else {"bridge": {"stages": self.figures["bridge"]["stages"]}}

    def _hides(self, code: str) -> bool:
        """Say whether a grade is hidden in any area: then a test over all areas would help to work it out."""
        return any(c == code for _, c in self.hidden["service_area"])

    def _share(self, share: Figures, base: int, *, hide: bool) -> dict[str, Any]:
        if hide:
            return {"count": CONFIDENTIAL, "percent": CONFIDENTIAL}
        few = 0 < base < LEAST_BASE
        whole = {} if few or "estimate" not in share else {"estimate": round(share["estimate"], 2)}
        return {"count": share["count"], "percent": UNRELIABLE if few else share["percent"], **whole}

    def _overall(self, key: str, *, hide: bool) -> dict[str, Any]:
        table = self.figures[key]
        return {
            **{code: self._share(table[code], table["total"], hide=hide) for code in self.codes},
            **_picked(table, ("total", "practitioners", "effective")),
        }

    def _graded(self, name: str, row: str, table: Figures) -> dict[str, Any]:
        shares = {
            code: self._share(table[code], table["total"], hide=(row, code) in self.hidden[name]) for code in self.codes
        }
        return {**shares, **_picked(table, ("total", "share_percent", "practitioners", "effective"))}

    def _seen_in(self, area: str, table: Figures) -> dict[str, Any]:
        """Return an area's answers, never why children were not seen, and with a hidden base no percentage."""
        blind = (area, "eit") in self.seen and not self.nothing_seen
        made: dict[str, Any] = {
            "cases": table["cases"],
            **{key: CONFIDENTIAL if blind else table[key] for key in ("eit", "private_public")},
        }
        for state in SEEN_STATES:
            share = self._share(table[state], table["private_public"], hide=(area, state) in self.seen)
            made[state] = {**share, "percent": CONFIDENTIAL} if blind else share
        why = CONFIDENTIAL if table["cases"] else 0
        return {**made, **{key: {"count": why, "percent": why or None} for key in _REASONS if key in table}}

    def _seen_overall(self) -> dict[str, Any]:
        table = self.figures["children_seen_overall"]
        base, reasons = table["private_public"], [key for key in _REASONS if key in table]
        hide = self.nothing_seen or self._too_small(table, reasons)
        return {
            **_picked(table, ("cases", "eit", "private_public")),
            **{state: self._share(table[state], base, hide=self.nothing_seen) for state in SEEN_STATES},
            **{key: self._share(table[key], base, hide=hide) for key in reasons},
        }

    def _challenge(self) -> dict[str, Any]:
        """Return what became of challenges, or only how many there were and how many cases ended at the lowest."""
        c, final = self.figures["challenge"], f"final_{self.basis.lowest}"
        hide = {key: self.moves and (c["challenged"] > 0 or key.startswith(("first_", "returned_"))) for key in c} | {
            "challenged": small(c["challenged"], self.least),
            final: self.no_grades,
            "referral_needed": small(c["referral_needed"], self.least),
        }
        return {key: self._shown(value, c["challenged"], hide=hide[key]) for key, value in c.items()}

    def _shown(self, value: Any, of: int, *, hide: bool) -> Any:  # noqa: ANN401 - a figure or a share
        if isinstance(value, Mapping):
            return self._share(value, of, hide=hide)
        return CONFIDENTIAL if hide else value

    def _themes(self) -> dict[str, Any]:
        return {
            kind: {code: CONFIDENTIAL if small(count, self.least) else count for code, count in counts.items()}
            for kind, counts in self.figures["themes"].items()
        }

    def _sample(self) -> dict[str, Any] | None:
        """Return how the cases were drawn.

        The two extremes of an area whose cases were missing would tell of its grades.
        """
        sample = self.figures.get("sample")
        return {**sample, "areas_with_many_missing": {}} if sample else None

    def _sentences(self, made: Figures) -> dict[str, Any]:
        words, seen = self.figures["sentences"], made["children_seen_overall"]
        kept = _picked(
            words,
            ("areas", *(() if self.no_grades else _OVERALL_WORDS), *(() if self.hidden["service_area"] else _BANDS)),
        )
        return {
            **kept,
            "change_points": self._changes(words["change_points"], made),
            "children_seen_denominator": seen["private_public"],
            **{key: seen[key] for key in ("not_seen_no_reason", "not_seen_with_reason", "unclear")},
        }

    def _changes(self, changes: Figures, made: Figures) -> dict[str, Any]:
        """Return the changes whose percentage of this audit is in the edition."""
        found = {}
        for c in self.basis.comparators:
            share = _shown(c.scope, c.scope_value, made).get(c.measure) if c.id in changes else None
            if share is not None and isinstance(share["percent"], int):
                found[c.id] = changes[c.id]
        return found

    def _by_code(self, intervals: Figures) -> dict[str, Any]:
        """Return the intervals, which come by scope and then by grade."""
        made: dict[str, Any] = {
            "overall": {
                code: _unweighted(of) for code, of in intervals.get("overall", {}).items() if code in self.codes
            }
        }
        for scope in (s for s in _SCOPES if s in intervals and s in self.hidden):
            made[scope] = {
                code: self._rows_of(of, scope, code)
                for code, of in intervals.get(scope, {}).items()
                if code in self.codes
            }
        return made

    def _agency(self, intervals: Figures) -> dict[str, Any]:
        key = "agency_minus_employed_newcombe"
        hidden = {code for _, code in self.hidden["employment"]}
        return (
            {key: {code: CONFIDENTIAL if code in hidden else of for code, of in intervals[key].items()}}
            if intervals.get(key)
            else {}
        )

    def _scopes(self, verdicts: Figures, code: str) -> dict[str, Any]:
        made = {scope: self._rows_of(verdicts[scope], scope, code) for scope in _SCOPES if scope in verdicts}
        return {**_picked(verdicts, ("overall",)), **made}

    def _rows_of(self, rows: Figures, scope: str, code: str) -> dict[str, Any]:
        """Return what was worked out for each row whose count is shown and whose base is large enough."""
        few = {row for row, t in self.figures[scope].items() if 0 < t["total"] < LEAST_BASE}
        return {
            row: CONFIDENTIAL if (row, code) in self.hidden[scope] else UNRELIABLE if row in few else _unweighted(of)
            for row, of in rows.items()
        }

    def _funnel(self, of: Figures, code: str) -> dict[str, Any]:
        """Return the areas that are shown, and the test over all areas where none is hidden."""
        return {
            **(_picked(of, ("centre", "df")) if self._hides(code) else of),
            "areas": self._rows_of(of["areas"], "service_area", code),
        }


def _shown(scope: str, value: object, made: Figures) -> Figures:
    """Return the table of the edition that a comparator speaks of; none of a law type in an area."""
    if scope == "overall":
        return dict(made["overall"])
    return dict(made[scope].get(value, {})) if scope in {"law_type", "service_area"} and isinstance(value, str) else {}


def _cases_each(figures: Figures) -> int:
    """Return how many cases a practitioner gave at most."""
    return int(((figures.get("sample") or {}).get("shape") or {}).get("cases_each", 1))


def _weighted(figures: Figures) -> bool:
    return any(isinstance(share, Mapping) and "estimate" in share for share in figures["overall"].values())


def _unweighted(interval: Any) -> Any:  # noqa: ANN401 - an interval, or the mark in its place
    """Return an interval as everybody may have it: of a weighted share, its limits in hundredths and no more."""
    if not isinstance(interval, Mapping) or "estimate" not in interval:
        return interval
    made = {key: value for key, value in interval.items() if key not in {"variance", "effective"}}
    limits = {key: [round(x, 2) for x in interval[key]] for key in ("wilson", "wilson_fpc") if interval[key]}
    return {**made, **limits, "estimate": round(interval["estimate"], 2)}


def _regions(figures: Figures, areas: Rows) -> dict[str, list[str]]:
    """Return the areas with cases of each region that has any, by a name that no area has."""
    found = (figures.get("regions") or {}).get("areas", {})
    there = {f"{REGION}{code}": [area for area in theirs if area in areas] for code, theirs in found.items()}
    return {name: theirs for name, theirs in there.items() if theirs}


def _picked(of: Figures, keys: Iterable[str]) -> dict[str, Any]:
    return {key: of[key] for key in keys if key in of}


def _count(value: Any) -> int:  # noqa: ANN401 - a share, or a count
    return int(value["count"] if isinstance(value, Mapping) else value)


def _rows(table: Figures, codes: Iterable[str]) -> Rows:
    return {row: {code: _count(t[code]) for code in codes} for row, t in table.items() if t["total"]}


def _all(rows: Rows) -> frozenset[Cell]:
    return frozenset((row, column) for row, cells in rows.items() for column in cells)
