"""Audits by the API: those that a person may know of, in pages that neither repeat nor leave out, and each as it is."""

from datetime import date, timedelta

import pytest
from sqlalchemy import event

from tests.browser import Browser
from tests.world import REF, World, commission, the_audit


def more(world: World, count: int, first: int = 0) -> None:
    """Commission more audits, some with the same window."""
    for n in range(first, first + count):
        commission(world, f"M-{n}")
        with world.database.writing() as session:
            made = the_audit(session, f"M-{n}")
            made.window_to = date(2027, 1, 31) + timedelta(days=n // 2)


def paged(browser: Browser, limit: int) -> list[str]:
    """Return the references that a person is given, page after page."""
    found: list[str] = []
    cursor: str | None = ""
    while cursor is not None:
        page = browser.send("GET", f"/api/v1/audits?limit={limit}&cursor={cursor}").json()
        assert len(page["items"]) <= limit
        found += [audit["ref"] for audit in page["items"]]
        cursor = page["next"]
    return found


def test_pages_neither_repeat_nor_leave_out(world: World) -> None:
    more(world, 5)
    director = world.browser("director")
    whole = ["M-4", "M-3", "M-2", "M-1", "M-0", REF]
    for limit in (1, 2, 3, 6, 500):
        assert paged(director, limit) == whole
    first = director.send("GET", "/api/v1/audits?limit=2").json()
    # What is commissioned meanwhile comes first, and moves nothing on the pages that follow.
    more(world, 1, first=9)
    rest = director.send("GET", f"/api/v1/audits?limit=9&cursor={first['next']}").json()
    assert [audit["ref"] for audit in rest["items"]] == whole[2:]


def test_a_person_is_given_what_they_may_know_of(world: World) -> None:
    more(world, 1)
    assert paged(world.browser("lead"), 50) == [REF]
    assert paged(world.browser("reader"), 50) == []
    stranger = world.browser("stranger")
    assert (paged(stranger, 50), stranger.send("GET", f"/api/v1/audits/{REF}").status_code) == ([], 404)


@pytest.mark.parametrize("rows", [1, 3])
def test_a_list_costs_the_same_whatever_its_length(world: World, rows: int) -> None:
    more(world, rows)
    browser = world.browser("director")
    statements = []
    event.listen(world.database.engine, "after_cursor_execute", lambda *args: statements.append(args[2]))
    assert len(browser.send("GET", "/api/v1/audits").json()["items"]) == rows + 1
    assert len(statements) == 4, statements


def test_an_audit_is_given_with_its_framework_and_nothing_else(world: World) -> None:
    given = world.browser("im1").send("GET", f"/api/v1/audits/{REF}").json()
    assert given.pop("commissioned_at").endswith("Z")
    assert given == {
        "ref": REF,
        "name": "Test audit",
        "kind": "national",
        "state": "fieldwork",
        "window_from": "2026-09-01",
        "window_to": "2026-10-31",
        "imported": False,
        "rehearsal": False,
        "purpose": "To test.",
        "law_types": ["public", "wafh", "wtfh"],
        "fraction": "1/2",
        "shape": {},
        "law_rule": "share",
        "good_target": 60,
        "not_met_target": 14,
        "targets_by": "",
        "targets_set_in": "",
        "threshold": {
            "document_id": "national-casework",
            "version": "2014-10",
            "title": given["threshold"]["title"],
        },
        "review_days": 5,
        "challenge_days": 10,
        "decision_days": 6,
        "escalation_days": 5,
        "correction_days": 2,
        "benchmark_share": "1/10",
        "extend_over": 20,
        "grade_by": None,
        "finalised_at": None,
        "published_at": None,
    }
