"""People for the matrix: each holds one role in one scope, here or elsewhere, or none."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from sqlalchemy import select, update

from app.accounts.actions import add_person, grant_role
from app.audit.areas.actions import add_region
from app.audit.areas.queries import regions
from app.audit.enums import AssessmentKind
from app.audit.models import Assessment, Audit, Benchmark
from app.clock import clock
from app.people.enums import SCOPES, Role, Scope
from app.people.models import Person, RoleGrant, Team
from tests.browser import Browser
from tests.improvement.conftest import MANAGER, PRACTITIONER
from tests.world import PASSWORD, World

# Whose the things are: the graded cases, the second grades, what was sent. They hold nothing else.
OWNERS = {Role.IMPROVEMENT_MANAGER: "im1", Role.BENCHMARKER: "bench", Role.ANALYST: "analyst", Role.LEAD: "lead"}
OF_THE_CAST = {
    **OWNERS,
    Role.IMPROVEMENT_ASSISTANT: "assistant",
    Role.HEAD_OF_SERVICE: "head2",
    Role.ASSISTANT_DIRECTOR: "ad",
    Role.DIRECTOR: "director",
    Role.READER: "reader",
    Role.ADMINISTRATOR: "admin",
    Role.PRACTITIONER: PRACTITIONER.partition("@")[0],
    Role.SERVICE_MANAGER: MANAGER.partition("@")[0],
}
NOBODY, STRANGER = "nobody", ""
ELSEWHERE = {Scope.AUDIT: "OTHER", Scope.AREA: "A9", Scope.PRACTITIONER: "P-A9-9", Scope.TEAM: "99"}


@dataclass(frozen=True, slots=True)
class Holder:
    """Somebody with one role in one scope; without a role they have signed in, or, without a name, not even that."""

    name: str
    role: Role | None = None
    kind: Scope | None = None
    here: bool = False
    # Whether the cases, the second grade or the file in question are theirs.
    owner: bool = False


def holders() -> Iterator[Holder]:
    """Yield everybody who tries the doors."""
    yield Holder(STRANGER)
    yield Holder(NOBODY)
    for role, kinds in SCOPES.items():
        for kind in kinds:
            first = kind is kinds[0]
            yield Holder(OF_THE_CAST[role] if first else f"{role}-{kind}", role, kind, here=True, owner=first)
            if kind in ELSEWHERE:
                yield Holder(f"{role}-elsewhere", role, kind)


def settle(world: World) -> None:
    """Give everybody what they hold, and nothing else, in a world in which there is a practitioner and a manager."""
    with world.database.writing() as session:
        if not regions(session):
            add_region(session, "S", "South", by=None)
        refs = list(session.scalars(select(Audit.ref)))
        team = str(session.scalars(select(Team.id)).first())
        head = session.scalars(select(Person).where(Person.email == "head2@example.test")).one()
        for grant in session.scalars(select(RoleGrant).where(RoleGrant.person_id == head.id)):
            session.delete(grant)
        own = session.scalars(
            select(RoleGrant.scope).where(RoleGrant.role == Role.PRACTITIONER, RoleGrant.scope != "")
        ).first()
        places = {
            Scope.NATION: [""],
            Scope.AREA: ["A1", "A2"],
            Scope.AUDIT: refs,
            Scope.PRACTITIONER: [own or ""],
            Scope.TEAM: [team],
            Scope.REGION: ["S"],
        }
        session.flush()
        session.expire_all()
        for holder in holders():
            if holder.role is None or holder.kind is None:
                continue
            email = f"{holder.name}@example.test"
            person = session.scalars(select(Person).where(Person.email == email)).first() or add_person(
                session, email=email, name=holder.name, job_title="Of the matrix", password=PASSWORD, by=None
            )
            held = {(g.role, g.scope_kind, g.scope) for g in person.grants}
            for scope in places[holder.kind] if holder.here else [ELSEWHERE[holder.kind]]:
                if (holder.role, holder.kind, scope) not in held:
                    grant_role(session, person, holder.role, holder.kind, scope, by=None)
        bench = session.scalars(select(Person).where(Person.email == "bench@example.test")).one()
        session.execute(update(Benchmark).values(benchmarker_id=bench.id))
        second = Assessment.kind == AssessmentKind.BENCHMARK
        session.execute(update(Assessment).where(second).values(author_id=bench.id))


def joined(world: World, name: str, closed: Collection[Holder]) -> Browser:
    """Return the browser of one person who holds the roles of many who are not let in, each where they hold it."""
    with world.database.writing() as session:
        email = f"{name}@example.test"
        person = add_person(session, email=email, name=name, job_title="Of many", password=PASSWORD, by=None)
        theirs = {f"{holder.name}@example.test" for holder in closed}
        query = select(RoleGrant).join(Person, RoleGrant.person_id == Person.id).where(Person.email.in_(theirs))
        held = {(g.role, g.scope_kind, g.scope) for g in session.scalars(query)}
        for role, kind, scope in sorted(held):
            session.add(RoleGrant(person_id=person.id, role=role, scope_kind=kind, scope=scope, granted_at=clock.now()))
    return world.browser(name)
