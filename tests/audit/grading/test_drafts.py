"""A draft is its author's alone, and so is a second grade; what was submitted is read by whoever may open the case."""

import pytest
from sqlalchemy import select

from app.audit.enums import AssessmentKind, AssessmentState
from app.audit.grading import actions as grading
from app.audit.models import Assessment, AuditCase
from app.audit.queries import assessments_visible_to
from app.people.models import Person
from app.web.sessions import viewer_of
from tests.moderation.seconds import begun, benchmarked, good_case
from tests.world import CAST, World, cases


@pytest.fixture
def drafted(world: World) -> World:
    """Return a world with a draft, what was submitted, and a second grade that is begun."""
    with world.database.writing() as session:
        case = session.get_one(AuditCase, cases(world, "A1")[0])
        grading.start_grading(session, case, by=viewer_of(session.get_one(Person, case.auditor_id)))
    benchmarked(world, good_case(world))
    begun(world, good_case(world), "met")
    return world


def test_nobody_reads_what_somebody_else_has_not_submitted(drafted: World) -> None:
    with drafted.database.reading() as session:
        there = session.scalars(select(Assessment)).all()
        assert {a.state for a in there} == set(AssessmentState)
        for name, _ in CAST:
            viewer = drafted.viewer(name)
            for found in session.scalars(assessments_visible_to(viewer)):
                submitted = (found.state, found.kind) == (AssessmentState.SUBMITTED, AssessmentKind.FIRST)
                assert submitted or found.author_id == viewer.id, (name, found.id)
        lead = session.scalars(assessments_visible_to(drafted.viewer("lead"))).all()
        assert {a.state for a in lead} == {AssessmentState.SUBMITTED}
