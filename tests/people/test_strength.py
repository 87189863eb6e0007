"""Passwords that are easy to guess are refused with a sentence that helps to find a better one."""

import hashlib
from pathlib import Path

import pytest

from app.errors import Unavailable
from app.people.strength import BETTER, is_breached, too_weak

ABOUT = {
    "your name": "Anna Kowalska",
    "your email address": "anna.k@lakeside.example",
    "your job title": "Head of service",
    "the name of your organisation": "National Improvement Service",
    "the name of this service": "Casework Audit",
}


@pytest.mark.parametrize(
    ("password", "why"),
    [
        ("short", "at least 12 characters"),
        ("x1" * 501, "1,000 characters at most"),
        ("annakowalska", "it has your name in it"),
        ("Anna Kowalska 2026!", "it has your name in it"),
        ("anna.k@lakeside.example", "it has your email address in it"),
        ("Lakeside2026!", "it has your email address in it"),
        ("NationalImprovementService", "it has the name of your organisation in it"),
        ("casework-audit-1", "it has the name of this service in it"),
        ("passwordpassword", "it says the same again and again"),
        ("abcdefghijklm", "it counts on"),
        ("qwertyuiop12", "tried first"),
        ("01/01/198001/01/1980", "it says the same again and again"),
        ("111111111111", "it says the same again and again"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_the_reason(password: str, why: str) -> None:
    said = too_weak(password, ABOUT)
    assert said is not None
    assert why in said
    assert "characters" in said or said.endswith(BETTER)


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery staple",
        "Anna likes turquoise kettles",
        "x7!kP0aa#Lm2qz",
        "żółw maszeruje do domu",
        "tin kettle weather moss" * 40,
        "improvement by turquoise kettle",
    ],
)
def test_what_is_hard_to_guess_is_taken(password: str) -> None:
    assert too_weak(password, ABOUT) is None


def stolen(tmp_path: Path, passwords: list[str], end: str = "\r\n", count: str = ":3") -> Path:
    hashes = sorted(hashlib.sha1(p.encode(), usedforsecurity=False).hexdigest().upper() for p in passwords)
    file = tmp_path / "stolen.txt"
    file.write_bytes("".join(f"{h}{count}{end}" for h in hashes).encode())
    return file


@pytest.mark.parametrize(("end", "count"), [("\r\n", ":3"), ("\n", ""), ("\n", ":123456")])
def test_stolen_passwords_are_found_wherever_they_stand(tmp_path: Path, end: str, count: str) -> None:
    those = [f"stolen {n} turquoise" for n in range(257)]
    file = stolen(tmp_path, those, end, count)
    assert all(is_breached(file, p) for p in those)
    assert not any(is_breached(file, f"other {n} turquoise") for n in range(257))
    said = too_weak(those[3], ABOUT, str(file))
    assert said is not None
    assert "list of stolen passwords" in said
    file.write_bytes(b"")
    assert not is_breached(file, those[0])


def test_a_list_that_cannot_be_read_lets_nothing_through(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="cannot be read"):
        too_weak("correct horse battery staple", ABOUT, str(tmp_path / "is-not-there"))
