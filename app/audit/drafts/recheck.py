"""Whether the list of an audit still fits its framework after that was changed."""

import csv
from io import BytesIO, StringIO

from sqlalchemy.orm import Session

from app.audit.filings.actions import allowed_in, misfits
from app.audit.models import Audit
from app.sampling import queries
from app.sampling.columns import ORDER, Allowed
from app.sampling.models import Frame
from app.sampling.reading import read_frame


def why_it_no_longer_fits(session: Session, audit: Audit, frame: Frame, before: Allowed) -> str:
    """Return why a list has to be imported anew, empty where it stays.

    `before` is what the framework allowed when the list was checked. A list holds no row that was left out then, so
    one that may hold more now is not whole.
    """
    now = allowed_in(session, audit)
    if now != before and _holds_more(now, before):
        return "the framework now takes in filings that the list left out"
    reading = read_frame(BytesIO(_as_file(session, frame)), now) if now != before else None
    if reading is not None and reading.total_problems:
        return reading.problems[0].wrong.rstrip(".")
    wrong = misfits(audit, reading.counts["service_area"] if reading else frame.summary["service_area"])
    return wrong[0].rstrip(".") if wrong else ""


def _holds_more(now: Allowed, before: Allowed) -> bool:
    cut = ("only_areas", "documents", "without")
    return (
        now.window[0] < before.window[0]
        or now.window[1] > before.window[1]
        or bool(set(now.law_types) - set(before.law_types))
        or any(getattr(now, name) != getattr(before, name) for name in cut)
    )


def _as_file(session: Session, frame: Frame) -> bytes:
    text = StringIO()
    written = csv.writer(text, lineterminator="\n")
    written.writerow(ORDER)
    written.writerows(filing[: len(ORDER)] for filing in queries.filings(session, frame))
    return text.getvalue().encode()
