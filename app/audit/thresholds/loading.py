"""Loads a threshold document from YAML, or refuses it with everything that is wrong, by line."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError

from app.audit.thresholds.checks import document_problems
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.yaml_text import (
    DocumentRefused,
    Path_,
    Problem,
    at_lines,
    compose,
    line_of,
    node_problems,
    plain,
)
from app.people.kinds import SHIPPED

_WORDS = {"extra_forbidden": "this key is not known", "missing": "this key is missing", "tuple_type": "must be a list"}
# What can be put right for the moment, so that what else is wrong is found in the same round.
_PLACEHOLDER = {
    "string_too_long": "x",
    "string_too_short": "x",
    "string_pattern_mismatch": "x",
    "extra_forbidden": None,
}


@dataclass(frozen=True, slots=True)
class Found:
    """Something in a document that has to be mended before it can be published.

    The line in its text, where it is, and a sentence.
    """

    line: int
    path: Path_
    sentence: str

    @property
    def part(self) -> str:
        """Return the list or text of the document that it is in."""
        return str(self.path[0])


def load_file(path: Path) -> ThresholdDocument:
    """Return the document in a file; raises DocumentRefused, OSError."""
    try:
        return load_document(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        raise DocumentRefused(["The file is not text in UTF-8."]) from error


def load_document(text: str, laws: Collection[str] = SHIPPED.law_types.codes) -> ThresholdDocument:
    """Return the document; raises DocumentRefused with every problem that was found.

    `laws` are the codes of the law types that there are.
    """
    root = compose(text)
    document, problems = _read(root, laws)
    if document is None or problems:
        raise DocumentRefused(problems)
    problems = list(at_lines(root, [*document_problems(document, laws)]))
    if problems:
        raise DocumentRefused(problems)
    return document


def _read(
    root: yaml.Node, laws: Collection[str] = SHIPPED.law_types.codes
) -> tuple[ThresholdDocument | None, list[str]]:
    """Return the document as far as the schema goes, and what is wrong with the text."""
    problems = list(node_problems(root))
    data = plain(root)
    try:
        return ThresholdDocument.model_validate(data), problems
    except ValidationError as error:
        wrong = error.errors()
        found: list[Problem] = [(e["loc"], f"{'.'.join(str(s) for s in e['loc'])}: {message_of(e)}.") for e in wrong]
        repaired = _repaired(data, [(e["loc"], e["type"]) for e in wrong])
        further = list(document_problems(repaired, laws)) if repaired else []
        return None, [*problems, *at_lines(root, [*found, *further])]


def _repaired(data: object, wrong: Sequence[tuple[Path_, str]]) -> ThresholdDocument | None:
    """Return the document with what is wrong put right for the moment, or None where that cannot be done."""
    if any(kind not in _PLACEHOLDER for _, kind in wrong):
        return None
    for path, kind in wrong:
        data = _with(data, path, _PLACEHOLDER[kind])
    try:
        return ThresholdDocument.model_validate(data)
    except ValidationError:
        return None


def _with(data: Any, path: Path_, value: object) -> object:  # noqa: ANN401 - mappings, lists and words
    """Return data in which one place has another value; None takes the place out."""
    step, rest = path[0], path[1:]
    if isinstance(data, dict):
        changed = {**data, step: _with(data[step], rest, value) if rest else value}
        return {k: v for k, v in changed.items() if rest or v is not None or k != step}
    return tuple((_with(item, rest, value) if rest else value) if i == step else item for i, item in enumerate(data))


def message_of(error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    """Return what the schema says of a value, as the end of a sentence."""
    message: str = _WORDS.get(error["type"], error["msg"])
    return message[:1].lower() + message[1:]


def read_document(text: str) -> ThresholdDocument:
    """Return a document that was kept, whether or not it could be published.

    Raises DocumentRefused where it does not fit the schema.
    """
    document, problems = _read(compose(text))
    if document is None or problems:
        raise DocumentRefused(problems)
    return document


def found_in(text: str, laws: Collection[str]) -> list[Found]:
    """Return what has to be mended in a kept document before it can be published."""
    root = compose(text)
    problems = document_problems(read_document(text), laws)
    return [Found(line_of(root, path), path, sentence) for path, sentence in problems]


def data_of(document: ThresholdDocument) -> dict[str, Any]:
    """Return a document as mappings, lists and words that can be changed."""
    return document.model_dump(mode="json", exclude_unset=True, exclude_none=True)


def schema_error(text: str) -> ValidationError | str | None:
    """Return what the schema says of a text that was written from data, or why it cannot be kept at all, or None."""
    try:
        ThresholdDocument.model_validate(plain(compose(text)))
    except ValidationError as error:
        return error
    except DocumentRefused as refused:
        return refused.problems[0]
    return None


def read_part(kind: Any, text: str) -> object:  # noqa: ANN401 - a type
    """Return one part of a document, written as YAML, as plain values.

    Raises DocumentRefused with every problem and its line in the part.
    """
    root = compose(text, whole=False)
    problems, value = list(node_problems(root)), plain(root)
    try:
        TypeAdapter(kind).validate_python(value)
    except ValidationError as error:
        problems += at_lines(root, [*_in_part(error)])
    if problems:
        raise DocumentRefused(problems)
    return value


def _in_part(error: ValidationError) -> Iterator[Problem]:
    for e in error.errors():
        place = ".".join(str(s) for s in e["loc"])
        yield e["loc"], f"{place}: {message_of(e)}." if place else f"this part {message_of(e)}."
