"""Who may come in by the word of a provider, and what people read who may not."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from app.people.enums import AccountState
from app.people.models import Person
from app.settings import SignOnSettings

LASTS = timedelta(minutes=10)
# What somebody typed before their session ended is kept meanwhile, unless it is longer than this.
MOST_KEPT = 200_000
ANOTHER = (
    "Another account of {name} is tied to you here. Sign in with that one, or ask an administrator to untie it on your "
    "page."
)
DISABLED = "Your account here is disabled. Ask an administrator, if it should not be."
UNKNOWN = (
    "{name} knows you as {email}, but nobody is known by that here. Ask an administrator to invite you. If you were "
    "invited, use the link of your invitation."
)
UNVERIFIED = (
    "{name} does not say that {email} is yours. Use the link of your invitation, or ask an administrator for one."
)


@dataclass(frozen=True, slots=True)
class Claims:
    """What a provider says of somebody, once its signature was checked."""

    issuer: str
    subject: str
    email: str = ""
    email_verified: bool = False
    name: str = ""
    amr: Sequence[str] = ()
    acr: str = ""
    acrs: Sequence[str] = ()


def proves_second_factor(claims: Claims, settings: SignOnSettings) -> bool:
    """Say whether the provider asked for a second factor, by the setting that says how it tells so."""
    kind, _, wanted = settings.oidc_strength.partition(":")
    said = {"amr": claims.amr, "acr": (claims.acr,), "acrs": claims.acrs}
    return kind == "provider" or (bool(wanted) and wanted in said.get(kind, ()))


def not_tied(person: Person | None, claims: Claims, settings: SignOnSettings, *, tied: bool) -> str | None:
    """Return why a provider's word does not tie somebody to the person with their address, or None."""
    words = {"name": settings.oidc_name, "email": claims.email or "no address"}
    if person is None or not claims.email:
        return UNKNOWN.format(**words)
    if person.state is AccountState.DISABLED:
        return DISABLED
    if tied:
        return ANOTHER.format(**words)
    if settings.oidc_link == "invited" and not claims.email_verified:
        return UNVERIFIED.format(**words)
    return None
