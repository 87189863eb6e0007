"""Targets files: what is wrong is said in one line for each place, whatever is sent."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.earlier.targets import TargetsRefused, read_targets
from tests.report.figures.test_figures import DATA

LEVELS = ("good", "met", "not_met")
FINE = {
    "id": "a",
    "measure": "good",
    "scope": "overall",
    "scope_value": None,
    "value": 49,
    "when": "2013-09",
    "kind": "previous_audit",
}


def refused(text: str) -> tuple[str, ...]:
    with pytest.raises(TargetsRefused) as answer:
        read_targets(text, LEVELS)
    return answer.value.problems


def test_the_reference_file_is_read_whole() -> None:
    text = (DATA / "targets_and_comparators.json").read_text(encoding="utf-8")
    found, given_ = read_targets(text, LEVELS), json.loads(text)
    targets = {"good_percent": 60, "not_met_percent": 14, "by": "2015-05", "set_in": "the Ofsted Action Plan 2014"}
    assert found["targets"] == targets
    for kept, sent in zip(found["comparators"], given_["comparators"], strict=True):
        assert {k: kept[k] for k in FINE} == {k: sent[k] for k in FINE}
        assert kept["sentence"] == sent["sentence"]


@pytest.mark.parametrize(
    ("change", "where"),
    [
        ({"when": None}, "when: null"),
        ({"when": "2013-13"}, 'when: "2013-13"'),
        ({"when": "..."}, "when"),
        ({"id": ...}, "id: missing"),
        ({"id": "first"}, 'id: "first". Allowed: each id once'),
        ({"measure": "total"}, 'measure: "total"'),
        ({"value": 101}, "value: 101"),
        ({"value": True}, "value: true"),
        ({"value": float("nan")}, "value: NaN"),
        ({"scope": "galaxy"}, 'scope: "galaxy"'),
        ({"scope": ...}, "scope: missing"),
        ({"scope": "law_type"}, "scope_value: null"),
        ({"scope": "area_law_type", "scope_value": ["A5"]}, "scope_value 2: missing"),
        ({"scope": "overall", "scope_value": "A5"}, 'scope_value: "A5"'),
    ],
)
def test_what_is_wrong_with_a_comparator_is_one_line(change: dict[str, Any], where: str) -> None:
    changed = {k: v for k, v in {**FINE, **change}.items() if v is not ...}
    [problem] = refused(json.dumps({"comparators": [{**FINE, "id": "first"}, changed]}))
    assert problem.startswith(f"comparators 2 {where}")
    assert "\n" not in problem


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "[]",
        "null",
        '{"comparators": [3]}',
        '{"comparators": {}}',
        '{"targets": {"good_percent": 160}}',
        "[" * 99_999,
    ],
)
def test_what_is_no_targets_file_is_refused(text: str) -> None:
    assert refused(text)


def test_everything_wrong_is_said_at_once() -> None:
    both = refused(json.dumps({"targets": {"good_percent": 160, "not_met_percent": 14.5}, "comparators": [{}]}))
    assert [p.split(":")[0] for p in both] == ["targets good_percent", "targets not_met_percent", "comparators 1 scope"]


def test_a_law_type_is_kept_in_capitals() -> None:
    text = json.dumps({"comparators": [{**FINE, "scope": "area_law_type", "scope_value": ["A5", "wafh"]}]})
    assert read_targets(text, LEVELS)["comparators"][0]["scope_value"] == ["A5", "WAFH"]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda s: st.lists(s, max_size=3) | st.dictionaries(st.text(), s, max_size=3),
)


@given(st.fixed_dictionaries({}, optional={k: JSON | st.just(v) for k, v in FINE.items()}), JSON)
def test_any_json_is_read_or_refused(comparator: dict[str, Any], targets: Any) -> None:
    for sent in ({"comparators": [comparator], "targets": targets}, {"comparators": [comparator]}, targets):
        try:
            read_targets(json.dumps(sent), LEVELS)
        except TargetsRefused as answer:
            assert answer.problems  # noqa: PT017 - either is right
