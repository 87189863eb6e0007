"""Everybody is told by email of each change of their password, second factors and roles."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.actions import end_role, grant_role, set_password
from app.accounts.links.actions import send_link
from app.clock import clock
from app.notices.enums import ABOUT_SIGNING_IN, Kind
from app.notices.models import Notice
from app.notices.rules import letter_of
from app.people.enums import LinkPurpose, Role, Scope
from app.people.models import Person
from app.settings import MailSettings
from tests.accounts.factors.apps import asking, set_up, sign_in
from tests.world import World, open_world

MAIL = MailSettings(address="https://audit.test", smtp_url="smtp://localhost", sender="a@audit.test")


@pytest.fixture
def mailing(world: World) -> Iterator[World]:
    """Return a world in which everybody needs a second factor and what happens is told by email."""
    clock.set(clock.now())
    other = open_world(world.settings, by_mail=True)
    yield asking(other)
    other.database.close()
    clock.set(None)


def told(world: World, name: str) -> list[Kind]:
    with world.database.reading() as session:
        mine = (Notice.person_id == world.viewer(name).id, Notice.kind.in_(ABOUT_SIGNING_IN))
        return list(session.scalars(select(Notice.kind).where(*mine).order_by(Notice.id)))


def test_a_factor_is_told_to_whoever_set_it_up_and_wrong_codes_are(mailing: World) -> None:
    browser, _ = sign_in(mailing, "lead")
    app = set_up(browser)
    assert told(mailing, "lead") == [Kind.FACTOR_CHANGED] * 2
    clock.set(clock.now() + timedelta(seconds=30))
    other, _ = sign_in(mailing, "lead")
    for n in range(5):
        other.post("/sign-in/factor", {"proof": f"00000{n}"}, status=422)
    assert told(mailing, "lead")[2:] == [Kind.FACTOR_GUESSED]
    clock.set(clock.now() + timedelta(minutes=16))
    third, _ = sign_in(mailing, "lead")
    third.post("/sign-in/factor", {"recovery_code": app.codes[0]})
    assert told(mailing, "lead")[3:] == [Kind.RECOVERY_USED]


def test_passwords_and_roles_are_told_whoever_changed_them(mailing: World) -> None:
    with mailing.database.writing() as session:
        person = session.get_one(Person, mailing.viewer("nobody").id)
        set_password(session, person, "another long password", by=person.id)
        set_password(session, person, "one more long password", by=None, temporary=True)
        grant_role(session, person, Role.READER, Scope.NATION, "", by=None)
        end_role(session, person, person.grants[0].id, by=None)
    assert told(mailing, "nobody") == [Kind.PASSWORD_CHANGED] * 2 + [Kind.ROLES_CHANGED] * 2


def test_the_message_of_whoever_lost_everything_has_the_link_and_every_one_says_what_to_do(mailing: World) -> None:
    with mailing.database.writing() as session:
        person = session.get_one(Person, mailing.viewer("nobody").id)
        send_link(session, person, by=None, by_mail=True, purpose=LinkPurpose.FACTOR, identified="Came here.")
        [notice] = session.scalars(select(Notice).where(Notice.person_id == person.id))
        assert notice.kind is Kind.FACTOR_LOST
        letter = letter_of([notice], MAIL, link="of-theirs")
        assert "https://audit.test/lost-factor/of-theirs" in letter.body
        assert "works once, for a day" in letter.body
        assert "Came here." not in letter.body
        for kind in (Kind.PASSWORD_CHANGED, Kind.FACTOR_CHANGED, Kind.ROLES_CHANGED, Kind.FACTOR_GUESSED):
            notice.kind = kind
            body = letter_of([notice], MAIL).body
            assert "tell your administrator" in body or "change your password" in body
