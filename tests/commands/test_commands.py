"""The command line: what each command does, prints and exits with, on a real database."""

import csv
import json
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.audit.models import Audit, AuditCase, Decision
from app.events import Event
from app.people.models import Person, RoleGrant
from tests.commands.conftest import Run
from tests.report.figures.test_figures import OWN, RIGHT
from tests.world import REF, ROOT, World, commission, frame_csv

NOVEMBER = ROOT / "app" / "data" / "november-2014"


def test_people(world: World, run: Run) -> None:
    add = ("user", "add", "new@example.test", "--name", "Nia New", "--job-title", "Improvement manager")
    for wrong in (
        ("user", "add", "notanaddress", "--name", "", "--job-title", "x"),
        (*add[:3], "--name", " ", *add[5:]),
    ):
        status, _, err = run(*wrong, stdin="otter lamp quarry nine\n")
        assert (status, "Enter the person’s name.\n" in err) == (2, True)
    assert run(*add, stdin="short\n")[0] == 1
    status, out, _ = run(*add, stdin="otter lamp quarry nine\n")
    assert (status, out) == (0, "Nia New can sign in as new@example.test, and then chooses a password of their own.\n")
    world.browser().sign_in("new@example.test", "otter lamp quarry nine")
    status, _, err = run(*add, stdin="otter lamp quarry nine\n")
    assert status == 1
    assert "is there already" in err
    assert run("user", "role", "new@example.test", "improvement_manager", "--audit", REF.lower())[0] == 0, (
        "references are kept in capitals"
    )
    status, _, err = run("user", "role", "new@example.test", "improvement_manager", "--audit", "no-such")
    assert (status, err) == (
        1,
        "There is no audit with the reference NO-SUCH. Check it, or have the audit commissioned first.\n",
    )
    assert run("user", "role", "new@example.test", "improvement_manager", "--audit", REF)[0] == 1
    assert run("user", "role", "new@example.test", "head_of_service", "--nation")[0] == 1
    assert run("user", "role", "new@example.test", "head_of_service", "--area", "A77")[0] == 1
    assert run("user", "role", "nobody-here@example.test", "lead", "--nation")[0] == 1
    status, out, _ = run("user", "list", "--json")
    [new] = [p for p in json.loads(out) if p["email"] == "new@example.test"]
    assert new["roles"] == [{"role": "improvement_manager", "scope": "audit", "of": REF}]
    assert "Nia New" in run("user", "list")[1]
    assert run("user", "role", "new@example.test", "improvement_manager", "--audit", REF, "--end")[0] == 0
    assert run("user", "role", "new@example.test", "improvement_manager", "--audit", REF, "--end")[0] == 1
    assert run("user", "disable", "new@example.test")[0] == 0
    assert run("user", "disable", "new@example.test")[0] == 1
    assert run("user", "enable", "new@example.test")[:2] == (0, "Nia New can sign in again.\n")
    assert run("user", "enable", "new@example.test")[0] == 1
    status, _, err = run("user", "password", "new@example.test", stdin="short\n")
    assert (status, err) == (1, "The password must be at least 12 characters long.\n")
    assert run("user", "password", "nobody-here@example.test", stdin="nine quarry lamp otter\n")[0] == 1
    assert run("user", "password", "new@example.test", stdin="nine quarry lamp otter\n")[:2] == (
        0,
        "Nia New has a new password, and chooses one of their own with it.\n",
    )
    assert "Choose your own password" in world.browser().sign_in("new@example.test", "nine quarry lamp otter").text
    assert run("user", "disable", "new@example.test")[0] == 0
    with world.database.reading() as session:
        person = session.scalars(select(Person).where(Person.email == "new@example.test")).one()
        assert person.disabled_at is not None
        assert session.scalars(select(RoleGrant).where(RoleGrant.person_id == person.id)).all() == []


def test_a_wrong_use_exits_with_2(run: Run) -> None:
    for wrong in ((), ("dance",), ("draw", REF), ("report",), ("user",), ("user", "role", "x@y.z", "king", "--nation")):
        status, _, err = run(*wrong)
        assert (status, err.count("\n")) == (2, 1)


SAMPLE = ("sample", NOVEMBER / "frame.csv", "--seed", "12345678901234567890")
RESULTS = ("import-results", NOVEMBER / "audited_cases.csv", "--name", "N", "--ref", "R-1")
WINDOW = ("--window", "2014-09-01", "2014-10-31")


@pytest.mark.parametrize(
    "wrong",
    [
        (*RESULTS, "--window", "2014-10-31", "2014-09-01"),
        (*RESULTS, "--window", "2014-10-31", "2014-09-31"),
        *((*RESULTS[:-1], ref, *WINDOW) for ref in ("", "a/b ü", "new", "NEW", "A", "x" * 31)),
        (*RESULTS[:2], "--name", "", "--ref", "R-1", *WINDOW),
        *(
            (*SAMPLE, "--out", "out.csv", "--receipt", "receipt.json", "--fraction", f)
            for f in ("1/0", "-1/2", "3/2", "half", "1e-999999999")
        ),
        (*SAMPLE, "--out", "no/such/folder.csv", "--receipt", "receipt.json"),
        (*SAMPLE, "--out", ".", "--receipt", "receipt.json"),
        ("report", REF, "--out", "no/such/folder.json"),
    ],
)
def test_a_wrong_value_is_named_in_one_line_and_exits_with_2(
    run: Run, wrong: tuple[object, ...], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    status, out, err = run(*wrong)
    assert (status, out, err.count("\n")) == (2, "", 1)
    assert list(tmp_path.glob("*.csv")) == []


BAD: dict[str, tuple[str, str]] = {
    "no such targets": ("--targets", ""),
    "targets that are no JSON": ("--targets", "{"),
    "an odd target": ("--targets", '{"targets": {"good_percent": 160}}'),
    "an odd comparator": (
        "--targets",
        '{"comparators": [{"id": "a", "measure": "total", "scope": "overall", "when": null, "value": 3}]}',
    ),
    "no such document": ("--threshold", ""),
    "a document that is no YAML": ("--threshold", "{:"),
    "a document about areas": (
        "--threshold",
        (ROOT / "app/data/thresholds/area-health-check.yaml").read_text(encoding="utf-8"),
    ),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_file_is_refused_in_lines_and_exits_with_1(run: Run, tmp_path: Path, case: str) -> None:
    option, text = BAD[case]
    if text:
        (tmp_path / "file").write_text(text, encoding="utf-8")
    status, out, err = run(*RESULTS, *WINDOW, option, tmp_path / "file")
    assert (status, out, "Traceback" in err) == (1, "", False)
    assert all(line.startswith(str(tmp_path / "file")) for line in err.splitlines())
    assert run("report", "R-1")[0] == 1, "nothing was stored"


def test_a_referral_is_counted_whatever_the_grade(run: Run, tmp_path: Path) -> None:
    rows = ["case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen,referral_needed"]
    rows += [
        "C1,P1,A1,public,Good,Good,seen,yes",
        "C2,P2,A1,public,Not Met,Not Met,seen,yes",
        "C3,P3,A1,wafh,Met,Met,not seen,no",
    ]
    (tmp_path / "file.csv").write_text("\n".join(rows) + "\n")
    assert run("import-results", tmp_path / "file.csv", "--ref", "ref-1", "--name", "R", *WINDOW)[0] == 0
    result = json.loads(run("report", "REF-1")[1])
    assert result["challenge"]["referral_needed"] == 2
    assert result["challenge"]["returned_to_area"] == 1
    seen = result["children_seen_overall"]
    assert [seen[f"not_seen{k}"]["count"] for k in ("", "_with_reason", "_no_reason", "_reason_unknown")] == [
        1,
        0,
        0,
        1,
    ]


def test_frame_and_draw(world: World, run: Run, tmp_path: Path) -> None:
    commission(world, "T-CLI")
    path = tmp_path / "frame.csv"
    path.write_bytes(frame_csv())
    assert run("draw", "T-CLI", "--seed", "12345678901234567890")[0] == 1
    status, out, _ = run("import-frame", "T-CLI", path)
    assert status == 0
    assert "40" in out
    status, out, _ = run("--json", "draw", "T-CLI", "--seed", "12345678901234567890")
    assert status == 0
    drawn = json.loads(out)
    status, _, err = run("draw", "T-CLI", "--seed", "12345678901234567890")
    assert status == 1
    assert err
    assert run("import-frame", "T-CLI", path)[0] == 1
    out_file, receipt = tmp_path / "sample.csv", tmp_path / "receipt.json"
    status, out, _ = run(
        "sample", path, "--seed", "12345678901234567890", "--out", out_file, "--receipt", receipt, "--json"
    )
    assert (status, json.loads(out)["drawn"]) == (0, drawn["drawn"])
    with world.database.reading() as session:
        theirs = set(session.scalars(select(AuditCase.case_ref).where(AuditCase.audit.has(ref="T-CLI"))))
    with out_file.open(encoding="utf-8") as file:
        assert {r["case_ref"] for r in csv.DictReader(file)} == theirs
    assert json.loads(receipt.read_text())["seed"]["text"] == "12345678901234567890"


def test_the_reference_audit_comes_out_as_its_figures(world: World, run: Run, tmp_path: Path) -> None:
    status, out, _ = run(*november("NA-2014-11"))
    assert status == 0
    assert "577" in out
    status, out, _ = run("report", "NA-2014-11", "--format", "json")
    assert status == 0
    result = json.loads(out)
    assert {k: v for k, v in result.items() if k not in OWN | {"moderation"}} == RIGHT
    assert run("report", "NA-2014-11", "--out", tmp_path / "x.json")[1] == ""
    assert json.loads((tmp_path / "x.json").read_text()) == result
    first = json.loads(run("report", "NA-2014-11", "--as-at", "first")[1])
    assert (first["as_at"], first["overall"], first["challenge"]["final_not_met"]) == (
        "first",
        RIGHT["overall_first_grade"],
        55,
    )
    assert first["bridge"] == result["bridge"]
    assert json.loads(run("report", "NA-2014-11", "--as-at", "challenged")[1])["overall"] == RIGHT["overall"]
    assert run(*november("NA-2014-11"))[0] == 1, "the reference is taken"
    assert run("report", "NO-SUCH")[0] == 1
    assert run("verify-log")[0] == 0
    with world.database.writing() as session:
        brought = session.scalars(select(Decision).join(AuditCase).join(Audit).where(Audit.imported).limit(1)).one()
        session.execute(update(Decision).where(Decision.id == brought.id).values(reasons="Something else."))
    status, _, err = run("verify-log")
    assert status == 1
    assert err.startswith(
        f"Decision {brought.id} of case {brought.case_id}: what stands there as its reasons is not what event"
    )


def november(ref: str, file: Path = NOVEMBER / "audited_cases.csv") -> tuple[object, ...]:
    extras = ("--frame", NOVEMBER / "frame.csv", "--targets", NOVEMBER / "targets_and_comparators.json")
    return (
        "import-results",
        file,
        "--ref",
        ref,
        "--name",
        "National audit",
        "--window",
        "2014-09-01",
        "2014-10-31",
        *extras,
    )


def test_the_order_of_the_rows_does_not_matter(run: Run, tmp_path: Path) -> None:
    head, *rows = (NOVEMBER / "audited_cases.csv").read_text().splitlines()
    (tmp_path / "turned.csv").write_text("\n".join([head, *reversed(rows)]) + "\n")
    assert run(*november("NA-TURNED", tmp_path / "turned.csv"))[0] == 0
    result = json.loads(run("report", "NA-TURNED")[1])
    assert {k: result[k] for k in RIGHT} == RIGHT


def test_without_frame_and_targets_populations_are_twice_the_sample(run: Run) -> None:
    assert run(*november("NA-BARE")[:-4])[0] == 0
    result = json.loads(run("report", "NA-BARE")[1])
    assert result["intervals"] == RIGHT["intervals"] | {"population_source": "sample"}
    assert result["sampling"]["overall"] == {"audited": 577, "filings": None, "percent": 50, "practitioners": 1154}
    assert result["target_verdicts"] == {}
    same = RIGHT.keys() - {"intervals", "sampling", "target_verdicts", "sentences"}
    assert {k: result[k] for k in same} == {k: RIGHT[k] for k in same}


def test_results_with_only_the_columns_that_are_needed(run: Run, tmp_path: Path) -> None:
    rows = ["case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen"]
    rows += [f"C{n},P{n},North,public,{g},{g},seen" for n, g in enumerate(["Good", "Met", "Good", "Not Met"])]
    (tmp_path / "small.csv").write_text("\n".join(rows) + "\n")
    assert (
        run(
            "import-results",
            tmp_path / "small.csv",
            "--ref",
            "SMALL",
            "--name",
            "Small",
            "--window",
            "2013-01-01",
            "2013-02-28",
        )[0]
        == 0
    )
    result = json.loads(run("report", "SMALL")[1])
    assert [result["overall"][g] for g in ("good", "met", "not_met")] == [
        {"count": 2, "percent": 50},
        {"count": 1, "percent": 25},
        {"count": 1, "percent": 25},
    ]
    assert result["service_area_order"] == ["North"]
    assert result["challenge"]["challenged"] == 0
    assert (result["auditors"], result["cases_without_auditor"]) == ({}, 4)
    assert result["benchmark"]["lead_vs_first"]["kappa"] is None


def test_a_report_and_an_areas_pack_are_written_as_files(run: Run, tmp_path: Path) -> None:
    rows = [
        "case_id,practitioner_id,service_area,law_type,first_grade,final_grade,children_seen",
        "C1,P1,North,public,Good,Good,seen",
    ]
    (tmp_path / "small.csv").write_text("\n".join(rows) + "\n")
    assert (
        run(
            "import-results",
            tmp_path / "small.csv",
            "--ref",
            "SMALL",
            "--name",
            "Small",
            "--window",
            "2013-01-01",
            "2013-02-28",
        )[0]
        == 0
    )
    signs = {"pdf": b"%PDF", "docx": b"PK", "xlsx": b"PK", "csv": b"PK", "html": b"<!DOCTYPE html>"}
    for kind, sign in signs.items():
        file = tmp_path / f"report.{kind}"
        assert run("report", "small", "--format", kind, "--out", file, "--edition", "public", "--as-at", "first") == (
            0,
            "",
            "",
        )
        assert file.read_bytes().startswith(sign)
    assert run("area-pack", "SMALL", "north", "--format", "html", "--out", tmp_path / "pack.html") == (0, "", "")
    assert "North" in (tmp_path / "pack.html").read_text()
    assert (
        run("area-pack", "SMALL", "South", "--out", tmp_path / "x")[2] == "SMALL has no area South. Its areas: North.\n"
    )
    assert run("report", "SMALL", "--format", "pdf")[::2] == (
        2,
        "--out is missing: name the file that the PDF is written to.\n",
    )
    assert run("report", "SMALL", "--format", "pdf", "--out", tmp_path / "no" / "such")[0] == 2
    full, public = (json.loads(run("report", "SMALL", "--edition", edition)[1]) for edition in ("internal", "public"))
    assert full["overall"]["good"] == {"count": 1, "percent": 100}
    assert public["service_area"]["North"] != full["service_area"]["North"], "a count of one is nobody’s business"
    status, _, err = run("report", REF, "--format", "pdf", "--out", tmp_path / "x")
    assert (status, err) == (1, f"{REF} has not been finalised, so it has no report yet.\n")
    assert not (tmp_path / "x").exists()


def test_a_live_audit_reports_what_stands_now(run: Run) -> None:
    status, out, _ = run("report", REF)
    assert status == 0
    assert json.loads(out)["overall"]["total"] == 3


def test_a_changed_log_is_named_and_exits_with_1(world: World, run: Run) -> None:
    with world.database.writing() as session:
        session.execute(update(Event).where(Event.number == 2).values(name="nothing_happened"))
    status, _, err = run("verify-log")
    assert status == 1
    assert err.startswith("Event 2 (nothing_happened)")


def test_a_head_that_was_printed_is_looked_for_later(run: Run) -> None:
    printed = json.loads(run("verify-log", "--json")[1])["head"]
    assert run("user", "disable", "nobody@example.test")[0] == 0
    assert run("verify-log", "--head", printed)[0] == 0
    status, out, err = run("verify-log", "--head", "3:" + "0" * 64)
    assert (status, out) == (1, "")
    assert "was cut off, or replaced" in err


def test_a_database_that_is_not_migrated_is_refused_in_words(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_URL", f"sqlite:///{tmp_path / 'empty.sqlite3'}")
    status, _, err = run("user", "list")
    assert status == 2
    assert "Run: casework-audit migrate" in err
    assert run("migrate")[0] == 0
    assert run("migrate")[0] == 0
    assert run("user", "list", "--json")[1].strip() == "[]"


def test_one_worker_on_sqlite(world: World, run: Run) -> None:
    if world.settings.database_url.startswith("sqlite"):
        status, _, err = run("serve", "--workers", "2")
        assert status == 1
        assert "Use PostgreSQL" in err
