"""Words that look alike to a person, although they are different to a program. Pure."""

import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence

# Letters of other alphabets that look as Latin ones do.
_SAME_SHAPE = str.maketrans(
    "АВЕЅІЈКМНОРСТУХавеѕіјкмнорстухΑΒΕΖΗΙΚΜΝΟΡΤΥΧοιν", "ABESIJKMHOPCTYXabesijkmhopctyxABEZHIKMNOPTYXoiv"
)
_SEPARATORS = str.maketrans("_/.-", "    ")


def folded(text: str) -> str:
    """Return a text without blanks and capitals, its letters, dashes and widths in one form.

    What looks nearly the same is the same then.
    """
    if text.isascii():
        return "".join(text.split()).casefold()
    one_form = unicodedata.normalize("NFKC", text).translate(_SAME_SHAPE)
    return "".join("-" if _dash(c) else c for c in one_form if not c.isspace()).casefold()


def _dash(char: str) -> bool:
    return char == "\u2212" or unicodedata.category(char) == "Pd"


def spaced(text: str) -> str:
    """Return a text whose blanks, dashes and other signs between words are one, and its numbers without first zeros.

    ‘North-East’ is ‘North East’, and 00123 is 123.
    """
    if text.isalnum() and text.isascii():
        return (text.lstrip("0") if text[0] == "0" and text.isdigit() else text).casefold()
    if not text.isascii():
        one_form = unicodedata.normalize("NFKC", text).translate(_SAME_SHAPE)
        text = "".join("-" if _dash(c) else c for c in one_form)
    words = text.translate(_SEPARATORS).split()
    return " ".join(word.lstrip("0") if word[0] == "0" and word.isdigit() else word for word in words).casefold()


def alike(values: Iterable[str]) -> list[tuple[str, ...]]:
    """Return the values that look alike, together, in the order in which they come; each of them once."""
    every = list(dict.fromkeys(values))
    found = [group for fold in (folded, spaced) for group in _together(every, fold)]
    return list(dict.fromkeys(found))


def _together(values: Sequence[str], fold: Callable[[str], str]) -> list[tuple[str, ...]]:
    folds = list(map(fold, values))
    if len(set(folds)) == len(folds):
        return []
    together: defaultdict[str, list[str]] = defaultdict(list)
    for folded_one, value in zip(folds, values, strict=True):
        together[folded_one].append(value)
    return [tuple(group) for group in together.values() if len(group) > 1]
