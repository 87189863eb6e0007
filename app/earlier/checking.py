"""Reads a file of results in a process of its own: in our own columns, or by a mapping. Nothing is stored."""

import json
import logging
import re
import resource
import subprocess
import sys
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import read_document
from app.children import started
from app.earlier.mapping.applying import MappedResults, map_results
from app.earlier.mapping.kind import results_kind
from app.earlier.reading import Result, ResultsReading, read_results
from app.mapping.kinds import Kind
from app.mapping.profile import Profile, heading_key, profile_of
from app.people.kinds import KindsOfWork, kinds_from
from app.sampling.mapping.columns import code_fault
from app.sampling.mapping.draft import Draft, draft_as_json, draft_from_json, drafted
from app.sampling.mapping.result import Mapped, from_json
from app.sampling.mapping.survey import Survey, survey
from app.tables.problems import Group, Known, Problem, Problems
from app.tables.text import LARGEST_FILE, Laid

logger = logging.getLogger("casework_audit")
# Results are cases, not filings: 30 MB are more than a hundred thousand of them.
LARGEST = 30 << 20
MOST_MEMORY, MOST_SECONDS = 2 << 30, 110
PATIENCE = 120
# What a mapping can mend in a file in our own columns: headings, words, and dates that fit two ways.
MENDABLE = frozenset(("E-COLUMN", "E-UNKNOWN", "E-UNKNOWN-GRADE", "E-OUTCOME", "E-DATE", "E-DATE-ORDER"))


@dataclass(frozen=True, slots=True)
class Order:
    """By what a file is read: a document as text, the kinds of work, and the names of areas, by code.

    `known` are the mappings that were kept, the newest first; `draft` is what a person decided so far, `columns` and
    `laid` are given where the file has to be looked at anew.
    """

    document: str
    kinds: Mapping[str, Any]
    areas: Mapping[str, str]
    name: str = ""
    known: Sequence[Mapping[str, Any]] = ()
    draft: Mapping[str, Any] | None = None
    columns: Mapping[str, str] | None = None
    laid: Mapping[str, Any] | None = None
    plain_first: bool = True

    @property
    def of_work(self) -> KindsOfWork:
        """Return the kinds of work."""
        return kinds_from({which: of["all"] for which, of in self.kinds.items()})

    def kind(self, document: ThresholdDocument) -> Kind:
        """Return the fields of a result."""
        return results_kind(document, self.of_work, self.areas)


@dataclass
class Found(ResultsReading):
    """What a file of results holds, and what a mapping made of it."""

    mapped: Mapped | None = None
    draft: Draft | None = None
    survey: Survey | None = None


def read_file(path: Path, order: Order, *, largest: int = LARGEST) -> Found:
    """Read a file of results: in our own columns where it has them, and else by a mapping."""
    document = read_document(order.document)
    if order.plain_first:
        reading = read_plain(path, order)
        if not any(p.code in MENDABLE for p in reading.problems):
            return Found(**vars(reading))
        return _mapped(path, order, document, largest) or Found(**vars(reading))
    found = _mapped(path, order, document, largest)
    return found or read_file(path, replace(order, plain_first=True, known=(), draft=None))


def read_plain(path: Path, order: Order) -> ResultsReading:
    """Read a file in our own columns."""
    with path.open("rb") as file:
        return read_results(file, read_document(order.document), areas=[*order.areas], kinds=order.of_work)


def read_by(path: Path, draft: Draft, kind: Kind, order: Order, *, largest: int | None = LARGEST_FILE) -> Found:
    """Read a file by a mapping; what has to be decided is a problem of the file, too."""
    made = map_results(path, draft.profile, kind, draft.asked, largest=largest)
    for one in made.mapped.opens if not made.problems.total else ():
        wrong = one.why or f"This {kind.field(one.field).noun} is not known."
        made.problems.add("E-DECIDE", wrong, "Decide it in the mapping", column=one.field, value=one.shown)
    return _as_read(made, draft, order)


def _mapped(path: Path, order: Order, document: ThresholdDocument, largest: int) -> Found | None:
    """Read a file by its draft, a mapping that is known, or what is recognised; None where it is no table."""
    kind = order.kind(document)
    before = draft_from_json(order.draft, kind) if order.draft else None
    laid = Laid(**order.laid) if order.laid else before.profile.laid if before else None
    columns = order.columns or (before.profile.columns if before else None)
    with path.open("rb") as file:
        seen = survey(file, kind, laid=laid, columns=columns, largest=largest)
    if not seen.rows or len(seen.headings) < 2:  # noqa: PLR2004 - a list of one column is none
        return None
    if before and order.columns is None and order.laid is None:
        return _read(path, before, kind, seen, order, largest)
    known = None if before else _known(order, kind, seen)
    if known is not None:
        found = _read(path, Draft(known), kind, seen, order, largest)
        if found.mapped and not found.mapped.opens:
            return found
        with path.open("rb") as file:
            seen = survey(file, kind, laid=known.laid, columns=known.columns, largest=largest)
    draft = _first(seen, kind, order, before.profile if before else known)
    if known is not None:
        draft = replace(draft, profile=replace(draft.profile, dates=known.dates, numbers=known.numbers), asked=())
    return _read(path, draft, kind, seen, order, largest)


def _known(order: Order, kind: Kind, seen: Survey) -> Profile | None:
    there = {heading_key(heading) for heading in seen.headings}
    every = (profile_of(body, kind) for body in order.known)
    return next((p for p in every if {heading_key(h) for h in p.columns.values()} <= there), None)


def _first(seen: Survey, kind: Kind, order: Order, before: Profile | None) -> Draft:
    """Return the first mapping of a file; areas that are new keep the name that they had then as their code."""
    draft = drafted(seen, kind, before.name if before else order.name, before)
    if order.laid:
        file = {k: v for k, v in order.laid.items() if v}
        draft = replace(draft, profile=replace(draft.profile, file=file))
    areas = _areas(draft, kind, seen, before.values.get("service_area", {}) if before else {})
    known = kind.field("service_area").codes
    new = {code: draft.new.get(code, code) for code in areas.values() if code and code not in known}
    values = {**draft.profile.values, **({"service_area": areas} if areas else {})}
    return replace(draft, profile=replace(draft.profile, values=values), new=new)


def _areas(draft: Draft, kind: Kind, seen: Survey, decided: Mapping[str, str | None]) -> dict[str, str | None]:
    """Return what areas become: of one that is not known here, its name is its code."""
    areas = dict(draft.profile.values.get("service_area", {}))
    known = {number for pair in kind.field("service_area").codes.items() for word in pair for number in _numbers(word)}
    for key, one in (seen.values.get("service_area") or {}).items():
        is_new = areas.get(key) in draft.new or (key not in areas and _numbers(one.shown) - known)
        if is_new and key not in decided and not code_fault(one.shown):
            areas[key] = one.shown
    return areas


def _numbers(name: str) -> set[str]:
    """Return the numbers in a name: areas 1 and 11 are alike in letters and yet two."""
    return set(re.findall(r"\d+", name))


def _read(path: Path, draft: Draft, kind: Kind, seen: Survey, order: Order, largest: int) -> Found:
    found = read_by(path, draft, kind, order, largest=largest)
    unused = tuple(h for h in seen.headings if h and h not in set(draft.profile.columns.values()))
    return replace(found, survey=seen, unused=unused)


def _as_read(made: MappedResults, draft: Draft, order: Order) -> Found:
    """Return what a file holds whose rows a mapping wrote in our own columns."""
    problems = made.problems
    if not made.mapped.opens and not made.numbers and not problems.total:
        problems.add("E-EMPTY", _nothing_left(made.mapped), "At least one case")
    if problems.total:
        reading = ResultsReading([], problems.in_order(), problems.groups(), problems.total, [])
    else:
        text, document = BytesIO(made.text.encode()), read_document(order.document)
        reading = read_results(text, document, areas=[*order.areas], kinds=order.of_work)
        _as_in_file(reading, made)
    return Found(**vars(reading), mapped=made.mapped, draft=draft)


def _nothing_left(of: Mapped) -> str:
    if not of.left_out:
        return "The file has a header but no rows."
    return f"Nothing is left: all {of.rows:,} rows are left out by the mapping."


def _as_in_file(reading: ResultsReading, made: MappedResults) -> None:
    """Name the rows of problems as they stand in the file, also where some before them were left out."""

    def row(number: int) -> int:
        return made.numbers[number - 1]

    for n, p in enumerate(reading.problems):
        if p.row:
            reading.problems[n] = replace(p, row=row(p.row), line=row(p.row) + made.heading)
    for n, g in enumerate(reading.groups):
        rows = [row(number) for number in g.rows]
        reading.groups[n] = replace(g, rows=rows, lines=[number + made.heading for number in rows])


def check(folder: Path, order: Order) -> None:
    """Have the file in a folder read in a process of its own, and wait until it was."""
    (folder / "results.json").unlink(missing_ok=True)
    (folder / "by.json").write_text(json.dumps(asdict(order), ensure_ascii=False, default=str), encoding="utf-8")
    with (folder / "errors").open("wb") as errors:
        process = started("app.earlier.checking", str(folder), errors=errors)
    try:
        process.wait(PATIENCE)
    except subprocess.TimeoutExpired:
        process.kill()


def order_of(folder: Path) -> Order:
    """Return by what a file was read."""
    return Order(**json.loads((folder / "by.json").read_text(encoding="utf-8")))


BROKE_OFF = "The check was broken off: the file asks for more memory or time than results do."


def outcome(folder: Path) -> Found:
    """Return what a file holds; a check that broke off is a problem of the file."""
    done = folder / "results.json"
    if not done.is_file():
        logger.error("the check of results broke off: %s", (folder / "errors").read_text(errors="replace")[-2000:])
        problems = Problems()
        problems.add("E-READ", BROKE_OFF, "Save it as ‘CSV UTF-8’ without the columns that are not needed")
        return Found([], problems.in_order(), problems.groups(), problems.total, [])
    return _from_json(json.loads(done.read_text(encoding="utf-8")), order_of(folder))


def _as_json(found: Found) -> dict[str, Any]:
    kept = asdict(replace(found, draft=None))
    return {**kept, "draft": found.draft and draft_as_json(found.draft)}


def _from_json(kept: Mapping[str, Any], order: Order) -> Found:
    draft = kept["draft"] and draft_from_json(kept["draft"], order.kind(read_document(order.document)))
    return Found(
        results=[_result(one) for one in kept["results"]],
        problems=[Problem(**p) for p in kept["problems"]],
        groups=[Group(**g) for g in kept["groups"]],
        total_problems=kept["total_problems"],
        warnings=[Known(**{**w, "examples": tuple(w["examples"])}) for w in kept["warnings"]],
        unused=tuple(kept["unused"]),
        mapped=kept["mapped"] and from_json(kept["mapped"]),
        draft=draft,
        survey=kept["survey"] and Survey.from_json(kept["survey"]),
    )


def _result(kept: Mapping[str, Any]) -> Result:
    days = {n: kept[n] and date.fromisoformat(kept[n]) for n in ("filed_on", "audited_on")}
    return Result(**{**kept, **days, "themes": tuple(kept["themes"])})


def main(folder: Path) -> None:
    """Read the file in a folder, and leave there what it holds."""
    resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (MOST_SECONDS, MOST_SECONDS))
    found = _as_json(read_file(folder / "file", order_of(folder)))
    (folder / "results.tmp").write_text(json.dumps(found, ensure_ascii=False, default=str), encoding="utf-8")
    (folder / "results.tmp").rename(folder / "results.json")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
