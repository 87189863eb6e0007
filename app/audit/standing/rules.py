"""The standing judgement of each standard of a case. Pure."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Protocol

from app.audit.enums import DecisionKind
from app.audit.models import Decision
from app.audit.standing.models import DecidedJudgement

# How a decision that settled a standard is called where the standard stands; what the auditor said follows it.
CALLED = {
    DecisionKind.BENCHMARK_RESOLUTION: "By the second grade",
    DecisionKind.CHALLENGE_DECISION: "Decided",
    DecisionKind.ADJUDICATION: "Adjudicated",
}


class JudgedStandard(Protocol):
    """What an assessment says of a standard: a row, or the columns that were read for a page."""

    @property
    def standard(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def judgement(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def degree(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def evidence(self) -> str: ...  # noqa: D102 - as the table has it
    @property
    def set_aside(self) -> bool: ...  # noqa: D102 - as the table has it


@dataclass(frozen=True, slots=True)
class Settled:
    """What a decision settles of one standard: level, degree and why, or why it is set aside."""

    standard: str
    level: str
    degree: str | None
    why: str
    set_aside: bool = False


def adopted(second: Iterable[JudgedStandard]) -> list[Settled]:
    """Return what is settled where a second grade is adopted: all that its author judged."""
    return [
        Settled(j.standard, "" if j.set_aside else j.judgement, j.degree, j.evidence, j.set_aside)
        for j in second
        if j.set_aside or j.judgement
    ]


@dataclass(frozen=True, slots=True)
class StandingJudgement:
    """The judgement that stands on one standard, what its auditor said of it, and the decision that changed that.

    `level` is empty where the standard is set aside or was not judged; `degree` is None where it is not recorded.
    """

    standard: str
    level: str
    degree: str | None
    set_aside: bool
    evidence: str
    first: JudgedStandard | None
    decision: Decision | None = None

    @property
    def first_level(self) -> str:
        """Return the level that the auditor gave, empty where they set the standard aside or did not judge it."""
        return "" if self.first is None or self.first.set_aside else self.first.judgement

    @property
    def changed(self) -> bool:
        """Say whether a decision left another judgement than the auditor's; one without a degree always does."""
        if self.decision is None or self.first is None:
            return self.decision is not None
        if self.set_aside or self.first.set_aside:
            return self.set_aside != self.first.set_aside
        return (self.level, self.degree) != (self.first.judgement, self.first.degree)

    @property
    def called(self) -> str:
        """Return what settled it, as the first word of what stands; empty where nobody but the auditor judged."""
        return CALLED.get(self.decision.kind, "") if self.decision else ""


def standing_judgements(
    first: Iterable[JudgedStandard], decided: Iterable[DecidedJudgement]
) -> Mapping[str, StandingJudgement]:
    """Return what stands of each standard of a case, by its code.

    `first` is what the auditor submitted last: a first assessment, or its correction. The newest decision that settled
    a standard takes its place, be it a second grade that was adopted, a challenge that was decided, or an adjudication.
    """
    by_auditor = {j.standard: j for j in first}
    found = {
        code: StandingJudgement(code, "" if j.set_aside else j.judgement, j.degree, j.set_aside, j.evidence, j)
        for code, j in by_auditor.items()
    }
    for d in sorted(decided, key=lambda d: d.decision_id):
        found[d.standard] = StandingJudgement(
            d.standard, d.level, d.degree, d.set_aside, d.why, by_auditor.get(d.standard), d.decision
        )
    return found
