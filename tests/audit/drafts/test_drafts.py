"""Drafts through the pages: holes are kept and listed, two people write in one, and an audit goes back to its draft."""

import re
from io import BytesIO
from typing import Any

import pytest
from sqlalchemy import select

from app.accounts.actions import add_person, grant_role
from app.audit.drafts.models import AuditDraft
from app.audit.enums import AuditState
from app.audit.filings.actions import allowed_in, import_frame, lock_list
from app.audit.models import Audit
from app.people.enums import Role, Scope
from app.people.models import Person
from app.sampling.reading import read_frame
from tests.audit.commission.test_audit_pages import the_framework
from tests.browser import Browser, plain
from tests.world import PASSWORD, World, frame_csv

REF = "NA-2026-11"
DRAFT = f"/audits/{REF}/draft"


def of(world: World, ref: str = REF) -> Audit:
    with world.database.reading() as session:
        return session.scalars(select(Audit).where(Audit.ref == ref)).one()


def served(browser: Browser) -> str:
    found = re.search(r'name="served" value="([^"]*)"', browser.get(DRAFT).text)
    return found[1] if found else ""


def whole(world: World, **changes: object) -> dict[str, Any]:
    return the_framework(world, law_types=["public", "wafh", "wtfh"], how_many="share", kind="national", **changes)


def drafted(world: World, **typed: object) -> Browser:
    director = world.browser("director")
    director.post("/audits/new", {"act": "save", "ref": REF, **typed})
    return director


def commissioned(world: World) -> Browser:
    director = world.browser("director")
    director.post("/audits/new", whole(world))
    return director


def sound(world: World) -> None:
    from app.keeping.record import wrong  # noqa: PLC0415 - heavy

    with world.database.reading() as session:
        assert list(wrong(session)) == []


def test_a_draft_keeps_its_holes_and_lists_them(world: World) -> None:
    director = drafted(world, name="National audit", **{"window_from-day": "31", "window_from-month": "9"})
    page = plain(director.get(DRAFT).text)
    assert "Before it can be commissioned" in page
    for hole in ("Enter the purpose of the audit", "First day of the filing window must include a year"):
        assert hole in page
    assert 'value="31"' in director.get(DRAFT).text, "what was typed stays, also where it is no day"
    for name in ("analyst", "lead", "im1", "reader", "head1"):
        assert world.browser(name).send("GET", DRAFT).status_code == 404
        assert world.browser(name).send("GET", f"/audits/{REF}").status_code == 404
    refused = director.post(DRAFT, {"act": "commission", "ref": REF, "served": served(director)}, status=422)
    assert "Enter the purpose of the audit" in plain(refused.text)
    assert of(world).state is AuditState.DRAFT
    director.post(DRAFT, {**whole(world), "act": "commission", "served": served(director)})
    assert of(world).state is AuditState.COMMISSIONED
    assert "National audit, November 2026" in plain(world.browser("ad").get("/").text)
    sound(world)


@pytest.mark.parametrize(
    ("ref", "words"), [("", "Enter a reference"), ("T-2026", "such as T-2026-2"), ("a b", "Enter a")]
)
def test_a_draft_needs_a_reference_that_is_free(world: World, ref: str, words: str) -> None:
    sent = {"act": "save", "ref": ref, "purpose": "To be kept."}
    page = world.browser("director").post("/audits/new", sent, status=422)
    assert words in plain(page.text)
    assert "To be kept." in page.text


def test_two_people_write_in_one_draft(world: World) -> None:
    director, assistant = drafted(world, name="First"), world.browser("ad")
    before = served(assistant)
    director.post(DRAFT, {"act": "save", "ref": REF, "name": "First", "purpose": "Theirs.", "served": before})
    mine = {"act": "save", "ref": REF, "name": "First", "targets_set_in": "A plan", "served": before}
    both = plain(assistant.post(DRAFT, mine).text)
    assert "Changed by somebody else meanwhile, and kept: Purpose" in both
    clash = assistant.post(DRAFT, {**mine, "purpose": "Mine.", "served": before}, status=409)
    assert "was changed in another window too" in plain(clash.text)
    assert "Theirs." in clash.text
    assert "Mine." in clash.text
    with world.database.reading() as session:
        typed = session.get_one(AuditDraft, of(world).id).typed
    assert (typed["purpose"], typed["targets_set_in"]) == ("Theirs.", "A plan")
    assistant.post(DRAFT, {**mine, "act": "commission"}, status=403)
    assert of(world).state is AuditState.DRAFT
    sound(world)


def test_a_discarded_draft_frees_its_reference(world: World) -> None:
    director = drafted(world)
    assert "can be given to another audit" in plain(director.get(f"{DRAFT}/discard").text)
    world.browser("ad").post(f"{DRAFT}/discard", status=403)
    director.post(f"{DRAFT}/discard")
    assert director.send("GET", DRAFT).status_code == 404
    assert REF not in director.get("/audits").text
    director.post("/audits/new", {"act": "save", "ref": REF})
    sound(world)


def test_an_audit_goes_back_to_its_draft_and_forward_again(world: World) -> None:
    director, assistant = commissioned(world), world.browser("ad")
    assert "Enter what has to change" in plain(
        assistant.post(f"/audits/{REF}/send-back", {"reason": ""}, status=422).text
    )
    assistant.post(f"/audits/{REF}/send-back", {"reason": "The targets are missing."})
    page = plain(director.get(DRAFT).text)
    assert "The targets are missing." in page
    assert "The draft is whole" in page
    assert "stays on record" in plain(director.get(f"{DRAFT}/discard").text)
    director.post(f"{DRAFT}/discard", status=409)
    director.post(DRAFT, {**whole(world), "good_target": "70", "act": "commission", "served": served(director)})
    director.post(f"/audits/{REF}/take-back")
    assert "Ad" in plain(director.get("/audits").text) or of(world).state is AuditState.DRAFT
    director.post(DRAFT, {**whole(world), "good_target": "70", "act": "commission", "served": served(director)})
    assistant.post(f"/audits/{REF}/framework")
    found = of(world)
    assert (found.state, found.good_target, found.agreed_by) == (
        AuditState.FRAMEWORK_AGREED, 70, world.viewer("ad").id,
    )  # fmt: skip
    director.post(f"/audits/{REF}/take-back", status=409)
    director.get(DRAFT)
    sound(world)


def with_list(world: World) -> None:
    world.browser("ad").post(f"/audits/{REF}/framework")
    with world.database.writing() as session:
        audit = session.scalars(select(Audit).where(Audit.ref == REF)).one()
        reading = read_frame(BytesIO(frame_csv()), allowed_in(session, audit))
        import_frame(session, audit, reading, file_name="frame.csv", by=None)


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"good_target": "70"}, "was checked again and stays"),
        ({"bands": ["B1"]}, "This performance band is not known"),
        ({"window_from-month": "8"}, "takes in filings that the list left out"),
        ({"how_many": "areas", "each": "", "fraction": "", "by_area": "A9 3"}, ""),
    ],
)
def test_a_reopened_framework_checks_its_list_again(world: World, changes: dict[str, Any], said: str) -> None:
    director = commissioned(world)
    with_list(world)
    world.browser("ad").post(f"/audits/{REF}/reopen", {"reason": "Another target."})
    sent = {**whole(world), **changes, "act": "commission", "served": served(director)}
    if not said:
        director.post(DRAFT, sent, status=422)
        return
    page = plain(director.post(DRAFT, sent).text)
    assert said in page
    assert (of(world).frame_id is None) == ("stays" not in said)
    sound(world)


def test_a_framework_with_a_locked_list_is_not_reopened(world: World) -> None:
    commissioned(world)
    with_list(world)
    with world.database.writing() as session:
        lock_list(session, session.scalars(select(Audit).where(Audit.ref == REF)).one(), by=None)
    refused = world.browser("ad").post(f"/audits/{REF}/reopen", {"reason": "Another target."}, status=409)
    assert "can no longer be reopened" in plain(refused.text)


def test_somebody_else_agrees_unless_there_is_nobody(world: World) -> None:
    director = commissioned(world)
    assert "You commissioned this audit" in plain(director.get(f"/audits/{REF}/framework").text)
    director.post(f"/audits/{REF}/framework", status=409)
    with world.database.writing() as session:
        for grant in session.get_one(Person, world.viewer("ad").id).grants:
            session.delete(grant)
    director.post(f"/audits/{REF}/framework")
    assert of(world).agreed_by == of(world).commissioned_by


def test_a_withdrawn_audit_keeps_its_reference_and_the_form_proposes_the_next(world: World) -> None:
    director = commissioned(world)
    director.post(f"/audits/{REF}/withdraw", {"reason": "Too early."})
    assert "such as NA-2026-11-2" in plain(director.post("/audits/new", whole(world), status=422).text)
    page = director.get(f"/audits/new/from?start=audit:{REF}").text
    assert 'value="NA-2027-11"' in page


def test_a_new_audit_starts_from_another_or_from_a_template(world: World) -> None:
    director = commissioned(world)
    page = director.get(f"/audits/new/from?start=audit:{REF}").text
    for text in ('value="NA-2027-11"', "National audit, November 2027", 'value="2027"'):
        assert text in page
    director.post(f"/audits/{REF}/template", {"template_name": "Yearly"})
    again = director.post(f"/audits/{REF}/template", {"template_name": "yearly"}, status=422)
    assert "already a template" in plain(again.text)
    page = director.get("/audits/new/from?start=template:1").text
    assert "To see where we are." in page
    assert 'value="NA-2026-11"' not in page
    director.post("/audits/templates/1/remove")
    assert director.send("GET", "/audits/new/from?start=template:1").status_code == 404
    assert "no template yet" in plain(director.get("/audits/templates").text)
    for bad in ("audit:NONE", "template:x", "other:1"):
        assert director.send("GET", f"/audits/new/from?start={bad}").status_code == 404
    sound(world)


def test_ended_audits_are_archived_and_brought_back(world: World) -> None:
    director = commissioned(world)
    director.post(f"/audits/{REF}/archive", status=409)
    director.post(f"/audits/{REF}/withdraw", {"reason": "Too early."})
    director.post(f"/audits/{REF}/archive")
    listed, archived = director.get("/audits").text, director.get("/audits?show=archived").text
    assert f'/audits/{REF}"' not in listed
    assert f'/audits/{REF}"' in archived
    director.get(f"/audits/{REF}")
    director.post(f"/audits/{REF}/bring-back")
    assert f'/audits/{REF}"' in director.get("/audits").text
    sound(world)


def test_a_lead_writes_in_the_draft_of_their_audit(world: World) -> None:
    drafted(world)
    with world.database.writing() as session:
        person = add_person(session, email="l@example.test", name="L", job_title="L", password=PASSWORD, by=None)
        grant_role(session, person, Role.LEAD, Scope.AUDIT, REF, by=None)
    lead = world.browser("l@example.test")
    lead.post(DRAFT, {"act": "save", "ref": REF, "purpose": "To help.", "served": served(lead)})
    lead.post(DRAFT, {"act": "commission", "ref": REF, "served": served(lead)}, status=403)
