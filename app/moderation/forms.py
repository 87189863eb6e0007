"""What the forms of the moderation room share."""

from collections.abc import Mapping, Sequence


def one_sent(sent: Mapping[str, Sequence[str]], name: str) -> str:
    """Return one field as it was sent, empty where it is absent."""
    return (list(sent.get(name, ())) or [""])[0].strip()
