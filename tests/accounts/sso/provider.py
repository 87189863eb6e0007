"""A real OpenID provider on loopback, which a test can have lie, be slow, or change its keys."""

import base64
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
from joserfc import jwt
from joserfc.jwk import RSAKey
from pydantic import SecretStr

from app.main import create_app
from app.settings import Settings
from tests.browser import ORIGIN, Browser
from tests.world import World

Twist = Callable[[dict[str, Any]], dict[str, Any]]


def _keys() -> RSAKey:
    return RSAKey.generate_key(2048, auto_kid=True)


@dataclass
class Twisted:
    """Stands between us and the provider: everything passes, the ID token and the keys signed anew by its own key."""

    app: Any
    key: RSAKey = field(default_factory=_keys)
    # The key that it shows, where that is another one.
    shown: RSAKey | None = None
    twist: Twist = dict
    alg: str = "RS256"
    # Seconds before each answer, and by path how often it was asked.
    waits: float = 0
    asked: dict[str, int] = field(default_factory=dict)
    about: dict[str, Any] = field(default_factory=dict)

    def __call__(self, environ: Any, start: Any) -> Any:
        path = environ["PATH_INFO"]
        self.asked[path] = self.asked.get(path, 0) + 1
        time.sleep(self.waits)
        told: list[Any] = []
        body = b"".join(self.app(environ, lambda *said: told.append(said)))
        status, headers = told[0][:2]
        if path.endswith("openid-configuration"):
            body = json.dumps({**json.loads(body), **self.about}).encode()
        elif path.endswith("jwks"):
            body = json.dumps({"keys": [(self.shown or self.key).as_dict(private=False)]}).encode()
        elif path.endswith("token") and status.startswith("200"):
            body = self.signed(json.loads(body))
        kept = [(n, v) for n, v in headers if n.lower() != "content-length"]
        start(status, [*kept, ("Content-Length", str(len(body)))])
        return [body]

    def signed(self, answer: dict[str, Any]) -> bytes:
        part = answer["id_token"].split(".")[1]
        said = self.twist(json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4))))
        if self.alg == "none":
            head = {"alg": "none"}
            parts = (base64.urlsafe_b64encode(json.dumps(p).encode()).rstrip(b"=").decode() for p in (head, said))
            token = ".".join(parts) + "."
        else:
            token = jwt.encode({"alg": self.alg, "kid": self.key.kid}, said, self.key)
        return json.dumps({**answer, "id_token": token}).encode()


@dataclass
class Provider:
    """The provider, and a world whose people can sign in with it."""

    issuer: str
    lies: Twisted

    def user(self, subject: str, **claims: Any) -> None:
        """Have it know somebody."""
        httpx.put(f"{self.issuer}/users/{subject}", json=claims, timeout=5).raise_for_status()

    def world(self, world: World, **settings: Any) -> World:
        """Return the same world, where one signs in with it."""
        ours = {"oidc_issuer": self.issuer, "oidc_client_id": "casework-audit", "oidc_name": "Lakeside", **settings}
        ours |= {"oidc_client_secret": SecretStr("a secret"), "address": ORIGIN}
        made = Settings(**{**world.settings.model_dump(), **ours})
        return World(world.database, made, create_app(made, world.database))

    def answer(self, address: str, subject: str) -> str:
        """Sign in there, and return the address to which it sends the browser back."""
        return httpx.post(address, data={"sub": subject}, timeout=5).headers["location"]

    def go(self, browser: Browser, subject: str, form: dict[str, str] | None = None, at: str = "/sign-in/sso") -> str:
        """Press the button, sign in there, and return the way back with its query."""
        page = browser.post(at, form or {})
        address = page.text.split('content="0;url=')[1].split('"')[0].replace("&amp;", "&")
        assert parse_qs(urlsplit(address).query)["code_challenge_method"] == ["S256"]
        back = urlsplit(self.answer(address, subject))
        assert f"{back.scheme}://{back.netloc}{back.path}" == f"{ORIGIN}/sign-in/back"
        return f"{back.path}?{back.query}"


@contextmanager
def running() -> Iterator[Provider]:
    """Run a provider."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        from oidc_provider_mock import app as provider  # noqa: PLC0415 - it warns
        from oidc_provider_mock._server import _threaded_server  # noqa: PLC0415 - as above

        lies = Twisted(provider())
        with _threaded_server(lies) as server:
            yield Provider(f"http://localhost:{server.server_port}", lies)
