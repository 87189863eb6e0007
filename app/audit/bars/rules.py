"""The list of bars, and the guard that every act on a case asks. Pure."""

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Protocol, Self

from app.workflow import Situation, looked_up


class Bar(StrEnum):
    """What keeps a person from grading a case or deciding on its grade.

    A qualification that is missing joins the list once there are qualifications (grading.md 5).
    """

    INTEREST = "interest"
    SCOPE = "scope"
    OWN_WORK = "own_work"
    STOOD_ASIDE = "stood_aside"


class CaseToBar(Protocol):
    """What the bars read of a case: a row, or the columns that were read for a page of the tool."""

    @property
    def id(self) -> int: ...  # noqa: D102 - as the table has it
    @property
    def area(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def practitioner_id(self) -> str: ...  # noqa: D102 - as the table has it


class CaseToName(CaseToBar, Protocol):
    """The same, where it is told what is barred."""

    @property
    def case_ref(self) -> str: ...  # noqa: D102 - as the table has it


# How each bar is said to whom it bars; what makes the act possible follows.
SAID = {
    Bar.INTEREST: "You have a declared interest in case {ref}, so somebody else has to do this.",
    Bar.SCOPE: "You head {area}, the service area of this case, so somebody else has to do this.",
    Bar.OWN_WORK: "You had a part in this case already, so somebody else has to do this.",
    Bar.STOOD_ASIDE: "You said that you would not decide on this case, so somebody else has to do this.",
}
NEXT = (
    "The audit lead sees that it waits, and gives it to somebody else. What you wrote is kept. An interest that no "
    "longer holds can be ended on ‘Your interests’; where nobody else is left, a national service director other than "
    "you can waive it with a reason."
)


@dataclass(frozen=True, slots=True)
class Bars:
    """Who must not act on which cases.

    Declared interests as pairs of a person and an area, and of a person and a practitioner; who heads which area; who
    had a part in the case of which practitioner; and of whom the interest in a case was waived.
    """

    areas: frozenset[tuple[int, str]] = frozenset()
    practitioners: frozenset[tuple[int, str]] = frozenset()
    heads: frozenset[tuple[int, str]] = frozenset()
    parts: frozenset[tuple[int, str]] = frozenset()
    waived: frozenset[tuple[int, int]] = frozenset()

    def bar(self, person: int, case: CaseToBar) -> Bar | None:
        """Return what keeps somebody from a case, or None; an interest last, as it alone can be waived."""
        if (person, case.area) in self.heads:
            return Bar.SCOPE
        if (person, case.practitioner_id) in self.parts:
            return Bar.OWN_WORK
        declared = (person, case.area) in self.areas or (person, case.practitioner_id) in self.practitioners
        return Bar.INTEREST if declared and (person, case.id) not in self.waived else None

    def hold(self, person: int, case: CaseToBar) -> bool:
        """Say whether somebody must not act on a case."""
        return self.bar(person, case) is not None

    def refusal(self, person: int, case: CaseToName) -> str | None:
        """Return what is said to whoever must not act on a case, or None."""
        bar = self.bar(person, case)
        if bar is None:
            return None
        return f"{SAID[bar].format(area=case.area, ref=case.case_ref)} {NEXT}"

    def waiving(self, person: int, case: CaseToBar) -> Self:
        """Return the same with somebody's interest in a case waived."""
        return replace(self, waived=self.waived | {(person, case.id)})


class BarsKnown(Protocol):
    """What is known where the bars are asked."""

    @property
    def bars(self) -> Bars | None: ...  # noqa: D102 - None where nobody looked it up


class OnCase(Protocol):
    """Something about a case."""

    @property
    def case(self) -> CaseToName: ...  # noqa: D102 - as the table has it


def may_act_on(case: CaseToName, situation: Situation[BarsKnown]) -> str | None:
    """Ask that nothing keeps the person from the case."""
    return looked_up(situation.known.bars).refusal(situation.viewer.id, case)


def may_act_on_its_case(thing: OnCase, situation: Situation[BarsKnown]) -> str | None:
    """Ask that nothing keeps the person from the case that something is about."""
    return may_act_on(thing.case, situation)
