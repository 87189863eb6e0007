"""A page for supervision as an accessible PDF and as a Word file; the same page gives the same bytes. Pure."""

import json
from collections.abc import Sequence
from dataclasses import asdict
from io import BytesIO
from pathlib import Path
from typing import Any

from app.improvement.sheets.sheet import Below, Sheet
from app.report.files.formats import Format
from app.report.files.glyphs import FAMILIES
from app.report.files.packing import same_bytes, writable
from app.report.files.pdf import fitting, set_by_typst

TEMPLATE = Path(__file__).with_name("supervision.typ")
FORMATS = (Format.PDF, Format.DOCX)
SPACE = "_" * 60


def file_of(of: Sheet, kind: Format) -> bytes:
    """Return the page as a file."""
    return pdf_of(of) if kind is Format.PDF else word_of(of)


def pdf_of(of: Sheet) -> bytes:
    """Return the page as a PDF (PDF/UA-1)."""
    told = {**asdict(of), "heading": of.heading, "identifier": of.identifier, "audit": dict(of.facts)["Audit"]}
    return set_by_typst(json.dumps({**fitting(told), "families": list(FAMILIES)}), TEMPLATE)


def word_of(of: Sheet) -> bytes:
    """Return the page as a Word file."""
    made = _file(of)
    made.add_paragraph(writable(of.title), "Title")
    for name, value in (*of.facts, ("Grade", f"{of.grade}. {'; '.join(of.decided)}.")):
        made.add_paragraph("", "Fact").add_run(writable(name)).bold = True
        made.paragraphs[-1].add_run("\t" + writable(value))
    made.add_paragraph(writable(of.heading), "Heading 2")
    _table(made, of.best, of.first)
    for heading, them in (("Strengths", of.strengths), ("Learning points", of.learning)):
        made.add_paragraph(heading, "Heading 2")
        for words in them or ("None was noted.",):
            made.add_paragraph(writable(words), "List Bullet" if them else "Normal")
    for heading, words in (("The practitioner’s own words", of.words), ("Agreed", of.agreed)):
        made.add_paragraph(heading, "Heading 2")
        made.add_paragraph(writable(words or SPACE))
    last = f"By when: {of.due or SPACE[:20]}    Discussed: {of.discussed or SPACE[:30]}"
    made.add_paragraph(writable(last))
    if of.more:
        made.add_page_break()
        made.add_paragraph(f"More standards below {writable(of.best)}", "Heading 2")
        _table(made, of.best, of.more)
    out = BytesIO()
    made.save(out)
    return same_bytes(out.getvalue())


def _file(of: Sheet) -> Any:  # noqa: ANN401 - python-docx says of next to nothing what type it is
    """Return an empty file with our styles in the small type of one page."""
    import docx  # noqa: PLC0415 - only whoever makes a Word file pays for it
    from docx.oxml.ns import qn  # noqa: PLC0415 - as above
    from docx.shared import Mm, Pt  # noqa: PLC0415 - as above

    from app.report.files.word.styles import styled  # noqa: PLC0415 - as above

    made = docx.Document()
    styled(made)
    for name, size, before, after in (
        ("Normal", 9, 0, 2),
        ("Title", 18, 0, 4),
        ("Heading 2", 11, 7, 2),
        ("Fact", 9, 0, 1),
        ("List Bullet", 9, 0, 0),
    ):
        style = made.styles[name]
        style.font.size = Pt(size)
        style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(before), Pt(after)
        style.paragraph_format.line_spacing = 1.0
    page = made.sections[0]
    page.page_width, page.page_height = Mm(210), Mm(297)
    page.left_margin = page.right_margin = Mm(15)
    page.top_margin, page.bottom_margin = Mm(12), Mm(14)
    page.footer.paragraphs[0].add_run(
        writable(f"{of.title} · {of.identifier} · made on {of.made_on} · Official-sensitive")
    )
    kept = made.core_properties
    kept.title, kept.author, kept.language, kept.comments = writable(of.title), "Casework Audit", "en-GB", ""
    for name in ("dcterms:created", "dcterms:modified", "cp:lastModifiedBy"):
        for found in kept._element.findall(qn(name)):  # noqa: SLF001 - python-docx can set them, not take them out
            kept._element.remove(found)  # noqa: SLF001 - as above
    return made


def _table(made: Any, best: str, them: Sequence[Below]) -> None:  # noqa: ANN401 - as above
    if not them:
        return
    from docx.oxml import OxmlElement  # noqa: PLC0415 - as above

    table = made.add_table(rows=1, cols=3, style="Table Grid")
    heads = ("Standard", "What the audit found, and where", f"What would have made it {best}")
    for cell, words in zip(table.rows[0].cells, heads, strict=True):
        _cell(cell, words, bold=True)
    # Repeated on every page, and what screen readers take for headings.
    table.rows[0]._tr.get_or_add_trPr().append(OxmlElement("w:tblHeader"))  # noqa: SLF001 - python-docx has no headings
    for one in them:
        cells = table.add_row().cells
        _cell(cells[0], one.title, bold=True)
        cells[0].add_paragraph(writable(f"{'Critical. ' if one.critical else ''}{one.stands}"), "Table text")
        _cell(cells[1], one.said)
        if one.evidence:
            cells[1].add_paragraph(writable(f"On file: {one.evidence}"), "Table text")
        _cell(cells[2], one.best)


def _cell(cell: Any, words: str, *, bold: bool = False) -> None:  # noqa: ANN401 - as above
    cell.paragraphs[0].style = "Table text"
    cell.paragraphs[0].add_run(writable(words)).bold = bold or None
