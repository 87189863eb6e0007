"""Sessions are listed and ended: by their person, and by an administrator."""

import pytest
from sqlalchemy import select

from app.events import Event
from app.keeping import record as check
from app.people.models import KnownBrowser
from app.web.clients.browsers import UNKNOWN, browser_in_words
from tests.accounts.test_people import id_of
from tests.browser import Browser, plain
from tests.world import PASSWORD, World

FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:140.0) Gecko/20100101 Firefox/140.0"
LEAD = {"email": "lead@example.test", "password": PASSWORD}


def sign_in(world: World, agent: str) -> Browser:
    browser = world.browser()
    assert browser.send("POST", "/sign-in", data=LEAD, headers={"User-Agent": agent}).status_code == 303
    return browser


def keys(page: str) -> list[str]:
    return [part.split("/end")[0] for part in page.split("/sessions/")[1:] if len(part.split("/end")[0]) == 16]


def is_in(browser: Browser) -> bool:
    return browser.send("GET", "/reports").status_code == 200


def last(world: World) -> Event:
    with world.database.reading() as session:
        return session.scalars(select(Event).order_by(Event.number.desc()).limit(1)).one()


def test_one_sees_where_one_is_signed_in_and_ends_one_or_all_others(world: World) -> None:
    here, phone, third = (sign_in(world, agent) for agent in (FIREFOX, "iPhone CriOS/1", "x"))
    page = here.get("/account/sessions")
    text = plain(page.text)
    assert "Firefox on Windows This one Password" in text
    assert "Chrome on an iPhone" in text
    assert UNKNOWN in text
    assert len(keys(page.text)) == 2
    by_words = page.text.split("Chrome on an iPhone")[1]
    done = here.post(f"/account/sessions/{keys(by_words)[0]}/end")
    assert "1 session ended" in plain(done.text)
    assert [is_in(b) for b in (here, phone, third)] == [True, False, True]
    here.post("/account/sessions/end")
    assert [is_in(b) for b in (here, third)] == [True, False]
    assert last(world).name == "sessions_ended"
    assert "Sign out everywhere else" not in here.get("/account/sessions").text
    with world.database.reading() as session:
        assert list(check.wrong(session)) == []


def test_nobody_ends_somebody_elses(world: World) -> None:
    lead, other = sign_in(world, FIREFOX), world.browser("im1")
    sign_in(world, "x")
    [key] = keys(lead.get("/account/sessions").text)
    assert "There was no session to end" in plain(other.post(f"/account/sessions/{key}/end").text)
    other.post("/account/sessions/%25/end", status=404)
    other.get(f"/admin/people/{id_of(world, 'lead')}/sessions", status=404)
    other.get("/admin/sessions", status=404)
    assert len(keys(lead.get("/account/sessions").text)) == 1


def test_an_administrator_ends_a_persons_sessions_and_everybodys(world: World) -> None:
    lead, im1, admin = sign_in(world, FIREFOX), world.browser("im1"), world.browser("admin")
    at = f"/admin/people/{id_of(world, 'lead')}/sessions"
    assert "Firefox on Windows" in plain(admin.get(at).text)
    admin.post(f"{at}/end")
    assert [is_in(b) for b in (lead, im1, admin)] == [False, True, True]
    assert "is signed in nowhere" in plain(admin.get(at).text)
    lead = sign_in(world, FIREFOX)
    assert "Everybody but you is signed out at once" in plain(admin.get("/admin/sessions").text)
    admin.post("/admin/sessions")
    assert [is_in(b) for b in (lead, im1, admin)] == [False, False, True]
    assert (last(world).name, last(world).details["count"]) == ("sessions_ended", 2)


@pytest.mark.parametrize(
    ("agent", "words"),
    [
        (FIREFOX, "Firefox on Windows"),
        ("Mozilla/5.0 (Macintosh; Intel Mac OS X 15_0) AppleWebKit/605 Version/18.0 Safari/605", "Safari on a Mac"),
        ("Mozilla/5.0 (Windows NT 10.0) AppleWebKit/537 Chrome/140.0 Safari/537 Edg/140.0", "Edge on Windows"),
        ("Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537 Chrome/140.0 Safari/537", "Chrome on Linux"),
        ("Mozilla/5.0 (iPad; CPU OS 18_0) Version/18 Safari/6", "Safari on an iPad"),
        ("<script>", UNKNOWN),
        ("", UNKNOWN),
    ],
)
def test_a_browser_is_said_in_words(agent: str, words: str) -> None:
    assert browser_in_words(agent) == words


def test_only_a_computer_of_ones_own_is_known_later(world: World) -> None:
    shared, own = world.browser(), world.browser()
    assert "This is my own computer" in shared.get("/sign-in").text
    assert "checked" not in shared.get("/sign-in").text
    shared.post("/sign-in", LEAD)
    own.post("/sign-in", {**LEAD, "own": "yes"})
    with pytest.raises(KeyError):
        shared.cookie("browser")
    assert own.cookie("browser")
    with world.database.reading() as session:
        assert len(session.scalars(select(KnownBrowser)).all()) == 1
    # It stays known, whatever is ticked later.
    own.post("/sign-out")
    own.post("/sign-in", LEAD)
    assert own.cookie("browser")


def test_signing_out_has_the_browser_forget_what_it_kept_of_pages(world: World) -> None:
    answer = world.browser("lead").send("POST", "/sign-out")
    assert answer.headers["Clear-Site-Data"] == '"cache"'


def test_what_was_typed_on_a_shared_computer_is_given_back_to_its_person_only(world: World) -> None:
    lead = sign_in(world, FIREFOX)
    world.browser("admin").post("/admin/sessions")
    page = lead.post("/account/details", {"name": "Typed before", "job_title": "Lead"}, status=401)
    kept = page.text.split('name="kept" value="')[1].split('"')[0].replace("&#34;", '"')
    assert "Typed before" in kept
    other = world.browser()
    assert "Typed before" not in other.post("/sign-in", {**LEAD, "email": "im1@example.test", "kept": kept}).text
    assert "Typed before" in lead.post("/sign-in", {**LEAD, "kept": kept}).text
