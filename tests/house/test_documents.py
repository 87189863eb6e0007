"""The documents name what is there: settings, commands, pictures, states."""

import re
from pathlib import Path

import pytest

from app.settings import SECRETS, names
from app.web.pages import ROOT
from tools import diagrams

PAGES = [*(ROOT / "docs").rglob("*.md"), *ROOT.glob("*.md")]


def test_every_setting_is_in_the_table() -> None:
    table = (ROOT / "docs" / "administrator.md").read_text()
    assert {*names(), SECRETS} == set(re.findall(r"^\| `([A-Z_]+)`", table, re.MULTILINE))


@pytest.mark.parametrize("page", PAGES, ids=lambda p: p.name)
def test_every_link_and_picture_is_there(page: Path) -> None:
    text = page.read_text(encoding="utf-8")
    for target in re.findall(r"\]\(([^)#]+)[^)]*\)", text):
        if "://" not in target:
            assert (page.parent / target).exists(), target


def test_every_picture_is_shown() -> None:
    shown = {name for page in PAGES for name in re.findall(r"pictures/([\w-]+\.png)", page.read_text(encoding="utf-8"))}
    there = {p.name for p in (ROOT / "docs" / "pictures").glob("*.png")}
    assert there - shown == set()


def test_the_states_are_current() -> None:
    assert diagrams.PAGE.read_text(encoding="utf-8") == diagrams.text()


def test_every_room_stands_in_the_plan() -> None:
    plan = (ROOT / "docs" / "architecture.md").read_text(encoding="utf-8")
    rooms = [folder for folder in (ROOT / "app").glob("*/*/") if (folder / "__init__.py").exists()]
    # The command line has a folder for the commands of each room.
    missing = [f"{of.parent.name}/{of.name}" for of in rooms if of.parent.name != "commands" and of.name not in plan]
    assert missing == []


def test_every_test_that_the_table_of_asvs_names_is_there() -> None:
    named = re.findall(r"`(tests/[\w/]+\.py)`", (ROOT / "docs" / "asvs.md").read_text(encoding="utf-8"))
    assert len(named) > 20
    assert [name for name in named if not (ROOT / name).is_file()] == []
