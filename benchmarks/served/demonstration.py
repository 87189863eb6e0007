"""The demonstration with more open challenges: made once a day and kept, and copied for every run."""

import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from app.audit.models import Assessment, Audit, AuditCase
from app.clock import clock, today
from app.commands.serving import DATA, migrate
from app.db import Database
from app.demo import story
from app.demo.cast import HEADS, address
from app.demo.live import LIVE
from app.events import EventLog
from app.moderation.enums import ChallengeState
from app.moderation.models import Challenge
from app.people.models import Person, SignedIn
from app.settings import Settings
from app.web.sessions import hashed
from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session
from tests.journeys.site import KEY
from tests.world import challenge, grade, open_world

from benchmarks.bench import DATABASES, Bench

MORE_CHALLENGES = 14
FILE, FACTS = "casework-audit.sqlite3", "facts.json"


@dataclass(frozen=True, slots=True)
class Demonstration:
    """A copy of the demonstration, and what addresses need to know of it."""

    folder: Path
    facts: dict[str, Any]

    @property
    def database(self) -> Path:
        """Return its file."""
        return self.folder / FILE

    @property
    def settings(self) -> Settings:
        """Return the settings of its application."""
        return Settings(
            data_dir=self.folder, database_url=f"sqlite:///{self.database}", https=False, second_factor="no"
        )

    def opened(self) -> Database:
        """Return its database, to act on with its event log."""
        return Database(self.settings.database_url, event_log=EventLog(KEY.encode()))

    def sign_in(self, *names: str) -> dict[str, str]:
        """Return the token of a session of each of these people."""
        with closing(self.opened()) as database, database.writing() as session:
            return {name: signed_in(session, address(self.facts.get(name, name))) for name in names}


def signed_in(session: Session, email: str) -> str:
    """Sign somebody in by a row, and return the token: hashing a password takes 50 ms."""
    person, token, now = (
        session.scalars(select(Person).where(Person.email == email)).one(),
        secrets.token_hex(),
        clock.now(),
    )
    session.add(SignedIn(token_sha256=hashed(token), person_id=person.id, created_at=now, seen_at=now, ended_at=None))
    return token


def copy(bench: Bench, name: str) -> Demonstration:
    """Return a copy for this run, of the demonstration that is kept."""
    folder = bench.folder / name
    shutil.copytree(bench.once(_kept), folder)
    return Demonstration(folder, json.loads((folder / FACTS).read_text(encoding="utf-8")))


def forget() -> None:
    """Have the demonstration made anew."""
    for old in DATABASES.glob("demonstration-*"):
        shutil.rmtree(old)


def _kept(bench: Bench) -> Path:
    """Return the folder of today's demonstration: it is a story of the last weeks, and ages."""
    folder = DATABASES / f"demonstration-{today()}"
    if not folder.exists():
        forget()
        bench.say("Making the demonstration. This takes a moment, once a day.")
        unfinished = bench.folder / "unfinished"
        _make(Demonstration(unfinished, {}))
        unfinished.rename(folder)
    return folder


def _make(of: Demonstration) -> None:
    os.environ["CASEWORK_AUDIT_EVENT_KEY"] = KEY
    of.folder.mkdir()
    clock.set(story.BEGINNING)
    migrate(of.settings)
    clock.set(None)
    with closing(of.opened()) as database:
        story.build(database, DATA, say=lambda _: None)
    world = open_world(of.settings)
    with world.database.reading() as session:
        most, wanted = _most_cases(session), list(_to_challenge(session))
    for case, head in wanted:
        grade(world, case, "not_met")
        challenge(world, case, head)
    with world.database.reading() as session:
        of_most = session.get_one(Person, most).email.partition("@")[0]
        case = _decided(session)
        draft = session.scalars(select(Assessment.id).order_by(Assessment.id).limit(1)).one()
    facts = {"manager": of_most, "case": case, "draft": draft}
    (of.folder / FACTS).write_text(json.dumps(facts), encoding="utf-8")
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()


def _allocated(column: Any) -> Select[Any]:  # noqa: ANN401 - a row or a column
    return (
        select(column)
        .join(Audit, Audit.id == AuditCase.audit_id)
        .where(Audit.ref == LIVE, AuditCase.state == "allocated")
    )


def _most_cases(session: Session) -> int:
    """Return the auditor who has most cases to grade."""
    by = AuditCase.auditor_id
    return int(session.scalars(_allocated(by).group_by(by).order_by(func.count().desc(), by).limit(1)).one())


def _decided(session: Session) -> int:
    """Return the case that has been through most: graded, returned, reviewed, challenged and decided."""
    live = select(AuditCase.id).join(Audit, Audit.id == AuditCase.audit_id).where(Audit.ref == LIVE)
    query = select(Challenge.case_id).where(Challenge.case_id.in_(live), Challenge.state == ChallengeState.DECIDED)
    return session.scalars(query.order_by(Challenge.id).limit(1)).one()


def _to_challenge(session: Session) -> Iterator[tuple[int, str]]:
    """Yield cases that others have to grade, each with the head of its area who will challenge it."""
    heads = {area: address(f"head.{areas[0].lower()}") for _, areas in HEADS for area in areas}
    query = _allocated(AuditCase).where(AuditCase.area.in_(heads), AuditCase.auditor_id != _most_cases(session))
    for case in session.scalars(query.order_by(AuditCase.ticket).limit(MORE_CHALLENGES)).unique():
        yield case.id, heads[case.area]
