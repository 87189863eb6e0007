"""Each time of an audit's framework is the one of its own name: no two settings have the same value here."""

from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from sqlalchemy import select, update

from app.audit import queries
from app.audit.models import Audit, AuditCase
from app.clock import clock
from app.events import Event
from app.moderation.challenges import actions as challenges_actions
from app.moderation.challenges.rules import decide_by
from app.moderation.concerns import actions as concerns_actions
from app.moderation.models import Challenge, Return
from app.notices.models import Notice
from app.people.models import Person
from tests.moderation.stories import own_view, the_challenge
from tests.world import World, cases, challenge, grade

APART = {"review_days": 2, "challenge_days": 4, "escalation_days": 7, "correction_days": 3, "decision_days": 9}
# A Wednesday; the days are counted in working days.
NOW = datetime(2026, 11, 25, 15, tzinfo=UTC)


@pytest.fixture
def apart(world: World) -> Iterator[World]:
    """Yield a world in which every time differs, on that Wednesday."""
    with world.database.writing() as session:
        session.execute(update(Audit).values(**APART))
    clock.set(NOW)
    yield world
    clock.set(None)


def ruled(world: World, grade_to: str, *, adjudicated: bool = False) -> None:
    """Decide the challenge that the world begins with, or adjudicate it."""
    ruling = challenges_actions.Ruling(grade_to, "Read.", [challenges_actions.Point("SAF1", grade_to, "Read.")])
    who = world.viewer("director" if adjudicated else "second")
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        own_view(session, of, who, grade_to)
        (challenges_actions.adjudicate if adjudicated else challenges_actions.decide_challenge)(
            session, of, ruling, by=who
        )


def escalate(world: World) -> None:
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        challenges_actions.escalate(session, of, reason="It is on file.", by=world.viewer("head2"))


def test_a_returned_case_has_the_time_for_its_review_and_the_time_to_answer(apart: World) -> None:
    case_id = cases(apart, "A1")[0]
    grade(apart, case_id, "not_met")
    with apart.database.reading() as session:
        returned = session.scalars(select(Return).where(Return.case_id == case_id)).one()
        assert (returned.review_due, returned.challenge_due) == (date(2026, 11, 27), date(2026, 12, 1))
        assert queries.correct_until(session, session.get_one(AuditCase, case_id)) == date(2026, 11, 30)
        opened = session.scalars(select(Event).where(Event.name == "return_opened", Event.case_id == case_id)).one()
        assert opened.details["review_due"] == "2026-11-27"
        told = session.scalars(select(Notice.due).where(Notice.case_id == case_id)).all()
        assert date(2026, 11, 27) in told


def test_a_decision_can_be_taken_further_for_its_own_time(apart: World) -> None:
    ruled(apart, "not_met")
    with apart.database.reading() as session:
        of = session.get_one(Challenge, the_challenge(apart))
        assert of.escalation_due == date(2026, 12, 4)
        assert decide_by(of) is None
    escalate(apart)
    with apart.database.reading() as session:
        assert decide_by(session.get_one(Challenge, the_challenge(apart))) == date(2026, 12, 8)


def test_a_challenge_is_expected_to_be_decided_in_the_days_of_its_framework(apart: World) -> None:
    case_id = cases(apart, "A1")[0]
    grade(apart, case_id, "not_met")
    number = challenge(apart, case_id, "head1")
    with apart.database.reading() as session:
        assert decide_by(session.get_one(Challenge, number)) == date(2026, 12, 8)
        auditor = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id)
        assert auditor.email.startswith("im")


def test_a_concern_is_acknowledged_in_one_working_day(apart: World) -> None:
    with apart.database.writing() as session:
        of = session.get_one(AuditCase, cases(apart, "A1")[0])
        made = concerns_actions.raise_concern(session, of, seen="Seen.", by=apart.viewer("assistant"))
        assert made.acknowledge_by == date(2026, 11, 26)


def test_a_case_that_becomes_the_lowest_only_in_the_end_has_fresh_times(apart: World) -> None:
    ruled(apart, "met")
    escalate(apart)
    ruled(apart, "not_met", adjudicated=True)
    with apart.database.reading() as session:
        newest = session.scalars(select(Return).order_by(Return.id.desc()).limit(1)).one()
        assert (newest.review_due, newest.challenge_due) == (date(2026, 11, 27), date(2026, 12, 1))
