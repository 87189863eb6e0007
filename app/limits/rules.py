"""What is limited, and to how much."""

from dataclasses import dataclass

MINUTE, HOUR = 60, 3600


@dataclass(frozen=True, slots=True)
class Limit:
    """So many at once, then one more each time that a part of `within` seconds has passed."""

    name: str
    most: int
    within: int
    # What there were too many of.
    of: str

    @property
    def each(self) -> float:
        """Return the seconds after which there is one more."""
        return self.within / self.most


SIGN_INS = Limit("sign-ins of an account", 10, 15 * MINUTE, "attempts to sign in with this address")
SIGN_INS_FROM = Limit("sign-ins from a client", 50, 15 * MINUTE, "attempts to sign in from where you are")
RESETS = Limit("links for a forgotten password", 3, HOUR, "links for this address")
SAVES = Limit("saves", 300, MINUTE, "saves in a minute")
# An area pack for each of some thirty areas, in two kinds of files.
EXPORTS = Limit("exports", 60, HOUR, "files in an hour")


def waiting(seconds: float) -> str:
    """Return how long somebody waits, as people say it, never too short."""
    minutes = -(-int(seconds + 0.999) // MINUTE)
    return "a minute" if minutes <= 1 else f"{minutes} minutes"
