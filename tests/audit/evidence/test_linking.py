"""Documents that evidence names are links into the file, for whoever reads the evidence and may open the case."""

import re

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import escape

from app.audit.evidence.linking import linked
from tests.audit.commission.test_audit_pages import begun, fill_in
from tests.browser import Browser
from tests.moderation.seconds import begun as second_begun
from tests.moderation.seconds import benchmarked
from tests.world import World, cases, challenge, grade

TEXTS = st.text("Plan log,<&'\" 14é", max_size=40)
ADDRESSES = {"case_address": "", "document_address": "https://cases.example.org/{case_ref}?d={document}"}
# What the world's graders write about the standard that they judge Not Met.
NAMED = {"label": "No check on file", "dated-day": "12", "dated-month": "10", "dated-year": "2014", "key": "c&7"}
ADDRESS = r'<a class="govuk-link" href="https://cases\.example\.org/[^"]*\?d=c%267"[^>]*>'
LINK = re.compile(ADDRESS + "(No check on file, 12|Contact log, 3) October<")


@given(TEXTS, st.dictionaries(TEXTS.filter(str.strip), st.just("https://c/1"), max_size=4))
def test_a_text_says_what_it_said(text: str, links: dict[str, str]) -> None:
    shown = linked(text, links)
    hidden = '<span class="govuk-visually-hidden"> (new tab)</span>'
    words = re.sub(r"<a class=[^>]*>|</a>", "", shown.replace(hidden, ""))
    assert words == str(escape(text))
    assert linked(text, {}) == escape(text)


def test_the_longer_name_is_meant_and_a_name_inside_a_word_is_none() -> None:
    links = {"Plan": "https://c/1", "Plan, 4 May": "https://c/2"}
    assert re.findall(r'href="([^"]*)"', linked("Plan, 4 May, p. 2; Plan; Planning; MyPlan.", links)) == [
        "https://c/2",
        "https://c/1",
    ]


def prepared(world: World) -> int:
    """Return a case of A1 in whose file an assistant listed a document, with the settings that open it."""
    key = cases(world, "A1")[0]
    world.browser("admin").post("/settings", ADDRESSES)
    world.browser("assistant").post(f"/cases/{key}/prepare/documents", NAMED)
    return key


def opened(browser: Browser, *paths: str) -> list[bool]:
    return [bool(LINK.search(browser.get(path).text)) for path in paths]


def test_whoever_reads_evidence_opens_what_it_names(world: World) -> None:
    key = prepared(world)
    grade(world, key, "not_met")
    assert opened(world.browser("head1"), f"/cases/{key}", f"/cases/{key}/review") == [True, True]
    number = challenge(world, key, "head1")
    assert opened(world.browser("head1"), f"/challenges/{number}") == [True]
    world.browser("admin").post("/settings", {"case_address": "", "document_address": ""})
    assert opened(world.browser("head1"), f"/cases/{key}", f"/challenges/{number}") == [False, False]


def test_a_second_grader_learns_nothing_of_where_the_first_looked(world: World) -> None:
    browser, key = begun(world)
    world.browser("admin").post("/settings", ADDRESSES)
    browser.post(f"/cases/{key}/assess/documents", {**NAMED, "label": "Contact log", "dated-day": "3"})
    fill_in(world, browser, key, "good")
    browser.post(f"/cases/{key}/assess/grade", {"grade": "good"})
    browser.post(f"/cases/{key}/check")
    assert opened(world.browser("lead"), f"/cases/{key}") == [True]
    benchmarked(world, key)
    second_begun(world, key, "met")
    page = f"/cases/{key}/benchmark/check"
    assert opened(world.browser("head2"), page) == [False], "the same words, of a document that only the first listed"
    world.browser("head2").post(
        f"/cases/{key}/benchmark/documents", {**NAMED, "label": "Contact log", "dated-day": "3"}
    )
    assert opened(world.browser("head2"), page) == [True]
