"""A file with other headings than ours: known from before, or recognised; the draft stays beside it."""

import json
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from app.mapping.kinds import Kind
from app.mapping.profile import Profile, heading_key, profile_of
from app.sampling.columns import Allowed
from app.sampling.mapping.applying import read_mapped
from app.sampling.mapping.draft import Draft, draft_as_json, draft_from_json, drafted
from app.sampling.mapping.kind import filings_kind
from app.sampling.mapping.survey import Survey, survey
from app.sampling.reading import FrameReading
from app.tables.text import Laid

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class ByMapping:
    """How a file is mapped: under which names areas and law types are known, and what is decided already.

    `known` are the mappings that were kept, the newest first. `draft` is what a person decided so far; `columns` and
    `laid` are given where the file has to be looked at anew by them.
    """

    area_names: Mapping[str, str] = field(default_factory=dict)
    law_names: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    known: Sequence[Mapping[str, Any]] = ()
    draft: Mapping[str, Any] | None = None
    columns: Mapping[str, str] | None = None
    laid: Mapping[str, Any] | None = None
    # Whether a file in our own columns is read without a mapping.
    plain_first: bool = True

    def kind(self, allowed: Allowed) -> Kind:
        """Return the fields of a filing under their names."""
        return filings_kind(allowed, area_names=self.area_names, law_names=self.law_names)


def lacks_columns(reading: FrameReading) -> bool:
    """Say whether a file was read as a table but has other headings than ours."""
    return any(problem.code == "E-COLUMN" for problem in reading.problems)


def map_here(
    path: Path,
    profile: Profile,
    allowed: Allowed,
    *,
    kind: Kind | None = None,
    draft: Draft | None = None,
    largest: int | None = None,
    progress: Progress | None = None,
    to_draw: int = 0,
) -> FrameReading:
    """Read an export by a mapping in this process; `progress` is told the rows read and the share of the file."""
    with path.open("rb") as file:
        size = max(1, path.stat().st_size)

        def told(rows: int) -> None:
            if progress is not None:
                progress(rows, min(99, 100 * os.lseek(file.fileno(), 0, os.SEEK_CUR) // size))

        asked = draft.asked if draft else ()
        of = kind or filings_kind(allowed)
        return read_mapped(file, profile, of, allowed, asked=asked, largest=largest, progress=told, to_draw=to_draw)


def map_export(
    folder: Path, by: ByMapping, allowed: Allowed, *, largest: int | None, progress: Progress
) -> FrameReading | None:
    """Read an export by its draft, by a mapping that is known, or by what is recognised; None where it is no table.

    The draft and what the file holds are left beside it.
    """
    path, kind = folder / "file", by.kind(allowed)

    def read(draft: Draft) -> FrameReading:
        _write(folder / "draft.json", draft_as_json(draft))
        return map_here(path, draft.profile, allowed, kind=kind, draft=draft, largest=largest, progress=progress)

    if by.draft is not None and by.columns is None and by.laid is None:
        return read(draft_from_json(by.draft, kind))
    before = draft_from_json(by.draft, kind) if by.draft is not None else None
    with path.open("rb") as file:
        laid = Laid(**by.laid) if by.laid else before.profile.laid if before else None
        found = survey(file, kind, laid=laid, columns=by.columns, largest=largest)
    if not found.rows or len(found.headings) < 2:  # noqa: PLR2004 - a list of one column is none
        return None
    _write(folder / "survey.json", found.as_json())
    known = None if before else next((p for p in _known(by, kind) if _fits(p, found)), None)
    if known is not None:
        reading = read(Draft(known))
        if not reading.total_problems:
            return reading
        found = replace(found, columns=known.columns)
        with path.open("rb") as file:
            found = survey(file, kind, laid=known.laid, columns=known.columns, largest=largest)
        _write(folder / "survey.json", found.as_json())
        return read(_as_before(drafted(found, kind, known.name, known), known))
    draft = drafted(found, kind, before.profile.name if before else by.name, before.profile if before else None)
    if by.laid:
        draft = replace(draft, profile=replace(draft.profile, file={k: v for k, v in by.laid.items() if v}))
    return read(draft)


def _as_before(draft: Draft, known: Profile) -> Draft:
    """Return a draft that reads days and layout as a known mapping does."""
    same = {name: getattr(known, name) for name in ("dates", "short_years", "numbers", "file", "absent")}
    return replace(draft, profile=replace(draft.profile, **same), asked=())


def _known(by: ByMapping, kind: Kind) -> list[Profile]:
    return [profile_of(body, kind) for body in by.known]


def _fits(profile: Profile, found: Survey) -> bool:
    """Say whether a file has every heading that a mapping names."""
    there = {heading_key(heading) for heading in found.headings}
    return all(heading_key(heading) in there for heading in profile.columns.values())


def survey_of(folder: Path) -> Survey | None:
    """Return what was found in the file of a folder, or None where it was not mapped."""
    path = folder / "survey.json"
    return Survey.from_json(json.loads(path.read_text(encoding="utf-8"))) if path.is_file() else None


def draft_of(folder: Path, kind: Kind) -> Draft | None:
    """Return the draft of a mapping of the file of a folder, or None where it has none."""
    path = folder / "draft.json"
    return draft_from_json(json.loads(path.read_text(encoding="utf-8")), kind) if path.is_file() else None


def _write(path: Path, kept: Mapping[str, Any]) -> None:
    path.write_text(json.dumps(kept, ensure_ascii=False), encoding="utf-8")
