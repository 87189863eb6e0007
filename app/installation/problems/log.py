"""What is reported of pages, as the event log keeps it."""

from app.events import Row
from app.installation.problems.models import PageProblem


def problem_row(of: PageProblem) -> Row:
    """Return a report's row; its words are nobody's but those of who wrote them and of the administrators."""
    sealed = {
        "report": [of.page, of.fault, of.text, of.by_id, of.at],
        "answer": [of.answer, of.answered_by, of.answered_at],
    }
    return Row("page problem", of.id, {"open": of.is_open}, sealed)
