"""What every request and answer passes: origin, headers, cookies, sizes, a plain page for whatever is refused."""

import html
import logging
import re
from datetime import timedelta

import pytest

from app.clock import clock
from app.limits.rules import SIGN_INS
from app.main import LARGEST_BODY, create_app
from tests.browser import Browser, plain
from tests.world import PASSWORD, REF, World, cases

LEAD = {"email": "lead@example.test", "password": PASSWORD}


def session_cookies(headers: list[str]) -> list[str]:
    return [h for h in headers if "session=" in h]


def test_every_answer_carries_the_policy(world: World) -> None:
    browser = world.browser("lead")
    for path in ("/", "/sign-in", "/no-such-page", "/healthz", "/readyz", "/reports"):
        headers = browser.send("GET", path).headers
        policy = headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
        assert "frame-ancestors 'none'" in policy
        assert (headers["x-content-type-options"], headers["cache-control"]) == ("nosniff", "no-store")
        assert "strict-transport-security" not in headers, "plain http was chosen for this installation"


def test_cookies_of_a_secure_installation(world: World) -> None:
    app = create_app(world.settings.model_copy(update={"https": True}), world.database)
    answer = Browser(app).send("POST", "/sign-in", data=LEAD)
    assert answer.status_code == 303
    [cookie] = session_cookies(answer.headers.get_list("set-cookie"))
    assert cookie.startswith("__Host-session=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=lax"} <= set(cookie.split("; "))
    assert "Domain" not in cookie
    assert answer.headers["strict-transport-security"].startswith("max-age=")


@pytest.mark.parametrize(
    ("headers", "allowed"),
    [
        ({"Sec-Fetch-Site": "same-origin"}, True),
        ({"Sec-Fetch-Site": "none"}, True),
        ({"Sec-Fetch-Site": "cross-site"}, False),
        ({"Sec-Fetch-Site": "same-site"}, False),
        ({"Origin": "http://evil.test"}, False),
        ({"Origin": "null"}, False),
        ({"Origin": ""}, False),
    ],
)
def test_a_form_from_elsewhere_is_refused(world: World, headers: dict[str, str], allowed: bool) -> None:
    browser = world.browser("lead")
    answer = browser.send("POST", "/sign-out", headers=headers)
    assert answer.status_code == (303 if allowed else 403)
    if not allowed:
        assert "did not come from a page of this service" in plain(answer.text)
        assert browser.get("/").status_code == 200, "still signed in"


def test_signing_out_makes_the_old_cookie_worthless(world: World) -> None:
    browser = world.browser("lead")
    token = browser.cookie("session")
    browser.post("/sign-out")
    answer = world.browser().send("GET", "/reports", headers={"Cookie": f"session={token}"})
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")


def test_a_session_ends_after_an_hour_without_use_and_after_a_day(world: World) -> None:
    browser = world.browser("lead")
    now = clock.now()
    try:
        for _ in range(13):
            now += timedelta(minutes=50)
            clock.set(now)
            last = browser.send("GET", "/reports").status_code
            if last != 200:
                break
        assert last == 303, "ten hours are the longest, used or not"
        browser.sign_in(LEAD["email"], PASSWORD)
        clock.set(now + timedelta(minutes=61))
        assert browser.send("GET", "/reports").status_code == 303
    finally:
        clock.set(None)


def test_guessing_a_password_is_slowed_down_and_says_so(world: World) -> None:
    browser = world.browser()
    for _ in range(SIGN_INS.most):
        page = browser.post("/sign-in", {"email": LEAD["email"], "password": "wrong"}, status=422)
        assert "not right" in plain(page.text)
    page = browser.post("/sign-in", LEAD, status=429)
    assert "Wait 2 minutes, then try again" in plain(page.text)
    assert 80 <= int(page.headers["Retry-After"]) <= 90
    clock.set(clock.now() + timedelta(minutes=2))
    try:
        browser.post("/sign-in", LEAD)
    finally:
        clock.set(None)


def test_nobody_learns_which_addresses_exist(world: World) -> None:
    browser = world.browser()
    known = browser.post("/sign-in", {"email": LEAD["email"], "password": "wrong"}, status=422)
    unknown = browser.post("/sign-in", {"email": "noone@example.test", "password": "wrong"}, status=422)
    assert plain(known.text) == plain(unknown.text)


@pytest.mark.parametrize(
    "wanted", ["//evil.test/x", "https://evil.test", "/\\evil.test", "javascript:alert(1)", "/sign-out"]
)
def test_signing_in_never_leads_elsewhere(world: World, wanted: str) -> None:
    answer = world.browser().send("POST", "/sign-in", data={**LEAD, "next": wanted})
    assert answer.headers["location"] == "/"


def test_a_lost_session_keeps_what_was_typed_and_goes_on_there(world: World) -> None:
    browser = world.browser("im1")
    case_id = next(
        c
        for c in cases(world, "A1") + cases(world, "A2")
        if browser.send("GET", f"/cases/{c}/assess").status_code == 200
    )
    browser.sign_in("im1@example.test", PASSWORD)
    browser.post(f"/cases/{case_id}/assess")
    browser.remember("session", "has ended")
    path = f"/cases/{case_id}/assess/standards/safeguarding"
    page = browser.post(path, {"SAF1-evidence": "Seen on 3 October. <b>", "SAF1-judgement": "good"}, status=401)
    kept = re.search(r'name="kept" value="([^"]*)"', page.text)
    assert kept is not None
    wrong = browser.post(
        "/sign-in",
        {"email": "im1@example.test", "password": "no", "kept": html.unescape(kept.group(1)), "next": path},
        status=422,
    )
    assert "Seen on 3 October." in wrong.text, "a wrong password does not lose it either"
    resumed = browser.post(
        "/sign-in",
        {"email": "im1@example.test", "password": PASSWORD, "kept": html.unescape(kept.group(1)), "next": path},
    )
    assert "Seen on 3 October." in plain(resumed.text)
    assert "Risks screened and acted on at the start: evidence" in plain(resumed.text), "by the form’s own labels"
    assert "Signed in as Im1" in plain(resumed.text)
    assert 'href="/reports"' in resumed.text, "with the navigation"
    assert f'action="{path}"' in resumed.text
    fields = dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', resumed.text))
    browser.post(path, {name: html.unescape(value) for name, value in fields.items()})
    assert "Seen on 3 October. &lt;b&gt;" in browser.get(path).text


def test_a_page_that_does_not_exist_and_one_that_may_not_be_opened_look_the_same(world: World) -> None:
    browser = world.browser("stranger")
    absent, hidden = browser.get("/audits/NO-SUCH", status=404), browser.get("/audits/T-2026", status=404)
    assert plain(absent.text) == plain(hidden.text)
    assert "Page not found" in plain(world.browser().get("/no/such/page", status=404).text)
    assert world.browser("lead").get("/sign-out", status=405).status_code == 405


def test_a_fault_has_a_page_with_a_number_that_is_in_the_log(
    world: World, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object, **__: object) -> None:
        message = "the cause"
        raise RuntimeError(message)

    browser = world.browser("lead")
    monkeypatch.setattr("app.work.home.routes.WorkPage", broken)
    with caplog.at_level(logging.ERROR, "casework_audit"):
        page = browser.get("/", status=500)
    number = re.search(r"fault ([0-9A-F]{8})", plain(page.text))
    assert number is not None
    assert number.group(1) in caplog.text
    assert "the cause" in caplog.text
    assert "the cause" not in page.text


def test_a_character_that_no_database_keeps_is_refused_in_words(world: World) -> None:
    page = world.browser("lead").post("/audits/T-2026/allocation", {"auditors": "1\x00"}, status=400)
    assert "cannot be kept (NUL)" in plain(page.text)


def test_a_body_that_is_too_large_is_refused(world: World) -> None:
    answer = world.browser("analyst").send(
        "POST", "/audits/T-2026/frame", headers={"Content-Length": str(LARGEST_BODY + 1)}, content=b"x"
    )
    assert answer.status_code == 413
    assert "A file may have 120 MB at most" in plain(answer.text)


def test_too_many_fields_are_no_fault(world: World) -> None:
    form = {"reason": "Kept.", **{f"f{n}": "x" for n in range(2500)}}
    answer = world.browser("director").send("POST", f"/audits/{REF}/withdraw", data={**form, "reason": ""})
    assert answer.status_code == 422, "the form comes back, whatever else was sent with it"


def test_static_files_are_kept_for_good_and_nothing_else_is_served(world: World) -> None:
    browser = world.browser("lead")
    address = re.search(r'href="(/static/[^"]+app\.css)"', browser.get("/").text)
    assert address is not None
    answer = browser.send("GET", address.group(1))
    assert "immutable" in answer.headers["cache-control"]
    folder = address.group(1).rpartition("/")[0]
    for path in ("/../pyproject.toml", "/..%2f..%2fpyproject.toml", "/", "/vendor"):
        assert browser.send("GET", folder + path).status_code == 404
