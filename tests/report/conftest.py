"""A world whose audit has ended, as the tests of packs and of plans want it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from app.audit.grading import actions as grading
from app.audit.library.queries import document_of
from app.audit.log import assessment_row
from app.audit.models import Assessment, AuditCase
from app.events import Subject, record
from app.moderation.own_reviews import actions as own_reviews
from app.report.actions import finalise
from tests.report.plans import the_point
from tests.report.reading.test_report import finish
from tests.world import World, answers_for, copied, the_audit


def ended(world: World) -> None:
    """Bring the small audit to its end."""
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))


@pytest.fixture(scope="module")
def ended_template(template: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a world whose audit is finalised, with a learning point on one case of A1 and an own review of another.

    Built once.
    """
    folder = tmp_path_factory.mktemp("ended")
    world = copied(template, folder)
    with world.database.writing() as session:
        first = session.scalars(
            select(Assessment).join(AuditCase, AuditCase.id == Assessment.case_id).where(AuditCase.area == "A1")
        ).first()
        assert first is not None
        first.themes = [the_point(world).code]
        record(session, "themes_picked", by=None, subject=Subject("case", first.case_id), rows=[assessment_row(first)])
    ended(world)
    own_review(world)
    with world.database.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    world.database.close()
    return folder / "world.sqlite3"


@pytest.fixture
def over(ended_template: Path, tmp_path: Path) -> Iterator[World]:
    """Return a world of one's own whose audit is finalised."""
    made = copied(ended_template, tmp_path)
    yield made
    made.database.close()


def own_review(world: World) -> None:
    """Let the head of A1 review the case graded Not Met and judge it Met throughout."""
    head = world.viewer("head1")
    with world.database.writing() as session:
        case = session.scalars(
            select(AuditCase).where(AuditCase.area == "A1", AuditCase.standing_grade == "not_met")
        ).one()
        draft = own_reviews.start(session, case, by=head)
        grading.save_judgements(session, draft, answers_for(document_of(case.audit), case.law_type, "met"))
        grading.save_grade(session, draft, grade="met", departure_reason="")
        own_reviews.submit(session, case, draft, indicated=None, by=head)
