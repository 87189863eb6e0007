"""A case as its area's pack tells it, without the names of those who graded. Pure."""

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import cached_property

from app.audit.enums import AUDITORS_OWN, DECISION_LABELS, DecisionKind, Origin
from app.audit.models import Assessment, AuditCase, Decision
from app.audit.standing.better import Better, below_best
from app.audit.standing.models import DecidedJudgement
from app.audit.standing.rules import StandingJudgement, standing_judgements
from app.audit.thresholds.document import ThresholdDocument
from app.clock import day
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.themes.rules import left


@dataclass(frozen=True)
class PackCase:
    """An audited case of an area with what hangs on it, each oldest first.

    `own` is the area's newest own review of it.
    """

    case: AuditCase
    assessment: Assessment | None
    own: Assessment | None
    decisions: Sequence[Decision]
    returns: Sequence[Return]
    challenges: Sequence[Challenge]
    decided: Sequence[DecidedJudgement] = ()
    # The learning points that the audit lead dropped.
    dropped: Collection[str] = ()

    @property
    def first(self) -> str:
        """Return the grade that the auditor gave in the end."""
        return next((d.grade for d in reversed(self.decisions) if d.kind in AUDITORS_OWN), "")

    @property
    def final(self) -> str:
        """Return the grade that stands."""
        return self.case.standing_grade or self.first

    @property
    def counted(self) -> bool:
        """Say whether it counts in the figures: one that was added by hand speaks for no population."""
        return self.case.origin is not Origin.ADDED

    @property
    def themes(self) -> Sequence[str]:
        """Return the codes of its strengths and learning points, without those that were dropped."""
        return left(self.assessment.themes, self.dropped) if self.assessment else ()

    @cached_property
    def standing(self) -> Mapping[str, StandingJudgement]:
        """Return what stands of each of its standards."""
        return standing_judgements(self.assessment.judgements if self.assessment else (), self.decided)


def better_of(of: PackCase, document: ThresholdDocument) -> Sequence[Better]:
    """Return what would have made each standard of a case that stands below the best level the best."""
    return below_best(document, of.case.law_type, of.standing)


def levels_of(standing: Mapping[str, StandingJudgement]) -> dict[str, str]:
    """Return the level of each standard that was judged; one that was set aside has none."""
    return {code: s.level for code, s in standing.items() if s.level}


def became(of: PackCase, document: ThresholdDocument) -> str:
    """Return in a few words what became of a case's grade."""
    if any(c.state is not ChallengeState.WITHDRAWN for c in of.challenges):
        last = of.challenges[-1]
        done = "Adjudicated" if last.adjudication_outcome else "Challenged"
        return f"{done}, {'grade unchanged' if of.final == of.first else 're-graded'}"
    standing = [r for r in of.returns if r.state is not ReturnState.WITHDRAWN]
    if not standing:
        return "Not returned"
    if standing[-1].brought_in:
        return f"Returned, stays {document.label(of.final)}"
    answers = {ReturnState.ACCEPTED: "grade accepted", ReturnState.LAPSED: "not answered, grade stands"}
    return f"Returned, {answers.get(standing[-1].state, f'stays {document.label(of.final)}')}"


@dataclass(frozen=True, order=True, slots=True)
class Step:
    """Something that was decided or done on a case.

    `rank` puts those of one moment in the order in which they follow from each other.
    """

    at: datetime
    rank: int
    words: str
    more: str = ""


def told(of: PackCase, document: ThresholdDocument) -> list[str]:
    """Return what was decided on a case after it was graded, in order of time.

    Results that were brought in have no dates of their own.
    """
    imported = of.case.audit.imported
    steps = [step for d in of.decisions for step in _decision(d, document)]
    steps += [step for r in of.returns for step in _return(r)]
    steps += [step for c in of.challenges for step in _challenge(c, imported=imported)]
    return [f"{s.words}{'' if imported else f', {day(s.at)}'}{f': {s.more}' if s.more else '.'}" for s in sorted(steps)]


def _decision(of: Decision, document: ThresholdDocument) -> Iterator[Step]:
    ranks = {DecisionKind.CORRECTION: 0, DecisionKind.CHALLENGE_DECISION: 4, DecisionKind.ADJUDICATION: 6}
    if of.kind in ranks:
        yield Step(of.at, ranks[of.kind], f"{DECISION_LABELS[of.kind]}, {document.label(of.grade)}", of.reasons)


def _return(of: Return) -> Iterator[Step]:
    yield Step(of.opened_at, 1, "Went back to the area for immediate review")
    if of.overridden_at:
        yield Step(of.overridden_at, 2, "The audit went on without the review")
    if of.brought_in:
        yield Step(of.opened_at, 2, "What the review found was not brought in")
    elif of.reviewed_at:
        safe = "The children are safe." if of.children_safe else "It could not be said that the children are safe."
        yield Step(of.reviewed_at, 2, "Reviewed by the area", f"{safe} {of.review_note}".strip())


def _challenge(of: Challenge, *, imported: bool) -> Iterator[Step]:
    if imported:
        yield Step(of.raised_at, 3, "Challenged; why was not brought in")
    else:
        withdrawn = " (withdrawn later)" if of.state is ChallengeState.WITHDRAWN else ""
        yield Step(of.raised_at, 3, f"Challenged{withdrawn}", of.summary)
    if of.escalated_at:
        yield Step(of.escalated_at, 5, "Taken to the national service director", of.escalation_reason)


@dataclass(frozen=True, slots=True)
class Further:
    """A further action that a case's immediate review found: what, who, by when, and the day it was done.

    Of results that were brought in it is not `known` whether it was done.
    """

    case: AuditCase
    what: str
    who: str
    by: date | None
    done_on: date | None
    known: bool = True

    @property
    def waits(self) -> bool:
        """Say whether it is still to be done."""
        return self.known and self.done_on is None


def further_actions(cases: Sequence[PackCase]) -> list[Further]:
    """Return the further actions of an area's cases, those that are open first."""
    found = [
        Further(c.case, r.action_what, r.action_who, r.action_by, r.action_done_on, known=not r.brought_in)
        for c in cases
        for r in c.returns
        if r.further_action in {FurtherAction.NEEDED, FurtherAction.DONE}
    ]
    return sorted(found, key=lambda f: (not f.waits, f.by or date.max))


def learning_points(cases: Sequence[PackCase], document: ThresholdDocument) -> list[tuple[str, int]]:
    """Return the learning points picked in an area's cases, each with its number of cases, the most frequent first."""
    counts = Counter(code for c in cases for code in set(c.themes))
    found = [
        (theme.label, counts[theme.code])
        for theme in document.learning_themes
        if theme.kind == "learning" and counts[theme.code]
    ]
    return sorted(found, key=lambda point: -point[1])
