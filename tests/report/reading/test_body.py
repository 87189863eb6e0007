"""A report's body is made once of what was published, and is another wherever anything that it depends on is."""

from dataclasses import replace

from app.report.reading.body import Body
from tests.report.a_document import document

DOCUMENT = document()
PUBLISHED = Body(DOCUMENT, "/reports/NA-1", "", grading=False, published="0" * 64)


def test_it_is_made_once_of_what_was_published_and_anew_of_a_draft() -> None:
    assert PUBLISHED.html() is replace(PUBLISHED).html()
    draft = replace(PUBLISHED, published="")
    assert draft.html() == PUBLISHED.html()
    assert draft.html() is not draft.html()


def test_whatever_it_depends_on_makes_another() -> None:
    changed = replace(DOCUMENT, sections=DOCUMENT.sections[:1])
    others = [
        replace(PUBLISHED, grading=True),
        replace(PUBLISHED, base="/reports/NA-1/revisions/1"),
        replace(PUBLISHED, query="edition=public"),
        replace(PUBLISHED, document=changed, published="1" * 64),
    ]
    assert len({body.html() for body in (PUBLISHED, *others)}) == 5
    assert "<figure" in PUBLISHED.html()
    assert "<figure" not in others[0].html()
