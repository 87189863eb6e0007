"""Datasets of samples of every shape: a program that knows the codebook and the README alone gets the figures."""

from random import Random
from typing import Any

import pytest
from sqlalchemy import select

from app.audit.allocation.actions import allocate_cases
from app.audit.models import AuditCase
from app.report.actions import finalise
from tests.audit.shapes.test_shapes import NEW, commissioned, listed
from tests.report.dataset.by_codebook import Read, Weighed
from tests.report.dataset.test_dataset import SCALE, agree, files, kept_figures
from tests.world import FRAME_HEAD, World, grade, no_second_grades, the_audit

SEED = {"seed": "30417 29985 11260 84417", "made_how": "dice", "witnesses": "Ann Other, trade union"}
SHAPES: dict[str, dict[str, object]] = {
    "a share": {"fraction": "1/2"},
    "a number in all": {"how_many": "total", "total": "9"},
    "a number of each area": {"how_many": "areas", "each": "4"},
    "a number and a share": {"how_many": "areas", "each": "3", "by_area": "A2 1/2"},
    "everybody": {"how_many": "everybody", "fraction": ""},
    "everybody of one area": {"how_many": "areas", "each": "3", "by_area": "A2 1"},
    "chosen areas": {"fraction": "1/2", "only_areas": "A2", "only_reason": "A pilot"},
    "agency staff all": {"how_many": "share", "fraction": "1/2", "staff": "agency 1"},
    "two cases of each": {"how_many": "total", "total": "9", "cases_each": "2"},
    "three cases of everybody": {"how_many": "everybody", "fraction": "", "cases_each": "3"},
    "two cases of each, by area": {"how_many": "areas", "each": "3", "by_area": "A2 1/2", "cases_each": "2"},
    "two cases of each, agency staff all": {"fraction": "1/3", "staff": "agency 1", "cases_each": "2"},
}


def the_list() -> bytes:
    """Return a list in which some have several law types, some agency staff, and a different number of filings."""
    rows = []
    for area, many in (("A1", 11), ("A2", 8)):
        for n in range(many):
            laws = ("public", "wafh", "wtfh")
            for f in range(1 + n % 3):
                law = laws[(n + (f if n % 4 == 0 else 0)) % 3]
                employment = "agency" if n % 5 == 1 else "employed"
                day = f"2026-{9 + f % 2:02d}-{10 + n:02d}"
                rows.append(f"N-{area}-{n}-{f},P-{area}-{n},{area},{law},B1,{employment},{day},report")
    return (FRAME_HEAD + "\n".join(rows) + "\n").encode()


def audited(world: World, wishes: dict[str, object]) -> None:
    """Bring an audit of a shape from its commission to its figures."""
    lead = commissioned(world, **wishes)
    listed(world, the_list())
    lead.post(f"/audits/{NEW}/sample/lock")
    lead.post(f"/audits/{NEW}/sample", SEED)
    graders = [world.viewer("im1").id, world.viewer("im2").id]
    with world.database.writing() as session:
        allocate_cases(session, the_audit(session, NEW), auditors=graders, by=world.viewer("lead"))
    with world.database.reading() as session:
        ids = session.scalars(select(AuditCase.id).where(AuditCase.audit_id == the_audit(session, NEW).id)).all()
    chance = Random(7)
    for case_id in ids:
        grade(world, case_id, chance.choice(("good", "good", "met")))
    no_second_grades(world, NEW)
    with world.database.writing() as session:
        finalise(session, the_audit(session, NEW), by=world.viewer("lead"))


TABLES = {"law_type": "law_type", "service_area": "area", "employment": "employment"}


def domains(table: dict[str, Any], column: str) -> list[tuple[Any, str, str]]:
    """Return the rows of a table with the column and the value by which the dataset knows their cases."""
    return [(row, column, key.lower() if column == "law_type" else key) for key, row in table.items()]


@pytest.mark.parametrize("world", ["sqlite"], indirect=True)
@pytest.mark.parametrize("shape", SHAPES)
def test_the_figures_of_every_shape_follow_from_the_codebook_alone(world: World, shape: str) -> None:
    audited(world, SHAPES[shape])
    made, found = files(world, "internal", NEW), dict(kept_figures(world, NEW))
    read = Read(made)
    (design,) = read.tables["design"]
    told = "How shares follow" in made["README.txt"].decode()
    assert told is (design["chances"] == "unequal" or design["cases_each"] > 1)
    if not told:
        agree(found, read)
        return
    weighed, rows = Weighed(read), [(found["overall"], "", "")]
    for name, column in TABLES.items():
        rows += domains(found[name], column)
    for row, column, value in rows:
        for level in SCALE:
            as_row(weighed, row, level, column, value)
    as_intervals(weighed, found["intervals"])
    for name, sampled in read.sampled().items():
        kept = found["sampling"][name]
        assert sampled == ({k: v for k, v in kept.items() if k != "filings"} if name == "overall" else kept)


def as_row(weighed: Weighed, row: dict[str, Any], level: str, column: str, value: str) -> None:
    """Say that a row of grades has what a share stands for."""
    theirs = [c for c in weighed.cases if not column or c[column] == value]
    assert (row["total"], row[level]["count"]) == (len(theirs), sum(c["final_grade"] == level for c in theirs))
    ours = weighed.row(level, column, value)
    if ours is None:
        assert not row["total"]
        return
    assert row["effective"] == ours["equal"]
    assert row.get("practitioners", ours["practitioners"]) == ours["practitioners"]
    assert ("practitioners" in row) is (weighed.each > 1)
    assert ("estimate" in row[level]) is weighed.unequal
    if weighed.unequal:
        assert row[level]["estimate"] == ours["estimate"]
        assert row[level]["percent"] == int(ours["estimate"] * 100 + 0.5)


def as_intervals(weighed: Weighed, kept: dict[str, Any]) -> None:
    """Say that the intervals are those of the formulas."""
    for level in ("good", "not_met"):
        rows = [(kept["overall"][level], "", "")]
        for name in ("law_type", "service_area"):
            rows += domains(kept[name][level], TABLES[name])
        for row, column, value in rows:
            ours = weighed.row(level, column, value)
            assert (ours is None) is ("estimate" not in row)
            if ours is not None:
                assert {k: row[k] for k in ours if k != "equal"} == {k: v for k, v in ours.items() if k != "equal"}
