"""When the stages of an audit are: their order, plans forwards and backwards, the earliest finalising. Pure."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Protocol

from app.audit.enums import TIMETABLE_LABELS, AuditState, TimetableStage
from app.audit.rules import OVER
from app.clock import add_working_days, day, is_working_day, take_working_days
from app.dates import working_fault
from app.people.enums import Role

Days = Mapping[TimetableStage, date]
STAGES = tuple(TimetableStage)
# Who plans; and who does what is planned.
PLANNERS = (Role.LEAD, Role.DIRECTOR)
WHO: Mapping[TimetableStage, tuple[Role, ...]] = {
    TimetableStage.LIST_BY: (Role.ANALYST,),
    TimetableStage.LOCK_ON: (Role.LEAD,),
    TimetableStage.DICE_ON: (Role.LEAD,),
    TimetableStage.GRADING_FROM: (Role.IMPROVEMENT_MANAGER,),
    TimetableStage.GRADING_TO: (Role.IMPROVEMENT_MANAGER,),
    TimetableStage.LAST_CHALLENGE: (Role.HEAD_OF_SERVICE,),
    TimetableStage.FINALISE_ON: (Role.LEAD,),
    TimetableStage.REPORT_ON: (Role.LEAD, Role.DIRECTOR),
    TimetableStage.PUBLISH_ON: (Role.DIRECTOR,),
}
# Usually so many working days for grading, and between the other stages.
GRADING_DAYS, MOST_GRADING_DAYS = 20, 250
_LOCK, _DICE, _BEGIN, _REPORT, _PUBLISH = 2, 1, 2, 5, 5


class Windows(Protocol):
    """What a framework says of the time for challenges."""

    @property
    def challenge_days(self) -> int: ...  # noqa: D102 - as the table has it
    @property
    def decision_days(self) -> int: ...  # noqa: D102 - as the table has it
    @property
    def escalation_days(self) -> int: ...  # noqa: D102 - as the table has it


@dataclass(frozen=True, slots=True)
class Until:
    """Until when the last case graded can be challenged, decided, taken further and adjudicated."""

    challenged: date
    decided: date
    further: date
    adjudicated: date


def until(grading_to: date, windows: Windows) -> Until:
    """Return what follows from the windows where grading ends on a day, each taken whole."""
    challenged = add_working_days(grading_to, windows.challenge_days)
    decided = add_working_days(challenged, windows.decision_days)
    further = add_working_days(decided, windows.escalation_days)
    return Until(challenged, decided, further, add_working_days(further, windows.decision_days))


def gaps(windows: Windows, grading: int) -> Sequence[int]:
    """Return how many working days usually lie between each stage and the next."""
    after = 2 * windows.decision_days + windows.escalation_days
    return (_LOCK, _DICE, _BEGIN, grading, windows.challenge_days, after, _REPORT, _PUBLISH)


def forwards(first: date, between: Sequence[int]) -> dict[TimetableStage, date]:
    """Return a plan that begins on a day, or on the working day after it."""
    days = [first if is_working_day(first) else add_working_days(first, 1)]
    for count in between:
        days.append(add_working_days(days[-1], count))
    return dict(zip(STAGES, days, strict=True))


def backwards(last: date, between: Sequence[int]) -> dict[TimetableStage, date]:
    """Return a plan that ends on a day, or on the working day before it."""
    days = [last if is_working_day(last) else take_working_days(last, 1)]
    for count in reversed(between):
        days.append(take_working_days(days[-1], count))
    return dict(zip(STAGES, reversed(days), strict=True))


PLANS: Mapping[str, Callable[[date, Sequence[int]], dict[TimetableStage, date]]] = {
    "forwards": forwards,
    "backwards": backwards,
}


def faults(days: Days) -> dict[str, str]:
    """Return what is wrong with the days of a timetable, by stage: nobody works on one, or two are out of order."""
    found = {}
    planned = [stage for stage in STAGES if stage in days]
    for earlier, later in pairwise(planned):
        if days[later] < days[earlier]:
            found[later.value] = (
                f"‘{TIMETABLE_LABELS[later]}’ comes after ‘{TIMETABLE_LABELS[earlier]}’, so it cannot be before "
                f"{day(days[earlier])}"
            )
    return found | {stage.value: fault for stage in planned if (fault := working_fault(days[stage]))}


def remarks(days: Days, windows: Windows, grade_by: date | None) -> Iterator[str]:
    """Yield what is worth knowing of a timetable: it is shorter than the windows, or not as the framework has it."""
    ends = days.get(TimetableStage.GRADING_TO)
    if ends and grade_by and ends != grade_by:
        yield f"The framework says that grading ends on {day(grade_by)}; the timetable says {day(ends)}."
    if ends is None:
        return
    found, asked = until(ends, windows), days.get(TimetableStage.LAST_CHALLENGE)
    if asked and asked < found.challenged:
        yield f"A case graded on the last day can be challenged until {day(found.challenged)}, not only {day(asked)}."
    final = days.get(TimetableStage.FINALISE_ON)
    if final and final < found.adjudicated:
        yield (
            f"It is planned to finalise on {day(final)}. If every window is used, a challenge is adjudicated by "
            f"{day(found.adjudicated)}: the plan holds only if areas answer sooner."
        )


_DONE_FROM: Mapping[TimetableStage, AuditState] = {
    TimetableStage.LIST_BY: AuditState.SAMPLED,
    TimetableStage.LOCK_ON: AuditState.SAMPLED,
    TimetableStage.DICE_ON: AuditState.SAMPLED,
    TimetableStage.GRADING_FROM: AuditState.FIELDWORK,
    TimetableStage.GRADING_TO: AuditState.FINALISED,
    TimetableStage.LAST_CHALLENGE: AuditState.FINALISED,
    TimetableStage.FINALISE_ON: AuditState.FINALISED,
    TimetableStage.REPORT_ON: AuditState.PUBLISHED,
    TimetableStage.PUBLISH_ON: AuditState.PUBLISHED,
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known of an audit beside its timetable: its state, its list, and whether cases are to be graded."""

    state: AuditState
    has_list: bool = False
    locked: bool = False
    ungraded: bool = False


def is_done(stage: TimetableStage, of: Standing) -> bool:
    """Say whether a stage lies behind an audit."""
    order = list(AuditState)
    if of.state in OVER or order.index(of.state) >= order.index(_DONE_FROM[stage]):
        return True
    if stage is TimetableStage.GRADING_TO:
        return of.state is AuditState.FIELDWORK and not of.ungraded
    return (stage is TimetableStage.LIST_BY and of.has_list) or (stage is TimetableStage.LOCK_ON and of.locked)


def is_late(stage: TimetableStage, on: date | None, of: Standing, today: date) -> bool:
    """Say whether a stage's day has passed without it; the last day for a challenge passes by itself."""
    if on is None or on >= today or stage is TimetableStage.LAST_CHALLENGE:
        return False
    return not is_done(stage, of)
