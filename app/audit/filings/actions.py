"""The list of filings: brought in, and locked."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.areas.actions import NewArea, add_areas
from app.audit.enums import AuditState
from app.audit.log import audit_row
from app.audit.models import Audit
from app.audit.queries import service_areas
from app.audit.shapes.shape import audited_lately, missing_band_of, practitioners_in, shape_of
from app.clock import moment
from app.db import lock
from app.errors import Conflict
from app.events import record
from app.mapping.actions import save_mapping
from app.mapping.profile import Profile
from app.people.queries import kinds_now
from app.sampling import queries
from app.sampling.actions import Change, changes, keep_frame, lock_frame
from app.sampling.columns import Allowed
from app.sampling.log import frame_row
from app.sampling.models import Frame
from app.sampling.reading import FrameReading
from app.sampling.shapes.wanted import faults

NOT_AGREED = (
    "The framework has not been agreed yet. An assistant director agrees it; then the list of filings can be imported."
)


def may_import_frame(audit: Audit, frame: Frame | None) -> str | None:
    """Return why the list of filings cannot be imported now, or None; `frame` is the audit's list, if it has one."""
    if audit.state is AuditState.FRAMEWORK_AGREED and frame is not None and frame.locked_at is not None:
        return (
            f"The list of filings was locked on {moment(frame.locked_at)}. A seed may have been made since, so the "
            "list can no longer change."
        )
    if audit.state is AuditState.FRAMEWORK_AGREED:
        return None
    if audit.state in {AuditState.DRAFT, AuditState.COMMISSIONED}:
        return NOT_AGREED
    return "The sample has been drawn from the list of filings, so the list is locked. A draw is never repeated."


def attach_frame(session: Session, audit: Audit, frame: Frame, *, by: int | None) -> None:
    """Make a stored frame the audit's; raises Conflict once the audit's list is locked."""
    lock(session, Audit, audit.id)
    refusal = may_import_frame(audit, session.get(Frame, audit.frame_id) if audit.frame_id else None)
    if refusal:
        raise Conflict(refusal)
    audit.frame_id = frame.id
    size = {"rows": frame.rows, "practitioners": frame.practitioners}
    details = {"sha256": frame.sha256, **size, "file": frame.file_name}
    rows = [audit_row(audit), *queries.frame_rows(session, frame)]
    record(session, "frame_imported", by=by, subject=subject_of(audit), details=details, rows=rows)


def lock_list(session: Session, audit: Audit, *, by: int | None) -> Frame:
    """Lock an audit's list of filings: its hash goes into the event log, and a seed can be made.

    Raises Conflict where there is none.
    """
    lock(session, Audit, audit.id)
    frame = lock(session, Frame, audit.frame_id) if audit.frame_id else None
    if frame is None:
        raise Conflict("The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page.")
    refuse_misfits(audit, practitioners_in(frame))
    lock_frame(session, frame, by=by)
    details = {"sha256": frame.sha256, "rows": frame.rows, "practitioners": frame.practitioners}
    record(session, "frame_locked", by=by, subject=subject_of(audit), details=details, rows=[frame_row(frame)])
    return frame


def allowed_in(session: Session, audit: Audit) -> Allowed:
    """Return what an audit's framework allows in its list of filings."""
    shape = shape_of(audit)
    return Allowed(
        areas=tuple(a.code for a in service_areas(session)),
        law_types=tuple(audit.law_types),
        bands=tuple(audit.bands),
        window=(audit.window_from, audit.window_to),
        missing_band=missing_band_of(audit),
        everybody=shape.everybody,
        only_areas=shape.only,
        without=audited_lately(session, audit),
        documents=shape.documents,
        kinds=kinds_now(session),
    )


def misfits(audit: Audit, practitioners: Mapping[str, int]) -> Sequence[str]:
    """Return why a list with so many practitioners in each area cannot give what the framework wants."""
    return list(faults(shape_of(audit), practitioners))


CHANGED_SINCE = (
    "The audit’s framework or the service areas have changed since the file was checked, so nothing was imported. Have "
    "the file checked again."
)


def refuse_misfits(audit: Audit, practitioners: Mapping[str, int]) -> None:
    """Raise Conflict where a list cannot give what the framework wants."""
    wrong = misfits(audit, practitioners)
    if wrong:
        raise Conflict(wrong[0])


def import_frame(
    session: Session,
    audit: Audit,
    reading: FrameReading,
    *,
    file_name: str,
    by: int | None,
    profile: Profile | None = None,
) -> Frame:
    """Keep a clean frame as the audit’s, and add the areas that it brought.

    The mapping by which an export was read is kept with it, for the next time and for whoever reads the file again.

    Raises Conflict where it was checked by something else than what the audit allows now. Until the list is locked
    another can take its place.
    """
    lock(session, Audit, audit.id)
    if reading.allowed != allowed_in(session, audit):
        raise Conflict(CHANGED_SINCE)
    if reading.problems:
        raise Conflict("The file has problems, so nothing was imported.")
    refuse_misfits(audit, reading.counts["service_area"])
    names = reading.mapped.areas if reading.mapped else {}
    new = [NewArea(code, names.get(code, "")) for code in reading.new_areas]
    add_areas(session, new, by=by, as_they_stand=True)
    source = None
    if reading.mapped is not None and profile is not None:
        mapped = replace(reading.mapped, name=profile.name, sha256=profile.sha256)
        source = mapped.source(save_mapping(session, profile, by=by).number)
    frame = keep_frame(session, reading, file_name=file_name, by=by, source=source)
    attach_frame(session, audit, frame, by=by)
    return frame


def changes_against(session: Session, audit: Audit, reading: FrameReading) -> Sequence[Change] | None:
    """Return how a file differs from the audit's present list, or None where it has none."""
    frame = queries.frame(session, audit.frame_id)
    return None if frame is None else changes(queries.filings(session, frame), reading.filings())
