"""A document as one HTML file that needs nothing else: no script, its style and its pictures within it. Pure."""

import base64

from app.documents import Document, marks_used
from app.report.files.sizes import Drawn
from app.web.pages import environment


def page_of(document: Document, drawn: Drawn) -> bytes:
    """Return a document as one HTML file; the same document gives the same bytes."""
    template = environment().get_template("report/files/page.html")
    text = template.render(
        document=document, marks=marks_used(document), drawn=lambda picture, size: _address(drawn(picture, size))
    )
    return text.encode()


def _address(svg: str) -> str:
    """Return a picture as an address that holds it: in an image no script of it would run."""
    return f"data:image/svg+xml;base64,{base64.b64encode(svg.encode()).decode()}"
