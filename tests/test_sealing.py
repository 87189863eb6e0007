"""Secrets in the database: sealed about one thing, under a key outside it that is asked for by name."""

import os
import sys
from contextlib import closing
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.cli import main
from app.db import Database
from app.errors import Unfit
from app.people.factors import SealMark
from app.sealing import Sealing
from app.settings import Settings

A, B = Sealing(b"a" * 32), Sealing(b"b" * 32)


@given(st.text(), st.text())
def test_what_is_sealed_opens_with_its_key_about_its_thing_and_is_never_twice_the_same(text: str, about: str) -> None:
    sealed = A.seal(text, about=about)
    assert A.open(sealed, about=about) == text
    assert A.seal(text, about=about) != sealed
    for other, thing in ((B, about), (A, about + "x")):
        with pytest.raises(Unfit, match="sealed with another key"):
            other.open(sealed, about=thing)


@pytest.mark.parametrize("broken", ["", "1.", "1.AAAA", "no base64 at all!", "2.x"])
def test_what_was_changed_does_not_open(broken: str) -> None:
    with pytest.raises(Unfit):
        A.open(broken, about="it")


def test_the_mark_tells_keys_apart_and_is_none_of_them() -> None:
    assert A.mark != B.mark
    assert A.key.hex() not in A.mark


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return the data folder of a new installation without settings."""
    for name in [name for name in os.environ if name.startswith("CASEWORK_AUDIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("CASEWORK_AUDIT_DATA_DIR", str(tmp_path))
    monkeypatch.delenv("DATABASE_URL", raising=False)
    assert main(["migrate"]) == 0
    return tmp_path


def test_the_key_is_made_once_and_asked_for_from_then_on(capsys: pytest.CaptureFixture[str], folder: Path) -> None:
    assert "secret.key" in capsys.readouterr().out
    key = folder / "secret.key"
    assert key.stat().st_mode & 0o777 == 0o600
    kept = key.read_text()
    assert main(["migrate"]) == 0
    assert key.read_text() == kept
    with closing(Database(f"sqlite:///{folder / 'casework-audit.sqlite3'}")) as database, database.reading() as session:
        assert session.scalars(select(SealMark.mark)).one() == Sealing.of(Settings.from_environment()).mark
    refusals = {None: "is missing", "x" * 64: "sealed with another key", "short": "too short"}
    for text, sentence in refusals.items():
        key.unlink()
        if text:
            key.write_text(text)
        for command in (["migrate"], ["user", "list"], ["serve", "--port", "1"]):
            assert main(command) == 2
            assert sentence in capsys.readouterr().err
        key.write_text(kept)
    assert main(["user", "list"]) == 0


def test_who_has_to_have_a_second_factor_is_one_of_three(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CASEWORK_AUDIT_SECOND_FACTOR", "some")
    assert main(["user", "list"]) == 2
    assert "CASEWORK_AUDIT_SECOND_FACTOR has to be everyone, deciders or no" in capsys.readouterr().err
    assert sys.exc_info() == (None, None, None)
