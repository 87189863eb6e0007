"""Parts of a Word file that python-docx cannot make, or only slowly: fields, links, and whole tables. Pure."""

from collections.abc import Sequence
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.documents import Kind, Row, Table, shown
from app.report.files.packing import writable
from app.report.files.sizes import column_millimetres, is_wide

LINE, SHADE, DARK = "B1B4B6", "F3F2F1", "0B0C0C"
TWIPS = 1440 / 25.4
# A table of at most so many rows stays on one page, standing or on its side; what must stay together and cannot loses
# its title.
TOGETHER, TOGETHER_WIDE = 28, 12


def field(paragraph: Any, code: str) -> None:  # noqa: ANN401 - python-docx has no type for it
    """Add a field, such as the page's number, which Word works out."""
    paragraph._p.append(  # noqa: SLF001
        parse_xml(f'<w:fldSimple {nsdecls("w")} w:instr="{code}"><w:r><w:t>1</w:t></w:r></w:fldSimple>')
    )


def hyperlink(words: str, address: str) -> str:
    """Return a link to elsewhere; `address` is the name of a relationship."""
    look = '<w:rPr><w:color w:val="1D70B8"/><w:u w:val="single"/></w:rPr>'
    return (
        f'<w:hyperlink {nsdecls("w", "r")} r:id="{address}"><w:r>{look}<w:t '
        f'xml:space="preserve">{escape(words)}</w:t></w:r></w:hyperlink>'
    )


def contents(file: Any, headings: Sequence[tuple[int, int, str]]) -> None:  # noqa: ANN401 - as above
    """Add the list of contents, filled in already, as a field that Word can make anew.

    `headings` are number, depth and words.
    """
    for place, (number, depth, words) in enumerate(headings):
        paragraph = file.add_paragraph(style=f"toc {depth}")._p  # noqa: SLF001 - as above
        starts = (
            '<w:fldChar w:fldCharType="begin"/>',
            r'<w:instrText xml:space="preserve">TOC \o "1-2" \h \z \n</w:instrText>',
            '<w:fldChar w:fldCharType="separate"/>',
        )
        for mark in starts if place == 0 else ():
            paragraph.append(parse_xml(f"<w:r {nsdecls('w')}>{mark}</w:r>"))
        paragraph.append(
            parse_xml(
                f'<w:hyperlink {nsdecls("w")} w:anchor="_Toc{number}"><w:r><w:t '
                f'xml:space="preserve">{escape(words)}</w:t></w:r></w:hyperlink>'
            )
        )
        if place == len(headings) - 1:
            paragraph.append(parse_xml(f'<w:r {nsdecls("w")}><w:fldChar w:fldCharType="end"/></w:r>'))


def table_xml(table: Table) -> str:
    """Return a table whose headings are repeated on each page."""
    widths = [round(width * TWIPS) for width in column_millimetres(table)]
    sides = ["left" if column.kind is Kind.WORDS else "right" for column in table.columns]
    together = len(table.rows) <= (TOGETHER_WIDE if is_wide(table) else TOGETHER)

    def cell(at: int, words: str, *, bold: bool, line: str, shade: str = "", next_too: bool) -> str:
        bottom = f'<w:bottom w:val="single" w:sz="{line[0]}" w:color="{line[1:]}"/>'
        place = "bottom" if line.endswith(DARK) else "center"
        look = (
            f'<w:tcW w:w="{widths[at]}" w:type="dxa"/><w:tcBorders>{bottom}</w:tcBorders>{shade}<w:vAlign '
            f'w:val="{place}"/>'
        )
        kept = "<w:keepNext/>" if next_too else ""
        run = (
            f"<w:r>{'<w:rPr><w:b/></w:rPr>' if bold else ''}<w:t "
            f'xml:space="preserve">{escape(writable(words))}</w:t></w:r>'
        )
        return (
            f'<w:tc><w:tcPr>{look}</w:tcPr><w:p><w:pPr><w:pStyle w:val="Tabletext"/>{kept}<w:jc '
            f'w:val="{sides[at]}"/></w:pPr>{run}</w:p></w:tc>'
        )

    def row(of: Row, number: int) -> str:
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if of.total else ""
        next_too = together and number < len(table.rows) - 1
        texts = (shown(value, column.kind) for value, column in zip(of.cells, table.columns, strict=True))
        cells = "".join(
            cell(at, text, bold=of.total or at == 0, line="4" + LINE, shade=shade, next_too=next_too)
            for at, text in enumerate(texts)
        )
        return f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{cells}</w:tr>"

    heads = "".join(
        cell(at, column.heading, bold=True, line="8" + DARK, next_too=True) for at, column in enumerate(table.columns)
    )
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(
        f'<w:{side} w:w="{width}" w:type="dxa"/>'
        for side, width in (("top", 50), ("left", 100), ("bottom", 50), ("right", 100))
    )
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout '
        f'w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" '
        'w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(writable(table.title))}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
        f"{''.join(row(each, n) for n, each in enumerate(table.rows))}</w:tbl>"
    )
