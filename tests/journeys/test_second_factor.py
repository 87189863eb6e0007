"""Passkeys in a real Chromium with a virtual authenticator, an app without a script, and losing everything."""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, CDPSession, Page
from pyotp import TOTP

from app.accounts.factors import passkeys
from app.accounts.factors.passkeys import COPIED, NOT_RIGHT, Asked, Site
from app.db import unsaved
from app.errors import Conflict
from app.people.factors import Factor
from app.people.models import Person
from tests.journeys.site import Site as Installation
from tests.journeys.site import Studio, Visitor
from tests.world import PASSWORD

pytestmark = pytest.mark.browser
FINGER = {
    "protocol": "ctap2",
    "transport": "internal",
    "hasResidentKey": True,
    "hasUserVerification": True,
    "isUserVerified": True,
    "automaticPresenceSimulation": True,
}
MAKE = """async asked => (await navigator.credentials.create({
  publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(asked)})).toJSON()"""
USE = """async asked => (await navigator.credentials.get({
  publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(asked)})).toJSON()"""


@pytest.fixture
def strict(tmp_path: Path) -> Iterator[Installation]:
    """Return a served installation in which everybody needs a second factor."""
    made = Installation(tmp_path, second_factor="everyone")
    migrated = made.run("migrate")
    assert migrated.returncode == 0, migrated.stderr
    made.people()
    yield made.start()
    made.stop()


def local(site: Installation) -> str:
    """Return the address under which passkeys work: they know no numbers."""
    return f"http://localhost:{site.port}"


def authenticator(page: Page) -> tuple[CDPSession, str]:
    """Put an authenticator beside a page; return how it is spoken to, and its number."""
    session = page.context.new_cdp_session(page)
    session.send("WebAuthn.enable")
    added: Any = session.send("WebAuthn.addVirtualAuthenticator", {"options": FINGER})
    return session, str(added["authenticatorId"])


def give_password(visitor: Visitor) -> None:
    visitor.open("/sign-in")
    visitor.type("Email address", f"{visitor.name}@example.test")
    visitor.page.locator("#password").fill(PASSWORD)
    visitor.press("Sign in")


def test_a_passkey_is_made_and_then_signs_in_alone(strict: Installation, chromium: Browser) -> None:
    lead = Visitor(strict, chromium, Studio(None), "lead", url=local(strict))
    authenticator(lead.page)
    give_password(lead)
    lead.sees("Set up how you prove who you are")
    lead.press_and_wait("Make a passkey", "Enter a name by which you know")
    lead.type("Name of this passkey", "Work laptop")
    # A button that was pressed takes no second press for a second.
    lead.page.wait_for_timeout(1100)
    lead.press("Make a passkey")
    lead.sees("Your recovery codes")
    assert lead.page.locator("#codes li").count() == 10
    lead.press("I have kept them: go on")
    lead.sees("Your work")
    lead.open("/account/factors")
    lead.sees("Work laptop")
    sign_out(lead)
    lead.open("/sign-in?next=%2Faccount%2Ffactors")
    lead.press("Use a passkey")
    lead.sees("Used last")
    sign_out(lead)
    give_password(lead)
    lead.sees("Now prove that it is you")
    lead.press("Use your passkey")
    lead.sees("Your work")
    lead.leave()


def sign_out(visitor: Visitor) -> None:
    with visitor.page.expect_navigation():
        visitor.page.get_by_role("button", name="Sign out").click()
    visitor.look()


def test_a_passkey_of_somebody_else_or_none_is_refused_in_words(strict: Installation, chromium: Browser) -> None:
    lead = Visitor(strict, chromium, Studio(None), "lead", url=local(strict))
    session, key = authenticator(lead.page)
    give_password(lead)
    lead.type("Name of this passkey", "Work laptop")
    lead.press("Make a passkey")
    sign_out(lead)
    session.send("WebAuthn.clearCredentials", {"authenticatorId": key})
    lead.open("/sign-in")
    lead.page.get_by_role("button", name="Use a passkey").click()
    lead.page.get_by_text("No passkey was used").wait_for()
    lead.look()
    lead.leave()


def test_an_app_needs_no_script(strict: Installation, chromium: Browser) -> None:
    lead = Visitor(strict, chromium, Studio(None, scripted=False), "lead")
    give_password(lead)
    key = lead.page.locator("#key").inner_text().replace(" ", "")
    lead.type("Code from your app", TOTP(key).now())
    lead.press("Use this app")
    lead.sees("Your recovery codes")
    first = lead.page.locator("#codes li").first.inner_text()
    lead.press("I have kept them: go on")
    lead.sees("Your work")
    sign_out(lead)
    give_password(lead)
    lead.page.locator("summary").click()
    lead.type("Recovery code", first)
    lead.press("Sign in with this recovery code")
    lead.sees("Your work")
    lead.leave()


def test_whoever_has_lost_everything_begins_anew(strict: Installation, chromium: Browser) -> None:
    studio = Studio(None)
    admin = Visitor(strict, chromium, studio, "administrator", url=local(strict))
    lead = Visitor(strict, chromium, studio, "lead", url=local(strict))
    for visitor in (admin, lead):
        authenticator(visitor.page)
        give_password(visitor)
        visitor.type("Name of this passkey", "Work laptop")
        visitor.press("Make a passkey")
        visitor.press("I have kept them: go on")
    sign_out(lead)
    admin.open("/admin/people")
    admin.follow("^Lead$")
    admin.follow("Lead has lost everything")
    admin.type("How did you make sure?", "Came to my desk.")
    admin.press("Make the link")
    link = re.sub(r"^https?://[^/]+", "", admin.page.locator("#link").inner_text())
    lead.open(link)
    lead.press("Take them away and sign in")
    give_password(lead)
    lead.sees("Set up how you prove who you are")
    admin.leave()
    lead.leave()


def asked(options: Asked) -> Any:
    return json.loads(options.options)


def test_what_a_passkey_signed_is_good_for_one_question_at_one_place_once(
    strict: Installation, chromium: Browser
) -> None:
    at = Site("localhost", local(strict))
    page = chromium.new_context(base_url=local(strict)).new_page()
    page.goto("/sign-in")
    authenticator(page)
    person = unsaved(Person, id=7, email="lead@example.test", name="Lead")
    to_make = passkeys.to_make(at, person, (), called="Casework Audit")
    answer = json.dumps(page.evaluate(MAKE, asked(to_make)))
    made = passkeys.made(at, answer, to_make.challenge)
    of = unsaved(Factor, secret=made.public_key, credential=made.credential, counter=made.count)
    to_use = passkeys.to_use(at, [of])
    used = json.dumps(page.evaluate(USE, asked(to_use)))
    count = passkeys.used(at, used, to_use.challenge, of, alone=True)
    assert count > of.counter
    other = passkeys.to_use(at, [of]).challenge
    refused = [
        (at, answer, other, NOT_RIGHT),
        (at, used, other, NOT_RIGHT),
        (Site("localhost", "https://elsewhere.test"), used, to_use.challenge, NOT_RIGHT),
        (Site("elsewhere.test", local(strict)), used, to_use.challenge, NOT_RIGHT),
        (at, "{}", to_use.challenge, NOT_RIGHT),
        (at, "no JSON", to_use.challenge, NOT_RIGHT),
    ]
    for where, what, challenge, sentence in refused:
        with pytest.raises(Conflict, match=re.escape(sentence)):
            passkeys.used(where, what, challenge, of, alone=False)
    of.counter = count + 5
    with pytest.raises(Conflict, match=re.escape(COPIED)):
        passkeys.used(at, used, to_use.challenge, of, alone=False)
    another = unsaved(Factor, secret=passkeys.to_text(b"no key"), credential=made.credential, counter=0)
    with pytest.raises(Conflict):
        passkeys.used(at, used, to_use.challenge, another, alone=False)
    page.context.close()
