"""Limits: however many try at one moment, no more pass than the limit says; and what is counted for whom."""

import logging
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from sqlalchemy import select
from starlette.requests import Request

from app.clock import clock
from app.errors import TooMany
from app.limits import actions
from app.limits.models import Allowance
from app.limits.rules import EXPORTS, SAVES, SIGN_INS, SIGN_INS_FROM, waiting
from app.limits.saves import AT_ONCE, Saves
from app.settings import Settings
from app.web.clients.addresses import client_of, network_of
from tests.browser import plain
from tests.web.test_routes import LEAD, WRONG
from tests.world import PASSWORD, REF, World

OWN = {**LEAD, "own": "yes"}


@pytest.fixture(autouse=True)
def _running() -> Iterator[None]:
    yield
    clock.set(None)


def test_at_one_moment_as_many_pass_as_the_limit_says(world: World) -> None:
    """Ten of 160 by eight threads, on whichever database; the row is no address."""
    clock.set(clock.now())

    def tries(_: int) -> list[bool]:
        found = []
        for _ in range(20):
            with world.database.writing() as session:
                found.append(actions.take(session, SIGN_INS, "somebody@example.test") == 0)
        return found

    with ThreadPoolExecutor(8) as threads:
        assert sum(sum(found) for found in threads.map(tries, range(8))) == SIGN_INS.most
    with world.database.writing() as session:
        assert 89 <= actions.take(session, SIGN_INS, "somebody@example.test") <= 90
        assert actions.take(session, SIGN_INS, "another@example.test") == 0
    clock.set(clock.now() + timedelta(seconds=91))
    with world.database.writing() as session:
        assert actions.take(session, SIGN_INS, "somebody@example.test") == 0
        assert actions.take(session, SIGN_INS, "somebody@example.test") > 0
        kept = session.scalars(select(Allowance.key)).all()
        assert not [key for key in kept if "somebody" in key or len(key) != 64]


def test_what_says_nothing_any_more_is_deleted(world: World) -> None:
    now = clock.now()
    clock.set(now)
    with world.database.writing() as session:
        actions.insist(session, SIGN_INS, "a")
        clock.set(now + timedelta(minutes=20))
        actions.insist(session, SIGN_INS, "b")
        actions.tidy(session)
        assert len(session.scalars(select(Allowance)).all()) == 1
        actions.forget(session, SIGN_INS, "b")
        assert session.scalars(select(Allowance)).all() == []


def test_waiting_is_said_as_people_say_it() -> None:
    assert [waiting(s) for s in (0.2, 60, 61, 900)] == ["a minute", "a minute", "2 minutes", "15 minutes"]


def test_nobody_is_locked_out_by_somebody_else_who_guesses(world: World) -> None:
    theirs, stranger = world.browser(), world.browser()
    theirs.post("/sign-in", OWN)
    theirs.post("/sign-out")
    for _ in range(SIGN_INS.most):
        stranger.post("/sign-in", WRONG, status=422)
    refused = stranger.post("/sign-in", LEAD, status=429)
    assert "In a browser in which you have signed in before you can sign in now" in plain(refused.text)
    theirs.post("/sign-in", LEAD)
    stranger.post("/sign-in", LEAD, status=429)
    theirs.post("/sign-out")
    for _ in range(SIGN_INS.most):
        theirs.post("/sign-in", WRONG, status=422)
    assert "in which you have" not in plain(theirs.post("/sign-in", LEAD, status=429).text), (
        "guessing is slow there too"
    )


def test_a_browser_is_known_for_the_people_who_signed_in_there_only(world: World) -> None:
    stranger = world.browser()
    stranger.sign_in("nobody@example.test", PASSWORD)
    stranger.post("/sign-out")
    for _ in range(SIGN_INS.most):
        world.browser().post("/sign-in", WRONG, status=422)
    stranger.post("/sign-in", LEAD, status=429)


def test_guessing_for_many_addresses_from_one_client_is_slowed_down(world: World) -> None:
    clock.set(clock.now())
    mine = world.browser()
    mine.post("/sign-in", OWN)
    mine.post("/sign-out")
    for number in range(SIGN_INS_FROM.most):
        world.browser().post("/sign-in", {"email": f"p{number}@example.test", "password": "guess"}, status=422)
    refused = world.browser().post("/sign-in", WRONG, status=429)
    assert "too many attempts to sign in from where you are. Wait a minute, then try again" in plain(refused.text)
    assert 'value="lead@example.test"' in refused.text
    assert 1 <= int(refused.headers["Retry-After"]) <= 18
    mine.post("/sign-in", LEAD)
    clock.set(clock.now() + timedelta(seconds=19))
    world.browser().post("/sign-in", LEAD)


def test_who_signs_in_takes_nothing_from_those_beside_them(world: World) -> None:
    clock.set(clock.now())
    for _ in range(SIGN_INS_FROM.most + 5):
        assert world.browser().send("POST", "/sign-in", data=LEAD).status_code == 303


def test_who_was_not_let_in_is_in_the_log_by_number_and_client(world: World, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.INFO, "casework_audit"):
        world.browser().post("/sign-in", WRONG, status=422)
        world.browser().post("/sign-in", {"email": "my password@x", "password": "y"}, status=422)
        for _ in range(SIGN_INS.most):
            world.browser().send("POST", "/sign-in", data=WRONG)
        world.browser("lead").get("/admin/people", status=404)
    lines = [r.getMessage() for r in caplog.records if r.name == "casework_audit.security"]
    lead = world.viewer("lead").id
    assert '"what": "sign_in_failed", "client": "127.0.0.1"' in lines[0]
    assert lines[0].endswith(f'"person": {lead}}}')
    assert '"person": 0' in lines[1]
    assert "my password" not in "".join(lines)
    assert '"what": "sign_in_refused"' in lines[-1]
    refused = [r.getMessage() for r in caplog.records if r.name == "casework_audit.refusals"]
    assert any(f"/admin/people refused 404 to person {lead} from 127.0.0.1" in line for line in refused)


def request(peer: str, *said: str) -> Request:
    headers = [(b"x-forwarded-for", line.encode()) for line in said]
    return Request({"type": "http", "client": (peer, 1), "headers": headers})


@pytest.mark.parametrize(
    ("peer", "said", "client"),
    [
        ("203.0.113.9", (), "203.0.113.9"),
        ("203.0.113.9", ("198.51.100.1",), "203.0.113.9"),
        ("10.0.0.4", ("198.51.100.1",), "198.51.100.1"),
        ("10.0.0.4", ("1.1.1.1, 198.51.100.1",), "198.51.100.1"),
        ("10.0.0.4", ("1.1.1.1, 198.51.100.1, 10.1.2.3",), "198.51.100.1"),
        ("10.0.0.4", ("1.1.1.1", "198.51.100.1", "10.1.2.3"), "198.51.100.1"),
        ("10.0.0.4", ("10.1.0.1, 10.1.2.3",), "10.1.0.1"),
        ("10.0.0.4", ("198.51.100.1, no address",), "10.0.0.4"),
        ("10.0.0.4", (), "10.0.0.4"),
        ("::1", ("2001:db8::1",), "::1"),
    ],
)
def test_only_a_proxy_of_ours_is_believed_where_a_request_comes_from(
    peer: str, said: tuple[str, ...], client: str
) -> None:
    settings = Settings(trusted_proxies="10.0.0.4, 10.1.0.0/16")
    assert client_of(request(peer, *said), settings) == client


def test_a_client_has_one_network() -> None:
    one, two = "2001:db8:1:2:3:4:5:6", "2001:db8:1:2::9"
    assert network_of(one) == network_of(two) == "2001:db8:1:2::/64"
    assert network_of("::ffff:10.0.0.1") == network_of("10.0.0.1") == "10.0.0.1"
    assert network_of("") == ""


def test_saves_are_counted_by_the_score_and_never_more_than_were_counted(world: World) -> None:
    clock.set(clock.now())
    processes, made = (Saves(world.database), Saves(world.database)), 0
    with pytest.raises(TooMany) as refused:  # noqa: PT012 - the loop is what is refused
        while True:
            with world.database.writing() as session:
                processes[made % 2].spend(session, 7)
            made += 1
    # The other process holds what it has not spent.
    assert SAVES.most - AT_ONCE <= made <= SAVES.most
    assert refused.value.seconds <= 4
    with world.database.writing() as session:
        processes[0].spend(session, 8)


def test_what_was_undone_is_not_spent_later(world: World) -> None:
    clock.set(clock.now())
    saves = Saves(world.database)
    for _ in range(SAVES.most // AT_ONCE + 1):
        with pytest.raises(RuntimeError), world.database.writing() as session:  # noqa: PT012
            saves.spend(session, 7)
            raise RuntimeError
    if not world.database.sqlite:
        # There it is counted by itself, so that nothing is held: what was undone is spent later, and counted once.
        assert saves._left[7][0] == AT_ONCE - 1 - SAVES.most // AT_ONCE
        return
    assert not saves._left
    with world.database.writing() as session:
        for _ in range(AT_ONCE):
            saves.spend(session, 7)
    assert saves._left[7][0] == 0


def test_a_save_too_many_waits_in_the_browser(world: World) -> None:
    clock.set(clock.now())
    browser = world.browser("lead")
    with world.database.writing() as session:
        actions.take(session, SAVES, world.viewer("lead").id, many=SAVES.most)
    answer = browser.send("PUT", "/session", json={})
    assert answer.status_code == 429
    assert answer.json()["detail"] == "There were too many saves in a minute. Wait a minute, then try again."
    assert int(answer.headers["Retry-After"]) <= 4


def test_files_are_counted_whichever_page_they_are_of(world: World) -> None:
    clock.set(clock.now())
    browser, ref = world.browser("lead"), REF
    with world.database.writing() as session:
        actions.take(session, EXPORTS, world.viewer("lead").id, many=EXPORTS.most - 1)
    address = f"/audits/{ref}/sample/list"
    first = browser.send("GET", address)
    assert first.status_code == 200, first.text
    refused = browser.get(address, status=429)
    assert "There were too many files in an hour. Wait a minute, then try again" in plain(refused.text)
    assert int(refused.headers["Retry-After"]) <= 60
