"""Prose that somebody writes: Markdown without HTML, headings or pictures, the same on pages and in files."""

import re
from collections.abc import Sequence

from markdown_it import MarkdownIt
from markdown_it.token import Token
from markupsafe import Markup

# Paragraphs, lists, emphasis and links; what would break a document's headings, or run in a browser, stays text.
_MARKDOWN = MarkdownIt("commonmark", {"html": False}).disable(
    ["heading", "lheading", "image", "code", "backticks", "fence", "html_block", "html_inline", "hr"]
)

_CLASSES = {
    "p": "govuk-body",
    "ul": "govuk-list govuk-list--bullet",
    "ol": "govuk-list govuk-list--number",
    "a": "govuk-link",
    "blockquote": "govuk-inset-text",
}


def parsed(markdown: str) -> Sequence[Token]:
    """Return prose as tokens of markdown-it, for files that are not HTML."""
    return _MARKDOWN.parse(markdown)


def html_of(markdown: str) -> Markup:
    """Return prose as HTML of the design system, without any script or element of the writer's."""
    tokens = parsed(markdown)
    for token in tokens:
        for each in [token, *(token.children or ())]:
            if each.tag in _CLASSES and each.nesting == 1:
                each.attrSet("class", _CLASSES[each.tag])
    return Markup(_MARKDOWN.renderer.render(tokens, _MARKDOWN.options, {}))  # noqa: S704 - the renderer escapes; HTML is off


def plain(text: str) -> str:
    """Return a text as it is compared: no case, one space between words, no marks at its ends."""
    return re.sub(r"^[\W_]+|[\W_]+$", "", " ".join(text.split()).casefold())
