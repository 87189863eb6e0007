"""Exports on the command line: mapped with a balance, drawn from, checked again, and imported into an audit."""

import json
from pathlib import Path

import pytest

from app.cli import main
from tests.sampling.mapping.exports import CASES, FRAME

CSV, PROFILE = CASES / "cms-export.csv", CASES / "cms-export.profile.json"
WINDOW = ("--window", "2026-09-01", "2026-10-31")
SEED = "1234 5678 9012 3456 7890"


def test_an_export_is_mapped_drawn_from_and_checked(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    out, sample, receipt = (tmp_path / name for name in ("list.csv", "sample.csv", "receipt.json"))
    assert main(["map", str(CSV), "--profile", str(PROFILE), *WINDOW, "--out", str(out)]) == 0
    printed = capsys.readouterr().out
    assert [line.split()[-1] for line in printed.splitlines()[:4]] == ["115", "18", "1", "96"]
    assert FRAME in printed
    given = ["--profile", str(PROFILE), *WINDOW, "--seed", SEED, "--out", str(sample), "--receipt", str(receipt)]
    assert main(["sample", str(CSV), *given]) == 0
    said = json.loads(receipt.read_text())
    assert (said["drawn"], said["frame"]["sha256"], said["source"]["rows"]) == (23, FRAME, 115)
    capsys.readouterr()
    assert main(["verify-sample", str(out), str(receipt)]) == 0
    assert main(["verify-sample", str(CSV), str(receipt), "--profile", str(PROFILE)]) == 0
    xlsx = str(CASES / "cms-export.xlsx")
    assert main(["verify-sample", xlsx, str(receipt), "--profile", str(PROFILE)]) == 1
    assert "source.file_sha256" in capsys.readouterr().err
    said["source"]["left_out"]["outside_window"] = 17
    receipt.write_text(json.dumps(said))
    assert main(["verify-sample", str(CSV), str(receipt), "--profile", str(PROFILE)]) == 1
    assert "source.left_out.outside_window: the receipt says 17, the draw gives 18" in capsys.readouterr().err


def test_what_is_to_decide_is_said(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = json.loads(PROFILE.read_text())
    del body["values"]["law_type"]["rule 16.4"]
    (tmp_path / "p.json").write_text(json.dumps(body))
    given = ["--profile", str(tmp_path / "p.json"), *WINDOW, "--out", str(tmp_path / "list.csv")]
    assert main(["map", str(CSV), *given]) == 1
    said = capsys.readouterr()
    assert "Law type to decide" in said.out
    assert "Rule 16.4" in said.err
    assert not (tmp_path / "list.csv").exists()
    (tmp_path / "p.json").write_text("{}")
    assert main(["map", str(CSV), *given]) == 1
    assert "is no mapping" in capsys.readouterr().err


def test_mappings_are_kept_listed_and_given_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CASEWORK_AUDIT_DATA_DIR", str(tmp_path))
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'a.sqlite3'}")
    assert main(["migrate"]) == 0
    assert main(["profile", "import", str(PROFILE)]) == 0
    assert main(["profile", "import", str(PROFILE)]) == 0
    capsys.readouterr()
    assert main(["--json", "profile", "list"]) == 0
    assert json.loads(capsys.readouterr().out)["sources"][0]["version"] == 1
    assert main(["profile", "export", "case-system-export", "--out", str(tmp_path / "x.json")]) == 0
    assert json.loads((tmp_path / "x.json").read_text()) == json.loads(PROFILE.read_text())
    assert main(["profile", "export", "other", "--out", str(tmp_path / "y.json")]) == 1
    given = ["--profile", "case-system-export", *WINDOW, "--out", str(tmp_path / "list.csv")]
    assert main(["map", str(CSV), *given]) == 0
    assert main(["verify-log"]) == 0
