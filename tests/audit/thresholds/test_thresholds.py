"""The five documents that ship load, their rules never punish improvement, and what is wrong is named by line."""

from collections.abc import Mapping
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate
from app.audit.thresholds.loading import load_document, load_file
from app.audit.thresholds.yaml_text import LARGEST, DocumentRefused

FOLDER = Path(__file__).resolve().parents[3] / "app" / "data" / "thresholds"
FILES = sorted(FOLDER.glob("*.yaml"))
DOCUMENTS = {path.stem: load_file(path) for path in FILES}
TEXT = (FOLDER / "national-casework-2014-10.yaml").read_text(encoding="utf-8")


def law_types(document: ThresholdDocument) -> list[str | None]:
    return (
        [law for law in ("public", "wafh", "wtfh") if document.standards_for(law)]
        if document.subject == "case"
        else [None]
    )


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_example_comes_out_as_it_says(name: str) -> None:
    document = DOCUMENTS[name]
    assert document.examples
    for example in document.examples:
        assert by_hand(document, example.law_type, _answers(document, example)) == (
            example.expect.grade,
            example.expect.rule,
        )
        found = indicate(document, example.law_type, _answers(document, example))
        assert found is not None
        assert (found.grade, found.rule) == (example.expect.grade, example.expect.rule)


def _answers(document: ThresholdDocument, example: object) -> dict[str, Judged]:
    e = next(e for e in document.examples if e is example)
    none = document.improvement_degrees[0].code
    codes = [s.code for s in document.standards_for(e.law_type)]
    return {c: Judged(e.exceptions.get(c, e.default), e.degrees.get(c, none), c in e.set_aside) for c in codes}


def by_hand(document: ThresholdDocument, law_type: str | None, answers: Mapping[str, Judged]) -> tuple[str, str]:
    """Evaluate the rules again, from their text in the README and by other means: lists and fractions of percent."""
    counted = [(s, answers[s.code]) for s in document.standards_for(law_type) if not answers[s.code].set_aside]
    for rule in document.grade_rules:
        holds = True
        for c in rule.when.all or ():
            of = [a for s, a in counted if s.critical or c.only is None]
            hit = [
                a
                for a in of
                if (a.judgement in c.judgement if c.judgement is not None else a.degree in (c.degree or ()))
            ]
            if c.measure == "percent" and not of:
                holds = False
                continue
            value = len(hit) if c.measure == "count" else 100 * len(hit) / len(of)
            holds &= value >= c.at_least - 1e-9 if c.at_least is not None else value <= (c.at_most or 0) + 1e-9
        if holds:
            return rule.grade, rule.id
    raise AssertionError


@st.composite
def assessed(draw: st.DrawFn) -> tuple[ThresholdDocument, str | None, dict[str, Judged]]:
    """Draw a document, a law type and a complete set of judgements, mostly good, as real ones are."""
    document = DOCUMENTS[draw(st.sampled_from(sorted(DOCUMENTS)))]
    law = draw(st.sampled_from(law_types(document)))
    levels, degrees = [x.code for x in document.scale], [x.code for x in document.improvement_degrees]
    answers = {}
    for standard in document.standards_for(law):
        level = draw(st.sampled_from([levels[0]] * 4 + levels))
        degree = draw(st.sampled_from([degrees[0]] * 4 + degrees))
        answers[standard.code] = Judged(level, degree, standard.can_be_set_aside and draw(st.booleans()))
    return document, law, answers


@given(assessed())
def test_the_rules_equal_an_independent_evaluation(
    given_: tuple[ThresholdDocument, str | None, dict[str, Judged]],
) -> None:
    document, law, answers = given_
    found = indicate(document, law, answers)
    if all(a.set_aside for a in answers.values()):
        return
    assert found is not None
    assert (found.grade, found.rule) == by_hand(document, law, answers)
    assert found.because


@given(assessed(), st.data())
def test_improving_an_answer_never_lowers_the_grade(
    given_: tuple[ThresholdDocument, str | None, dict[str, Judged]], data: st.DataObject
) -> None:
    document, law, answers = given_
    order = [x.code for x in document.scale]
    degrees = [x.code for x in document.improvement_degrees]
    before = indicate(document, law, answers)
    code = data.draw(st.sampled_from(sorted(answers)))
    old = answers[code]
    better = Judged(
        order[max(0, order.index(old.judgement) - 1)], degrees[max(0, degrees.index(old.degree) - 1)], old.set_aside
    )
    after = indicate(document, law, {**answers, code: better})
    if before is not None and after is not None:
        assert order.index(after.grade) <= order.index(before.grade)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_nothing_is_indicated_until_every_standard_is_judged(name: str) -> None:
    document = DOCUMENTS[name]
    law = law_types(document)[0]
    answers = {
        s.code: Judged(document.best.code, document.improvement_degrees[0].code, set_aside=False)
        for s in document.standards_for(law)
    }
    assert indicate(document, law, answers) is not None
    assert indicate(document, law, {**answers, next(iter(answers)): Judged("", "", set_aside=False)}) is None
    answers.pop(next(iter(answers)))
    assert indicate(document, law, answers) is None


def test_a_document_cannot_be_changed() -> None:
    document = DOCUMENTS["national-casework-2014-10"]
    with pytest.raises(ValidationError):
        document.title = "Other"
    with pytest.raises(TypeError):
        document.standards()[0].descriptors["good"] = "Other"  # type: ignore[index]


def test_the_codes_of_facts_are_spelled_out_for_readers() -> None:
    document = DOCUMENTS["national-casework-2014-10"]
    assert document.in_words("Agree with child_seen.") == "Agree with ‘Were the subject children seen?’."


def test_a_rule_is_found_by_its_id() -> None:
    document = DOCUMENTS["national-casework-2014-10"]
    assert document.rule(document.grade_rules[0].id) == document.grade_rules[0]
    with pytest.raises(KeyError):
        document.rule("no-such-rule")


WRONG = {
    "empty": ("", "no keys"),
    "not YAML": ("a: [1", "not YAML"),
    "an alias": ("a: &x 1\nb: *x\n", "Line 2: aliases"),
    "a tag": ("a: !!python/object:os.system x\n", "tags (!) are not allowed"),
    "a key twice": (TEXT + "\ntitle: Again\n", "is there twice"),
    "too large": ("a" * (LARGEST + 1), "larger than 1 MB"),
    "too deep": ("a: " + "[" * 30 + "]" * 30, "nested more than"),
    "an unknown key": (TEXT + "\nnonsense: 1\n", "this key is not known"),
    "a control character": ("a: \x01\n", "not YAML"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_document_is_refused_with_a_sentence(case: str) -> None:
    text, expected = WRONG[case]
    with pytest.raises(DocumentRefused) as refused:
        load_document(text)
    assert expected in "\n".join(refused.value.problems)


CHANGES = {
    "an unknown law type": (
        "law_types: [public,",
        "law_types: [criminal,",
        "names the law type ‘criminal’, which is not known",
    ),
    "an unknown level in a rule": (
        "judgement: [not_met]",
        "judgement: [dreadful]",
        "looks for ‘dreadful’, which is not in the document",
    ),
    "an example that fails": ("expect: {grade: good", "expect: {grade: met", "expects met"),
    "a grade that is not in the scale": ("grade: not_met", "grade: dreadful", "not in the scale"),
}


@pytest.mark.parametrize("case", CHANGES)
def test_a_document_that_is_changed_for_the_worse_is_refused_with_the_line(case: str) -> None:
    old, new, expected = CHANGES[case]
    assert old in TEXT, "the document does not hold what this test changes"
    with pytest.raises(DocumentRefused) as refused:
        load_document(TEXT.replace(old, new, 1))
    assert expected in "\n".join(refused.value.problems)
    assert all(p.startswith("Line ") for p in refused.value.problems)


def test_rules_that_would_punish_improvement_are_refused() -> None:
    rules = TEXT[TEXT.index("grade_rules:") : TEXT.index("examples:")]
    assert "at_least" in rules
    with pytest.raises(DocumentRefused) as refused:
        load_document(TEXT.replace(rules, rules.replace("at_least", "at_most", 1), 1))
    assert "punish improvement" in "\n".join(refused.value.problems)


def test_a_file_that_is_not_utf_8_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"title: caf\xe9\n")
    with pytest.raises(DocumentRefused, match="not text in UTF-8"):
        load_file(tmp_path / "x.yaml")
