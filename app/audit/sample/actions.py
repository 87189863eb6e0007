"""From a file to a sample: the audit's framework meets the sampling room."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import add_areas, attach_frame, columns_of, keep_sample
from app.audit.models import Audit
from app.audit.queries import service_areas
from app.audit.rules import fraction_of
from app.db import lock
from app.errors import Conflict
from app.people.rules import Viewer
from app.sampling import queries
from app.sampling.actions import Change, changes, draw_sample, keep_frame
from app.sampling.columns import Allowed
from app.sampling.draw import Configuration, Draw, Margin, configuration_of, planned
from app.sampling.models import Frame, SampleDraw
from app.sampling.population import Stratum, population_of
from app.sampling.reading import FrameReading
from app.sampling.receipt import Seed


def allowed_in(session: Session, audit: Audit) -> Allowed:
    """Return what an audit's framework allows in its list of filings."""
    return Allowed(
        areas=tuple(a.code for a in service_areas(session)), law_types=tuple(audit.law_types), bands=tuple(audit.bands),
        window=(audit.window_from, audit.window_to),
    )  # fmt: skip


def import_frame(session: Session, audit: Audit, reading: FrameReading, *, file_name: str, by: int | None) -> Frame:
    """Keep a clean frame as the audit's, and add the areas that it brought; until it is locked another can take its place."""
    if reading.problems:
        raise Conflict("The file has problems, so nothing was imported.")
    add_areas(session, reading.new_areas, by=by)
    frame = keep_frame(session, reading, file_name=file_name, by=by)
    attach_frame(session, audit, frame, by=by)
    return frame


def changes_against(session: Session, audit: Audit, reading: FrameReading) -> Sequence[Change] | None:
    """Return how a file differs from the audit's present list, or None where it has none."""
    frame = queries.frame(session, audit.frame_id)
    return None if frame is None else changes(queries.filings(session, frame), reading.filings())


def draw_configuration(audit: Audit, frame: Frame) -> Configuration:
    """Return the draw's configuration: the framework's rules and the codes that the frame holds."""
    fraction = fraction_of(audit.fraction)
    assert fraction is not None  # noqa: S101 - checked when the audit was commissioned
    return configuration_of(
        frame.summary["service_area"], audit.law_types, audit.bands, frame.summary["employment"],
        (audit.window_from.isoformat(), audit.window_to.isoformat()), fraction=fraction, law_rule=audit.law_rule,
    )  # fmt: skip


def plan_of(audit: Audit, frame: Frame) -> Sequence[Margin]:
    """Return what the draw is expected to bring in every margin; it depends on the list alone, never on the seed."""
    return planned(queries.strata(frame, audit.law_rule), draw_configuration(audit, frame))


def draw_for(session: Session, audit: Audit, *, seed: Seed, by: Viewer) -> SampleDraw:
    """Draw the audit's sample, once; raises Conflict where there is no locked frame or a draw was made."""
    lock(session, Audit, audit.id)
    frame = queries.frame(session, audit.frame_id)
    if frame is None:
        raise Conflict("The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page.")
    if audit.draw_id is not None:
        raise Conflict(
            "The sample has been drawn already. A draw is never repeated, so that nobody can draw until they like the result. "
            "A case that cannot be audited is replaced by the rule, and a case can be added by hand; if the list itself was wrong, "
            "the director withdraws the audit, with the reason, and commissions it anew."
        )
    kept, result = draw_sample(session, frame, draw_configuration(audit, frame), seed=seed, by=by.id)
    known = {"frame_imported_by": frame.imported_by, "frame_locked": True}
    keep_sample(session, audit, kept, _cases(result), by=by, known=known)
    return kept


def _cases(result: Draw) -> list[Mapping[str, Any]]:
    return [{**columns_of(d.filing), "ticket": d.ticket.hex()} for d in result.drawn]


def group_sizes(session: Session, audit: Audit, frame: Frame, drawn: SampleDraw) -> dict[str, tuple[int, int]]:
    """Return, for each practitioner of a frame, how many of their stratum were drawn, and of how many."""
    configuration = draw_configuration(audit, frame)
    sizes = {Stratum(g["area"], g["band"], g["employment"], tuple(g["law_types"])): (sum(g["n"].values()), g["N"]) for g in drawn.receipt["groups"]}
    strata = configuration.strata(population_of(queries.filings(session, frame)))
    return {member: sizes[stratum] for stratum, members in strata.items() if stratum in sizes for member in members}
