"""The lists of kinds of work: what one must be, how files name a kind, and what is kept of them."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.installation.kinds.rules import place_of, with_kind, without
from app.people.kind_lists import ABOUT, NoKinds, kind_faults, list_faults, read_kinds
from app.people.kinds import LISTS, SHIPPED, Kind, Kinds, KindsOfWork, kinds_of, plain_kinds, same_word

CODES = st.from_regex(r"[a-z][a-z0-9_]{0,9}", fullmatch=True).filter(lambda code: code not in {"new", "unbanded"})
WORDS = st.text(st.characters(categories=("L", "N", "P", "Zs"), include_characters=" "), max_size=20)


@st.composite
def lists(draw: st.DrawFn, which: str = "law_types") -> Kinds:
    """Return a list of any kinds, of which no two can be taken for each other."""
    codes = draw(st.lists(CODES, min_size=1, max_size=5, unique_by=same_word))
    kinds = [Kind(code, f"{code} n", closed=draw(st.booleans())) for code in codes]
    kinds[0] = replace(kinds[0], closed=False, usual=ABOUT[which].has_usual)
    return Kinds(tuple(kinds)) if not list(list_faults(which, Kinds(tuple(kinds)))) else SHIPPED.of(which)


@pytest.mark.parametrize("which", LISTS)
def test_what_comes_with_the_product_can_be_a_list(which: str) -> None:
    assert not list(list_faults(which, SHIPPED.of(which)))


@given(st.data())
def test_every_word_of_a_kind_is_read_as_its_code_however_it_is_written(data: st.DataObject) -> None:
    kinds = data.draw(lists())
    kind = data.draw(st.sampled_from(kinds.all))
    for word in kind.words:
        for written in (word, word.upper(), f" {word}. ", word.replace("_", " "), word.replace(" ", "-")):
            assert kinds.by_word()[same_word(written)] == kind.code


@given(st.data(), st.sampled_from(LISTS))
def test_a_list_with_another_kind_has_each_code_once_and_one_that_is_usual(data: st.DataObject, which: str) -> None:
    kinds = data.draw(lists(which))
    code = data.draw(CODES)
    place = data.draw(st.integers(1, 9))
    kind = Kind(code, f"{code} m", usual=data.draw(st.booleans()) and ABOUT[which].has_usual)
    found = with_kind(kinds, kind, place)
    assert sorted(found.codes) == sorted({*kinds.codes, code})
    assert found.get(code) == kind
    assert place_of(found, code) == min(place, len(found.all))
    assert [c for c in found.codes if c != code] == [c for c in kinds.codes if c != code]
    assert sum(k.usual for k in found) <= 1
    assert without(found, code).codes == without(kinds, code).codes


@given(st.data())
def test_what_is_kept_is_read_as_it_was(data: st.DataObject) -> None:
    kinds = KindsOfWork(law_types=data.draw(lists()), employment=data.draw(lists("employment")))
    plain = plain_kinds(kinds)
    assert read_kinds(plain) == kinds
    assert kinds_of(json.dumps({"kinds": plain, "case_address": ""})) == kinds
    later = {which: [{**row, "of_a_later_version": 1} for row in rows] for which, rows in plain.items()}
    assert kinds_of(json.dumps({"kinds": later})) == kinds


@given(CODES, WORDS, WORDS, WORDS)
def test_whatever_is_typed_is_kept_or_answered_with_a_sentence(code: str, name: str, short: str, said: str) -> None:
    faults = kind_faults("law_types", Kind(code, name, short, said))
    assert all(f and not f.endswith(".") and f[0].isupper() for f in faults.values())
    assert bool(faults.get("explanation")) == bool((said and said[-1] not in ".!?") or not said.isprintable())


def test_settings_without_kinds_have_those_of_the_product() -> None:
    assert kinds_of("") == SHIPPED
    assert kinds_of('{"case_address": "x"}') == SHIPPED


ONE = {"code": "rent", "name": "Rent"}
WRONG: dict[str, tuple[Any, str]] = {
    "no mapping": ([ONE], "The lists are law_types"),
    "another list": ({"colours": [ONE]}, "The lists are law_types"),
    "no list": ({"law_types": "rent"}, "law_types must be a list of kinds"),
    "a kind without a name": ({"law_types": [{"code": "rent"}]}, "A kind has code and name"),
    "another field": ({"law_types": [{**ONE, "colour": "red"}]}, "What is odd: colour"),
    "words that are no list": ({"law_types": [{**ONE, "also": "x"}]}, "What is odd: also"),
    "capitals in a code": ({"law_types": [{**ONE, "code": "Rent"}]}, "begins with a small letter"),
    "the word of an address": ({"bands": [{"code": "new", "name": "N"}]}, "has another meaning"),
    "a code twice": ({"law_types": [ONE, ONE]}, "‘rent’ is there already"),
    "a name that is another's code": (
        {"law_types": [ONE, {"code": "asb", "name": "RENT."}]},
        "‘RENT.’ is there already: it stands for the law type Rent (rent)",
    ),
    "all closed": ({"law_types": [{**ONE, "closed": True}]}, "at least one has to be open"),
    "nothing usual": ({"employment": [ONE]}, "has to be used where a file says nothing"),
    "two that are usual": (
        {"employment": [{**ONE, "usual": True}, {"code": "b", "name": "B", "usual": True}]},
        "has to be used where a file says nothing",
    ),
    "a usual one that is closed": (
        {"employment": [ONE, {"code": "b", "name": "B", "usual": True, "closed": True}]},
        "has to be used where a file says nothing",
    ),
    "a usual law type": ({"law_types": [{**ONE, "usual": True}]}, "none can be used where a file says nothing"),
    "a long name": ({"law_types": [{**ONE, "name": "x" * 81}]}, "The name must be 80 characters or fewer. It has 81"),
    "an explanation that is no sentence": ({"law_types": [{**ONE, "explanation": "x"}]}, "ends with a full stop"),
    "too many": ({"bands": [{"code": f"B{n}", "name": f"B{n}"} for n in range(31)]}, "there can be at most 30"),
}


@pytest.mark.parametrize("case", WRONG)
def test_what_is_no_list_is_refused_in_a_sentence(case: str) -> None:
    given_, sentence = WRONG[case]
    with pytest.raises(NoKinds) as refused:
        read_kinds(given_)
    assert sentence in str(refused.value)


def test_bands_may_be_none() -> None:
    assert read_kinds({"bands": []}).bands.all == ()


@pytest.mark.parametrize(
    ("name", "inside"), [("Public law", "public law"), ("ASB", "ASB"), ("B1", "B1"), ("A case", "a case"), ("X", "x")]
)
def test_a_name_inside_a_sentence(name: str, inside: str) -> None:
    assert Kinds((Kind("k", name),)).low("k") == inside
