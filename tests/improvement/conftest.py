"""A world whose audit has ended, with a practitioner and a service manager of A1 who have something to read."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from sqlalchemy import select

from app.accounts.actions import add_person, grant_role
from app.accounts.proposals.actions import make_team, set_members
from app.audit.models import AuditCase
from app.people.enums import Role, Scope
from app.report.actions import finalise
from tests.report.reading.test_report import finish
from tests.world import PASSWORD, World, copied, the_audit

PRACTITIONER, MANAGER = "practitioner@example.test", "manager@example.test"


@dataclass(frozen=True, slots=True)
class Ended:
    """The world, and two cases of A1: the practitioner's own, graded Good, and one that was graded Not Met."""

    world: World
    own: int
    lowest: int
    other: int


def supervised(world: World, case_id: int) -> None:
    """Add a practitioner whose case this is, and a service manager of the team of everybody in A1."""
    head = world.viewer("head1")
    with world.database.writing() as session:
        people = {}
        for email, job in ((PRACTITIONER, "Practitioner"), (MANAGER, "Service manager")):
            people[email] = add_person(session, email=email, name=job, job_title=job, password=PASSWORD, by=None)
        own = session.get_one(AuditCase, case_id).practitioner_id
        grant_role(session, people[PRACTITIONER], Role.PRACTITIONER, Scope.PRACTITIONER, own, by=None)
        team = make_team(session, "A1", "Team 1", by=head)
        everybody = session.scalars(select(AuditCase.practitioner_id).where(AuditCase.area == "A1"))
        set_members(session, team, list(everybody), by=head)
        grant_role(session, people[MANAGER], Role.SERVICE_MANAGER, Scope.TEAM, str(team.id), by=None)


def graded(world: World, area: str, grade: str) -> list[int]:
    with world.database.reading() as session:
        query = select(AuditCase.id).where(AuditCase.area == area, AuditCase.standing_grade == grade)
        return list(session.scalars(query.order_by(AuditCase.id)))


@pytest.fixture(scope="session")
def supervised_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a world whose audit is finalised, with the two of them; built once."""
    folder = tmp_path_factory.mktemp("supervised")
    world = copied(template, folder)
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))
    supervised(world, graded(world, "A1", "good")[0])
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture
def ended(supervised_template: Path, tmp_path: Path) -> Iterator[Ended]:
    """Yield a world of one's own whose audit is finalised."""
    world = copied(supervised_template, tmp_path)
    good, lowest = graded(world, "A1", "good"), graded(world, "A1", "not_met")
    yield Ended(world, good[0], lowest[0], good[1])
    world.database.close()
