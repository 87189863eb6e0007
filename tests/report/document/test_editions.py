"""A published document as data.

Read back whole, with an identifier of every part, and what a revision changed marked.
"""

from dataclasses import replace

from app.documents import Column, Document, Kind, Picture, Prose, Row, Section, Sentences, Table, tables
from app.report.document.editions import document_of, document_text, identifier, revised
from app.report.document.sections import sections
from tests.report.document.test_sections import ABOUT, RIGHT
from tests.report.figures.test_figures import BASIS

PICTURE = Picture("areas", "A title", "In words", {"mark": "bar"}, {"mark": "bar", "width": 1}, "figure-3")


def whole() -> Document:
    about = replace(ABOUT, prose={"overall": "It *rose*."}, pictures={"areas": [PICTURE]})
    return Document(
        "NA-2014-11",
        "T",
        "S",
        [("Edition", "Internal")],
        "",
        sections(BASIS, RIGHT, about),
        marking="Official-sensitive",
    )


def test_it_is_read_back_as_it_was() -> None:
    text = document_text(whole())
    again = document_of(text, "abc")
    assert document_text(again) == text
    assert again.identifier == "abc"
    assert document_of(document_text(whole(), "signed"), "abc").identifier == "signed"
    assert list(tables(again)) == [
        replace(t, columns=list(t.columns), rows=[replace(r, cells=list(r.cells)) for r in t.rows], notes=list(t.notes))
        for t in tables(whole())
    ]
    found = {type(block) for section in again.sections for part in (section, *section.parts) for block in part.blocks}
    assert found == {Table, Picture, Sentences, Prose}


def test_every_part_is_in_the_identifier() -> None:
    parts = ["figures", "text", "pictures"]
    assert len({identifier(*parts), *(identifier(*parts[:i], "x", *parts[i + 1 :]) for i in range(3))}) == 4


def one(count: int, percent: int, *more: Row) -> Document:
    columns = [Column("Grade", Kind.WORDS), Column("Cases"), Column("Share", Kind.PERCENT)]
    table = Table("figure-1", "Figure 1", columns, [Row(["Good", count, percent]), *more])
    return Document("R", "T", "S", [], "", [Section("a", "A", [], [Section("b", "B", [table])])])


def test_changed_cells_and_new_rows_are_marked_and_what_stayed_is_not() -> None:
    found = next(tables(revised(one(376, 65, Row(["Met", 149, 26])), one(377, 65))))
    assert [row.cells for row in found.rows] == [["Good", "376 [r]", 65], ["Met", "149 [r]", "26% [r]"]]
    assert next(tables(revised(one(377, 65), one(377, 65)))) == next(tables(one(377, 65)))
    twice = one(377, 65, Row(["Good", 1, 2]))
    assert next(tables(revised(twice, twice))) == next(tables(twice)), (
        "two rows with one heading are not mistaken for each other"
    )
