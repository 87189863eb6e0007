"""Evidence that says too little: what is refused when a grade is submitted, and what is asked once. Pure."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import islice
from typing import Protocol

from app.audit.thresholds.document import Standard, ThresholdDocument
from app.labels import plural
from app.prose import plain
from app.web.merging import digest

FEWEST_LETTERS, MANY = 3, 5
WHERE = "Say where in the file it is, for example ‘case plan, 12 September, paragraph 4’"


class Judged(Protocol):
    """What is asked of a judgement."""

    @property
    def evidence(self) -> str: ...  # noqa: D102 - as the class says

    @property
    def set_aside(self) -> bool: ...  # noqa: D102


@dataclass(frozen=True, slots=True)
class Question:
    """Something to confirm before a grade is submitted: a sentence, and the standards it is about.

    `keys` tell the question and the texts that it is about, so that it comes again only where one is another.
    """

    sentence: str
    standards: Sequence[Standard]
    keys: Sequence[str]


# Every page of the tool looks at every text of the draft again, and most have not changed.
@lru_cache(maxsize=4096)
def _read(text: str) -> tuple[int, str]:
    """Return how many letters a text has, as far as they are counted, and the text as it is compared."""
    return len([*islice(filter(str.isalpha, text), FEWEST_LETTERS)]), plain(text)


def says_too_little(document: ThresholdDocument, standard: Standard, text: str) -> str | None:
    """Return why the evidence for a standard, or the reason for setting it aside, cannot be submitted, or None.

    An empty text is not judged here: it is missing.
    """
    if not text:
        return None
    letters, said = _read(text)
    if letters < FEWEST_LETTERS:
        return f"The evidence for ‘{standard.title}’ has no words in it. {WHERE}"
    if said == _read(standard.title)[1]:
        return f"The evidence for ‘{standard.title}’ is only its title. {WHERE}"
    if said in document.sentences_on(standard.code):
        return f"The evidence for ‘{standard.title}’ is only what the document says of a level. {WHERE}"
    return None


def questions(
    document: ThresholdDocument,
    standards: Sequence[Standard],
    judged: Mapping[str, Judged],
    *,
    documents: Collection[str],
    asked: Collection[str],
) -> list[Question]:
    """Return what is to be confirmed before some judgements are submitted, in the order of the document.

    `documents` are the labels of those that are listed, `asked` the keys of what was confirmed before.
    """
    given = [(s, judged[s.code]) for s in standards if s.code in judged and judged[s.code].evidence]
    return [
        *_without_a_place([(s, j.evidence) for s, j in given if not j.set_aside], documents, asked),
        *_the_same([(s, j.evidence) for s, j in given], asked),
        *_repeated(document, [(s, j.evidence) for s, j in given if j.set_aside], asked),
    ]


Texts = Sequence[tuple[Standard, str]]


def _question(rule: str, sentence: str, about: Texts, asked: Collection[str]) -> list[Question]:
    """Return a question about those texts that were not asked about yet, if there are any."""
    keys = {s.code: f"{rule}:{s.code}:{digest(text)}" for s, text in about}
    left = [s for s, _ in about if keys[s.code] not in asked]
    return (
        [Question(sentence.format(plural(len(left), "standard")), left, [keys[s.code] for s in left])] if left else []
    )


def _without_a_place(about: Texts, documents: Collection[str], asked: Collection[str]) -> list[Question]:
    labels = [label.casefold() for label in documents]
    found = [
        (s, text)
        for s, text in about
        if not any(c.isdigit() for c in text) and not any(label in text.casefold() for label in labels)
    ]
    sentence = (
        "The evidence for {} names no document of the list, and has no number, paragraph or date. Can it be found?"
    )
    return _question("place", sentence, found, asked)


def _the_same(about: Texts, asked: Collection[str]) -> list[Question]:
    alike: dict[str, list[tuple[Standard, str]]] = {}
    for s, text in about:
        alike.setdefault(plain(text), []).append((s, text))
    return [
        question
        for texts in alike.values()
        if len(texts) >= MANY
        for question in _question("same", "The evidence for {} is the same. Does it fit each of them?", texts, asked)
    ]


def _repeated(document: ThresholdDocument, about: Texts, asked: Collection[str]) -> list[Question]:
    found = [
        (s, text)
        for s, text in about
        if s.not_applicable_when
        and plain(text) in {plain(s.not_applicable_when), plain(document.in_words(s.not_applicable_when))}
    ]
    sentence = "The reason for setting {} aside only repeats the document. Is there nothing of this file to say?"
    return _question("aside", sentence, found, asked)
