"""A document as an accessible PDF (PDF/UA-1), set by Typst from data alone. Pure."""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from pathlib import Path
from typing import Any

from app.documents import (
    Block,
    Document,
    Kind,
    Picture,
    Prose,
    Sentences,
    Table,
    all_sections,
    contents,
    marks_used,
    shown,
)
from app.pictures.drawing import FONTS
from app.report.files.glyphs import FAMILIES, STAND_IN, breakable, drawable, undrawn
from app.report.files.passages import Listing, Paragraph, Passage, passages
from app.report.files.pdf_headings import with_row_headings
from app.report.files.sizes import TALL, TOGETHER, WIDE_CODE, Drawn, fitted, paged, picture_size, row_lines

TEMPLATE = Path(__file__).with_name("report.typ")
AUTHOR = "Casework Audit"
UNDRAWN = "a character that this file’s fonts do not have: {}"


def pdf_of(document: Document, drawn: Drawn) -> bytes:
    """Return a document as a PDF; the same document gives the same bytes."""
    return set_by_typst(source_of(document, drawn))


def source_of(document: Document, drawn: Drawn) -> str:
    """Return all that the template is told, as JSON."""
    turned = paged(document)
    listed = {id(section) for _, section in contents(turned)}
    sections = [
        {
            "level": depth,
            "title": section.title,
            "listed": id(section) in listed,
            "wide": section.code == WIDE_CODE,
            "blocks": [_block(block, drawn) for block in section.blocks],
        }
        for depth, section in all_sections(turned)
    ]
    told = {name: getattr(document, name) for name in ("title", "subtitle", "marking", "short")}
    more = {"author": AUTHOR, "facts": document.about, "reference": document.reference}
    data = {**told, **more, "families": list(FAMILIES), "sections": sections}
    return json.dumps({**fitting(data), "marks": _marks(document, data)})


def _marks(document: Document, data: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Return the marks with what each means, and what a square stands for where there is one."""
    missing = undrawn(list(_texts(data)))
    return [*marks_used(document), *([(STAND_IN, UNDRAWN.format("; ".join(missing)))] if missing else [])]


def _texts(value: object, name: str = "") -> Iterator[str]:
    """Yield every text of the data that is set as text."""
    match value:
        case str() if name != "link":
            yield value
        case Mapping():
            for key, each in value.items():
                yield from _texts(each, key)
        case list() | tuple():
            for each in value:
                yield from _texts(each, name)


def set_by_typst(source: str, template: Path = TEMPLATE) -> bytes:
    """Return the PDF that Typst makes of a template and what it is told, with the fonts of ours alone."""
    import typst  # noqa: PLC0415 - only whoever makes a PDF pays for it

    made = typst.compile(
        str(template),
        root=str(template.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": source},
        pdf_standards=["ua-1"],
        timestamp=0,
    )
    return with_row_headings(bytes(made))


def _block(block: Block, drawn: Drawn) -> Mapping[str, Any]:
    match block:
        case Table():
            return _table(block)
        case Picture():
            svg = re.sub(r'font-family="[^"]*"', f'font-family="{", ".join(FAMILIES)}"', drawn(block))
            words = {"title": block.title, "alternative": block.alternative}
            width, height = picture_size(svg)
            return {"kind": "picture", **words, "svg": svg, "width": width, "tall": height > TALL}
        case Sentences():
            return {"kind": "sentences", "sentences": block.sentences}
        case Prose():
            return {"kind": "prose", "passages": [_passage(passage) for passage in passages(block.markdown)]}


def _passage(passage: Passage) -> Mapping[str, Any]:
    match passage:
        case Paragraph():
            return {"kind": "paragraph", "runs": [asdict(run) for run in passage.runs]}
        case Listing():
            return {
                "kind": "list",
                "numbered": passage.numbered,
                "items": [[_passage(each) for each in item] for item in passage.items],
            }
        case _:
            return {"kind": "quotation", "passages": [_passage(each) for each in passage.passages]}


def _table(table: Table) -> Mapping[str, Any]:
    fit = fitted(table)
    rows = [
        [shown(cell, column.kind) for cell, column in zip(row.cells, table.columns, strict=True)] for row in table.rows
    ]
    return {
        "kind": "table",
        "title": table.title,
        "notes": table.notes,
        "rows": rows,
        "totals": [row.total for row in table.rows],
        "columns": [{"heading": column.heading, "words": column.kind is Kind.WORDS} for column in table.columns],
        "points": fit.points,
        "widths": fit.widths,
        "together": sum(row_lines(table, fit)) <= TOGETHER,
    }


def fitting(value: Any, name: str = "") -> Any:  # noqa: ANN401 - whatever JSON can hold
    """Return data with what the fonts can draw, its very long words breakable.

    Pictures and addresses stay in one piece.
    """
    match value:
        case str():
            return drawable(value) if name in {"svg", "link"} else breakable(drawable(value))
        case Mapping():
            return {key: fitting(each, key) for key, each in value.items()}
        case list() | tuple():
            return [fitting(each, name) for each in value]
        case _:
            return value
