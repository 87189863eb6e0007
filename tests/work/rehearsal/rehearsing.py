"""A rehearsal in the small world, and people who can take part in it."""

from dataclasses import replace

from sqlalchemy import select

from app.accounts.actions import grant_role
from app.audit.allocation import actions as allocating
from app.audit.library import queries as library_queries
from app.audit.models import AuditCase
from app.keeping import record as check
from app.people.enums import Role
from app.people.models import Person
from app.work.rehearsal.actions import start, usual
from tests.world import NATION, NATIONAL, World, grade, review, the_audit

FIRST = "REHEARSAL-1"
EVERYWHERE = (("lead", Role.LEAD), ("im1", Role.IMPROVEMENT_MANAGER), ("im2", Role.IMPROVEMENT_MANAGER))


def with_people(world: World) -> None:
    """Give some of the cast their roles for every audit: elsewhere they hold them for one."""
    with world.database.writing() as session:
        for name, role in EVERYWHERE:
            person = session.scalars(select(Person).where(Person.email == f"{name}@example.test")).one()
            grant_role(session, person, role, *NATION, by=None)


def begun(world: World, by: str = "director", *, each: int = 2) -> str:
    """Begin a rehearsal against the document of the tests, and return its reference."""
    with world.database.writing() as session:
        wanted = replace(usual(session), threshold=library_queries.threshold(session, *NATIONAL).id, each=each)
        return start(session, wanted, by=world.viewer(by)).ref


def shared_out(world: World, ref: str = FIRST) -> list[int]:
    """Share the cases out, and return them."""
    with world.database.writing() as session:
        audit, graders = the_audit(session, ref), [world.viewer(name).id for name in ("im1", "im2")]
        allocating.allocate_cases(session, audit, auditors=graders, by=world.viewer("lead"))
        query = select(AuditCase.id).where(AuditCase.audit_id == audit.id, AuditCase.area.in_(["A1", "A2"]))
        return list(session.scalars(query.order_by(AuditCase.id)))


def in_the_middle(world: World, *, people: bool = True) -> list[int]:
    """Bring a rehearsal into the middle of its fieldwork: graded, returned, reviewed; return its cases of two areas."""
    if people:
        with_people(world)
    cases = shared_out(world, begun(world))
    grade(world, cases[0], "not_met")
    grade(world, cases[1], "good")
    grade(world, cases[2], "not_met")
    with world.database.reading() as session:
        area = session.get_one(AuditCase, cases[0]).area
    review(world, cases[0], "head1" if area == "A1" else "head2")
    return cases


def wrong(world: World) -> list[str]:
    """Return what verify-log says."""
    with world.database.reading() as session:
        return list(check.wrong(session))
