"""The numbers of figures: given when a document is built, by what is there; texts refer to them by code. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from app.documents import Block, Prose, Section, Table
from app.report.findings.numbered import REFERENCE, is_numbered


def numbered(sections: Sequence[Section], absent: str = "[x]") -> list[Section]:
    """Return sections whose figures have their numbers, in reading order, and whose texts refer to these."""
    codes = [t.code for s in sections for t in _tables(s) if is_numbered(t.code)]
    numbers = {code: f"Figure {n}" for n, code in enumerate(dict.fromkeys(codes), 1)}
    return [_with_numbers(section, numbers, absent) for section in sections]


def _tables(section: Section) -> list[Table]:
    inside = [table for part in section.parts for table in _tables(part)]
    return [*(block for block in section.blocks if isinstance(block, Table)), *inside]


def _with_numbers(section: Section, numbers: Mapping[str, str], absent: str) -> Section:
    parts = [_with_numbers(part, numbers, absent) for part in section.parts]
    return replace(section, blocks=[_numbered(block, numbers, absent) for block in section.blocks], parts=parts)


def _numbered(block: Block, numbers: Mapping[str, str], absent: str) -> Block:
    match block:
        case Table() if block.code in numbers:
            return replace(block, title=f"{numbers[block.code]}. {block.title}")
        case Prose():
            return replace(block, markdown=REFERENCE.sub(lambda m: numbers.get(m.group(1), absent), block.markdown))
        case _:
            return block
