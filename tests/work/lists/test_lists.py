"""Lists of people: what a list would do is what it does."""

import csv
import io
import re
from collections.abc import Sequence
from datetime import timedelta
from html import unescape
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import func, select
from xlsxwriter import Workbook

from app.clock import today
from app.events import Event
from app.keeping import record as check
from app.people.enums import AccountState, ProposalState, Role
from app.people.models import Person, RoleGrant, RoleProposal
from app.work.lists.actions import carry_out
from app.work.lists.plan import Plan
from app.work.lists.queries import plan_of, suggested
from app.work.lists.reader import Sheet, read_here
from tests.browser import Browser, plain
from tests.commands.conftest import Run
from tests.commands.conftest import run as run  # noqa: PLC0414 - a fixture
from tests.world import World

HEAD = ("Full name", "E-mail", "Position", "Role", "Area", "Start", "End")
NEXT = f"{today() + timedelta(days=40):%d/%m/%Y}"
ROWS = [
    ("Nia New", "nia@example.test", "Manager", "Improvement manager", "T-2026", "", NEXT),
    ("Nia New", "nia@example.test", "Manager", "reader", "", "", ""),
    ("Hal Head", "HAL@example.test", "Head", "Head of service", "a2", "", ""),
    ("Lead", "lead@example.test", "The first lead", "Audit lead", "T-2026", "", ""),
    ("Reader", "reader@example.test", "The reader", "Reader", "", "", ""),
    ("Two Names", "two@example.test", "A", "", "", "", ""),
    ("Other Name", "two@example.test", "A", "", "", "", ""),
    ("No Scope", "scope@example.test", "A", "Head of service", "", "", ""),
    ("Late", "late@example.test", "A", "Reader", "", "1/3/2030", "1/2/2030"),
    ("No Role", "role@example.test", "A", "Grand vizier", "", "", ""),
    ("Nowhere", "nowhere@example.test", "A", "Head of service", "A77", "", ""),
    ("Prac", "prac@example.test", "A", "Practitioner", "P1", "", ""),
    ("No Address", "no address", "A", "", "", "", ""),
    ("", "noname@example.test", "A", "", "", "", ""),
]
WHY = (
    "several names: Two Names and Other Name",
    "Head of service is held for a service area, not for the nation",
    "must be",
    "‘Grand vizier’ is no role that is known",
    "‘A77’ is no service area and no audit that is there",
    "The head of service proposes a practitioner",
    "cannot be used",
    "The name is missing",
)


def text(rows: Sequence[tuple[str, ...]]) -> bytes:
    out = io.StringIO()
    csv.writer(out).writerows([HEAD, *rows])
    return out.getvalue().encode()


def carried(page: str) -> dict[str, list[str]]:
    """Return the form of a page as a browser would send it."""
    form: dict[str, list[str]] = {}
    for name, value in re.findall(r'<input type="hidden" name="(\w+)" value="([^"]*)"', page):
        form.setdefault(name, []).append(unescape(value))
    for name, body in re.findall(r'<select[^>]*name="(\w+)"[^>]*>(.*?)</select>', page, re.DOTALL):
        chosen = re.search(r'<option value="([^"]*)" selected', body)
        form[name] = [unescape(chosen.group(1)) if chosen else ""]
    return form


def send(browser: Browser, rows: Sequence[tuple[str, ...]]) -> str:
    return browser.send("POST", "/admin/people/import", files={"file": ("people.csv", text(rows))}).text


def test_a_list_is_looked_at_and_then_does_what_was_shown(world: World) -> None:
    admin = world.browser("admin")
    page = send(admin, ROWS)
    words = plain(page)
    assert "2 new, 1 changed, 1 the same, 8 refused" in words
    assert [why for why in WHY if why not in words] == []
    assert "Is The first lead, no longer The lead" in words
    form = carried(page)
    assert "What ‘grand vizier’ is" in words
    page = admin.send("POST", "/admin/people/import/check", data={**form, "role_0": "director"}).text
    assert "3 new, 1 changed, 1 the same, 7 refused" in plain(page)
    words_of_plan, im2 = plain(page), str(world.viewer("im2").id)
    form = {**carried(page), "leaving": [im2], "mapping": ["Our staff list"]}
    stale = admin.send("POST", "/admin/people/import/keep", data={**form, "seen": "another"})
    assert stale.status_code == 422
    done = admin.send("POST", "/admin/people/import/keep", data=form)
    assert "3 people invited, 1 changed, 1 disabled" in plain(done.text)
    assert done.text.count("/choose-password/") == 3
    with world.database.reading() as session:
        nia = session.scalars(select(Person).where(Person.email == "nia@example.test")).one()
        assert (nia.state, [g.role for g in nia.grants]) == (
            AccountState.INVITED,
            [Role.IMPROVEMENT_MANAGER, Role.READER],
        )
        assert session.get_one(Person, int(im2)).state is AccountState.DISABLED
        assert list(check.wrong(session)) == []
    again = plain(send(admin, ROWS))
    assert "0 new, 0 changed, 5 the same, 7 refused" in again, "by the mapping that was kept"
    # Nobody is a director by one person alone, and the list does not ask twice.
    assert "once a second person agrees" in words_of_plan
    with world.database.reading() as session:
        [waits] = session.scalars(select(RoleProposal)).all()
        assert (waits.email, waits.role, waits.state) == ("role@example.test", Role.DIRECTOR, ProposalState.PROPOSED)


@pytest.mark.parametrize(
    ("content", "said"),
    [(b"", "The file is empty"), (b"PK\x03\x04 no workbook", "."), (b"a,b\n1,2\n", "Say which column is the email")],
)
def test_a_file_that_is_no_list_says_so(world: World, content: bytes, said: str) -> None:
    answer = world.browser("admin").send("POST", "/admin/people/import", files={"file": ("list.csv", content)})
    assert answer.status_code in {200, 422}
    assert said in plain(answer.text)
    nothing = world.browser("admin").send("POST", "/admin/people/import/keep", data={"table": "nonsense"})
    assert nothing.status_code == 409


@pytest.mark.usefixtures("world")
def test_the_command_does_the_same(run: Run, tmp_path: Path) -> None:
    file = tmp_path / "people.csv"
    file.write_bytes(text(ROWS))
    status, out, _ = run("people", "import", file, "--dry-run")
    assert (status, "2 new, 1 changed, 1 the same, 8 refused" in out) == (0, True)
    assert "Nothing was stored" in out
    assert run("people", "import", file, "--dry-run")[1] == out
    assert "Stored" in run("people", "import", file)[1]
    assert "0 new, 0 changed, 4 the same, 8 refused" in run("people", "import", file)[1]
    assert run("people", "import", file, "--profile", "nowhere")[0] == 1


NAMES = st.sampled_from(["Nia New", "Lead", "Reader", "Nobody"])
MAILS = st.sampled_from(["nia", "lead", "READER", "nobody", "im1", "admin"]).map("{}@example.test".format)
ROLES = st.sampled_from(["", "Reader", "lead", "Head of service", "Director", "improvement manager", "Grand vizier"])
SCOPES = st.sampled_from(["", "A1", "a2", "T-2026", "A77"])
DAYS = st.sampled_from(["", f"{today():%Y-%m-%d}", f"{today() + timedelta(days=9):%Y-%m-%d}", "never"])
LISTS = st.lists(
    st.tuples(NAMES, MAILS, st.sampled_from(["Manager", "The lead"]), ROLES, SCOPES, DAYS, DAYS), max_size=6
)


def shape(of: Plan) -> tuple[list[str], list[str]]:
    return sorted(x.email for x in [*of.new, *of.changed, *of.same]), sorted(x.email for x in of.refused)


@given(LISTS)
@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_what_is_shown_is_what_happens(world: World, rows: list[tuple[str, ...]]) -> None:
    sheet = Sheet(HEAD, [(n, row) for n, row in enumerate(rows, 1)])
    with world.trial() as session:
        how = suggested(session, Sheet(HEAD, [(n, r) for n, r in enumerate(ROWS, 1)]))
        plan = plan_of(session, sheet, how, by=None)
        people, grants = (session.scalar(select(func.count()).select_from(t)) or 0 for t in (Person, RoleGrant))
        recorded = len(session.scalars(select(Event)).all())
        carry_out(session, plan, (), by=None, by_mail=False, links=False)
        assert session.scalar(select(func.count()).select_from(Person)) == people + len(plan.new)
        given_, ended = (
            sum(len(part) for of in (*plan.new, *plan.changed) for part in [getattr(of, w)]) for w in ("gives", "ends")
        )
        assert session.scalar(select(func.count()).select_from(RoleGrant)) == grants + given_ - ended
        mended = sum(
            (of.name, of.job_title) != (of.person.name, of.person.job_title) for of in plan.changed if of.person
        )
        happened = len(session.scalars(select(Event)).all()) - recorded
        assert happened == len(plan.new) + given_ + ended + mended
        after = plan_of(session, sheet, how, by=None)
        assert (after.new, after.changed) == ((), ()) or (list(after.new), list(after.changed)) == ([], [])
        assert shape(after) == shape(plan)


def test_a_text_file_and_a_workbook_read_alike() -> None:
    out = io.BytesIO()
    with Workbook(out, {"in_memory": True}) as book:
        page = book.add_worksheet()
        for at, row in enumerate([HEAD, *ROWS]):
            page.write_row(at, 0, row)
    for content in (text(ROWS), out.getvalue()):
        sheet = read_here(io.BytesIO(content))
        assert sheet.headings == list(HEAD)
        assert sheet.rows[0] == (1, list(ROWS[0]))
        assert len(sheet.rows) == len(ROWS)
