"""A threshold document as data (schema: README of app/data/thresholds, section 1)."""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cached_property, wraps
from types import MappingProxyType
from typing import Annotated, Any, Concatenate, Literal, ParamSpec, Protocol, TypeVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, PlainSerializer, StringConstraints

from app.labels import plural
from app.prose import plain

Code = Annotated[str, StringConstraints(pattern=r"^[A-Za-z][A-Za-z0-9_-]*$", max_length=60)]
LONGEST_WORDS = 2000
Words = Annotated[str, StringConstraints(min_length=1, max_length=LONGEST_WORDS)]
Limit = Annotated[int, Field(ge=0)]
Codes = Annotated[tuple[str, ...], Field(min_length=1)]
# Documents are read once and shared by every request, so nothing in them can be changed.
ByCode = Annotated[Mapping[str, Words], AfterValidator(MappingProxyType), PlainSerializer(dict)]

# What the form of a standard sends in place of a level.
SET_ASIDE = "set_aside"

T = TypeVar("T", bound="_Coded")


class _Coded(Protocol):
    @property
    def code(self) -> str: ...


class _Part(BaseModel):
    """Every part refuses keys that the schema does not name."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Level(_Part):
    """A level of the scale; used for each standard and for the overall grade."""

    code: Code
    label: Words
    meaning: Words


class Degree(_Part):
    """A degree of improvement."""

    code: Code
    label: Words
    meaning: Words
    due_months: int | None = None

    @property
    def told(self) -> str:
        """Return what it means, and within how long something is due."""
        return self.meaning + (f" Due within {plural(self.due_months, 'month')}." if self.due_months else "")


class Worked(_Part):
    """A worked example at a standard: what was on file, and which words of the descriptor decide its level.

    `law_types` are the kinds of case that it is taken from; without any it could be from each.
    """

    level: Code
    law_types: Codes | None = None
    text: Annotated[str, StringConstraints(min_length=1, max_length=600)]
    why: Annotated[str, StringConstraints(min_length=1, max_length=300)]

    def fits(self, law_type: str | None) -> bool:
        """Say whether it could be from a case of a law type."""
        return _applies(self.law_types, law_type)


class Standard(_Part):
    """One thing that is judged."""

    code: Code
    title: Annotated[str, StringConstraints(min_length=1, max_length=60)]
    question: Words
    law_types: Codes | None = None
    critical: bool
    descriptors: ByCode
    not_applicable_when: Words | None = None
    evidence_hint: Words
    source: Words
    worked: tuple[Worked, ...] = ()

    @property
    def can_be_set_aside(self) -> bool:
        """Say whether the auditor may set it aside, with a reason."""
        return self.not_applicable_when is not None

    def worked_at(self, level: str, law_type: str | None) -> Worked | None:
        """Return the worked example at a level, one that fits the law type before others."""
        return min((w for w in self.worked if w.level == level), key=lambda w: not w.fits(law_type), default=None)

    def described(self, levels: Iterable[Level]) -> list[tuple[str, str, str]]:
        """Return levels as options, each with what it looks like for this standard."""
        return [(level.code, level.label, self.descriptors[level.code]) for level in levels]


class PracticeArea(_Part):
    """A group of standards."""

    code: Code
    title: Words
    standards: Annotated[tuple[Standard, ...], Field(min_length=1)]


class Answer(_Part):
    """An answer to a factual question."""

    code: Code
    label: Words
    help: Annotated[str, StringConstraints(max_length=LONGEST_WORDS)]


class Fact(_Part):
    """A factual question, answered from the file; facts do not enter the rules."""

    code: Code
    question: Words
    law_types: Codes | None = None
    kind: Literal["single", "multi", "text"]
    answers: tuple[Answer, ...]

    @property
    def alone(self) -> frozenset[str]:
        """Return the answers that stand alone: their help says "not to be combined"."""
        return frozenset(a.code for a in self.answers if "not to be combined" in a.help.lower())

    @property
    def notes(self) -> "Fact | None":
        """Return the question that makes room for notes, where the help of an answer says "in the notes"."""
        if not any("in the notes" in a.help.lower() for a in self.answers):
            return None
        return Fact(
            code=f"{self.code}_notes",
            question=f"Notes on ‘{self.question}’",
            law_types=self.law_types,
            kind="text",
            answers=(),
        )


class LearningTheme(_Part):
    """A strength or a learning point that an auditor can pick."""

    code: Code
    kind: Literal["strength", "learning"]
    label: Words
    practice_area: Code
    law_types: Codes | None = None
    # What it is about: their judgements propose it.
    standards: Codes | None = None


class Condition(_Part):
    """One condition of a rule: a measure, a selector, a limit and perhaps `only`."""

    measure: Literal["count", "percent"]
    judgement: Codes | None = None
    degree: Codes | None = None
    at_least: Limit | None = None
    at_most: Limit | None = None
    only: Literal["critical"] | None = None


class When(_Part):
    """When a rule holds: always, or where all its conditions hold."""

    always: Literal[True] | None = None
    all: Annotated[tuple[Condition, ...], Field(min_length=1)] | None = None


class GradeRule(_Part):
    """A rule; the first that holds indicates the grade."""

    id: Code
    when: When
    grade: Code
    because: Words


class Expectation(_Part):
    """What an example must come out as."""

    grade: Code
    rule: Code


class Example(_Part):
    """A worked example that doubles as a test."""

    id: Code
    title: Words
    law_type: str | None = None
    default: Code
    exceptions: ByCode
    degrees: ByCode
    set_aside: tuple[str, ...]
    expect: Expectation

    def names(self, code: str) -> bool:
        """Say whether it judges a standard in a way of its own."""
        return code in {*self.exceptions, *self.degrees, *self.set_aside}


class Prompt(_Part):
    """What an answer to a fact makes one expect of a standard, as a prompt and never a refusal."""

    fact: Code
    answers: Codes
    standards: Codes
    judgement: Codes | None = None
    set_aside: bool = False
    note: Words | None = None


P = ParamSpec("P")
R = TypeVar("R")


def _once(look: Callable[Concatenate["ThresholdDocument", P], R]) -> Callable[Concatenate["ThresholdDocument", P], R]:
    """Look something up once for each document and argument."""

    @wraps(look)
    def looked(document: "ThresholdDocument", /, *args: P.args, **kwargs: P.kwargs) -> R:
        key = (look.__name__, *args, *kwargs.values())
        if key not in document.found:
            document.found[key] = look(document, *args, **kwargs)
        result: R = document.found[key]
        return result

    return looked


TEXTS = ("departure_reason", "strengths_note", "learning_note")


class ThresholdDocument(_Part):
    """One version of a threshold document."""

    id: Code
    version: Words
    subject: Literal["case", "area"]
    title: Words
    summary: Words
    grade_title: Words = "Overall grade"
    scale: Annotated[tuple[Level, ...], Field(min_length=2)]
    improvement_degrees: Annotated[tuple[Degree, ...], Field(min_length=2)]
    practice_areas: Annotated[tuple[PracticeArea, ...], Field(min_length=1)]
    facts: tuple[Fact, ...]
    learning_themes: tuple[LearningTheme, ...]
    grade_rules: Annotated[tuple[GradeRule, ...], Field(min_length=1)]
    examples: tuple[Example, ...]
    prompts: tuple[Prompt, ...] = ()

    @property
    def best(self) -> Level:
        """Return the best level."""
        return self.scale[0]

    @property
    def lowest(self) -> Level:
        """Return the lowest level: a case with this grade goes back to its area."""
        return self.scale[-1]

    def standards(self) -> Iterator[Standard]:
        """Yield every standard in order."""
        for area in self.practice_areas:
            yield from area.standards

    @cached_property
    def fingerprint(self) -> str:
        """Return what tells two documents apart, whatever they are called."""
        return hashlib.sha256(self.model_dump_json().encode()).hexdigest()

    @cached_property
    def found(self) -> dict[tuple[object, ...], Any]:
        """Return what was looked up before: every page asks the same of a document, and it never changes."""
        return {}

    @_once
    def standards_for(self, law_type: str | None) -> tuple[Standard, ...]:
        """Return the standards that apply to a law type."""
        return tuple(s for s in self.standards() if _applies(s.law_types, law_type))

    @_once
    def practice_areas_for(self, law_type: str | None) -> tuple[tuple[PracticeArea, tuple[Standard, ...]], ...]:
        """Return each practice area with its standards for a law type, leaving out areas without any."""
        found = [(a, tuple(s for s in a.standards if _applies(s.law_types, law_type))) for a in self.practice_areas]
        return tuple((area, standards) for area, standards in found if standards)

    @_once
    def facts_for(self, law_type: str | None) -> tuple[Fact, ...]:
        """Return the factual questions for a law type, each followed by room for the notes that its answers ask for."""
        asked = (f for f in self.facts if _applies(f.law_types, law_type))
        return tuple(f for fact in asked for f in ((fact, fact.notes) if fact.notes else (fact,)))

    @_once
    def themes_for(self, law_type: str | None, kind: str) -> tuple[LearningTheme, ...]:
        """Return the strengths or the learning points for a law type."""
        return tuple(t for t in self.learning_themes if t.kind == kind and _applies(t.law_types, law_type))

    def naming(self, code: str, law_type: str | None) -> list[Example]:
        """Return the whole-case examples of a law type that single out a standard."""
        return [e for e in self.examples if e.names(code) and (law_type is None or e.law_type == law_type)]

    @_once
    def prompts_on(self, code: str) -> tuple[Prompt, ...]:
        """Return the prompts that are about a standard."""
        return tuple(prompt for prompt in self.prompts if code in prompt.standards)

    @_once
    def sentences_on(self, code: str) -> frozenset[str]:
        """Return what the document says of the levels of a standard, and how people read it, as `plain` texts."""
        said = self.standard(code).descriptors.values()
        return frozenset(plain(words) for text in said for words in (text, self.in_words(text)))

    @_once
    def choices_for(self, law_type: str | None) -> dict[str, frozenset[str] | None]:
        """Return the fields of the audit tool besides facts with what can be chosen in each; None for a text."""
        levels = frozenset(level.code for level in self.scale)
        degrees = frozenset(degree.code for degree in self.improvement_degrees)
        fields: dict[str, frozenset[str] | None] = {"grade": levels, **dict.fromkeys(TEXTS)}
        for s in self.standards_for(law_type):
            aside = {SET_ASIDE} if s.can_be_set_aside else set()
            fields |= {f"{s.code}-judgement": levels | aside, f"{s.code}-degree": degrees}
            fields |= {f"{s.code}-evidence": None, f"{s.code}-reused": None}
        themes = [t.code for kind in ("strength", "learning") for t in self.themes_for(law_type, kind)]
        return fields | {f"theme-{code}": frozenset({code}) for code in themes}

    @_once
    def standard(self, code: str) -> Standard:
        """Return a standard by its code; raises KeyError."""
        return _by_code(self.standards(), code)

    def level(self, code: str) -> Level:
        """Return a level by its code; raises KeyError."""
        return _by_code(self.scale, code)

    def degree(self, code: str) -> Degree:
        """Return a degree by its code; raises KeyError."""
        return _by_code(self.improvement_degrees, code)

    def rule(self, rule_id: str) -> GradeRule:
        """Return a grade rule by its id; raises KeyError."""
        return {rule.id: rule for rule in self.grade_rules}[rule_id]

    @_once
    def in_words(self, text: str) -> str:
        """Return a text in which the codes of standards and facts are replaced by their titles and questions."""
        # Some facts have a code that is a word, such as "referral"; only those with an underscore are codes in a text.
        said = {s.code: s.title for s in self.standards()} | {f.code: f.question for f in self.facts if "_" in f.code}
        return re.sub(r"\b\w+\b", lambda m: f"‘{said[m.group()]}’" if m.group() in said else m.group(), text)

    def judgements_of(self, standard: Standard) -> list[tuple[str, str, str]]:
        """Return the judgements that can be given on a standard as options, setting it aside last."""
        found = [(code, label, self.in_words(text)) for code, label, text in standard.described(self.scale)]
        if standard.not_applicable_when:
            only = f"Only if this is true: {self.in_words(standard.not_applicable_when)}"
            found.append((SET_ASIDE, "Set aside", only))
        return found

    def answers_to(self, fact: Fact) -> list[tuple[str, str, str]]:
        """Return the answers to a factual question as options."""
        return [(answer.code, answer.label, self.in_words(answer.help)) for answer in fact.answers]

    def fact(self, code: str) -> Fact:
        """Return a fact by its code; raises KeyError."""
        return _by_code(self.facts, code)

    def theme(self, code: str) -> LearningTheme:
        """Return a theme by its code; raises KeyError."""
        return _by_code(self.learning_themes, code)

    def label(self, code: str) -> str:
        """Return a level's label, the code itself where there is none."""
        return next((level.label for level in self.scale if level.code == code), code)

    def degree_label(self, code: str) -> str:
        """Return a degree's label, the code itself where there is none."""
        return next((degree.label for degree in self.improvement_degrees if degree.code == code), code)


def _by_code(things: Iterable[T], code: str) -> T:
    for thing in things:
        if thing.code == code:
            return thing
    raise KeyError(code)


def _applies(law_types: tuple[str, ...] | None, law_type: str | None) -> bool:
    return law_types is None or law_type is None or law_type in law_types
