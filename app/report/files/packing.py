"""Zips whose bytes depend on what is in them alone, and text that XML can hold. Pure."""

import re
import zipfile
from collections.abc import Iterable
from io import BytesIO

# The first moment that a zip can name: a file kept by its content cannot carry the time at which it was made.
MOMENT = (1980, 1, 1, 0, 0, 0)
_NO_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]")


def packed(entries: Iterable[tuple[str, bytes]]) -> bytes:
    """Return named contents as a zip."""
    out = BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name, content in entries:
            made.writestr(zipfile.ZipInfo(name, MOMENT), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def same_bytes(archive: bytes) -> bytes:
    """Return a zip that somebody else's library made without the time at which it did."""
    with zipfile.ZipFile(BytesIO(archive)) as made:
        return packed((entry.filename, made.read(entry)) for entry in made.infolist())


def writable(text: str) -> str:
    """Return text without the characters that no XML can hold, or that turn the words after them round."""
    return _NO_XML.sub(" ", text)
