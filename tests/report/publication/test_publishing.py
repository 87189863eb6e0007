"""Writing, signing off, publishing and revising a report, by those who may; and what readers then get."""

import json
import re

import pytest
from sqlalchemy import select, update

from app.audit.enums import AuditState
from app.audit.models import AuditCase
from app.clock import day
from app.documents import tables
from app.errors import Conflict, Forbidden
from app.keeping.record import wrong
from app.people.enums import Role
from app.pictures import _svg
from app.report.document import queries as paper_queries
from app.report.document.assembled import draft_document, report_document, signed_text
from app.report.enums import Edition, Stage
from app.report.models import PublishedEdition
from app.report.publication import actions as publishing
from tests.browser import Browser, plain
from tests.report.reading.test_report import finish
from tests.world import REF, World, publish, sign_off, the_audit

MAKING = f"/audits/{REF}/report/making"
BOX = f"/audits/{REF}/report/boxes/overall"


@pytest.fixture
def final(world: World) -> World:
    """Give the small audit, finalised."""
    finish(world)
    world.browser("lead").post(f"/audits/{REF}/finalise")
    return world


def served(browser: Browser) -> str:
    found = re.search(r'name="served" value="([^"]*)"', browser.get(BOX).text)
    assert found
    return found.group(1)


def write(browser: Browser, text: str, *, mark: str | None = None, status: int = 200, **more: str) -> str:
    return browser.post(
        BOX, {"markdown": text, "served": served(browser) if mark is None else mark, **more}, status=status
    ).text


def sign(browser: Browser, role: Role, *, status: int = 200) -> str:
    read = re.search(r'name="read" value="([^"]*)"', browser.get(MAKING).text)
    assert read
    return plain(
        browser.post(f"/audits/{REF}/report/sign-off", {"role": role, "read": read.group(1)}, status=status).text
    )


def test_the_lead_writes_and_a_refusal_gives_back_what_was_typed(final: World) -> None:
    lead = final.browser("lead")
    refused = write(lead, "65% were <b>Good</b>.", status=422)
    assert "typed by hand" in refused
    assert "65% were &lt;b&gt;Good&lt;/b&gt;." in refused
    preview = plain(write(lead, "{overall.good.percent}% were Good.", act="preview"))
    assert "This is not saved yet." in preview
    assert re.search(r"\d+% were Good\.", preview)
    assert "In the public edition, where small numbers are hidden [c] were Good." in preview
    assert "saved" in plain(write(lead, "{overall.good.percent}% were *Good*."))
    assert "% were <em>Good</em>." in lead.get(f"/audits/{REF}/report").text
    for name in ("director", "analyst"):
        final.browser(name).get(BOX, status=403)
    lead.get(f"/audits/{REF}/report/boxes/nothing", status=404)


def test_two_windows_never_overwrite_each_other_silently(final: World) -> None:
    lead, other = final.browser("lead"), final.browser("second")
    mark = served(lead)
    write(other, "Theirs.", mark=mark)
    both = plain(write(lead, "Mine.", mark=mark, status=409))
    assert "Theirs." in both
    assert "Mine." in both
    assert "changed in another window too" in both


def test_it_is_published_once_both_have_signed_it_off_as_it_is(final: World) -> None:
    lead, director = final.browser("lead"), final.browser("director")
    said = plain(director.post(f"/audits/{REF}/publish", status=409).text)
    assert "once the audit lead and the national service director have signed it off" in said
    sign(lead, Role.LEAD)
    lead.post(f"/audits/{REF}/report/sign-off", {"role": "director", "read": "x"}, status=403)
    sign(director, Role.DIRECTOR)
    write(lead, "A word more.")
    page = plain(director.get(MAKING).text)
    assert "2 sign-offs withdrawn by a change" in page
    assert "Withdrawn on" in page
    assert "signed it off as it is now" in plain(director.post(f"/audits/{REF}/publish", status=409).text)
    sign(lead, Role.LEAD)
    sign(director, Role.DIRECTOR)
    director.post(f"/audits/{REF}/publish")
    assert "no longer changes" in plain(lead.get(MAKING).text)
    lead.post(BOX, {"markdown": "Late.", "served": ""}, status=409)
    with final.database.reading() as session:
        assert list(wrong(session)) == []


def test_nothing_is_drawn_while_a_report_is_published(final: World) -> None:
    with final.database.writing() as session:
        for name, role in (("lead", Role.LEAD), ("director", Role.DIRECTOR)):
            publishing.sign_off(
                session, the_audit(session), role, read=signed_text(session, the_audit(session)), by=final.viewer(name)
            )
    with final.database.reading() as session:
        before = publishing.foreseen_editions(session, the_audit(session))
    assert before is not None
    drawn = _svg.cache_info().misses
    with final.database.writing() as session:
        publishing.publish(session, the_audit(session), by=final.viewer("director"), before=before)
    assert _svg.cache_info().misses == drawn


def test_nobody_signs_off_what_they_have_not_read_or_for_both(final: World) -> None:
    with final.database.writing() as session:
        audit, lead = the_audit(session), final.viewer("lead")
        with pytest.raises(Conflict, match="changed since you opened it"):
            publishing.sign_off(session, audit, Role.LEAD, read="x", by=lead)
        with pytest.raises(Forbidden):
            publishing.sign_off(session, audit, Role.ANALYST, read="x", by=final.viewer("analyst"))
        publishing.sign_off(session, audit, Role.LEAD, read=signed_text(session, audit), by=lead)
        with pytest.raises(Conflict, match="already"):
            publishing.sign_off(session, audit, Role.LEAD, read=signed_text(session, audit), by=final.viewer("second"))
        assert publishing.unsigned(session, audit) == (Role.DIRECTOR,)


def test_a_published_report_is_served_from_what_was_frozen(final: World) -> None:
    publish(final)
    with final.database.reading() as session:
        audit = the_audit(session)
        kept = {e: paper_queries.published_editions(session, audit, e)[0] for e in Edition}
        signed = signed_text(session, audit)
        assert report_document(session, audit).identifier == signed
        assert json.loads(kept[Edition.INTERNAL].figures)["cases"] == 10
        assert report_document(session, audit, as_at=Stage.FIRST).identifier != signed
    # Whatever happens to the cases afterwards, the report says what it said.
    with final.database.writing() as session:
        session.execute(update(AuditCase).values(standing_grade="good"))
    head = final.browser("head1")
    first = head.send("GET", f"/reports/{REF}")
    assert signed in first.text
    assert f"Published {day(kept[Edition.INTERNAL].published_at)} Work filed" in plain(first.text)
    tag = first.headers["etag"]
    assert head.send("GET", f"/reports/{REF}", headers={"If-None-Match": tag}).status_code == 304
    assert final.browser("lead").send("GET", f"/reports/{REF}", headers={"If-None-Match": tag}).status_code == 200
    picture = head.send("GET", f"/reports/{REF}/pictures/areas.svg")
    assert (
        head.send(
            "GET", f"/reports/{REF}/pictures/areas.svg", headers={"If-None-Match": picture.headers["etag"]}
        ).status_code
        == 304
    )
    assert signed in head.get(f"/reports/{REF}?edition=public").text
    assert "Public, with small numbers hidden" in final.browser("reader").get(f"/reports/{REF}?edition=internal").text


def test_a_revision_marks_what_changed_and_leaves_what_was_published_readable(final: World) -> None:
    publish(final)
    lead, reader = final.browser("lead"), final.browser("head2")
    revisions = f"/audits/{REF}/report/revisions"
    assert "Say why" in plain(lead.post(revisions, {"revision_reason": " "}, status=422).text)
    final.browser("analyst").post(revisions, {"revision_reason": "x"}, status=403)
    with final.database.writing() as session:
        case = session.scalars(
            select(AuditCase).where(AuditCase.standing_grade == "not_met", AuditCase.area == "A1")
        ).one()
        case.standing_grade = "met"
    before = plain(reader.get(f"/reports/{REF}").text)
    director = final.browser("director")
    whole = {"If-None-Match": director.send("GET", f"/reports/{REF}").headers["etag"]}
    as_first = {"If-None-Match": reader.send("GET", f"/reports/{REF}/revisions/0").headers["etag"]}
    lead.post(revisions, {"revision_reason": "A grade was keyed wrongly."})
    assert "publish revision r1" in plain(director.send("GET", f"/reports/{REF}", headers=whole).text), "it is another"
    assert plain(reader.get(f"/reports/{REF}").text) == before, "readers see what is published"
    lead.post(revisions, {"revision_reason": "Again."}, status=409)
    assert "[r]" in lead.get(f"/audits/{REF}/report").text
    director.post(f"/audits/{REF}/publish", status=409)
    sign_off(final)
    director.post(f"/audits/{REF}/publish")
    now = plain(reader.get(f"/reports/{REF}").text)
    assert "A grade was keyed wrongly." in now
    assert "[r]: revised since the report was first published" in now
    assert reader.send("GET", f"/reports/{REF}/revisions/0", headers=as_first).status_code == 200, "another is newer"
    first = plain(reader.get(f"/reports/{REF}/revisions/0").text)
    assert "[r]" not in first
    assert "This report was revised after it was published." in first
    assert "was revised after" not in plain(reader.get(f"/reports/{REF}").text)
    reader.get(f"/reports/{REF}/revisions/r1")
    for absent in ("2", "x", "r0r", "-1"):
        reader.get(f"/reports/{REF}/revisions/{absent}", status=404)
    with final.database.reading() as session:
        changed = [
            c
            for t in tables(report_document(session, the_audit(session)))
            if t.code == "grades"
            for r in t.rows
            for c in r.cells
        ]
    assert sum("[r]" in str(cell) for cell in changed) == 4


def test_who_signed_and_what_stays_what_it_was_once_it_is_published_also_of_a_revision(final: World) -> None:
    lead, director = final.browser("lead"), final.browser("director")

    def same(title: str) -> str:
        page = plain(lead.get(MAKING).text)
        table = page[page.index("Who has signed it off") :]
        assert "Lead on " in table, title
        assert "Director on " in table, title
        with final.database.reading() as session:
            signed, shown = signed_text(session, the_audit(session)), report_document(session, the_audit(session))
        assert f"what was signed: {signed[:12]}" in page, title
        assert shown.identifier == signed, title
        return signed

    publish(final)
    first = same("as first published")
    lead.post(f"/audits/{REF}/report/revisions", {"revision_reason": "A grade was keyed wrongly."})
    assert "Lead on " not in plain(lead.get(MAKING).text)
    sign_off(final)
    director.post(f"/audits/{REF}/publish")
    assert same("revised") != first


def test_verify_log_says_which_part_of_a_published_report_differs(final: World) -> None:
    publish(final)
    for part in ("figures", "text", "pictures"):
        with final.database.writing() as session:
            kept = session.get_one(PublishedEdition, 1)
            before = getattr(kept, part)
            setattr(kept, part, "{}")
            session.flush()
            found = list(wrong(session))
            setattr(kept, part, before)
        assert found[0].startswith(f"Published edition 1: what stands there as its {part} is not what event")
        assert "have another hash" in found[1]
        assert len(found) == 2


def test_a_report_is_the_same_at_every_stage_where_nothing_came_after_it(final: World) -> None:
    with final.database.reading() as session:
        audit = the_audit(session)
        assert audit.state is AuditState.FINALISED
        stages = {stage: next(tables(draft_document(session, audit, as_at=stage))) for stage in Stage}
    assert stages[Stage.FIRST] == stages[Stage.BENCHMARKED]
    assert stages[Stage.CHALLENGED] == stages[Stage.FINAL]
    lead = final.browser("lead")
    assert "As graded first" in plain(lead.get(f"/audits/{REF}/report?as_at=first").text)
    lead.get(f"/audits/{REF}/report?as_at=nonsense&edition=nonsense")


def test_those_who_only_read_a_report_see_no_revision_of_it_before_it_is_published(final: World) -> None:
    publish(final)
    page, readers = f"/audits/{REF}/report", [final.browser(name) for name in ("reader", "head2", "im1")]
    before = [plain(browser.get(page).text) for browser in readers]
    with final.database.writing() as session:
        session.execute(update(AuditCase).values(standing_grade="met"))
    final.browser("lead").post(f"{page}/revisions", {"revision_reason": "The grades were keyed wrongly."})
    assert "[r]" in final.browser("lead").get(page).text
    assert [plain(browser.get(page).text) for browser in readers] == before
    for browser in readers:
        browser.get(MAKING, status=403)
