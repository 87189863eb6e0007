"""A guard that reads the zip of a spreadsheet (XLSX) before a library does (reliability-security.md 2.8)."""

import re
import zipfile
from typing import IO, BinaryIO

MEGABYTE = 1 << 20
# Real bytes, counted while they are unpacked; what the zip's directory says of itself is not believed.
MOST_BYTES = 400 * MEGABYTE
MOST_ENTRIES = 2000
# A library may reserve every cell up to the last one: a sheet with one cell far away is a bomb.
MOST_COLUMNS = 200
MOST_CELLS = 30_000_000
SIGNATURE = b"PK\x03\x04"
_CELL = re.compile(rb'<(?:\w+:)?c\s[^>]*?\br="\$?([A-Za-z]{1,4})\$?(\d{1,9})"')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml")


def is_workbook(file: BinaryIO) -> bool:
    """Say whether a file starts as a zip, which a spreadsheet is."""
    start = file.read(len(SIGNATURE))
    file.seek(0)
    return start == SIGNATURE


def guard(file: BinaryIO, *, most_bytes: int = MOST_BYTES) -> str | None:
    """Return why a spreadsheet is not opened, or None; reads every byte once, in little memory."""
    try:
        with zipfile.ZipFile(file) as archive:
            return _archive_fault(archive, most_bytes)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError, ValueError):
        return "This is not a spreadsheet that can be read: it is damaged, or protected by a password."
    finally:
        file.seek(0)


def _archive_fault(archive: zipfile.ZipFile, most_bytes: int) -> str | None:
    entries = archive.infolist()
    if len(entries) > MOST_ENTRIES:
        return f"The spreadsheet has {len(entries):,} parts, which no list of filings has."
    if any(entry.flag_bits & 1 for entry in entries):
        return "The spreadsheet is protected by a password."
    names = [entry.filename for entry in entries]
    if len(set(names)) < len(names) or any(name.startswith("/") or ".." in name for name in names):
        return "The spreadsheet is not put together as spreadsheets are."
    if not any(_SHEET.fullmatch(name) for name in names):
        return "This is a zip file, but no Excel spreadsheet (.xlsx)."
    total = 0
    for entry in entries:
        with archive.open(entry) as part:
            size, fault = _part_fault(part, sheet=bool(_SHEET.fullmatch(entry.filename)), left=most_bytes - total)
        if fault:
            return fault
        total += size
    return None


def _part_fault(part: IO[bytes], *, sheet: bool, left: int) -> tuple[int, str | None]:
    size, tail, columns, rows = 0, b"", 0, 0
    while block := part.read(MEGABYTE):
        size += len(block)
        if size > left:
            return size, "The spreadsheet unpacks to far more than a list of filings holds."
        window = tail + block
        if b"<!DOCTYPE" in window or b"<!ENTITY" in window:
            return size, "The spreadsheet holds document definitions, which no list of filings needs."
        for letters, digits in _CELL.findall(window) if sheet else ():
            columns, rows = max(columns, _column(letters)), max(rows, int(digits))
        if columns > MOST_COLUMNS or columns * rows > MOST_CELLS:
            cells = f"a cell in column {columns:,} and a cell in row {rows:,}"
            return size, f"The sheet has {cells}. A list of filings has {MOST_COLUMNS} columns at most."
        tail = window[-200:]
    return size, None


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters.upper():
        number = number * 26 + letter - 64
    return number
