"""What a report has to know of its audit besides the figures, in words. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from app.audit.thresholds.document import ThresholdDocument
from app.documents import Block, Picture, Prose, Section, Sentences, Table
from app.report.enums import Edition, Stage
from app.report.narrative.changes import Earlier

# What the audit lead can write in, one box to a section, in the order of the report.
BOXES = {
    "introduction": "Introduction",
    "overall": "All cases",
    "law-types": "Law types",
    "areas": "Service areas",
    "children-seen": "Children seen",
    "staff": "Staff by employment",
    "strengths": "Strengths",
    "learning": "Learning points",
    "advice": "Recommendations",
    "recommendations": "Earlier recommendations reviewed",
    "conclusion": "Conclusion",
    "next-steps": "Next steps",
    "moderation": "Moderation",
    "sampling": "Sampling",
}


@dataclass(frozen=True, slots=True)
class About:
    """What a report has to know of its audit besides the figures, in words."""

    ref: str
    name: str
    purpose: str
    window: tuple[str, str]
    threshold: str
    law_names: Mapping[str, str]
    reasons: Mapping[str, str]
    # By the code of a theme: what it says, and the title of its practice area.
    themes: Mapping[str, tuple[str, str]]
    data_set: str
    frozen_on: str
    # The month of this audit, and the earlier audit that it is compared with, if one was chosen.
    month: str
    earlier: Earlier | None = None
    # The month by which the targets shall be reached, and where they were set, if that was said.
    targets_by: str = ""
    targets_set_in: str = ""
    stage: Stage = Stage.FINAL
    edition: Edition = Edition.INTERNAL
    # Of a report that was revised: its number, the day, and why.
    revised: tuple[int, str, str] | None = None
    pictures: Mapping[str, Sequence[Picture]] = field(default_factory=dict)
    # What was written in each box, its placeholders filled.
    prose: Mapping[str, str] = field(default_factory=dict)
    # The threshold document, and whether the report answers its questions one by one: that of a thematic audit.
    document: ThresholdDocument | None = None
    thematic: bool = False


def section_of(
    about: About, code: str, *blocks: Block | None, parts: Sequence[Section | None] = (), title: str = ""
) -> Section | None:
    """Return a section, each picture before its table and what was written at the end, or None if it is empty."""
    there = [b for b in blocks if b is not None and not (isinstance(b, Sentences) and not b.sentences)]
    written = [Prose(code, about.prose[code])] if about.prose.get(code) else []
    inside = [part for part in parts if part is not None]
    content = [*_with_pictures(there, about.pictures.get(code, ())), *written]
    return Section(code, title or BOXES[code], content, inside) if content or inside else None


def _with_pictures(blocks: Sequence[Block], drawn: Sequence[Picture]) -> Iterator[Block]:
    """Yield blocks, each picture before its table; those of no table come before the first, or at the end."""
    codes = {b.code for b in blocks if isinstance(b, Table)}
    alone = [p for p in drawn if p.table not in codes]
    for block in blocks:
        if isinstance(block, Table):
            yield from alone
            yield from (p for p in drawn if p.table == block.code)
            alone = []
        yield block
    yield from alone
