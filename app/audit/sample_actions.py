"""From an audit's frame to its sample: what the framework says, put to the sampling room."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any, BinaryIO

from sqlalchemy.orm import Session

from app.audit.actions import add_areas, attach_frame, keep_sample
from app.audit.models import Audit
from app.audit.queries import service_areas
from app.audit.rules import fraction_of
from app.errors import Conflict
from app.people.rules import Viewer
from app.sampling import queries
from app.sampling.actions import draw_sample, keep_frame
from app.sampling.draw import Configuration, Draw, Filing
from app.sampling.models import Frame, SampleDraw
from app.sampling.reading import Allowed, FrameReading, read_frame


def read_frame_for(session: Session, audit: Audit, file: BinaryIO) -> FrameReading:
    """Read a frame file against what the audit's framework allows; nothing is stored."""
    allowed = Allowed(
        areas=tuple(a.code for a in service_areas(session)), law_types=tuple(audit.law_types), bands=tuple(audit.bands),
        window=(audit.window_from, audit.window_to),
    )  # fmt: skip
    return read_frame(file, allowed)


def import_frame(session: Session, audit: Audit, reading: FrameReading, *, file_name: str, by: int | None) -> Frame:
    """Keep a clean frame as the audit's, and add the areas that it brought."""
    if reading.problems:
        raise Conflict("The file has problems, so nothing was imported.")
    add_areas(session, reading.new_areas, by=by)
    frame = keep_frame(session, reading.filings, file_name=file_name, by=by, accepted=[w.kind for w in reading.warnings])
    attach_frame(session, audit, frame, by=by)
    return frame


def configuration_of(audit: Audit, filings: Sequence[Filing]) -> Configuration:
    """Return the draw's configuration: the framework's rules and the codes that the frame holds."""
    fraction = fraction_of(audit.fraction)
    assert fraction is not None  # noqa: S101 - checked when the audit was commissioned
    return Configuration(
        fraction=fraction, law_rule=audit.law_rule, law_types=tuple(sorted(audit.law_types)), bands=tuple(sorted(audit.bands)),
        areas=tuple(sorted({f.service_area for f in filings})), employment=tuple(sorted({f.employment for f in filings})),
        window=(audit.window_from.isoformat(), audit.window_to.isoformat()),
    )  # fmt: skip


def draw_for(session: Session, audit: Audit, *, seed: str, by: Viewer) -> SampleDraw:
    """Draw the audit's sample, once; raises Conflict where there is no frame or a draw was made."""
    frame = queries.frame(session, audit.frame_id)
    if frame is None:
        raise Conflict("The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page.")
    if audit.draw_id is not None:
        raise Conflict("The sample has been drawn already. A draw is never repeated, so that nobody can draw until they like the result.")
    configuration = configuration_of(audit, queries.filings(session, frame))
    kept, result = draw_sample(session, frame, configuration, seed=seed, by=by.id)
    keep_sample(session, audit, kept, _cases(result), by=by, known={"frame_imported_by": frame.imported_by})
    return kept


def _cases(result: Draw) -> list[Mapping[str, Any]]:
    return [
        {
            "case_ref": d.filing.case_ref, "practitioner_id": d.filing.practitioner_id, "area": d.filing.service_area,
            "law_type": d.filing.law_type, "performance_band": d.filing.performance_band, "employment": d.filing.employment,
            "filed_on": date.fromisoformat(d.filing.filed_on), "document_kind": d.filing.document_kind, "ticket": d.ticket,
        }
        for d in result.drawn
    ]  # fmt: skip
