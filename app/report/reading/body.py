"""A report's body, which is all of it below its first page, as HTML: of what was published it is made once."""

from dataclasses import dataclass, field
from functools import lru_cache

from markupsafe import Markup

from app.documents import Document
from app.report.document.sections import for_graders
from app.web.pages import part

# Each has some hundred KB.
MOST_KEPT = 16


@dataclass(frozen=True, slots=True)
class Body:
    """All that a body depends on."""

    document: Document = field(compare=False)
    # The address below which its pictures are, and what chooses among them.
    base: str
    query: str
    # Of those who have cases to grade: without what could sway them.
    grading: bool
    # The identifier of what was published, which says all of the document; empty of a draft.
    published: str = ""

    def html(self) -> Markup:
        """Return it as HTML."""
        return _kept(self) if self.published else _made(self)


def _made(body: Body) -> Markup:
    document = for_graders(body.document) if body.grading else body.document
    return Markup(part("components/document.html", "whole", document, body.base, body.query))  # noqa: S704 - a template made it


_kept = lru_cache(maxsize=MOST_KEPT)(_made)
