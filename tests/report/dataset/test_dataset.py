"""The dataset: figures follow from it, it is what it says, nobody stands out in it, and who may take it."""

import io
import json
import zipfile
from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from itertools import count
from pathlib import Path
from random import Random
from typing import Any

import frictionless
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from python_calamine import CalamineWorkbook
from sqlalchemy import select

from app.audit.library.queries import document, threshold
from app.audit.models import AuditCase
from app.cli import main
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.errors import Conflict
from app.events import Event
from app.report.actions import figures_of
from app.report.dataset.actions import dataset_of
from app.report.dataset.codebook import COARSE, OTHER_AREA
from app.report.dataset.enums import DatasetEdition
from app.report.dataset.files import files_of
from app.report.dataset.rules import ALIKE, AREA_CASES, TELLING, coarsened
from tests.earlier import independent
from tests.earlier.test_independent import MIXES, Mix, file_of, near, rows_of
from tests.report.dataset.by_codebook import Read
from tests.report.figures.test_figures import DATA, KEYS, RIGHT
from tests.world import World, the_audit

REFS = count(1)
FIRST, LAST = date(2014, 9, 1), date(2014, 10, 31)
NOTHING_MORE: dict[str, Any] = {"targets": None, "frame": None, "filings": None}
SCALE = ("good", "met", "not_met")


def files(world: World, edition: str, ref: str = "T-2026") -> dict[str, bytes]:
    with world.database.reading() as session:
        return files_of(dataset_of(session, the_audit(session, ref), DatasetEdition(edition), Random(1)))


def kept_figures(world: World, ref: str = "T-2026") -> Mapping[str, Any]:
    with world.database.reading() as session:
        return figures_of(session, the_audit(session, ref))


def agree(found: Mapping[str, Any], read: Read) -> None:
    """Say that the figures of a dataset are those that were kept."""
    rows, areas, laws = read.results(), found["service_area_order"], list(found["law_type"])
    right = independent.figures_of(rows, areas=areas, laws=laws, targets=None, comparators=())
    for key in KEYS:
        if key == "sentences":
            assert {k: found[key][k] for k in right[key] if k != "change_points"} == {
                k: v for k, v in right[key].items() if k != "change_points"
            }
        else:
            assert json.loads(json.dumps(right[key])) == found[key], key
    assert read.stages(SCALE) == found["bridge"]["stages"]
    levels = {code: row["overall"] for code, row in found.get("standards", {}).items()}
    assert read.standards(SCALE) == levels
    near(found["benchmark"], independent.benchmark(rows), "benchmark")
    kept = ("total", "benchmarked", "benchmark_agree")
    # Auditors have other numbers there: by lot.
    one, other = (
        sorted([*(row[level]["count"] for level in SCALE), *(row[k] or 0 for k in kept)] for row in some.values())
        for some in (found["auditors"], independent.auditors(rows))
    )
    near(one, other, "auditors")


def test_the_figures_follow_from_the_internal_edition(over: World) -> None:
    read, found = Read(files(over, "internal")), kept_figures(over)
    agree(found, read)
    assert found["standards"]
    sampled = read.sampled()
    for name, rows in found["sampling"].items():
        assert sampled[name] == ({k: v for k, v in rows.items() if k != "filings"} if name == "overall" else rows)
    of_area = {s["value"]: s for s in read.tables["strata"] if s["by"] == "area"}
    for case in read.tables["cases"]:
        assert case["weight"] == of_area[case["area"]]["practitioners"] / of_area[case["area"]]["audited"]
    assert {f["answer"] for f in read.tables["facts"]} - {"(none)", "(text)"}


@settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(mix=MIXES)
@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
def test_the_figures_of_any_audit_follow_from_its_dataset(world: World, mix: Mix) -> None:
    rows, ref = rows_of(mix), f"SET-{next(REFS)}"
    with world.database.writing() as session:
        kept = threshold(session, "national-casework", "2014-10")
        reading = read_results(io.BytesIO(file_of(mix, rows)), document(kept))
        of = EarlierAudit(ref=ref, name="Mix", threshold=kept, window_from=FIRST, window_to=LAST)
        import_results(session, of, reading.results)
    made = files(world, "internal", ref)
    read, found = Read(made), kept_figures(world, ref)
    agree(found, read)
    order = {"areas": found["service_area_order"], "laws": list(found["law_type"])}
    near(
        found["intervals"], independent.statistics_of(read.results(), **order, **NOTHING_MORE)["intervals"], "intervals"
    )
    if len(rows) >= ALIKE:
        Read(files(world, "research", ref))


def package(folder: Path, made: Mapping[str, bytes]) -> frictionless.Report:
    for name, content in made.items():
        (folder / name).write_bytes(content)
    report: frictionless.Report = frictionless.Package(str(folder / "datapackage.json")).validate()
    return report


@pytest.mark.parametrize("edition", ["internal", "research"])
def test_each_edition_is_what_its_description_says(over: World, tmp_path: Path, edition: str) -> None:
    made = files(over, edition)
    report = package(tmp_path, made)
    assert report.valid, report.flatten(["title", "message"])
    read = Read(made)
    book = CalamineWorkbook.from_filelike(io.BytesIO(made["dataset.xlsx"]))
    assert book.sheet_names == [*read.tables, "codebook"]
    for name, rows in read.tables.items():
        assert len(book.get_sheet_by_name(name).to_python()) == len(rows) + 1
    broken = made | {"cases.csv": made["cases.csv"].replace(b"good", b"grand")}
    assert not package(tmp_path, broken).valid


def test_the_research_edition_has_nothing_by_which_somebody_is_known(over: World) -> None:
    with over.database.reading() as session:
        cases = session.scalars(select(AuditCase).where(AuditCase.audit_id == the_audit(session).id)).all()
        known = {word for case in cases for word in (case.case_ref, case.practitioner_id)}
    made = files(over, "research")
    text = "\n".join(content.decode() for name, content in made.items() if not name.endswith(".xlsx"))
    assert not [word for word in known if word in text]
    assert "Contact log" not in text
    read = Read(made)
    days = {c for table in read.columns.values() for c, line in table.items() if line["type"] == "date"}
    assert days == set()
    # What is asked of some law types only would tell which was coarsened.
    hidden = {case["case"] for case in read.tables["cases"] if case["law_type"] == COARSE}
    told = defaultdict(set)
    for j in read.tables["judgements"]:
        told[j["case"]].add(j["standard"])
    assert hidden
    assert len({frozenset(told[case]) for case in hidden}) == 1
    assert {case["children_seen"] for case in read.tables["cases"] if case["case"] in hidden} == {None}
    assert {case["weight"] for case in read.tables["cases"] if case["area"] in {COARSE, OTHER_AREA}} <= {None}
    assert "something is coarsened" in made["README.txt"].decode()


RECORDS = st.lists(
    st.tuples(
        st.integers(0, 30),
        st.sampled_from("AABBCDE"),
        st.sampled_from("xxxyz"),
        st.sampled_from("eeea"),
        st.sampled_from("1223"),
    ),
    max_size=90,
)


@settings(max_examples=150, deadline=None)
@given(RECORDS)
def test_nobody_stands_out_and_no_more_is_given_up_than_has_to_be(drawn: list[tuple[int, str, str, str, str]]) -> None:
    people = [f"P{person}" for person, *_ in drawn]
    records = [{"area": area, "law_type": law, "employment": kind, "band": band} for _, area, law, kind, band in drawn]
    made = coarsened(records, people)
    if made is None:
        assert len(set(people)) < ALIKE
        return
    groups: dict[tuple[str, ...], set[str]] = defaultdict(set)
    areas: dict[str, int] = defaultdict(int)
    for record, person in zip(made.records, people, strict=True):
        groups[tuple(record[c] for c in TELLING)].add(person)
    for record in records:
        areas[record["area"]] += 1
    assert min(map(len, groups.values()), default=ALIKE) >= ALIKE
    for before, after in zip(records, made.records, strict=True):
        for column in TELLING:
            assert after[column] in {before[column], COARSE, OTHER_AREA}
        assert after["area"] in {COARSE, OTHER_AREA} or areas[after["area"]] >= AREA_CASES
        # What is given up first: nothing later goes while something before it stays.
        gone = [after[column] == COARSE for column in TELLING]
        assert gone == sorted(gone, reverse=True)
    other = sum(r["area"] == OTHER_AREA for r in made.records)
    assert made.other == other
    assert made.given_up == {c: sum(r[c] == COARSE for r in made.records) for c in TELLING}


def test_an_audit_of_few_has_no_research_edition_and_one_that_goes_on_no_dataset(world: World) -> None:
    with world.database.reading() as session, pytest.raises(Conflict, match="has not been finalised"):
        dataset_of(session, the_audit(session), DatasetEdition.INTERNAL)
    assert coarsened([dict.fromkeys(TELLING, "x")] * 9, ["P1"] * 9) is None


def test_taking_an_edition_is_kept_and_it_arrives_as_one_file(over: World) -> None:
    lead = over.browser("lead")
    page = lead.get("/audits/T-2026/dataset")
    assert "Take the research edition" in page.text
    answer = lead.send("POST", "/audits/T-2026/dataset", data={"edition": "research"})
    assert answer.headers["content-type"] == "application/zip"
    held = zipfile.ZipFile(io.BytesIO(answer.content))
    assert {"cases.csv", "codebook.csv", "datapackage.json", "README.txt", "dataset.xlsx"} <= set(held.namelist())
    with over.database.reading() as session:
        event = session.scalars(select(Event).where(Event.name == "dataset_taken")).one()
        assert event.actor_id == over.viewer("lead").id
        assert json.loads(event.payload or "")["edition"] == "research"


def by_api(world: World, edition: str, name: str = "lead") -> Any:
    answer = world.browser(name).send("GET", f"/api/v1/audits/T-2026/dataset?edition={edition}")
    assert answer.status_code == 200, answer.text
    return answer.json()


def test_programs_get_it_without_names_and_without_what_was_written(over: World) -> None:
    given, made = by_api(over, "internal"), Read(files(over, "internal"))
    with over.database.reading() as session:
        cases = session.scalars(select(AuditCase).where(AuditCase.audit_id == the_audit(session).id)).all()
        known = {word for case in cases for word in (case.case_ref, case.practitioner_id)}
    assert not [word for word in known if word in json.dumps(given)]
    assert "nothing that somebody wrote" in given["says"]
    left_out = {"case_ref", "departure_reason", "text", "reasons"}
    for table in given["tables"]:
        names = [c["name"] for c in table["columns"]]
        assert names == [c for c in made.columns[table["name"]] if c not in left_out]
        assert len(table["rows"]) == len(made.tables[table["name"]])
        for column, cells in zip(table["columns"], zip(*table["rows"], strict=True), strict=False):
            assert column["empty"] or None not in cells, column
            assert not column["values"] or set(cells) <= {*column["values"], None}
    grades = [
        dict(zip([c["name"] for c in t["columns"]], r, strict=True)) for t in given["tables"][:1] for r in t["rows"]
    ]
    assert sorted(g["final_grade"] for g in grades) == sorted(c["final_grade"] for c in made.tables["cases"])
    assert len({g["practitioner"] for g in grades}) == len({c["practitioner"] for c in made.tables["cases"]})
    assert given["figures_sha256"] == by_api(over, "research", "analyst")["figures_sha256"]
    with over.database.reading() as session:
        taken = session.scalars(select(Event).where(Event.name == "dataset_taken").order_by(Event.number)).all()
        assert [(e.actor_id, e.details["edition"]) for e in taken] == [
            (over.viewer("lead").id, "internal"),
            (over.viewer("analyst").id, "research"),
        ]


def test_an_edition_that_there_is_not_is_told(over: World) -> None:
    answer = over.browser("lead").send("GET", "/api/v1/audits/T-2026/dataset?edition=public")
    assert (answer.status_code, "edition" in answer.text) == (422, True)
    for name in ("ad", "head1", "im1", "reader"):
        assert over.browser(name).send("GET", "/api/v1/audits/T-2026/dataset").status_code == 404


@pytest.mark.parametrize(("name", "status"), [("analyst", 200), ("director", 200), ("ad", 404), ("head1", 404)])
def test_who_may_take_it(over: World, name: str, status: int) -> None:
    assert over.browser(name).send("GET", "/audits/T-2026/dataset").status_code == status


def test_the_command_writes_the_reference_audit_and_its_published_figures_follow(
    over: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in (("EVENT_KEY", "a key for tests"), ("DATA_DIR", str(over.settings.data_dir))):
        monkeypatch.setenv(f"CASEWORK_AUDIT_{name}", value)
    monkeypatch.setenv("DATABASE_URL", over.settings.database_url)
    with over.database.writing() as session, (DATA / "audited_cases.csv").open("rb") as file:
        kept = threshold(session, "national-casework", "2014-10")
        of = EarlierAudit(ref="REF-1", name="As in 2014", threshold=kept, window_from=FIRST, window_to=LAST)
        import_results(session, of, read_results(file, document(kept)).results)
    for edition in DatasetEdition:
        assert main(["dataset", "REF-1", "--edition", edition, "--out", str(tmp_path / edition)]) == 0
    read = Read({file.name: file.read_bytes() for file in (tmp_path / "internal").iterdir()})
    agree(kept_figures(over, "REF-1"), read)
    assert kept_figures(over, "REF-1")["overall"] == RIGHT["overall"]
    readme = (tmp_path / "research" / "README.txt").read_text()
    assert "of 577 cases something is coarsened" in readme
