"""Parts of a Word file that python-docx cannot make, or only slowly: fields, links, and whole tables. Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from app.documents import Kind, Table, shown
from app.report.files.packing import writable
from app.report.files.sizes import TYPES, Fit

LINE, SHADE, DARK = "B1B4B6", "F3F2F1", "0B0C0C"
TWIPS = 1440 / 25.4


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


def contents_field(file: Any, headings: Sequence[tuple[int, int, str]], depth: int) -> Mapping[int, Any]:  # noqa: ANN401 - as above
    """Add the list of contents, filled in already, as a field that Word can make anew, down to a `depth` of headings.

    `headings` are number, depth and words. Returns where the page of each is to be written.
    """
    pages = {}
    for place, (number, level, words) in enumerate(headings):
        paragraph = file.add_paragraph(style=f"toc {level}")._p  # noqa: SLF001 - as above
        starts = ("begin", rf'TOC \o "1-{depth}" \h \z \u', "separate") if place == 0 else ()
        for part in starts:
            paragraph.append(_of_field(part))
        link = parse_xml(
            f'<w:hyperlink {nsdecls("w")} w:anchor="_Toc{number}" w:history="1"><w:r><w:t '
            f'xml:space="preserve">{escape(words)}</w:t></w:r><w:r><w:tab/></w:r></w:hyperlink>'
        )
        for part in ("begin", rf"PAGEREF _Toc{number} \h", "separate"):
            link.append(_of_field(part))
        page = parse_xml(f"<w:r {nsdecls('w')}><w:t>1</w:t></w:r>")
        link.append(page)
        link.append(_of_field("end"))
        paragraph.append(link)
        pages[number] = page[0]
        if place == len(headings) - 1:
            paragraph.append(_of_field("end"))
    return pages


def _of_field(part: str) -> Any:  # noqa: ANN401 - as above
    """Return a part of a field: its begin, its separator or its end, or what it is a field of."""
    mark = (
        f'<w:fldChar w:fldCharType="{part}"/>'
        if part in {"begin", "separate", "end"}
        else f'<w:instrText xml:space="preserve"> {escape(part)} </w:instrText>'
    )
    return parse_xml(f"<w:r {nsdecls('w')}>{mark}</w:r>")


def table_xml(table: Table, fit: Fit, *, together: bool) -> str:
    """Return a table whose headings are repeated on each page, or which stays together on one."""
    widths = [round(width * TWIPS) for width in fit.widths]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    margins = "".join(f'<w:{side} w:w="{width}" w:type="dxa"/>' for side, width in MARGINS)
    return (
        f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblW w:w="{sum(widths)}" w:type="dxa"/><w:tblLayout '
        f'w:type="fixed"/><w:tblCellMar>{margins}</w:tblCellMar>'
        '<w:tblLook w:val="00A0" w:firstRow="1" w:lastRow="0" w:firstColumn="1" w:lastColumn="0" w:noHBand="1" '
        'w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(writable(table.title))}/></w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{''.join(_rows(table, widths, fit.points, together=together))}</w:tbl>"
    )


MARGINS = (("top", 50), ("left", 100), ("bottom", 50), ("right", 100))


def _rows(table: Table, widths: Sequence[int], points: float, *, together: bool) -> Iterator[str]:
    """Yield the headings, which stay with the first row, and the rows."""
    headings = [column.heading for column in table.columns]
    heads = _cells(table, widths, headings, _Look(points, bold=True, line="8" + DARK, next_too=True))
    yield f"<w:tr><w:trPr><w:cantSplit/><w:tblHeader/></w:trPr>{heads}</w:tr>"
    for number, of in enumerate(table.rows, 1):
        shade = f'<w:shd w:val="clear" w:color="auto" w:fill="{SHADE}"/>' if of.total else ""
        # Neither the first row of a table stands alone at the foot of a page nor the last at the top of one.
        kept = number < len(table.rows) and (together or number in {1, len(table.rows) - 1})
        look = _Look(points, bold=of.total, line="4" + LINE, shade=shade, next_too=kept)
        texts = [shown(value, column.kind) for value, column in zip(of.cells, table.columns, strict=True)]
        yield f"<w:tr><w:trPr><w:cantSplit/></w:trPr>{_cells(table, widths, texts, look)}</w:tr>"


@dataclass(frozen=True, slots=True)
class _Look:
    """How the cells of a row look: the first is always bold; whether the row stays with the next."""

    points: float
    bold: bool
    line: str
    next_too: bool
    shade: str = ""


def _cells(table: Table, widths: Sequence[int], texts: Sequence[str], look: _Look) -> str:
    sides = ["left" if column.kind is Kind.WORDS else "right" for column in table.columns]
    return "".join(
        _cell(text, width, side, replace(look, bold=look.bold or at == 0))
        for at, (text, width, side) in enumerate(zip(texts, widths, sides, strict=True))
    )


def _cell(words: str, width: int, side: str, look: _Look) -> str:
    border = f'<w:bottom w:val="single" w:sz="{look.line[0]}" w:color="{look.line[1:]}"/>'
    place = "bottom" if look.line.endswith(DARK) else "center"
    shape = (
        f'<w:tcW w:w="{width}" w:type="dxa"/><w:tcBorders>{border}</w:tcBorders>{look.shade}<w:vAlign w:val="{place}"/>'
    )
    kept, weight = "<w:keepNext/>" if look.next_too else "", "<w:b/>" if look.bold else ""
    # The style has the larger type of tables.
    weight += f'<w:sz w:val="{round(2 * look.points)}"/>' if look.points != TYPES[0] else ""
    weight = f"<w:rPr>{weight}</w:rPr>" if weight else ""
    run = f'<w:r>{weight}<w:t xml:space="preserve">{escape(writable(words))}</w:t></w:r>'
    style = f'<w:pPr><w:pStyle w:val="Tabletext"/>{kept}<w:jc w:val="{side}"/></w:pPr>'
    return f"<w:tc><w:tcPr>{shape}</w:tcPr><w:p>{style}{run}</w:p></w:tc>"
