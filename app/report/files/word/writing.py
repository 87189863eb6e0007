"""A document as a Word file to go on writing in: real headings, lists, tables with repeated headings. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from io import BytesIO
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.opc.constants import RELATIONSHIP_TYPE
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from app.documents import (
    IN_CONTENTS,
    Block,
    Document,
    Picture,
    Prose,
    Section,
    Sentences,
    Table,
    all_sections,
    contents,
    marks_used,
)
from app.pictures import png_of_svg
from app.report.files.packing import same_bytes, writable
from app.report.files.passages import Listing, Paragraph, Passage, Quotation, passages
from app.report.files.sizes import ACROSS, TOGETHER, WIDE_CODE, Drawn, fitted, paged, picture_size, row_lines
from app.report.files.word.pages import Piece, pages, rows
from app.report.files.word.pages import paragraph as piece
from app.report.files.word.parts import contents_field, field, hyperlink, table_xml
from app.report.files.word.styles import FACT_INDENT, KEPT_WITH_NEXT, LOOKS, styled

SHARPNESS = 2.0
DEEPEST_LIST, DEEPEST_HEADING = 3, 9
# In millimetres: a page, its margins, and the space under a picture.
ACROSS_PAGE, DOWN_PAGE, TOP, BOTTOM = 210.0, 297.0, 22.0, 21.0
PICTURE_SPACE = 2.5
# A hash of 64 characters fits on a line in small type, in points.
LONGEST_PLAIN, SMALL = 50, 9
# In points: what follows a table would stand too close to it.
AFTER_TABLE = 8


def word_of(document: Document, drawn: Drawn) -> bytes:
    """Return a document as a Word file; the same document gives the same bytes."""
    made = _Writer(paged(document), drawn)
    made.cover()
    for number, (depth, section) in enumerate(all_sections(made.document)):
        made.section(number, depth, section)
    made.number()
    out = BytesIO()
    made.file.save(out)
    return same_bytes(out.getvalue())


class _Writer:
    """A Word file while it is written, from its first page to its last."""

    def __init__(self, document: Document, drawn: Drawn) -> None:
        self.document, self.drawn, self.wide = document, drawn, False
        # What was written so far, for the pages of the contents, and where those stand.
        self.pieces: list[Piece] = []
        self.listed: Mapping[int, Any] = {}
        self.after_table = False
        # python-docx says of next to nothing what type it is.
        self.file: Any = docx.Document()
        styled(self.file)
        self._properties()
        self._page()

    def _properties(self) -> None:
        document, kept = self.document, self.file.core_properties
        kept.title, kept.subject, kept.identifier = (
            writable(text)[:255] for text in (document.title, document.subtitle, document.identifier)
        )
        kept.author, kept.language, kept.comments = "Casework Audit", "en-GB", ""
        # A file is the same whenever it is made, and the dates of the library's own template are not its dates.
        for name in ("dcterms:created", "dcterms:modified", "cp:lastModifiedBy"):
            for found in kept._element.findall(qn(name)):  # noqa: SLF001 - python-docx can set them, not take them out
                kept._element.remove(found)  # noqa: SLF001 - as above

    def _page(self) -> None:
        page = self.file.sections[0]
        page.page_width, page.page_height = Mm(ACROSS_PAGE), Mm(DOWN_PAGE)
        page.left_margin = page.right_margin = Mm((ACROSS_PAGE - ACROSS) / 2)
        page.top_margin, page.bottom_margin = Mm(TOP), Mm(BOTTOM)
        foot = page.footer.paragraphs[0]
        foot.add_run(writable(" · ".join(filter(None, (*self._names(), self.document.marking, "Page ")))))
        field(foot, "PAGE")
        foot.add_run(" of ")
        field(foot, "NUMPAGES")

    def _names(self) -> tuple[str, str]:
        return self.document.reference, self.document.short

    def _turn(self, *, wide: bool) -> None:
        """Go on, on a page that lies on its side or stands, where that is not so already."""
        if wide != self.wide:
            page = self.file.add_section()
            page.orientation = WD_ORIENT.LANDSCAPE if wide else WD_ORIENT.PORTRAIT
            page.page_width, page.page_height = page.page_height, page.page_width
            self.wide = wide

    def cover(self) -> None:
        """Write the first page: what this is, what is in it, and the marks that stand in its tables."""
        document = self.document
        if document.marking:
            self._words(document.marking, "Strong line")
        self._words(document.title, "Title")
        self._words(document.subtitle, "Subtitle")
        for name, value in document.about:
            self._pair(name, value)
        self._contents()
        self._marks()

    def _contents(self) -> None:
        numbers = {id(section): n for n, (_, section) in enumerate(all_sections(self.document))}
        listed = [(numbers[id(s)], depth, writable(s.title)) for depth, s in contents(self.document)]
        if listed:
            self._words("Contents", "TOC Heading")
            whole = all(section.parts_listed for section in self.document.sections)
            self.listed = contents_field(self.file, listed, IN_CONTENTS if whole else 1)
            self.pieces += [piece(words, f"toc {depth}", ACROSS) for _, depth, words in listed]

    def number(self) -> None:
        """Write the page of each heading into the contents."""
        for number, page in pages(self.pieces, DOWN_PAGE - TOP - BOTTOM).items():
            if number in self.listed:
                self.listed[number].text = str(page)

    def _marks(self) -> None:
        marks = marks_used(self.document)
        if marks:
            self._words("Marks in the tables", "TOC Heading")
        for mark, meaning in marks:
            self._pair(mark, meaning)

    def section(self, number: int, depth: int, section: Section) -> None:
        """Write a section: its heading and its blocks."""
        self._turn(wide=section.code == WIDE_CODE)
        heading = self._words(section.title, f"Heading {min(depth, DEEPEST_HEADING)}")
        self.pieces[-1] = replace(self.pieces[-1], heading=number, with_next=True)
        start = parse_xml(f'<w:bookmarkStart {nsdecls("w")} w:id="{number}" w:name="_Toc{number}"/>')
        heading._p.insert(1, start)  # noqa: SLF001 - python-docx knows no bookmarks
        heading._p.append(parse_xml(f'<w:bookmarkEnd {nsdecls("w")} w:id="{number}"/>'))  # noqa: SLF001 - as above
        for at, block in enumerate(section.blocks, 1):
            self._block(block, followed=at < len(section.blocks))

    def _block(self, block: Block, *, followed: bool) -> None:
        match block:
            case Table():
                self._table(block)
            case Picture():
                self._picture(block)
            case Prose():
                self._passages(passages(block.markdown))
            case Sentences():
                self._sentences(block.sentences, followed=followed)

    def _sentences(self, them: Sequence[str], *, followed: bool) -> None:
        """Write sentences; the last one stays with what it introduces, so that no page has a list alone."""
        for at, sentence in enumerate(them, 1):
            made = self._words(sentence, "List Bullet" if len(them) > 1 else "Normal")
            if followed and at == len(them):
                self._keep(made)

    def _keep(self, made: Any) -> None:  # noqa: ANN401 - as above
        """Have a paragraph stay with the next."""
        made.paragraph_format.keep_with_next = True
        self.pieces[-1] = replace(self.pieces[-1], with_next=True)

    def _words(self, words: str, style: str) -> Any:  # noqa: ANN401 - as above
        self.pieces.append(piece(words, style, ACROSS, with_next=style in KEPT_WITH_NEXT))
        made = self.file.add_paragraph(writable(words), style)
        if self.after_table and LOOKS.get(style, LOOKS["Normal"])[3] < AFTER_TABLE:
            made.paragraph_format.space_before = Pt(AFTER_TABLE)
        self.after_table = False
        return made

    def _pair(self, name: str, value: str) -> None:
        made = self._words("", "Fact")
        self.pieces[-1] = piece(value if " " in value else "", "Fact", ACROSS - FACT_INDENT)
        made.add_run(writable(name)).bold = True
        run = made.add_run("\t" + writable(value))
        if len(value) > LONGEST_PLAIN and " " not in value:
            run.font.size = Pt(SMALL)

    def _table(self, table: Table) -> None:
        self._words(table.title, "Caption")
        fit = fitted(table)
        counts = row_lines(table, fit)
        together = sum(counts) <= TOGETHER
        self.pieces += rows(counts, fit.points, together=together)
        self.file._body._body.insert_element_before(  # noqa: SLF001 - a table at once, not cell by cell
            parse_xml(table_xml(table, fit, together=together)), "w:sectPr"
        )
        for note in table.notes:
            self._words(note, "Note")
        self.after_table = not table.notes

    def _picture(self, picture: Picture) -> None:
        self._words(picture.title, "Caption")
        svg = self.drawn(picture)
        across, down = picture_size(svg)
        shown = self.file.add_picture(BytesIO(png_of_svg(svg, SHARPNESS)), width=Mm(across))
        self.pieces.append(Piece(down, after=PICTURE_SPACE))
        shown._inline.docPr.set("descr", writable(picture.alternative))  # noqa: SLF001 - python-docx knows no text alternatives

    def _passages(self, them: Sequence[Passage], depth: int = 0, *, quoted: bool = False) -> None:
        """Write passages; within a list they are indented, one item under another."""
        for passage in them:
            match passage:
                case Paragraph():
                    self._runs(passage, "Quote" if quoted else f"List Continue{_nth(depth)}" if depth else "Normal")
                case Quotation():
                    self._passages(passage.passages, depth, quoted=True)
                case Listing():
                    self._list(passage, min(depth + 1, DEEPEST_LIST))

    def _list(self, listing: Listing, depth: int) -> None:
        style = f"List {'Number' if listing.numbered else 'Bullet'}{_nth(depth)}"
        number = self._numbers(style) if listing.numbered else None
        for item in listing.items:
            first = item[0] if item and isinstance(item[0], Paragraph) else Paragraph(())
            marked = self._runs(first, style)
            if number is not None:
                marked._p.get_or_add_pPr().get_or_add_numPr().get_or_add_numId().val = number  # noqa: SLF001 - python-docx knows no lists
            self._passages(item[1:] if first.runs else item, depth)

    def _numbers(self, style: str) -> int:
        """Return numbers that begin at one: those of a style go on from list to list."""
        numbering = self.file.part.numbering_part.element
        used = self.file.styles[style].element.pPr.numPr.numId.val
        made = numbering.add_num(numbering.num_having_numId(used).abstractNumId.val)
        made.add_lvlOverride(ilvl=0).add_startOverride(1)
        return int(made.numId)

    def _runs(self, paragraph: Paragraph, style: str) -> Any:  # noqa: ANN401 - as above
        made = self._words("", style)
        self.pieces[-1] = piece("".join(run.text for run in paragraph.runs), style, ACROSS)
        for run in paragraph.runs:
            if run.link:
                address = self.file.part.relate_to(run.link, RELATIONSHIP_TYPE.HYPERLINK, is_external=True)
                made._p.append(parse_xml(hyperlink(writable(run.text), address)))  # noqa: SLF001 - python-docx makes no links
                continue
            words = made.add_run(writable(run.text))
            words.bold, words.italic = run.bold or None, run.italic or None
        return made


def _nth(depth: int) -> str:
    return f" {depth}" if depth > 1 else ""
