"""People who send their next request when the last was answered, each over one connection."""

import asyncio
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

OK, UNCHANGED = 200, 304


@dataclass(frozen=True, slots=True)
class Request:
    """What somebody sends; `headers` are whole lines."""

    method: str
    path: str
    token: str = ""
    body: bytes = b""
    headers: Sequence[str] = ("Accept-Encoding: gzip",)

    @property
    def text(self) -> bytes:
        """Return the request as it goes over the wire."""
        lines = [f"{self.method} {self.path} HTTP/1.1", "Host: bench", "Sec-Fetch-Site: same-origin", *self.headers]
        if self.token:
            lines.append(f"Cookie: session={self.token}")
        if self.body:
            lines += ["Content-Type: application/json", f"Content-Length: {len(self.body)}"]
        return "\r\n".join([*lines, "", ""]).encode() + self.body


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back, and how many milliseconds it took."""

    status: int
    headers: dict[str, str]
    body: bytes
    took: float


# Somebody's next request, given which it is.
Ask = Callable[[int], Request]


async def _answered(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, request: Request) -> Answer:
    started = time.perf_counter()
    writer.write(request.text)
    status = int((await reader.readline()).split()[1])
    headers: dict[str, str] = {}
    while (line := await reader.readline()) != b"\r\n":
        name, _, value = line.decode("latin-1").partition(":")
        headers[name.lower()] = value.strip()
    body = await reader.readexactly(int(headers.get("content-length", 0)))
    if status not in {OK, UNCHANGED}:
        message = f"{request.method} {request.path} answered {status}"
        raise RuntimeError(message)
    return Answer(status, headers, body, (time.perf_counter() - started) * 1000)


async def _person(port: int, ask: Ask, enough: Callable[[int], bool]) -> list[float]:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    taken: list[float] = []
    while not enough(len(taken)):
        taken.append((await _answered(reader, writer, ask(len(taken)))).took)
    writer.close()
    return taken


async def _all(people: Sequence[tuple[int, Ask]], enough: Callable[[int], bool]) -> list[float]:
    taken = await asyncio.gather(*(_person(port, ask, enough) for port, ask in people))
    return sorted(each for of_one in taken for each in of_one)


def read(people: Sequence[tuple[int, Ask]], enough: Callable[[int], bool]) -> list[float]:
    """Let people send requests, each to a port, until each has `enough` answers; return the milliseconds, sorted."""
    return asyncio.run(_all(people, enough))


def answer(port: int, request: Request) -> Answer:
    """Return the answer to one request."""

    async def ask() -> Answer:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        found = await _answered(reader, writer, request)
        writer.close()
        return found

    return asyncio.run(ask())
