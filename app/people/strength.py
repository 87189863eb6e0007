"""How easily a password is guessed, and what is said of one that is: the words that help somebody find a better one."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import normalize

from app.errors import Unavailable
from app.people.passwords import MINIMUM_LENGTH

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

LONGEST = 1000
# Of those that zxcvbn gives, from 0 to 4: it takes at least 10 to the power of 8 guesses.
ENOUGH = 3
# What it looks at; what follows can only make a password stronger.
LOOKED_AT = 72
BETTER = "Three or four words that do not belong together are hard to guess and easy to remember"
# What zxcvbn found most of, in words.
FOUND = {
    "dictionary": "it is one of the words or passwords that are tried first",
    "reverse_dictionary": "it is one of the words or passwords that are tried first, backwards",
    "spatial": "it follows a row of keys",
    "repeat": "it says the same again and again",
    "sequence": "it counts on, as abc or 123 do",
    "date": "it is mostly a date",
}
SHA1 = 40


def too_weak(password: str, about: Mapping[str, str], breached: str = "") -> str | None:
    """Return the sentence that refuses a password, without its full stop, None for one that is hard to guess.

    `about` is what everybody can know of its person, by what it is (“your name”); `breached` names a file of stolen
    passwords, or is empty. Raises Unavailable where that file cannot be read.
    """
    password = normalize("NFC", password)
    if len(password) < MINIMUM_LENGTH:
        return f"The password must be at least {MINIMUM_LENGTH} characters long"
    if len(password) > LONGEST:
        return f"The password must have {LONGEST:,} characters at most"
    if breached and is_breached(Path(breached), password):
        return f"This password is in a list of stolen passwords, so it is one of the first that are tried. {BETTER}"
    why = _easy(password, about)
    return None if why is None else f"This password is easy to guess{why and f': {why}'}. {BETTER}"


def _easy(password: str, about: Mapping[str, str]) -> str | None:
    """Return why a password is easy to guess, empty for no reason that can be named, None where it is not."""
    words = {what: _words(text) for what, text in about.items()}
    holds = {what: sum(len(w) for w in set(of) if w in password.casefold()) for what, of in words.items()}
    rest = password
    for word in sorted({w for of in words.values() for w in of}, key=len, reverse=True):
        rest = re.sub(re.escape(word), "", rest, flags=re.IGNORECASE)
    # What anybody knows of somebody is no secret, whatever stands around it.
    found = min((_judged(text, words) for text in {password, rest}), key=lambda judged: int(judged["score"]))
    if found["score"] >= ENOUGH:
        return None
    most = max(holds, key=lambda what: holds[what], default="")
    return f"it has {most} in it" if holds.get(most) else next(_reasons(found), "")


def _words(text: str) -> list[str]:
    return [word for word in re.findall(r"[^\W_]+", normalize("NFC", text).casefold()) if len(word) > 2]  # noqa: PLR2004


def _judged(text: str, words: Mapping[str, list[str]]) -> Any:  # noqa: ANN401 - zxcvbn's own
    if not text:
        return {"score": 0, "sequence": []}
    return _zxcvbn()(text[:LOOKED_AT], user_inputs=[word for of in words.values() for word in of])


def _reasons(judged: Any) -> Iterator[str]:  # noqa: ANN401 - zxcvbn's own
    parts = sorted(judged["sequence"], key=lambda part: len(part["token"]), reverse=True)
    for part in parts:
        kind = "reverse_dictionary" if part.get("reversed") else part["pattern"]
        if kind in FOUND:
            yield FOUND[kind]


def _zxcvbn() -> Callable[..., Any]:
    from zxcvbn import zxcvbn  # noqa: PLC0415 - its lists of words take long, and few requests need them

    return zxcvbn  # type: ignore[no-any-return]


def make_ready() -> None:
    """Load what looks at passwords: the first of a process would otherwise keep everybody’s saves waiting."""
    _zxcvbn()


def is_breached(file: Path, password: str) -> bool:
    """Say whether a password is in a file of sorted SHA-1s, a line each that begins with it in hexadecimal.

    Some thirty lines are read of the largest there is. Raises Unavailable where it cannot be read.
    """
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    try:
        return _line_from(file, wanted) == wanted
    except OSError as error:
        sentence = "The list of stolen passwords cannot be read, so no password can be chosen."
        raise Unavailable(sentence, why=sentence) from error


def _line_from(file: Path, wanted: bytes) -> bytes:
    """Return the first SHA-1 of a sorted file that is not before one, empty where all are."""
    with file.open("rb") as lines:

        def after(place: int) -> bytes:
            lines.seek(max(0, place - 1))
            if place:
                lines.readline()
            return lines.readline()[:SHA1].upper()

        low, high = 0, file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            line = after(middle)
            low, high = (middle + 1, high) if line and line < wanted else (low, middle)
        return after(low)
