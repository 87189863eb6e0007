"""A second program: it reads a dataset by its codebook alone, and computes the figures in another way than ours.

Nothing here imports `app`. What comes out has the words of `tests/earlier/independent.py`, which counts.
"""

import csv
import io
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from tests.earlier import independent

TYPES = {"integer": int, "number": float}


class Read:
    """A dataset as its codebook explains it."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.columns: dict[str, dict[str, Mapping[str, str]]] = defaultdict(dict)
        for line in _lines(files["codebook.csv"]):
            self.columns[line["file"].removesuffix(".csv")][line["column"]] = line
        self.tables = {name: [self._row(name, r) for r in _lines(files[f"{name}.csv"])] for name in self.columns}

    def _row(self, table: str, row: Mapping[str, str]) -> dict[str, Any]:
        columns = self.columns[table]
        assert list(row) == list(columns)
        return {name: self._value(columns[name], value) for name, value in row.items()}

    def _value(self, column: Mapping[str, str], value: str) -> Any:
        if value == "":
            assert column["empty"] != "is never empty", column
            return None
        codes = self.meanings(column)
        assert not codes or value in codes, (column["column"], value)
        return TYPES.get(column["type"], str)(value)

    @staticmethod
    def meanings(column: Mapping[str, str]) -> dict[str, str]:
        """Return the codes of a column; their meanings have no semicolon followed by a code."""
        pairs = (part.partition(" = ") for part in column["values"].split("; "))
        return {code: meaning for code, equals, meaning in pairs if equals}

    def codes(self, table: str, column: str) -> list[str]:
        return list(self.meanings(self.columns[table][column]))

    def results(self) -> list[dict[str, str]]:
        """Return the cases in the words of the independent figures."""
        labels = self.meanings(self.columns["cases"]["final_grade"])
        second = {(s["case"], s["by"]): labels[s["grade"]] for s in self.tables["second_grades"]}
        themes: dict[tuple[int, str], list[str]] = defaultdict(list)
        for t in self.tables["themes"]:
            if t["counts"] == "yes":
                themes[t["case"], t["kind"]].append(t["theme"])
        return [_result(case, labels, second, themes) for case in self.tables["cases"]]

    def standards(self, scale: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return how often each standard stands at each level."""
        found: dict[str, Counter[str]] = defaultdict(Counter)
        for j in self.tables["judgements"]:
            found[j["standard"]][j["level"]] += 1
        return {
            code: {
                **{level: n[level] for level in scale},
                "judged": sum(n[level] for level in scale),
                "set_aside": n["set_aside"],
            }
            for code, n in found.items()
        }

    def stages(self, scale: Sequence[str]) -> dict[str, dict[str, int]]:
        """Return the count of each grade at each stage."""
        at = {
            stage: Counter(case[f"{stage}_grade"] for case in self.tables["cases"])
            for stage in ("first", "benchmarked", "challenged", "final")
        }
        return {stage: {code: n[code] for code in scale} for stage, n in at.items()}

    def sampled(self) -> dict[str, Any]:
        """Return who is in the list and who was audited, as `sampling` of the figures has them."""
        names = {"area": "service_area", "law_type": "law_type", "band": "performance_band", "employment": "employment"}
        found: dict[str, Any] = defaultdict(dict)
        for s in self.tables["strata"]:
            n, listed = s["audited"], s["practitioners"]
            row = {"audited": n, "practitioners": listed, "percent": independent.percentage(n, listed)}
            if s["by"] == "all":
                found["overall"] = row
            elif s["by"] in names:
                found[names[s["by"]]][s["value"].upper() if s["by"] == "law_type" else s["value"]] = row
        return found


def _lines(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode())))


def _result(case: Mapping[str, Any], labels: Mapping[str, str], second: Any, themes: Any) -> dict[str, str]:
    number = case["case"]

    def outcome(name: str) -> str:
        if case[name] is None:
            return ""
        return "unchanged" if case[name] == "unchanged" else f"regraded_to_{case[f'{name}_grade']}"

    return {
        "service_area": case["area"],
        "law_type": case["law_type"].upper(),
        "employment": case["employment"],
        "performance_band": case["band"] or "",
        "first_grade": labels[case["first_grade"]],
        "final_grade": labels[case["final_grade"]],
        "children_seen": case["children_seen"],
        "not_seen_reason_recorded": case["not_seen_reason"] or "",
        "returned_to_area": case["returned"],
        "challenged": "no" if case["challenge"] is None else "yes",
        "challenge_outcome": outcome("challenge"),
        "adjudicated": "no" if case["adjudication"] is None else "yes",
        "adjudication_outcome": outcome("adjudication"),
        "referral_needed": case["referral"],
        "strengths": ";".join(themes[number, "strength"]),
        "learning_points": ";".join(themes[number, "learning"]),
        "auditor_id": str(case["auditor"] or ""),
        "benchmark_lead_grade": second.get((number, "lead"), ""),
        "benchmark_independent_grade": second.get((number, "independent"), ""),
    }


class Weighed:
    """Shares by the formulas that the README of a dataset has, of practitioners rather than of cases."""

    def __init__(self, read: Read) -> None:
        self.cases = read.tables["cases"]
        (design,) = read.tables["design"]
        self.unequal, self.each, by = design["chances"] == "unequal", design["cases_each"], design["strata"]
        self.groups = {s["value"]: s for s in read.tables["strata"] if s["by"] == by}
        grouped: dict[str, Callable[[Mapping[str, Any]], str]] = {
            "all": lambda _: "(all)",
            "area": lambda case: case["area"],
            "area_employment": lambda case: f"{case['area']} / {case['employment']}",
        }
        self.group_of = grouped[by]
        self.listed = {(s["by"], s["value"]): s["practitioners"] for s in read.tables["strata"]}

    def row(self, grade: str, column: str = "", value: str = "") -> dict[str, Any] | None:
        """Return what stands for a grade among the cases with a value in a column, or among all."""
        units = self._units(grade, column, value)
        with_cases = [(w, c, y, h) for h, theirs in units.items() for w, c, y in theirs if c]
        whole = sum(w * c for w, c, _, _ in with_cases)
        if not whole:
            return None
        p = sum(w * y for w, _, y, _ in with_cases) / whole
        v = sum(self._spread(h, theirs, p) for h, theirs in units.items()) / whole**2
        kish = whole**2 / sum((w * c) ** 2 for w, c, _, _ in with_cases)
        listed = self.listed[(column, value) if column else ("all", "(all)")]
        size = self._size(p, v, kish, with_cases)
        every = listed == len(with_cases)
        return {
            "practitioners": len(with_cases),
            "estimate": round(p, 6),
            "variance": round(v, 8),
            "effective": round(min(size, 1e9), 4),
            "equal": max(1, int(kish + 1e-9)),
            "wilson_fpc": [round(p, 4)] * 2 if every else [round(x, 4) for x in _wilson(p, size)],
        }

    def _units(self, grade: str, column: str, value: str) -> dict[str, list[tuple[float, int, int]]]:
        people: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        for case in self.cases:
            counts = people[self.group_of(case), case["practitioner"]]
            if not column or case[column] == value:
                counts[0] += 1
                counts[1] += case["final_grade"] == grade
        found: dict[str, list[tuple[float, int, int]]] = defaultdict(list)
        for (h, _), (c, y) in people.items():
            if c or self.unequal:
                found[h].append((self._weight(h), c, y))
        return found

    def _weight(self, h: str) -> float:
        # A weight is written with six places; the two whole numbers have all of them.
        found: float = self.groups[h]["practitioners"] / self.groups[h]["audited"] if self.unequal else 1.0
        return found

    def _factor(self, h: str) -> float:
        group = self.groups[h]
        s = group["audited"] / group["practitioners"]
        return 1 - s * (1 - group["drawn_of_several"] / group["drawn"]) if s < 1 else 0.0

    def _spread(self, h: str, units: Sequence[tuple[float, int, int]], p: float) -> float:
        rests = [w * (y - p * c) for w, c, y in units]
        n, mean = len(rests), sum(rests) / len(rests)
        return self._factor(h) * n / max(1, n - 1) * sum((e - mean) ** 2 for e in rests)

    def _size(self, p: float, v: float, kish: float, units: Sequence[tuple[float, int, int, str]]) -> float:
        factor = sum(self._factor(h) for *_, h in units) / len(units)
        if not factor:
            return len(units) * 1e9
        if v <= 0 or not 0 < p < 1:
            return (kish if self.unequal else len(units)) / factor
        return min(p * (1 - p) / v, sum(c for _, c, _, _ in units) / factor)


def _wilson(p: float, n: float, z: float = 1.959963984540054) -> tuple[float, float]:
    middle, half = p + z * z / (2 * n), z * (p * (1 - p) / n + z * z / (4 * n * n)) ** 0.5
    return max(0.0, (middle - half) / (1 + z * z / n)), min(1.0, (middle + half) / (1 + z * z / n))
