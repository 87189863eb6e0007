"""One rule at a time: when it holds, what it says it measured, and when what was judged is worth a second look."""

from typing import Any

import pytest

from app.audit.thresholds.document import Condition, GradeRule, Prompt, When
from app.audit.thresholds.expectations import with_prompts
from app.audit.thresholds.indication import Indication, Judged, expected, fact_prompts, indicate, prompts, unanswered
from tests.audit.thresholds.test_thresholds import DOCUMENTS

NATIONAL = with_prompts(DOCUMENTS["national-casework-2014-10"])
STANDARDS = NATIONAL.standards_for("public")
CODES = [s.code for s in STANDARDS]
CRITICAL = [s.code for s in STANDARDS if s.critical]
OTHERS = [s.code for s in STANDARDS if not s.critical]
OTHERWISE = GradeRule(id="otherwise", when=When(always=True), grade="good", because="Nothing else holds.")


def of(judged: dict[str, tuple[str, str]]) -> dict[str, Judged]:
    """Return these judgements, and every other standard set aside."""
    return {code: Judged(*judged[code]) if code in judged else Judged(set_aside=True) for code in CODES}


def first(count: int, worst: int = 1, level: str = "not_met", degree: str = "none") -> dict[str, Judged]:
    """Return as many judged standards, the first of them at a level and the others at the best."""
    pairs = [(level, degree)] * worst + [("good", "none")] * (count - worst)
    return of(dict(zip(CODES, pairs, strict=False)))


def indicated(answers: dict[str, Judged], **condition: Any) -> Indication:
    """Return what a rule of one condition gives, or the last one where it does not hold."""
    rule = GradeRule(id="tried", when=When(all=(Condition(**condition),)), grade="met", because="It holds.")
    found = indicate(NATIONAL.model_copy(update={"grade_rules": (rule, OTHERWISE)}), "public", answers)
    assert found is not None
    return found


def holds(answers: dict[str, Judged], **condition: Any) -> bool:
    return indicated(answers, **condition).rule == "tried"


NOT_MET = ("not_met",)


def test_a_standard_is_complete_with_both_answers_or_set_aside() -> None:
    assert [Judged(*of).complete for of in (("good", "none"), ("good", ""), ("", "none"), ("", ""))] == [
        True,
        False,
        False,
        False,
    ]
    assert Judged(set_aside=True).complete
    half = {**first(len(CODES)), CODES[0]: Judged("good", "")}
    assert unanswered(NATIONAL, "public", half) == (CODES[0],)
    assert indicate(NATIONAL, "public", half) is None


@pytest.mark.parametrize(
    ("limit", "is_held"),
    [
        ({"at_least": 20}, True),
        ({"at_least": 21}, False),
        ({"at_least": 19}, True),
        ({"at_most": 20}, True),
        ({"at_most": 19}, False),
        ({"at_most": 21}, True),
        ({"at_most": 0}, False),
    ],
)
def test_one_of_five_is_a_fifth_to_the_letter(limit: dict[str, int], *, is_held: bool) -> None:
    assert holds(first(5), measure="percent", judgement=NOT_MET, **limit) is is_held


def test_one_of_one_is_all_and_a_percentage_of_nothing_never_holds() -> None:
    assert holds(first(1), measure="percent", judgement=NOT_MET, at_least=100)
    assert not holds(of({}), measure="percent", judgement=NOT_MET, at_most=100)
    assert not holds(of({}), measure="percent", judgement=NOT_MET, at_least=0)
    assert holds(of({}), measure="count", judgement=NOT_MET, at_most=0)


def test_what_is_counted_is_what_either_selector_picks_among_all_or_the_critical_ones() -> None:
    answers = of({CRITICAL[0]: ("good", "none"), OTHERS[0]: ("not_met", "significant"), OTHERS[1]: ("met", "minor")})
    assert holds(answers, measure="count", judgement=NOT_MET, at_least=1)
    assert not holds(answers, measure="count", judgement=NOT_MET, at_least=1, only="critical")
    assert holds(answers, measure="count", degree=("significant", "minor"), at_least=2)
    assert not holds(answers, measure="count", degree=("significant", "minor"), at_least=3)
    assert not holds(answers, measure="count", degree=("moderate",), at_least=1)
    assert holds(answers, measure="percent", judgement=("good",), at_least=100, only="critical")


@pytest.mark.parametrize(
    ("condition", "sentence"),
    [
        ({"measure": "count", "judgement": NOT_MET, "at_least": 1}, "graded Not Met; one is enough."),
        (
            {"measure": "count", "judgement": ("met", "not_met"), "at_least": 2},
            "graded Met or Not Met; the limit is at least 2.",
        ),
        ({"measure": "count", "judgement": ("met",), "at_most": 0}, "graded Met; none is allowed."),
        ({"measure": "count", "judgement": NOT_MET, "at_most": 2}, "graded Not Met; the limit is at most 2."),
        (
            {"measure": "percent", "judgement": NOT_MET, "at_least": 1},
            "graded Not Met (25%); the limit is at least 1%.",
        ),
        (
            {"measure": "percent", "judgement": NOT_MET, "at_most": 25},
            "graded Not Met (25%); the limit is at most 25%.",
        ),
        ({"measure": "percent", "judgement": ("met",), "at_most": 0}, "graded Met (0%); none is allowed."),
        (
            {"measure": "count", "degree": ("moderate", "significant"), "at_least": 2},
            "with the degree of improvement Moderate or Significant; the limit is at least 2.",
        ),
    ],
)
def test_a_rule_says_what_it_measured_and_its_limit(condition: dict[str, Any], sentence: str) -> None:
    found = indicated(first(8, 2, degree="moderate"), **condition)
    assert (found.grade, found.rule, found.because) == ("met", "tried", "It holds.")
    count = 0 if "graded Met;" in sentence or "graded Met (" in sentence else 2
    assert found.measures == (f"{count} of 8 standards {sentence}",)


def test_a_rule_about_critical_standards_says_so_and_a_half_is_rounded_up() -> None:
    answers = of({code: ("not_met" if code == CRITICAL[0] else "good", "none") for code in CODES})
    critical = indicated(answers, measure="count", judgement=NOT_MET, at_least=1, only="critical")
    assert critical.measures == (f"1 of {len(CRITICAL)} critical standards graded Not Met; one is enough.",)
    eighth = indicated(first(8), measure="percent", judgement=NOT_MET, at_least=12)
    assert eighth.measures == ("1 of 8 standards graded Not Met (13%); the limit is at least 12%.",)
    whole = indicated(first(8, 8), measure="percent", judgement=NOT_MET, at_least=100)
    assert whole.measures == ("8 of 8 standards graded Not Met (100%); the limit is at least 100%.",)


def test_the_last_rule_measures_nothing() -> None:
    found = indicated(first(4, 0), measure="count", judgement=NOT_MET, at_least=1)
    assert found == Indication("good", "otherwise", "Nothing else holds.", ())


@pytest.mark.parametrize(
    ("judged", "is_unusual"),
    [
        (Judged("good", "none"), False),
        (Judged("good", "minor"), False),
        (Judged("good", "moderate"), True),
        (Judged("good", "significant"), True),
        (Judged("met", "none"), False),
        (Judged("met", "significant"), False),
        (Judged("not_met", "none"), True),
        (Judged("not_met", "minor"), False),
        (Judged("good", ""), False),
        (Judged("", "significant"), False),
        (Judged("good", "significant", set_aside=True), False),
        (Judged("not_met", "none", set_aside=True), False),
    ],
)
def test_a_judgement_and_a_degree_that_seldom_go_together_are_worth_a_second_look(
    judged: Judged, *, is_unusual: bool
) -> None:
    said = prompts(NATIONAL, judged)
    assert (said is not None) is is_unusual
    if said is not None:
        words = (
            f"{NATIONAL.label(judged.judgement)} with the improvement needed ‘{NATIONAL.degree_label(judged.degree)}’"
        )
        assert said == f"{words} is unusual. Check that both are what you mean."


def asked(judged: Judged, answers: list[str], **more: Any) -> list[str]:
    """Return what is said of one standard where one prompt is about it and a fact is answered."""
    fact = NATIONAL.fact("child_seen")
    prompt = {"fact": fact.code, "answers": ("unclear",), "standards": ("ENG1",), "judgement": NOT_MET, **more}
    document = NATIONAL.model_copy(update={"prompts": (Prompt(**prompt),), "id": f"tried-{len(more)}"})
    document.__dict__.pop("found", None)
    return list(fact_prompts(document, "public", document.standard("ENG1"), judged, {fact.code: answers}))


def test_a_prompt_names_the_answer_what_is_usual_and_what_was_judged() -> None:
    fact, title = NATIONAL.fact("child_seen"), NATIONAL.standard("ENG1").title
    unclear = next(a.label for a in fact.answers if a.code == "unclear")
    start = f"‘{fact.question}’ is answered ‘{unclear}’. With that, {title} is usually"
    end = "Check that both are what you mean."
    assert asked(Judged("good"), ["unclear"]) == [f"{start} Not Met; here it is Good. {end}"]
    assert asked(Judged("good"), ["unclear"], note="Look.") == [f"{start} Not Met; here it is Good. {end} Look."]
    assert asked(Judged(set_aside=True), ["unclear"]) == [f"{start} Not Met; here it is set aside. {end}"]
    either = asked(Judged("good"), ["unclear"], judgement=("met", "not_met"), set_aside=True)
    assert either == [f"{start} Met or Not Met or set aside; here it is Good. {end}"]
    assert asked(Judged("good"), ["unclear"], judgement=None, set_aside=True) == [
        f"{start} set aside; here it is Good. {end}"
    ]


def test_no_prompt_without_the_answer_or_a_judgement_or_where_they_fit() -> None:
    assert asked(Judged("not_met"), ["unclear"]) == []
    assert asked(Judged(set_aside=True), ["unclear"], set_aside=True) == []
    assert asked(Judged("", "none"), ["unclear"]) == []
    assert asked(Judged("good"), ["seen"]) == []
    assert asked(Judged("good"), []) == []


def test_what_a_prompt_expects_in_words() -> None:
    prompt = Prompt(fact="child_seen", answers=("unclear",), standards=("ENG1",), judgement=("met", "not_met"))
    assert expected(NATIONAL, prompt) == "Met or Not Met"
