"""Draws pictures in a process of its own, which ends when nobody has asked for a while.

The library that draws takes a second to load, holds everybody up meanwhile and keeps 100 MB: a server that draws
itself is slow for whoever saves beside the first picture, and never small again.
"""

import signal
import sys
import threading
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from pathlib import Path

from app.children import started

# The product's own fonts; a server may have none.
FONTS = Path(__file__).resolve().parent.parent / "data" / "fonts"
# Seconds after which a process that nobody asks ends, and after which one that does not answer is given up.
PATIENCE, LONGEST = 60, 30


@dataclass(frozen=True, slots=True)
class Order:
    """A picture that is wanted: a specification or a drawn picture as text, as SVG or, with dots to a unit, as PNG."""

    text: str
    scale: float | None = None
    drawn: bool = False


class NotDrawnError(Exception):
    """The library could not draw what was wanted, or did not answer."""


class Draughtsman:
    """Has pictures drawn by another process, one at a time; it is started when it is needed."""

    def __init__(self) -> None:
        self._turn = threading.Lock()
        self._line: Connection | None = None

    def draw(self, order: Order) -> bytes:
        """Return a picture; raises NotDrawnError. A process that has ended meanwhile is started anew."""
        with self._turn:
            try:
                answer = self._ask(order)
            except (OSError, EOFError):
                self.end()
                answer = self._ask(order)
        if isinstance(answer, str):
            raise NotDrawnError(answer)
        return answer

    def _ask(self, order: Order) -> bytes | str:
        line = self._line = self._line or _begun()
        line.send(order)
        if not line.poll(LONGEST):
            self.end()
            return "It took too long."
        answer: bytes | str = line.recv()
        return answer

    def end(self) -> None:
        """End the process once it has drawn what it is at; the next order starts another."""
        line, self._line = self._line, None
        if line is not None:
            line.close()


def _begun() -> Connection:
    """Start a process that draws, and return the line to it: where one side ends, the other hears of it."""
    ours, theirs = Pipe()
    with theirs:
        started(__name__, str(theirs.fileno()), keeps=[theirs.fileno()])
    return ours


def drawn_here(order: Order) -> bytes:
    """Return a picture that this process draws itself; raises NotDrawnError."""
    import vl_convert  # noqa: PLC0415 - only the process that draws pays for it

    try:
        if order.drawn:
            vl_convert.register_font_directory(str(FONTS))
            return bytes(vl_convert.svg_to_png(order.text, scale=order.scale))
        if order.scale is None:
            return str(vl_convert.vegalite_to_svg(order.text)).encode()
        return bytes(vl_convert.vegalite_to_png(order.text, scale=order.scale))
    except ValueError as error:
        raise NotDrawnError(str(error)) from error


def main() -> None:
    """Draw what is ordered, until whoever ordered has ended or has not asked for a while."""
    # Whoever stops the server with Ctrl-C stops this too, by what it hears then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    with Connection(int(sys.argv[1])) as line:
        while line.poll(PATIENCE):
            try:
                order: Order = line.recv()
            except EOFError:
                return
            try:
                answer: bytes | str = drawn_here(order)
            except NotDrawnError as error:
                answer = str(error)
            line.send(answer)


if __name__ == "__main__":
    main()
