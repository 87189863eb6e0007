"""Who may decide what on a case, by the guards that the routes themselves ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Generic

from sqlalchemy.orm import Session

from app.audit.actions import situation_about
from app.audit.bars.queries import bars
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK, BenchmarkKnown
from app.audit.enums import AuditState
from app.audit.models import AuditCase, Benchmark
from app.audit.queries import assistant_directors, heads_of, people_with
from app.audit.rules import CASE, CaseKnown
from app.db import unsaved
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE, ChallengeKnown
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.rules import CONCERN, ConcernKnown
from app.moderation.enums import STAGES, ChallengeState, ConcernState, Stage
from app.moderation.models import Challenge, Concern, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import RETURN
from app.people.enums import Role
from app.people.rules import Viewer
from app.workflow import Known, Thing, Workflow


@dataclass(frozen=True, slots=True)
class Act(Generic[Thing, Known]):
    """Something that is decided on a case: the move, what it moves there, and what its guards have to know."""

    label: str
    workflow: Workflow[Thing, Known]
    name: str
    thing: Thing
    known: Known

    @property
    def roles(self) -> Sequence[Role]:
        """Return who decides it."""
        return self.workflow[self.name].roles

    def barred(self, case: AuditCase, viewer: Viewer) -> str | None:
        """Return why somebody may not decide it, whatever the moment, or None."""
        return self.workflow.barred(self.name, self.thing, situation_about(case, viewer, self.known))


AnyAct = Act[Any, Any]


@dataclass(frozen=True, slots=True)
class Duty:
    """An act on a case: who may do it, what is to be done where nobody may, and why the person who looks may not."""

    label: str
    who: Sequence[str]
    nobody: str
    refusal: str | None


def duties(session: Session, viewer: Viewer, case: AuditCase) -> list[Duty]:
    """Return every act on a case, in the order in which a case meets them."""
    challenges = challenges_queries.challenges_about(session, case)
    found = []
    for act in _acts(session, case, challenges[0] if challenges else None):
        able = sorted({p.id: p.name for p in _able(session, case, act)}.values())
        found.append(Duty(act.label, able, "" if able else _nobody(session, case, act), act.barred(case, viewer)))
    return found


def nobody_left(session: Session, challenge: Challenge) -> str:
    """Return that nobody may decide a challenge and who can appoint somebody; empty if somebody may or none waits."""
    stage, case = STAGES.get(challenge.state), challenge.case
    if stage is None or case.audit.state is not AuditState.FIELDWORK:
        return ""
    act = _decides(stage, case, challenge, challenges_queries.known_of(session, challenge))
    return "" if any(True for _ in _able(session, case, act)) else _nobody(session, case, act)


def _acts(session: Session, case: AuditCase, challenge: Challenge | None) -> Iterator[AnyAct]:
    known = (
        challenges_queries.known_of(session, challenge)
        if challenge
        else ChallengeKnown(challenges_queries.parts_in(session, case), bars=bars(session))
    )
    returned = returns_queries.return_that_stands(session, case) or unsaved(Return, case=case)
    yield Act("Grade the case", CASE, "submit", case, CaseKnown(bars=known.bars))
    yield Act("Correct the grade", CASE, "correct", case, CaseKnown(bars=known.bars))
    yield Act("Record the immediate review of a returned case", RETURN, "review", returned, None)
    second = benchmark_queries.benchmark_about(session, case) or unsaved(Benchmark, case=case, benchmarker_id=0)
    neither = BenchmarkKnown(parts=known.parts, bars=known.bars)
    yield Act("Resolve a second grade that differs", BENCHMARK, "resolve", second, neither)
    yield Act("Accept or challenge the grade", RETURN, "challenge", returned, None)
    yield _decides(Stage.DECISION, case, challenge, known)
    yield _decides(Stage.ADJUDICATION, case, challenge, known)
    concerns = [c for c in concerns_queries.concerns_about(session, case) if c.state is not ConcernState.CLOSED]
    for concern in concerns or [unsaved(Concern, raised_by=None)]:
        which = f" {concerns.index(concern) + 1}" if len(concerns) > 1 else ""
        label = f"Close safeguarding concern{which}" if which else "Close a safeguarding concern"
        yield Act(label, CONCERN, "close", concern, ConcernKnown(responsible=""))


def _decides(
    stage: Stage, case: AuditCase, challenge: Challenge | None, known: ChallengeKnown
) -> Act[Challenge, ChallengeKnown]:
    """Return the act of deciding, as it is when a challenge comes to it: whoever is barred then is barred now."""
    state = next(state for state, at in STAGES.items() if at is stage)
    label = "Decide a challenge" if state is ChallengeState.OPEN else "Adjudicate"
    if challenge and challenge.state is state:
        return Act(label, CHALLENGE, stage.verb, challenge, known)
    thing = unsaved(Challenge, state=state, decision=challenge.decision if challenge else None, case=case)
    return Act(label, CHALLENGE, stage.verb, thing, known)


def _able(session: Session, case: AuditCase, act: AnyAct) -> Iterator[Viewer]:
    """Yield who may do something, whatever the moment; somebody with several roles as often."""
    for role in act.roles:
        yield from (p for p in _holders(session, case, role) if act.barred(case, p) is None)


def _holders(session: Session, case: AuditCase, role: Role) -> Sequence[Viewer]:
    if role is Role.HEAD_OF_SERVICE:
        return heads_of(session, case.area) or assistant_directors(session, case.area)
    return people_with(session, role, case.audit)


def _nobody(session: Session, case: AuditCase, act: AnyAct) -> str:
    """Return what makes an act possible that nobody can do now."""
    if act.workflow is CASE:
        return "Nobody now: the audit lead gives the case to an improvement manager."
    roles = " or ".join(role.label.lower() for role in act.roles)
    who = " or ".join(p.name for p in people_with(session, Role.ADMINISTRATOR, case.audit)) or "An administrator"
    why = "Everybody who holds the role has had a part in the case or an interest in it, or nobody holds it."
    waive = "Where only a declared interest stands in the way, a national service director can waive it with a reason."
    return f"Nobody is left who may do this. {why} {who} can name another {roles} on the ‘People’ page. {waive}"
