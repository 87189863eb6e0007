"""Loads a threshold document from YAML, or refuses it with everything that is wrong, by line."""

import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from app.audit.thresholds.document import Condition, Example, ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate

LARGEST = 1_000_000
DEEPEST = 20
LAW_TYPES = frozenset({"public", "wafh", "wtfh"})

# The C parser is ten times faster; not every build of PyYAML has it.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_TAG = "tag:yaml.org,2002:"
_WHOLE_NUMBER = re.compile(r"0|-?[1-9][0-9]{0,8}")
_WORDS = {"extra_forbidden": "this key is not known", "missing": "this key is missing", "tuple_type": "must be a list"}

Path_ = tuple[str | int, ...]
Problem = tuple[Path_, str]


class DocumentRefused(Exception):  # noqa: N818 - an answer, not a fault
    """A text that is no threshold document; `problems` are sentences."""

    def __init__(self, problems: Sequence[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


def load_file(path: Path) -> ThresholdDocument:
    """Return the document in a file; raises DocumentRefused, OSError."""
    try:
        return load_document(path.read_bytes().decode())
    except UnicodeDecodeError as error:
        raise DocumentRefused(["The file is not text in UTF-8."]) from error


def load_document(text: str) -> ThresholdDocument:
    """Return the document; raises DocumentRefused with every problem that was found."""
    if len(text.encode(errors="replace")) > LARGEST:
        raise DocumentRefused(["The file is larger than 1 MB."])
    root = _compose(text)
    problems = list(_node_problems(root))
    try:
        document = ThresholdDocument.model_validate(_plain(root))
    except ValidationError as error:
        found = [(e["loc"], f"{'.'.join(str(s) for s in e['loc'])}: {_message(e)}.") for e in error.errors()]
        raise DocumentRefused([*problems, *_at_lines(root, found)]) from error
    problems += _at_lines(root, [*_document_problems(document)])
    if problems:
        raise DocumentRefused(problems)
    return document


def _message(error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    message: str = _WORDS.get(error["type"], error["msg"])
    return message[:1].lower() + message[1:]


def _at_lines(root: yaml.Node, problems: Sequence[Problem]) -> Iterator[str]:
    """Put the line before each problem."""
    for path, sentence in problems:
        yield f"Line {_line(root, path)}: {sentence}"


def _line(root: yaml.Node, path: Path_) -> int:
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


# YAML as the format uses it: mappings, lists, text, whole numbers, true, false and null.


def _compose(text: str) -> yaml.Node:
    try:
        refused = list(_event_problems(text))
        root = None if refused else yaml.compose(text, _LOADER)
    except (yaml.YAMLError, ValueError) as error:
        raise DocumentRefused([_not_yaml(text, error)]) from error
    if refused:
        raise DocumentRefused(refused)
    if not isinstance(root, yaml.MappingNode):
        raise DocumentRefused(["The file is not a threshold document: it has no keys."])
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


def _node_problems(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        yield from _key_problems(node)
        for _, value in node.value:
            yield from _node_problems(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _node_problems(item)
    elif node.tag == _TAG + "int":
        if not _WHOLE_NUMBER.fullmatch(node.value):
            yield f"Line {node.start_mark.line + 1}: ‘{node.value[:40]}’ is not a plain whole number. If it is text, put it in quotes."
    elif node.tag not in {_TAG + "str", _TAG + "bool", _TAG + "null"}:
        kind = node.tag.removeprefix(_TAG)
        yield f"Line {node.start_mark.line + 1}: ‘{node.value[:40]}’ would be read as a {kind}. If it is text, put it in quotes."


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


def _plain(node: yaml.Node) -> object:
    """Return a node's value; what `_node_problems` refuses comes out as text."""
    if isinstance(node, yaml.MappingNode):
        return {str(key.value): _plain(value) for key, value in node.value}
    if isinstance(node, yaml.SequenceNode):
        return tuple(_plain(item) for item in node.value)
    if node.tag == _TAG + "int" and _WHOLE_NUMBER.fullmatch(node.value):
        return int(node.value)
    if node.tag == _TAG + "bool":
        return str(node.value).lower() in {"true", "yes", "on"}
    return None if node.tag == _TAG + "null" else node.value


# What the schema cannot say: each check yields where in the document, and a sentence.


def _document_problems(d: ThresholdDocument) -> Iterator[Problem]:
    yield from _repeated_codes(d)
    yield from _answers_and_areas(d)
    yield from _law_types(d)
    yield from _descriptors(d)
    yield from _due_months(d)
    yield from (rules := [*_rules(d)])
    yield from (named := [p for i, e in enumerate(d.examples) for p in _example_codes(d, i, e)])
    if not rules and not named:
        yield from _example_outcomes(d)


def _twice(what: str, path: Path_, codes: Sequence[str]) -> Iterator[Problem]:
    for i, code in enumerate(codes):
        if code in codes[:i]:
            yield (*path, i), f"the {what} ‘{code}’ is there already."


def _repeated_codes(d: ThresholdDocument) -> Iterator[Problem]:
    yield from _twice("level", ("scale",), [x.code for x in d.scale])
    yield from _twice("degree", ("improvement_degrees",), [x.code for x in d.improvement_degrees])
    yield from _twice("practice area", ("practice_areas",), [x.code for x in d.practice_areas])
    yield from _twice("fact", ("facts",), [x.code for x in d.facts])
    yield from _twice("theme", ("learning_themes",), [x.code for x in d.learning_themes])
    yield from _twice("rule", ("grade_rules",), [x.id for x in d.grade_rules])
    yield from _twice("example", ("examples",), [x.id for x in d.examples])
    for i, fact in enumerate(d.facts):
        yield from _twice(f"answer of {fact.code}", ("facts", i, "answers"), [a.code for a in fact.answers])
    # Standards are unique over all practice areas.
    seen: set[str] = set()
    for path, standard in _standards(d):
        if standard.code in seen:
            yield path, f"the standard ‘{standard.code}’ is there already."
        seen.add(standard.code)


def _standards(d: ThresholdDocument) -> Iterator[tuple[Path_, Any]]:
    for i, area in enumerate(d.practice_areas):
        for j, standard in enumerate(area.standards):
            yield ("practice_areas", i, "standards", j), standard


def _answers_and_areas(d: ThresholdDocument) -> Iterator[Problem]:
    for i, fact in enumerate(d.facts):
        if (fact.kind == "text") != (not fact.answers):
            yield ("facts", i), f"the fact {fact.code} must have answers exactly when it is no text."
    areas = {a.code for a in d.practice_areas}
    for i, theme in enumerate(d.learning_themes):
        if theme.practice_area not in areas:
            yield ("learning_themes", i), f"the theme {theme.code} names the practice area ‘{theme.practice_area}’, which is not there."


def _law_types(d: ThresholdDocument) -> Iterator[Problem]:
    things = [*_standards(d)]
    things += [(("facts", i), fact) for i, fact in enumerate(d.facts)]
    things += [(("learning_themes", i), theme) for i, theme in enumerate(d.learning_themes)]
    for path, thing in things:
        if d.subject == "case" and thing.law_types is None:
            yield path, f"{thing.code} has no law types."
        if d.subject == "area" and thing.law_types is not None:
            yield path, f"{thing.code} has law types, which an area document does not have."
        for law in sorted(set(thing.law_types or ()) - LAW_TYPES):
            yield (*path, "law_types"), f"{thing.code} names the law type ‘{law}’, which is not known."


def _descriptors(d: ThresholdDocument) -> Iterator[Problem]:
    levels = [level.code for level in d.scale]
    for path, standard in _standards(d):
        if list(standard.descriptors) != levels:
            yield (*path, "descriptors"), f"the descriptors of {standard.code} must be for {', '.join(levels)}, in this order."


def _due_months(d: ThresholdDocument) -> Iterator[Problem]:
    for i, degree in enumerate(d.improvement_degrees):
        if d.subject == "case" and degree.due_months is not None:
            yield ("improvement_degrees", i), f"the degree {degree.code} has due_months, which only an area document has."
        if d.subject == "area" and i > 0 and not degree.due_months:
            yield ("improvement_degrees", i), f"the degree {degree.code} needs due_months."


def _rules(d: ThresholdDocument) -> Iterator[Problem]:
    levels, degrees = [x.code for x in d.scale], [x.code for x in d.improvement_degrees]
    for i, rule in enumerate(d.grade_rules):
        last = i == len(d.grade_rules) - 1
        if rule.grade not in levels:
            yield ("grade_rules", i, "grade"), f"the rule {rule.id} gives the grade ‘{rule.grade}’, which is not in the scale."
        if (rule.when.always is True) != last or (rule.when.all is None) != last:
            yield ("grade_rules", i, "when"), f"the rule {rule.id}: the last rule, and only the last, has ‘always: true’; every other has ‘all’."
        for j, condition in enumerate(rule.when.all or ()):
            for sentence in _condition(condition, levels, degrees):
                yield ("grade_rules", i, "when", "all", j), f"the rule {rule.id} {sentence}"
    if all(r.grade in levels for r in d.grade_rules):
        yield from _never_punishes(d, levels, degrees)


def _condition(c: Condition, levels: list[str], degrees: list[str]) -> Iterator[str]:
    if (c.judgement is None) == (c.degree is None):
        yield "has a condition that must look at judgements or at degrees, one of the two."
    if (c.at_least is None) == (c.at_most is None):
        yield "has a condition that must have at_least or at_most, one of the two."
    for code in sorted(_unknown(c, levels, degrees)):
        yield f"looks for ‘{code}’, which is not in the document."


def _unknown(c: Condition, levels: list[str], degrees: list[str]) -> set[str]:
    return set(c.judgement or ()) - set(levels) | set(c.degree or ()) - set(degrees)


def _never_punishes(d: ThresholdDocument, levels: list[str], degrees: list[str]) -> Iterator[Problem]:
    """Check the three things that keep improvement from lowering a grade (README section 2)."""
    default = levels.index(d.grade_rules[-1].grade)
    places = [levels.index(r.grade) for r in d.grade_rules[:-1]]
    worse = [p for p in places if p > default]
    better = [p for p in places if p < default]
    if places != sorted(worse, reverse=True) + sorted(better):
        yield ("grade_rules",), "the rules must come worst grade first, then best first, then the last: otherwise improving could lower the grade."
    for i, place in enumerate(places):
        for j, condition in enumerate(d.grade_rules[i].when.all or ()):
            # A worse grade counts what is bad with at_least and what is good with at_most; a better one the other way round.
            bad_end = (place > default) == (condition.at_least is not None)
            if not _unknown(condition, levels, degrees) and not _from_end(condition, levels, degrees, bad_end=bad_end):
                end = "bad" if bad_end else "good"
                sentence = f"the rule {d.grade_rules[i].id} could punish improvement: it must count without gaps from the {end} end."
                yield ("grade_rules", i, "when", "all", j), sentence


def _from_end(c: Condition, levels: list[str], degrees: list[str], *, bad_end: bool) -> bool:
    order = levels if c.judgement is not None else degrees
    chosen = set(c.judgement or c.degree or ())
    return chosen == set(order[len(order) - len(chosen) :] if bad_end else order[: len(chosen)])


def _example_codes(d: ThresholdDocument, i: int, e: Example) -> Iterator[Problem]:
    at: Path_ = ("examples", i)
    if (d.subject == "case") != (e.law_type in LAW_TYPES) or (d.subject == "area" and e.law_type is not None):
        yield at, f"the example {e.id} needs a law type that is known, and in an area document none."
        return
    standards = {s.code: s for s in d.standards_for(e.law_type)}
    levels, degrees = {x.code for x in d.scale}, {x.code for x in d.improvement_degrees}
    for code in sorted({*e.exceptions, *e.degrees, *e.set_aside} - set(standards)):
        yield at, f"the example {e.id} names the standard ‘{code}’, which does not apply to it."
    for code in e.set_aside:
        if code in standards and not standards[code].can_be_set_aside:
            yield at, f"the example {e.id} sets {code} aside, which cannot be."
    unknown = {e.default, *e.exceptions.values(), e.expect.grade} - levels | set(e.degrees.values()) - degrees
    for code in sorted(unknown | {e.expect.rule} - {r.id for r in d.grade_rules}):
        yield at, f"the example {e.id} names ‘{code}’, which is not in the document."


def _example_outcomes(d: ThresholdDocument) -> Iterator[Problem]:
    none = d.improvement_degrees[0].code
    for i, e in enumerate(d.examples):
        codes = [s.code for s in d.standards_for(e.law_type)]
        answers = {c: Judged(e.exceptions.get(c, e.default), e.degrees.get(c, none), c in e.set_aside) for c in codes}
        found = indicate(d, e.law_type, answers)
        if found is None or (found.grade, found.rule) != (e.expect.grade, e.expect.rule):
            got = f"{found.grade} by {found.rule}" if found else "nothing"
            yield ("examples", i), f"the example {e.id} expects {e.expect.grade} by {e.expect.rule}, but the rules give {got}."
