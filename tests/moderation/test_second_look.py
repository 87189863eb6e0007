"""What looks like a personal detail in a hearing is asked about once, wherever it is typed; nothing typed is lost."""

import html
import re

from sqlalchemy import select

from app.accounts import actions as accounts
from app.clock import add_working_days
from app.moderation.models import Challenge
from app.moderation.returns.queries import return_of
from app.people.models import Person
from tests.browser import plain
from tests.moderation.stories import date_fields
from tests.world import World, cases, grade

NAMED = "Mrs Olivia Harris of 12 Mill Lane was seen on 4 September."


def looked(page: str) -> str:
    """Return what a form sends again, once it was asked about."""
    found = re.search(r'name="looked" value="([^"]*)"', page)
    assert found is not None
    return html.unescape(found[1])


def asked_once(world: World, who: str, path: str, field: str, form: dict[str, str]) -> None:
    browser = world.browser(who)
    sent = {**form, field: NAMED}
    page = browser.post(path, sent, status=422).text
    assert "To send it as it is, press the button again" in plain(page)
    assert NAMED in html.unescape(page), "what was typed is lost"
    # Another text is asked about anew; the same one is kept.
    browser.post(path, {**sent, field: f"{NAMED} Again.", "looked": looked(page)}, status=422)
    browser.post(path, {**sent, "looked": looked(page)})


def test_what_was_found_in_a_review_is_looked_at(world: World) -> None:
    key = cases(world, "A1")[0]
    grade(world, key, "not_met")
    review = {"children_safe": "yes", "further_action": "none", "answer": "later"}
    asked_once(world, "head1", f"/cases/{key}/review", "note", review)


def test_the_note_of_whoever_graded_is_looked_at(world: World) -> None:
    with world.database.reading() as session:
        challenge = session.scalars(select(Challenge)).one()
        auditor = next(name for name in ("im1", "im2") if world.viewer(name).id == challenge.case.auditor_id)
    asked_once(world, auditor, f"/challenges/{challenge.id}/note", "challenge_note", {})


def test_what_whoever_decides_found_first_is_looked_at(world: World) -> None:
    with world.database.reading() as session:
        raised = session.scalars(select(Challenge.id)).one()
    world.browser("lead").post(f"/challenges/{raised}/take")
    asked_once(world, "lead", f"/challenges/{raised}/view", "SAF1-note", {"SAF1-own": "met"})


def test_why_a_challenge_is_taken_over_is_looked_at(world: World) -> None:
    with world.database.reading() as session:
        raised = session.scalars(select(Challenge.id)).one()
    world.browser("lead").post(f"/challenges/{raised}/take")
    with world.database.writing() as session:
        accounts.disable(session, session.get_one(Person, world.viewer("lead").id), by=None)
    asked_once(world, "second", f"/challenges/{raised}/take-over", "reason", {})


def test_why_an_area_gets_more_time_is_looked_at(world: World) -> None:
    key = cases(world, "A1")[0]
    grade(world, key, "not_met")
    with world.database.reading() as session:
        returned = return_of(session, world.viewer("head1"), key)
        number, later = returned.id, add_working_days(returned.review_due, 3)
    until = date_fields("until", later.day, later.month, later.year)
    asked_once(world, "lead", f"/returns/{number}/extend", "reason", {"deadline": "review", **until})
