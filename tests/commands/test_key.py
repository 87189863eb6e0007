"""The key of the event log: made once, for a log that has not begun; no start with another one, or with none."""

import io
import sys
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import delete, select, update

from app.accounts.log import area_row
from app.cli import main
from app.commands.log_key import ANOTHER_KEY, CUT_OFF, STOCK
from app.db import Database
from app.events import Event, EventHead, EventLog, Subject, record
from app.people.models import Person, ServiceArea
from tests.conftest import BOTH, address_of, empty_database

ADD = ("user", "add", "a@example.test", "--name", "Ada", "--job-title", "Administrator")
# Whatever opens the database; none of them may make a key or go on without the right one.
COMMANDS = (("user", "list"), ("verify-log",), ("serve", "--port", "1"), ("user", "enable", "x@y.test"))


@dataclass
class Host:
    """A server: its data folder, and what its commands said."""

    url: str
    folder: Path
    monkeypatch: pytest.MonkeyPatch
    capsys: pytest.CaptureFixture[str]

    @property
    def key(self) -> Path:
        return self.folder / "event-log.key"

    def run(self, *arguments: str) -> tuple[int, str, str]:
        """Run a command; return exit status, output and complaints."""
        self.monkeypatch.delenv("CASEWORK_AUDIT_EVENT_KEY", raising=False)
        for name, value in (("DATABASE_URL", self.url), ("CASEWORK_AUDIT_DATA_DIR", str(self.folder))):
            self.monkeypatch.setenv(name, value)
        self.monkeypatch.setenv("CASEWORK_AUDIT_SMTP_URL", "")
        self.monkeypatch.setattr(sys, "stdin", io.StringIO("a long enough password\n"))
        status = main(arguments)
        return status, *self.capsys.readouterr()

    def refused(self, *arguments: str) -> str:
        """Run a command that has to be refused by one line; return the line."""
        status, out, err = self.run(*arguments)
        assert (status, out, err.count("\n")) == (2, "", 1), (status, out, err)
        return err.strip()

    def database(self) -> Database:
        return Database(self.url, event_log=EventLog(self.key.read_text().encode()))


Another = Callable[[str], Host]


@pytest.fixture(params=BOTH)
def another(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Another:
    """Return what makes servers of one empty database."""
    url = f"sqlite:///{tmp_path / 'one.sqlite3'}"
    if request.param == "postgres":
        url = address_of(empty_database(request.getfixturevalue("postgres")))
    return lambda name: Host(url, tmp_path / name, monkeypatch, capsys)


@pytest.fixture
def host(another: Another) -> Host:
    """Return a server on which everything was set up, and somebody added."""
    made = another("host")
    assert made.run("migrate")[0] == 0
    assert made.run(*ADD)[0] == 0
    return made


def test_only_the_set_up_makes_a_key_and_says_where(another: Another) -> None:
    host = another("host")
    for command in COMMANDS:
        assert "set up a new installation" in host.refused(*command) or str(host.key) in host.refused(*command)
        assert not host.key.exists()
    status, out, _ = host.run("migrate")
    assert (status, str(host.key) in out, "Keep a copy" in out) == (0, True, True)
    assert ("Every other server" in out) == host.url.startswith("postgresql")
    assert host.key.stat().st_mode & 0o777 == 0o600
    kept = host.key.read_text()
    assert host.run("migrate") == (0, "The database is at the current schema.\n", "")
    assert host.key.read_text() == kept
    assert host.run("verify-log")[0] == 0


@pytest.mark.parametrize("command", [("migrate",), *COMMANDS])
def test_a_key_that_is_missing_is_asked_for_and_never_made_anew(host: Host, command: tuple[str, ...]) -> None:
    kept = host.key.read_text()
    host.key.unlink()
    assert host.refused(*command).startswith(f"The key of the event log is missing: {host.key}. Put it back from")
    assert not host.key.exists()
    host.key.write_text(kept)
    assert host.run("verify-log")[0] == 0


@pytest.mark.parametrize("command", [("migrate",), *COMMANDS])
def test_another_key_is_refused(host: Host, command: tuple[str, ...]) -> None:
    kept = host.key.read_text()
    host.key.write_text("another key")
    assert host.refused(*command) == ANOTHER_KEY
    host.key.write_text(kept)
    assert host.run("verify-log")[0] == 0


def test_a_second_server_writes_to_the_same_log_once_it_has_the_key(host: Host, another: Another) -> None:
    second = another("second")
    for command in (("migrate",), *COMMANDS):
        assert "from the server on which this database was set up" in second.refused(*command)
    second.folder.mkdir(exist_ok=True)
    second.key.write_text(host.key.read_text())
    assert second.run("migrate")[1] == "The database is at the current schema.\n"
    for one in (second, host, second):
        assert [one.run("user", verb, "a@example.test")[0] for verb in ("disable", "enable")] == [0, 0]
    assert [one.run("verify-log")[0] for one in (host, second)] == [0, 0]


def test_a_log_of_before_there_were_marks_is_marked_with_its_key_and_no_other(host: Host) -> None:
    with closing(host.database()) as database, database.writing() as session:
        session.execute(update(EventHead).values(key_mark=""))
    kept = host.key.read_text()
    host.key.write_text("another key")
    assert host.refused("migrate") == ANOTHER_KEY
    host.key.write_text(kept)
    assert host.refused("user", "list") == ANOTHER_KEY
    assert host.run("migrate")[0] == 0
    assert host.run("verify-log")[0] == 0


@pytest.mark.parametrize("what", ["the tail cut", "the last event changed", "the head moved", "no head"])
def test_nothing_is_served_where_the_log_does_not_end_as_its_head_says(host: Host, what: str) -> None:
    with closing(host.database()) as database, database.writing() as session:
        last = session.get_one(EventHead, 1).number
        edit = {
            "the tail cut": delete(Event).where(Event.number == last),
            "the last event changed": update(Event).where(Event.number == last).values(subject_id="99"),
            "the head moved": update(EventHead).values(number=last - 1),
            "no head": delete(EventHead),
        }[what]
        session.execute(edit)
    assert host.refused("serve", "--port", "1") == CUT_OFF
    status, _, err = host.run("verify-log")
    assert (status, "head" in err or f"Event {last}" in err) == (1, True)


def test_what_the_log_did_not_keep_before_is_taken_as_it_stands_once(host: Host) -> None:
    """An area that nobody recorded, as an earlier version added it; and a password that is changed past the product."""
    with closing(host.database()) as database:
        with database.writing() as session:
            # Nothing of these kinds was ever said.
            session.execute(delete(EventHead))
            session.execute(delete(Event))
            session.add(ServiceArea(code="A1", name="A1", position=1))
            record(session, "person_added", by=None, subject=Subject("person", 1))
        with database.reading() as session:
            assert session.scalar(select(Event.number).where(Event.name == STOCK)) is None
    said = host.run("migrate")[1]
    assert "From now on the event log keeps" in said
    assert "2 rows, as they stand today." in said
    for kind, column, name in ((ServiceArea, "name", "Service area A1"), (Person, "password_hash", "Account 1")):
        with closing(host.database()) as database, database.writing() as session:
            session.execute(update(kind).values({column: "changed"}))
        assert host.run("migrate")[1] == "The database is at the current schema.\n"
        status, _, err = host.run("verify-log")
        assert status == 1
        assert f"{name}: " in err
    with closing(host.database()) as database, database.reading() as session:
        assert area_row(session.get_one(ServiceArea, "A1")).said == {"name": "changed", "position": 1}
