"""The rows of the wording loop as the event log keeps them."""

from app.audit.wording.models import AnsweredClause, ClauseReading
from app.events import Row


def reading_row(of: ClauseReading) -> Row:
    """Return the row of a standard that two people read differently; all of it is sealed, as it says both levels."""
    read = [of.document_id, of.case_id, of.standard, of.level_a, of.level_b, of.cause, of.words]
    return Row("clause reading", of.id, {}, {"read": [*read, of.source, of.source_id, of.by_id, of.at]}, of.case_id)


def answered_clause_row(of: AnsweredClause) -> Row:
    """Return the row of what a draft does about a clause."""
    said = [of.draft_id, of.standard, of.level, of.reason, of.by_id, of.at]
    return Row("answered clause", of.id, {"answer": of.answer}, {"said": said})
