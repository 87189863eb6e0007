"""Phrases: one's own are nobody else's, an audit's bank is the same for all who grade it, and neither has a level."""

import re

from sqlalchemy import inspect, select

from app.audit.enums import CaseState
from app.audit.evidence.models import Phrase
from app.audit.models import AuditCase
from app.events import Event
from app.keeping.record import wrong
from tests.browser import Browser, plain
from tests.world import REF, World

BANK, OWN = f"/audits/{REF}/phrases", "Workflow history, allocation entry 1"


def offered(browser: Browser, case_id: int) -> list[str]:
    page = browser.get(f"/cases/{case_id}/assess/standards/safeguarding").text
    return re.findall(r'data-phrase="[^"]+">([^<]+)<', page)


def two_graders(world: World) -> list[tuple[Browser, int]]:
    found = []
    for who in ("im1", "im2"):
        with world.database.reading() as session:
            query = select(AuditCase.id).where(
                AuditCase.auditor_id == world.viewer(who).id, AuditCase.state == CaseState.ALLOCATED
            )
            case_id = session.scalars(query.order_by(AuditCase.id)).first() or 0
        browser = world.browser(who)
        browser.post(f"/cases/{case_id}/assess")
        found.append((browser, case_id))
    return found


def test_a_phrase_has_no_place_for_a_level() -> None:
    columns = {c.key for c in inspect(Phrase).column_attrs}
    assert columns == {"id", "audit_id", "owner_id", "document_id", "standard", "text", "at", "retired_at"}


def test_own_phrases_are_nobody_elses(world: World) -> None:
    (one, case_id), (other, other_case) = two_graders(world)
    told = one.send("PUT", f"/cases/{case_id}/assess/phrases", json={"standard": "SAF1", "text": OWN})
    assert told.json()["text"] == OWN
    again = one.send("PUT", f"/cases/{case_id}/assess/phrases", json={"standard": "SAF1", "text": OWN})
    assert again.json()["mark"] == told.json()["mark"], "the same text is kept once"
    assert offered(one, case_id) == [OWN]
    assert offered(other, other_case) == []
    assert OWN in one.get("/phrases").text
    assert OWN not in other.get("/phrases").text
    number = told.json()["mark"].partition(".")[2]
    other.post(f"/phrases/{number}/retire", status=404)
    assert OWN not in world.browser("lead").get(BANK).text
    one.post(f"/phrases/{number}/retire")
    assert offered(one, case_id) == []


def test_a_phrase_is_kept_on_a_page_without_script(world: World) -> None:
    (one, case_id), _ = two_graders(world)
    page = one.post("/phrases", {"standard": "", "text": "x" * 501}, status=422)
    assert "Choose a standard" in plain(page.text)
    assert "x" * 501 in page.text
    done = one.post("/phrases", {"standard": "national-casework/SAF2", "text": "Letter of Joanna, 3 May"})
    assert "looks like the name of a person" in plain(done.text), "one's own are warned of"
    assert offered(one, case_id) == ["Letter of Joanna, 3 May"]
    empty = one.send("PUT", f"/cases/{case_id}/assess/phrases", json={"standard": "SAF1", "text": "  "})
    assert empty.status_code == 400
    assert one.send("PUT", f"/cases/{case_id}/assess/phrases", json={"standard": "no", "text": OWN}).status_code == 400


def test_the_bank_is_the_same_for_all_and_its_changes_are_events(world: World) -> None:
    graders, lead = two_graders(world), world.browser("lead")
    sent = {"standard": "national-casework/SAF1", "text": "Screening record, entry of the day of receipt"}
    lead.post(BANK, sent)
    assert [offered(browser, case_id) for browser, case_id in graders] == [[sent["text"]]] * 2
    lead.post(BANK, {**sent, "text": "Checks, page 1"})
    assert [offered(browser, case_id) for browser, case_id in graders] == [[sent["text"], "Checks, page 1"]] * 2
    number = re.findall(r"/phrases/(\d+)/retire", lead.get(BANK).text)[0]
    lead.post(f"{BANK}/{number}/retire")
    assert [offered(browser, case_id) for browser, case_id in graders] == [["Checks, page 1"]] * 2
    with world.database.reading() as session:
        names = session.scalars(select(Event.name).where(Event.name.like("bank%")).order_by(Event.number)).all()
        assert names == ["bank_phrase_kept", "bank_phrase_kept", "bank_phrase_retired"]
        assert list(wrong(session)) == []
    for who in ("im1", "head1", "analyst"):
        assert world.browser(who).send("GET", BANK).status_code in {403, 404}
        assert world.browser(who).send("POST", BANK, data=sent).status_code in {403, 404}


def test_a_phrase_with_personal_details_is_for_all_only_once_it_is_confirmed(world: World) -> None:
    graders, lead = two_graders(world), world.browser("lead")
    sent = {"standard": "national-casework/SAF1", "text": "Letter of Mrs Abernathy, 3 May"}
    page = lead.post(BANK, sent, status=422)
    assert "Every grader of the audit would read it" in plain(page.text)
    assert 'name="confirmed"' in page.text
    assert sent["text"] in page.text, "nothing typed is lost"
    assert offered(*graders[0]) == []
    lead.post(BANK, {**sent, "confirmed": "yes"})
    assert offered(*graders[0]) == [sent["text"]]
