"""Prose as passages, each of runs of text that look alike: for files that are not HTML. Pure."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from markdown_it.token import Token

from app.prose import parsed

# Longer addresses are no links in some programs.
LONGEST_LINK = 2000


@dataclass(frozen=True, slots=True)
class Run:
    """Some words of a paragraph that look alike; `link` is empty where they lead nowhere."""

    text: str
    bold: bool = False
    italic: bool = False
    link: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph."""

    runs: Sequence[Run]


@dataclass(frozen=True, slots=True)
class Listing:
    """A list, numbered or not; an item has passages, which may be lists themselves."""

    numbered: bool
    items: "Sequence[Sequence[Passage]]"


@dataclass(frozen=True, slots=True)
class Quotation:
    """Passages that somebody else wrote."""

    passages: "Sequence[Passage]"


Passage = Paragraph | Listing | Quotation


def passages(markdown: str) -> Sequence[Passage]:
    """Return prose as passages, in reading order."""
    return _within(iter(parsed(markdown)))


def _within(tokens: Iterator[Token]) -> list[Passage]:
    """Return the passages up to the end of the element that the tokens are in."""
    found: list[Passage] = []
    for token in tokens:
        match token.type:
            case "inline":
                found.append(Paragraph(_runs(token.children or ())))
            case "blockquote_open":
                found.append(Quotation(_within(tokens)))
            case "bullet_list_open" | "ordered_list_open":
                found.append(Listing(token.type == "ordered_list_open", _items(tokens)))
            case "list_item_close" | "blockquote_close":
                break
    return found


def _items(tokens: Iterator[Token]) -> list[Sequence[Passage]]:
    """Return the items of a list, up to its end."""
    items: list[Sequence[Passage]] = []
    for token in tokens:
        if token.type != "list_item_open":
            break
        items.append(_within(tokens))
    return items


def _runs(tokens: Sequence[Token]) -> list[Run]:
    """Return the words of a paragraph."""
    runs, bold, italic, link = [], 0, 0, ""
    for token in tokens:
        match token.type:
            case "strong_open" | "strong_close":
                bold += token.nesting
            case "em_open" | "em_close":
                italic += token.nesting
            case "link_open":
                address = str(token.attrGet("href") or "")
                link = address if len(address) <= LONGEST_LINK else ""
            case "link_close":
                link = ""
            case "softbreak":
                runs.append(Run(" ", bold > 0, italic > 0, link))
            case "hardbreak":
                runs.append(Run("\n", bold > 0, italic > 0, link))
            case _ if token.content:
                runs.append(Run(token.content, bold > 0, italic > 0, link))
    return runs
