"""Who is not told: whoever acts, and whoever may not act, in whatever other role they would be."""

import pytest
from sqlalchemy import select

from app.audit.models import AuditCase
from app.audit.staff.actions import Declared, declare_interest
from app.moderation.challenges import actions as challenges_actions
from app.moderation.models import Challenge
from app.notices.enums import Kind
from app.people.enums import Role, Scope
from app.people.models import Person
from tests.moderation.concern_steps import raised
from tests.moderation.stories import give, own_view
from tests.notices.test_telling import DETAIL, back_with_the_area, notices, the_challenge
from tests.world import NATION, REF, World, challenge

ON_AUDIT = (Scope.AUDIT, REF)


def told_of(world: World, kind: Kind) -> set[str]:
    return {name for name, told in notices(world) if told is kind}


@pytest.mark.parametrize("who", ["lead", "second", "head1"])
def test_whoever_raises_a_concern_is_not_told_of_it(told: World, who: str) -> None:
    raised(told, who)
    assert told_of(told, Kind.CONCERN) == {"lead", "second", "head1"} - {who}


def test_whoever_raises_a_challenge_is_not_asked_to_decide_it(told: World) -> None:
    give(told, "head1", Role.LEAD, *ON_AUDIT)
    challenge(told, back_with_the_area(told), "head1")
    assert told_of(told, Kind.CHALLENGE) == {"lead", "second"}


def test_who_heads_the_area_or_has_an_interest_in_it_is_not_asked_to_decide(told: World) -> None:
    give(told, "second", Role.HEAD_OF_SERVICE, Scope.AREA, "A1")
    give(told, "reader", Role.LEAD, *ON_AUDIT)
    give(told, "ad", Role.LEAD, *ON_AUDIT)
    case_id, ad = back_with_the_area(told), told.viewer("ad")
    with told.database.writing() as session:
        declare_interest(session, ad.id, Declared("Known for years.", area="A1"), by=ad.id)
    challenge(told, case_id, "head1")
    assert told_of(told, Kind.CHALLENGE) == {"lead", "reader"}


def test_where_nobody_may_decide_those_are_told_who_find_somebody(told: World) -> None:
    for name in ("lead", "second"):
        give(told, name, Role.HEAD_OF_SERVICE, Scope.AREA, "A1")
    challenge(told, back_with_the_area(told), "head1")
    assert told_of(told, Kind.CHALLENGE) == {"lead", "second"}


def test_whoever_graded_a_case_is_not_asked_to_decide_its_challenge(told: World) -> None:
    case_id = back_with_the_area(told)
    with told.database.reading() as session:
        auditor = session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email.partition("@")[0]
    for name in ("im1", "im2"):
        give(told, name, Role.LEAD, *ON_AUDIT)
    challenge(told, case_id, "head1")
    assert told_of(told, Kind.CHALLENGE) == {"lead", "second", "im1", "im2"} - {auditor}


def ruled(world: World, by: str) -> None:
    """Decide the challenge that the world begins with."""
    ruling = challenges_actions.Ruling("not_met", DETAIL, [challenges_actions.Point("SAF1", "not_met", DETAIL)])
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        own_view(session, of, world.viewer(by), "not_met")
        challenges_actions.decide_challenge(session, of, ruling, by=world.viewer(by))


def escalate(world: World, by: str) -> None:
    with world.database.writing() as session:
        of = session.get_one(Challenge, the_challenge(world))
        challenges_actions.escalate(session, of, reason=DETAIL, by=world.viewer(by))


def test_whoever_decided_or_escalated_is_not_asked_to_adjudicate(told: World) -> None:
    give(told, "second", Role.DIRECTOR, *NATION)
    give(told, "head2", Role.DIRECTOR, *NATION)
    ruled(told, "second")
    escalate(told, "head2")
    assert told_of(told, Kind.ESCALATION) == {"director"}


def test_a_moderator_who_heads_the_area_is_told_of_the_decision_by_others_only(told: World) -> None:
    give(told, "reader", Role.HEAD_OF_SERVICE, Scope.AREA, "A2")
    ruled(told, "lead")
    assert told_of(told, Kind.DECISION) == {"head2", "reader"}
    with told.database.reading() as session:
        assert session.scalars(select(Challenge.decision_id)).one()
