"""The parts of a draft as forms: their fields, where these stand in the document, what is wrong with input. Pure."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import ValidationError

from app.audit.thresholds.checks import law_types_of
from app.audit.thresholds.document import LONGEST_WORDS, Condition, GradeRule, Standard, ThresholdDocument
from app.audit.thresholds.loading import message_of, read_part
from app.audit.thresholds.words import rule_in_words
from app.audit.thresholds.yaml_text import DocumentRefused, Path_, plain_value, written
from app.labels import length_fault
from app.people.kinds import Kinds

# The lists of a document that can be edited as text, and what people call them.
AS_TEXT = {
    "scale": "Levels",
    "improvement_degrees": "Degrees of improvement",
    "practice_areas": "Practice areas and standards",
    "facts": "Facts from the file",
    "learning_themes": "Strengths and learning points",
    "grade_rules": "Grade rules",
    "examples": "Worked examples",
    "prompts": "Prompts where a fact and a judgement do not fit",
}
# The fields of a standard, in the order of its form: (key, label, kind, hint).
_STANDARD = (
    ("title", "Title", "line", "At most 60 characters"),
    ("question", "Question", "text", "What the auditor asks of the file"),
    (
        "critical",
        "Is it critical?",
        "yes_no",
        "A critical standard at the lowest level gives the lowest grade, if the rules say so",
    ),
    ("law_types", "Law types", "codes", "In which cases it is judged"),
    (
        "not_applicable_when",
        "When may it be set aside? (optional)",
        "text",
        "If this is empty, the standard has to be judged in every case",
    ),
    ("evidence_hint", "Where to look", "text", "Where in the file to look"),
    ("source", "Source", "line", "What grounds it"),
    (
        "worked",
        "Worked examples at this standard (optional)",
        "yaml",
        "Each has level, text (at most 600 characters), why (at most 300) and perhaps law_types. None from a real case",
    ),
)
# What is edited as text: its type is that of the document's key, or of the standard's.
_AS_YAML = {**Standard.model_fields, **ThresholdDocument.model_fields}


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a part's form; `path` leads to it in the document, through lists by code."""

    name: str
    label: str
    # "line", "text", "yaml", "yes_no", "codes" or "number".
    kind: str
    path: tuple[str | int, ...]
    hint: str = ""
    options: Sequence[tuple[str, str]] = ()
    optional: bool = False

    @property
    def longest(self) -> int:
        """Return how long a text may be; 0 of a whole list as text, which only its document bounds."""
        return LONGEST_WORDS if self.kind == "text" else 0


@dataclass(frozen=True, slots=True)
class Group:
    """Fields that belong together, under a heading with some words, both perhaps empty."""

    heading: str
    words: Sequence[str]
    fields: Sequence[Field]


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a draft that has a page of its own; `key` is the list or text in the document that it is about."""

    name: str
    title: str
    key: str
    groups: Sequence[Group]

    @property
    def fields(self) -> list[Field]:
        """Return every field in order."""
        return [f for group in self.groups for f in group.fields]

    @property
    def is_text(self) -> bool:
        """Say whether it is edited as text."""
        return self.name.startswith("text/")


def parts_of(d: ThresholdDocument, laws: Kinds) -> list[Part]:
    """Return the parts of a draft in the order of its task list: forms first, then the same lists as text.

    Law types that are closed are offered only where the document has them.
    """
    offered = [kind for kind in laws if not kind.closed or kind.code in law_types_of(d)]
    named = tuple((kind.code, kind.short) for kind in offered)
    standards = [_standard(d, a.code, s.code, named) for a in d.practice_areas for s in a.standards]
    coded = [_coded(d, "scale", "Levels"), _coded(d, "improvement_degrees", "Degrees of improvement")]
    texts = [
        Part(f"text/{key}", title, key, [Group("", (), [Field(key, title, "yaml", (key,))])])
        for key, title in AS_TEXT.items()
    ]
    return [_wording(), *coded, *standards, _rules(d), *texts]


def _wording() -> Part:
    fields = [
        Field("title", "Title", "line", ("title",)),
        Field("summary", "Summary", "text", ("summary",), "For people. It also says which cases belong in the sample"),
        Field("grade_title", "Name of the overall grade", "line", ("grade_title",)),
    ]
    return Part("wording", "Wording of the document", "title", [Group("", (), fields)])


def _coded(d: ThresholdDocument, key: str, title: str) -> Part:
    groups = []
    for x in getattr(d, key):
        fields = [
            Field(f"{x.code}-label", f"Name of ‘{x.code}’", "line", (key, x.code, "label")),
            Field(f"{x.code}-meaning", f"Meaning of ‘{x.code}’", "text", (key, x.code, "meaning")),
        ]
        if key == "improvement_degrees" and d.subject == "area" and x is not d.improvement_degrees[0]:
            fields.append(
                Field(f"{x.code}-due_months", f"Months until ‘{x.code}’ is due", "number", (key, x.code, "due_months"))
            )
        groups.append(Group("", (), fields))
    return Part(key, title, key, groups)


def _standard(d: ThresholdDocument, area: str, code: str, laws: Sequence[tuple[str, str]]) -> Part:
    at = ("practice_areas", area, "standards", code)
    offered = {"yes_no": (("yes", "Yes"), ("no", "No")), "codes": laws}
    fields = [
        Field(key, label, kind, (*at, key), hint, offered.get(kind, ()), optional=key == "not_applicable_when")
        for key, label, kind, hint in _STANDARD
        if key != "law_types" or d.subject == "case"
    ]
    levels = [
        Field(f"descriptor-{x.code}", f"What {x.label} looks like", "text", (*at, "descriptors", x.code))
        for x in d.scale
    ]
    group = Group("", (), [*fields[:2], *levels, *fields[2:]])
    return Part(f"standards/{code}", d.standard(code).title, "practice_areas", [group])


def _rules(d: ThresholdDocument) -> Part:
    return Part("grade_rules", "Grade rules", "grade_rules", [_rule(d, n, r) for n, r in enumerate(d.grade_rules, 1)])


def _rule(d: ThresholdDocument, number: int, rule: GradeRule) -> Group:
    at = ("grade_rules", rule.id)
    hint = "Without numbers: the limits are shown beside it"
    fields = [Field(f"{rule.id}-because", f"Why ‘{rule.id}’ gives its grade", "text", (*at, "because"), hint)]
    for i, condition in enumerate(rule.when.all or ()):
        fields += _condition(d, rule, i, condition)
    where = "where all of this holds:" if rule.when.all else "in every other case."
    words = [f"{d.label(rule.grade)} {where}", *rule_in_words(d, rule)]
    return Group(f"Rule {number}: {rule.id}", words, fields)


def _condition(d: ThresholdDocument, rule: GradeRule, i: int, c: Condition) -> list[Field]:
    where = ("grade_rules", rule.id, "when", "all", i)
    limit = "at_least" if c.at_least is not None else "at_most"
    selector, known = ("judgement", d.scale) if c.judgement is not None else ("degree", d.improvement_degrees)
    of = f"condition {i + 1} of ‘{rule.id}’"
    hint = "Percent of the standards" if c.measure == "percent" else "Number of standards"
    codes = [(x.code, x.label) for x in known]
    bound = f"{limit.replace('_', ' ').capitalize()}, {of}"
    return [
        Field(f"{rule.id}-{i}-{limit}", bound, "number", (*where, limit), hint),
        Field(f"{rule.id}-{i}-{selector}", f"{selector.capitalize()}, {of}", "codes", (*where, selector), "", codes),
    ]


def values_of(data: Mapping[str, Any], part: Part) -> dict[str, str]:
    """Return what a part's fields hold; several codes stand on a line each."""
    return {f.name: _text(f, _at(data, f.path)) for f in part.fields}


def _at(data: Any, path: Sequence[str | int]) -> Any:  # noqa: ANN401 - mappings, lists and words
    for step in path:
        data = data[_place(data, step)] if isinstance(data, list) else data.get(step)
    return data


def _place(items: list[Any], step: str | int) -> int:
    return (
        step
        if isinstance(step, int)
        else next(i for i, item in enumerate(items) if step in (item.get("code"), item.get("id")))
    )


def _text(field: Field, value: Any) -> str:  # noqa: ANN401 - whatever the field holds
    if field.kind == "yaml":
        return written(value) if value else ""
    if field.kind == "yes_no":
        return "yes" if value else "no"
    return "\n".join(value) if isinstance(value, list) else "" if value is None else str(value)


def sent_values(part: Part, form: Mapping[str, Sequence[str]]) -> dict[str, str]:
    """Return a part's fields as a form sent them, in the shape of `values_of`.

    Boxes of which none is ticked are not sent at all.
    """
    sent = {f.name: "\n".join(form.get(f.name, ())).strip() for f in part.fields if f.name in form or f.kind == "codes"}
    return {
        f.name: sent[f.name] + ("\n" if f.kind == "yaml" and sent[f.name] else "")
        for f in part.fields
        if f.name in sent
    }


def put(data: dict[str, Any], part: Part, values: Mapping[str, str]) -> dict[str, str]:
    """Put fields into a document's data; return by field what cannot be read of those that are left as they are."""
    wrong = {}
    for field in part.fields:
        try:
            value = _value(field, values[field.name])
        except DocumentRefused as refused:
            wrong[field.name] = "\n".join(refused.problems)
            continue
        _keep(_at(data, field.path[:-1]), field.path[-1], value)
    return wrong


def _keep(owner: Any, key: Any, value: object) -> None:  # noqa: ANN401 - any part of YAML data
    if value is None:
        owner.pop(key, None)
    elif value or key in owner:
        owner[key] = value


def _value(field: Field, text: str) -> Any:  # noqa: ANN401 - whatever the field holds
    if field.kind == "yaml":
        return plain_value(read_part(_AS_YAML[field.name].annotation, text or "[]"))
    if field.kind == "number":
        if not (text.isascii() and text.isdigit() and len(text) < 7):  # noqa: PLR2004 - six digits are plenty
            raise DocumentRefused([f"{field.label} must be a whole number"])
        return int(text)
    if field.kind == "yes_no":
        return text == "yes"
    if field.kind == "codes":
        return [code for code, _ in field.options if code in text.split("\n")]
    return None if field.optional and not text else text


def faults(data: Mapping[str, Any], part: Part, error: ValidationError) -> dict[str, str]:
    """Return what the schema says of a part's fields, by field."""
    found = {}
    for field in part.fields:
        place = _indexed(data, field.path)
        for e in error.errors():
            if e["loc"][: len(place)] == place:
                found[field.name] = _sentence(field, e)
    return found


def is_in(data: Mapping[str, Any], part: Part, path: Path_) -> bool:
    """Say whether a place in the document is in a part: in its list, or in its own standard."""
    start = _indexed(data, part.fields[0].path[:-1]) if part.name.startswith("standards/") else (part.key,)
    return path[: len(start)] == start


def _indexed(data: Any, path: Sequence[str | int]) -> Path_:  # noqa: ANN401 - mappings, lists and words
    steps: list[str | int] = []
    for step in path:
        at: Any = _place(data, step) if isinstance(data, list) else step
        data = data[at] if isinstance(data, list) else data.get(at)
        steps.append(at)
    return tuple(steps)


def _sentence(field: Field, error: Any) -> str:  # noqa: ANN401 - pydantic's error details
    if error["type"] == "string_too_long":
        return length_fault(field.label, str(error["input"]), error["ctx"]["max_length"]) or ""
    if error["type"] in {"string_too_short", "too_short"}:
        return f"{'Choose at least one answer to' if field.kind == 'codes' else 'Enter'} ‘{field.label}’"
    return f"{field.label}: {message_of(error)}"
