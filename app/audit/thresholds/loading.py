"""Loads a threshold document from YAML, or refuses it with everything that is wrong, by line."""

from collections import Counter
from collections.abc import Iterator
from typing import Any

import yaml
from pydantic import ValidationError

from app.audit.thresholds.document import Condition, Fact, GradeRule, LearningTheme, Standard, ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate

LARGEST = 1_000_000
LAW_TYPES = frozenset({"public", "wafh", "wtfh"})


class DocumentRefused(Exception):  # noqa: N818 - an answer, not a fault
    """A text that is no threshold document; `problems` are sentences."""

    def __init__(self, problems: list[str]) -> None:
        super().__init__("\n".join(problems))
        self.problems = tuple(problems)


class _Loader(yaml.CSafeLoader):
    """YAML as the format uses it."""


def load_document(text: str) -> ThresholdDocument:
    """Return the document; raises DocumentRefused with every problem that was found."""
    if len(text) > LARGEST:
        raise DocumentRefused(["The file is larger than 1 MB."])
    root = _compose(text)
    repeated = list(_repeated_keys(root))
    if repeated:
        raise DocumentRefused(repeated)
    try:
        document = ThresholdDocument.model_validate(yaml.load(text, _Loader))  # noqa: S506 - a safe loader
    except ValidationError as error:
        raise DocumentRefused([_schema_problem(root, e) for e in error.errors()]) from error
    problems = [*_codes(document), *_law_types(document), *_descriptors(document), *_rules(document)] or list(_examples(document))
    if problems:
        raise DocumentRefused(problems)
    return document


def _compose(text: str) -> yaml.Node:
    try:
        _no_aliases(text)
        root = yaml.compose(text, _Loader)
    except (yaml.YAMLError, ValueError) as error:
        mark = getattr(error, "problem_mark", None)
        where = f"Line {mark.line + 1}: " if mark else ""
        raise DocumentRefused([f"{where}this is not YAML ({getattr(error, 'problem', None) or error})."]) from error
    if not isinstance(root, yaml.MappingNode):
        raise DocumentRefused(["The file is not a threshold document: it has no keys."])
    return root


def _no_aliases(text: str) -> None:
    """Refuse aliases, which the format does not need and which can be made to explode."""
    for event in yaml.parse(text, _Loader):
        if isinstance(event, yaml.AliasEvent):
            raise DocumentRefused([f"Line {event.start_mark.line + 1 if event.start_mark else 0}: aliases (*) are not allowed."])


def _repeated_keys(node: yaml.Node) -> Iterator[str]:
    if isinstance(node, yaml.MappingNode):
        seen: set[str] = set()
        for key, value in node.value:
            if key.value in seen:
                yield f"Line {key.start_mark.line + 1}: the key ‘{key.value}’ is there twice."
            seen.add(str(key.value))
            yield from _repeated_keys(value)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _repeated_keys(item)


def _schema_problem(root: yaml.Node, error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    node = root
    for step in error["loc"]:
        if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
        elif isinstance(node, yaml.MappingNode):
            node = next((value for key, value in node.value if key.value == step), node)
    return f"Line {node.start_mark.line + 1}, {'.'.join(str(s) for s in error['loc'])}: {error['msg'].lower()}."


def _twice(what: str, codes: list[str]) -> Iterator[str]:
    for code, count in Counter(codes).items():
        if count > 1:
            yield f"The {what} ‘{code}’ is there {count} times."


def _codes(d: ThresholdDocument) -> Iterator[str]:
    yield from _twice("level", [x.code for x in d.scale])
    yield from _twice("degree", [x.code for x in d.improvement_degrees])
    yield from _twice("practice area", [x.code for x in d.practice_areas])
    yield from _twice("standard", [x.code for x in d.standards()])
    yield from _twice("fact", [x.code for x in d.facts])
    yield from _twice("theme", [x.code for x in d.learning_themes])
    yield from _twice("rule", [x.id for x in d.grade_rules])
    yield from _twice("example", [x.id for x in d.examples])
    for fact in d.facts:
        yield from _twice(f"answer of {fact.code}", [a.code for a in fact.answers])
        if (fact.kind == "text") != (not fact.answers):
            yield f"The fact {fact.code} must have answers exactly when it is no text."
    areas = {a.code for a in d.practice_areas}
    for theme in d.learning_themes:
        if theme.practice_area not in areas:
            yield f"The theme {theme.code} names the practice area ‘{theme.practice_area}’, which is not there."


def _law_types(d: ThresholdDocument) -> Iterator[str]:
    things: list[Standard | Fact | LearningTheme] = [*d.standards(), *d.facts, *d.learning_themes]
    for thing in things:
        if d.subject == "case" and not thing.law_types:
            yield f"{thing.code} has no law types."
        for law in set(thing.law_types or ()) - LAW_TYPES:
            yield f"{thing.code} names the law type ‘{law}’, which is not known."
        if d.subject == "area" and thing.law_types:
            yield f"{thing.code} has law types, which an area document does not have."


def _descriptors(d: ThresholdDocument) -> Iterator[str]:
    levels = [level.code for level in d.scale]
    for standard in d.standards():
        if list(standard.descriptors) != levels:
            yield f"The descriptors of {standard.code} must be for {', '.join(levels)}, in this order."


def _rules(d: ThresholdDocument) -> Iterator[str]:
    levels, degrees = [x.code for x in d.scale], [x.code for x in d.improvement_degrees]
    for i, rule in enumerate(d.grade_rules):
        last = i == len(d.grade_rules) - 1
        if rule.grade not in levels:
            yield f"The rule {rule.id} gives the grade ‘{rule.grade}’, which is not in the scale."
        if (rule.when.always is True) != last or (rule.when.all is None) != last:
            yield f"The rule {rule.id}: the last rule, and only the last, has ‘always: true’; every other has ‘all’."
        for condition in rule.when.all or ():
            yield from _condition(rule, condition, levels, degrees)
    if all(r.grade in levels for r in d.grade_rules):
        yield from _never_punishes(d, levels, degrees)


def _condition(rule: GradeRule, c: Condition, levels: list[str], degrees: list[str]) -> Iterator[str]:
    if (c.judgement is None) == (c.degree is None):
        yield f"The rule {rule.id}: a condition looks at judgements or at degrees, one of the two."
    if (c.at_least is None) == (c.at_most is None):
        yield f"The rule {rule.id}: a condition has at_least or at_most, one of the two."
    for code in set(c.judgement or ()) - set(levels) | set(c.degree or ()) - set(degrees):
        yield f"The rule {rule.id} looks for ‘{code}’, which is not in the document."
    if any(limit is not None and limit < 0 for limit in (c.at_least, c.at_most)):
        yield f"The rule {rule.id} has a limit below nought."


def _never_punishes(d: ThresholdDocument, levels: list[str], degrees: list[str]) -> Iterator[str]:
    """Check the three things that keep improvement from lowering a grade (README section 2)."""
    default = levels.index(d.grade_rules[-1].grade)
    places = [levels.index(r.grade) for r in d.grade_rules[:-1]]
    worse = [p for p in places if p > default]
    better = [p for p in places if p < default]
    if places != sorted(worse, reverse=True) + sorted(better):
        yield "The rules must come worst grade first, then best first, then the last: otherwise improving could lower the grade."
    for rule, place in zip(d.grade_rules, places, strict=False):
        for condition in rule.when.all or ():
            order = levels if condition.judgement is not None else degrees
            chosen = set(condition.judgement or condition.degree or ())
            # A worse grade counts what is bad with at_least and what is good with at_most; a better one the other way round.
            bad_end = (place > default) == (condition.at_least is not None)
            expected = set(order[-len(chosen) :]) if bad_end else set(order[: len(chosen)])
            if chosen != expected:
                yield f"The rule {rule.id} could punish improvement: it must count without gaps from the {'bad' if bad_end else 'good'} end."


def _examples(d: ThresholdDocument) -> Iterator[str]:
    for example in d.examples:
        standards = {s.code: s for s in d.standards_for(example.law_type)}
        for code in {*example.exceptions, *example.degrees, *example.set_aside} - set(standards):
            yield f"The example {example.id} names the standard ‘{code}’, which does not apply to it."
        for code in example.set_aside:
            if code in standards and not standards[code].can_be_set_aside:
                yield f"The example {example.id} sets {code} aside, which cannot be."
        none = d.improvement_degrees[0].code
        answers = {
            code: Judged(example.exceptions.get(code, example.default), example.degrees.get(code, none), code in example.set_aside) for code in standards
        }
        found = indicate(d, example.law_type, answers)
        if found is None or (found.grade, found.rule) != (example.expect.grade, example.expect.rule):
            got = f"{found.grade} by {found.rule}" if found else "nothing"
            yield f"The example {example.id} expects {example.expect.grade} by {example.expect.rule}, but the rules give {got}."
