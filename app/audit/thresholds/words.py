"""Grade rules in words, as people who do not read YAML read them. Pure."""

from app.audit.thresholds.document import Condition, Example, GradeRule, ThresholdDocument


def rule_in_words(document: ThresholdDocument, rule: GradeRule) -> list[str]:
    """Return the conditions of a rule, which must all hold; none for the last rule, which always does."""
    return [condition_in_words(document, c) for c in rule.when.all or ()]


def condition_in_words(document: ThresholdDocument, condition: Condition) -> str:
    """Return a condition with its limit: at least 20% of the standards are graded Not Met."""
    many = condition.measure == "percent"
    limit = condition.at_least if condition.at_least is not None else condition.at_most or 0
    least = condition.at_least is not None
    one = not many and limit == 1
    noun = ("critical " if condition.only else "") + ("standard" if one else "standards")
    if not least and limit == 0:
        return f"no {noun.removesuffix('s')} {_is(document, condition, plural=False)}"
    amount = f"{limit}% of the" if many else str(limit)
    return f"{'at least' if least else 'at most'} {amount} {noun} {_is(document, condition, plural=not one)}"


def _is(document: ThresholdDocument, condition: Condition, *, plural: bool) -> str:
    if condition.judgement is not None:
        return f"{'are' if plural else 'is'} graded {' or '.join(document.label(c) for c in condition.judgement)}"
    return (
        f"{'have' if plural else 'has'} the improvement needed "
        f"{' or '.join(f'‘{document.degree_label(c)}’' for c in condition.degree or ())}"
    )


def example_in_words(document: ThresholdDocument, example: Example) -> list[str]:
    """Return what an example judges: how most standards are, which are not, what has to improve, what is set aside."""
    titles = {s.code: s.title for s in document.standards()}
    found = [
        f"Every standard that applies is graded {document.label(example.default)}"
        + (", except:" if example.exceptions else ".")
    ]
    found += [f"{titles.get(code, code)}: {document.label(level)}" for code, level in example.exceptions.items()]
    found += [
        f"{titles.get(code, code)}, improvement needed: {document.degree_label(degree)}"
        for code, degree in example.degrees.items()
    ]
    found += [f"{titles.get(code, code)} is set aside" for code in example.set_aside]
    return found
