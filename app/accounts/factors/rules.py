"""Codes of an app and recovery codes, how often one may be wrong, and which factor can go. Pure."""

import base64
import hashlib
import re
import secrets
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from app.people.enums import FactorKind
from app.people.factors import Factor

# The time of one code, in seconds.
STEP = 30
TRIES, TRIES_WITHIN = 5, timedelta(minutes=15)
# For so long somebody who gave a password can be asked for the rest, and for so long a passkey is waited for.
HALF_LASTS = timedelta(minutes=10)
RECOVERY_CODES, RECOVERY_BYTES = 10, 10
FEW_LEFT = 3
PROVES = (FactorKind.CODE, FactorKind.PASSKEY)
TOO_OFTEN = (
    "There were too many wrong codes. Wait 15 minutes, then try again. With a passkey you can go on now, if you have "
    "one. If it was not you who tried, change your password."
)
NOT_RIGHT = "The code is not right. Wait for the next one in your app, and check that the time on your phone is right"
NOT_A_RECOVERY = "This is none of your recovery codes, or it was used before. Each works once"
TOO_LATE = "That took too long, or it was begun in another window. Sign in again."
NEEDED = "You need one of these to sign in. Set up another one first, then take this one away."


def step_of(seed: str, typed: str, *, at: datetime, last: int) -> int | None:
    """Return the step of a code that is right and newer than the last one, else None.

    One step either way is taken too, for clocks that are slow or fast; a code that was used never comes back, even
    where our clock is set back.
    """
    from pyotp import TOTP  # noqa: PLC0415 - a start does not wait for it

    code, now, shown = "".join(typed.split()), int(at.timestamp()) // STEP, TOTP(seed)
    found = None
    for step in (now - 1, now, now + 1):
        # Each is compared, whichever was right, so that the time says nothing.
        if secrets.compare_digest(shown.generate_otp(step).encode(), code.encode()) and step > last:
            found = step
    return found


def recovery_codes() -> Sequence[str]:
    """Return new recovery codes as people read them: 80 random bits each, in groups of four."""
    codes = (base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower() for _ in range(RECOVERY_CODES))
    return ["-".join(code[i : i + 4] for i in range(0, len(code), 4)) for code in codes]


def recovery_hash(typed: str) -> str:
    """Return how a recovery code is kept, however it was typed; so much is random that a fast hash is enough."""
    # 0, 1 and 8 are in no code: whoever types them read o, l and b.
    plain = re.sub(r"[\s-]", "", typed).lower().translate(str.maketrans("018", "olb"))
    return hashlib.sha256(plain.encode()).hexdigest()


def removal_refusal(of: Factor, others: Collection[Factor], *, needed: bool) -> str | None:
    """Return why a factor cannot be taken away: it is the last that proves anything, and one is needed."""
    left = [f for f in others if f.kind in PROVES and f.id != of.id]
    return NEEDED if needed and not left else None
