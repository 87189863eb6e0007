"""Threshold documents in the browser: import, a new draft version, its parts, its check, publishing, comparing."""

import re
from typing import Any

import httpx
import pytest
from sqlalchemy import select

from app.audit.enums import ThresholdState
from app.audit.library.actions import keep_threshold
from app.audit.models import ThresholdText
from app.audit.thresholds.document import ThresholdDocument
from app.audit.thresholds.loading import data_of, read_document
from app.audit.thresholds.parts import parts_of, values_of
from app.audit.thresholds.yaml_text import written
from app.errors import Conflict
from app.keeping import record as check
from app.people.kinds import SHIPPED
from tests.audit.thresholds.test_thresholds import DOCUMENTS, TEXT
from tests.browser import Browser, plain
from tests.world import World

BASE = "/thresholds/national-casework"
DRAFT = f"{BASE}/2026-11"


def begun(world: World, who: str = "director", version: str = "2026-11") -> Browser:
    browser = world.browser(who)
    browser.post(f"{BASE}/2014-10/new-version", {"version": version})
    return browser


def document(world: World, version: str = "2026-11") -> ThresholdDocument:
    with world.database.reading() as session:
        return read_document(session.scalars(select(ThresholdText).where(ThresholdText.version == version)).one().text)


def state(world: World, version: str = "2026-11") -> ThresholdState:
    with world.database.reading() as session:
        return session.scalars(select(ThresholdText.state).where(ThresholdText.version == version)).one()


def served(page: httpx.Response) -> str:
    found = re.search(r'name="served" value="([^"]*)"', page.text)
    assert found
    return found.group(1)


def fields(world: World, part: str, version: str = "2026-11") -> dict[str, Any]:
    """Return what a part's form would send unchanged."""
    d = document(world, version)
    of = next(p for p in parts_of(d, SHIPPED.law_types) if p.name == part)
    values = values_of(data_of(d), of)
    return {f.name: values[f.name].split("\n") if f.kind == "codes" else values[f.name] for f in of.fields}


def save(world: World, browser: Browser, part: str, *, status: Any = 200, **changes: Any) -> httpx.Response:
    page = browser.get(f"{DRAFT}/edit/{part}")
    return browser.post(
        f"{DRAFT}/edit/{part}", {**fields(world, part), "served": served(page), **changes}, status=status
    )


def test_a_new_version_is_drafted_edited_published_and_chosen(world: World) -> None:
    browser = begun(world)
    assert "Made from Version 2014-10" in plain(browser.get(f"{DRAFT}/edit").text)
    save(
        world,
        browser,
        "standards/SAF1",
        title="Risks screened at the start",
        **{"descriptor-good": "Screened within two days."},
    )
    assert document(world).standard("SAF1").descriptors["good"] == "Screened within two days."
    assert document(world).standard("SAF1").title == "Risks screened at the start"
    assert browser.send("GET", DRAFT).status_code == 200
    assert "(2026-11)" not in browser.get("/audits/new").text, "a draft cannot be chosen for an audit"
    assert (
        "Publish version 2026-11" in plain(browser.get(f"{DRAFT}/publish").text)
        or "Publish" in browser.get(f"{DRAFT}/publish").text
    )
    page = browser.get(f"{DRAFT}/publish")
    read = re.search(r'name="read" value="([^"]*)"', page.text)
    assert read
    assert "it never changes" in plain(browser.post(f"{DRAFT}/publish", {"read": read.group(1)}).text)
    assert state(world) is ThresholdState.PUBLISHED
    assert "(2026-11)" in browser.get("/audits/new").text
    assert "Version 2026-11" in plain(world.browser("reader").get("/thresholds").text)
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


def test_a_draft_is_seen_by_those_who_write_documents_only(world: World) -> None:
    begun(world)
    for who in ("reader", "lead", "im1"):
        assert "2026-11" not in world.browser(who).get("/thresholds").text
        for path in ("", "/edit", "/edit/wording", "/document.yaml", "/publish", "/new-version"):
            world.browser(who).get(DRAFT + path, status=404)
    assert "2026-11" in world.browser("ad").get("/thresholds").text
    world.browser("ad").get(f"{DRAFT}/edit")


def test_what_is_published_is_never_edited(world: World) -> None:
    browser = world.browser("director")
    page = browser.get(f"{BASE}/2014-10/edit/wording")
    assert "This version is published, so it never changes" in plain(page.text)
    for path in ("edit/wording", "publish", "discard"):
        browser.post(f"{BASE}/2014-10/{path}", {"title": "Mine"}, status=409)
    assert document(world, "2014-10").title != "Mine"


def test_a_discarded_draft_is_gone_and_its_version_is_free(world: World) -> None:
    browser = begun(world)
    assert "is discarded" in plain(browser.post(f"{DRAFT}/discard").text)
    browser.get(f"{DRAFT}/edit", status=404)
    browser.post(f"{BASE}/2014-10/new-version", {"version": "2026-11"})
    browser.get(f"{DRAFT}/edit")
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


@pytest.mark.parametrize(
    ("version", "sentence"),
    [
        ("", "Enter the version"),
        ("a/b", "cannot stand in an address"),
        ("compare", "cannot stand in an address"),
        ("2014-10", "is there already as published"),
    ],
)
def test_a_version_needs_a_name_of_its_own(world: World, version: str, sentence: str) -> None:
    page = world.browser("director").post(f"{BASE}/2014-10/new-version", {"version": version}, status=422)
    assert sentence in plain(page.text)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_part_of_every_document_can_be_opened_and_saved_as_it_is(world: World, name: str) -> None:
    of = DOCUMENTS[name]
    browser = world.browser("director")
    browser.post(f"/thresholds/{of.id}/{of.version}/new-version", {"version": "next"})
    before = document(world, "next")
    parts = parts_of(before, SHIPPED.law_types)
    for part in [p for p in parts if not p.name.startswith("standards/")] + [
        p for p in parts if p.name.startswith("standards/")
    ][:1]:
        path = f"/thresholds/{of.id}/next/edit/{part.name}"
        browser.post(path, {**fields(world, part.name, "next"), "served": served(browser.get(path))})
    assert document(world, "next") == before
    assert data_of(document(world, "next")) == {
        **data_of(of),
        "version": "next",
        **({"prompts": data_of(before)["prompts"]} if before.prompts else {}),
    }


def test_a_draft_that_is_not_clean_is_kept_and_checked_but_not_published(world: World) -> None:
    browser = begun(world)
    page = save(world, browser, "grade_rules", **{"good-throughout-1-at_least": "99"})
    words = plain(page.text)
    assert "has to be mended before it can be published" in words or "have to be mended" in words
    assert "expects good by good-throughout, but the rules give met by otherwise-met" in words
    assert "Differs" in words
    assert "mended first" in plain(browser.get(f"{DRAFT}/publish").text)
    browser.post(f"{DRAFT}/publish", {"read": "x"}, status=409)
    assert state(world) is ThresholdState.DRAFT
    browser.get(DRAFT)
    browser.get(f"{BASE}/compare?from=2014-10&to=2026-11")


def test_rules_that_punish_improvement_are_named_in_the_check(world: World) -> None:
    browser = begun(world)
    page = save(world, browser, "grade_rules", **{"widespread-improvement-0-degree": ["moderate"]})
    assert "could punish improvement" in plain(page.text)


def test_what_cannot_be_read_is_given_back_with_lines(world: World) -> None:
    browser = begun(world)
    typed = "- code: seen\n  question: Seen?\n  kind: maybe\n- [\n"
    page = save(world, browser, "text/facts", status=422, facts=typed)
    assert "this is not YAML" in plain(page.text)
    assert "kind: maybe" in page.text
    page = save(world, browser, "text/facts", status=422, facts=typed.removesuffix("- [\n"))
    words = plain(page.text)
    assert "Line 3" in words
    assert "this key is missing" in words
    page = save(world, browser, "text/facts", status=422, facts="a: 1")
    assert "must be a list" in plain(page.text)
    page = save(world, browser, "text/facts", status=422, facts="# nothing")
    assert "nothing here but comments" in plain(page.text)
    save(world, browser, "text/prompts", prompts="")
    assert document(world).prompts == ()


FAULTS = [
    ("wording", {"title": ""}, "Enter ‘Title’"),
    ("standards/SAF1", {"title": "x" * 61}, "Title must be 60 characters or fewer"),
    ("standards/SAF1", {"law_types": []}, "Choose at least one answer to ‘Law types’"),
    ("grade_rules", {"accumulated-not-met-0-at_least": "many"}, "must be a whole number"),
    ("scale", {"good-meaning": "x" * 2001}, "must be 2,000 characters or fewer"),
]


@pytest.mark.parametrize(("part", "changes", "sentence"), FAULTS)
def test_a_field_that_does_not_fit_the_schema_is_named(
    world: World, part: str, changes: dict[str, Any], sentence: str
) -> None:
    page = save(world, begun(world), part, status=422, **changes)
    assert sentence in plain(page.text)


def test_every_box_counts_to_the_length_that_is_taken(world: World) -> None:
    browser = begun(world)
    for part in parts_of(document(world), SHIPPED.law_types):
        page = browser.get(f"{DRAFT}/edit/{part.name}").text
        boxes = {field.name: field.longest for field in part.fields if field.kind == "text"}
        counted = re.findall(r'data-maxlength="(\d+)"', page)
        assert counted == ["2000"] * len(boxes), part.name
        too_long = {name: "x" * (longest + 1) for name, longest in boxes.items() if longest}
        said = save(world, browser, part.name, status=422 if too_long else 200, **too_long).text
        errors = re.findall(r'<p id="([^"]+)-error"[^>]*>.*?must be 2,000 characters or fewer', said, re.DOTALL)
        assert set(errors) == set(too_long), part.name


def test_two_windows_on_one_part(world: World) -> None:
    first, second = begun(world), world.browser("ad")
    path = f"{DRAFT}/edit/wording"
    opened = served(second.get(path))
    save(world, first, "wording", title="The first title", summary="The first summary.")
    mine = {
        **fields(world, "wording"),
        "title": "The second title",
        "summary": document(world, "2014-10").summary,
        "grade_title": "The second grade",
    }
    page = second.post(path, {**mine, "served": opened}, status=409)
    words = plain(page.text)
    assert "‘Title’ was changed in another window too" in words
    assert "The second title" in page.text
    assert document(world).title == "The first title"
    assert document(world).summary == "The first summary.", (
        "a field that was not changed here keeps what the other window saved"
    )
    assert document(world).grade_title == "The second grade"
    second.post(path, {**mine, "summary": "The first summary.", "served": served(page)})
    assert document(world).title == "The second title"


def test_fields_that_are_no_longer_there_are_given_back(world: World) -> None:
    page = save(
        world,
        begun(world),
        "grade_rules",
        status=409,
        **{"gone-because": "What I typed for a rule that another window renamed."},
    )
    assert "What I typed for a rule" in page.text


def test_a_draft_that_changed_meanwhile_is_not_published_unread(world: World) -> None:
    browser = begun(world)
    page = browser.get(f"{DRAFT}/publish")
    read = re.search(r'name="read" value="([^"]*)"', page.text)
    assert read
    save(world, browser, "wording", title="Another title")
    page = browser.post(f"{DRAFT}/publish", {"read": read.group(1)}, status=409)
    assert "changed after you opened this page" in plain(page.text)


def sent(world: World, text: str | bytes, *, status: int = 200) -> httpx.Response:
    content = text if isinstance(text, bytes) else text.encode()
    return world.browser("ad").post("/thresholds/import", files={"file": ("mine.yaml", content)}, status=status)


def test_a_clean_file_becomes_a_draft(world: World) -> None:
    words = plain(
        sent(world, b"\xef\xbb\xbf" + TEXT.replace('"2014-10"', '"2026-12"').replace("\n", "\r\n").encode()).text
    )
    assert "Made from A file" in words
    assert (
        "Standards for public law 23 Standards for private law (WAFH) 22 Standards for private law (WTFH) 15" in words
    )
    assert words.count("As expected") == len(DOCUMENTS["national-casework-2014-10"].examples)
    assert "# HOW TO READ" in world.browser("ad").get(f"{BASE}/2026-12/document.yaml").text, (
        "until it is edited the file stays as it was sent"
    )


BROKEN: dict[str, tuple[Any, str]] = {
    "no file": (b"", "Choose the file"),
    "another encoding": ("title: caf\xe9".encode("latin-1"), "Line 1: this is not text in UTF-8"),
    "too large": (b"a: " + b"x" * 1_000_001, "larger than 1 MB"),
    "the same version": (TEXT, "is there already as published. Give this one another version"),
    "a code twice": (TEXT.replace("code: PLA2", "code: PLA1", 1), "the standard ‘PLA1’ is there already"),
    "several at once": (
        TEXT.replace("code: PLA2", "code: PLA1", 1).replace("summary: >-", "nonsense: 1\nsummary: >-"),
        "this key is not known",
    ),
    "very many problems": (
        TEXT.replace("learning_themes:", "learning_themes:" + "\n  - {code: x}" * 300),
        "The first 200 problems are shown",
    ),
    "a bomb": ('a: &a ["x","x"]\nb: &b [*a,*a]\nc: [*b,*b]\n', "aliases (*) are not allowed"),
}


@pytest.mark.parametrize("case", BROKEN)
def test_a_file_that_is_not_clean_is_refused_and_nothing_is_kept(world: World, case: str) -> None:
    content, sentence = BROKEN[case]
    page = (
        world.browser("ad").post("/thresholds/import", status=422)
        if case == "no file"
        else sent(world, content, status=422)
    )
    assert sentence in plain(page.text)
    if case == "several at once":
        assert "the standard ‘PLA1’ is there already" in plain(page.text), "in the same round"
    with world.database.reading() as session:
        assert len(session.scalars(select(ThresholdText)).all()) == len(DOCUMENTS)


def test_two_versions_side_by_side(world: World) -> None:
    browser = begun(world)
    assert "Nothing differs between the two" in plain(browser.get(f"{BASE}/compare").text)
    save(world, browser, "standards/SAF1", title="Risks screened at the very start")
    save(world, browser, "grade_rules", **{"good-throughout-1-at_least": "99"})
    standards = data_of(document(world))["practice_areas"]
    standards[0]["standards"].append(standards[1]["standards"].pop())
    save(world, browser, "text/practice_areas", practice_areas=written(standards))
    page = browser.get(f"{BASE}/compare?from=2014-10&to=2026-11")
    words = plain(page.text)
    assert "<ins>" in page.text
    assert "2 worked examples come out differently" in words
    assert "at least [put in: 99% ] of the standards" in words
    assert "ENG3 Adults contacted, heard and kept informed Changed" in words, "it is in another practice area now"
    assert "22 unchanged" in words


def test_a_document_with_one_version_has_nothing_to_compare(world: World) -> None:
    assert "There is no other version" in plain(
        world.browser("reader").get("/thresholds/area-health-check/compare").text
    )
    world.browser("reader").get("/thresholds/nothing/compare", status=404)


@pytest.mark.parametrize("name", DOCUMENTS)
def test_every_document_reads_as_a_handbook(world: World, name: str) -> None:
    of = DOCUMENTS[name]
    words = plain(world.browser("reader").get(f"/thresholds/{of.id}/{of.version}").text)
    for text in (of.grade_rules[0].because, of.examples[0].title, of.facts[0].question, of.learning_themes[0].label):
        assert re.sub(r"\s+", " ", text).replace("'", "&#39;") in words


def test_what_has_to_be_mended_is_said_on_the_page_of_its_own_standard(world: World) -> None:
    browser = begun(world)
    data = data_of(document(world))["practice_areas"]
    data[0]["standards"][0]["law_types"] = ["public", "criminal"]
    save(world, browser, "text/practice_areas", practice_areas=written(data))
    sentence = "SAF1 names the law type ‘criminal’, which is not known"
    assert sentence in plain(browser.get(f"{DRAFT}/edit/standards/SAF1").text)
    assert sentence not in plain(browser.get(f"{DRAFT}/edit/standards/SAF2").text)
    assert "To mend" in plain(browser.get(f"{DRAFT}/edit").text)
    browser.get(f"{DRAFT}/edit/standards/NONE1", status=404)


def test_a_draft_that_grows_too_large_is_given_back(world: World) -> None:
    browser = begun(world)
    facts = data_of(document(world))["facts"]
    facts[0]["answers"] += [{"code": f"a{i}", "label": "x", "help": "x" * 2000} for i in range(470)]
    assert "larger than 1 MB" in plain(save(world, browser, "text/facts", status=422, facts=written(facts)).text)


def test_a_version_that_is_a_draft_is_neither_loaded_nor_drafted_again(world: World) -> None:
    browser = begun(world)
    browser.post(f"{BASE}/2014-10/new-version", {"version": "2026-11"}, status=422)
    page = sent(world, TEXT.replace('"2014-10"', '"2026-11"'), status=422)
    assert "is there already as a draft" in plain(page.text)
    with world.database.writing() as session, pytest.raises(Conflict, match="Publish or discard the draft first"):
        keep_threshold(session, TEXT.replace('"2014-10"', '"2026-11"'), by=None)


def test_two_people_publish_a_draft_once(world: World) -> None:
    browser = begun(world)
    with world.database.reading() as session:
        read = session.scalars(select(ThresholdText.sha256).where(ThresholdText.version == "2026-11")).one()
    browser.post(f"{DRAFT}/publish", {"read": read})
    page = world.browser("ad").post(f"{DRAFT}/publish", {"read": read}, status=409)
    assert "This version is published, so it never changes" in plain(page.text)
