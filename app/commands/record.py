"""Checks an installation's record: the event log's chain, and that what stands in every table follows from it."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from itertools import chain

from sqlalchemy.orm import Session

from app.accounts.queries import rows as reception_rows
from app.audit.log_queries import rows as audit_rows
from app.events import GENESIS, Event, EventHead, Row, faults, unexplained
from app.moderation.decisions.queries import unsettled
from app.moderation.log_queries import rows as moderation_rows
from app.report.comparison.queries import rows as comparison_rows
from app.report.document import queries as document_queries
from app.report.document.editions import identifier, sha256
from app.report.packs.queries import rows as pack_rows
from app.report.queries import publications
from app.report.queries import rows as report_rows
from app.sampling.queries import rows as sampling_rows

ROWS: Sequence[Callable[[Session], Iterator[Row]]] = (
    reception_rows,
    sampling_rows,
    audit_rows,
    moderation_rows,
    report_rows,
    comparison_rows,
    pack_rows,
    document_queries.rows,
)


def wrong(session: Session) -> Iterator[str]:
    """Yield a sentence for everything that is wrong; rows are compared only with a log whose chain holds."""
    whole = True
    with closing(faults(session)) as broken:
        for sentence in broken:
            whole = False
            yield sentence
    if whole:
        yield from unexplained(session, chain.from_iterable(rows(session) for rows in ROWS))
        yield from unsettled(session)
        yield from changed_reports(session)


ANOTHER_HASH = "have another hash than the {} under which they were frozen."


def changed_reports(session: Session) -> Iterator[str]:
    """Yield a sentence for every report whose identifier does not follow from what was frozen under it."""
    for kept in publications(session):
        if sha256(kept.figures) != kept.sha256:
            yield f"Publication {kept.id}: its figures {ANOTHER_HASH.format(kept.sha256[:12])}"
    for edition in document_queries.every_edition(session):
        if identifier(edition.figures, edition.text, edition.pictures) != edition.sha256:
            said = f"Published edition {edition.id} ({edition.edition}, number {edition.number})"
            yield f"{said}: its figures, text and pictures {ANOTHER_HASH.format(edition.sha256[:12])}"


def head(session: Session) -> str:
    """Return the newest link of the log as NUMBER:LINK.

    Kept elsewhere, it shows later that nothing before it was replaced.
    """
    kept = session.get(EventHead, 1)
    return f"{kept.number}:{kept.chain}" if kept else f"0:{GENESIS}"


def leads_to(session: Session, earlier: str) -> bool:
    """Say whether the log still has a head that was printed before."""
    number, _, link = earlier.partition(":")
    if not (number.isascii() and number.isdigit() and len(number) < 10):  # noqa: PLR2004 - the largest number of a row
        return False
    event = session.get(Event, int(number))
    return link == (event.chain if event else GENESIS if int(number) == 0 else None)
