"""Reads frames and draws; whoever may see the audit that they belong to has been checked by the caller's room."""

from collections.abc import Iterator, Sequence

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.asking import asked_once
from app.events import Row
from app.sampling.lines import lines_of, unpacked
from app.sampling.log import draw_row, filings_row, frame_row
from app.sampling.models import Frame, FramePart, SampleDraw
from app.sampling.population import Filing, FrameHash, Stratum


@asked_once
def frame(session: Session, frame_id: int | None) -> Frame | None:
    """Return a frame by its id."""
    return session.get(Frame, frame_id) if frame_id else None


# The database takes it out of the summary, which is a hundred times as long.
_AREAS = select(Frame.summary["service_area"]).where(Frame.id == bindparam("frame"))


@asked_once
def areas_of(session: Session, frame_id: int | None) -> Sequence[str]:
    """Return the codes of the areas that a frame has filings of; none where there is no frame."""
    found = session.scalar(_AREAS, {"frame": frame_id}) if frame_id else None
    return tuple(found or ())


@asked_once
def sample_draw(session: Session, draw_id: int | None) -> SampleDraw | None:
    """Return a draw by its id."""
    return session.get(SampleDraw, draw_id) if draw_id else None


def parts(session: Session, of: Frame) -> Iterator[bytes]:
    """Yield the parts of a frame, one in memory at a time."""
    numbers = session.scalars(
        select(FramePart.number).where(FramePart.frame_id == of.id).order_by(FramePart.number)
    ).all()
    for number in numbers:
        yield session.scalars(
            select(FramePart.filings).where(FramePart.frame_id == of.id, FramePart.number == number)
        ).one()


def frames(session: Session) -> Sequence[Frame]:
    """Return every frame that was kept."""
    return session.scalars(select(Frame).order_by(Frame.id)).all()


def frame_rows(session: Session, of: Frame) -> list[Row]:
    """Return a frame as the event of its import keeps it."""
    return [frame_row(of), filings_row(of, parts(session, of))]


def stored_hash(session: Session, of: Frame) -> str:
    """Return the hash of the filings that are stored for a frame; raises ValueError where they cannot be read."""
    digest = FrameHash()
    for part in parts(session, of):
        digest.add([line[: line.rindex("\t")] for line in lines_of(part)])
    return digest.hex


def filings(session: Session, of: Frame) -> Iterator[Filing]:
    """Yield every filing of a frame, in the order of the canonical frame."""
    return unpacked(parts(session, of))


def filings_of_area(session: Session, of: Frame, area: str) -> list[Filing]:
    """Return the filings of one service area of a frame."""
    return [f for f in filings(session, of) if f.service_area == area]


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    for kept in frames(session):
        yield from frame_rows(session, kept)
    yield from map(draw_row, session.scalars(select(SampleDraw).order_by(SampleDraw.id)))


def strata(of: Frame, law_rule: str) -> dict[Stratum, int]:
    """Return how many practitioners of a frame are in each stratum."""
    return {
        Stratum(area, band, employment, tuple(laws)): size
        for (area, band, employment, laws), size in of.summary["strata"][law_rule]
    }
