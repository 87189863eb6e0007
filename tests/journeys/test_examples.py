"""Worked examples, the way into the file and what judgements propose, under real hands."""

import pytest
from playwright.sync_api import Browser, expect
from sqlalchemy import select

from app.audit.models import Assessment, Audit, AuditCase, ThresholdText
from app.db import Database
from app.installation.actions import change_settings
from tests.journeys.drafts import begin, in_time
from tests.journeys.site import Site

pytestmark = pytest.mark.browser


def test_an_example_settles_a_doubt_and_a_key_takes_what_is_proposed(
    graded: tuple[Site, Database], chromium: Browser
) -> None:
    site, database = graded
    with database.writing() as session:
        query = select(ThresholdText).where(ThresholdText.document_id == "national-casework")
        new = session.scalars(query.where(ThresholdText.version == "2026.1")).one()
        for audit in session.scalars(select(Audit)):
            audit.threshold_id = new.id
        change_settings(session, {"case_address": "https://cases.example.org/file/{case_ref}"}, by=None)
    someone, case_id = begin(site, database, chromium)
    page = someone.page
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.goto(f"/cases/{case_id}/assess/standards/recording")
    with database.reading() as session:
        reference = session.get_one(AuditCase, case_id).case_ref
    link = page.get_by_role("link", name="Open the file (new tab)")
    expect(link).to_have_attribute("href", f"https://cases.example.org/file/{reference.replace('/', '%2F')}")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    page.get_by_role("button", name="Copy the reference").click()
    expect(page.get_by_text(f"Copied {reference}")).to_be_visible()
    assert page.evaluate("navigator.clipboard.readText()") == reference

    part = page.locator("#REC3")
    expect(part.get_by_text("Why Met:")).to_be_hidden()
    part.get_by_text("Worked examples").click()
    expect(part.get_by_text("Why Met:")).to_be_visible()
    part.get_by_role("radio", name="Met", exact=True).check()
    part.get_by_role("radio", name="Moderate").check()
    in_time(lambda: _judged(database, case_id, "REC3") == "met")

    page.goto(f"/cases/{case_id}/assess/themes")
    box = page.get_by_label("Make logs, case plan and report agree with and support each other")
    expect(box).not_to_be_checked()
    expect(page.get_by_text("From ‘Information ties together’: Met, moderate")).to_be_visible()
    box.focus()
    page.keyboard.press("a")
    expect(box).to_be_checked()
    in_time(lambda: _picked(database, case_id) == ["L-REC-2"])


def _of(database: Database, case_id: int) -> Assessment:
    with database.reading() as session:
        found = session.scalars(select(Assessment).where(Assessment.case_id == case_id)).one()
        _ = found.judgements
        return found


def _judged(database: Database, case_id: int, standard: str) -> str:
    return next((j.judgement for j in _of(database, case_id).judgements if j.standard == standard and j.degree), "")


def _picked(database: Database, case_id: int) -> list[str]:
    return list(_of(database, case_id).themes)
