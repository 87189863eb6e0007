"""YAML as threshold documents use it; every problem is named with its line. Pure."""

import re
from collections.abc import Iterator, Sequence
from typing import Any

import yaml

LARGEST = 1_000_000
DEEPEST = 20
# The C parser is ten times faster; not every build of PyYAML has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,8}")

Path_ = tuple[str | int, ...]
Problem = tuple[Path_, str]


class DocumentRefused(Exception):  # noqa: N818 - an answer, not a fault
    """A text that cannot be read as a threshold document, or a part of one; `problems` are the sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def at_lines(root: yaml.Node, problems: Sequence[Problem]) -> Iterator[str]:
    """Put the line before each problem."""
    for path, sentence in problems:
        yield f"Line {line_of(root, path)}: {sentence}"


def line_of(root: yaml.Node, path: Path_) -> int:
    """Return the line of the last step of a path that is in the text."""
    node, mark = root, root.start_mark
    for step in path:
        if isinstance(node, yaml.MappingNode):
            pair = next((p for p in node.value if p[0].value == step), None)
            if pair is None:
                break
            node, mark = pair[1], pair[0].start_mark
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int):
            node = node.value[step]
            mark = node.start_mark
    return int(mark.line) + 1


def compose(text: str, *, whole: bool = True) -> yaml.Node:
    """Return the nodes of a text, a whole document or one part of it.

    Raises DocumentRefused where it is too large, no YAML or more than the format needs.
    """
    if len(text.encode(errors="replace")) > LARGEST:
        raise DocumentRefused(["The file is larger than 1 MB."])
    try:
        refused = list(_event_problems(text))
        root = None if refused else yaml.compose(text, _LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentRefused([_not_yaml(text, error)]) from error
    if refused:
        raise DocumentRefused(refused)
    if whole and not isinstance(root, yaml.MappingNode):
        raise DocumentRefused(["The file is not a threshold document: it has no keys."])
    if root is None:
        raise DocumentRefused(["Line 1: there is nothing here but comments."])
    return root


def _not_yaml(text: str, error: Exception) -> str:
    mark = getattr(error, "problem_mark", None)
    # A character that cannot be read has a position and no line.
    position = getattr(error, "position", getattr(error, "start", 0))
    line = mark.line if mark else text.encode(errors="replace")[:position].count(b"\n")
    reason = getattr(error, "problem", None) or getattr(error, "reason", None) or error
    return f"Line {line + 1}: this is not YAML ({reason})."


def _event_problems(text: str) -> Iterator[str]:
    """Refuse what the format does not need and what can be made to explode: aliases, tags, depth."""
    depth = 0
    for event in yaml.parse(text, _LOADER):
        line = event.start_mark.line + 1 if event.start_mark else 0
        if isinstance(event, yaml.AliasEvent):
            yield f"Line {line}: aliases (*) are not allowed."
        elif getattr(event, "tag", None):
            yield f"Line {line}: tags (!) are not allowed."
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > DEEPEST:
            yield f"Line {line}: this is nested more than {DEEPEST} deep."
            return


def node_problems(node: yaml.Node) -> Iterator[str]:
    """Yield a sentence for each value that would not be read as it looks, and each key that is there twice."""
    if isinstance(node, yaml.MappingNode):
        yield from _key_problems(node)
        for _, value in node.value:
            yield from node_problems(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from node_problems(item)
    elif node.tag == _TAG + "int":
        if not _WHOLE_NUMBER.fullmatch(node.value):
            yield _if_text(node, "is not a plain whole number")
    elif node.tag not in {_TAG + "str", _TAG + "bool", _TAG + "null"}:
        yield _if_text(node, f"would be read as a {node.tag.removeprefix(_TAG)}")


def _if_text(node: yaml.Node, wrong: str) -> str:
    return f"Line {node.start_mark.line + 1}: ‘{node.value[:40]}’ {wrong}. If it is text, put it in quotes."


def _key_problems(node: yaml.MappingNode) -> Iterator[str]:
    seen: set[str] = set()
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.tag != _TAG + "str":
            yield f"Line {line}: a key here is not text. If it is meant to be, put it in quotes."
        elif key.value in seen:
            yield f"Line {line}: the key ‘{key.value}’ is there twice."
        else:
            seen.add(key.value)


def plain(node: yaml.Node) -> object:
    """Return a node's value; what `node_problems` refuses comes out as text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return tuple(plain(item) for item in node.value)
    if node.tag == _TAG + "int" and _WHOLE_NUMBER.fullmatch(node.value):
        return int(node.value)
    if node.tag == _TAG + "bool":
        return str(node.value).lower() in {"true", "yes", "on"}
    return None if node.tag == _TAG + "null" else node.value


class _Writer(yaml.SafeDumper):
    """Writes lists of words on one line, as people do, and nothing that the reader refuses."""

    def represent_sequence(self, tag: str, sequence: Any, flow_style: bool | None = None) -> yaml.SequenceNode:  # noqa: ANN401, ARG002, FBT001 - PyYAML's own signature
        """Return the node of a list."""
        return super().represent_sequence(tag, sequence, flow_style=all(isinstance(item, str) for item in sequence))

    def ignore_aliases(self, data: Any) -> bool:  # noqa: ANN401, ARG002 - PyYAML's own signature
        """Write out what is there twice."""
        return True


def _words(writer: _Writer, text: str) -> yaml.Node:
    # The lines of some old machines end with these, and they would come back as spaces.
    return writer.represent_scalar(
        _TAG + "str", text, style='"' if any(c in text for c in "\x85\u2028\u2029") else None
    )


_Writer.add_representer(str, _words)


def written(value: object) -> str:
    """Return a value as YAML that reads back as the same value."""
    return yaml.dump(value, Dumper=_Writer, sort_keys=False, allow_unicode=True, width=90)


def plain_value(value: Any) -> Any:  # noqa: ANN401 - mappings, lists and words
    """Return values as they are read with lists that can be changed."""
    if isinstance(value, dict):
        return {key: plain_value(item) for key, item in value.items()}
    return [plain_value(item) for item in value] if isinstance(value, tuple) else value
