"""What is reported of pages: everybody reads their own, administrators all."""

from collections.abc import Iterator, Sequence

from sqlalchemy import ColumnElement, func, select, true
from sqlalchemy.orm import Session

from app.errors import NotFound
from app.events import Row
from app.installation.problems.log import problem_row
from app.installation.problems.models import PageProblem
from app.people.enums import Role
from app.people.models import Person
from app.people.rules import Viewer

# Open ones come first, so that none of them is beyond what a page shows.
MOST = 200


def _of(viewer: Viewer) -> ColumnElement[bool]:
    return true() if viewer.holds(Role.ADMINISTRATOR) else PageProblem.by_id == viewer.id


def problems(session: Session, viewer: Viewer) -> Sequence[tuple[PageProblem, str]]:
    """Return the reports that somebody may read, each with who wrote it: those that wait first, then the newest."""
    query = select(PageProblem, Person.name).join(Person, Person.id == PageProblem.by_id).where(_of(viewer))
    order = (PageProblem.answered_at.is_not(None), PageProblem.id.desc())
    return [(of, name) for of, name in session.execute(query.order_by(*order).limit(MOST))]


def problem(session: Session, viewer: Viewer, problem_id: int) -> PageProblem:
    """Return a report; raises NotFound where it is not there or somebody else's."""
    of = session.scalar(select(PageProblem).where(PageProblem.id == problem_id, _of(viewer)))
    if of is None:
        raise NotFound
    return of


def waiting(session: Session, viewer: Viewer) -> int:
    """Return how many reports wait for an administrator's answer."""
    if not viewer.holds(Role.ADMINISTRATOR):
        return 0
    counted = select(func.count()).select_from(PageProblem).where(PageProblem.answered_at.is_(None))
    return session.scalar(counted) or 0


def rows(session: Session) -> Iterator[Row]:
    """Yield the reports as the event log keeps them."""
    yield from map(problem_row, session.scalars(select(PageProblem).order_by(PageProblem.id)))
