"""Keeping a frame, locking it and drawing from it, in the caller's transaction."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import insert
from sqlalchemy.orm import Session

from app.clock import clock
from app.errors import Conflict
from app.sampling import queries
from app.sampling.draw import Configuration, Draw, draw
from app.sampling.models import Frame, FramePart, SampleDraw
from app.sampling.population import Filing, FrameHash, population_of
from app.sampling.reading import FrameReading
from app.sampling.receipt import Locked, Seed, receipt

EXAMPLES = 5


def _summary(of: FrameReading) -> dict[str, Any]:
    strata = {rule: [[list(stratum), size] for stratum, size in strata] for rule, strata in of.strata.items()}
    return {
        **{name: dict(counts) for name, counts in of.counts.items()},
        "accepted_warnings": [w.kind for w in of.warnings],
        "strata": strata,
        "set_aside": dict(of.set_aside),
        **({"left_out": dict(of.left_out)} if of.left_out else {}),
    }


def keep_frame(
    session: Session,
    reading: FrameReading,
    *,
    file_name: str,
    by: int | None,
    source: Mapping[str, Any] | None = None,
) -> Frame:
    """Store a frame that was read without problems; the warnings in it were accepted by whoever keeps it.

    `source` says of which file a mapping made it.
    """
    frame = Frame(
        sha256=reading.sha256,
        file_name=file_name[:200],
        rows=reading.rows,
        practitioners=reading.practitioners,
        summary=_summary(reading) | ({} if source is None else {"source": dict(source)}),
        imported_at=clock.now(),
        imported_by=by,
    )
    session.add(frame)
    session.flush()
    for number, part in enumerate(reading.parts):
        session.execute(insert(FramePart).values(frame_id=frame.id, number=number, filings=part))
    return frame


def lock_frame(session: Session, frame: Frame, *, by: int | None) -> None:
    """Lock a frame: its hash is fixed, and a seed may be made. The caller holds the audit that it belongs to."""
    if frame.locked_at is not None:
        raise Conflict("The list is locked already.")
    frame.locked_at, frame.locked_by = clock.now(), by
    session.flush()


@dataclass(frozen=True, slots=True)
class Drawing:
    """A draw that is still to be kept, with its receipt."""

    seed: Seed
    result: Draw
    receipt: dict[str, Any]


def drawing_from(
    session: Session,
    frame: Frame,
    configuration: Configuration,
    *,
    seed: Seed,
    said: Mapping[str, Any] | None = None,
) -> Drawing:
    """Draw from a locked frame; raises Conflict if it is not what was locked, or gives nobody.

    `said` is what the receipt says was wanted, where that was something else than a fraction.
    """
    if frame.locked_at is None:
        raise Conflict("The list has not been locked yet. Lock it first, so that its hash is there before the seed.")
    population = population_of(_as_locked(session, frame), configuration.cases_per_practitioner)
    result = draw(population, seed=seed.text, configuration=configuration)
    of, size = frame.summary, (frame.rows, frame.practitioners)
    at = frame.locked_at.isoformat()
    locked = Locked(frame.sha256, *size, of["set_aside"], at, of["accepted_warnings"], of.get("source"))
    return Drawing(seed, result, receipt(result, frame=locked, seed=seed, configuration=configuration, wanted=said))


def keep_draw(session: Session, frame: Frame, made: Drawing, *, by: int | None) -> SampleDraw:
    """Keep a draw with its receipt."""
    kept = SampleDraw(
        frame_id=frame.id,
        seed=made.seed.text,
        selection_sha256=made.result.selection_sha256,
        drawn=made.result.practitioners,
        receipt=made.receipt,
        drawn_at=clock.now(),
        drawn_by=by or None,
    )
    session.add(kept)
    session.flush()
    return kept


NOT_AS_LOCKED = (
    "The list that is stored is not the list that was locked: its hash has changed. Nothing was drawn. "
    "Tell your administrator, who can compare with the event log and a backup."
)


def _as_locked(session: Session, frame: Frame) -> Iterator[Filing]:
    """Yield the filings of a frame; at the end, refuse them where they are not those that were locked."""
    digest = FrameHash()
    batch: list[str] = []
    for filing in queries.filings(session, frame):
        batch.append("\t".join(filing[:7]))
        if len(batch) == 10_000:  # noqa: PLR2004 - some at a time
            digest.add(batch)
            batch = []
        yield filing
    digest.add(batch)
    if digest.hex != frame.sha256:
        raise Conflict(NOT_AS_LOCKED)


@dataclass(frozen=True, slots=True)
class Change:
    """One kind of difference between two frames: how often, and for instance."""

    sentence: str
    count: int
    examples: Sequence[str]


def changes(before: Iterable[Filing], after: Iterable[Filing]) -> list[Change]:
    """Return how a second frame differs from the first: filings, practitioners, and what is said of a practitioner."""
    old, new = _Sides(before), _Sides(after)
    both = old.people.keys() & new.people.keys()
    found = [
        ("filings are new", sorted(new.filings - old.filings)),
        ("filings are gone", sorted(old.filings - new.filings)),
        ("practitioners are new", sorted(new.people.keys() - old.people.keys())),
        ("practitioners are gone", sorted(old.people.keys() - new.people.keys())),
    ]
    for at, noun in enumerate(("service area", "performance band", "kind of employment")):
        other = sorted(k for k in both if old.people[k][at] != new.people[k][at])
        found.append((f"practitioners have another {noun}", other))
    return [Change(sentence, len(items), items[:EXAMPLES]) for sentence, items in found if items]


class _Sides:
    """A frame as it is compared: its filings by reference, practitioner, law type and day, and its practitioners."""

    def __init__(self, filings: Iterable[Filing]) -> None:
        self.filings: set[str] = set()
        self.people: dict[str, tuple[str, str, str]] = {}
        for f in filings:
            self.filings.add(f"{f.case_ref} ({f.practitioner_id}, {f.law_type}, {f.filed_on})")
            self.people[f.practitioner_id] = (f.service_area, f.performance_band, f.employment)
