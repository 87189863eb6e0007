"""What is kept about a practitioner, for whoever asks: all of it, nothing of others, and others marked."""

import csv
import io
from pathlib import Path
from zipfile import ZipFile

from sqlalchemy import select

from app.audit.models import AuditCase
from app.events import Event
from app.keeping.access.queries import OTHERS
from app.keeping.cases import CASES, hanging_on, tables_of_cases
from tests.audit.standing.test_as_decided import adjudicated_met
from tests.commands.conftest import Run
from tests.world import REF, World


def test_everything_is_there_and_nothing_of_anybody_else(world: World, run: Run, tmp_path: Path) -> None:
    case_id = adjudicated_met(world)
    with world.database.reading() as session:
        case = session.get_one(AuditCase, case_id)
        others = session.scalars(select(AuditCase).where(AuditCase.id != case_id)).all()
        ours = CASES.c.id == case_id
        counts = {t.name: len(session.execute(select(t).where(hanging_on(t, ours))).all()) for t in tables_of_cases()}
    out = tmp_path / "asked.zip"
    status, said, complaints = run("subject-access", case.practitioner_id, "--out", out)
    assert (status, complaints) == (0, "")
    assert f"what is kept about {case.practitioner_id} in 1 audit and elsewhere. Take out who else is named" in said
    assert oct(out.stat().st_mode & 0o777) == "0o600"
    with ZipFile(out) as file:
        texts = {name: file.read(name).decode() for name in file.namelist()}
    tables = {name: list(csv.DictReader(io.StringIO(t))) for name, t in texts.items() if name.endswith(".csv")}
    for name, count in counts.items():
        assert len(tables.get(f"{REF}-{name}.csv", ())) == (0 if name in OTHERS else count), name
    assert {len(tables["filings.csv"])} == {2}
    assert all(other.case_ref not in text for other in others for text in texts.values())
    assert tables[f"{REF}-audit_case.csv"][0]["auditor_id"] == "[somebody else: Im1]"
    page = texts["what-is-kept.html"]
    assert "<mark>Im1</mark>" in page
    assert case.practitioner_id in page
    with world.database.reading() as session:
        event = session.scalars(select(Event).where(Event.name == "subject_access_taken")).one()
        assert event.details == {"practitioner": case.practitioner_id, "area": ""}


def test_somebody_who_is_not_known_is_told_so(world: World, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "asked.zip"
    said = "Nothing is kept about P-NONE. Is it the identifier of the case system?\n"
    assert run("subject-access", "P-NONE", "--out", out) == (1, "", said)
    assert not out.exists()
    assert run("subject-access", "P-A1-0", "--area", "A2", "--out", out)[0] == 1
    assert run("subject-access", "P-A1-0", "--area", "A1", "--out", out)[0] == 0
    assert world.database
