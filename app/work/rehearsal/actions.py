"""A rehearsal begun: an invented list of the service's own areas, locked and drawn from, ready to be shared out."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from io import BytesIO

from sqlalchemy.orm import Session

from app.audit.actions import subject_of
from app.audit.bars.queries import everybody
from app.audit.drafts.queries import documents
from app.audit.enums import AuditKind, AuditState
from app.audit.filings.actions import allowed_in
from app.audit.framework import Commission
from app.audit.log import audit_row
from app.audit.models import Audit
from app.audit.rehearsals import name_of, reference_of
from app.audit.rules import AUDIT
from app.audit.sample.actions import add_cases, sample_for
from app.clock import add_working_days, clock, day, today
from app.errors import Conflict
from app.events import record
from app.people.kinds import KindsOfWork
from app.people.queries import kinds_now
from app.people.rules import Viewer
from app.sampling import queries as sampling
from app.sampling.actions import keep_draw, keep_frame, lock_frame
from app.sampling.log import draw_row
from app.sampling.models import Frame, SampleDraw
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed
from app.work.rehearsal.invented import Invention, invented_list
from app.work.rehearsal.queries import next_number
from app.work.rehearsal.rules import why_not_begun

PURPOSE = (
    "To try the service out, with invented cases of its own areas and the people who will work with it. Nothing in it "
    "counts anywhere, nobody is sent a message, and it can be erased."
)
TYPED = "Typed before there was a list, as is allowed in a rehearsal only"
USUAL_EACH, GRADING_DAYS = 2, 10


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is tried out: the document, how many practitioners of each area are audited, and the seed."""

    threshold: int
    each: int
    seed: str


def usual(session: Session) -> Wanted:
    """Return what is proposed; no document where none is published."""
    published, number = documents(session), next_number(session)
    seed = f"Rehearsal {number}, begun on {day(today())}"
    return Wanted(published[0].id if published else 0, USUAL_EACH, seed)


def start(session: Session, wanted: Wanted, *, by: Viewer | None) -> Audit:
    """Begin a rehearsal and return it, its sample drawn; raises Conflict where something that it needs is not there."""
    if by is not None:
        AUDIT["rehearse"].demand_role(by)
    published = {of.id for of in documents(session)}
    if refusal := why_not_begun(everybody(session), documents=bool(published)):
        raise Conflict(refusal)
    if wanted.threshold not in published:
        raise Conflict("This threshold document is not published. Choose another one.")
    author = by.id if by else None
    audit = _commissioned(session, wanted, author)
    frame = _list_of(session, audit, wanted, author)
    return _drawn(session, audit, frame, wanted, author)


def _commissioned(session: Session, wanted: Wanted, author: int | None) -> Audit:
    number, kinds, now = next_number(session), kinds_now(session), clock.now()
    window = window_before(today())
    commission = Commission(
        ref=reference_of(number),
        name=name_of(number),
        kind=AuditKind.NATIONAL,
        purpose=PURPOSE,
        window_from=window[0],
        window_to=window[1],
        law_types=[kind.code for kind in kinds.law_types.open],
        bands=[kind.code for kind in kinds.bands.open],
        fraction="",
        shape={"each": wanted.each},
        threshold_id=wanted.threshold,
        grade_by=add_working_days(today(), GRADING_DAYS),
    )
    state = {"state": AuditState.FRAMEWORK_AGREED, "commissioned_at": now, "commissioned_by": author, "imported": False}
    audit = Audit.model_validate(commission, update={**state, "agreed_at": now, "rehearsal": True})
    session.add(audit)
    session.flush()
    return audit


def _list_of(session: Session, audit: Audit, wanted: Wanted, author: int | None) -> Frame:
    """Keep the invented list as the audit's, and lock it."""
    made = invented_list(_invention(audit, everybody(session).areas, kinds_now(session), wanted.each))
    reading = read_frame(BytesIO(made.encode()), allowed_in(session, audit))
    if reading.problems:
        # Ours, whatever the lists of the service are.
        message = f"The invented list has problems: {reading.problems[0].wrong}"
        raise ValueError(message)
    frame = keep_frame(session, reading, file_name=f"{audit.ref}-invented.csv", by=author)
    lock_frame(session, frame, by=author)
    audit.frame_id = frame.id
    return frame


def _invention(audit: Audit, areas: Sequence[str], kinds: KindsOfWork, each: int) -> Invention:
    codes = {which: [kind.code for kind in kinds.of(which).open] for which in ("employment", "document_kinds")}
    return Invention(
        areas=areas,
        law_types=audit.law_types,
        bands=audit.bands,
        employment=codes["employment"],
        document_kinds=codes["document_kinds"],
        window=(audit.window_from, audit.window_to),
        each=each,
        seed=audit.ref,
    )


def _drawn(session: Session, audit: Audit, frame: Frame, wanted: Wanted, author: int | None) -> Audit:
    seed = Seed(wanted.seed, TYPED, clock.now().isoformat(), rehearsal=True)
    made = sample_for(session, audit, seed=seed)
    draw = keep_draw(session, frame, made.drawing, by=author)
    audit.draw_id, audit.state = draw.id, AuditState.SAMPLED
    session.flush()
    _record(session, audit, frame, draw, author)
    add_cases(session, audit, made.cases, by=author, event="case_drawn")
    return audit


def _record(session: Session, audit: Audit, frame: Frame, draw: SampleDraw, author: int | None) -> None:
    details = {"name": audit.name, "state": audit.state, "seed": draw.seed, "drawn": draw.drawn}
    rows = [audit_row(audit), *sampling.frame_rows(session, frame), draw_row(draw)]
    event = AUDIT["rehearse"].event
    record(session, event, by=author, subject=subject_of(audit), details=details, rows=rows)


def window_before(on: date) -> tuple[date, date]:
    """Return the first and the last day of the two whole months before a day's own."""
    last = on.replace(day=1) - timedelta(days=1)
    return (last.replace(day=1) - timedelta(days=1)).replace(day=1), last
