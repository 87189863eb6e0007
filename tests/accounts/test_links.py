"""Links that work once: invitations, forgotten passwords, and passwords that somebody else set."""

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.accounts.actions import disable, grant_role, set_password
from app.clock import clock
from app.db import Database
from app.errors import Conflict
from app.events import Event
from app.keeping import record as check
from app.main import create_app
from app.notices.posting import make_due
from app.people.enums import AccountState, Role, Scope
from app.people.models import OneTimeLink, Person, SignedIn
from tests.accounts.test_people import CHOSEN, NEW, id_of, invite
from tests.browser import plain
from tests.notices.conftest import server, told  # noqa: F401 - fixtures
from tests.notices.post import MailServer, post
from tests.world import PASSWORD, World

GONE = "This link does not open anything"


@pytest.fixture
def standing(world: World) -> Iterator[World]:
    """Return a world in which time stands still until a test moves it."""
    clock.set(clock.now())
    yield world
    clock.set(None)


def person(world: World, name: str) -> Person:
    with world.database.reading() as session:
        return session.get_one(Person, id_of(world, name))


def whole(world: World) -> bool:
    with world.database.reading() as session:
        return list(check.wrong(session)) == []


def test_an_invited_person_chooses_a_password_once(standing: World) -> None:
    link = invite(standing, role="analyst", scope_kind="audit", audit="t-2026")
    assert person(standing, "nia").state is AccountState.INVITED
    assert "Invited" in plain(standing.browser("admin").get("/admin/people").text)
    nia = standing.browser()
    for _ in range(2):
        page = nia.get(link)
        assert "You have been invited" in plain(page.text)
    assert "at least 12 characters" in plain(nia.post(link, {"new_password": "short"}, status=422).text)
    assert "it has your email address in it" in plain(nia.post(link, {"new_password": NEW["email"]}, status=422).text)
    assert "Your work" in nia.post(link, {"new_password": CHOSEN}).text
    nia.get("/audits/T-2026")
    assert person(standing, "nia").state is AccountState.ACTIVE
    assert GONE in nia.post(link, {"new_password": "another long password"}, status=404).text
    assert "Your work" in standing.browser().sign_in(NEW["email"], CHOSEN).text
    assert whole(standing)


def test_a_link_that_opens_nothing_tells_nothing(standing: World) -> None:
    used, ended, of_disabled = invite(standing), invite(standing, email="b@x.test"), invite(standing, email="c@x.test")
    browser = standing.browser()
    standing.browser().post(used, {"new_password": CHOSEN})
    with standing.database.writing() as session:
        disable(session, session.get_one(Person, id_of(standing, "c@x.test")), by=None)
    clock.set(clock.now() + timedelta(hours=72, seconds=-1))
    assert "Choose your password" in browser.get(ended).text
    clock.set(clock.now() + timedelta(seconds=1))
    links = (used, ended, of_disabled, "/choose-password/of-nobody", "/choose-password/" + "x" * 500)
    # But for the address itself, which they typed.
    about = re.compile(r'/report-a-problem\?[^"]*')
    assert len({about.sub("", browser.get(link, status=404).text.replace(link, "")) for link in links}) == 1
    answers = {link: browser.post(link, {"new_password": CHOSEN}, status=404).text for link in links}
    said = {about.sub("", text.replace(link, "")) for link, text in answers.items()}
    assert len(said) == 1
    assert GONE in said.pop()


def test_a_link_for_another_password_lasts_an_hour_and_ends_every_session(standing: World) -> None:
    admin, lead, key = standing.browser("admin"), standing.browser("lead"), id_of(standing, "lead")
    links = [
        re.findall(r"(/choose-password/[^<\s]+)", admin.post(f"/admin/people/{key}/link").text)[0] for _ in range(2)
    ]
    lead.get("/account")
    new = standing.browser()
    new.post(links[0], {"new_password": CHOSEN})
    assert lead.send("GET", "/account").status_code == 303, "signed out elsewhere"
    new.get("/account")
    assert GONE in new.get(links[1], status=404).text, "one that was used ends the others"
    admin.post(f"/admin/people/{id_of(standing, 'admin')}/link", status=403)
    later = re.findall(r"(/choose-password/[^<\s]+)", admin.post(f"/admin/people/{key}/link").text)[0]
    clock.set(clock.now() + timedelta(hours=1))
    new.get(later, status=404)
    with standing.database.reading() as session:
        kept = session.scalars(select(OneTimeLink)).all()
        said = [e.payload or "" for e in session.scalars(select(Event))]
    tokens = [link.rpartition("/")[2] for link in (*links, later)]
    assert not any(token in text for token in tokens for text in said)
    assert not any(token == of.token_sha256 for token in tokens for of in kept)
    assert whole(standing)


def with_mail(world: World, mail: MailServer) -> World:
    settings = world.settings.model_copy(update=mail.mail.model_dump())
    return World(world.database, settings, create_app(settings, world.database))


def delivered(world: World, mail: MailServer) -> list[tuple[str, str]]:
    """Send what waits and return to whom, and the links."""
    mail.got.clear()
    make_due(world.database)
    post(world, mail.mail)
    return [(str(m["To"]), "".join(re.findall(r"(/choose-password/\S+)", m.get_content()))) for m in mail.got]


def test_invitations_and_forgotten_passwords_go_by_email(told: World, server: MailServer) -> None:  # noqa: F811
    mailed = with_mail(told, server)
    page = mailed.browser("admin").post("/admin/people/new", NEW)
    assert "Nia New gets an invitation by email" in plain(page.text)
    assert "choose-password" not in page.text, "nobody but Nia reads it"
    [(to, link)] = delivered(told, server)
    assert to == NEW["email"]
    mailed.browser().post(link, {"new_password": CHOSEN})
    asked = {
        mailed.browser().post("/forgotten-password", {"email": address}).text.replace(address, "")
        for address in (NEW["email"], "nobody@here.test")
    }
    assert len(asked) == 1
    [(to, link)] = delivered(told, server)
    assert to == NEW["email"]
    assert delivered(told, server) == []
    mailed.browser().post(link, {"new_password": "quite another password"})
    assert "Your work" in mailed.browser().sign_in(NEW["email"], "quite another password").text
    assert "invited" not in plain(mailed.browser().sign_in(NEW["email"], "quite another password").text)
    mailed.browser().post("/forgotten-password", {"email": "no address"}, status=422)
    assert whole(told)


def test_an_address_is_asked_for_three_times_an_hour_at_most(told: World, server: MailServer) -> None:  # noqa: F811
    mailed = with_mail(told, server)
    for _ in range(5):
        mailed.browser().post("/forgotten-password", {"email": "Lead@Example.test"})
    assert len(delivered(told, server)) == 3
    clock.set(clock.now() + timedelta(hours=1))
    mailed.browser().post("/forgotten-password", {"email": "lead@example.test"})
    assert len(delivered(told, server)) == 1


def test_every_try_of_a_message_has_a_link_that_works(told: World, server: MailServer) -> None:  # noqa: F811
    mailed = with_mail(told, server)
    server.busy = frozenset({NEW["email"]})
    mailed.browser("admin").post("/admin/people/new", NEW)
    assert delivered(told, server) == []
    server.busy = frozenset()
    clock.set(clock.now() + timedelta(minutes=2))
    [(_, link)] = delivered(told, server)
    assert "Your work" in mailed.browser().post(link, {"new_password": CHOSEN}).text


def test_without_email_an_administrator_is_asked(world: World) -> None:
    assert "I have forgotten my password" in world.browser().get("/sign-in").text
    page = world.browser().get("/forgotten-password")
    assert "Ask your administrator" in plain(page.text)
    assert "<form" not in page.text.partition("<main")[2]
    world.browser().post("/forgotten-password", {"email": "lead@example.test"})


def test_a_password_that_somebody_else_set_opens_one_page_only(world: World) -> None:
    with world.database.writing() as session:
        lead = session.get_one(Person, id_of(world, "lead"))
        set_password(session, lead, "the first of many", by=None, temporary=True)
    browser = world.browser()
    page = browser.sign_in("lead@example.test", "the first of many")
    assert "Choose your own password" in page.text
    assert "Threshold documents" not in page.text
    for path in ("/audits/T-2026", "/account", "/reports", "/cases/1"):
        answer = browser.send("GET", path)
        assert (answer.status_code, answer.headers["location"]) == (303, "/account/choose-password")
    assert browser.send("GET", "/api/v1/audits").status_code == 409
    choose = "/account/choose-password"
    same = browser.post(choose, {"new_password": "the first of many"}, status=422)
    assert "Choose another password" in plain(same.text)
    assert "Your work" in browser.post(choose, {"new_password": CHOSEN}).text
    browser.get("/audits/T-2026")
    assert browser.send("GET", choose).headers["location"] == "/account"
    assert whole(world)


def test_somebody_is_edited_and_the_old_address_is_told(told: World, server: MailServer) -> None:  # noqa: F811
    mailed = with_mail(told, server)
    admin, lead, key = mailed.browser("admin"), mailed.browser("lead"), id_of(told, "lead")
    same = {"name": "Lead", "job_title": "The lead", "email": "LEAD@example.test"}
    assert "Nothing was changed" in plain(admin.post(f"/admin/people/{key}/edit", same).text)
    for taken in ("second@example.test", "SECOND@EXAMPLE.TEST"):
        page = admin.post(f"/admin/people/{key}/edit", {**same, "email": taken}, status=422)
        assert "is there already" in plain(page.text)
    assert "Changed" in plain(admin.post(f"/admin/people/{key}/edit", {**same, "name": "Lea D"}).text)
    lead.get("/account")
    admin.post(f"/admin/people/{key}/edit", {**same, "email": "new.lead@example.test"})
    assert lead.send("GET", "/account").status_code == 303, "signed out"
    [(to, link)] = delivered(told, server)
    assert (to, link) == ("lead@example.test", "")
    assert "was changed" in server.got[0].get_content()
    mailed.browser().sign_in("new.lead@example.test", PASSWORD).raise_for_status()
    assert whole(told)


def test_everybody_mends_their_own_name_and_title(world: World) -> None:
    reader = world.browser("reader")
    assert "Enter your name" in plain(reader.post("/account/details", {"job_title": "R"}, status=422).text)
    page = reader.post("/account/details", {"name": "Rita Reader", "job_title": "R", "email": "x@example.test"})
    assert "Rita Reader" in page.text
    assert person(world, "reader").email == "reader@example.test"
    assert whole(world)


def test_the_last_administrator_stays(world: World) -> None:
    database: Database = world.database
    with database.writing() as session:
        admin = session.get_one(Person, id_of(world, "admin"))
        with pytest.raises(Conflict, match="the only administrator"):
            disable(session, admin, by=None)
    with database.reading() as session:
        assert session.scalars(select(SignedIn)).all() == []


def test_somebody_who_never_joined_is_invited_again(world: World) -> None:
    link, admin = invite(world), world.browser("admin")
    key = id_of(world, "nia")
    admin.post(f"/admin/people/{key}/disable")
    assert "Invite again" in admin.get(f"/admin/people/{key}").text
    page = admin.post(f"/admin/people/{key}/enable")
    assert "/choose-password/" in page.text
    assert person(world, "nia").state is AccountState.INVITED
    world.browser().get(link)
    assert whole(world)


def test_a_second_press_of_invite_is_shown_the_same_link(standing: World) -> None:
    admin, form = standing.browser("admin"), {**NEW, "once": "of-this-page"}
    first, second = admin.post("/admin/people/new", form), admin.post("/admin/people/new", form)
    link = re.search(r"/choose-password/[\w-]{43}", first.text)
    assert link
    assert link[0] in second.text
    assert link[0] not in str(first.url), "an address is kept in histories"
    assert first.url == second.url
    with standing.database.reading() as session:
        assert len(list(session.scalars(select(OneTimeLink.token_sha256)))) == 1
        assert len(list(session.scalars(select(Person.id).where(Person.email == NEW["email"])))) == 1
    path = first.url.path
    standing.browser("lead").get(path, status=404)
    with standing.database.writing() as session:
        other = session.get_one(Person, id_of(standing, "ad"))
        grant_role(session, other, Role.ADMINISTRATOR, Scope.NATION, "", by=None)
    assert link[0] not in standing.browser("ad").get(path).text, "it is shown to whoever sent the form alone"
    again = admin.post(f"/admin/people/{id_of(standing, 'nia')}/link", {"once": "another-page"})
    assert link[0] not in again.text
    clock.set(clock.now() + timedelta(minutes=11))
    assert "not shown any more" in plain(admin.get(path).text)
    assert standing.browser().get(link[0]).status_code == 200, "it works on"
    assert whole(standing)


def test_a_link_that_was_used_is_not_shown_again(standing: World) -> None:
    admin = standing.browser("admin")
    made = admin.post("/admin/people/new", {**NEW, "once": "of-this-page"})
    link = re.findall(r"/choose-password/[\w-]{43}", made.text)[0]
    standing.browser().post(link, {"new_password": CHOSEN})
    page = admin.get(made.url.path)
    assert "not shown any more" in plain(page.text)
    assert link not in page.text
