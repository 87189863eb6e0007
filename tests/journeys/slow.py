"""A line between a browser and the served product on which everything takes a while, as far from the server."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress

from anyio.from_thread import start_blocking_portal

PIECE = 65_536
LINE = "a line to the server"
Connected = Callable[[asyncio.StreamReader, asyncio.StreamWriter], Awaitable[None]]


@contextmanager
def far_away(port: int, latency: float) -> Iterator[str]:
    """Give an address at which the product answers, each answer `latency` seconds later than it would."""
    # In a thread of its own: Playwright leaves a running loop in the thread of the tests.
    with start_blocking_portal() as portal:
        server = portal.call(asyncio.start_server, _line(port, latency / 2), "127.0.0.1", 0)
        try:
            yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
        finally:
            portal.call(_close, server)


def _line(port: int, one_way: float) -> Connected:
    async def connected(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        task.set_name(LINE)
        far_reader, far_writer = await asyncio.open_connection("127.0.0.1", port)
        try:
            # A line that is cut ends; nobody waits for how.
            with suppress(ConnectionError, asyncio.CancelledError):
                await asyncio.gather(_carry(reader, far_writer, one_way), _carry(far_reader, writer, one_way))
        finally:
            writer.close()
            far_writer.close()

    return connected


async def _carry(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, one_way: float) -> None:
    """Carry what comes, each piece as late as every other: a slow line is not a narrow one."""
    loop, under_way = asyncio.get_running_loop(), asyncio.Queue[tuple[float, bytes]]()

    async def arrive() -> None:
        while True:
            when, piece = await under_way.get()
            await asyncio.sleep(when - loop.time())
            if not piece:
                return
            writer.write(piece)

    arriving = asyncio.create_task(arrive())
    try:
        while piece := await reader.read(PIECE):
            under_way.put_nowait((loop.time() + one_way, piece))
        under_way.put_nowait((loop.time() + one_way, b""))
        await arriving
    finally:
        writer.close()
        arriving.cancel()


async def _close(server: asyncio.Server) -> None:
    server.close()
    mine = {line for line in asyncio.all_tasks() if line.get_name() == LINE}
    for line in mine:
        line.cancel()
    await asyncio.gather(*mine, return_exceptions=True)
    # A transport that was told to close does so at the next turn of the loop.
    await asyncio.sleep(0.1)
