"""The documents that evidence names, as links into the case's file. Pure."""

import re
from collections.abc import Mapping, Sequence

from markupsafe import Markup, escape

_LINK = Markup(
    '<a class="govuk-link" href="{}" target="_blank" rel="noopener noreferrer">{}'
    '<span class="govuk-visually-hidden"> (new tab)</span></a>'
)


def linked(text: str, links: Mapping[str, str]) -> Markup:
    """Return a text with each document that it names as a link; `links` are addresses by what evidence calls them.

    Of two names that fit the longer is meant; a name inside a word is none.
    """
    pieces: Sequence[str] = [text]
    if links:
        names = "|".join(re.escape(name) for name in sorted(links, key=len, reverse=True))
        pieces = re.split(rf"(?<!\w)({names})(?!\w)", text)
    return Markup("").join(
        _LINK.format(links[piece], piece) if number % 2 else escape(piece) for number, piece in enumerate(pieces)
    )
