"""The demonstration as an earlier version left it comes up to today's schema: its log is whole, its pages are there."""

import re
from collections.abc import Iterator
from html import unescape
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit.enums import BenchmarkOutcome
from app.audit.models import Benchmark
from app.audit.standing.models import DecidedJudgement
from app.demo.cast import CAST, address
from app.keeping.record import head, leads_to, wrong
from app.moderation.decisions.queries import unsettled
from app.moderation.models import ChallengePoint
from app.people.models import Person
from tests.conftest import BOTH
from tests.old_demonstration import brought_up
from tests.shapes import on_page
from tests.world import World
from tools.compare_pages import DUMP
from tools.reading_pages import kind

HEAD = re.search(r"head `([^`]+)`", (DUMP / "README.md").read_text(encoding="utf-8"))
LINK = re.compile(r'<a\b[^>]*\bhref="(/[^"#]*)')


# As an earlier version would have adopted the second grade that differs in it.
ADOPTED = """
UPDATE benchmark SET state = 'resolved', outcome = 'benchmark', cause = 'error', resolution = 'Adopted.',
resolved_by = benchmarker_id, decision_id = (SELECT MAX(id) FROM decision WHERE case_id = benchmark.case_id)
WHERE state = 'differs'
"""


@pytest.fixture(params=BOTH)
def old(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return the demonstration of that version, brought up to today's, at the moment at which it was kept."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with brought_up(tmp_path, server) as world:
        yield world


@pytest.fixture(params=BOTH)
def adopted(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[World]:
    """Return the same with a second grade that was adopted."""
    server = request.getfixturevalue("postgres") if request.param == "postgres" else None
    with brought_up(tmp_path, server, change=ADOPTED) as world:
        yield world


def test_decisions_settle_what_they_said_and_nothing_more(adopted: World) -> None:
    with adopted.database.reading() as session:
        settled = session.scalars(select(DecidedJudgement)).all()
        assert list(unsettled(session)) == []
        points = session.scalars(select(ChallengePoint).where(ChallengePoint.decided != "")).all()
        second = session.scalars(select(Benchmark).where(Benchmark.outcome == BenchmarkOutcome.BENCHMARK)).one()
        ruled = [d for d in settled if d.decision_id != second.decision_id]
        assert sorted((d.standard, d.level, d.why) for d in ruled) == sorted(
            (p.standard, p.decided, p.decided_reasons) for p in points
        )
        # Nobody was asked for a degree, so none is recorded; a second grade has its own.
        assert {d.degree for d in ruled} == {None}
        assert second.second is not None
        brought = {d.standard: (d.level, d.degree) for d in settled if d.decision_id == second.decision_id}
        assert brought == {j.standard: (j.judgement, j.degree) for j in second.second.judgements}


def test_its_log_is_whole_and_explains_every_row(old: World) -> None:
    assert HEAD is not None
    with old.database.reading() as session:
        assert list(wrong(session)) == []
        assert leads_to(session, HEAD.group(1)), f"{head(session)} does not follow from what the dump ended with"


def test_everybody_finds_their_pages(old: World) -> None:
    opened: dict[str, str] = {}
    with old.database.reading() as session:
        known = set(session.scalars(select(Person.email)))
    # Who joined the demonstration later is not in it.
    for name in (name for name, *_ in CAST if address(name) in known):
        # Not by their password: hashing it for everybody would take longer than all else.
        browser = old.browser(address(name))
        links = dict.fromkeys(unescape(link) for link in LINK.findall(browser.get("/").text))
        # One page of a kind, by whoever is first led to it: `python -m tools.compare_pages` opens them all.
        for path in links:
            if kind(path) not in opened and not path.startswith("/static/"):
                opened[kind(path)] = browser.get(path).text
    assert len(opened) > 20, list(opened)
    # A published report says what it said when it was published, and job titles are what somebody wrote.
    ours = {path: page for path, page in opened.items() if not path.startswith(("/reports/", "/admin/people"))}
    ours = {path: page.partition('<div class="govuk-footer')[0] for path, page in ours.items()}
    assert [(path, fault) for path, page in ours.items() for fault in on_page(page)] == []
