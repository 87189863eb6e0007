"""Each check of the house sees the case that it is for and says where it belongs; of the house it says nothing."""

import shutil
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from pydantic import BaseModel
from sqlalchemy import Column, MetaData, String

from app.audit.models import Audit
from app.db import Base, Database
from app.rooms.addresses import all_routes, api_routes
from app.web.routing import Route, Router, anyone
from tests.world import ROOT, World
from tools import check_house as house
from tools.check_migrations import faults


@pytest.fixture(scope="module")
def tree(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a copy of the house, in which a test plants a fault and takes it away again."""
    folder = tmp_path_factory.mktemp("house")
    for name in ("app", "templates", "tools"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__", "data"))
    (folder / "tests").mkdir()
    (folder / "benchmarks").mkdir()
    shutil.copy(ROOT / "pyproject.toml", folder)
    return folder


def too_large(root: Path) -> Iterator[str]:
    return house.too_large(root, house.known_sizes(house.KNOWN))


NOBODY: Any = None
NOTHING: Any = print
LONG = "def long() -> int:\n" + "    x = 1\n" * 40 + "    return x\n"
PLANTED: dict[str, tuple[Callable[[Path], Iterator[str]], str, str, str]] = {
    "room": (
        house.outside_every_room,
        "app/colours.py",
        "",
        "app/colours.py lies in no room. Put it into the room of its noun; the rooms of app are in pyproject.toml",
    ),
    "sub-room": (
        house.outside_every_room,
        "app/audit/colours/rules.py",
        "",
        "app/audit/colours lies in no room. Put it into the room of its noun; the rooms of app.audit are",
    ),
    "pages": (
        house.routes_elsewhere,
        "app/work/home/pages.py",
        "router = Router()\n",
        "app/work/home/pages.py makes addresses with Router. They belong into routes.py of app/work/home",
    ),
    "json among pages": (
        house.routes_elsewhere,
        "app/web/forms.py",
        "router = ApiRouter()\n",
        "app/web/forms.py makes addresses with ApiRouter. They belong into api.py of app/web",
    ),
    "router": (
        house.routers_not_served,
        "app/work/home/api.py",
        "router = ApiRouter()\n",
        "app/work/home/api.py is served by nobody. Add its router to the lists in app/rooms/addresses.py.",
    ),
    "global": (
        house.mutable_globals,
        "app/labels.py",
        "seen: list[str] = []\n\n\ndef see(word: str) -> None:\n    seen.append(word)\n",
        "app/labels.py changes the global seen. Two applications in one process share nothing: let the Database",
    ),
    "class of somebody else": (
        house.mutable_globals,
        "app/main.py",
        "from app.events import EventLog\n\n\ndef start() -> None:\n    EventLog.key = b''\n",
        "app/main.py changes the global EventLog.",
    ),
    "folder": (
        house.full_folders,
        "app/sampling/colours.py",
        "",
        "app/sampling has 16 modules, and 15 is the most. A room is missing: put what belongs to one noun",
    ),
    "file": (
        too_large,
        "app/labels.py",
        "X = 1\n" * 401,
        "app/labels.py: It has 401 lines, and 400 is the most. Give what belongs together a file of its own.",
    ),
    "function": (
        too_large,
        "app/labels.py",
        LONG,
        "app/labels.py long: It has 42 lines, and 40 is the most. Give each of its steps a name.",
    ),
    "template": (
        too_large,
        "templates/work/new.html",
        f"<p>\n{'x' * 201}\n",
        "templates/work/new.html: More than 200 characters stand in line 2. Break them, or give a part a macro.",
    ),
}


@pytest.mark.parametrize("what", PLANTED)
def test_a_planted_fault_is_named_with_the_place_where_it_belongs(tree: Path, what: str) -> None:
    check, path, text, sentence = PLANTED[what]
    assert list(check(tree)) == [], "nothing is wrong before"
    file = tree / path
    kept = file.read_bytes() if file.exists() else None
    folder_is_new = not file.parent.exists()
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    [said] = check(tree)
    assert said.startswith(sentence), said
    if kept is not None:
        file.write_bytes(kept)
    elif folder_is_new:
        shutil.rmtree(file.parent)
    else:
        file.unlink()


def test_the_root_may_have_no_more_modules_than_a_room(tree: Path) -> None:
    there = len([path for path in (tree / "app").glob("*.py") if path.name != "__init__.py"])
    new = [tree / "app" / f"x{n}.py" for n in range(16 - there)]
    for file in new[:-1]:
        file.write_text("")
    assert list(house.full_folders(tree)) == []
    new[-1].write_text("")
    [said] = house.full_folders(tree)
    assert said.startswith("app has 16 modules, and 15 is the most.")
    for file in new:
        file.unlink()


def test_functions_may_not_become_longer_on_the_whole(tree: Path) -> None:
    found = house.nine_in_ten(tree)
    assert list(house.long_on_the_whole(tree, found)) == []
    [said] = house.long_on_the_whole(tree, found - 1)
    assert said.startswith(f"Nine functions in ten have up to {found} lines, and {found - 1} is the most")


def test_an_address_without_a_guard_is_named() -> None:
    served = {(r.method, r.path) for r in all_routes()}
    assert list(house.without_a_guard(all_routes(), served)) == []
    [said] = house.without_a_guard(all_routes(), served | {("POST", "/backdoor")})
    assert said.startswith(
        "POST /backdoor has no guard. Add it with @router.post(path, guard) in the routes.py or api.py"
    )
    with pytest.raises(TypeError, match="GET /backdoor has no guard"):
        Route("GET", "/backdoor", NOBODY, NOTHING)


def test_an_answer_without_a_response_model_is_named() -> None:
    router = Router()
    router.get("/api/v1/colours", anyone)(NOTHING)
    [said] = house.without_a_response_model([*all_routes(), *router.all])
    assert said.startswith("GET /api/v1/colours has no response model. Add it with ApiRouter in the api.py of its room")
    empty, table = (replace(api_routes()[0], response_model=model) for model in (BaseModel, Audit))
    [said] = house.without_a_response_model([empty])
    assert "has no response model" in said
    [said] = house.without_a_response_model([table])
    assert "gives a table as it is" in said
    assert list(house.without_a_response_model(all_routes())) == []


def test_a_check_that_finds_nothing_to_look_at_fails(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.importlinter]\ncontracts = []\n")
    (tmp_path / "app").mkdir()
    (tmp_path / "app" / "main.py").write_text("X = 1\n")
    (tmp_path / "app" / "rooms").mkdir()
    (tmp_path / "app" / "rooms" / "addresses.py").write_text("ROOMS = ()\n")
    bare = tmp_path / "bare"
    bare.mkdir()
    looks: list[Callable[[], object]] = [
        lambda: list(house.outside_every_room(tmp_path)),
        lambda: list(house.routes_elsewhere(tmp_path)),
        lambda: list(house.routers_not_served(tmp_path)),
        lambda: list(house.without_a_guard([], {("GET", "/")})),
        lambda: list(house.without_a_guard(all_routes(), set())),
        lambda: list(house.without_a_response_model([])),
        lambda: list(house.mutable_globals(bare)),
        lambda: list(house.full_folders(bare)),
        lambda: list(house.long_files(bare)),
        lambda: list(house.long_functions(tmp_path)),
        lambda: list(house.wide_templates(tmp_path)),
        lambda: list(house.long_on_the_whole(tmp_path, 14)),
    ]
    for look in looks:
        with pytest.raises(house.NothingToCheckError, match="it proves nothing"):
            look()


def test_a_field_that_the_migrations_lack_is_named(world: World, tmp_path: Path) -> None:
    models = MetaData(naming_convention=Base.metadata.naming_convention)
    for table in Base.metadata.tables.values():
        table.to_metadata(models)
    models.tables["audit"].append_column(Column("colour", String))
    models.remove(models.tables["mail_wish"])
    empty = Database(f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    said = faults(world.database, empty, models)
    assert said[0] == (
        "The column colour of audit is in the models, and no migration makes it. Add a migration: "
        ".venv/bin/alembic revision --autogenerate -m “…”"
    )
    assert "The table mail_wish is made by a migration, and no models.py has it." in " ".join(said[1:])
    empty.close()


def test_the_house_is_as_it_should_be(capsys: pytest.CaptureFixture[str]) -> None:
    house.main()
    assert "Nine functions in ten have at most" in capsys.readouterr().out
    house.main(["--known"])
    printed = capsys.readouterr().out.splitlines()
    known = house.known_sizes(house.KNOWN)
    assert {
        what: size for what, _, size in (line.rpartition(" ") for line in printed) if int(size) > known.get(what, 0)
    } == {}
