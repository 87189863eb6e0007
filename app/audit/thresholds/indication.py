"""The indicated grade: the first rule that holds (README of app/data/thresholds, section 2). Pure."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from app.audit.thresholds.document import Condition, GradeRule, Prompt, Standard, ThresholdDocument


@dataclass(frozen=True, slots=True)
class Judged:
    """A standard's judgement and degree of improvement, empty while unanswered; or set aside."""

    judgement: str = ""
    degree: str = ""
    set_aside: bool = False

    @property
    def complete(self) -> bool:
        """Say whether the rules can be read as far as this standard goes."""
        return self.set_aside or bool(self.judgement and self.degree)


@dataclass(frozen=True, slots=True)
class Indication:
    """The grade that the rules give, the rule, why, and its measured values beside its limits."""

    grade: str
    rule: str
    because: str
    measures: tuple[str, ...]


Population = Sequence[tuple[bool, Judged]]


def unanswered(document: ThresholdDocument, law_type: str | None, answers: Mapping[str, Judged]) -> tuple[str, ...]:
    """Return the codes of the standards that still lack a judgement or a degree."""
    return tuple(s.code for s in document.standards_for(law_type) if not answers.get(s.code, Judged()).complete)


def indicate(document: ThresholdDocument, law_type: str | None, answers: Mapping[str, Judged]) -> Indication | None:
    """Return the indicated grade, or None until every judged standard has a judgement and a degree."""
    if unanswered(document, law_type, answers):
        return None
    standards = document.standards_for(law_type)
    population = [(s.critical, answers[s.code]) for s in standards if not answers[s.code].set_aside]
    rule = next(r for r in document.grade_rules if _holds(r, population))
    return Indication(rule.grade, rule.id, rule.because, tuple(_measures(document, rule, population)))


def _holds(rule: GradeRule, population: Population) -> bool:
    return rule.when.all is None or all(_condition_holds(c, population) for c in rule.when.all)


def _measured(condition: Condition, population: Population) -> tuple[int, int]:
    """Return (picked, size of the population)."""
    judged = [j for critical, j in population if critical or condition.only is None]
    levels, degrees = condition.judgement or (), condition.degree or ()
    return sum(j.judgement in levels or j.degree in degrees for j in judged), len(judged)


def _condition_holds(condition: Condition, population: Population) -> bool:
    picked, size = _measured(condition, population)
    scale = 1
    if condition.measure == "percent":
        if size == 0:
            return False
        # Compared in whole numbers, so that 20% is exactly a fifth.
        picked, scale = 100 * picked, size
    if condition.at_least is not None:
        return picked >= condition.at_least * scale
    return picked <= (condition.at_most or 0) * scale


def _measures(document: ThresholdDocument, rule: GradeRule, population: Population) -> list[str]:
    return [_sentence(document, c, *_measured(c, population)) for c in rule.when.all or ()]


def _sentence(document: ThresholdDocument, condition: Condition, picked: int, size: int) -> str:
    if condition.judgement is not None:
        what = "graded " + _either([document.label(c) for c in condition.judgement])
    else:
        what = "with the degree of improvement " + _either([document.degree_label(c) for c in condition.degree or ()])
    noun = "critical standards" if condition.only else "standards"
    share = f" ({_rounded(picked, size)}%)" if condition.measure == "percent" and size else ""
    return f"{picked} of {size} {noun} {what}{share}; {_limit(condition)}."


def _limit(condition: Condition) -> str:
    if condition.measure == "count" and condition.at_least == 1:
        return "one is enough"
    if condition.at_least is None and not condition.at_most:
        return "none is allowed"
    limit, word = (condition.at_least, "at least") if condition.at_least is not None else (condition.at_most, "at most")
    return f"the limit is {word} {limit}{'%' if condition.measure == 'percent' else ''}"


def _rounded(picked: int, size: int) -> int:
    """Return a percentage, a half rounded up as in every figure."""
    return (200 * picked + size) // (2 * size)


def _either(words: Sequence[str]) -> str:
    return " or ".join(words)


def prompts(document: ThresholdDocument, judged: Judged) -> str | None:
    """Return prompts, never refusals, where a judgement and a degree do not usually go together (README section 3)."""
    degrees = [d.code for d in document.improvement_degrees]
    if not judged.complete or judged.set_aside:
        return None
    if judged.judgement == document.best.code and judged.degree in degrees[2:]:
        level = document.best.label
    elif judged.judgement == document.lowest.code and judged.degree == degrees[0]:
        level = document.lowest.label
    else:
        return None
    degree = document.degree_label(judged.degree)
    return f"{level} with the improvement needed ‘{degree}’ is unusual. Check that both are what you mean."


def fact_prompts(
    document: ThresholdDocument,
    law_type: str | None,
    standard: Standard,
    judged: Judged | None,
    facts: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """Yield a prompt, never a refusal, where an answer to a fact and what was judged do not fit (README section 3)."""
    if judged is None or not (judged.set_aside or judged.judgement):
        return
    for prompt in document.prompts_on(standard.code):
        given = [a for a in facts.get(prompt.fact, ()) if a in prompt.answers]
        asked = {f.code: f for f in document.facts_for(law_type)} if given else {}
        if prompt.fact in asked and not _fits(prompt, judged):
            answers = {a.code: a.label for a in asked[prompt.fact].answers}
            now = "set aside" if judged.set_aside else document.label(judged.judgement)
            note = f" {prompt.note}" if prompt.note else ""
            yield (
                f"‘{asked[prompt.fact].question}’ is answered ‘{answers.get(given[0], given[0])}’. With that, "
                f"{standard.title} is usually "
                f"{expected(document, prompt)}; here it is {now}. Check that both are what you mean.{note}"
            )


def _fits(prompt: Prompt, judged: Judged) -> bool:
    return prompt.set_aside if judged.set_aside else judged.judgement in (prompt.judgement or ())


def expected(document: ThresholdDocument, prompt: Prompt) -> str:
    """Return what a prompt expects, in words."""
    return _either([*(document.label(c) for c in prompt.judgement or ()), *(["set aside"] if prompt.set_aside else [])])
