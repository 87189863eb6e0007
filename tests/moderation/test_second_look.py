"""What looks like a personal detail in a hearing is asked about once, wherever it is typed; nothing typed is lost."""

import html
import re

from sqlalchemy import select

from app.moderation.models import Challenge
from tests.browser import plain
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
