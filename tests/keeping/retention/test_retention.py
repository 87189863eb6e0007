"""What is forgotten when the time of an audit is over, what stays, and that the record goes on."""

import json
from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from sqlalchemy import insert, select, text, update
from sqlalchemy.orm import Session

from app.audit.models import AuditCase, Decision, Judgement
from app.clock import clock
from app.db import Base
from app.errors import Conflict
from app.events import ERASURE, Event
from app.keeping.cases import CASES, tables_of_cases
from app.keeping.record import wrong
from app.keeping.retention.actions import forget, set_years
from app.keeping.retention.columns import FORGOTTEN, KEYED, REMOVED, STAYS
from app.keeping.retention.rules import forgotten_on, refusal
from app.report.actions import current_figures
from app.report.enums import Stage
from app.sampling.models import FramePart
from tests.audit.standing.test_as_decided import adjudicated_met, ended
from tests.browser import plain
from tests.crawl import walk
from tests.moves import thing
from tests.world import REF, World, publish, the_audit

YEARS = 6
# What a person or a text could be known by again.
KNOWN_BY = ("AutoString", "String", "JSON")


@pytest.fixture
def over(world: World) -> Iterator[World]:
    """Return a world whose audit was published seven years ago."""
    adjudicated_met(world)
    ended(world)
    publish(world)
    clock.set(clock.now() + timedelta(days=7 * 366))
    with world.database.writing() as session:
        set_years(session, YEARS, by=None)
    yield world
    clock.set(None)


def all_that_is_kept(session: Session) -> str:
    """Return every row of every table as text."""
    rows = [session.execute(select(table)).all() for table in Base.metadata.sorted_tables]
    return json.dumps([[list(map(str, row)) for row in table] for table in rows], ensure_ascii=False)


def forgotten(world: World) -> int:
    with world.database.writing() as session:
        return forget(session, the_audit(session), YEARS, by=None)


def identifiers(session: Session) -> set[str]:
    found = session.execute(select(CASES.c.case_ref, CASES.c.practitioner_id)).all()
    return {word for pair in found for word in pair}


def written(session: Session) -> set[str]:
    """Return every text that stands in a column that is forgotten."""
    found: set[str] = set()
    for table in tables_of_cases():
        for name in FORGOTTEN.get(table.name, {}):
            found |= {str(value) for value in session.scalars(select(table.c[name])) if value not in (None, "", [])}
    return {one for one in found if len(one) > len("2026-10-10 ")}


def test_every_column_of_everything_that_hangs_on_a_case_is_decided() -> None:
    for table in tables_of_cases():
        if table.name in REMOVED:
            continue
        decided = {*FORGOTTEN.get(table.name, {}), *STAYS.get(table.name, ()), *(KEYED if table is CASES else ())}
        can_say = {c.name for c in table.c if not c.primary_key and not c.foreign_keys}
        times = {c.name for c in table.c if type(c.type).__name__ in {"UTCDateTime", "Date"}}
        assert can_say - times - decided == set(), table.name
        assert decided - {c.name for c in table.c} == set(), table.name


def test_nobody_is_known_by_what_is_left_and_the_figures_are_the_same(over: World) -> None:
    with over.database.reading() as session:
        who, what = identifiers(session), written(session)
        before = {stage: current_figures(session, the_audit(session), stage) for stage in Stage}
    assert len(what) > 5
    assert forgotten(over) == len({w for w in who if w.startswith("C-")})
    with over.database.reading() as session:
        left = all_that_is_kept(session)
        assert [w for w in who if f'"{w}"' in left or f'\\"{w}\\"' in left] == []
        published = " ".join(session.scalars(text("SELECT figures || text FROM published_edition")))
        assert [w for w in what if w in left and w not in published] == []
        assert {stage: current_figures(session, the_audit(session), stage) for stage in Stage} == before
        assert list(wrong(session)) == []


def test_every_page_still_opens(over: World) -> None:
    forgotten(over)
    assert any("Erased when the time of this audit was over" in found.html for found in walk(over))


def test_what_is_changed_afterwards_is_found(over: World) -> None:
    forgotten(over)
    for change in (
        update(AuditCase).where(AuditCase.id == 1).values(standing_grade="good" if _grade(over) != "good" else "met"),
        update(Judgement).where(Judgement.id == 1).values(evidence="Something else"),
        update(Decision).values(reasons="Other reasons"),
        update(AuditCase).where(AuditCase.id == 2).values(practitioner_id="P-1"),
        text("UPDATE frame SET forgotten_at = NULL"),
        insert(FramePart).values(frame_id=1, number=0, filings=b"x"),
    ):
        with over.trial() as session:
            session.execute(change)
            session.expire_all()
            assert list(wrong(session)) != [], str(change)


def _grade(world: World) -> str | None:
    with world.database.reading() as session:
        return session.get_one(AuditCase, 1).standing_grade


def test_one_event_says_what_was_forgotten_by_which_rule_and_it_happens_once(over: World) -> None:
    forgotten(over)
    with over.database.reading() as session:
        event = session.scalars(select(Event).where(Event.name == ERASURE)).one()
        gone = session.scalars(select(Event.number).where(Event.payload.is_(None)).order_by(Event.number)).all()
        assert (event.audit_ref, event.details["rule"]) == (REF, "6 years after the end")
        assert event.details["erased"] == gone
    with pytest.raises(Conflict, match=f"{REF} was forgotten on .+ already"):
        forgotten(over)


def ending(at: datetime | None = None) -> object:
    return thing("published", ref=REF, published_at=at, finalised_at=None, withdrawn_at=None, forgotten_at=None)


def test_the_time_is_over_to_the_day() -> None:
    leap = ending(datetime.fromisoformat("2024-02-29T12:00:00+00:00"))
    assert str(forgotten_on(leap, 1)) == "2025-03-01"  # type: ignore[arg-type]
    assert str(forgotten_on(leap, 4)) == "2028-02-29"  # type: ignore[arg-type]
    assert forgotten_on(leap, None) is None  # type: ignore[arg-type]
    assert forgotten_on(ending(), 4) is None  # type: ignore[arg-type]
    last = datetime.fromisoformat("2028-02-28T12:00:00+00:00").date()
    assert refusal(leap, 4, last) == f"The cases of {REF} are kept until 29 February 2028."  # type: ignore[arg-type]
    assert refusal(leap, 4, last + timedelta(days=1)) == ""  # type: ignore[arg-type]
    assert "goes on" in refusal(ending(), 4, last)  # type: ignore[arg-type]
    assert "Nobody has said" in refusal(leap, None, last)  # type: ignore[arg-type]


def test_an_administrator_says_how_long_and_erases_by_typing_the_reference(over: World) -> None:
    admin, here = over.browser("admin"), "/settings/retention"
    assert f'href="{here}/{REF}"' in admin.get(here).text
    wrong = plain(admin.post(here, {"years": "0"}, status=422).text)
    assert "Enter a whole number of years from 1 to 99, or nothing" in wrong
    assert "Saved. Nothing was erased." in admin.post(here, {"years": "99"}).text
    assert f'href="{here}/{REF}"' not in admin.get(here).text
    kept = plain(admin.get(f"{here}/{REF}", status=409).text)
    assert f"The cases of {REF} are kept until" in kept
    admin.post(here, {"years": "6"})
    assert f"Enter {REF} to confirm" in admin.post(f"{here}/{REF}", {"ref": "another"}, status=422).text
    assert "erased. The figures are as they were." in admin.post(f"{here}/{REF}", {"ref": REF.lower()}).text
    assert "Erased 6 Dec 2033" in plain(admin.get(here).text)
    admin.get(f"{here}/NOT-THERE", status=404)


def test_nothing_is_erased_where_nobody_said_for_how_long(over: World) -> None:
    admin = over.browser("admin")
    assert "Saved" in admin.post("/settings/retention", {"years": ""}).text
    page = plain(admin.get("/settings/retention").text)
    assert "Nobody has said how long cases are kept, so they are kept for ever." in page
    assert "For ever" in page
    assert "Nobody has said" in plain(admin.get(f"/settings/retention/{REF}", status=409).text)
