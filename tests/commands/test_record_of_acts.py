"""Every act after a grade is in the log as it left the tables, and so is what finalising and withdrawing do."""

from sqlalchemy import select, update

from app.accounts.actions import disable, end_role
from app.audit.commission.actions import withdraw
from app.audit.models import Audit
from app.clock import today
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.returns import actions as returns_actions
from app.people.models import Person
from app.report.actions import finalise
from app.report.models import Publication
from tests.keeping.test_record import found
from tests.moderation.stories import own_view
from tests.world import REF, World, cases, challenge, grade, no_second_grades, review, the_audit


def ruled(world: World, challenge_id: int, to: str, name: str = "lead") -> None:
    with world.database.writing() as session:
        raised = session.get_one(Challenge, challenge_id)
        own_view(session, raised, world.viewer(name))
        challenges_actions.decide_challenge(session, raised, _ruling(to), by=world.viewer(name))


def _ruling(to: str) -> challenges_actions.Ruling:
    return challenges_actions.Ruling(
        to, "These are the reasons.", [challenges_actions.Point("SAF1", to, "This is why.")]
    )


def test_every_act_after_a_grade_is_in_the_log_as_it_left_the_tables(world: World) -> None:
    with world.database.writing() as session:
        open_ones = session.scalars(select(Challenge.id)).all()
    todo, head2, director = cases(world, "A2")[:3], world.viewer("head2"), world.viewer("director")
    for case_id in todo:
        grade(world, case_id, "not_met")
    withdrawn, escalated = challenge(world, todo[0], "head2"), challenge(world, todo[1], "head2")
    ruled(world, open_ones[0], "met")
    ruled(world, escalated, "not_met")
    with world.database.writing() as session:
        challenges_actions.accept_decision(session, session.get_one(Challenge, open_ones[0]), by=head2)
        challenges_actions.withdraw_challenge(session, session.get_one(Challenge, withdrawn), by=head2)
        challenges_actions.escalate(session, session.get_one(Challenge, escalated), reason="Not weighed.", by=head2)
    assert found(world) == []
    with world.database.writing() as session:
        own_view(session, session.get_one(Challenge, escalated), director)
        challenges_actions.adjudicate(session, session.get_one(Challenge, escalated), _ruling("met"), by=director)
        returned = session.scalars(select(Return).where(Return.case_id == todo[2])).one()
        needed = returns_actions.Review(
            children_safe=True,
            note="Safe.",
            further_action=FurtherAction.NEEDED,
            action_what="A call",
            action_by=today(),
        )
        returns_actions.review(session, returned, needed, by=head2)
        returns_actions.accept_grade(session, returned, by=head2)
        returns_actions.record_action_done(session, returned, done_on=today(), by=head2)
        person = session.scalars(select(Person).where(Person.email == "im2@example.test")).one()
        end_role(session, person, person.grants[0].id, by=None)
        disable(session, person, by=None)
    assert found(world) == []


def test_finalised_figures_and_a_withdrawn_audit_follow_from_the_log(world: World) -> None:
    for area in ("A1", "A2"):
        for case_id in cases(world, area):
            grade(world, case_id, "good")
    with world.database.reading() as session:
        returned = session.scalars(select(Return.case_id).where(Return.state == ReturnState.OPEN)).one()
    review(world, returned, "head1")
    no_second_grades(world)
    with world.database.writing() as session:
        returns_actions.accept_grade(
            session, session.scalars(select(Return).where(Return.case_id == returned)).one(), by=world.viewer("head1")
        )
        challenges_actions.withdraw_challenge(
            session, session.scalars(select(Challenge)).one(), by=world.viewer("head2")
        )
        finalise(session, the_audit(session), by=world.viewer("director"))
    assert found(world) == []
    with world.database.writing() as session:
        session.execute(update(Publication).values(figures="{}"))
    stands, hashed = found(world)
    assert stands.startswith("Publication 1: what stands there as its figures is not")
    assert hashed.startswith("Publication 1: its figures have another hash")
    with world.database.writing() as session:
        withdraw(
            session,
            session.scalars(select(Audit).where(Audit.ref == REF)).one(),
            by=world.viewer("director"),
            reason="Wrong window.",
        )
    assert len(found(world)) == 2
