"""Passkeys (WebAuthn): what a browser is asked for, and whether what it answers is right."""

import base64
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, TypeVar

from app.errors import Conflict
from app.people.factors import Factor
from app.people.models import Person

T = TypeVar("T")
NOT_RIGHT = "The passkey was not accepted. Try again, or use another way"
COPIED = (
    "The passkey was not accepted: it was used more often than we know of, so somebody may have a copy of it. Use "
    "another way, take this passkey away, and tell your administrator"
)
NOT_MADE = "The passkey could not be made. Try again, or set up an app in its place"


@dataclass(frozen=True, slots=True)
class Site:
    """Where passkeys work: the host, and the origin that a browser says."""

    host: str
    origin: str


@dataclass(frozen=True, slots=True)
class Asked:
    """What a browser is asked for, as JSON, and what its passkey has to sign, in base64."""

    options: str
    challenge: str


@dataclass(frozen=True, slots=True)
class Made:
    """A passkey that was made: by what it is known, its public key, both in base64, and its count of uses."""

    credential: str
    public_key: str
    count: int


def to_text(data: bytes) -> str:
    """Return bytes as base64 for addresses, without padding, as browsers write it."""
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def to_bytes(text: str) -> bytes:
    """Return the bytes of such a text."""
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))


def to_make(site: Site, person: Person, known: Sequence[Factor], *, called: str) -> Asked:
    """Return what a browser is asked for to make a passkey, none of those that its person has already."""
    import webauthn  # noqa: PLC0415 - a start does not wait for it
    from webauthn.helpers import structs  # noqa: PLC0415

    wanted = structs.AuthenticatorSelectionCriteria(
        resident_key=structs.ResidentKeyRequirement.PREFERRED,
        user_verification=structs.UserVerificationRequirement.PREFERRED,
    )
    options = webauthn.generate_registration_options(
        rp_id=site.host,
        rp_name=called,
        user_id=f"person {person.id}".encode(),
        user_name=person.email,
        user_display_name=person.name,
        authenticator_selection=wanted,
        exclude_credentials=_described(known),
    )
    return Asked(webauthn.options_to_json(options), to_text(options.challenge))


def _described(known: Sequence[Factor]) -> list[Any]:
    from webauthn.helpers.structs import PublicKeyCredentialDescriptor  # noqa: PLC0415

    return [PublicKeyCredentialDescriptor(id=to_bytes(f.credential)) for f in known if f.credential]


def to_use(site: Site, known: Sequence[Factor] = ()) -> Asked:
    """Return what a browser is asked for to use a passkey; without any that are known it says whose it is.

    A passkey that is all that is asked for has to know that its person is there: by a finger, a face or a PIN.
    """
    import webauthn  # noqa: PLC0415
    from webauthn.helpers.structs import UserVerificationRequirement as Verified  # noqa: PLC0415

    how = Verified.PREFERRED if known else Verified.REQUIRED
    options = webauthn.generate_authentication_options(
        rp_id=site.host, allow_credentials=_described(known), user_verification=how
    )
    return Asked(webauthn.options_to_json(options), to_text(options.challenge))


def name_of(answer: str) -> str:
    """Return by what the passkey of a browser's answer is known, empty where the answer is none."""
    try:
        return str(json.loads(answer)["id"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return ""


def made(site: Site, answer: str, challenge: str) -> Made:
    """Return the passkey that a browser made for a challenge of ours; raises Conflict where it did not."""
    import webauthn  # noqa: PLC0415

    found = _verified(
        lambda: webauthn.verify_registration_response(
            credential=answer,
            expected_challenge=to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
        ),
        NOT_MADE,
    )
    return Made(to_text(found.credential_id), to_text(found.credential_public_key), found.sign_count)


def used(site: Site, answer: str, challenge: str, of: Factor, *, alone: bool) -> int:
    """Return how often a passkey says that it was used; raises Conflict where it did not sign our challenge here.

    One whose count went back, or stayed where it counts, may be a copy. `alone` asks that it knew its person.
    """
    import webauthn  # noqa: PLC0415

    found = _verified(
        lambda: webauthn.verify_authentication_response(
            credential=answer,
            expected_challenge=to_bytes(challenge),
            expected_rp_id=site.host,
            expected_origin=site.origin,
            credential_public_key=to_bytes(of.secret),
            # Compared below: a count that goes back is told from all that is wrong otherwise.
            credential_current_sign_count=0,
            require_user_verification=alone,
        ),
        NOT_RIGHT,
    )
    if of.counter and found.new_sign_count <= of.counter:
        raise Conflict(COPIED)
    return found.new_sign_count


def _verified(check: Callable[[], T], sentence: str) -> T:
    from webauthn.helpers.exceptions import WebAuthnException  # noqa: PLC0415

    try:
        return check()
    except (WebAuthnException, ValueError, KeyError, TypeError, RecursionError) as error:
        raise Conflict(sentence) from error
