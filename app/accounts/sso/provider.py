"""The organisation's OpenID provider: where a browser is sent, and what comes back with it. Touches no database.

Authlib's client makes the exchange, joserfc looks at the token. All of one exchange takes five seconds at most.
"""

from __future__ import annotations

import secrets
import threading
import time
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from app.accounts.sso.fetching import Bounded
from app.accounts.sso.rules import Claims
from app.settings import SignOnSettings

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

# Ours, not the token's: never "none", never a shared secret.
ALGORITHMS = ("RS256", "PS256", "ES256")
SCOPE = "openid email profile"
SECONDS = 5.0
KEPT_FOR = 60 * 60
LEEWAY = 60


class ProviderSilent(Exception):  # noqa: N818 - an answer, not a fault
    """The provider does not answer, or not in time."""


class NotBelieved(Exception):  # noqa: N818 - an answer, not a fault
    """What came back cannot be believed; the sentence is for the log."""


class Declined(Exception):  # noqa: N818 - an answer, not a fault
    """The provider says that somebody did not sign in there."""


@dataclass(frozen=True, slots=True)
class Begun:
    """What has to come back."""

    state: str
    nonce: str
    verifier: str

    @classmethod
    def new(cls) -> Begun:
        """Make what nobody can guess."""
        return cls(secrets.token_urlsafe(32), secrets.token_urlsafe(32), secrets.token_urlsafe(48))


class Provider:
    """One provider; what it says of itself, and its keys, are kept for an hour."""

    def __init__(self, issuer: str, client_id: str, secret: str, back: str) -> None:
        self.issuer, self.client_id, self.back = issuer, client_id, back
        self._secret = secret
        self._kept: dict[str, tuple[float, Any]] = {}
        self._lock = threading.Lock()

    @property
    def way_out(self) -> str:
        """Return where somebody signs out of the provider, empty where that is not known now."""
        kept = self._kept.get("about")
        return str(kept[1].get("end_session_endpoint", "")) if kept else ""

    def address(self, begun: Begun) -> str:
        """Return the address to which a browser is sent; raises ProviderSilent and NotBelieved."""
        about = self._about(Bounded(SECONDS))
        with self._client(about, Bounded(SECONDS)) as client:
            address, _ = client.create_authorization_url(
                about["authorization_endpoint"], state=begun.state, nonce=begun.nonce, code_verifier=begun.verifier
            )
        return str(address)

    def claims(self, begun: Begun, query: Mapping[str, str]) -> Claims:
        """Return who somebody is who came back; raises ProviderSilent, NotBelieved and Declined."""
        if not secrets.compare_digest(begun.state.encode(), query.get("state", "").encode()):
            raise NotBelieved("another state came back")
        if not _same(query.get("iss", self.issuer), self.issuer):  # RFC 9207
            raise NotBelieved("another provider answered")
        if "code" not in query:
            raise Declined(query.get("error", "no code"))
        bounded = Bounded(SECONDS)
        token = self._token(begun, query["code"], bounded)
        return self._read(str(token.get("id_token", "")), begun.nonce, bounded)

    def _token(self, begun: Begun, code: str, bounded: Bounded) -> Mapping[str, Any]:
        from authlib.common.errors import AuthlibBaseError  # noqa: PLC0415 - takes long, and most requests need it not

        about = self._about(bounded)
        with self._client(about, bounded) as client:
            try:
                found: Mapping[str, Any] = client.fetch_token(
                    about["token_endpoint"], code=code, code_verifier=begun.verifier
                )
            except AuthlibBaseError as error:
                raise NotBelieved(f"no token: {error}") from error
            except (OSError, ValueError) as error:
                raise ProviderSilent(f"no token: {error}") from error
        return found

    def _client(self, about: Mapping[str, Any], bounded: Bounded) -> Any:  # noqa: ANN401 - Authlib has no types
        from authlib.integrations.requests_client import OAuth2Session  # noqa: PLC0415 - as above

        ways = about.get("token_endpoint_auth_methods_supported", ["client_secret_basic"])
        way = "client_secret_basic" if "client_secret_basic" in ways else "client_secret_post"
        client = OAuth2Session(
            self.client_id,
            self._secret or None,
            scope=SCOPE,
            redirect_uri=self.back,
            code_challenge_method="S256",
            token_endpoint_auth_method=way if self._secret else "none",
        )
        return bounded.on(client)

    def _about(self, bounded: Bounded) -> Mapping[str, Any]:
        """Return what the provider says of itself; it must be the one of the settings (OpenID Discovery 4.3)."""

        def fetch() -> Mapping[str, Any]:
            found = self._get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration", bounded)
            if not isinstance(found, dict) or not _same(str(found.get("issuer", "")), self.issuer):
                raise NotBelieved("the provider calls itself something else")
            missing = {"authorization_endpoint", "token_endpoint", "jwks_uri"} - found.keys()
            if missing:
                raise NotBelieved(f"the provider does not say its {', '.join(sorted(missing))}")
            return found

        return self._keeping("about", fetch)  # type: ignore[no-any-return]

    def _keeping(self, name: str, fetch: Callable[[], Any], *, fresh: bool = False) -> Any:  # noqa: ANN401 - JSON
        with self._lock:
            at, found = self._kept.get(name, (0.0, None))
        if found is None or fresh or time.monotonic() - at > KEPT_FOR:
            found = fetch()
            with self._lock:
                self._kept[name] = time.monotonic(), found
        return found

    def _get(self, address: str, bounded: Bounded) -> Any:  # noqa: ANN401 - JSON
        try:
            return bounded.get(address)
        except (OSError, ValueError) as error:
            raise ProviderSilent(f"{address}: {error}") from error

    def _read(self, id_token: str, nonce: str, bounded: Bounded) -> Claims:
        """Return what an ID token says, of which everything was checked (OpenID Core 3.1.3.7)."""
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above

        try:
            said = self._signed(id_token, bounded)
            self._registry(nonce).validate(said)
        except (JoseError, ValueError) as error:
            raise NotBelieved(f"the token is not for us: {error}") from error
        whose = [said["aud"]] if isinstance(said["aud"], str) else list(said["aud"])
        if (len(whose) > 1 and "azp" not in said) or said.get("azp", self.client_id) != self.client_id:
            raise NotBelieved(f"the token is for {whose}, by {said.get('azp', 'nobody')}")
        return _claims(said)

    def _signed(self, id_token: str, bounded: Bounded) -> dict[str, Any]:
        from joserfc import jwt  # noqa: PLC0415 - as above
        from joserfc.errors import JoseError  # noqa: PLC0415 - as above
        from joserfc.jwk import KeySet  # noqa: PLC0415 - as above

        def keys(*, fresh: bool = False) -> Any:  # noqa: ANN401 - JSON
            where = self._about(bounded)["jwks_uri"]
            return KeySet.import_key_set(self._keeping("keys", lambda: self._get(where, bounded), fresh=fresh))

        try:
            return dict(jwt.decode(id_token, keys(), algorithms=list(ALGORITHMS)).claims)
        except (JoseError, ValueError, KeyError):
            # A key that is not known yet: the provider may have changed its keys. Once.
            return dict(jwt.decode(id_token, keys(fresh=True), algorithms=list(ALGORITHMS)).claims)

    def _registry(self, nonce: str) -> Any:  # noqa: ANN401 - joserfc's own
        from joserfc.jwt import JWTClaimsRegistry  # noqa: PLC0415 - as above

        known: dict[str, Any] = {
            "iss": {"essential": True, "value": self._kept["about"][1]["issuer"]},
            "aud": {"essential": True, "value": self.client_id},
            "nonce": {"essential": True, "value": nonce},
            **{name: {"essential": True} for name in ("exp", "iat", "sub")},
        }
        return JWTClaimsRegistry(leeway=LEEWAY, **known)


def _claims(said: Mapping[str, Any]) -> Claims:
    amr, acrs = said.get("amr", ()), said.get("acrs", ())
    return Claims(
        issuer=str(said["iss"]),
        subject=str(said["sub"]),
        email=str(said.get("email") or ""),
        # Some providers write it as a word.
        email_verified=said.get("email_verified") in {True, "true"},
        name=str(said.get("name") or ""),
        amr=tuple(map(str, amr)) if isinstance(amr, list) else (),
        acr=str(said.get("acr") or ""),
        acrs=tuple(map(str, acrs)) if isinstance(acrs, list) else (str(acrs),),
    )


def _same(one: str, other: str) -> bool:
    return one.rstrip("/") == other.rstrip("/")


@lru_cache(maxsize=4)
def _provider(issuer: str, client_id: str, secret: str, back: str) -> Provider:
    return Provider(issuer, client_id, secret, back)


def provider_of(settings: SignOnSettings) -> Provider:
    """Return the provider of the settings, one for a process."""
    secret = settings.oidc_client_secret.get_secret_value() if settings.oidc_client_secret else ""
    return _provider(settings.oidc_issuer, settings.oidc_client_id, secret, f"{settings.address}/sign-in/back")


def way_out(settings: SignOnSettings) -> str:
    """Return where somebody signs out of the provider, empty where there is none or it is not known now."""
    return provider_of(settings).way_out if settings.has_provider else ""
