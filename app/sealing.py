"""Secrets that the database keeps and nobody who has only the database can read: AES-GCM under a key outside it."""

import base64
import hmac
import secrets
from dataclasses import dataclass, field

from app.errors import Unfit
from app.settings import Settings

_FORM = "1."
NOT_OURS = (
    "A secret in the database was sealed with another key than the one that is set here, or was changed. Put the "
    "secret.key with which it was sealed back into the data folder, or set CASEWORK_AUDIT_SECRET_KEY to it."
)


@dataclass(frozen=True, slots=True)
class Sealing:
    """Seals texts under the key of an installation, and opens them.

    `about` names what a secret is and whose: sealed about one thing it opens about no other.
    """

    key: bytes = field(repr=False)

    @classmethod
    def of(cls, settings: Settings) -> "Sealing":
        """Return the sealing of an installation; raises Unfit where its key is missing or too short."""
        return cls(hmac.digest(settings.secret_key(), b"what the database keeps sealed", "sha256"))

    @property
    def mark(self) -> str:
        """Return what tells this key from every other, and gives nothing of it away."""
        return hmac.digest(self.key, b"mark", "sha256").hex()[:32]

    def seal(self, text: str, *, about: str) -> str:
        """Return a text that only this key opens, another one each time."""
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415 - a start does not wait for it

        nonce = secrets.token_bytes(12)
        sealed = AESGCM(self.key).encrypt(nonce, text.encode(), about.encode())
        return _FORM + base64.urlsafe_b64encode(nonce + sealed).decode()

    def open(self, sealed: str, *, about: str) -> str:
        """Return what was sealed; raises Unfit where another key sealed it, about another thing, or it was changed."""
        from cryptography.exceptions import InvalidTag  # noqa: PLC0415 - as above
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM  # noqa: PLC0415

        try:
            whole = base64.urlsafe_b64decode(sealed.removeprefix(_FORM))
            return AESGCM(self.key).decrypt(whole[:12], whole[12:], about.encode()).decode()
        except (InvalidTag, ValueError) as error:
            raise Unfit(NOT_OURS) from error
