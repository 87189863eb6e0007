"""What an audit's framework and its list make of the draw: its configuration, its plan, and what that means."""

from collections.abc import Collection, Mapping, Sequence

from app.audit.models import Audit
from app.audit.shapes.meaning import MeaningLine, meaning
from app.audit.shapes.shape import missing_band_of, practitioners_in, shape_of
from app.sampling import queries
from app.sampling.draw import Configuration, Margin, balance_of, configuration_of, planned
from app.sampling.models import Frame
from app.sampling.reading import FrameReading
from app.sampling.shapes.wanted import faults, fractions_of


def _configuration(audit: Audit, practitioners: Mapping[str, int], employment: Collection[str]) -> Configuration:
    return configuration_of(
        practitioners,
        audit.law_types,
        audit.bands,
        employment,
        (audit.window_from.isoformat(), audit.window_to.isoformat()),
        **fractions_of(shape_of(audit), practitioners),
        law_rule=audit.law_rule,
        missing_band=missing_band_of(audit),
        balance=balance_of(audit.bands, employment),
    )


def draw_configuration(audit: Audit, frame: Frame) -> Configuration:
    """Return the draw's configuration: the framework's rules and the codes that the frame holds."""
    return _configuration(audit, practitioners_in(frame), frame.summary["employment"])


def plan_of(audit: Audit, frame: Frame) -> Sequence[Margin]:
    """Return what the draw is expected to bring in every margin; it depends on the list alone, never on the seed."""
    return planned(queries.strata(frame, audit.law_rule), draw_configuration(audit, frame))


def meaning_of(audit: Audit, frame: Frame) -> Sequence[MeaningLine]:
    """Return what the audit's shape means on its list, in whole numbers."""
    if not practitioners_in(frame) or any(faults(shape_of(audit), practitioners_in(frame))):
        return []
    return meaning(plan_of(audit, frame), practitioners_in(frame), shape_of(audit))


def meaning_in(audit: Audit, reading: FrameReading) -> Sequence[MeaningLine]:
    """Return what the audit's shape means on a list that was read and is not kept yet."""
    people, shape = reading.counts["service_area"], shape_of(audit)
    if not people or any(faults(shape, people)):
        return []
    of = _configuration(audit, people, reading.counts["employment"])
    return meaning(planned(dict(reading.strata[audit.law_rule]), of), people, shape)
