"""Requests to a provider that all together end in time, and bring no more than can be read."""

from __future__ import annotations

import time
from typing import Any

LARGEST = 1024 * 1024


class TooSlowError(OSError):
    """The time is over, or too much came."""


class Bounded:
    """Some seconds for all requests that go through it."""

    def __init__(self, seconds: float) -> None:
        self._until = time.monotonic() + seconds

    @property
    def left(self) -> float:
        """Return the seconds that are left; raises TooSlowError where none are."""
        left = self._until - time.monotonic()
        if left <= 0:
            raise TooSlowError("it took too long")
        return left

    def on(self, client: Any) -> Any:  # noqa: ANN401 - a session of requests
        """Have every request of a client end in time."""
        adapter = _adapter(self)
        client.mount("https://", adapter)
        client.mount("http://", adapter)
        return client

    def get(self, address: str) -> Any:  # noqa: ANN401 - JSON
        """Return the JSON at an address, which leads nowhere else; raises OSError and ValueError."""
        import requests  # noqa: PLC0415 - takes long, and most requests need it not

        with self.on(requests.Session()) as client:
            answer = client.get(address, allow_redirects=False)
            if answer.status_code != requests.codes.ok:
                raise ValueError(f"it answered {answer.status_code}")
            return answer.json()

    def read(self, raw: Any) -> bytes:  # noqa: ANN401 - a response of urllib3
        """Return a whole answer, each piece as it comes; raises TooSlowError."""
        body = bytearray()
        while self.left and (piece := raw.read1(65536, decode_content=True)):
            body += piece
            if len(body) > LARGEST:
                raise TooSlowError("it sent too much")
        return bytes(body)


def _adapter(bounded: Bounded) -> Any:  # noqa: ANN401 - as above
    from requests.adapters import HTTPAdapter  # noqa: PLC0415 - as above

    class Adapter(HTTPAdapter):
        """An adapter that reads the answer itself, so that no drop after drop makes it last."""

        def send(self, request: Any, **options: Any) -> Any:  # type: ignore[override]  # noqa: ANN401 - as above
            """Send one request."""
            response = super().send(request, **{**options, "stream": True, "timeout": bounded.left})
            response._content = bounded.read(response.raw)  # noqa: SLF001 - what it reads is kept where it looks
            return response

    return Adapter()
