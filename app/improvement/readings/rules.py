"""What may happen to a practitioner's reading of their audited case, and from which day on."""

from dataclasses import dataclass
from datetime import date

from app.audit.enums import AuditState, CaseState
from app.audit.models import AuditCase
from app.clock import add_working_days, local_date, today
from app.improvement.enums import READING_STATE_LABELS, ReadingState
from app.improvement.log import reading_row
from app.improvement.models import Reading
from app.moderation.sheets.models import CaseSheet
from app.people.enums import Role
from app.workflow import Situation, Transition, Workflow

REPORTED = (AuditState.FINALISED, AuditState.PUBLISHED)
# So many working days after its audit was finalised a case at the lowest grade opens without a talk; and so many after
# it opened, one that was not read is late.
TALK_WITHIN, READ_WITHIN = 10, 10


def opens_on(case: AuditCase, lowest: str, sheet: CaseSheet | None) -> date | None:
    """Return from which day on a case is open to its practitioner; None while that is not known yet.

    It is final and its audit finalised. At the lowest grade it was talked about first, or the days for that are over:
    nobody learns of it by reading alone.
    """
    if case.state is not CaseState.FINAL or case.audit.state not in REPORTED or case.audit.finalised_at is None:
        return None
    ended = local_date(case.audit.finalised_at)
    if case.standing_grade != lowest:
        return ended
    by_itself = add_working_days(ended, TALK_WITHIN, told=case.audit.finalised_at)
    return min(by_itself, max(ended, local_date(sheet.at))) if sheet else by_itself


def is_open(case: AuditCase, lowest: str, sheet: CaseSheet | None) -> bool:
    """Say whether a case is open to its practitioner today."""
    day = opens_on(case, lowest, sheet)
    return day is not None and day <= today()


def read_by(case: AuditCase, lowest: str, sheet: CaseSheet | None) -> date | None:
    """Return by when a case should be read; nobody waits for results that were brought in."""
    day = opens_on(case, lowest, sheet)
    known = day and not case.audit.imported
    return add_working_days(day, READ_WITHIN, told=case.audit.finalised_at) if day and known else None


@dataclass(frozen=True, slots=True)
class ReadingKnown:
    """What is known of a reading: whether the case is open to its practitioner, and which learning they read."""

    open: bool = False
    same_words: bool = True


def open_to_them(_of: Reading, situation: Situation[ReadingKnown]) -> str | None:
    """Ask for the time: the audit is final, and at the lowest grade there was a talk first."""
    return None if situation.known.open else "This case is not open to its practitioner yet."


def learning_is_written(of: Reading, _situation: Situation[ReadingKnown]) -> str | None:
    """Ask that there is something to agree on."""
    return None if of.learning else "Your service manager has not written down yet what you agreed on."


def same_words(_of: Reading, situation: Situation[ReadingKnown]) -> str | None:
    """Ask that both agree on the same words."""
    if situation.known.same_words:
        return None
    return "Your service manager changed this since you opened the page. Read it again, then confirm it."


_MANAGER, _PRACTITIONER = (Role.SERVICE_MANAGER,), (Role.PRACTITIONER,)
READING: Workflow[Reading, ReadingKnown] = Workflow(
    "reading",
    "reading",
    READING_STATE_LABELS,
    (
        Transition(
            "open", "Open", (), ReadingState.OPEN, _PRACTITIONER, "reading_opened", (open_to_them,), offered=False
        ),
        Transition("read", "I have read it", (ReadingState.OPEN,), ReadingState.READ, _PRACTITIONER, "case_read"),
        Transition(
            "reflect",
            "Save your reflection",
            (ReadingState.READ,),
            ReadingState.REFLECTED,
            _PRACTITIONER,
            "case_reflected_on",
        ),
        Transition(
            "reflect_again",
            "Change your reflection",
            (ReadingState.REFLECTED,),
            ReadingState.REFLECTED,
            _PRACTITIONER,
            "reflection_changed",
        ),
        Transition(
            "propose",
            "Write down the learning",
            (ReadingState.REFLECTED,),
            ReadingState.REFLECTED,
            _MANAGER,
            "learning_proposed",
        ),
        Transition(
            "agree",
            "Agree the learning",
            (ReadingState.REFLECTED,),
            ReadingState.AGREED,
            _PRACTITIONER,
            "learning_agreed",
            (learning_is_written, same_words),
        ),
        Transition(
            "close",
            "Confirm in supervision",
            (ReadingState.AGREED,),
            ReadingState.CLOSED,
            _MANAGER,
            "reading_closed",
        ),
    ),
    reading_row,
)
