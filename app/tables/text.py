"""Text files: their encoding and separator, without a guess that could change a letter (adoption.md section 1)."""

import codecs
import csv
import io
import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import BinaryIO

from app.tables.problems import Problems

LARGEST_FILE = 100 * 1024 * 1024
BLOCK = 1 << 20
SAMPLE = 1 << 18
SAMPLE_LINES = 1000
SEPARATORS = ",;\t|"
SAVE_AS = "Save the list as ‘CSV UTF-8’ and send that file"
_SIGNATURES = (
    (b"\x89PNG", "a picture"),
    (b"\xff\xd8\xff", "a picture"),
    (b"GIF8", "a picture"),
    (b"PK\x03\x04", "a zip file"),
    (b"%PDF", "a PDF"),
    (b"\xd0\xcf\x11\xe0", "an old Office file"),
    (b"<html", "a web page"),
    (b"<!doctype", "a web page"),
    (b"<?xml", "an XML file"),
)
_UTF_32 = (codecs.BOM_UTF32_LE, codecs.BOM_UTF32_BE)
_SEP_LINE = re.compile(r'"?sep=([^\w"\r\n]|\\t)"?[,;\t|]*\r?\n?', re.IGNORECASE)
# Bytes that Windows-1252 leaves free, and letters outside ASCII as UTF-8 writes them.
_FREE = re.compile(rb"[\x81\x8d\x8f\x90\x9d]")
_UTF_8 = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_LONGEST_LETTER = 4
csv.field_size_limit(1 << 20)
Lines = Iterator[list[str]]
Score = Callable[[list[list[str]]], int]


@dataclass(frozen=True, slots=True)
class Written:
    """How a text file is written; `western` where it is no UTF-8, so that letters have to be looked at."""

    encoding: str
    western: bool = False


@dataclass(slots=True)
class Laid:
    """How a file is laid out: what somebody said of it, and then what was found.

    `heading` is the line of the headings counted from 1, `below` how many lines beneath them belong to them.
    """

    encoding: str = ""
    separator: str = ""
    heading: int = 0
    below: int = 0
    sheet: str = ""
    # Whether the file itself says in its first line what separates its cells.
    told: bool = False


def lines_of(file: BinaryIO, written: Written, score: Score, problems: Problems, laid: Laid | None = None) -> Lines:
    """Yield the lines of a CSV file as far as they can be read; leave the file open for its owner.

    `score` says how many headings that are known are in the first lines, split in some way. What separates the cells
    is taken from `laid` where it is there, and noted in it.
    """
    laid = laid or Laid()
    file.seek(0)
    text = io.TextIOWrapper(file, encoding=written.encoding, newline="")
    try:
        sample = text.read(SAMPLE)
        told = _SEP_LINE.fullmatch(sample[: sample.find("\n") + 1])
        said = told[1].replace("\\t", "\t") if told else ""
        laid.told, laid.separator = bool(told), laid.separator or separator_of(sample, score, said)
        text.seek(0)
        yield from _read(text, laid, problems)
    except UnicodeDecodeError as error:
        said = f"The file cannot be read as {written.encoding}: {error.reason}."
        problems.add("E-ENCODING", said, "Another encoding of the file")
    finally:
        text.detach()


def _read(text: io.TextIOWrapper, laid: Laid, problems: Problems) -> Lines:
    """Yield the lines of an open text from its beginning, but for one that says what separates the cells."""
    if laid.told:
        text.readline()
    reader = csv.reader(text, delimiter=laid.separator, strict=True)
    try:
        yield from reader
    except csv.Error as error:
        problems.add(
            "E-CSV",
            f"Line {reader.line_num} cannot be read: {error}.",
            "Check the quotation marks on and before this line",
        )


def separator_of(sample: str, score: Score, told: str = "") -> str:
    """Return what separates the cells: with it the most headings are known, and the most lines are alike.

    What the file itself has `told` is believed, unless only another separator gives headings that are known.
    """

    def fits(separator: str) -> tuple[int, int, int]:
        lines = _split(sample, separator)
        widths = Counter(len(line) for line in lines if len(line) > 1)
        rows_and_width = max(((n * (width - 1), n) for width, n in widths.items()), default=(0, 0))
        return score(lines), *rows_and_width

    best = max(SEPARATORS, key=fits)
    return told if told and (score(_split(sample, told)) or not score(_split(sample, best))) else best


def _split(sample: str, separator: str) -> list[list[str]]:
    whole = sample if len(sample) < SAMPLE else sample[: sample.rfind("\n") + 1]
    lines: list[list[str]] = []
    try:
        lines.extend(islice(csv.reader(io.StringIO(whole, newline=""), delimiter=separator), SAMPLE_LINES))
    except csv.Error:
        return lines
    return lines


def written_as(file: BinaryIO, problems: Problems, largest: int | None) -> Written | None:
    """Read a file once, block by block, and return how it is written; what keeps it from being read is a problem.

    UTF-8, or UTF-16 by its byte-order mark, or else Windows-1252. No detector: it would turn one letter into another.
    """
    start = file.read(16)
    file.seek(0)
    wrong = _wrong_kind(start)
    if wrong:
        problems.add(*wrong, SAVE_AS)
        return None
    wide = start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
    encoding = "utf-16" if wide else "utf-8-sig" if start.startswith(codecs.BOM_UTF8) else "utf-8"
    seen = _Seen(encoding)
    while block := file.read(BLOCK):
        if largest is not None and seen.done + len(block) > largest:
            split = "Split it, or ask your administrator to import it by command"
            problems.add("E-SIZE", f"The file is larger than {largest // BLOCK} MB.", split)
            return None
        if not seen.take(block):
            break
    else:
        seen.end()
    return _judged(file, seen, problems)


def _judged(file: BinaryIO, seen: "_Seen", problems: Problems) -> Written | None:
    if seen.zero:
        problems.add("E-KIND", "The file has zero bytes in it, so it is not a CSV file.", SAVE_AS)
    elif seen.bad_at is not None:
        if seen.encoding == "utf-8" and not seen.letters and _western(file):
            return Written("cp1252", western=True)
        name = "UTF-16" if seen.encoding == "utf-16" else "UTF-8"
        mixed = f"Byte {seen.bad_at:,} of the file is not {name}."
        problems.add("E-ENCODING", mixed, SAVE_AS, row=seen.bad_line or None, value=seen.bad.hex())
    elif seen.blank:
        problems.add("E-EMPTY", "The file is empty.", "A header and one row for each filing or case")
    else:
        return Written(seen.encoding)
    return None


class _Seen:
    """What the bytes of a file say while they are decoded."""

    def __init__(self, encoding: str) -> None:
        self.encoding = encoding
        self.blank, self.zero, self.letters = True, False, False
        self.done = self.bad_line = self._lines = 0
        self.bad_at: int | None = None
        self.bad = b""
        self._decoder = codecs.getincrementaldecoder(encoding)()

    def take(self, block: bytes) -> bool:
        """Look at a block; return whether to go on."""
        pending = len(self._decoder.getstate()[0])
        try:
            text = self._decoder.decode(block)
        except UnicodeDecodeError as error:
            self._note(block, error.start - pending)
            self.letters = self.letters or not block[: max(0, error.start - pending)].isascii()
            return False
        self.zero = "\x00" in text
        self.letters = self.letters or not text.isascii()
        self.blank = self.blank and not text.strip("\ufeff \t\r\n")
        self._lines += block.count(b"\n")
        self.done += len(block)
        return not self.zero

    def end(self) -> None:
        """Note a file that ends within a letter."""
        if self._decoder.getstate()[0]:
            self._note(b"\xff", 0)

    def _note(self, block: bytes, at: int) -> None:
        self.bad_at = self.done + at
        self.bad = block[at : at + 1] if at >= 0 else b""
        self.bad_line = self._lines + block.count(b"\n", 0, max(at, 0))


def _western(file: BinaryIO) -> bool:
    """Say whether a file can be Windows-1252: no byte is free in it, and none of its letters is written as in UTF-8."""
    file.seek(0)
    tail = b""
    while block := file.read(BLOCK):
        if b"\x00" in block or _FREE.search(block) or _UTF_8.search(tail + block):
            return False
        tail = block[-_LONGEST_LETTER:]
    return True


def _wrong_kind(start: bytes) -> tuple[str, str] | None:
    if start.startswith(_UTF_32):
        return "E-ENCODING", "The file is in UTF-32, which no spreadsheet writes."
    first = start.lstrip().lower() if start.lstrip().startswith(b"<") else start
    kind = next((kind for sign, kind in _SIGNATURES if first.startswith(sign)), None)
    return ("E-KIND", f"This is {kind}, not a CSV file, whatever its name says.") if kind else None
