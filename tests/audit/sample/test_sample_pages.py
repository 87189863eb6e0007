"""From a locked list to a sample in the browser: the order of things, the plan, and what the pages say to whom."""

import csv
import io
import json
import re
from fractions import Fraction
from pathlib import Path

import pytest
from sqlalchemy import select, update

from app.accounts.actions import grant_role
from app.audit.filings.actions import allowed_in, import_frame, lock_list
from app.audit.models import Audit, AuditCase
from app.events import Event
from app.people.enums import Role, Scope
from app.people.models import Person
from app.sampling.commands import verify
from app.sampling.lines import packed
from app.sampling.models import Frame, FramePart
from app.sampling.reading import read_frame
from app.web.pages import cases as in_words
from tests.browser import Browser, plain
from tests.world import FRAME_HEAD, REF, World, commission, frame_csv, the_audit

NEW = "T-SAMPLE"
SEED = {
    "seed": "30417 29985 11260 84417",
    "made_how": "dice",
    "witnesses": "Ann Other, trade union\nBo Field, head of A9",
}


def started(world: World, rows: bytes = b"") -> Browser:
    """Commission an audit, import its list, and return the browser of its lead."""
    commission(world, NEW)
    with world.database.writing() as session:
        for name, role in (("analyst", Role.ANALYST), ("lead", Role.LEAD)):
            grant_role(session, session.get_one(Person, world.viewer(name).id), role, Scope.AUDIT, NEW, by=None)
        audit = the_audit(session, NEW)
        reading = read_frame(io.BytesIO(rows or frame_csv()), allowed_in(session, audit))
        import_frame(session, audit, reading, file_name="list.csv", by=world.viewer("analyst").id)
    return world.browser("lead")


def test_the_list_is_locked_before_a_seed_can_be_entered(world: World) -> None:
    lead = started(world)
    page = lead.get(f"/audits/{NEW}/sample")
    assert "Lock the list" in plain(page.text)
    assert 'name="seed"' not in page.text
    refused = lead.post(f"/audits/{NEW}/sample", SEED, status=409)
    assert "has not been locked yet" in plain(refused.text)
    locked = lead.post(f"/audits/{NEW}/sample/lock")
    with world.database.reading() as session:
        frame = session.get_one(Frame, the_audit(session, NEW).frame_id)
    spaced = " ".join(frame.sha256[i : i + 8] for i in range(0, 64, 8))
    assert spaced in plain(locked.text)
    assert 'name="seed"' in locked.text
    assert "10 of 20 practitioners" in plain(locked.text)
    lead.post(f"/audits/{NEW}/sample/lock", status=409)
    world.browser("analyst").post(f"/audits/{NEW}/sample/lock", status=403)
    drawn = lead.post(f"/audits/{NEW}/sample", SEED)
    assert "10 cases are drawn" in plain(drawn.text)
    with world.database.reading() as session:
        names = {
            e.name: e
            for e in session.scalars(select(Event).where(Event.audit_ref == NEW))
            if e.name in {"frame_locked", "sample_drawn"}
        }
    assert names["frame_locked"].number < names["sample_drawn"].number
    assert names["frame_locked"].at <= names["sample_drawn"].at
    assert names["frame_locked"].details["sha256"] == frame.sha256
    again = lead.post(f"/audits/{NEW}/sample", SEED, status=409)
    assert "A draw is never repeated" in plain(again.text)
    assert "commissions it anew" in plain(again.text) or "locked" in plain(again.text)


@pytest.mark.parametrize(
    ("seed", "said"),
    [
        ("", "Enter the seed"),
        ("123", "at least 20 digits"),
        ("1" * 40, "too regular"),
        ("abc def ghi", "at least 20"),
        ("x" * 201, "200 characters or fewer"),
    ],
)
def test_a_seed_that_could_be_guessed_is_refused_and_stays_in_its_box(world: World, seed: str, said: str) -> None:
    lead = started(world)
    lead.post(f"/audits/{NEW}/sample/lock")
    page = lead.post(f"/audits/{NEW}/sample", {**SEED, "seed": seed, "witnesses": ""}, status=422)
    assert said in plain(page.text)
    assert "at least one person who saw" in plain(page.text)
    assert seed in page.text


def test_a_list_changed_after_the_lock_is_noticed(world: World) -> None:
    lead = started(world)
    lead.post(f"/audits/{NEW}/sample/lock")
    with world.database.writing() as session:
        frame_id = the_audit(session, NEW).frame_id
        other = packed(["X1\tP-X\tA1\tpublic\tB1\temployed\t2026-09-10\treport"])
        session.execute(update(FramePart).where(FramePart.frame_id == frame_id).values(filings=other))
    answer = lead.post(f"/audits/{NEW}/sample", SEED, status=409)
    assert "is not the list that was locked" in plain(answer.text)
    with world.database.reading() as session:
        assert the_audit(session, NEW).draw_id is None


def test_a_second_list_says_what_it_changes(world: World) -> None:
    started(world)
    analyst = world.browser("analyst")
    lines = frame_csv().decode().splitlines()
    moved = [line.replace(",B1,", ",B2,") if ",P-A1-0," in line else line for line in lines if ",P-A2-9," not in line]
    second = "\n".join([*moved, "C-N,P-N,A1,public,B1,employed,2026-09-30,report"]).encode()
    page = plain(analyst.post(f"/audits/{NEW}/frame", files={"file": ("second.csv", second, "text/csv")}).text)
    assert "1 filings are new" in page
    assert "2 filings are gone" in page
    assert "1 practitioners are new, for example P-N" in page
    assert "1 practitioners are gone, for example P-A2-9" in page
    assert "1 practitioners have another performance band, for example P-A1-0" in page


def test_one_case_of_two_practitioners_can_be_drawn_twice(world: World) -> None:
    rows = "".join(f"C-SHARED,P{n},A1,public,B1,employed,2026-09-10,report\n" for n in range(8))
    lead = started(world, (FRAME_HEAD + rows).encode())
    lead.post(f"/audits/{NEW}/sample/lock")
    lead.post(f"/audits/{NEW}/sample", SEED)
    with world.database.reading() as session:
        drawn = session.scalars(
            select(AuditCase).join(Audit, Audit.id == AuditCase.audit_id).where(Audit.ref == NEW)
        ).all()
    assert [c.case_ref for c in drawn] == ["C-SHARED"] * 4


def test_a_draw_of_nobody_is_a_draw(world: World) -> None:
    lead = started(world, (FRAME_HEAD + "C1,P1,A1,public,B1,employed,2026-09-10,report\n").encode())
    lead.post(f"/audits/{NEW}/sample/lock")
    page = plain(lead.post(f"/audits/{NEW}/sample", SEED).text)
    count = int(re.search(r"(\d) cases? are drawn|(\d) cases drawn", page).group(1) or 0)  # type: ignore[union-attr]
    lead.post(f"/audits/{NEW}/sample", SEED, status=409)
    if count == 0:
        refused = lead.post(f"/audits/{NEW}/allocation", {"auditors": str(world.viewer("im1").id)}, status=409)
        assert "no case to allocate" in plain(refused.text)


def test_the_page_for_everybody_names_nobodys_band(world: World) -> None:
    for who in ("head1", "im1", "lead", "director"):
        page = plain(world.browser(who).get(f"/audits/{REF}/sample/how").text)
        assert "were drawn by lot" in page
        assert "fewer than 5" in page
    world.browser("head1").get(f"/audits/{REF}/sample", status=403)
    public = world.browser("head1").send("GET", f"/audits/{REF}/sample/public-receipt").json()
    full = world.browser("lead").send("GET", f"/audits/{REF}/sample/receipt").json()
    assert public["groups"] == []
    assert public["selection_sha256"] == full["selection_sha256"]
    assert public["full_receipt_sha256"] == full["receipt_sha256"]
    assert len(public["margins"]) < len(full["margins"])
    for picture in ("areas", "distances"):
        svg = world.browser("head1").send("GET", f"/audits/{REF}/sample/{picture}.svg")
        assert svg.headers["content-type"].startswith("image/svg+xml")
        assert "<text" in svg.text


def test_what_the_pages_give_can_be_drawn_again_without_the_product(world: World, tmp_path: Path) -> None:
    lead = world.browser("lead")
    (tmp_path / "list.csv").write_text(lead.send("GET", f"/audits/{REF}/sample/list").text, encoding="utf-8")
    for name in ("receipt", "public-receipt"):
        given = lead.send("GET", f"/audits/{REF}/sample/{name}").json()
        assert verify(tmp_path / "list.csv", given) is None
        edited = verify(tmp_path / "list.csv", {**given, "drawn": given["drawn"] + 1})
        assert edited is not None
        assert edited.startswith("drawn: ")


def test_the_files_of_a_sample_agree(world: World) -> None:
    lead = world.browser("lead")
    receipt = lead.send("GET", f"/audits/{REF}/sample/receipt").json()
    sample = list(csv.DictReader(io.StringIO(lead.send("GET", f"/audits/{REF}/sample/cases").text)))
    rows = list(csv.DictReader(io.StringIO(lead.send("GET", f"/audits/{REF}/sample/list").text)))
    assert len(sample) == receipt["drawn"] == 10
    assert len(rows) == receipt["frame"]["rows"] == 40
    assert {r["role"] for r in sample} == {"drawn"}
    assert all(1 <= int(r["group_n"]) <= int(r["group_N"]) for r in sample)
    assert json.dumps(receipt["seed"]["text"])


@pytest.mark.parametrize(
    ("value", "words"),
    [("12", "12"), ("25/2", "12.5"), ("37/3", "12.33"), ("-1/2", "−0.5"), ("0", "0"), ("2501/2", "1,250.5")],
)
def test_a_number_of_cases_is_written_as_people_read_it(value: str, words: str) -> None:
    assert in_words(Fraction(value)) == words


def test_the_lock_is_kept_by_the_command_too(world: World) -> None:
    started(world)
    with world.database.writing() as session:
        frame = lock_list(session, the_audit(session, NEW), by=None)
        assert frame.locked_at is not None
