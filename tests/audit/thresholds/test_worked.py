"""Worked examples at standards: what ships, what the loader asks, where they are shown, to whom."""

import hashlib
import re
from collections.abc import Iterator
from typing import Any

import pytest

from app.audit.thresholds.checks import document_problems
from app.audit.thresholds.comparing import compare
from app.audit.thresholds.document import Standard, ThresholdDocument, Worked
from app.audit.thresholds.loading import data_of, load_document
from app.audit.thresholds.parts import parts_of
from app.audit.thresholds.yaml_text import DocumentRefused, written
from app.people.kinds import SHIPPED as KINDS
from app.web.personal import personal_details
from tests.audit.drafting.test_drafting import BASE, begun, document, save
from tests.audit.thresholds.test_thresholds import DOCUMENTS, FOLDER
from tests.browser import plain
from tests.world import World

NEW = "2026.1"
NATIONAL = DOCUMENTS[f"national-casework-{NEW}"]
SHIPPED = [name for name in DOCUMENTS if name.endswith(NEW)]
# The start of the hash of each text that was issued before: audits were agreed on it, so it never changes.
ISSUED = {
    "area-health-check": "491a0ce28a3e3f5c",
    "national-casework-2014-10": "099252a53587833f",
    "thematic-iro-liaison-2015": "b0b72346ed6fb64f",
    "thematic-position-statements-2015": "3c89afd0129bffb4",
    "thematic-wafh-analysis-2015": "94f5719321b27916",
}


def worked(of: ThresholdDocument) -> Iterator[tuple[Standard, Worked]]:
    for standard in of.standards():
        for example in standard.worked:
            yield standard, example


def test_the_national_document_has_one_at_each_level_of_each_standard() -> None:
    assert len(list(NATIONAL.standards())) == 24
    for standard in NATIONAL.standards():
        assert [w.level for w in standard.worked] == [level.code for level in NATIONAL.scale], standard.code


@pytest.mark.parametrize("name", [n for n in SHIPPED if not n.startswith("national")])
def test_a_thematic_document_has_them_at_its_critical_standards(name: str) -> None:
    of = DOCUMENTS[name]
    for standard in of.standards():
        expected = [level.code for level in of.scale] if standard.critical else []
        assert [w.level for w in standard.worked] == expected, standard.code


@pytest.mark.parametrize("name", SHIPPED)
def test_each_says_which_words_of_its_level_decide(name: str) -> None:
    for standard, example in worked(DOCUMENTS[name]):
        quoted = re.findall("‘([^’]*)’", example.why)
        assert quoted, (standard.code, example.level)
        for words in quoted:
            assert words.casefold() in standard.descriptors[example.level].casefold(), (standard.code, words)


@pytest.mark.parametrize("name", SHIPPED)
def test_none_is_about_anybody_and_each_is_concrete(name: str) -> None:
    for standard, example in worked(DOCUMENTS[name]):
        text, of = f"{example.text} {example.why}", (standard.code, example.level)
        assert not personal_details(text), of
        # "Section 7" is the law; any other figure could be a reference, a date or a house number.
        assert not re.search(r"\d", text.replace("section 7 report", "")), of
        assert 150 <= len(example.text) <= 600, of
        assert 40 <= len(example.why) <= 300, of


def test_no_two_are_alike() -> None:
    texts = [example for name in SHIPPED for _, example in worked(DOCUMENTS[name])]
    for part in ("text", "why"):
        words = [set(re.findall(r"\w+", getattr(example, part).casefold())) for example in texts]
        for i, mine in enumerate(words):
            for other in words[:i]:
                assert len(mine & other) / len(mine | other) < 0.6, getattr(texts[i], part)


def test_whatever_the_law_type_there_is_one_for_each_level() -> None:
    for law_type in ("public", "wafh", "wtfh"):
        for standard in NATIONAL.standards_for(law_type):
            for level in NATIONAL.scale:
                assert standard.worked_at(level.code, law_type)


@pytest.mark.parametrize("name", SHIPPED)
def test_a_version_with_examples_judges_as_the_one_before(name: str) -> None:
    """Questions, descriptors and rules are those of the version that stays beside it."""
    new = DOCUMENTS[name]
    (old,) = [d for d in DOCUMENTS.values() if d.id == new.id and d is not new]
    found = compare(old, new)
    assert not found.examples
    changed = {change.name for _, entries in found.parts for e in entries for change in e.changes}
    assert changed <= {"Standards", "Expected", "Note"}
    for entry in found.standards:
        assert all(change.name.startswith("Worked example") for change in entry.changes), entry.code


@pytest.mark.parametrize("name", ISSUED)
def test_what_was_issued_before_is_as_it_was(name: str) -> None:
    assert hashlib.sha256((FOLDER / f"{name}.yaml").read_bytes()).hexdigest().startswith(ISSUED[name])


def changed(**worked_: Any) -> ThresholdDocument:
    """Return the national document with one worked example changed, or another put beside it."""
    data = data_of(NATIONAL)
    data["practice_areas"][0]["standards"][0]["worked"][0] |= worked_
    return ThresholdDocument.model_validate(loaded(data))


def loaded(data: Any) -> Any:
    if isinstance(data, list):
        return tuple(loaded(item) for item in data)
    return {k: loaded(v) for k, v in data.items()} if isinstance(data, dict) else data


WRONG: dict[str, tuple[dict[str, Any], str]] = {
    "a level that is not there": ({"level": "superb"}, "at the level ‘superb’, which is not in the scale"),
    "a law type of others": ({"law_types": ["criminal"]}, "names the law type ‘criminal’"),
    "a name": ({"text": "Mrs Smith was seen at home."}, "looks like a name with a title: write it about nobody"),
    "an address": ({"why": "Ask jo@example.org."}, "looks like an email address"),
}


@pytest.mark.parametrize("case", WRONG)
def test_the_check_of_a_document_reads_its_worked_examples(case: str) -> None:
    change, sentence = WRONG[case]
    assert any(sentence in said for _, said in document_problems(changed(**change)))


def test_the_same_example_twice_is_said() -> None:
    data = data_of(NATIONAL)
    examples = data["practice_areas"][0]["standards"][0]["worked"]
    examples.append({**examples[0], "level": "met"})
    with pytest.raises(DocumentRefused) as refused:
        load_document(written(data))
    assert "a worked example at SAF1 is there already, word for word" in refused.value.problems[0]


@pytest.mark.parametrize(("key", "longest"), [("text", 600), ("why", 300)])
def test_lengths_are_the_schemas(key: str, longest: int) -> None:
    data = data_of(NATIONAL)
    data["practice_areas"][0]["standards"][0]["worked"][0][key] = "x" * (longest + 1)
    with pytest.raises(DocumentRefused, match=f"at most {longest} characters"):
        load_document(written(data))


def test_a_theme_names_standards_that_are_there() -> None:
    data = data_of(NATIONAL)
    data["learning_themes"][0]["standards"] = ["NONE1"]
    with pytest.raises(DocumentRefused, match="names the standard ‘NONE1’, which is not there"):
        load_document(written(data))
    for name in SHIPPED:
        assert (
            sum(bool(t.standards) for t in DOCUMENTS[name].learning_themes) >= len(DOCUMENTS[name].learning_themes) - 1
        )


def test_a_draft_is_given_worked_examples_on_the_page_of_its_standard(world: World) -> None:
    browser = begun(world)
    part = next(p for p in parts_of(document(world), KINDS.law_types) if p.name == "standards/SAF1")
    assert any(f.name == "worked" for f in part.fields)
    one = written([{"level": "good", "text": "It was on file.", "why": "‘On file’ decides."}])
    save(world, browser, part.name, worked=one)
    assert [w.level for w in document(world).standard("SAF1").worked] == ["good"]
    words = plain(browser.get(f"{BASE}/compare?from=2014-10&to=2026-11").text)
    assert "Worked example, Good" in words
    assert "It was on file. Why: ‘On file’ decides." in words
    broken = plain(save(world, browser, part.name, status=422, worked="- level: good\n").text)
    assert "why: this key is missing" in broken


def test_the_handbook_has_them_and_what_was_issued_before_has_none(world: World) -> None:
    reader = world.browser("reader")
    page = plain(reader.get(f"{BASE}/{NEW}").text)
    example = NATIONAL.standard("SAF2").worked[2]
    for text in (example.text, example.why, "Why Not Met:", "A case of private law (WTFH)"):
        assert re.sub(r"\s+", " ", text).replace("'", "&#39;") in page
    assert "Why Not Met:" not in reader.get(f"{BASE}/2014-10").text
