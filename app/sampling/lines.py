"""Lines in order, however many there are; and the compressed parts in which a frame is kept."""

import heapq
import tempfile
import zlib
from collections.abc import Iterable, Iterator
from typing import IO

from app.sampling.population import Filing

# Some 30 MB of lines; fewer stay in memory.
RUN = 200_000
PART = 20_000


class SortedLines:
    """Takes lines in any order and yields them sorted: runs of them go to temporary files, which are merged."""

    def __init__(self, run: int = RUN) -> None:
        self._run = run
        self._lines: list[str] = []
        self._spilled: list[IO[str]] = []

    def add(self, lines: Iterable[str]) -> None:
        """Take lines, which have no line ends in them."""
        self._lines.extend(lines)
        if len(self._lines) >= self._run:
            self._spill()

    def _spill(self) -> None:
        self._lines.sort()
        file = tempfile.TemporaryFile("w+", encoding="utf-8", newline="\n", buffering=1 << 20)  # noqa: SIM115 - read again later
        file.writelines(f"{line}\n" for line in self._lines)
        self._spilled.append(file)
        self._lines.clear()

    def __iter__(self) -> Iterator[str]:
        """Yield the lines in order."""
        self._lines.sort()
        if not self._spilled:
            return iter(self._lines)
        for file in self._spilled:
            file.seek(0)
        return heapq.merge(self._lines, *((line[:-1] for line in file) for file in self._spilled))


def packed(lines: Iterable[str]) -> bytes:
    """Return a part of a frame: lines of the values of filings joined by tabs, compressed.

    A frame is kept whole, as the document that it is.
    """
    return zlib.compress("\n".join(lines).encode(), 1)


def lines_of(part: bytes) -> list[str]:
    """Return the lines of a part; raises ValueError where it is no part of a frame."""
    try:
        return zlib.decompress(part).decode().split("\n")
    except zlib.error as error:
        raise ValueError(str(error)) from error


def unpacked(parts: Iterable[bytes]) -> Iterator[Filing]:
    """Yield the filings of a frame's parts, in the order of the canonical frame."""
    make = tuple.__new__
    for part in parts:
        for line in lines_of(part):
            # As Filing._make does, but for counting the values, of which packed lines have as many as a filing.
            yield make(Filing, line.split("\t"))
