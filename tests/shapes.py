"""Shapes that no sentence may have, whatever the numbers are: what is wrong with none, one, few, all and lists."""

import re
from collections.abc import Iterator
from html import unescape

# Nouns that sentences count, as they are said of one.
NOUNS = (
    r"(?:immediate |decided |drawn |returned |graded |second |learning |more |working |percentage |service |returned )*"
    r"(?:case|practitioner|area|filing|challenge|review|point|day|answer|grade|standard|difference|thing|person|pack|"
    r"benchmark|message|problem|action|concern|sign-off|month|file|fact|reference|example|draft|audit|strength)"
)
ONE_OF_MANY = rf"(?<![\d.,])1 {NOUNS.replace('person', 'people')}s\b"
SHAPES: dict[str, str] = {
    "one with the noun of many": ONE_OF_MANY,
    "many with the noun of one": rf"\b(?:0|[2-9]|[1-9][0-9]+) {NOUNS}\b(?!s|-| of)",
    "one with the verb of many": r"(?<![\w.,])(?<!of )1 (?:[a-z]+ )?(?:are|were|have|do|stand)\b",
    "each or all of one": r"\b(?:each|all|both) (?:of )?1\b(?!,)|\bboth (?:[03-9]|2\d)|\ball 2\b",
    "one of one": r"(?<![\d.,])1 of 1\b(?! ?%)",
    "nothing counted": r"(?<![\d.,%A-Za-z])0 (?:of|records?|do|does|stayed|was|were|not)\b|\b0 [a-z]+ staff",
    "a share of too few": r"% of (?:the )?[12] |(?<![\d.,])[12] of [12] [a-z ]*\(\d|of [12] \(\d+%\)",
    "an interval that is a point": r"\b(\d+)%? (?:and|to) \1(?:%| percentage| points)",
    "a share that is the whole, with its percentage": r"\(100%\)|\(0%\)|\(0%,|\(100%, 95% interval 100",
    "decimals that nobody reads": r"\d\.\d\d+%",
    "a thing that is not named": r"so this can no longer|Cannot be said",
    "a number for none": r"\bNone%|\bnan\b|\bNone of None|\bNone\b(?= (?:Good|Met|Not Met))|\[\w+\]%",
    "a hidden number": r"\[[cuxz]\]",
    "a broken word": r"\bin-terval\b|\u00ad",
    # The settings name the places in an address of the case system.
    "an empty place": r"  |\( ?\)| [,.;:](?!\.)|: ?\.|, ?\.|\.\.(?!\.)|\band \.|: and |, and\."
    r"|\{(?!(?:case_ref|document)\})|(?<!\{case_ref)(?<!\{document)\}",
    "a sentence that begins small": r"^[a-z]",
    "brackets in brackets": r"\([^()]*\([^()]*\)[^()]*\)",
}
_SHAPES = {what: re.compile(shape) for what, shape in SHAPES.items()}
_AREAS = re.compile(
    r"\bA\d+(?: Public| Private)?(?:, A\d+(?: Public| Private)?)*,? (?:and|or) A\d+(?: Public| Private)?"
)
# What judges: a verdict on a target, an interval, a comparison.
VERDICTS = re.compile(
    r"reached|missed|within the limit|over the limit|clearly|95% interval|lie between|differ by|higher|lower than|"
    r"evidence"
)


def badly_shaped(sentence: str) -> Iterator[str]:
    """Yield what is wrong with a sentence, if anything is."""
    for what, shape in _SHAPES.items():
        if found := shape.search(sentence):
            yield f"{what}: ‘{found.group()}’ in ‘{sentence}’"
    for found in _AREAS.finditer(sentence):
        numbers = [int(number) for number in re.findall(r"A(\d+)", found.group())]
        if numbers != sorted(numbers):
            yield f"areas out of order: ‘{found.group()}’"


# What begins or ends a piece of text on a page.
_EDGES = re.compile(
    r"</?(?:p|li|ul|ol|h[1-6]|td|th|tr|table|caption|div|dd|dt|dl|summary|details|label|legend|option|button|figcaption|"
    r"main|header|footer|nav|section|form|textarea|fieldset|br|img|input|svg)\b[^>]*>"
)
_HIDDEN = re.compile(r"<(script|style|template|head)\b.*?</\1>", re.DOTALL)
# A page has words that are no sentences: marks in cells, names in small letters, 0 of 7 parts done.
OF_SENTENCES = ("a hidden number", "a sentence that begins small", "nothing counted", "brackets in brackets")


def on_page(html: str) -> Iterator[str]:
    """Yield what is badly shaped on a page: of each piece of its text, but for what only a sentence has to keep."""
    for piece in _EDGES.split(_HIDDEN.sub("", html)):
        text = " ".join(unescape(re.sub(r"<[^>]+>", "", piece)).split())
        yield from (fault for fault in badly_shaped(text) if not fault.startswith(OF_SENTENCES))
