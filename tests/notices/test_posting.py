"""Messages leave once, in order, whatever becomes of the server and of those who send."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.clock import clock
from app.notices.enums import Kind, MailChoice, MailState
from app.notices.models import Notice
from app.notices.posting import Postman, deliver, mark, take
from app.notices.sending import Smtp, sender_of
from app.notices.telling import choose, tell, try_again
from app.people.models import Person
from app.settings import MailSettings
from tests.notices.post import MailServer, NotifyServer, later, post, rounds
from tests.served import at_once
from tests.world import World


def queue(world: World, *names: str, kind: Kind = Kind.REMINDER, about: str = "") -> None:
    """Tell some of the cast something."""
    with world.database.writing() as session:
        people = frozenset(world.viewer(name).id for name in names)
        tell(session, people, kind, about=about or clock.now().isoformat(), by_mail=True)


def states(world: World) -> list[MailState]:
    with world.database.reading() as session:
        return list(session.scalars(select(Notice.state).order_by(Notice.id)))


def numbered(world: World, count: int) -> list[str]:
    """Queue messages whose days tell their order, an hour apart; return the days as they will be read."""
    days = []
    for n in range(count):
        with world.database.writing() as session:
            due = clock.now().date() + timedelta(days=n)
            tell(session, frozenset({world.viewer("im1").id}), Kind.REMINDER, about=f"{n}", due=due, by_mail=True)
            days.append(f"It is due by {due.day} {due:%B} {due.year}.")
        later(hours=1)
    return days


def test_a_server_that_is_down_for_a_day_delays_and_loses_nothing(told: World) -> None:
    server = MailServer()
    days = numbered(told, 6)
    queue(told, "im2", "lead")
    down = rounds(told, server.mail, 24)
    assert down.sent == 0
    assert down.failed > 6
    with server.running():
        up = rounds(told, server.mail, 2)
        assert up.sent == 8
        assert rounds(told, server.mail, 2).sent == 0
    texts = server.texts_for("im1")
    assert [next(d for d in days if d in text) for text in texts] == days
    assert (len(server.texts_for("im2")), len(server.texts_for("lead")), len(server.got)) == (1, 1, 8)
    assert len({m["Message-ID"] for m in server.got}) == 8
    assert set(states(told)) == {MailState.SENT}


def test_a_message_that_fails_for_three_days_is_given_up_and_can_be_tried_again(told: World) -> None:
    server = MailServer()
    queue(told, "im1")
    rounds(told, server.mail, 71)
    assert states(told) == [MailState.WAITING]
    rounds(told, server.mail, 3)
    assert states(told) == [MailState.PARKED]
    with told.database.writing() as session:
        assert try_again(session) == 1
    with server.running():
        assert rounds(told, server.mail, 1).sent == 1


def test_an_address_that_is_refused_is_given_up_at_once_and_keeps_nobody_waiting(
    told: World, server: MailServer
) -> None:
    server.refused, server.busy = frozenset({"im1@example.test"}), frozenset({"lead@example.test"})
    queue(told, "im1", "lead", "im2")
    tally = post(told, server.mail)
    assert (tally.sent, tally.failed) == (1, 2)
    with told.database.reading() as session:
        kept = {n.person.email: n for n in session.scalars(select(Notice))}
        assert (kept["im1@example.test"].state, kept["im1@example.test"].error) == (
            MailState.PARKED,
            "550 5.1.1 No such mailbox",
        )
        assert kept["lead@example.test"].state is MailState.WAITING
    server.busy = frozenset()
    later(minutes=2)
    assert post(told, server.mail).sent == 1


OUTSIDE = {"im1": "i\u00e9@example.test", "im2": "im2@b\u00fccher.example.test"}


@pytest.mark.parametrize("utf8", [True, False])
def test_an_address_outside_ascii_keeps_nobody_waiting(told: World, utf8: bool) -> None:
    with told.database.writing() as session:
        for name, address in OUTSIDE.items():
            session.get_one(Person, told.viewer(name).id).email = address
    server = MailServer(utf8=utf8)
    queue(told, OUTSIDE["im1"], OUTSIDE["im2"], "lead")
    with server.running():
        tally = post(told, server.mail)
    assert (tally.sent, tally.failed) == ((3, 0) if utf8 else (2, 1))
    assert {"im2@xn--bcher-kva.example.test", "lead@example.test"} <= {str(m["To"]) for m in server.got}
    with told.database.reading() as session:
        kept = {n.person.email: n for n in session.scalars(select(Notice))}
        assert kept["lead@example.test"].state is MailState.SENT
        one = kept[OUTSIDE["im1"]]
        assert one.state is (MailState.SENT if utf8 else MailState.PARKED)
        assert ("SMTPUTF8" in one.error) is not utf8
    if utf8:
        assert OUTSIDE["im1"] in {str(m["To"]) for m in server.got}


def test_what_is_urgent_leaves_first_and_waits_for_nothing_else(told: World, server: MailServer) -> None:
    server.busy = frozenset({"im1@example.test"})
    queue(told, "im1", kind=Kind.REMINDER)
    assert post(told, server.mail).failed == 1
    server.busy = frozenset()
    queue(told, "im2", "lead", kind=Kind.REMINDER)
    queue(told, "head1", "im1", kind=Kind.CONCERN)
    assert post(told, server.mail).sent == 4
    names = [str(m["To"]).partition("@")[0] for m in server.got]
    assert (set(names[:2]), set(names[2:])) == ({"head1", "im1"}, {"im2", "lead"})
    later(minutes=2)
    assert post(told, server.mail).sent == 1


def test_nothing_overtakes_a_message_of_the_same_person_that_waits_to_be_tried_again(
    told: World, server: MailServer
) -> None:
    server.busy = frozenset({"im1@example.test"})
    queue(told, "im1", kind=Kind.REMINDER)
    post(told, server.mail)
    server.busy = frozenset()
    queue(told, "im1", kind=Kind.CASES_TAKEN)
    assert post(told, server.mail).sent == 0
    later(minutes=2)
    assert post(told, server.mail).sent == 2
    first, second = server.texts_for("im1")
    assert "reminds you" in first
    assert "given to somebody else" in second


def test_whoever_dies_before_sending_delays_the_message_and_nothing_is_lost(told: World, server: MailServer) -> None:
    queue(told, "im1")
    assert take(told.database, server.mail) is not None
    assert post(told, server.mail).sent == 0, "it is held"
    later(minutes=6)
    assert post(told, server.mail).sent == 1
    assert len(server.got) == 1


def test_whoever_dies_after_sending_leaves_a_copy_that_can_be_told(told: World, server: MailServer) -> None:
    queue(told, "im1")
    taken = take(told.database, server.mail)
    assert taken is not None
    sender_of(server.mail).send(taken.letter)
    later(minutes=6)
    post(told, server.mail)
    ids = [m["Message-ID"] for m in server.got]
    assert len(ids) == 2
    assert len(set(ids)) == 1


def test_notify_is_asked_before_a_message_leaves_a_second_time(told: World) -> None:
    notify = NotifyServer()
    with notify.running():
        queue(told, "im1")
        taken = take(told.database, notify.mail)
        assert taken is not None
        sender_of(notify.mail).send(taken.letter)
        later(minutes=6)
        assert post(told, notify.mail).sent == 1
    assert len(notify.got) == 1


def test_whoever_took_too_long_does_not_mark_what_somebody_else_has_taken(told: World, server: MailServer) -> None:
    queue(told, "im1")
    slow = take(told.database, server.mail)
    later(minutes=6)
    quick = take(told.database, server.mail)
    assert slow is not None
    assert quick is not None
    mark(told.database, slow, None)
    assert states(told) == [MailState.WAITING]
    mark(told.database, quick, None)
    assert states(told) == [MailState.SENT]


def test_notify_sends_with_its_template_and_its_refusals_are_understood(told: World) -> None:
    notify = NotifyServer()
    with notify.running():
        queue(told, "im1")
        assert post(told, notify.mail).sent == 1
        [sent] = notify.got
        assert (sent["email_address"], sent["template_id"], set(sent["personalisation"])) == (
            "im1@example.test",
            "a-template",
            {"subject", "message"},
        )
        notify.answer = (
            400,
            {"errors": [{"error": "ValidationError", "message": "email_address Not a valid email address"}]},
        )
        queue(told, "im2")
        post(told, notify.mail)
        notify.answer = (403, {"errors": [{"error": "AuthError", "message": "Invalid token"}]})
        queue(told, "lead")
        post(told, notify.mail)
        assert states(told) == [MailState.SENT, MailState.PARKED, MailState.WAITING]
        notify.answer = None
        later(minutes=2)
        assert post(told, notify.mail).sent == 1


@pytest.mark.parametrize("choice", MailChoice)
def test_everybody_gets_email_when_they_want_it(told: World, server: MailServer, choice: MailChoice) -> None:
    with told.database.writing() as session:
        choose(session, choice, by=told.viewer("im1"))
    for n in range(3):
        queue(told, "im1", about=str(n))
    now = post(told, server.mail).sent
    later(hours=24)
    next_day = post(told, server.mail).sent
    assert (now, next_day) == {MailChoice.AT_ONCE: (3, 0), MailChoice.DAILY: (0, 1), MailChoice.NEVER: (0, 0)}[choice]
    if choice is MailChoice.DAILY:
        assert server.texts_for("im1")[0].count("- The audit lead reminds you to go on grading.") == 3


def test_a_concern_waits_for_no_digest(told: World, server: MailServer) -> None:
    for choice in (MailChoice.DAILY, MailChoice.NEVER):
        with told.database.writing() as session:
            choose(session, choice, by=told.viewer("head1"))
        queue(told, "head1", kind=Kind.CONCERN, about=choice)
        assert post(told, server.mail).sent == 1
    assert {m["Subject"] for m in server.got} == {"Urgent: something waits for you in Casework Audit"}


def test_who_can_no_longer_sign_in_gets_nothing(told: World, server: MailServer) -> None:
    with told.database.writing() as session:
        queued = tell(session, frozenset({told.viewer("im1").id}), Kind.REMINDER, about="x", by_mail=True)
        session.scalars(select(Notice)).one().person.disabled_at = clock.now()
    assert queued == 1
    assert post(told, server.mail).sent == 0
    assert states(told) == [MailState.NONE]


def test_several_senders_at_once_send_each_message_once(told: World, server: MailServer) -> None:
    for n in range(5):
        queue(told, "im1", "im2", "lead", "head1", about=str(n))
    mail: MailSettings = server.mail
    tallies = at_once([lambda: deliver(told.database, sender_of(mail), mail) for _ in range(4)])
    rest = deliver(told.database, sender_of(mail), mail)
    assert sum(t.sent for t in tallies) + rest.sent == 20
    assert len(server.got) == len({m["Message-ID"] for m in server.got}) == 20


@pytest.fixture
def postman(told: World, server: MailServer) -> Iterator[Postman]:
    made = Postman(told.database, server.mail, every=0.05)
    made.start()
    yield made
    made.stop()


def test_the_thread_in_the_server_sends_and_stops(told: World, server: MailServer, postman: Postman) -> None:
    queue(told, "im1")
    for _ in range(100):
        if server.got and states(told) == [MailState.SENT]:
            break
        postman._stop.wait(0.05)
    assert len(server.got) == 1
    postman.stop()
    assert not postman._thread.is_alive()


def test_a_mail_server_elsewhere_has_to_offer_encryption() -> None:
    for url, port, tls, start_tls in (
        ("smtp://mail.example.test", 587, False, True),
        ("smtps://mail.example.test", 465, True, False),
        ("smtp://127.0.0.1:25", 25, False, False),
    ):
        server = Smtp(MailSettings(smtp_url=url))._server
        assert (server["port"], server["use_tls"], server["start_tls"], server["password"]) == (
            port,
            tls,
            start_tls,
            None,
        )
    assert Smtp(MailSettings(smtp_url="smtp://me:p%40ss@mail.example.test"))._server["password"] == "p@ss"
