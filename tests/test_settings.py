"""Settings of the machine: where they are read, and what is said of those that cannot be."""

from pathlib import Path

import pytest

from app import settings as known
from app.errors import Unfit
from app.settings import PREFIX, SECRETS, Settings


@pytest.fixture(autouse=True)
def empty(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in (*known.names(), SECRETS, known.CREDENTIALS):
        monkeypatch.delenv(name, raising=False)


def test_a_first_start_needs_none(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    settings = Settings.from_environment()
    assert settings.data_dir == tmp_path / "var"
    assert settings.database_url == f"sqlite:///{tmp_path / 'var' / 'casework-audit.sqlite3'}"
    assert settings.https
    assert not settings.demo
    assert not settings.has_mail


def test_the_folder_stays_where_it_was(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv(f"{PREFIX}DATA_DIR", "here")
    settings = Settings.from_environment()
    monkeypatch.chdir("/")
    assert settings.key_file == tmp_path / "here" / "event-log.key"


def test_what_is_set_to_nothing_is_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in known.names():
        monkeypatch.setenv(name, "")
    assert Settings.from_environment().https
    assert Settings.from_environment().key_of_log is None


@pytest.mark.parametrize("by", [SECRETS, known.CREDENTIALS])
def test_secrets_are_read_from_files_and_shown_to_nobody(
    by: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = {f"{PREFIX}EVENT_KEY": "key-" * 9, f"{PREFIX}SMTP_URL": "smtp://me:pass@host", known.DATABASE: "sqlite://"}
    for name, value in secret.items():
        (tmp_path / name.lower()).write_text(value + "\n")
    monkeypatch.setenv(by, str(tmp_path))
    settings = Settings.from_environment()
    assert settings.event_key() == b"key-" * 9
    assert (settings.smtp_url, settings.database_url) == ("smtp://me:pass@host", "sqlite://")
    assert not any(value in repr(settings) for value in secret.values())
    monkeypatch.setenv(f"{PREFIX}EVENT_KEY", "the environment comes first")
    assert Settings.from_environment().event_key() == b"the environment comes first"


def test_a_folder_of_secrets_that_is_not_there_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(SECRETS, "/is/not/there")
    with pytest.raises(Unfit, match="/is/not/there is no folder"):
        Settings.from_environment()


def test_what_cannot_be_read_is_told_by_its_name_and_not_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}HTTPS", "perhaps")
    with pytest.raises(Unfit, match=r"^CASEWORK_AUDIT_HTTPS has to be yes or no\.") as told:
        Settings.from_environment()
    assert "perhaps" not in str(told.value)
