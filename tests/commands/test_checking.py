"""What `check` says of an installation, and what `check --deploy` says against serving people's data with it."""

from pathlib import Path

import pytest

from app.commands.checking import unsafe
from app.settings import Settings
from tests.commands.conftest import Run
from tests.world import World

RIGHT = {
    "address": "https://audit.example.org",
    "data_dir": "/nowhere",
    "second_factor": "everyone",
    "breached": "/some/file",
    "trusted_proxies": "10.0.0.2",
}
ELSEWHERE = "postgresql+psycopg://app@db.example.org/audit"


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        ({}, None),
        ({"https": False}, "CASEWORK_AUDIT_HTTPS is no:"),
        ({"demo": True}, "CASEWORK_AUDIT_DEMO is yes:"),
        ({"address": ""}, "CASEWORK_AUDIT_ADDRESS has to be the https address"),
        ({"address": "http://audit.example.org"}, "CASEWORK_AUDIT_ADDRESS has to be the https address"),
        ({"second_factor": "deciders"}, "CASEWORK_AUDIT_SECOND_FACTOR is deciders"),
        ({"second_factor": "no"}, "CASEWORK_AUDIT_SECOND_FACTOR is no"),
        ({"breached": ""}, "CASEWORK_AUDIT_BREACHED names no file"),
        ({"trusted_proxies": ""}, "CASEWORK_AUDIT_TRUSTED_PROXIES is not set"),
        ({"key_of_log": "short"}, "CASEWORK_AUDIT_EVENT_KEY has to have 32 characters"),
        ({"key_of_log": "k" * 32}, None),
        ({"database_url": "postgresql+psycopg://app@/audit"}, "CASEWORK_AUDIT_EVENT_KEY is not set"),
        ({"database_url": "postgresql+psycopg://app@/audit?host=/run/postgresql", "key_of_log": "k" * 32}, None),
        ({"database_url": ELSEWHERE, "key_of_log": "k" * 32}, "DATABASE_URL has to end in ?sslmode=verify-full"),
        ({"database_url": f"{ELSEWHERE}?sslmode=require", "key_of_log": "k" * 32}, "DATABASE_URL has to end in"),
        ({"database_url": f"{ELSEWHERE}?sslmode=verify-full", "key_of_log": "k" * 32}, None),
    ],
)
def test_each_setting_that_speaks_against_it_is_told_alone(settings: dict[str, object], said: str | None) -> None:
    found = list(unsafe(Settings.model_validate({**RIGHT, **settings}), {}))
    assert len(found) == (said is not None)
    assert all(sentence.startswith(str(said)) for sentence in found)


def test_a_setting_that_is_misspelt_is_told(tmp_path: Path) -> None:
    (found,) = unsafe(Settings.model_validate(RIGHT), {"CASEWORK_AUDIT_ADRESS": "x", "CASEWORK_AUDIT_HTTPS": "yes"})
    assert found == "CASEWORK_AUDIT_ADRESS is no setting. Is it misspelt? docs/administrator.md has them all."
    key = tmp_path / "event-log.key"
    key.write_text("k" * 64)
    key.chmod(0o644)
    (found,) = unsafe(Settings.model_validate({**RIGHT, "data_dir": tmp_path}), {})
    assert found.startswith(f"{key} can be read by others.")


def test_check_says_that_all_is_there_and_deploy_what_speaks_against_it(
    world: World, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert run("check") == (0, "Everything is there.\n", "")
    status, _, wrong = run("check", "--deploy")
    assert status == 1
    assert "CASEWORK_AUDIT_ADDRESS has to be the https address" in wrong
    assert "Nobody has said how long cases are kept." in wrong
    monkeypatch.setenv("CASEWORK_AUDIT_ADDRESS", "https://audit.example.org")
    monkeypatch.setenv("CASEWORK_AUDIT_EVENT_KEY", "a key for tests")
    monkeypatch.setenv("CASEWORK_AUDIT_TRUSTED_PROXIES", "10.0.0.2")
    monkeypatch.setenv("CASEWORK_AUDIT_SECOND_FACTOR", "everyone")
    monkeypatch.setenv("CASEWORK_AUDIT_BREACHED", str(world.settings.data_dir / "breached"))
    (world.settings.data_dir / "breached").touch()
    assert run("retention", "--years", "6")[0] == 0
    assert run("check", "--deploy")[2].count("\n") == 1, "the key of the tests is short"
