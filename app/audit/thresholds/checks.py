"""What the schema of a threshold document cannot say: each check yields where in the document, and a sentence. Pure."""

import re
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from app.audit.thresholds.document import SET_ASIDE, Condition, Example, Prompt, Standard, ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate
from app.audit.thresholds.yaml_text import Path_, Problem
from app.labels import listed
from app.people.kinds import SHIPPED
from app.web.personal import personal_details

# The address of a document's comparison is the document's and this word.
RESERVED_VERSIONS = frozenset({"compare"})
_VERSION = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


def document_problems(d: ThresholdDocument, laws: Collection[str] = SHIPPED.law_types.codes) -> Iterator[Problem]:
    """Yield everything that keeps a document which fits the schema from being published.

    `laws` are the codes of the law types that there are.
    """
    yield from consistency_problems(d, laws)
    yield from punishing_problems(d)
    yield from example_problems(d)


def law_types_of(d: ThresholdDocument) -> tuple[str, ...]:
    """Return the law types that have standards, in the order in which they are named."""
    return tuple(dict.fromkeys(law for s in d.standards() for law in s.law_types or ()))


def version_fault(version: str) -> str | None:
    """Return why a version cannot stand in an address, or None."""
    if _VERSION.fullmatch(version) and version not in RESERVED_VERSIONS:
        return None
    return (
        f"The version ‘{version[:60]}’ cannot stand in an address. Use letters, figures, full stops and hyphens, at "
        "most 40, such as 2026-11"
    )


def consistency_problems(d: ThresholdDocument, laws: Collection[str]) -> Iterator[Problem]:
    """Yield codes that are there twice or name nothing, and parts that do not go together."""
    fault = version_fault(d.version)
    if fault:
        yield ("version",), f"{fault}."
    yield from _repeated_codes(d)
    yield from _answers_and_areas(d)
    yield from _law_types(d, laws)
    yield from _descriptors(d)
    yield from _due_months(d)
    yield from (p for path, standard in _standards(d) for p in _worked(d, path, standard))
    yield from _rules(d)
    for i, prompt in enumerate(d.prompts):
        yield from ((("prompts", i), sentence) for sentence in _prompt(d, prompt))
    yield from (p for i, e in enumerate(d.examples) for p in _example_codes(d, i, e))


def _twice(what: str, path: Path_, codes: Sequence[str]) -> Iterator[Problem]:
    seen: set[str] = set()
    for i, code in enumerate(codes):
        if code in seen:
            yield (*path, i), f"the {what} ‘{code}’ is there already."
        seen.add(code)


def _repeated_codes(d: ThresholdDocument) -> Iterator[Problem]:
    yield from _twice("level", ("scale",), [x.code for x in d.scale])
    if SET_ASIDE in [x.code for x in d.scale]:
        yield ("scale",), f"no level can have the code ‘{SET_ASIDE}’, which stands for a standard that is set aside."
    yield from _twice("degree", ("improvement_degrees",), [x.code for x in d.improvement_degrees])
    yield from _twice("practice area", ("practice_areas",), [x.code for x in d.practice_areas])
    yield from _twice("fact", ("facts",), [x.code for x in d.facts])
    yield from _twice("theme", ("learning_themes",), [x.code for x in d.learning_themes])
    yield from _twice("rule", ("grade_rules",), [x.id for x in d.grade_rules])
    yield from _twice("example", ("examples",), [x.id for x in d.examples])
    for i, fact in enumerate(d.facts):
        yield from _twice(f"answer of {fact.code}", ("facts", i, "answers"), [a.code for a in fact.answers])
    yield from _repeated_standards(d)


def _repeated_standards(d: ThresholdDocument) -> Iterator[Problem]:
    """Yield standards that are there twice: they are unique over all practice areas."""
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
            yield (
                ("learning_themes", i),
                f"the theme {theme.code} names the practice area ‘{theme.practice_area}’, which is not there.",
            )
        for code in sorted(set(theme.standards or ()) - {s.code for s in d.standards()}):
            yield (
                ("learning_themes", i, "standards"),
                f"the theme {theme.code} names the standard ‘{code}’, which is not there.",
            )


def _law_types(d: ThresholdDocument, laws: Collection[str]) -> Iterator[Problem]:
    things = [*_standards(d)]
    things += [(("facts", i), fact) for i, fact in enumerate(d.facts)]
    things += [(("learning_themes", i), theme) for i, theme in enumerate(d.learning_themes)]
    for path, thing in things:
        if d.subject == "case" and thing.law_types is None:
            yield path, f"{thing.code} has no law types."
        if d.subject == "area" and thing.law_types is not None:
            yield path, f"{thing.code} has law types, which an area document does not have."
        for law in sorted(set(thing.law_types or ()) - set(laws)):
            yield (*path, "law_types"), f"{thing.code} names the law type ‘{law}’, which is not known."


def _descriptors(d: ThresholdDocument) -> Iterator[Problem]:
    levels = [level.code for level in d.scale]
    for path, standard in _standards(d):
        if list(standard.descriptors) != levels:
            yield (
                (*path, "descriptors"),
                f"the descriptors of {standard.code} must be for {', '.join(levels)}, in this order.",
            )


def _worked(d: ThresholdDocument, path: Path_, standard: Standard) -> Iterator[Problem]:
    """Yield what is wrong with the worked examples at a standard."""
    levels, seen = {level.code for level in d.scale}, set[str]()
    for k, example in enumerate(standard.worked):
        at, what = (*path, "worked", k), f"a worked example at {standard.code}"
        if example.level not in levels:
            yield (*at, "level"), f"{what} is at the level ‘{example.level}’, which is not in the scale."
        for law in sorted(set(example.law_types or ()) - set(standard.law_types or ())):
            yield (*at, "law_types"), f"{what} names the law type ‘{law}’, in which the standard is not judged."
        if example.text in seen:
            yield (*at, "text"), f"{what} is there already, word for word."
        for key, text in (("text", example.text), ("why", example.why)):
            if found := personal_details(text):
                yield (*at, key), f"{what} has something that looks like {listed(found)}: write it about nobody."
        seen.add(example.text)


def _due_months(d: ThresholdDocument) -> Iterator[Problem]:
    for i, degree in enumerate(d.improvement_degrees):
        if d.subject == "case" and degree.due_months is not None:
            yield (
                ("improvement_degrees", i),
                f"the degree {degree.code} has due_months, which only an area document has.",
            )
        if d.subject == "area" and i > 0 and not degree.due_months:
            yield ("improvement_degrees", i), f"the degree {degree.code} needs due_months."


ONLY_THE_LAST = "the last rule, and only the last, has ‘always: true’; every other has ‘all’."


def _rules(d: ThresholdDocument) -> Iterator[Problem]:
    levels, degrees = [x.code for x in d.scale], [x.code for x in d.improvement_degrees]
    for i, rule in enumerate(d.grade_rules):
        at, last = ("grade_rules", i), i == len(d.grade_rules) - 1
        if rule.grade not in levels:
            yield (*at, "grade"), f"the rule {rule.id} gives the grade ‘{rule.grade}’, which is not in the scale."
        if (rule.when.always is True) != last or (rule.when.all is None) != last:
            yield (*at, "when"), f"the rule {rule.id}: {ONLY_THE_LAST}"
        for j, condition in enumerate(rule.when.all or ()):
            for sentence in _condition(condition, levels, degrees):
                yield ("grade_rules", i, "when", "all", j), f"the rule {rule.id} {sentence}"


def _condition(c: Condition, levels: list[str], degrees: list[str]) -> Iterator[str]:
    if (c.judgement is None) == (c.degree is None):
        yield "has a condition that must look at judgements or at degrees, one of the two."
    if (c.at_least is None) == (c.at_most is None):
        yield "has a condition that must have at_least or at_most, one of the two."
    for code in sorted(_unknown(c, levels, degrees)):
        yield f"looks for ‘{code}’, which is not in the document."


def _unknown(c: Condition, levels: list[str], degrees: list[str]) -> set[str]:
    return set(c.judgement or ()) - set(levels) | set(c.degree or ()) - set(degrees)


OUT_OF_ORDER = (
    "the rules must come worst grade first, then best first, then the last: otherwise improving could lower the grade."
)


def punishing_problems(d: ThresholdDocument) -> Iterator[Problem]:
    """Yield what could make an improvement lower the grade, without trying cases (README, section 2)."""
    levels = [x.code for x in d.scale]
    if not all(r.grade in levels for r in d.grade_rules):
        return
    default = levels.index(d.grade_rules[-1].grade)
    places = [levels.index(r.grade) for r in d.grade_rules[:-1]]
    worse = [p for p in places if p > default]
    better = [p for p in places if p < default]
    if places != sorted(worse, reverse=True) + sorted(better):
        yield ("grade_rules",), OUT_OF_ORDER
    for i, place in enumerate(places):
        yield from _gaps(d, i, worse=place > default)


def _gaps(d: ThresholdDocument, i: int, *, worse: bool) -> Iterator[Problem]:
    """Yield the conditions of a rule that do not count without gaps from their end."""
    levels, degrees = [x.code for x in d.scale], [x.code for x in d.improvement_degrees]
    for j, condition in enumerate(d.grade_rules[i].when.all or ()):
        # A worse grade counts what is bad with at_least and what is good with at_most; a better one the other way.
        bad_end = worse == (condition.at_least is not None)
        if not _unknown(condition, levels, degrees) and not _from_end(condition, levels, degrees, bad_end=bad_end):
            must = f"it must count without gaps from the {'bad' if bad_end else 'good'} end."
            yield (
                ("grade_rules", i, "when", "all", j),
                f"the rule {d.grade_rules[i].id} could punish improvement: {must}",
            )


def _from_end(c: Condition, levels: list[str], degrees: list[str], *, bad_end: bool) -> bool:
    order = levels if c.judgement is not None else degrees
    chosen = set(c.judgement or c.degree or ())
    return chosen == set(order[len(order) - len(chosen) :] if bad_end else order[: len(chosen)])


def _example_codes(d: ThresholdDocument, i: int, e: Example) -> Iterator[Problem]:
    at: Path_ = ("examples", i)
    if (d.subject == "case") != (e.law_type in law_types_of(d)) or (d.subject == "area" and e.law_type is not None):
        yield at, f"the example {e.id} needs a law type that has standards, and in an area document none."
        return
    standards = {s.code: s for s in d.standards_for(e.law_type)}
    for code in sorted({*e.exceptions, *e.degrees, *e.set_aside} - set(standards)):
        yield at, f"the example {e.id} names the standard ‘{code}’, which does not apply to it."
    for code in e.set_aside:
        if code in standards and not standards[code].can_be_set_aside:
            yield at, f"the example {e.id} sets {code} aside, which cannot be."
    for code in sorted(_not_there(d, e)):
        yield at, f"the example {e.id} names ‘{code}’, which is not in the document."


def _not_there(d: ThresholdDocument, e: Example) -> set[str]:
    levels = {e.default, *e.exceptions.values(), e.expect.grade} - {x.code for x in d.scale}
    degrees = set(e.degrees.values()) - {x.code for x in d.improvement_degrees}
    return levels | degrees | {e.expect.rule} - {r.id for r in d.grade_rules}


@dataclass(frozen=True, slots=True)
class Outcome:
    """What an example comes out as; both empty where the rules or the example cannot be read."""

    example: Example
    grade: str
    rule: str

    @property
    def as_expected(self) -> bool:
        """Say whether it comes out as it says."""
        return (self.grade, self.rule) == (self.example.expect.grade, self.example.expect.rule)


def sound_rules(d: ThresholdDocument) -> bool:
    """Say whether the rules can be read: each condition whole, every code known, a last rule that always holds."""
    return not any(_rules(d))


def outcomes(d: ThresholdDocument) -> tuple[Outcome, ...]:
    """Return what each example comes out as."""
    return tuple(
        outcome(d, e) if sound_rules(d) and not any(_example_codes(d, i, e)) else Outcome(e, "", "")
        for i, e in enumerate(d.examples)
    )


def outcome(d: ThresholdDocument, e: Example) -> Outcome:
    """Return what one example comes out as; its codes are all in the document."""
    none = d.improvement_degrees[0].code
    codes = [s.code for s in d.standards_for(e.law_type)]
    found = indicate(
        d,
        e.law_type,
        {c: Judged(e.exceptions.get(c, e.default), e.degrees.get(c, none), c in e.set_aside) for c in codes},
    )
    return Outcome(e, found.grade, found.rule) if found else Outcome(e, "", "")


def can_be_read(d: ThresholdDocument, e: Example) -> bool:
    """Say whether a document knows everything that an example names, apart from what it expects."""
    return not any(
        _example_codes(
            d,
            0,
            e.model_copy(
                update={"expect": e.expect.model_copy(update={"grade": d.lowest.code, "rule": d.grade_rules[-1].id})}
            ),
        )
    )


def example_problems(d: ThresholdDocument) -> Iterator[Problem]:
    """Yield the examples that do not come out as they say, as far as they and the rules can be read."""
    for i, o in enumerate(outcomes(d)):
        if o.rule and not o.as_expected:
            e = o.example
            yield (
                ("examples", i),
                (
                    f"the example {e.id} expects {e.expect.grade} by {e.expect.rule}, but the rules give {o.grade} by "
                    f"{o.rule}."
                ),
            )


def untried(d: ThresholdDocument) -> tuple[str, ...]:
    """Return the ids of the rules that no example is the answer to: worth an example, and no fault."""
    tried = {e.expect.rule for e in d.examples}
    return tuple(r.id for r in d.grade_rules if r.id not in tried)


def _prompt(d: ThresholdDocument, p: Prompt) -> Iterator[str]:
    fact = next((f for f in d.facts if f.code == p.fact), None)
    known = {a.code for a in fact.answers} if fact else set()
    if fact is None:
        yield f"a prompt names the fact ‘{p.fact}’, which is not there."
    for code in sorted(set(p.answers) - known if fact else ()):
        yield f"a prompt names the answer ‘{code}’, which {p.fact} does not have."
    for code in sorted(set(p.standards) - {s.code for s in d.standards()}):
        yield f"a prompt names the standard ‘{code}’, which is not there."
    yield from _expected_of(d, p)


def _expected_of(d: ThresholdDocument, p: Prompt) -> Iterator[str]:
    standards = {s.code: s for s in d.standards()}
    for code in sorted(set(p.judgement or ()) - {x.code for x in d.scale}):
        yield f"a prompt expects ‘{code}’, which is not in the scale."
    if p.judgement is None and not p.set_aside:
        yield f"a prompt on {p.fact} must expect a judgement, or that the standard is set aside."
    if p.set_aside and any(not standards[code].can_be_set_aside for code in p.standards if code in standards):
        yield f"a prompt on {p.fact} expects a standard to be set aside, which cannot be."
