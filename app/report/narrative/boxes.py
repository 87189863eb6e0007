"""What the audit lead writes between the figures: every number is a placeholder, filled from the figures. Pure."""

import re
from collections.abc import Iterator, Mapping
from difflib import get_close_matches
from functools import partial
from typing import Any

from app.labels import length_fault, listed
from app.prose import parsed
from app.report.figures.counted_cases import Basis
from app.report.figures.statistics import in_percent
from app.report.findings.known import Mark
from app.report.findings.numbered import REFERENCE, references
from app.report.findings.shares import printed_cell, target_of
from app.report.narrative.cautions import HIDDEN

LONGEST = 8000
CANDIDATES = 3
# Rates of single auditors are for nobody who reads a report.
_NOBODYS = ("auditors", "auditor", "receipt", "schema")
_PLACEHOLDER = re.compile(r"\{([^{}\n]+)\}")
_PER_CENT = re.compile(r"\s*(?:%|％|per\s*cent\b|percent\b)", re.IGNORECASE)
_MONTH = "(?:January|February|March|April|May|June|July|August|September|October|November|December)"
_NOT_A_COUNT = (
    r"(?!\s*(?:%|％|per\s*cent\b|percent\b|"
    r"(?:of\s|out\s|cases?\b|child|practitioners?\b|filings?\b|areas?\b|points?\b)|[\d.,]*\d))"
)
# Digits that are no figures: dates, years, and the numbers of parts of a text.
_ALLOWED = re.compile(
    rf"\b\d{{1,2}}(?:st|nd|rd|th)?\s+{_MONTH}(?:\s+\d{{4}})?\b|\b{_MONTH}\s+(?:\d{{1,2}},\s*)?(?:19|20)\d\d\b"
    rf"|\b(?:19|20)\d\d(?:[/–-]\d\d)?\b{_NOT_A_COUNT}"
    r"|\b(?:sections?|figures?|fig\.|tables?|annexe?s?|paragraphs?|chapters?|recommendations?|rec\.?|"
    r"improvement points?|action points?|standards?|versions?)"
    rf"\s+\d{{1,2}}(?:\.\d+)*[a-z]?(?:(?:,| and| or| to)\s+\d{{1,2}}(?:\.\d+)*[a-z]?\b{_NOT_A_COUNT})*\b{_NOT_A_COUNT}",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d(?:[\d.,\u00a0]*\d)?")


def placeholders(figures: Mapping[str, Any]) -> dict[str, int | float | str]:
    """Return each figure that a text can name, by its path: overall.good.percent, an interval by low and high."""
    return dict(_paths(figures, ""))


def _paths(found: Mapping[str, Any], at: str) -> Iterator[tuple[str, int | float | str]]:
    for key, value in found.items():
        path = f"{at}.{key}" if at else str(key)
        if key in _NOBODYS or isinstance(value, bool):
            continue
        if isinstance(value, Mapping):
            yield from _paths(value, path)
        elif isinstance(value, int | float) or value == HIDDEN:
            yield path, value
        elif isinstance(value, list | tuple) and len(value) == 2 and all(isinstance(v, float) for v in value):  # noqa: PLR2004 - low and high
            yield from ((f"{path}.{end}", in_percent(v)) for end, v in zip(("low", "high"), value, strict=True))


def _finely(basis: Basis, found: Mapping[str, Any], at: str) -> Iterator[tuple[str, str]]:
    """Yield the percentages near a target that the report prints otherwise than whole, by their paths."""
    for code in (basis.best, basis.lowest) if "total" in found else ():
        share = found.get(code)
        cell = printed_cell(share, found["total"], target_of(basis, code)) if isinstance(share, Mapping) else 0
        if isinstance(cell, float) or (isinstance(cell, str) and cell not in set(Mark)):
            yield f"{at}.{code}.percent", str(cell).removesuffix("%")
    for key, value in found.items():
        if isinstance(value, Mapping):
            yield from _finely(basis, value, f"{at}.{key}" if at else str(key))


def filled(markdown: str, figures: Mapping[str, Any], basis: Basis, absent: str = "[x]") -> str:
    """Return a text with its numbers; one that is hidden, or absent, is a mark and takes its per cent sign with it."""
    known = {**placeholders(figures), **dict(_finely(basis, figures, ""))}

    def number(found: re.Match[str]) -> str:
        # Which number a figure has is known when the document is built.
        if REFERENCE.fullmatch(found.group()):
            return found.group()
        value = known.get(found.group(1).strip(), absent)
        if isinstance(value, str):
            return value
        return f"{value:,}" if isinstance(value, int) else f"{value:.2f}"

    text = _PLACEHOLDER.sub(number, markdown)
    return re.sub(r"(\[[cx]\])\s*(?:%|per\s*cent\b)", r"\1", text)


def faults(markdown: str, figures: Mapping[str, Any]) -> list[str]:
    """Return a sentence for everything that keeps a text from being kept, in the order of the text."""
    if too_long := length_fault("The text", markdown, LONGEST):
        return [too_long]
    known, text = placeholders(figures), _read(markdown)
    named = {**known, **dict.fromkeys(references(figures), "")}
    unknown = [f"There is no figure {{{name}}}{_nearest(name, named)}" for name in _named(text) if name not in named]
    text = _PLACEHOLDER.sub("\ufffc", text)
    if "{" in text or "}" in text:
        unknown.append(
            "A curly bracket stands alone. A placeholder is written {overall.good.percent}, with one bracket at "
            "each "
            "end"
        )
    return list(dict.fromkeys([*unknown, *_typed(_without_names(text, figures), known)]))


def _named(text: str) -> list[str]:
    return [name.strip() for name in _PLACEHOLDER.findall(text)]


def _read(markdown: str) -> str:
    """Return a text as its readers see it, so that nothing is hidden in an entity or in the number of a list."""
    lines = []
    for token in parsed(markdown):
        if token.type == "ordered_list_open" and token.attrGet("start"):
            lines.append(f"{token.attrGet('start')}.")
        if token.children is not None:
            lines.append("".join("\n" if child.type.endswith("break") else child.content for child in token.children))
    return "\n\n".join(lines)


def _without_names(text: str, figures: Mapping[str, Any]) -> str:
    """Return a text without the names of service areas, which may have digits."""
    for area in sorted(figures.get("service_area_order", ()), key=len, reverse=True):
        text = re.sub(rf"(?<!\w){re.escape(area)}(?!\w)", "area", text)
    return text


TYPED_BY_HAND = "is a number typed by hand. Use a placeholder, so that it cannot differ from the figures"


def _typed(text: str, known: Mapping[str, int | float | str]) -> Iterator[str]:
    """Yield a sentence for each number that was typed by hand, with the placeholders that have its value."""
    text = _ALLOWED.sub("then", text)
    for found in _NUMBER.finditer(text):
        sign = _PER_CENT.match(text, found.end())
        yield _use_instead(found.group(), sign.group() if sign else "", known)
    for character in text:
        if character.isnumeric() and not character.isdecimal():
            yield f"‘{character}’ {TYPED_BY_HAND}"
    for sign in _PER_CENT.finditer(text):
        before = text[: sign.start()]
        if not before.endswith("\ufffc") and not before[-1:].isdecimal():
            yield "‘Per cent’ stands after words. Put a placeholder before it, such as {overall.good.percent}"


def _rank(path: str, *, signed: bool) -> tuple[object, ...]:
    """Put what is about everybody first, and where a sign follows a percentage first."""
    share = path.endswith(("percent", "low", "high"))
    return signed != share, not path.startswith("overall."), path.count("."), len(path), path


def _use_instead(number: str, sign: str, known: Mapping[str, int | float | str]) -> str:
    said = f"‘{number}{sign}’ is a number typed by hand"
    try:
        value = float(re.sub(r"[,\u00a0]", "", number))
    except ValueError:
        return f"{said}. Use a placeholder, so that it cannot differ from the figures"
    same = sorted((path for path, figure in known.items() if figure == value), key=partial(_rank, signed=bool(sign)))
    if not same:
        none = f"no figure of this audit is {number}"
        return f"{said}, and {none}. Leave it out, or use the placeholder of the figure that you mean"
    return f"{said}. Use {listed([f'{{{path}}}{sign.strip()}' for path in same[:CANDIDATES]], 'or')}"


def _nearest(name: str, known: Mapping[str, int | float | str]) -> str:
    near = get_close_matches(name, known, CANDIDATES, 0.5)
    return f". The nearest are {listed([f'{{{path}}}' for path in near])}" if near else ". The list below has every one"
