"""Which service areas have nobody at their head who can sign in, and who stands in for them."""

import pytest
from sqlalchemy import select

from app.audit.bars.queries import everybody
from app.clock import clock
from app.people.enums import Role, Scope
from app.people.models import Person
from app.people.queries import headless
from app.web.sessions import standing_in
from tests.moderation.stories import give
from tests.world import World


@pytest.mark.parametrize("others", [0, 1])
def test_an_area_whose_only_head_cannot_sign_in_has_none_and_the_assistant_director_stands_in(
    world: World, others: int
) -> None:
    if others:
        give(world, "nobody", Role.HEAD_OF_SERVICE, Scope.AREA, "A1")
    deputy = world.viewer("ad")
    with world.database.writing() as session:
        assert headless(session) == []
        head = session.scalars(select(Person).where(Person.id == world.viewer("head1").id)).one()
        head.disabled_at = clock.now()
    with world.database.reading() as session:
        assert headless(session) == everybody(session).headless == ([] if others else ["A1"])
        assert standing_in(session, deputy).standing_in == frozenset(headless(session))
