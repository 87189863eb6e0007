"""Makes an edition of a dataset, and keeps that somebody took it."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random, SystemRandom
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.models import Audit
from app.errors import Conflict
from app.events import record
from app.report import queries
from app.report.dataset.codebook import COARSE, OTHER_AREA, Table, tables_of
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.queries import Found, Row, case_rows, rows_of, stratum
from app.report.dataset.rules import ALIKE, TELLING, Coarsened, by_lot, coarsened, unnamed_areas

# The tables whose rows are no cases.
OF_THE_LIST = ("strata", "design")
TOO_FEW = (
    f"The research edition needs the cases of at least {ALIKE} practitioners, so that none stands out. Take the "
    "internal edition, for those who answer for the figures."
)


@dataclass(frozen=True, slots=True)
class Dataset:
    """An edition of the dataset of an audit: its tables with their rows; of the research edition what was hidden."""

    ref: str
    name: str
    edition: DatasetEdition
    figures_sha256: str
    document: str
    tables: Sequence[Table]
    rows: Mapping[str, Sequence[Row]]
    hidden: Coarsened | None = None


def coarse_cases(cases: Sequence[Row]) -> Coarsened:
    """Return cases as the research edition tells them apart; raises Conflict where there are too few people."""
    made = coarsened([{c: row[c] for c in TELLING} for row in cases], [row["practitioner"] for row in cases])
    if made is None:
        raise Conflict(TOO_FEW)
    return made


def dataset_of(session: Session, of: Audit, edition: DatasetEdition, chance: Random | None = None) -> Dataset:
    """Make an edition of the dataset of a finalised audit; raises Conflict before that."""
    frozen = queries.publication(session, of)
    if frozen is None:
        raise Conflict(f"{of.ref} has not been finalised, so it has no dataset yet.")
    found = rows_of(session, of)
    hidden = coarse_cases(found.rows["cases"]) if edition is DatasetEdition.RESEARCH else None
    rows = _for_research(found, hidden) if hidden else _weighed(found.rows)
    return Dataset(
        ref=of.ref,
        name=of.name,
        edition=edition,
        figures_sha256=frozen.sha256,
        document=of.threshold.name,
        tables=tables_of(found.lists, edition),
        rows=_numbered(rows, chance or SystemRandom()),
        hidden=hidden,
    )


def take(session: Session, of: Audit, edition: DatasetEdition, files: Mapping[str, bytes], *, by: int | None) -> None:
    """Keep that somebody took an edition, with the hash of the package that names the hash of every file."""
    frozen = queries.publication(session, of)
    details = {
        "edition": edition.value,
        "package_sha256": hashlib.sha256(files["datapackage.json"]).hexdigest(),
        "figures_sha256": frozen.sha256 if frozen else "",
    }
    record(session, "dataset_taken", by=by, subject=subject_of(of), details=details)


def _weighed(rows: Mapping[str, Sequence[Row]]) -> dict[str, Sequence[Row]]:
    """Give each case the weight of its practitioner."""
    of_stratum = {(s["by"], s["value"]): s["weight"] for s in rows["strata"]}
    both = any(by == "area_employment" for by, _ in of_stratum)

    def weight(row: Row) -> float | None:
        key = ("area_employment", f"{row['area']} / {row['employment']}") if both else ("area", row["area"])
        return of_stratum.get(key)

    return {**rows, "cases": [row | {"weight": weight(row)} for row in rows["cases"]]}


def _for_research(found: Found, hidden: Coarsened) -> dict[str, Sequence[Row]]:
    """Return the rows without what could tell somebody apart.

    Where the law type of a case is coarsened, what is asked of some law types only would give it away.
    """
    weighed = _weighed(found.rows)
    cases = [_hidden(row, told) for row, told in zip(weighed["cases"], hidden.records, strict=True)]
    of_any_law = {row["case"] for row in cases if row["law_type"] == COARSE}
    rows = {**weighed, "cases": cases, "strata": _named_strata(weighed["strata"], found.rows["cases"])}
    for name, column in (("judgements", "standard"), ("facts", "fact"), ("themes", "theme")):
        everywhere = found.everywhere[name]
        rows[name] = [r for r in rows[name] if r["case"] not in of_any_law or r[column] in everywhere]
    return rows


def _hidden(row: Row, told: Mapping[str, str]) -> Row:
    made: Row = {**row, **told}
    if COARSE in (told["area"], told["employment"]) or told["area"] == OTHER_AREA:
        made["weight"] = None
    if told["law_type"] == COARSE:
        made |= {"children_seen": "", "not_seen_reason": ""}
    return made


def _named_strata(rows: Sequence[Row], cases: Sequence[Row]) -> list[Row]:
    """Return the margins with the areas that are not named in one row; those of areas by employment fall."""
    counts: dict[str, int] = {}
    for row in cases:
        counts[row["area"]] = counts.get(row["area"], 0) + 1
    of_areas = [r for r in rows if r["by"] == "area"]
    unnamed = unnamed_areas({r["value"]: counts.get(r["value"], 0) for r in of_areas})
    kept = [r for r in rows if r["by"] not in {"area", "area_employment"}]
    named = [r for r in of_areas if r["value"] not in unnamed]
    return kept + named + _together([r for r in of_areas if r["value"] in unnamed])


def _together(rows: Sequence[Row]) -> list[Row]:
    if not rows:
        return []
    known = [r["practitioners"] for r in rows if r["practitioners"] is not None]
    return [stratum("area", OTHER_AREA, sum(known) if known else None, sum(r["audited"] for r in rows))]


def _numbered(rows: Mapping[str, Sequence[Row]], chance: Random) -> dict[str, Sequence[Row]]:
    """Give cases and auditors numbers by lot; rows stand in the order of these numbers, which says nothing."""
    cases = by_lot((row["case"] for row in rows["cases"]), chance)
    auditors = by_lot((row["auditor"] for row in rows["cases"] if row.get("auditor")), chance)
    made: dict[str, Sequence[Row]] = {}
    for name, some in rows.items():
        numbered = [_with_lots(row, cases, auditors) for row in some]
        made[name] = numbered if name in OF_THE_LIST else sorted(numbered, key=lambda row: row["case"])
    return made


def _with_lots(row: Row, cases: Mapping[int, int], auditors: Mapping[Any, int]) -> Row:
    lots: Row = {"case": cases[row["case"]]} if "case" in row else {}
    return row | lots | ({"auditor": auditors.get(row["auditor"])} if "auditor" in row else {})


def hidden_now(session: Session, of: Audit) -> Coarsened | None:
    """Return what the research edition would hide; None where there are too few people for one."""
    try:
        return coarse_cases(case_rows(session, of))
    except Conflict:
        return None
