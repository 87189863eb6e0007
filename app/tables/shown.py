"""What a spreadsheet shows otherwise than the library that reads it tells: errors, and numbers such as 00123."""

import posixpath
import re
import xml.etree.ElementTree as ET
import zipfile
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO
from xml.parsers import expat

BLOCK = 1 << 20
_MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
_STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
_PLACE = re.compile(r"\$?([A-Z]{1,4})\$?(\d{1,9})")
# A part of a number format: a text in quotation marks, a sign that stands for itself, a digit, or anything else.
_PART = re.compile(r'"([^"]*)"|\\(.)|([0#?]+)|([-/ ():])|(\[\$[^\]]*\])|(.)')
Shown = Callable[[object], str]
NOTHING: Mapping[int, Shown] = {}


@dataclass(frozen=True, slots=True)
class Padded:
    """Shows a whole number with the zeros and signs of a number format, such as 00000 or "EMP"000-000."""

    # Texts and runs of digits, in turn.
    parts: tuple[str | int, ...]

    def __call__(self, value: object) -> str:
        """Return a number as it is shown; anything else as it is."""
        if not isinstance(value, int | float) or isinstance(value, bool) or value != int(value) or value < 0:
            return "" if value is None else str(value)
        runs = [part for part in self.parts if isinstance(part, int)]
        digits = str(int(value)).zfill(sum(runs))
        shown: list[str] = []
        for part in reversed(self.parts):
            if isinstance(part, str):
                shown.append(part)
                continue
            runs.pop()
            keep = part if runs else len(digits)
            shown.append(digits[len(digits) - keep :])
            digits = digits[: len(digits) - keep]
        return "".join(reversed(shown))


@dataclass(frozen=True, slots=True)
class Error:
    """Shows an error, of which the library gives an empty cell."""

    text: str

    def __call__(self, _value: object) -> str:
        """Return the error."""
        return self.text


class Otherwise:
    """The cells of a sheet that are shown otherwise, row after row."""

    def __init__(self, rows: Iterator[tuple[int, Mapping[int, Shown]]]) -> None:
        self._rows = rows
        self._next = next(rows, None)

    def of_row(self, number: int) -> Mapping[int, Shown]:
        """Return the cells of a row by their column, both counted from nought; rows have to be asked for in order."""
        while self._next is not None and self._next[0] < number:
            self._next = next(self._rows, None)
        return self._next[1] if self._next is not None and self._next[0] == number else NOTHING


def shown_otherwise(file: BinaryIO, sheet: int) -> Otherwise:
    """Return what is shown otherwise in a sheet, named by its place; it is looked for only where there can be any."""
    try:
        with zipfile.ZipFile(file) as archive:
            part, formats = _part_of(archive, sheet), _formats(archive)
            if part is None or not (formats or _has_errors(archive, part)):
                return Otherwise(iter(()))
    except (KeyError, IndexError, ET.ParseError, zipfile.BadZipFile):
        return Otherwise(iter(()))
    return Otherwise(_rows(file, part, formats))


def _tree(archive: zipfile.ZipFile, part: str) -> ET.Element:
    # The guard has refused document definitions and entities before.
    return ET.fromstring(archive.read(part).replace(_STRICT[1:-1].encode(), _MAIN[1:-1].encode()))  # noqa: S314


def _part_of(archive: zipfile.ZipFile, sheet: int) -> str | None:
    """Return the part of a workbook that holds a sheet."""
    book = _tree(archive, "xl/workbook.xml")
    sheets = book.findall(f"{_MAIN}sheets/{_MAIN}sheet")
    key = next((v for k, v in sheets[sheet].attrib.items() if k.endswith("}id")), "")
    for relation in _tree(archive, "xl/_rels/workbook.xml.rels"):
        if relation.get("Id") == key:
            target = relation.get("Target", "")
            part = target[1:] if target.startswith("/") else posixpath.normpath(posixpath.join("xl", target))
            return part if part in archive.namelist() else None
    return None


def _formats(archive: zipfile.ZipFile) -> dict[str, Shown]:
    """Return the styles of cells, by their number, that show a whole number with zeros or signs before it."""
    if "xl/styles.xml" not in archive.namelist():
        return {}
    styles = _tree(archive, "xl/styles.xml")
    codes = {f.get("numFmtId"): f.get("formatCode", "") for f in styles.iter(f"{_MAIN}numFmt")}
    cells = styles.find(f"{_MAIN}cellXfs")
    every = [] if cells is None else [padded(codes.get(xf.get("numFmtId"), "")) for xf in cells]
    return {str(number): form for number, form in enumerate(every) if form is not None}


def padded(code: str) -> Padded | None:
    """Return how a number format shows whole numbers, or None where it shows them as they are, or in another way."""
    parts: list[str | int] = []
    for found in _PART.finditer(code.partition(";")[0]):
        quoted, escaped, digits, sign, colour, other = found.groups()
        if other is not None or colour is not None:
            return None
        if digits is None:
            parts.append(next(t for t in (quoted, escaped, sign) if t is not None))
        elif "#" in digits or "?" in digits:
            return None
        else:
            parts.append(len(digits))
    runs = [part for part in parts if isinstance(part, int)]
    return Padded(tuple(parts)) if runs and (sum(runs) > 1 or len(parts) > 1) else None


def _has_errors(archive: zipfile.ZipFile, part: str) -> bool:
    """Say whether a sheet has a cell with an error in it."""
    with archive.open(part) as sheet:
        tail = b""
        while block := sheet.read(BLOCK):
            window = tail + block
            if b't="e"' in window or b"t='e'" in window:
                return True
            tail = block[-4:]
    return False


def _rows(file: BinaryIO, part: str, formats: Mapping[str, Shown]) -> Iterator[tuple[int, Mapping[int, Shown]]]:
    """Yield the rows that have cells shown otherwise, as far as the sheet can be read."""
    reader = _Sheet(formats)
    with zipfile.ZipFile(file) as archive, archive.open(part) as sheet:
        while block := sheet.read(BLOCK):
            try:
                reader.feed(block)
            except expat.ExpatError:
                return
            yield from reader.done
            reader.done = []


class _Sheet:
    """Reads the XML of a sheet as it comes, and keeps what is shown otherwise of each row that is done."""

    def __init__(self, formats: Mapping[str, Shown]) -> None:
        self.done: list[tuple[int, Mapping[int, Shown]]] = []
        self._formats = formats
        self._row, self._column = -1, -1
        self._cells: dict[int, Shown] = {}
        self._error: list[str] | None = None
        self._in_value = False
        parser = expat.ParserCreate(namespace_separator="}")
        parser.StartElementHandler, parser.EndElementHandler = self._start, self._end
        parser.CharacterDataHandler = self._text
        self.feed: Callable[[bytes], Any] = parser.Parse

    def _start(self, name: str, attributes: Mapping[str, str]) -> None:
        tag = name.rpartition("}")[2]
        if tag == "row":
            self._row = int(attributes["r"]) - 1 if "r" in attributes else self._row + 1
            self._column, self._cells = -1, {}
        elif tag == "c":
            place = _PLACE.fullmatch(attributes.get("r", ""))
            self._column = _column(place[1]) if place else self._column + 1
            kind = attributes.get("t", "n")
            if kind == "e":
                self._error = []
            elif kind == "n" and attributes.get("s") in self._formats:
                self._cells[self._column] = self._formats[attributes["s"]]
        elif tag == "v":
            self._in_value = True

    def _end(self, name: str) -> None:
        tag = name.rpartition("}")[2]
        if tag == "v":
            self._in_value = False
        elif tag == "c" and self._error is not None:
            self._cells[self._column] = Error("".join(self._error) or "#N/A")
            self._error = None
        elif tag == "row" and self._cells:
            self.done.append((self._row, self._cells))

    def _text(self, text: str) -> None:
        if self._error is not None and self._in_value:
            self._error.append(text)


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number - 1
