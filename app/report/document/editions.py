"""A report as it was published: its text as data, its identifier, and what a revision changed. Pure."""

import hashlib
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import asdict, replace
from typing import Any

from app.documents import Block, Column, Document, Kind, Picture, Prose, Row, Section, Sentences, Table, shown, tables
from app.report.findings.numbered import FORMER

REVISED = " [r]"


def text_of(value: object) -> str:
    """Return a value as the one text that is kept of it and hashed."""
    return json.dumps(value, sort_keys=True, ensure_ascii=False)


def sha256(text: str) -> str:
    """Return the hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()


def identifier(*parts: str) -> str:
    """Return the identifier of everything that was frozen together: the hash of the parts' hashes, a line each."""
    return sha256("\n".join(sha256(part) for part in parts))


def document_text(document: Document, identifier: str = "") -> str:
    """Return a document as text with the identifier by which it is published, and without whom to ask.

    A pack has no identifier then, because its own is made from its text.
    """
    blocks = {
        **asdict(replace(document, identifier=identifier)),
        "sections": [_section(section) for section in document.sections],
    }
    del blocks["imprint"]
    return text_of(blocks)


def _section(section: Section) -> dict[str, Any]:
    blocks = [{"block": type(block).__name__, **asdict(block)} for block in section.blocks]
    return {
        "code": section.code,
        "title": section.title,
        "blocks": blocks,
        "parts": [_section(part) for part in section.parts],
    }


def document_of(text: str, identifier: str) -> Document:
    """Return a document from its text; one that was published without an identifier of its own gets this one."""
    data = json.loads(text)
    facts = [(name, value) for name, value in data.pop("facts")]
    sections = [_read_section(section) for section in data.pop("sections")]
    known = data.pop("identifier") or identifier
    return Document(**{**data, "facts": facts, "identifier": known, "sections": sections})


def _read_section(data: Mapping[str, Any]) -> Section:
    return Section(
        data["code"],
        data["title"],
        [_read_block(block) for block in data["blocks"]],
        [_read_section(part) for part in data["parts"]],
    )


def _read_block(data: Mapping[str, Any]) -> Block:
    of = {name: value for name, value in data.items() if name != "block"}
    match data["block"]:
        case "Table":
            columns = [Column(c["heading"], Kind(c["kind"])) for c in of["columns"]]
            return Table(**{**of, "columns": columns, "rows": [Row(r["cells"], total=r["total"]) for r in of["rows"]]})
        case "Picture":
            return Picture(**of)
        case "Prose":
            return Prose(**of)
        case _:
            return Sentences(**of)


def revised(document: Document, first: Document) -> Document:
    """Return a document whose cells that differ from the first publication are marked.

    A row or a table that is new is marked whole.
    """
    before = {
        (_code(table), *key, column.heading): shown(cell, column.kind)
        for table in tables(first)
        for key, row in _named(table)
        for column, cell in zip(table.columns, row.cells, strict=True)
    }
    return replace(document, sections=[_marked_section(section, before) for section in document.sections])


def _code(table: Table) -> str:
    """Return what a table is called now, whatever it was called when it was first published."""
    return FORMER.get(table.code, table.code)


def _named(table: Table) -> Iterator[tuple[tuple[str, int], Row]]:
    """Yield each row with its heading and, as two can have the same, the how-manieth of that heading it is."""
    seen: Counter[str] = Counter()
    for row in table.rows:
        heading = str(row.cells[0])
        yield (heading, seen[heading]), row
        seen[heading] += 1


def _marked_section(section: Section, before: Mapping[tuple[str, str, int, str], str]) -> Section:
    blocks = [_marked(block, before) if isinstance(block, Table) else block for block in section.blocks]
    return replace(section, blocks=blocks, parts=[_marked_section(part, before) for part in section.parts])


def _marked(table: Table, before: Mapping[tuple[str, str, int, str], str]) -> Table:
    rows = []
    for key, row in _named(table):
        cells = [row.cells[0]]
        for column, cell in zip(table.columns[1:], row.cells[1:], strict=True):
            said = shown(cell, column.kind)
            cells.append(cell if before.get((_code(table), *key, column.heading)) == said else f"{said}{REVISED}")
        rows.append(replace(row, cells=cells))
    return replace(table, rows=rows)
