"""A head of service proposes who reads as a practitioner and who supervises a team; an administrator confirms it."""

from collections.abc import Iterator

import pytest
from sqlalchemy import select

from app.accounts.proposals import queries as proposals
from app.audit.models import AuditCase
from app.events import Event
from app.improvement.people.queries import practitioners_of
from app.keeping.record import wrong
from app.people.enums import Role, Scope
from app.people.models import RoleProposal
from tests.browser import plain
from tests.moderation.stories import give
from tests.world import World, cases

SOMEBODY = {"name": "Nobody", "email": "nobody@example.test"}


@pytest.fixture
def practitioner(world: World) -> Iterator[str]:
    """Yield the id of a practitioner whose case came back to A1."""
    with world.database.reading() as session:
        head = world.viewer("head1")
        yield practitioners_of(session, head, "A1")[0]


def newest(world: World) -> RoleProposal:
    with world.database.reading() as session:
        return session.scalars(select(RoleProposal).order_by(RoleProposal.id.desc())).first()  # type: ignore[return-value]


def test_two_people_make_somebody_a_practitioner(world: World, practitioner: str) -> None:
    head, admin = world.browser("head1"), world.browser("admin")
    assert practitioner in head.get("/areas/A1/people").text
    head.post("/areas/A1/people/practitioner", {"practitioner": "P-A2-0", **SOMEBODY}, status=422)
    head.post("/areas/A1/people/practitioner", {"practitioner": practitioner, **SOMEBODY})
    assert world.viewer("nobody").practitioners == frozenset()
    assert "Proposed: Nobody" in plain(head.get("/areas/A1/people").text)
    head.post("/areas/A1/people/practitioner", {"practitioner": practitioner, **SOMEBODY}, status=409)
    key = newest(world).id
    head.get(f"/admin/proposals/{key}", status=404)
    assert "Nobody" in admin.get("/").text
    admin.post(f"/admin/proposals/{key}/confirm")
    assert world.viewer("nobody").practitioners == {practitioner}
    admin.post(f"/admin/proposals/{key}/confirm", status=409)
    # Nobody else is this practitioner now.
    head.post(
        "/areas/A1/people/practitioner", {"practitioner": practitioner, "name": "X", "email": "reader@example.test"}
    )
    admin.post(f"/admin/proposals/{newest(world).id}/confirm", status=409)
    admin.post(f"/admin/proposals/{newest(world).id}/decline", {"reason": "Somebody else is."})
    assert "Somebody else is." in head.get("/areas/A1/people").text
    with world.database.reading() as session:
        names = list(session.scalars(select(Event.name).order_by(Event.number.desc()).limit(9)))
        assert names == [
            "role_declined",
            "role_proposed",
            "role_granted",
            "role_confirmed",
            "role_proposed",
            *names[5:],
        ]
        assert list(wrong(session)) == []


def test_who_proposed_does_not_confirm_and_who_is_not_added_waits(world: World, practitioner: str) -> None:
    give(world, "head1", Role.ADMINISTRATOR, Scope.NATION, "")
    head, admin = world.browser("head1"), world.browser("admin")
    head.post("/areas/A1/people/practitioner", {"practitioner": practitioner, "name": "N", "email": "new@example.test"})
    key = newest(world).id
    head.post(f"/admin/proposals/{key}/confirm", status=409)
    assert "Add N on" in plain(admin.get(f"/admin/proposals/{key}").text)
    admin.post(f"/admin/proposals/{key}/confirm", status=409)


def test_a_practitioner_is_in_one_team_at_a_time(world: World, practitioner: str) -> None:
    head, admin = world.browser("head1"), world.browser("admin")
    head.post("/areas/A1/teams/new", {"team": "Team 1", "members": [practitioner, "P-A2-0"]})
    head.post("/areas/A1/teams/new", {"team": "Team 2", "members": practitioner})
    with world.database.reading() as session:
        one, two = proposals.teams_of(session, "A1")
        assert [proposals.members_now(t) for t in (one, two)] == [[], [practitioner]]
        assert proposals.team_of(session, "A1", practitioner) == str(two.id)
        assert proposals.team_of(session, "A2", practitioner) == ""
    head.post(f"/areas/A1/teams/{two.id}/manager", SOMEBODY)
    admin.post(f"/admin/proposals/{newest(world).id}/confirm")
    assert world.viewer("nobody").teams == {two.id}
    world.browser("head2").get(f"/areas/A1/teams/{two.id}", status=404)
    head.post(f"/areas/A1/teams/{two.id}", {})
    with world.database.reading() as session:
        assert proposals.team_of(session, "A1", practitioner) == ""
        assert list(wrong(session)) == []


def test_an_administrator_alone_gives_neither_role(world: World) -> None:
    admin, key = world.browser("admin"), world.viewer("nobody").id
    for role, kind in (("practitioner", "practitioner"), ("service_manager", "team"), ("practitioner", "nation")):
        admin.post(f"/admin/people/{key}/roles", {"role": role, "scope_kind": kind}, status=422)


def test_a_lead_opens_their_own_audited_case_in_no_other_role(world: World) -> None:
    first = cases(world, "A1")[0]
    lead = world.browser("lead")
    lead.get(f"/cases/{first}")
    with world.database.reading() as session:
        own = session.get_one(AuditCase, first).practitioner_id
    give(world, "lead", Role.PRACTITIONER, Scope.PRACTITIONER, own)
    lead.get(f"/cases/{first}", status=404)
