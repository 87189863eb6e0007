"""Standards, reasons and facts as everybody may have them: small counts hidden, and what would give them back. Pure.

By the whole and by law type only. Each standard, and each fact, is one table with its sums; its tables share no count
with another's, but for those of a practice area, of a rule, or of children seen, which are shown only where nothing is
hidden beneath them.
"""

from collections.abc import Iterable, Mapping
from typing import Any

from app.report.figures.hiding import ALL_ROWS, Cell, hidden_cells, small

CONFIDENTIAL = "[c]"
LEAST_BASE = 10
# The fact that the figures of children seen tell by area.
CHILD_SEEN = "child_seen"
Figures = Mapping[str, Any]
Table = Mapping[str, Mapping[str, int]]


def answers_of(figures: Figures, codes: Iterable[str], least: int) -> dict[str, Any]:
    """Return `standards`, `practice_areas`, `lowest_reasons` and `facts` of the public edition, where there are any."""
    standards = {code: _Standard(of, list(codes), least) for code, of in figures.get("standards", {}).items()}
    made: dict[str, Any] = {}
    if standards:
        made["standards"] = {code: s.shown() for code, s in standards.items()}
        made["practice_areas"] = {
            code: _practice_area(of, all(not standards[s].hidden for s in of.get("standards", standards)))
            for code, of in figures["practice_areas"].items()
        }
    facts = {code: shown for code, of in figures.get("facts", {}).items() if (shown := _fact(code, of, least))}
    return {**made, **({"facts": facts} if facts else {}), **_reasons(figures, standards, least)}


class _Standard:
    """A standard's levels, and that it was set aside, by law type."""

    def __init__(self, of: Figures, codes: list[str], least: int) -> None:
        self.of, self.codes = of, codes
        columns = [*codes, "set_aside"]
        rows = {law: {c: t[c] for c in columns} for law, t in of["law_type"].items() if t["judged"] or t["set_aside"]}
        # That a standard was set aside is hidden only where nothing else helps: all shares rest on it.
        found = hidden_cells(rows, least, shared=codes, totals=True)
        every = frozenset((row, c) for row in (*rows, ALL_ROWS) for c in columns)
        self.hidden: frozenset[Cell] = every if found is None else found

    def shown(self) -> dict[str, Any]:
        laws = self.of["law_type"]
        made = {
            "overall": self._row(ALL_ROWS, self.of["overall"]),
            "law_type": {law: self._row(law, t) for law, t in laws.items()},
        }
        sure = self.of.get("intervals")
        return {**made, **({"intervals": self._intervals(sure, made)} if sure else {})}

    def _row(self, row: str, table: Mapping[str, int]) -> dict[str, Any]:
        cells = {c: CONFIDENTIAL if (row, c) in self.hidden else table[c] for c in (*self.codes, "set_aside")}
        # How many cases it was asked of is no secret, so how many were judged says how many were set aside.
        aside = cells["set_aside"] == CONFIDENTIAL
        return {**cells, "judged": CONFIDENTIAL if aside else table["judged"], "asked": _asked(table)}

    def _intervals(self, sure: Figures, made: Figures) -> dict[str, Any]:
        laws = {law: self._sure(of, made["law_type"][law]) for law, of in sure["law_type"].items()}
        return {"overall": self._sure(sure["overall"], made["overall"]), "law_type": laws}

    def _sure(self, of: Figures, row: Figures) -> dict[str, Any]:
        """Return the intervals of what is shown, with a base of enough cases."""
        judged = row["judged"]
        enough = isinstance(judged, int) and (judged == 0 or judged >= LEAST_BASE)
        return {
            code: CONFIDENTIAL if CONFIDENTIAL in (row[code], judged) else interval if enough else "[u]"
            for code, interval in of.items()
        }


def _asked(table: Mapping[str, int]) -> int:
    return table["judged"] + table["set_aside"]


def _practice_area(of: Figures, open_: bool) -> dict[str, Any]:  # noqa: FBT001 - one caller
    """Return a practice area: its counts are sums of its standards', so all of them or none."""

    def row(table: Mapping[str, int]) -> dict[str, Any]:
        shown = dict(table) if open_ else dict.fromkeys(table, CONFIDENTIAL)
        return {**shown, "asked": _asked(table)}

    kept = {"standards": of["standards"]} if "standards" in of else {}
    return {"overall": row(of["overall"]), "law_type": {law: row(t) for law, t in of["law_type"].items()}, **kept}


def _fact(code: str, of: Figures, least: int) -> dict[str, Any] | None:
    """Return a fact's answers.

    What was found of children stands by area elsewhere, and several answers hang together: there all or nothing.
    """
    whole_or_nothing = of["kind"] != "single" or code == CHILD_SEEN
    hidden = _hidden_of_several(of, least) if of["kind"] != "single" else _hidden_of_one(of, least)
    if whole_or_nothing and hidden:
        return None
    rows = {law: _answers(law, t, hidden) for law, t in of["law_type"].items()}
    return {"kind": of["kind"], "overall": _answers(ALL_ROWS, of["overall"], hidden), "law_type": rows}


def _hidden_of_one(of: Figures, least: int) -> frozenset[Cell]:
    # That a file was not looked at for it says nothing of anybody: how many gave no answer is always shown.
    rows = {law: dict(t["answers"]) for law, t in of["law_type"].items() if t["asked"] - t["unanswered"]}
    found = hidden_cells(rows, least, totals=True)
    every = frozenset((row, c) for row in (*rows, ALL_ROWS) for c in of["overall"]["answers"])
    return every if found is None else found


def _hidden_of_several(of: Figures, least: int) -> frozenset[Cell]:
    """Return the answers that few gave, or few did not; the rest has to be left out with them."""
    found = set()
    for law, t in (*of["law_type"].items(), (ALL_ROWS, of["overall"])):
        given = t["asked"] - t["unanswered"]
        for answer, n in t["answers"].items():
            if small(n, least) or small(given - n, least) or n == given > 0:
                found.add((law, answer))
    return frozenset(found)


def _answers(row: str, table: Figures, hidden: frozenset[Cell]) -> dict[str, Any]:
    return {
        "asked": table["asked"],
        "answers": {a: CONFIDENTIAL if (row, a) in hidden else n for a, n in table["answers"].items()},
        "unanswered": table["unanswered"],
    }


def _reasons(figures: Figures, standards: Mapping[str, _Standard], least: int) -> dict[str, Any]:
    """Return how often each rule gave the grade, where no count in it is small and it gives no standard's count away.

    The cases of a critical rule are those in which one of its standards is at the lowest level.
    """
    found = figures.get("lowest_reasons")
    if not found:
        return {}
    critical = found["critical"].get("standards", {})
    tells = any(code in standards and standards[code].hidden for code in critical)
    few = any(small(n, least) for n in _told(found, figures))
    return {} if tells or few else {"lowest_reasons": found}


def _told(found: Figures, figures: Figures) -> Iterable[int]:
    """Yield every count that is told by the rules, and what would be told by a difference of two of them."""
    yield from found["without_rule"].values()
    yield from found["departures"]["from_to"].values()
    for rule in found["rules"].values():
        yield from (rule["cases"], rule["graded_otherwise"], rule["cases"] - rule["graded_otherwise"])
    for code, share in figures["overall"].items():
        if isinstance(share, Mapping):
            yield abs(share["count"] - sum(r["cases"] for r in found["rules"].values() if r["grade"] == code))
    lowest = found["critical"].get("cases", 0)
    for of in found["critical"].get("standards", {}).values():
        yield from (of["lowest"], of["only"], of["lowest"] - of["only"], lowest - of["lowest"])
