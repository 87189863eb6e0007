"""How a Word file looks: its styles, by which people change the look of all of it at once."""

from typing import Any

from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_TAB_ALIGNMENT, WD_TAB_LEADER
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from app.report.files.sizes import ACROSS

INK, BLUE, QUIET = "0B0C0C", "12436D", "484949"
FONT = "Arial"
# Of each style its size, its colour, whether it is bold, and the points before and after it.
LOOKS = {
    "Normal": (11, INK, False, 0, 7),
    "Title": (28, BLUE, True, 16, 4),
    "Subtitle": (14, QUIET, False, 0, 14),
    "TOC Heading": (15, BLUE, True, 16, 6),
    "Heading 1": (18, BLUE, True, 20, 7),
    "Heading 2": (14, BLUE, True, 16, 6),
    "Heading 3": (12, BLUE, True, 13, 6),
    "Caption": (11, INK, True, 13, 6),
    "Strong line": (11, BLUE, True, 0, 0),
    "Fact": (11, INK, False, 0, 3),
    "Note": (9, QUIET, False, 4, 0),
    "Table text": (9, INK, False, 0, 0),
    "toc 1": (11, INK, True, 3, 2),
    "toc 2": (11, INK, False, 0, 2),
    "Footer": (8.5, QUIET, False, 0, 0),
    "Quote": (11, INK, False, 0, 8),
}
FACT_INDENT = 45.0
# How far apart the lines of a paragraph are.
SPACING = 1.15
KEPT_WITH_NEXT = ("Title", "TOC Heading", "Heading 1", "Heading 2", "Heading 3", "Caption")


def styled(file: Any) -> None:  # noqa: ANN401 - python-docx has no type for it
    """Give a new file our styles, and its language."""
    there = {style.name for style in file.styles}
    for name, (size, colour, bold, before, after) in LOOKS.items():
        style = (
            file.styles[name]
            if name in there
            else file.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH, builtin=name.startswith("toc"))
        )
        style.font.name, style.font.size, style.font.bold, style.font.italic = FONT, Pt(size), bold, False
        style.font.color.rgb = RGBColor.from_string(colour)
        _one_font(style)
        shape = style.paragraph_format
        shape.line_spacing = 1.0
        shape.space_before, shape.space_after, shape.keep_with_next = Pt(before), Pt(after), name in KEPT_WITH_NEXT
    file.styles["Normal"].paragraph_format.line_spacing = SPACING
    file.styles["Quote"].paragraph_format.left_indent = file.styles["toc 2"].paragraph_format.left_indent = Mm(8)
    fact = file.styles["Fact"].paragraph_format
    fact.left_indent, fact.first_line_indent = Mm(FACT_INDENT), Mm(-FACT_INDENT)
    fact.tab_stops.add_tab_stop(Mm(FACT_INDENT))
    for name in ("toc 1", "toc 2"):
        file.styles[name].paragraph_format.tab_stops.add_tab_stop(
            Mm(ACROSS), WD_TAB_ALIGNMENT.RIGHT, WD_TAB_LEADER.DOTS
        )
    for name, flourish in (("Title", "w:pBdr"), ("Title", "w:spacing"), ("Subtitle", "w:spacing")):
        for found in list(file.styles[name].element.iter(qn(flourish))):
            if flourish == "w:pBdr" or found.getparent().tag == qn("w:rPr"):
                found.getparent().remove(found)
    for language in file.styles.element.iter(qn("w:lang")):
        language.set(qn("w:val"), "en-GB")


def _one_font(style: Any) -> None:  # noqa: ANN401 - as above
    """Take the fonts of the library's theme out of a style: they would win over ours."""
    fonts = style.element.rPr.rFonts
    for kind in ("ascii", "hAnsi", "cs", "eastAsia"):
        fonts.set(qn(f"w:{kind}"), FONT)
        fonts.attrib.pop(qn(f"w:{'cstheme' if kind == 'cs' else kind + 'Theme'}"), None)
