"""Setting up an app, codes at sign-in, recovery codes, taking away, and who has to have one."""

from collections.abc import Iterator
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from app.clock import clock
from app.events import Event
from app.keeping import record as check
from app.people.enums import FactorKind, Strength
from app.people.factors import Factor
from app.people.models import SignedIn
from tests.accounts.factors.apps import App, asking, hidden, set_up, sign_in
from tests.browser import Browser, plain
from tests.world import PASSWORD, World

SECOND = "Now prove that it is you"
WORK = "Your work"


@pytest.fixture
def standing(world: World) -> Iterator[World]:
    """Return a world in which everybody needs a second factor, and time stands still until a test moves it."""
    clock.set(clock.now())
    yield asking(world)
    clock.set(None)


def later(**time: float) -> None:
    clock.set(clock.now() + timedelta(**time))


def whole(world: World) -> bool:
    with world.database.reading() as session:
        return list(check.wrong(session)) == []


def with_app(world: World, name: str) -> App:
    """Let somebody sign in and set up an app."""
    browser, page = sign_in(world, name)
    assert "Set up how you prove who you are" in page
    app = set_up(browser)
    assert WORK in plain(browser.post("/account/factors/done").text)
    later(seconds=30)
    return app


def strengths(world: World, name: str) -> list[Strength]:
    with world.database.reading() as session:
        mine = SignedIn.person_id == world.viewer(name).id
        return list(session.scalars(select(SignedIn.strength).where(mine).order_by(SignedIn.created_at)))


def test_whoever_has_none_sets_one_up_before_anything_else_and_then_goes_on(standing: World) -> None:
    browser, page = sign_in(standing, "lead", next="/audits/T-2026")
    assert "A password alone is not enough here" in plain(page)
    assert "Your audits" not in page
    for path in ("/", "/audits/T-2026", "/account", "/admin/people"):
        assert browser.send("GET", path).headers["location"].startswith("/account/factors/new")
    assert browser.send("GET", "/api/v1/audits").status_code != 200
    assert "Set up how you prove" in plain(browser.post("/phrases", {"text": "Kept."}, status=409).text)
    app = set_up(browser)
    assert len(app.codes) == 10
    assert WORK in plain(browser.post("/account/factors/done", {"next": "/"}).text)
    assert strengths(standing, "lead") == [Strength.PASSWORD_CODE]
    assert whole(standing)


def test_the_picture_needs_no_style_and_says_the_same_as_the_key(standing: World) -> None:
    browser, page = sign_in(standing, "lead")
    start = page.index("<svg")
    svg = page[start : page.index("</svg>") + 6]
    assert "style" not in svg
    assert "<script" not in svg
    assert ET.fromstring(svg).tag.endswith("svg")  # noqa: S314 - ours
    policy = browser.send("GET", "/account/factors/new").headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "data:" not in policy


def test_a_wrong_first_code_keeps_the_picture_that_was_read_already(standing: World) -> None:
    browser, page = sign_in(standing, "lead")
    seed = hidden(page, "seed")
    wrong = browser.post("/account/factors/app", {"seed": seed, "proof": "000000"}, status=422).text
    assert hidden(wrong, "seed") == seed
    assert "The code is not right" in plain(wrong)


def test_nobody_sets_up_a_seed_that_was_sealed_for_somebody_else(standing: World) -> None:
    _, page = sign_in(standing, "lead")
    other, _ = sign_in(standing, "im1")
    answer = other.send("POST", "/account/factors/app", data={"seed": hidden(page, "seed"), "proof": "000000"})
    assert answer.status_code == 500


def test_a_password_and_a_code_sign_in_and_the_code_works_once(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, page = sign_in(standing, "lead", next="/audits")
    assert SECOND in page
    assert browser.send("GET", "/").headers["location"] == "/sign-in"
    assert "Six digits" in browser.get("/sign-in/factor").text
    code = app.code()
    assert "The code is not right" in plain(browser.post("/sign-in/factor", {"proof": "000000"}, status=422).text)
    answer = browser.send("POST", "/sign-in/factor", data={"proof": code, "next": hidden(page, "next")})
    assert answer.headers["location"] == "/audits"
    other, _ = sign_in(standing, "lead")
    other.post("/sign-in/factor", {"proof": code}, status=422)
    later(seconds=30)
    assert WORK in plain(other.post("/sign-in/factor", {"proof": app.code()}).text)


def test_what_was_typed_before_the_session_ended_survives_both_steps(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    browser.post("/sign-in/factor", {"proof": app.code()})
    later(hours=2)
    asked = browser.send("POST", "/phrases", data={"text": "A phrase of two hours ago."}).text
    form = {"email": "lead@example.test", "password": PASSWORD, "kept": hidden(asked, "kept")}
    second = browser.post("/sign-in", form).text
    done = browser.post("/sign-in/factor", {"proof": app.code(), "kept": hidden(second, "kept")}).text
    assert "You are signed in again" in done
    assert "A phrase of two hours ago." in done


def test_no_more_than_five_wrong_codes_are_looked_at_and_it_is_recorded(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    for n in range(5):
        browser.post("/sign-in/factor", {"proof": f"00000{n}"}, status=422)
    # The right one, and in another browser too, and a recovery code.
    refused = browser.post("/sign-in/factor", {"proof": app.code()}, status=429).text
    assert "Wait 15 minutes" in plain(refused)
    other, _ = sign_in(standing, "lead")
    other.post("/sign-in/factor", {"recovery_code": app.codes[0]}, status=429)
    with standing.database.reading() as session:
        events = session.scalars(select(Event).where(Event.name == "factor_refused")).all()
        assert [e.details["last"] for e in events] == [False] * 4 + [True]
    later(minutes=16)
    third, _ = sign_in(standing, "lead")
    assert WORK in plain(third.post("/sign-in/factor", {"proof": app.code()}).text)
    assert whole(standing)


def test_the_second_step_waits_ten_minutes_in_that_browser_only(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    stranger = standing.browser()
    assert stranger.send("GET", "/sign-in/factor").headers["location"] == "/sign-in"
    assert "Sign in again" in plain(stranger.post("/sign-in/factor", {"proof": app.code()}, status=422).text)
    later(minutes=11)
    assert "Sign in again" in plain(browser.post("/sign-in/factor", {"proof": app.code()}, status=422).text)
    assert browser.send("POST", "/sign-in/factor/options").status_code == 409


def test_each_recovery_code_signs_in_once_and_new_ones_take_their_place(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    browser.post("/sign-in/factor", {"recovery_code": "aaaa-bbbb-cccc-dddd"}, status=422)
    assert WORK in plain(browser.post("/sign-in/factor", {"recovery_code": app.codes[3].upper()}).text)
    assert strengths(standing, "lead")[-1] is Strength.PASSWORD_RECOVERY
    again, _ = sign_in(standing, "lead")
    again.post("/sign-in/factor", {"recovery_code": app.codes[3]}, status=422)
    assert "9 of your ten codes are left" in plain(browser.get("/account/factors").text)
    assert "A recovery code was used" in plain(browser.get("/account/factors").text)
    made = browser.post("/account/factors/recovery").text
    assert app.codes[4] not in made
    again.post("/sign-in/factor", {"recovery_code": app.codes[4]}, status=422)
    assert "10 of your ten codes are left" in plain(browser.get("/account/factors").text)
    assert whole(standing)


def test_the_last_one_stays_where_one_is_needed_and_may_go_where_none_is(standing: World) -> None:
    with_app(standing, "lead")
    browser = standing.browser("lead")
    with standing.database.writing() as session:
        session.scalars(select(SignedIn).order_by(SignedIn.created_at.desc())).first().strength = Strength.PASSWORD_CODE  # type: ignore[union-attr]
        key = session.scalars(select(Factor.id).where(Factor.kind == FactorKind.CODE)).one()
    refused = browser.post(f"/account/factors/{key}/remove", status=409).text
    assert "Set up another one first" in plain(refused)
    free = asking(standing, "no").browser("lead")
    assert "is taken away" in plain(free.post(f"/account/factors/{key}/remove").text)
    with standing.database.reading() as session:
        assert all(f.removed_at for f in session.scalars(select(Factor)))
        assert session.scalars(select(Factor.secret).where(Factor.kind == FactorKind.CODE)).one() == ""
    # With a password alone again.
    assert WORK in plain(sign_in(asking(standing, "no"), "lead")[1])
    assert whole(standing)


def test_another_app_takes_the_place_of_the_first(standing: World) -> None:
    old = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    browser.post("/sign-in/factor", {"proof": old.code()})
    new = set_up(browser)
    assert not new.codes
    later(seconds=30)
    other, _ = sign_in(standing, "lead")
    other.post("/sign-in/factor", {"proof": old.code()}, status=422)
    assert WORK in plain(other.post("/sign-in/factor", {"proof": new.code()}).text)


def test_the_first_one_ends_every_session_that_began_without(standing: World) -> None:
    first, _ = sign_in(standing, "lead")
    second, _ = sign_in(standing, "lead")
    set_up(second)
    assert first.send("GET", "/account/factors").headers["location"].startswith("/sign-in")
    assert second.send("GET", "/account").status_code == 200


@pytest.mark.parametrize(("name", "asked"), [("lead", True), ("head1", True), ("im1", False), ("reader", False)])
def test_where_only_who_decides_needs_one_the_others_are_let_in(standing: World, name: str, *, asked: bool) -> None:
    _, page = sign_in(asking(standing, "deciders"), name)
    assert ("A password alone is not enough" in page) is asked


def test_whoever_chose_to_have_one_is_asked_for_it_where_nobody_needs_one(standing: World) -> None:
    app = with_app(standing, "im1")
    free = asking(standing, "no")
    browser, page = sign_in(free, "im1")
    assert SECOND in page
    assert WORK in plain(browser.post("/sign-in/factor", {"proof": app.code()}).text)


def test_another_password_still_asks_for_the_code(standing: World) -> None:
    app = with_app(standing, "lead")
    browser, _ = sign_in(standing, "lead")
    browser.post("/sign-in/factor", {"proof": app.code()})
    chosen = "another long password"
    browser.post("/account", {"old_password": PASSWORD, "new_password": chosen})
    # The session goes on, as strong as it was.
    assert browser.send("GET", "/audits").status_code == 200
    later(seconds=30)
    other = standing.browser()
    assert SECOND in other.post("/sign-in", {"email": "lead@example.test", "password": chosen}).text


def nothing_of_others(browser: Browser, key: int) -> list[int]:
    paths = (f"/account/factors/{key}", f"/account/factors/{key}/remove", f"/account/factors/{key}/name")
    found = [browser.send("GET", paths[0]).status_code]
    return found + [browser.send("POST", path, data={"name": "Mine"}).status_code for path in paths[1:]]


def test_nobody_sees_or_changes_what_another_proves_themselves_with(standing: World) -> None:
    app = with_app(standing, "lead")
    with standing.database.reading() as session:
        kept = session.scalars(select(Factor)).all()
        key = next(f.id for f in kept if f.kind is FactorKind.CODE)
        assert not any(app.seed in f.secret or app.codes[0] in f.secret for f in kept)
        recovery = next(f.id for f in kept if f.kind is FactorKind.RECOVERY)
    free = asking(standing, "no")
    for name in ("admin", "im1", "director"):
        assert nothing_of_others(free.browser(name), key) == [404, 404, 404]
    assert nothing_of_others(free.browser("lead"), recovery) == [404, 404, 404]
    other, _ = sign_in(standing, "im1")
    set_up(other)
    stolen, _ = sign_in(standing, "im1")
    stolen.post("/sign-in/factor", {"proof": app.code()}, status=422)
    stolen.post("/sign-in/factor", {"recovery_code": app.codes[0]}, status=422)
