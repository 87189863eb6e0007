"""The command line draws other shapes, and says what cannot be drawn."""

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from app.cli import main
from app.sampling.shapes.cut import identifiers_sha256
from tests.sampling.test_files import NOVEMBER, drawn


def receipt_of(path: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def test_a_number_in_all_stands_in_the_receipt_beside_its_fraction(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    _, receipt = drawn(tmp_path, NOVEMBER, "--total", "300", "--cases", "2")
    said = receipt_of(receipt)
    assert (said["drawn"], said["wanted"], said["config"]["fraction"]) == (300, {"total": 300}, "150/577")
    assert said["config"]["cases_per_practitioner"] == 2
    assert "employment_fractions" not in said["config"]
    assert f"{said['cases']} cases of 300 practitioners are drawn" in capsys.readouterr().out
    assert main(["verify-sample", str(NOVEMBER), str(receipt)]) == 0
    receipt.write_text(json.dumps(said | {"wanted": {"total": 301}}))
    assert main(["verify-sample", str(NOVEMBER), str(receipt)]) == 1
    assert "but 301 of 1154 is 301/1154" in capsys.readouterr().err


@pytest.mark.parametrize("name", ["config", "wanted"])
def test_what_a_checker_does_not_know_it_refuses(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    _, receipt = drawn(tmp_path, NOVEMBER, "--total", "300")
    said = receipt_of(receipt)
    receipt.write_text(json.dumps(said | {name: said[name] | {"moon": "full"}}))
    assert main(["verify-sample", str(NOVEMBER), str(receipt)]) == 1
    assert f"{name}.moon: this program does not know it" in capsys.readouterr().err


def test_chosen_areas_without_those_audited_lately(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with NOVEMBER.open(encoding="utf-8") as file:
        people = {r["practitioner_id"]: r["service_area"] for r in csv.DictReader(file)}
    inside = [who for who, area in people.items() if area == "A6"]
    lately = tmp_path / "lately.txt"
    lately.write_text("\n".join([*inside[:-3], "P-elsewhere", ""]))
    options = ("--only-area", "A6", "--only-area", "A10", "--why", "A pilot", "--without", str(lately))
    _, receipt = drawn(tmp_path, NOVEMBER, *options)
    assert f"A6: 3 practitioners of {len(inside)} left" in capsys.readouterr().err
    said = receipt_of(receipt)
    assert said["wanted"] == {
        "only_areas": ["A10", "A6"],
        "reason": "A pilot",
        "without": {"months": 12, "practitioners": len(inside) - 3, "sha256": identifiers_sha256(inside[:-3])},
    }
    assert said["config"]["areas"] == ["A10", "A6"]
    assert main(["verify-sample", str(NOVEMBER), str(receipt), "--without", str(lately)]) == 0
    lately.write_text("\n".join(inside[:-4]))
    assert main(["verify-sample", str(NOVEMBER), str(receipt), "--without", str(lately)]) == 1
    assert "wanted.without.practitioners" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "status", "said"),
    [
        (("--total", "2000"), 1, "but 1,154 practitioners are in the list. Want at most 1,154"),
        (("--area", "A99=3"), 1, "the list has no filings of A99"),
        (("--only-area", "A99"), 1, "A99"),
        (("--cases", "11"), 2, "‘11’ is not a whole number from 1 to 10"),
        (("--cases", "0"), 2, "‘0’ is not a whole number from 1 to 10"),
        (("--total", "9", "--each-area", "3"), 2, "--total is a number in all"),
        (("--everybody", "--total", "9"), 2, "--everybody goes without"),
        (("--employment", "robot=1"), 1, "There is no kind of employment robot. There are: employed, agency"),
        (("--employment", "agency"), 2, "names no kind of employment"),
        (("--area", "3"), 2, "names no service area"),
    ],
)
def test_what_cannot_be_wanted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...], status: int, said: str
) -> None:
    files = ("--out", str(tmp_path / "s.csv"), "--receipt", str(tmp_path / "r.json"))
    try:
        found = main(["sample", str(NOVEMBER), "--seed", "8842 1907 3356 0241 7719", *files, *options])
    except SystemExit as ended:
        found = int(str(ended.code))
    assert found == status
    assert said in capsys.readouterr().err
    assert not list(tmp_path.iterdir())
