"""What scripts of ours keep in a browser beside cookies; a test compares with the scripts."""

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stored:
    """Something kept in a browser: how its name begins, for how long in words, and what for."""

    name: str
    lasts: str
    purpose: str


STORED: Sequence[Stored] = (
    Stored(
        "kept:",
        "30 days, or until you send it or sign out",
        "What you typed and have not sent yet, so that a closed window loses nothing. It is sealed with a key that "
        "only your own signed-in pages are given. Without https it is not sealed, and goes with the window.",
    ),
    Stored(
        "tool goes on",
        "Until you close the window",
        "Which step of the audit tool you came from, so that the next one begins where you go on.",
    ),
)
