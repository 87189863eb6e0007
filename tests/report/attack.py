"""An attack on a public edition: from everything that it prints, which hidden counts can only be one number."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from app.report.figures.all_figures import Basis
from app.report.figures.counted_cases import SEEN_STATES

Name = tuple[str, ...]


class Attack:
    """Unknown counts and what is known of their sums, as whole numbers."""

    def __init__(self, edition: Mapping[str, Any], basis: Basis) -> None:
        self.edition, self.basis = edition, basis
        self.codes = [code for code, _ in basis.scale]
        self.names: dict[Name, int] = {}
        self.sums: list[tuple[dict[int, int], float, float]] = []
        # Hidden cells, by where they stand, with the names that they are a sum of.
        self.hidden: dict[Name, Sequence[Name]] = {}
        self._read()

    def _read(self) -> None:
        areas, laws = list(self.edition["service_area"]), list(self.edition["law_type"])
        cells: dict[Name, Name] = {(a, w, g): ("case", a, w, g) for a in areas for w in laws for g in self.codes}
        for area in areas:
            self._table(
                ("service_area", area),
                {g: [cells[area, w, g] for w in laws] for g in self.codes},
                self.edition["service_area"][area],
                "total",
            )
        for law in laws:
            self._table(
                ("law_type", law),
                {g: [cells[a, law, g] for a in areas] for g in self.codes},
                self.edition["law_type"][law],
                "total",
            )
        for code, theirs in self.edition.get("regions", {}).get("areas", {}).items():
            self._table(
                ("region", code),
                {g: [cells[a, w, g] for a in theirs for w in laws] for g in self.codes},
                self.edition["region"][code],
                "total",
            )
        self._table(
            ("overall",),
            {g: [cells[a, w, g] for a in areas for w in laws] for g in self.codes},
            self.edition["overall"],
            "total",
        )
        kinds = list(self.edition["employment"])
        for kind in kinds:
            self._table(
                ("employment", kind),
                {g: [("employment", kind, g)] for g in self.codes},
                self.edition["employment"][kind],
                "total",
            )
        for g in self.codes:
            same: list[tuple[Name, int]] = [(("employment", kind, g), 1) for kind in kinds] + [
                (cells[a, w, g], -1) for a in areas for w in laws
            ]
            self._know(same, 0, 0)
        self._seen(areas, laws, cells)
        self._challenge()

    def _seen(self, areas: list[str], laws: list[str], cells: Mapping[Name, Name]) -> None:
        asked = [w for w in laws if w.lower() in self.basis.seen_asked]
        for area in areas:
            table = self.edition["children_seen"][area]
            parts: dict[str, list[Name]] = {s: [("seen", area, s)] for s in SEEN_STATES}
            self._table(("children_seen", area), parts, table, "private_public")
            of_asked = [(cells[area, w, g], 1) for w in asked for g in self.codes]
            self._know([*of_asked, *((("seen", area, s), -1) for s in SEEN_STATES)], 0, 0)
            others = [cells[area, w, g] for w in laws if w not in asked for g in self.codes]
            self._cell(("children_seen", area, "eit"), others, table["eit"])
        whole: dict[str, list[Name]] = {s: [("seen", a, s) for a in areas] for s in SEEN_STATES}
        self._table(("children_seen_overall",), whole, self.edition["children_seen_overall"], "private_public")

    def _challenge(self) -> None:
        c, lowest = self.edition["challenge"], self.basis.lowest
        names = [key for key in c if key.startswith(("agreed_", "regraded_to_"))]
        self._table(("challenge",), {key: [("challenge", key)] for key in names}, c, "challenged")
        firsts: dict[str, list[Name]] = {g: [("first", g)] for g in self.codes}
        self._table(("overall_first_grade",), firsts, self.edition["overall_first_grade"], "total")
        self._cell(("challenge", f"first_{lowest}"), [("first", lowest)], c[f"first_{lowest}"])

    def _table(self, where: Name, parts: Mapping[str, Sequence[Name]], table: Mapping[str, Any], total: str) -> None:
        base = [(name, 1) for names in parts.values() for name in names]
        if isinstance(table[total], int):
            self._know(base, table[total], table[total])
        for key, names in parts.items():
            self._cell((*where, key), names, table[key]["count"])
            share = table[key]["percent"]
            if isinstance(share, int) and isinstance(
                table[total], int
            ):  # 200 x + n lies from 2 n p to below 2 n (p + 1)
                n = table[total]
                self._know([(name, 200) for name in names], 2 * n * share - n, 2 * n * (share + 1) - n - 1)

    def _cell(self, where: Name, names: Sequence[Name], count: Any) -> None:
        if isinstance(count, int):
            self._know([(name, 1) for name in names], count, count)
        else:
            self.hidden[where] = names

    def _know(self, terms: Sequence[tuple[Name, int]], low: float, high: float) -> None:
        found: dict[int, int] = defaultdict(int)
        for name, factor in terms:
            found[self.names.setdefault(name, len(self.names))] += factor
        self.sums.append((dict(found), low, high))

    def worked_out(self) -> dict[Name, int]:
        """Return the hidden cells that can only be one number.

        A cell that differs between two ways to fill the edition cannot be worked out.
        """
        # Loaded here: it takes a second, which no other test has to wait for.
        from scipy import optimize  # type: ignore[import-untyped,unused-ignore]  # noqa: PLC0415

        for names in self.hidden.values():
            for name in names:
                self.names.setdefault(name, len(self.names))
        matrix = np.zeros((len(self.sums), len(self.names)))
        for i, (terms, _, _) in enumerate(self.sums):
            for j, factor in terms.items():
                matrix[i, j] = factor
        known = optimize.LinearConstraint(matrix, [s[1] for s in self.sums], [s[2] for s in self.sums])
        could_be: dict[Name, set[int]] = defaultdict(set)
        for where, names in self.hidden.items():
            for sign in (1, -1):
                if len(could_be[where]) > 1:
                    break
                aim = np.zeros(len(self.names))
                aim[[self.names[name] for name in names]] = sign
                way = optimize.milp(
                    aim,
                    constraints=known,
                    bounds=optimize.Bounds(0, self.edition["cases"]),
                    integrality=np.ones(len(self.names)),
                )
                assert way.success, where
                for cell, of in self.hidden.items():
                    could_be[cell].add(round(sum(way.x[self.names[name]] for name in of)))
        return {where: values.pop() for where, values in could_be.items() if len(values) == 1}


def worked_out(edition: Mapping[str, Any], basis: Basis) -> dict[Name, int]:
    """Return the hidden cells that can only be one number, with that number."""
    return Attack(edition, basis).worked_out()
