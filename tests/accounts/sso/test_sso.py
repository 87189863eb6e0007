"""Single sign-on: who comes in by the provider's word, and everything that is not believed."""

import html
import json
import logging
import time
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from joserfc.jwk import RSAKey
from sqlalchemy import select

from app.accounts.actions import disable
from app.accounts.sso.models import Identity, SigningIn
from app.clock import clock
from app.events import Event
from app.keeping import record as check
from app.people.enums import AccountState, Strength
from app.people.models import Person, SignedIn
from app.settings import Settings
from tests.accounts.sso.provider import Provider, running
from tests.accounts.test_people import NEW, id_of, invite
from tests.browser import plain
from tests.world import PASSWORD, World

LEAD = "lead@example.test"
TRY_AGAIN = "could not be checked, so nobody was signed in. Begin again"


@pytest.fixture
def provider() -> Iterator[Provider]:
    with running() as found:
        found.user("lee", email="Lead@Example.test", email_verified=True, name="Lee Lead")
        yield found
    clock.set(None)


@pytest.fixture
def known(provider: Provider, world: World) -> World:
    return provider.world(world)


def strength(world: World, name: str) -> Strength:
    with world.database.reading() as session:
        return session.scalars(select(SignedIn.strength).where(SignedIn.person_id == id_of(world, name))).all()[-1]


def whole(world: World) -> bool:
    with world.database.reading() as session:
        return list(check.wrong(session)) == []


def names(world: World) -> list[str]:
    with world.database.reading() as session:
        return list(session.scalars(select(Event.name).order_by(Event.number)))


def test_whom_the_provider_knows_by_a_verified_address_comes_in_and_is_tied(known: World, provider: Provider) -> None:
    browser = known.browser()
    assert "Sign in with Lakeside" in browser.get("/sign-in?next=/reports").text
    done = browser.get(provider.go(browser, "lee", {"next": "/reports"}))
    assert done.request.url.path == "/reports"
    assert "Signed in as Lead" in done.text
    assert strength(known, "lead") is Strength.PROVIDER
    with known.database.reading() as session:
        [tied] = session.scalars(select(Identity)).all()
        assert (tied.issuer, tied.subject, tied.person_id) == (provider.issuer, "lee", id_of(known, "lead"))
        assert session.scalars(select(SigningIn)).all() == []
    assert names(known)[-2:] == ["identity_tied", "signed_in"]
    # From now on they are known by the subject, whatever their address is there.
    provider.user("lee", email="another@elsewhere.test")
    again = known.browser()
    assert "Signed in as Lead" in again.get(provider.go(again, "lee")).text
    assert names(known)[-1] == "signed_in"
    assert whole(known)


def test_nobody_is_signed_in_without_a_press(known: World) -> None:
    browser = known.browser()
    assert browser.send("GET", "/sign-in/sso?next=/reports").headers["location"] == "/sign-in?next=%2Freports"
    crossed = browser.send("POST", "/sign-in/sso", headers={"Origin": "https://evil.test"})
    assert crossed.status_code == 403


def test_without_a_provider_there_is_no_such_address(world: World) -> None:
    browser = world.browser()
    browser.get("/sign-in/back?code=x&state=y", status=404)
    browser.post("/sign-in/sso", {}, status=404)
    assert "/sign-in/sso" not in browser.get("/sign-in").text


def test_who_is_not_known_here_is_told_whom_to_ask(known: World, provider: Provider) -> None:
    provider.user("stranger", email="stranger@lakeside.test", email_verified=True)
    browser = known.browser()
    page = browser.get(provider.go(browser, "stranger"), status=403)
    assert "Lakeside knows you as stranger@lakeside.test, but nobody is known by that here" in plain(page.text)
    provider.user("unsure", email=LEAD)
    page = browser.get(provider.go(browser, "unsure"), status=403)
    assert f"Lakeside does not say that {LEAD} is yours" in plain(page.text)
    provider.user("nameless")
    browser.get(provider.go(browser, "nameless"), status=403)
    assert "identity_tied" not in names(known)


def test_the_issuers_word_can_be_enough(world: World, provider: Provider) -> None:
    trusting = provider.world(world, oidc_link="email")
    provider.user("unsure", email=LEAD)
    browser = trusting.browser()
    assert "Signed in as Lead" in browser.get(provider.go(browser, "unsure")).text


def test_an_address_ties_once(known: World, provider: Provider) -> None:
    browser = known.browser()
    browser.get(provider.go(browser, "lee"))
    provider.user("other", email=LEAD, email_verified=True)
    other = known.browser()
    page = other.get(provider.go(other, "other"), status=403)
    assert "Another account of Lakeside is tied to you here" in plain(page.text)


def test_an_invitation_ties_whoever_comes_with_it(known: World, provider: Provider) -> None:
    link = invite(known, role="lead", scope_kind="audit", audit="t-2026")
    provider.user("nia", email="elsewhere@lakeside.test")
    browser = known.browser()
    page = plain(browser.get(link).text)
    assert "From now on you sign in with Lakeside, or with a password that you choose here" in page
    done = browser.get(provider.go(browser, "nia", at=f"{link}/sso"))
    assert f"Signed in as {NEW['name']}" in done.text
    with known.database.reading() as session:
        assert session.get_one(Person, id_of(known, "nia")).state is AccountState.ACTIVE
    assert known.browser().send("GET", link).status_code == 404
    assert names(known)[-3:] == ["identity_tied", "person_joined", "signed_in"]
    assert whole(known)


def test_who_waits_has_no_role_and_sees_whom_to_ask(world: World, provider: Provider) -> None:
    waiting = provider.world(world, oidc_new_person="wait")
    provider.user("new", email="new@lakeside.test", name="Nele New")
    browser = waiting.browser()
    assert "You have no role yet" in plain(browser.get(provider.go(browser, "new")).text)
    assert whole(waiting)


def test_who_is_disabled_stays_out(known: World, provider: Provider) -> None:
    browser = known.browser()
    browser.get(provider.go(browser, "lee"))
    with known.database.writing() as session:
        disable(session, session.get_one(Person, id_of(known, "lead")), by=None)
    other = known.browser()
    assert "Your account here is disabled" in plain(other.get(provider.go(other, "lee"), status=403).text)


@pytest.mark.parametrize(
    ("setting", "claims", "is_two"),
    [
        ("amr:mfa", {"amr": ["pwd", "mfa"]}, True),
        ("amr:mfa", {"amr": ["pwd"]}, False),
        ("acr:gold", {"acr": "gold"}, True),
        ("acrs:c1", {"acrs": ["c1", "c2"]}, True),
        ("acrs:c1", {"acrs": ["c2"]}, False),
        ("provider", {}, True),
        ("", {"amr": ["mfa"]}, False),
    ],
)
def test_what_the_provider_asked_for_counts(
    setting: str, claims: dict[str, Any], is_two: bool, world: World, provider: Provider
) -> None:
    asked = provider.world(world, oidc_strength=setting, second_factor="everyone")
    provider.lies.twist = lambda said: {**said, **claims}
    browser = asked.browser()
    done = browser.get(provider.go(browser, "lee"))
    assert strength(asked, "lead") is (Strength.PROVIDER_SECOND if is_two else Strength.PROVIDER)
    # Whoever was asked for one thing only sets up the second here.
    assert (done.request.url.path == "/") is is_two


def refused(world: World, browser: Any, back: str, caplog: pytest.LogCaptureFixture) -> str:
    with caplog.at_level(logging.INFO, "casework_audit.security"):
        page = browser.get(back, status=403)
    assert TRY_AGAIN in plain(page.text)
    with world.database.reading() as session:
        assert session.scalars(select(Identity)).all() == []
    return str(json.loads(caplog.records[-1].getMessage())["why"])


def test_another_browser_a_second_time_and_too_late(
    known: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = known.browser()
    back = provider.go(browser, "lee")
    assert "nothing was begun" in refused(known, known.browser(), back, caplog)
    clock.set(clock.now() + timedelta(minutes=10, seconds=1))
    assert "too long ago" in refused(known, browser, back, caplog)
    clock.set(None)
    back = provider.go(browser, "lee")
    browser.get(back)
    browser.post("/sign-out")
    assert TRY_AGAIN in plain(browser.get(back, status=403).text)


def test_a_code_that_was_used_is_refused_by_the_provider(
    known: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    one, other = known.browser(), known.browser()
    used, mine = provider.go(one, "lee"), provider.go(other, "lee")
    provider.lies.twist = lambda said: {**said, "nonce": "another"}
    refused(known, one, used, caplog)
    code = used.split("code=")[1].split("&")[0]
    swapped = mine.replace(mine.split("code=")[1].split("&")[0], code)
    assert "no token" in refused(known, other, swapped, caplog)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda back: back.replace("state=", "state=x"), "another state"),
        (lambda back: back.split("&state=")[0].split("?state=")[0] + "&x=1", "another state"),
        (lambda back: back + "&iss=https://evil.test", "another provider"),
    ],
)
def test_what_comes_back_changed_is_not_believed(
    change: Any, why: str, known: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    browser = known.browser()
    assert why in refused(known, browser, change(provider.go(browser, "lee")), caplog)


AGO = int(time.time()) - 7200
LIES: dict[str, Any] = {
    "nonce": lambda said: {**said, "nonce": "another"},
    "no nonce": lambda said: {k: v for k, v in said.items() if k != "nonce"},
    "issuer": lambda said: {**said, "iss": "https://evil.test"},
    "audience": lambda said: {**said, "aud": "another-client"},
    "authorised party": lambda said: {**said, "azp": "another-client"},
    "audiences without a party": lambda said: {**said, "aud": ["casework-audit", "another-client"]},
    "expired": lambda said: {**said, "exp": AGO, "iat": AGO - 60},
    "no end": lambda said: {k: v for k, v in said.items() if k != "exp"},
    "of tomorrow": lambda said: {**said, "iat": int(time.time()) + 86400},
    "nobody": lambda said: {k: v for k, v in said.items() if k != "sub"},
}


@pytest.mark.parametrize("lie", LIES)
def test_a_token_that_is_not_for_us_is_not_believed(
    lie: str, known: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.lies.twist = LIES[lie]
    browser = known.browser()
    assert "the token is" in refused(known, browser, provider.go(browser, "lee"), caplog)


def test_a_token_that_nobody_signed_is_not_believed(
    known: World, provider: Provider, caplog: pytest.LogCaptureFixture
) -> None:
    provider.lies.alg = "none"
    browser = known.browser()
    refused(known, browser, provider.go(browser, "lee"), caplog)
    provider.lies.alg = "RS256"
    # Signed, by a key that the provider does not show.
    provider.lies.shown, provider.lies.key = provider.lies.key, RSAKey.generate_key(2048, auto_kid=True)
    refused(known, browser, provider.go(browser, "lee"), caplog)
    assert whole(known)


def test_keys_are_kept_for_an_hour_and_looked_at_once_more_when_they_change(known: World, provider: Provider) -> None:
    def enter() -> None:
        browser = known.browser()
        assert "Signed in as Lead" in browser.get(provider.go(browser, "lee")).text

    enter()
    enter()
    asked = provider.lies.asked
    assert (asked["/jwks"], asked["/.well-known/openid-configuration"]) == (1, 1)
    provider.lies.key = RSAKey.generate_key(2048, auto_kid=True)
    enter()
    enter()
    assert (asked["/jwks"], asked["/.well-known/openid-configuration"]) == (2, 1)


def test_a_provider_that_calls_itself_something_else_is_not_believed(known: World, provider: Provider) -> None:
    provider.lies.about = {"issuer": "https://evil.test"}
    page = known.browser().post("/sign-in/sso", {}, status=403)
    assert TRY_AGAIN in plain(page.text)


def test_a_slow_provider_keeps_nobody_waiting_for_long_and_what_was_typed_stays(
    known: World, provider: Provider, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("app.accounts.sso.provider.SECONDS", 0.5)
    browser = known.browser()
    back = provider.go(browser, "lee", {"next": "/reports", "kept": '{"path": "/x"}'})
    provider.lies.waits = 2
    began = time.monotonic()
    page = browser.get(back, status=503)
    assert time.monotonic() - began < 1.5
    assert "Lakeside did not answer. Wait a minute, then try again. If you have a password" in plain(page.text)
    assert 'name="next" value="/reports"' in page.text
    assert "What you typed before your session ended is kept" in plain(page.text)


def test_a_provider_that_is_down_gives_a_page_that_says_what_to_do(world: World) -> None:
    with running() as gone:
        down = gone.world(world, passwords=False)
    page = down.browser().post("/sign-in/sso", {"next": "/reports"}, status=503)
    assert "Lakeside did not answer. Wait a minute, then try again." in plain(page.text)
    assert "If you have a password" not in page.text
    down.browser().sign_in("admin@example.test", PASSWORD)


def test_who_declines_there_is_told(known: World, provider: Provider) -> None:
    browser = known.browser()
    back = provider.go(browser, "lee").split("code=")
    declined = back[0] + "error=access_denied&" + back[1].split("&", 1)[1]
    page = browser.get(declined, status=403)
    assert "You were not signed in by Lakeside" in plain(page.text)


def test_what_was_typed_before_a_session_ended_survives_the_way_there_and_back(
    known: World, provider: Provider
) -> None:
    browser = known.browser()
    browser.get(provider.go(browser, "lee"))
    with known.database.writing() as session:
        for row in session.scalars(select(SignedIn)):
            row.ended_at = clock.now()
    asked = browser.post("/account/details", {"name": "Typed before", "job_title": "Lead"}, status=401)
    assert "Sign in with Lakeside" in asked.text
    kept = asked.text.split('name="kept" value="')[1].split('"')[0]
    back = provider.go(browser, "lee", {"next": "/account/details", "kept": html.unescape(kept)})
    page = browser.get(back)
    assert "You are signed in again" in page.text
    assert "Typed before" in page.text


def test_without_passwords_only_administrators_have_one(world: World, provider: Provider) -> None:
    only = provider.world(world, passwords=False)
    page = only.browser().post("/sign-in", {"email": LEAD, "password": PASSWORD}, status=422)
    assert "Sign in with Lakeside. Passwords are for administrators only" in plain(page.text)
    only.browser().sign_in("admin@example.test", PASSWORD)
    link = invite(only)
    page = only.browser().get(link)
    assert "From now on you sign in with Lakeside." in plain(page.text)
    assert "new_password" not in page.text
    only.browser().post(link, {"new_password": "three turquoise kettles"}, status=409)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({"oidc_issuer": "https://login.microsoftonline.com/common/v2.0"}, "your own tenant"),
        ({"oidc_issuer": "https://login.microsoftonline.com/organizations/v2.0"}, "your own tenant"),
        ({"oidc_issuer": "http://login.example.test"}, "https://"),
        ({"oidc_client_id": ""}, "CASEWORK_AUDIT_OIDC_CLIENT_ID too"),
        ({"address": ""}, "CASEWORK_AUDIT_ADDRESS too"),
        ({"oidc_strength": "mfa"}, "amr:mfa"),
        ({"oidc_issuer": "", "passwords": False}, "nobody could sign in"),
    ],
)
def test_settings_that_would_let_in_the_wrong_people_are_refused_at_start(settings: dict[str, Any], said: str) -> None:
    right = {"oidc_issuer": "https://login.example.test/t/v2.0", "oidc_client_id": "x", "address": "https://a.test"}
    assert Settings(**right).fault() is None  # type: ignore[arg-type]
    assert said in (Settings(**{**right, **settings}).fault() or "")
