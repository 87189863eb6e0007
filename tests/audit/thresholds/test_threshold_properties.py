"""Random threshold documents: their rules equal an independent evaluation and never punish improvement.

Broken ones are refused by line.
"""

from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.audit.thresholds.comparing import compare, marked
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.indication import Judged, indicate
from app.audit.thresholds.loading import data_of, load_document
from app.audit.thresholds.words import rule_in_words
from app.audit.thresholds.yaml_text import DocumentRefused, compose, plain, plain_value, written
from tests.audit.thresholds.test_thresholds import DOCUMENTS, by_hand

SLOW = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)


@st.composite
def sound(draw: st.DrawFn) -> dict[str, Any]:
    """Draw a document that has to load: any scale, degrees and rules that cannot punish improvement."""
    levels = [f"l{i}" for i in range(draw(st.integers(2, 5)))]
    degrees = [f"d{i}" for i in range(draw(st.integers(2, 4)))]
    count = draw(st.integers(1, 6))
    standards = [
        {
            "code": f"S{i}",
            "title": f"Standard {i}",
            "question": "?",
            "law_types": ["public"],
            "critical": draw(st.booleans()),
            "descriptors": {x: f"{x} of {i}" for x in levels},
            "evidence_hint": "File",
            "source": "General",
            **({"not_applicable_when": "There is none."} if draw(st.booleans()) else {}),
        }
        for i in range(count)
    ]
    default = draw(st.integers(0, len(levels) - 1))
    worse = sorted(
        draw(st.lists(st.integers(default + 1, len(levels) - 1), max_size=3)) if default < len(levels) - 1 else [],
        reverse=True,
    )
    better = sorted(draw(st.lists(st.integers(0, default - 1), max_size=3)) if default else [])
    rules = [
        {
            "id": f"r{n}",
            "when": {
                "all": [draw(condition(levels, degrees, worse=place > default)) for _ in range(draw(st.integers(1, 3)))]
            },
            "grade": levels[place],
            "because": "So.",
        }
        for n, place in enumerate([*worse, *better])
    ]
    rules.append({"id": "last", "when": {"always": True}, "grade": levels[default], "because": "Else."})
    return {
        "id": "random",
        "version": "1",
        "subject": "case",
        "title": "Random",
        "summary": "Random",
        "scale": [{"code": x, "label": x.upper(), "meaning": x} for x in levels],
        "improvement_degrees": [{"code": x, "label": x.upper(), "meaning": x} for x in degrees],
        "practice_areas": [{"code": "area", "title": "Area", "standards": standards}],
        "facts": [],
        "learning_themes": [],
        "grade_rules": rules,
        "examples": [],
    }


@st.composite
def condition(draw: st.DrawFn, levels: list[str], degrees: list[str], *, worse: bool) -> dict[str, Any]:
    """Draw a condition that counts without gaps from the end that its limit asks for."""
    selector, limit, measure = (
        draw(st.sampled_from(["judgement", "degree"])),
        draw(st.sampled_from(["at_least", "at_most"])),
        draw(st.booleans()),
    )
    order = levels if selector == "judgement" else degrees
    size = draw(st.integers(1, len(order)))
    chosen = order[-size:] if worse == (limit == "at_least") else order[:size]
    only = {"only": "critical"} if draw(st.booleans()) else {}
    return {
        "measure": "percent" if measure else "count",
        selector: chosen,
        limit: draw(st.integers(0, 100 if measure else 6)),
        **only,
    }


def answered(data: st.DataObject, document: ThresholdDocument) -> dict[str, Judged]:
    """Draw a complete set of judgements."""
    levels, degrees = [x.code for x in document.scale], [x.code for x in document.improvement_degrees]
    return {
        s.code: Judged(
            data.draw(st.sampled_from(levels)),
            data.draw(st.sampled_from(degrees)),
            s.can_be_set_aside and data.draw(st.booleans()),
        )
        for s in document.standards_for("public")
    }


@SLOW
@given(sound(), st.data())
def test_the_rules_of_any_document_equal_an_independent_evaluation(raw: dict[str, Any], data: st.DataObject) -> None:
    document = load_document(written(raw))
    answers = answered(data, document)
    found = indicate(document, "public", answers)
    assert found is not None
    assert (found.grade, found.rule) == by_hand(document, "public", answers)
    assert len(rule_in_words(document, document.rule(found.rule))) == len(found.measures)


@SLOW
@given(sound(), st.data())
def test_improving_one_answer_never_lowers_the_grade_of_any_document_that_loads(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    document = load_document(written(raw))
    answers = answered(data, document)
    levels, degrees = [x.code for x in document.scale], [x.code for x in document.improvement_degrees]
    code = data.draw(st.sampled_from(sorted(answers)))
    was = answers[code]
    better = Judged(
        data.draw(st.sampled_from(levels[: levels.index(was.judgement) + 1])),
        data.draw(st.sampled_from(degrees[: degrees.index(was.degree) + 1])),
        was.set_aside,
    )
    before, after = indicate(document, "public", answers), indicate(document, "public", {**answers, code: better})
    assert before is not None
    assert after is not None
    assert levels.index(after.grade) <= levels.index(before.grade)


def loaded(text: str) -> tuple[ThresholdDocument | None, tuple[str, ...]]:
    try:
        return load_document(text), ()
    except DocumentRefused as refused:
        return None, refused.problems


@SLOW
@given(sound(), st.data())
def test_a_document_whose_rules_are_mixed_up_is_refused_or_still_never_punishes(
    raw: dict[str, Any], data: st.DataObject
) -> None:
    rules = data.draw(st.permutations(raw["grade_rules"][:-1]))
    for rule in rules:
        for c in rule["when"]["all"]:
            if data.draw(st.booleans()):
                name = "judgement" if "judgement" in c else "degree"
                known = raw["scale"] if name == "judgement" else raw["improvement_degrees"]
                c[name] = sorted(data.draw(st.sets(st.sampled_from([x["code"] for x in known]), min_size=1)))
    document, problems = loaded(written({**raw, "grade_rules": [*rules, raw["grade_rules"][-1]]}))
    if document is None:
        assert all(p.startswith("Line ") for p in problems)
        assert any("lower the grade" in p or "punish improvement" in p for p in problems)
        return
    answers = answered(data, document)
    levels = [x.code for x in document.scale]
    grades = [
        indicate(
            document, "public", {**answers, code: Judged(levels[0], raw["improvement_degrees"][0]["code"], a.set_aside)}
        )
        for code, a in answers.items()
    ]
    before = indicate(document, "public", answers)
    assert before is not None
    assert all(g is not None and levels.index(g.grade) <= levels.index(before.grade) for g in grades)


Spoil = Callable[[dict[str, Any]], None]


def first(d: dict[str, Any]) -> Any:
    return d["practice_areas"][0]["standards"][0]


def rule(d: dict[str, Any], code: str) -> dict[str, Any]:
    when = {"all": [{"measure": "count", "judgement": [code], "at_least": 1}]}
    return {"id": "x", "when": when, "grade": d["scale"][0]["code"], "because": "?"}


def failing(d: dict[str, Any]) -> None:
    """Add an example that expects another grade than the best level everywhere can give."""
    best, worst = d["scale"][0]["code"], d["scale"][-1]["code"]
    expected = {"grade": best if d["grade_rules"][-1]["grade"] == worst else worst, "rule": "last"}
    d["examples"] = [
        {
            "id": "e",
            "title": "E",
            "law_type": "public",
            "default": best,
            "exceptions": {},
            "degrees": {},
            "set_aside": [],
            "expect": expected,
        }
    ]


PROMPT = {"fact": "seen", "answers": ["no"], "standards": ["ZZ"]}
SPOILT: dict[str, tuple[Spoil, str]] = {
    "a level twice": (lambda d: d["scale"].append(dict(d["scale"][0])), "is there already"),
    "a standard twice": (lambda d: d["practice_areas"][0]["standards"].append(dict(first(d))), "is there already"),
    "an unknown code in a rule": (lambda d: d["grade_rules"].insert(0, rule(d, "zz")), "looks for ‘zz’"),
    "no rule that always holds": (
        lambda d: d.update(grade_rules=[rule(d, d["scale"][0]["code"])]),
        "the last rule, and only the last",
    ),
    "two rules for every case": (
        lambda d: d["grade_rules"].append({**d["grade_rules"][-1], "id": "x"}),
        "the last rule, and only the last",
    ),
    "an unknown grade": (lambda d: d["grade_rules"][-1].update(grade="zz"), "not in the scale"),
    "a level for setting aside": (
        lambda d: d["scale"].append({"code": "set_aside", "label": "x", "meaning": "x"}),
        "stands for a standard that is set aside",
    ),
    "descriptors in another order": (
        lambda d: first(d).update(descriptors=dict(reversed(first(d)["descriptors"].items()))),
        "in this order",
    ),
    "an unknown key": (lambda d: first(d).update(nonsense="x"), "this key is not known"),
    "a key that is missing": (lambda d: first(d).pop("question"), "this key is missing"),
    "an example that fails": (failing, "the example e expects"),
    "a prompt on nothing": (
        lambda d: d.update(prompts=[{**PROMPT, "judgement": ["zz"]}]),
        "names the fact ‘seen’, which is not there",
    ),
    "a prompt on no standard": (
        lambda d: d.update(prompts=[{**PROMPT, "judgement": ["zz"]}]),
        "names the standard ‘ZZ’, which is not there",
    ),
    "a prompt that expects nothing": (lambda d: d.update(prompts=[PROMPT]), "must expect a judgement"),
    "a version that is no address": (lambda d: d.update(version="a/b"), "cannot stand in an address"),
}


@pytest.mark.parametrize("case", SPOILT)
@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture]
)
@given(raw=sound())
def test_a_random_document_that_is_spoilt_is_refused_with_the_line(case: str, raw: dict[str, Any]) -> None:
    spoil, sentence = SPOILT[case]
    lines = written(raw).split("\n")
    spoil(raw)
    with pytest.raises(DocumentRefused) as refused:
        load_document(written(raw))
    assert sentence in "\n".join(refused.value.problems)
    assert all(1 <= int(p.removeprefix("Line ").split(":")[0]) <= len(lines) + 20 for p in refused.value.problems)


TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\x00"), max_size=30)
VALUES = st.recursive(
    TEXTS | st.integers(0, 10**8) | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3),
    max_leaves=8,
)


@SLOW
@given(st.dictionaries(TEXTS, VALUES, min_size=1, max_size=4))
def test_what_is_written_reads_back_as_it_was(value: dict[str, Any]) -> None:
    assert plain_value(plain(compose(written(value)))) == value


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_that_ships_reads_back_and_differs_from_itself_in_nothing(name: str) -> None:
    document = DOCUMENTS[name]
    again = load_document(written(data_of(document)))
    assert again == document
    assert not compare(document, again).changed


@given(TEXTS, TEXTS)
def test_marked_words_hold_both_texts(old: str, new: str) -> None:
    spans = marked(old, new)
    assert "".join(s.text for s in spans if s.kind != "ins") == old
    assert "".join(s.text for s in spans if s.kind != "del") == new


def test_very_long_texts_are_not_compared_word_by_word() -> None:
    assert [s.kind for s in marked("a " * 3000, "b " * 3000)] == ["del", "ins"]
