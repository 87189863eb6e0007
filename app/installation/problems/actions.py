"""What happens to a report of a page: written, answered."""

from sqlalchemy.orm import Session

from app.clock import clock
from app.db import lock
from app.errors import Conflict
from app.events import Subject, record
from app.installation.problems.log import problem_row
from app.installation.problems.models import PageProblem
from app.installation.problems.rules import told_fault
from app.labels import told_address
from app.people.rules import Viewer


def report(session: Session, page: str, fault: str, text: str, *, by: Viewer) -> PageProblem:
    """Keep what is wrong with a page; nothing of the page itself is kept but its address."""
    made = PageProblem(page=told_address(page), fault=told_fault(fault), text=text, by_id=by.id, at=clock.now())
    session.add(made)
    session.flush()
    subject = Subject("page problem", made.id)
    record(session, "problem_reported", by=by.id, subject=subject, rows=[problem_row(made)])
    return made


def answer(session: Session, of: PageProblem, words: str, *, by: Viewer) -> None:
    """Answer whoever reported it, and close it; raises Conflict where somebody did."""
    lock(session, PageProblem, of.id)
    if not of.is_open:
        raise Conflict("This was answered already. Somebody who is not content can report it again.")
    of.answer, of.answered_by, of.answered_at = words, by.id, clock.now()
    session.flush()
    subject, told = Subject("page problem", of.id), {"reporter": of.by_id}
    record(session, "problem_answered", by=by.id, subject=subject, details=told, rows=[problem_row(of)])
