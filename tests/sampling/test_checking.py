"""Checks of files that were sent: bound to their audit, one for each person, few at once, and told truly."""

import os
import re
import subprocess
import sys
import time
from io import BytesIO
from pathlib import Path

import pytest

from app.accounts.actions import grant_role
from app.audit.areas.actions import NewArea, add_areas
from app.audit.filings.actions import allowed_in, import_frame
from app.errors import Conflict
from app.people.enums import Role, Scope
from app.people.models import Person
from app.sampling import checking, uploads
from app.sampling.checking import Busy, Checking, Order
from app.sampling.reading import FrameReading, read_frame
from app.sampling.uploads import Upload
from tests.browser import plain
from tests.sampling.test_reading import ALLOWED, everything
from tests.world import FRAME_HEAD, ROOT, World, commission, frame_csv, the_audit

ORDER = Order(ALLOWED)
ROWS = "".join(f"C-{n},P-{n},A1,public,B1,employed,2026-09-10,report\n" for n in range(200_000))
LONG = (FRAME_HEAD + ROWS).encode()


def sent(folder: Path, data: bytes = LONG, name: str = "frame.csv") -> Upload:
    return uploads.set_aside(folder, BytesIO(data), name)


def zombies() -> list[str]:
    """Return the children of this process that have ended and that nobody has waited for."""
    listed = subprocess.run(
        ["ps", "--ppid", str(os.getpid()), "-o", "stat=,args="], capture_output=True, text=True, check=False
    )
    return [line for line in listed.stdout.splitlines() if line.startswith("Z")]


def test_a_check_that_nobody_looks_at_again_is_waited_for(tmp_path: Path) -> None:
    upload = sent(tmp_path, frame_csv())
    checking.start(upload, ORDER)
    process = checking._running[upload.token]
    for _ in range(300):
        if process.returncode is not None:
            break
        time.sleep(0.1)
    assert process.returncode == 0
    assert zombies() == []


def elsewhere(upload: Upload) -> str:
    """Return what another process, which did not start a check, tells of it."""
    program = (
        "import sys; from pathlib import Path; from app.sampling import checking, uploads\n"
        "found = uploads.find(Path(sys.argv[1]), sys.argv[2])\n"
        "print(type(checking.outcome(found)).__name__)"
    )
    folder = str(upload.folder.parent.parent)
    command = [sys.executable, "-c", program, folder, upload.token]
    return subprocess.run(command, capture_output=True, text=True, check=True, cwd=ROOT).stdout.strip()


def test_another_process_tells_of_a_check_what_is_true(tmp_path: Path) -> None:
    upload = sent(tmp_path)
    checking.start(upload, ORDER)
    # A number of a process says nothing on another host; were it asked for, this would be told as broken off.
    assert not (upload.folder / "pid").exists()
    assert elsewhere(upload) == "Checking"
    checking._running[upload.token].kill()
    checking.wait(upload, 30)
    assert elsewhere(upload) == "FrameReading"
    assert [p.code for p in _outcome(upload).problems] == ["E-READ"]


def _outcome(upload: Upload) -> FrameReading:
    found = checking.outcome(upload)
    assert isinstance(found, FrameReading)
    return found


def test_a_person_has_one_check_at_a_time(tmp_path: Path) -> None:
    first, second, other = (sent(tmp_path, name=f"{n}.csv") for n in range(3))
    checking.start(first, Order(ALLOWED, sent_for="X-1"), by=7)
    with pytest.raises(Busy) as busy:
        checking.start(second, Order(ALLOWED, sent_for="X-2"), by=7)
    assert (busy.value.token, busy.value.sent_for, busy.value.file_name) == (first.token, "X-1", "0.csv")
    checking.start(other, ORDER, by=8)
    for upload in (first, other):
        checking._running[upload.token].kill()
        checking.wait(upload, 30)
    checking.start(second, ORDER, by=7)
    checking._running[second.token].kill()
    checking.wait(second, 30)


def test_no_more_checks_than_may_go_on_at_once_and_the_others_wait(tmp_path: Path) -> None:
    every = [sent(tmp_path) for _ in range(checking.MOST_AT_ONCE + 1)]
    locks = [uploads.open_lock(every[0].turns / f"turn-{n}.lock") for n in range(checking.MOST_AT_ONCE)]
    assert all(uploads.taken(lock) for lock in locks)
    upload = sent(tmp_path, frame_csv())
    checking.start(upload, ORDER)
    checking.wait(upload, 3)
    found = checking.outcome(upload)
    assert isinstance(found, Checking)
    assert (found.rows, found.waits) == (0, True)
    os.close(locks[0])
    checking.wait(upload, 60)
    assert _outcome(upload).rows == 40
    os.close(locks[1])


def _on_it(world: World, *refs: str) -> None:
    with world.database.writing() as session:
        person = session.get_one(Person, world.viewer("analyst").id)
        for ref in refs:
            grant_role(session, person, Role.ANALYST, Scope.AUDIT, ref, by=None)


def test_a_file_that_was_checked_for_one_audit_is_nothing_to_another(world: World) -> None:
    commission(world, "T-ONE")
    commission(world, "T-TWO")
    _on_it(world, "T-ONE", "T-TWO")
    analyst = world.browser("analyst")
    page = analyst.post("/audits/T-ONE/frame", files={"file": ("one.csv", frame_csv(), "text/csv")})
    token = re.findall(r"/audits/T-ONE/frame/([0-9a-f]{32})/keep", page.text)[0]
    before = everything(world)
    for path in (f"/audits/T-TWO/frame/{token}", f"/audits/T-TWO/frame/{token}/problems.csv"):
        analyst.get(path, status=404)
    analyst.post(f"/audits/T-TWO/frame/{token}/keep", status=404)
    assert everything(world) == before
    assert "imported" in plain(analyst.post(f"/audits/T-ONE/frame/{token}/keep").text)


def test_a_file_is_checked_again_where_the_framework_is_another_by_then(world: World) -> None:
    commission(world, "T-ONE")
    _on_it(world, "T-ONE")
    analyst = world.browser("analyst")
    page = analyst.post("/audits/T-ONE/frame", files={"file": ("one.csv", frame_csv(), "text/csv")})
    keep = re.findall(r"/audits/T-ONE/frame/[0-9a-f]{32}/keep", page.text)[0]
    with world.database.writing() as session:
        the_audit(session, "T-ONE").bands = ["B2", "B3"]
    before = everything(world)
    again = analyst.post(keep)
    assert "checked again" in plain(again.text)
    assert everything(world) == before
    checked = keep.removesuffix("/keep")
    for _ in range(100):
        shown = analyst.get(checked)
        if "is being checked" not in plain(shown.text):
            break
        time.sleep(0.1)
    assert "This performance band is not known" in plain(shown.text)
    # Nothing is kept by the act itself either.
    assert "has problems" in plain(analyst.post(keep, status=409).text)


def test_nothing_is_kept_that_was_checked_by_another_framework(world: World) -> None:
    commission(world, "T-ONE")
    with world.database.writing() as session:
        audit = the_audit(session, "T-ONE")
        reading = read_frame(BytesIO(frame_csv()), allowed_in(session, audit))
        add_areas(session, [NewArea("A-NEW")], by=None)
        with pytest.raises(Conflict, match="checked again"):
            import_frame(session, audit, reading, file_name="frame.csv", by=None)
        assert audit.frame_id is None


def test_a_second_file_leads_to_the_check_that_goes_on(world: World) -> None:
    commission(world, "T-ONE")
    commission(world, "T-TWO")
    _on_it(world, "T-ONE", "T-TWO")
    analyst, me = world.browser("analyst"), world.viewer("analyst").id
    upload = sent(world.settings.data_dir, name="first.csv")
    checking.start(upload, Order(ALLOWED, sent_for="T-ONE"), by=me)
    second = {"file": ("second.csv", frame_csv(), "text/csv")}
    assert "first.csv is still being checked" in plain(analyst.post("/audits/T-ONE/frame", files=second).text)
    answer = analyst.post("/audits/T-TWO/frame", files=second, status=409)
    assert "It was sent for T-ONE" in plain(answer.text)
    checking._running[upload.token].kill()
    checking.wait(upload, 30)
    assert "has no problems" in plain(analyst.post("/audits/T-TWO/frame", files=second).text)
