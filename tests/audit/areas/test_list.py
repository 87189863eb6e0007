"""Areas that come in a list: added, changed, or refused all together."""

from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit.areas.queries import regions
from app.cli import main
from app.events import Event
from app.people.models import ServiceArea
from tests.world import World

LIST = "Area code,Area name,Region,Region name\nB1,Kent,SE,South East\nb2,Medway,se,\nA1,North,,\nA2,,South East,\n"


def upload(world: World, text: str) -> str:
    return world.browser("admin").send("POST", "/admin/areas/list", files={"file": ("areas.csv", text.encode())}).text


def held(world: World) -> dict[str, tuple[str, str]]:
    with world.database.reading() as session:
        return {a.code: (a.name, a.region or "") for a in session.scalars(select(ServiceArea))}


def test_a_list_adds_areas_and_regions_and_keeps_what_it_leaves_empty(world: World) -> None:
    before = held(world)
    answer = world.browser("admin").send("POST", "/admin/areas/list", files={"file": ("areas.csv", LIST.encode())})
    assert (answer.status_code, answer.headers["location"]) == (303, "/admin/areas")
    now = held(world)
    assert {code: now[code] for code in ("A1", "B1", "b2")} == {
        "A1": ("North", before["A1"][1]),
        "B1": ("Kent", "SE"),
        "b2": ("Medway", "SE"),
    }
    # A region is known by its name too, once it is there.
    assert now["A9"] == before["A9"]
    with world.database.reading() as session:
        assert {of.code: of.name for of in regions(session)}.items() >= {("SE", "South East")}
        names = list(session.scalars(select(Event.name).where(Event.name.in_(("area_added", "region_added")))))
    assert names.count("area_added") >= 2
    again = "code,name\nB1,Kent\n"
    assert (
        world.browser("admin").send("POST", "/admin/areas/list", files={"file": ("a.csv", again.encode())}).status_code
        == 303
    )
    assert held(world) == now


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("name\nKent\n", "code"),
        ("code\n", "so nothing was added. They are listed below"),
        ("code,name\nC1,\nC1,\n", "This area is in the file twice."),
        ("code,name\nC1,Kent\n,Medway\n", "The code is blank."),
        ("code,name\nC1,=1+1\n", "A spreadsheet would run this as a formula."),
        (f"code,name\n{'C' * 41},Kent\n", "This is too long."),
    ],
)
def test_a_list_with_a_fault_adds_nothing_and_says_what_is_wrong(world: World, text: str, said: str) -> None:
    before = held(world)
    assert said in upload(world, text)
    assert held(world) == before


def test_the_command_takes_the_same_list(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("DATABASE_URL", world.settings.database_url)
    monkeypatch.setenv("CASEWORK_AUDIT_DATA_DIR", str(world.settings.data_dir))
    monkeypatch.setenv("CASEWORK_AUDIT_EVENT_KEY", "a key for tests")
    (tmp_path / "areas.csv").write_text(LIST)
    assert main(["area", "import", str(tmp_path / "areas.csv")]) == 0
    assert "2 areas added, 2 changed. 1 region is new." in capsys.readouterr().out
    assert held(world)["A2"][1] == "SE"
    (tmp_path / "areas.csv").write_text("code,name\nC1,\nC1,\n")
    assert main(["area", "import", str(tmp_path / "areas.csv")]) == 1
    assert "row 2, code: This area is in the file twice." in capsys.readouterr().err
