"""What the tests of concerns have in common: one that is raised, and its moves."""

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from app.audit.grading import actions as grading
from app.audit.models import AuditCase
from app.clock import today
from app.moderation.concerns import actions as concerns_actions
from app.moderation.enums import ConcernState
from app.moderation.models import Concern
from app.people.models import Person
from app.people.rules import Viewer
from app.web.sessions import viewer_of
from tests.moderation.stories import date_fields
from tests.world import World, cases

SEEN = "Contact log, 3 October: a bruise, no strategy discussion."
PEOPLE = (
    "director",
    "ad",
    "analyst",
    "lead",
    "second",
    "im1",
    "im2",
    "assistant",
    "head1",
    "head2",
    "reader",
    "admin",
    "stranger",
)


def auditor_of(world: World, case_id: int) -> str:
    with world.database.reading() as session:
        return session.get_one(Person, session.get_one(AuditCase, case_id).auditor_id).email.partition("@")[0]


def in_progress(world: World) -> int:
    """Let the auditor of a case of A1 begin it, with a grade that is not submitted; return the case."""
    case_id = cases(world, "A1")[0]
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        draft = grading.start_grading(session, case, by=viewer_of(session.get_one(Person, case.auditor_id)))
        grading.save_grade(session, draft, grade="not_met", departure_reason="")
    return case_id


def raised(world: World, who: str = "assistant", case_id: int = 0) -> int:
    """Raise a concern, about a case of A1 that is in progress if about no other; return it."""
    case_id = case_id or in_progress(world)
    with world.database.writing() as session:
        return concerns_actions.raise_concern(
            session, session.get_one(AuditCase, case_id), seen=SEEN, by=world.viewer(who)
        ).id


def moved(session: Session, concern: Concern, name: str, by: Viewer) -> None:
    if name == "acknowledge":
        concerns_actions.acknowledge_concern(
            session, concern, plan="The file is read.", act_by=today() + timedelta(days=2), by=by
        )
    elif name == "act":
        concerns_actions.act_on_concern(session, concern, what="Referred.", who="Service manager", on=today(), by=by)
    else:
        concerns_actions.close_concern(session, concern, reason="The referral is taken up.", by=by)


def move(world: World, concern_id: int, *names: str, by: str = "head1") -> None:
    for name in names:
        with world.database.writing() as session:
            moved(session, session.get_one(Concern, concern_id), name, world.viewer(by))


def step(name: str) -> dict[str, str]:
    """Return what the button of a step sends."""
    return {"step": name}


def plan(text: str = "The service manager reads the file.", *, days: int = 1) -> dict[str, str]:
    by = today() + timedelta(days=days)
    return {"plan": text, **date_fields("act_by", by.day, by.month, by.year)}


def count(world: World) -> int:
    with world.database.reading() as session:
        return session.scalar(select(func.count()).select_from(Concern)) or 0


def state(world: World, concern_id: int) -> ConcernState:
    with world.database.reading() as session:
        return session.get_one(Concern, concern_id).state
