"""Closed lists of the improvement room."""

from enum import StrEnum


class ReadingState(StrEnum):
    """How far a practitioner has come with their audited case."""

    OPEN = "open"
    READ = "read"
    REFLECTED = "reflected"
    AGREED = "agreed"
    CLOSED = "closed"


READING_STATE_LABELS = {
    ReadingState.OPEN: "Not read yet",
    ReadingState.READ: "Read",
    ReadingState.REFLECTED: "Reflected on",
    ReadingState.AGREED: "Learning agreed",
    ReadingState.CLOSED: "Confirmed in supervision",
}
