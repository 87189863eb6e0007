"""Who may decide what on a case, by the guards that the routes themselves ask."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from app.audit.actions import situation_of_case
from app.audit.benchmarks import queries as benchmark_queries
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import AuditState
from app.audit.models import AuditCase, Benchmark
from app.audit.queries import assistant_directors, heads_of, people_with
from app.audit.rules import CASE
from app.db import unsaved
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.rules import CHALLENGE
from app.moderation.concerns import queries as concerns_queries
from app.moderation.concerns.rules import CONCERN
from app.moderation.enums import STAGES, ChallengeState, ConcernState, Stage
from app.moderation.models import Challenge, Concern, Return
from app.moderation.returns import queries as returns_queries
from app.moderation.returns.rules import RETURN
from app.people.enums import Role
from app.people.models import Person
from app.people.rules import Viewer
from app.web.sessions import standing_in, viewer_of
from app.workflow import Workflow


@dataclass(frozen=True, slots=True)
class Act:
    """Something that is decided on a case: the move, and what it moves there."""

    label: str
    workflow: Workflow
    name: str
    thing: Any


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
    known, found = _known(session, case, challenges[0] if challenges else None), []
    for act in _acts(session, case, challenges[0] if challenges else None):
        able = _able(session, case, act, known)
        refusal = act.workflow.barred(act.name, act.thing, situation_of_case(case, viewer, **known))
        found.append(Duty(act.label, able, "" if able else _nobody(session, case, act), refusal))
    return found


def nobody_left(session: Session, challenge: Challenge) -> str:
    """Return that nobody may decide a challenge and who can appoint somebody; empty if somebody may or none waits."""
    stage, case = STAGES.get(challenge.state), challenge.case
    if stage is None or case.audit.state is not AuditState.FIELDWORK:
        return ""
    act = _decides(stage, challenge)
    return "" if _able(session, case, act, _known(session, case, challenge)) else _nobody(session, case, act)


def _acts(session: Session, case: AuditCase, challenge: Challenge | None) -> Iterator[Act]:
    returned = returns_queries.return_that_stands(session, case) or unsaved(Return, case=case)
    yield Act("Grade the case", CASE, "submit", case)
    yield Act("Correct the grade", CASE, "correct", case)
    yield Act("Record the immediate review of a returned case", RETURN, "review", returned)
    second = benchmark_queries.benchmark_about(session, case) or unsaved(Benchmark, case=case, benchmarker_id=0)
    yield Act("Resolve a second grade that differs", BENCHMARK, "resolve", second)
    yield Act("Accept or challenge the grade", RETURN, "challenge", returned)
    yield _decides(Stage.DECISION, challenge)
    yield _decides(Stage.ADJUDICATION, challenge)
    concerns = [c for c in concerns_queries.concerns_about(session, case) if c.state is not ConcernState.CLOSED]
    for concern in concerns or [unsaved(Concern, raised_by=None)]:
        which = f" {concerns.index(concern) + 1}" if len(concerns) > 1 else ""
        yield Act(
            f"Close safeguarding concern{which}" if which else "Close a safeguarding concern", CONCERN, "close", concern
        )


def _decides(stage: Stage, challenge: Challenge | None) -> Act:
    """Return the act of deciding, as it is when a challenge comes to it: whoever is barred then is barred now."""
    state = next(state for state, at in STAGES.items() if at is stage)
    label = "Decide a challenge" if state is ChallengeState.OPEN else "Adjudicate"
    return Act(
        label,
        CHALLENGE,
        stage.verb,
        unsaved(Challenge, state=state, decision=challenge.decision if challenge else None),
    )


def _known(session: Session, case: AuditCase, challenge: Challenge | None) -> dict[str, frozenset[Any]]:
    part = (
        challenges_queries.own_part_in(session, challenge)
        if challenge
        else {"own_views": frozenset(), "stood_aside": frozenset()}
    )
    return {**challenges_queries.known_of(session, case), **part}


def _able(session: Session, case: AuditCase, act: Act, known: dict[str, frozenset[Any]]) -> list[str]:
    """Return by name who may do something, whatever the moment."""
    people = {p.id: p for role in act.workflow[act.name].roles for p in _holders(session, case, role)}
    viewers = [standing_in(session, viewer_of(p)) for p in sorted(people.values(), key=lambda p: p.name)]
    return [
        v.name for v in viewers if act.workflow.barred(act.name, act.thing, situation_of_case(case, v, **known)) is None
    ]


def _holders(session: Session, case: AuditCase, role: Role) -> Sequence[Person]:
    if role is Role.HEAD_OF_SERVICE:
        return heads_of(session, case.area) or assistant_directors(session)
    return people_with(session, role, case.audit)


def _nobody(session: Session, case: AuditCase, act: Act) -> str:
    """Return what makes an act possible that nobody can do now."""
    if act.workflow is CASE:
        return "Nobody now: the audit lead gives the case to an improvement manager."
    roles = " or ".join(role.label.lower() for role in act.workflow[act.name].roles)
    who = " or ".join(p.name for p in people_with(session, Role.ADMINISTRATOR, case.audit)) or "An administrator"
    why = "Everybody who holds the role has had a part in the case already, or nobody holds it."
    return f"Nobody is left who may do this. {why} {who} can name another {roles} on the ‘People’ page."
