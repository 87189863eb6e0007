"""Every row of every room, as the event log keeps it: what `verify-log` compares, and what an erasure leaves."""

from collections.abc import Callable, Iterator, Sequence
from itertools import chain

from sqlalchemy.orm import Session

from app.accounts.proposals.queries import rows as proposal_rows
from app.accounts.queries import rows as reception_rows
from app.audit.areas.queries import rows as area_rows
from app.audit.drafts.queries import rows as draft_rows
from app.audit.evidence.queries import rows as evidence_rows
from app.audit.log_queries import rows as audit_rows
from app.audit.timetable.queries import rows as timetable_rows
from app.audit.wording.queries import rows as wording_rows
from app.events import Row
from app.improvement.log_queries import rows as improvement_rows
from app.installation.queries import rows as settings_rows
from app.mapping.queries import rows as mapping_rows
from app.moderation.log_queries import rows as moderation_rows
from app.moderation.sheets.queries import rows as sheet_rows
from app.moderation.themes.queries import rows as theme_rows
from app.report.comparison.queries import rows as comparison_rows
from app.report.document import queries as document_queries
from app.report.packs.queries import rows as pack_rows
from app.report.queries import rows as report_rows
from app.sampling import queries as sampling_queries

ROWS: Sequence[Callable[[Session], Iterator[Row]]] = (
    reception_rows,
    settings_rows,
    proposal_rows,
    mapping_rows,
    sampling_queries.rows,
    audit_rows,
    draft_rows,
    timetable_rows,
    area_rows,
    wording_rows,
    evidence_rows,
    moderation_rows,
    sheet_rows,
    theme_rows,
    report_rows,
    comparison_rows,
    pack_rows,
    document_queries.rows,
    improvement_rows,
)


def every_row(session: Session) -> Iterator[Row]:
    """Yield every row that the event log holds, as it stands."""
    return chain.from_iterable(rows(session) for rows in ROWS)
