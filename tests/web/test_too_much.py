"""Too much typed: the page comes back with all of it and says by how much, whatever the form; never a bare 400."""

import re
from collections.abc import Mapping
from urllib.parse import urlencode

import pytest

from app.db import LONGEST_TEXT
from app.report.narrative.boxes import LONGEST
from app.web.clients.sent import LARGEST_FIELD, MOST_FIELDS
from tests.browser import Browser, plain
from tests.moderation.stories import CLAIM, REVIEW, RULING, after_own_view, returned_case, the_challenge
from tests.world import REF, World, cases

LONG = "much " * 400_000
OVER = len(LONG.strip()) - LONGEST_TEXT
SAID = f"must be 4,000 characters or fewer. It has {len(LONG.strip()):,}, so take out {OVER:,}"


def form_of(world: World, name: str) -> tuple[Browser, str, Mapping[str, str]]:
    """Return whoever fills in a form, its address, and what they send."""
    if name == "decision":
        raised = the_challenge(world)
        after_own_view(world, "lead", raised)
        return world.browser("lead"), f"/challenges/{raised}/decide", {**RULING, "reasons": LONG}
    if name == "own view":
        sent = {"SAF1-own": "met", "SAF1-note": LONG}
        return world.browser("lead"), f"/challenges/{the_challenge(world)}/view", sent
    case_id = returned_case(world, "A1") if name in {"review", "challenge"} else cases(world, "A1")[0]
    if name == "challenge":
        world.browser("head1").post(f"/cases/{case_id}/review", REVIEW)
    return {
        "review": (world.browser("head1"), f"/cases/{case_id}/review", {**REVIEW, "note": LONG}),
        "challenge": (world.browser("head1"), f"/cases/{case_id}/challenge", {**CLAIM, "SAF1-why": LONG}),
        "concern": (world.browser("lead"), f"/cases/{case_id}/concern", {"seen": LONG}),
        "commission": (world.browser("director"), "/audits/new", {"purpose": LONG}),
        "withdraw": (world.browser("director"), f"/audits/{REF}/withdraw", {"reason": LONG}),
    }[name]


@pytest.mark.parametrize("name", ["review", "challenge", "own view", "decision", "concern", "commission", "withdraw"])
def test_two_megabytes_in_a_field_come_back_with_by_how_much_they_are_too_long(world: World, name: str) -> None:
    browser, path, sent = form_of(world, name)
    page = browser.post(path, sent, status=422)
    assert plain(page.text).count(SAID) == 2, "in the summary and at the field"
    assert LONG.strip() in page.text


def test_thousands_of_fields_are_read(world: World) -> None:
    many = {"purpose": LONG, **{f"field-{n}": "x" for n in range(2500)}}
    page = world.browser("director").post("/audits/new", many, status=422)
    assert SAID in plain(page.text)


URLENCODED = {"Content-Type": "application/x-www-form-urlencoded"}
BOUNDED = {"Content-Type": "multipart/form-data; boundary=x"}
UNREADABLE = {
    "a field": (URLENCODED, b"purpose=" + b"x" * (LARGEST_FIELD + 1), 413),
    "fields": (URLENCODED, urlencode([("a", "b")] * (MOST_FIELDS + 1)).encode(), 413),
    "a part": (
        BOUNDED,
        b'--x\r\nContent-Disposition: form-data; name="purpose"\r\n\r\n'
        + b"x" * (LARGEST_FIELD + 1)
        + b"\r\n--x--\r\n",
        413,
    ),
    "no form": (BOUNDED, b"nothing of the kind", 400),
}


@pytest.mark.parametrize("name", UNREADABLE)
def test_what_cannot_be_read_at_all_gets_a_page_that_says_what_to_do(world: World, name: str) -> None:
    headers, body, status = UNREADABLE[name]
    answer = world.browser("director").send("POST", "/audits/new", content=body, headers=headers)
    assert answer.status_code == status
    said = plain(answer.text)
    if status == 413:
        assert "A page takes 20,000 answers and 16 MB in each at most. Go back in your browser" in said
    else:
        assert "What was sent is no form that can be read." in said


def test_every_box_for_prose_counts_to_the_length_that_is_taken(world: World) -> None:
    case_id, lead = returned_case(world, "A1"), world.browser("lead")
    limits = {
        f"/cases/{case_id}/review": ("head1", LONGEST_TEXT),
        f"/cases/{case_id}/concern": ("lead", LONGEST_TEXT),
        "/audits/new": ("director", LONGEST_TEXT),
        f"/audits/{REF}/withdraw": ("director", LONGEST_TEXT),
    }
    for path, (who, most) in limits.items():
        page = world.browser(who).get(path).text
        # Areas and kinds of staff, a line each, are no prose.
        boxes = [box for box in re.findall(r"<textarea[^>]*>", page) if not re.search('id="(by_area|staff)"', box)]
        assert boxes, path
        assert all("govuk-js-character-count" in box for box in boxes), path
        assert set(re.findall(r'data-maxlength="(\d+)"', page)) == {str(most)}
        assert f"You can enter up to {most:,} characters" in plain(page)
    assert LONGEST > LONGEST_TEXT
    assert lead.get("/").status_code == 200
