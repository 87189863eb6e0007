"""The rows of the improvement room as the event log keeps them."""

from app.events import Row
from app.improvement.models import FactualPoint, Reading, Reflection


def reading_row(of: Reading) -> Row:
    """Return a reading's row."""
    sealed = {
        "read": [of.case_id, of.opened_at, of.read_by, of.read_at],
        "learning": [of.learning, of.learn_by, of.known_by, of.proposed_by, of.proposed_at, of.agreed_at],
        "closing": [of.closed_by, of.closed_at],
    }
    return Row("reading", of.id, {"state": of.state}, sealed, of.case_id)


def reflection_row(of: Reflection) -> Row:
    """Return a reflection's row; whether it is shared is as little the log's as what it says."""
    return Row("reflection", of.id, {}, {"words": [of.case_id, of.text, of.shared, of.by_id, of.at]}, of.case_id)


def point_row(of: FactualPoint) -> Row:
    """Return the row of something that a practitioner says is factually wrong."""
    sealed = {
        "point": [of.case_id, of.what, of.right, of.by_id, of.at],
        "answer": [of.answer, of.answered_by, of.answered_at],
    }
    return Row("factual point", of.id, {}, sealed, of.case_id)
