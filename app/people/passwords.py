"""Passwords: argon2id, at most two hashes at a time."""

import threading
from collections.abc import Sequence
from unicodedata import normalize

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher

# OWASP's minimum: 19 MiB, two passes (performance.md 6.13). Two at once keep a burst of sign-ins small.
_HASHER = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))
_AT_ONCE = threading.BoundedSemaphore(2)

MINIMUM_LENGTH = 12


def hash_password(password: str) -> str:
    """Return the argon2id hash of a password, the same however a keyboard puts its accents together (NFC)."""
    with _AT_ONCE:
        return _HASHER.hash(normalize("NFC", password))


# Checked when nobody has the address, so that both answers take the same time. Made as every hash, but once and for
# all: making one takes a start as long as all the templates.
_NOBODY = "$argon2id$v=19$m=19456,t=2,p=1$94xclfr0wHO4zyauUkjjOw$CkGlyYzh6EVzgMWSHvonuiAaKxNR+uEZ8J1sQc0YX+Q"


def spellings(text: str) -> Sequence[str]:
    """Return a text as it is kept, then as it was typed and taken apart, as it may have been kept before."""
    return tuple(dict.fromkeys((normalize("NFC", text), text, normalize("NFD", text))))


def matches(password: str, hashed: str | None) -> bool:
    """Say whether the password is the one that was hashed; no hash never matches, in the same time."""
    with _AT_ONCE:
        return any(_HASHER.verify(each, hashed or _NOBODY) for each in spellings(password)) and hashed is not None
