"""From a file to a sample: the audit's framework meets the sampling room."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import count, repeat
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from app.audit.actions import situation_in_audit, subject_of
from app.audit.enums import CaseState, Origin
from app.audit.log import case_row
from app.audit.models import Audit, AuditCase
from app.audit.rules import AUDIT, AuditKnown, ListKnown
from app.audit.shapes.plan import draw_configuration
from app.audit.shapes.shape import practitioners_in, shape_of
from app.db import lock
from app.errors import Conflict
from app.events import Event, Recorded, Subject, event_of, record_all
from app.long_acts.forethought import Forethought, foreseen, settled
from app.people.rules import Viewer
from app.sampling import queries
from app.sampling.actions import Drawing, drawing_from, keep_draw
from app.sampling.draw import Draw
from app.sampling.log import draw_row
from app.sampling.models import Frame, SampleDraw
from app.sampling.population import Filing, Stratum, population_of
from app.sampling.receipt import Seed
from app.sampling.shapes.wanted import wanted
from app.workflow import moving

DRAWN_ALREADY = (
    "The sample has been drawn already. A draw is never repeated, so that nobody can draw until they like the result. "
    "A case that cannot be audited is replaced by the rule, and a case can be added by hand; if the list itself was "
    "wrong, the director withdraws the audit, with the reason, and commissions it anew."
)


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample that is still to be kept: the draw, and the columns of each case."""

    drawing: Drawing
    cases: Sequence[Mapping[str, Any]]


def _list_of(session: Session, audit: Audit) -> Frame:
    """Return the list that an audit's sample can be drawn from; raises Conflict where it cannot."""
    frame = queries.frame(session, audit.frame_id)
    if frame is None:
        raise Conflict("The list of filings has not been imported yet. An analyst imports it on the ‘Filings’ page.")
    if audit.draw_id is not None:
        raise Conflict(DRAWN_ALREADY)
    return frame


def sample_for(session: Session, audit: Audit, *, seed: Seed) -> Sample:
    """Draw the audit's sample without keeping it; raises Conflict where there is no locked frame or a draw was made."""
    frame = _list_of(session, audit)
    told = wanted(shape_of(audit), practitioners_in(frame), frame.summary.get("left_out", {}))
    drawing = drawing_from(session, frame, draw_configuration(audit, frame), seed=seed, said=told)
    return Sample(drawing, _cases(drawing.result))


def foreseen_sample(session: Session, audit: Audit, *, seed: Seed) -> Forethought[Sample]:
    """Draw the audit's sample before anybody has to wait for it."""
    return foreseen(session, lambda: sample_for(session, audit, seed=seed), audit.ref)


def draw_for(
    session: Session, audit: Audit, *, seed: Seed, by: Viewer, before: Forethought[Sample] | None = None
) -> SampleDraw:
    """Draw the audit's sample, once; raises Conflict where there is no locked frame or a draw was made."""
    lock(session, Audit, audit.id)
    frame = _list_of(session, audit)
    made = settled(session, before, lambda: sample_for(session, audit, seed=seed))
    kept = keep_draw(session, frame, made.drawing, by=by.id)
    filings = ListKnown(locked=True, imported_by=frame.imported_by)
    keep_sample(session, audit, kept, made.cases, filings=filings, by=by)
    return kept


def _cases(result: Draw) -> Sequence[Mapping[str, Any]]:
    return [{**columns_of(d.filing), "ticket": d.ticket.hex(), "nth": d.place} for d in result.drawn]


def group_sizes(session: Session, audit: Audit, frame: Frame, drawn: SampleDraw) -> dict[str, tuple[int, int]]:
    """Return, for each practitioner of a frame, how many of their stratum were drawn, and of how many."""
    configuration = draw_configuration(audit, frame)
    sizes = {
        Stratum(g["area"], g["band"], g["employment"], tuple(g["law_types"])): (sum(g["n"].values()), g["N"])
        for g in drawn.receipt["groups"]
    }
    strata = configuration.strata(population_of(queries.filings(session, frame)))
    return {member: sizes[stratum] for stratum, members in strata.items() if stratum in sizes for member in members}


Columns = Mapping[str, Any]


def keep_sample(
    session: Session, audit: Audit, draw: SampleDraw, cases: Sequence[Columns], *, filings: ListKnown, by: Viewer
) -> None:
    """Make a draw the audit's sample: the cases of each drawn practitioner."""
    lock(session, Audit, audit.id)
    audit.draw_id = draw.id
    details = {"seed": draw.seed, "drawn": draw.drawn, "selection_sha256": draw.selection_sha256}
    situation = situation_in_audit(audit, by, AuditKnown(filings=filings))
    with moving(session, AUDIT, "draw", audit, situation=situation, subject=subject_of(audit), details=details) as rows:
        rows.append(draw_row(draw))
    add_cases(session, audit, cases, by=by.id, event="case_drawn")


def columns_of(filing: Filing) -> dict[str, Any]:
    """Return the columns of a case that come from its filing."""
    return {
        "case_ref": filing.case_ref,
        "practitioner_id": filing.practitioner_id,
        "area": filing.service_area,
        "law_type": filing.law_type,
        "performance_band": filing.performance_band,
        "employment": filing.employment,
        "filed_on": date.fromisoformat(filing.filed_on),
        "document_kind": filing.document_kind,
    }


def add_cases(
    session: Session, audit: Audit, cases: Sequence[Mapping[str, Any]], *, by: int | None, event: str
) -> None:
    """Add sampled cases in one statement, and the event that starts each one's timeline."""
    if not cases:
        return
    start = {"audit_id": audit.id, "state": CaseState.DRAWN, "origin": Origin.DRAWN}
    # Their columns as they are: as objects they would cost more than all the rest.
    table, connection = AuditCase.__table__, session.connection()
    numbers = _never_given(session)
    connection.execute(insert(table), [{**start, **case, **next(numbers)} for case in cases])
    kept = connection.execute(select(table).where(table.c.audit_id == audit.id).order_by(table.c.id))
    record_all(session, [_began(event, row, audit, by) for row in kept])


def _never_given(session: Session) -> Iterator[Mapping[str, int]]:
    """Yield the numbers of new cases, nothing where the database itself never gives one twice.

    SQLite gives the number of the last row again once that is gone, and a case of a rehearsal may be: the log would
    then tell its story as that of a real case.
    """
    if session.get_bind().dialect.name != "sqlite":
        yield from repeat({})
    given = select(func.max(Event.__table__.c.case_id)), select(func.max(AuditCase.__table__.c.id))
    last = max(session.connection().execute(query).scalar() or 0 for query in given)
    yield from ({"id": number} for number in count(last + 1))


def _began(event: str, case: Any, audit: Audit, by: int | None) -> Recorded:  # noqa: ANN401 - the columns of a case
    subject = Subject("case", case.id, audit.ref, case.id)
    return event_of(event, by=by, subject=subject, details={"state": case.state}, rows=[case_row(case)])
