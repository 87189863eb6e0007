"""A file of the kinds of work, as `kinds export` writes it and other commands take it."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from app.audit.thresholds.yaml_text import DocumentRefused, compose, node_problems, plain
from app.commands.arguments import Refused, text_of
from app.people.kind_lists import NoKinds, read_kinds
from app.people.kinds import SHIPPED, KindsOfWork


def _refused(path: Path, problems: Iterable[str]) -> Refused:
    return Refused(*(f"{path}: {problem}" for problem in problems))


def _without(path: Path, problems: Sequence[str]) -> None:
    if problems:
        raise _refused(path, problems)


def kinds_in(path: Path | None, before: KindsOfWork = SHIPPED) -> KindsOfWork:
    """Return the kinds of work of a file, those of a list that it does not name as before; without a file those."""
    if path is None:
        return before
    try:
        root = compose(text_of(path))
        _without(path, [*node_problems(root)])
        return read_kinds(plain(root), before=before)
    except (DocumentRefused, NoKinds) as refused:
        raise _refused(path, refused.problems) from refused
