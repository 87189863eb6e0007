"""Drafts of the audit tool as the journeys meet them: whose they are, and what the database has kept."""

import time
from collections.abc import Callable

from playwright.sync_api import Browser
from sqlalchemy import select

from app.audit.grading.draft import Draft, draft_of
from app.audit.models import Assessment, AuditCase
from app.db import Database
from app.people.enums import Setting
from app.people.models import Person, PersonSetting
from tests.journeys.site import Site, Someone, Studio


def auditor_of(database: Database, case_id: int) -> str:
    with database.reading() as session:
        return session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email


def case_of(database: Database, law_type: str) -> int:
    with database.reading() as session:
        found = session.scalars(
            select(AuditCase)
            .where(AuditCase.law_type == law_type, AuditCase.state == "allocated")
            .order_by(AuditCase.id)
        ).first()
        assert found is not None
        return found.id


def likes(database: Database, case_id: int, view: str) -> None:
    """Let whoever grades a case have one standard on a screen, or the whole page."""
    with database.writing() as session:
        auditor = session.get_one(AuditCase, case_id).auditor_id or 0
        session.merge(PersonSetting(person_id=auditor, key=Setting.TOOL_VIEW, value=view))


def kept(database: Database, case_id: int) -> Draft:
    with database.reading() as session:
        draft = draft_of(
            session.get_one(AuditCase, case_id),
            session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one(),
        )
        _ = draft.judgements, draft.facts
        return draft


def in_time(holds: Callable[[], bool], seconds: float = 5) -> float:
    """Wait until something holds, and return how long that took."""
    started = time.monotonic()
    while not holds():
        assert time.monotonic() - started < seconds
        time.sleep(0.05)
    return time.monotonic() - started


def begin(
    site: Site,
    database: Database,
    chromium: Browser,
    *,
    scripted: bool = True,
    url: str = "",
    law_type: str = "public",
    view: str = "whole",
) -> tuple[Someone, int]:
    case_id = case_of(database, law_type)
    likes(database, case_id, view)
    someone = Someone(site, chromium, Studio(None, scripted=scripted), auditor_of(database, case_id), url=url)
    someone.open(f"/cases/{case_id}/assess")
    someone.press("Start grading")
    return someone, case_id
