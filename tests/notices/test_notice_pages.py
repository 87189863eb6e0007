"""The pages of notices: news, the choice of email, the administrator's page, and the commands."""

import os
import subprocess
import sys
from collections.abc import Mapping

import pytest
from sqlalchemy import select

from app.cli import main
from app.clock import clock
from app.main import create_app
from app.notices.enums import Kind, MailChoice, MailState
from app.notices.models import Notice
from app.notices.queries import choice_of
from app.notices.telling import tell
from app.settings import MailSettings
from tests.browser import plain
from tests.moderation.stories import summary_and_fields
from tests.notices.post import ADDRESS, SENDER, MailServer, later, post
from tests.world import World


def queue(world: World, name: str, kind: Kind = Kind.REMINDER) -> None:
    with world.database.writing() as session:
        tell(session, frozenset({world.viewer(name).id}), kind, about=clock.now().isoformat(), by_mail=True)


def with_settings(world: World, mail: MailSettings) -> World:
    """Return the same world with email set up."""
    settings = world.settings.model_copy(update=mail.model_dump())
    return World(world.database, settings, create_app(settings, world.database))


def test_news_stand_on_your_work_until_two_weeks_are_over_and_can_be_marked_as_read(told: World) -> None:
    queue(told, "im1")
    browser = told.browser("im1")
    words = plain(browser.get("/").text)
    assert (
        "News of the last two weeks New The audit lead reminds you to go on grading. 1 December 2026 at 10:00am"
        in words
    )
    words = plain(browser.post("/news/read").text)
    assert "The audit lead reminds you" in words
    assert "New The audit lead" not in words
    assert "Mark all as read" not in words
    assert "reminds" not in plain(told.browser("im2").get("/").text)
    later(days=14)
    assert "reminds" not in plain(told.browser("im1").get("/").text)


def test_a_person_chooses_when_they_get_email(told: World) -> None:
    browser = told.browser("head1")
    assert 'href="/account/mail"' in browser.get("/account").text
    page = browser.get("/account/mail").text
    assert 'value="at_once" checked' in page
    assert "Urgent safeguarding concerns are always sent to you at once." in page
    summary_and_fields(
        browser.post("/account/mail", {"choice": "hourly"}, status=422).text, ["Choose when you want email"]
    )
    assert "once a day, at 7am on working days" in plain(browser.post("/account/mail", {"choice": "daily"}).text)
    with told.database.reading() as session:
        assert choice_of(session, told.viewer("head1").id) is MailChoice.DAILY
    assert 'value="daily" checked' in browser.get("/account/mail").text
    assert "always sent" not in told.browser("im1").get("/account/mail").text


def test_whoever_wants_no_email_any_more_gets_none_of_what_waits_but_what_is_urgent(told: World) -> None:
    queue(told, "head1")
    queue(told, "head1", Kind.CONCERN)
    told.browser("head1").post("/account/mail", {"choice": "never"})
    with told.database.reading() as session:
        assert list(session.scalars(select(Notice.state).order_by(Notice.id))) == [MailState.NONE, MailState.WAITING]


def test_the_administrator_sees_what_was_given_up_and_can_try_it_again(told: World, server: MailServer) -> None:
    made = with_settings(told, server.mail)
    admin = made.browser("admin")
    server.refused = frozenset({"im1@example.test"})
    queue(made, "im1")
    admin.post("/admin/mail/test")
    assert post(made, server.mail).sent == 1
    assert server.got[0]["Subject"] == "A test message from Casework Audit"
    page = plain(admin.get("/admin/mail").text)
    for said in ("Sent 1", "Given up 1", "Im1 im1@example.test", "550 5.1.1 No such mailbox"):
        assert said in page
    assert "reminds" not in page, "an administrator sees to whom and why, not what was said"
    assert "Email 1 message was given up" in plain(admin.get("/").text)
    assert 'href="/admin/mail"' in admin.get("/admin/people").text
    server.refused = frozenset()
    assert "1 message will be tried again." in plain(admin.post("/admin/mail/again").text)
    assert post(made, server.mail).sent == 1
    assert "Given up 0" in plain(admin.get("/admin/mail").text)
    made.browser("lead").get("/admin/mail", status=404)


def test_the_administrator_sees_that_a_server_does_not_answer(told: World) -> None:
    down = MailServer()
    made = with_settings(told, down.mail)
    queue(made, "im1")
    post(made, down.mail)
    assert "The last try of the oldest one failed" in plain(made.browser("admin").get("/admin/mail").text)


def test_without_settings_nothing_is_queued_and_the_page_says_what_would_change_it(world: World) -> None:
    admin = world.browser("admin")
    assert "Email is not set up, so no message leaves." in plain(admin.get("/admin/mail").text)
    assert "says which settings it needs" in plain(admin.post("/admin/mail/test", status=409).text)
    with world.database.reading() as session:
        assert set(session.scalars(select(Notice.state))) == {MailState.NONE}, "what the world's making told"


def settings_of(world: World, settings: Mapping[str, str]) -> dict[str, str]:
    return {
        "DATABASE_URL": world.database.engine.url.render_as_string(hide_password=False),
        "CASEWORK_AUDIT_DATA_DIR": str(world.settings.data_dir),
        "CASEWORK_AUDIT_EVENT_KEY": "a key for tests",
        **{f"CASEWORK_AUDIT_{name}": value for name, value in settings.items()},
    }


def started(world: World, *words: str, **settings: str) -> tuple[int, str, str]:
    """Run a command in a process of its own; return its exit status, output and complaints."""
    done = subprocess.run(
        [sys.executable, "-m", "app.cli", *words],
        env={**os.environ, **settings_of(world, settings)},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    return done.returncode, done.stdout, done.stderr


def test_the_command_sends_what_waits_once_and_says_how_many(
    told: World, server: MailServer, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def command(*words: str, **settings: str) -> tuple[int, str, str]:
        # In this process: to load the product takes longer than the rest of the test.
        for name, value in settings_of(told, settings).items():
            monkeypatch.setenv(name, value)
        status, printed = main(words), capsys.readouterr()
        return status, printed.out, printed.err

    clock.set(None)
    queue(told, "im1")
    queue(told, "im2")
    settings = {"SMTP_URL": server.mail.smtp_url, "MAIL_FROM": SENDER}
    status, _, complaint = command("deliver")
    assert (status, "Email is not set up" in complaint) == (1, True)
    needed = "Email needs CASEWORK_AUDIT_ADDRESS too. docs/administrator.md says what to set.\n"
    assert command("deliver", **settings) == (1, "", needed)
    status, said, complaint = started(told, "deliver", **settings, ADDRESS=ADDRESS)
    assert (status, said.endswith("sent.\n")) == (0, True), complaint
    assert (len(server.texts_for("im1")), len(server.texts_for("im2"))) == (1, 1)
    assert command("deliver", **settings, ADDRESS=ADDRESS)[:2] == (0, "0 messages were sent.\n")
    server.refused = frozenset({"im1@example.test"})
    queue(told, "im1")
    status, _, complaint = command("deliver", **settings, ADDRESS=ADDRESS)
    assert (status, "0 messages were sent, 1 could not be sent now." in complaint) == (1, True)


def test_serve_refuses_settings_that_cannot_work() -> None:
    for mail, wrong in (
        (MailSettings(smtp_url="smtp://a"), "CASEWORK_AUDIT_ADDRESS and CASEWORK_AUDIT_MAIL_FROM"),
        (MailSettings(smtp_url="mail.example.test", sender=SENDER, address=ADDRESS), "smtp:// or smtps://"),
        (MailSettings(notify_key="key", address=ADDRESS), "CASEWORK_AUDIT_NOTIFY_TEMPLATE"),
    ):
        assert wrong in (mail.mail_fault() or "")
    assert MailSettings().mail_fault() is None
    assert "smtp" not in repr(MailSettings(smtp_url="smtp://user:secret@host"))
