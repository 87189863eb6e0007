"""What happened to cases, as the rules of separation look at it; for the guards, never for a page."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import Integer, Select, String, bindparam, cast, func, literal, null, select, union_all
from sqlalchemy.orm import Session

from app.asking import AskedTogether
from app.audit.enums import AUDITORS_OWN
from app.audit.models import Assessment, AuditCase, Decision
from app.audit.rules import PartsKnown
from app.moderation.challenges.rules import is_unsettled
from app.moderation.enums import ChallengeState, Stage
from app.moderation.models import Challenge, OwnView, Return, StoodAside

_challenges: Any = Challenge.__table__
_views: Any = OwnView.__table__
_aside: Any = StoodAside.__table__
_returns: Any = Return.__table__
_assessments: Any = Assessment.__table__
_cases: Any = AuditCase.__table__
_decisions: Any = Decision.__table__
_NONE, _NO_WORD = cast(null(), Integer), cast(null(), String)


@dataclass(frozen=True)
class History:
    """What happened to a case, as the rules of separation look at it.

    Everybody's earlier part, whether a challenge of its grade is not settled, and by challenge who recorded an own view
    at which stage and who stood aside.
    """

    parts: PartsKnown
    challenge_waits: bool
    own_views: Mapping[int, frozenset[tuple[int, Stage]]]
    stood_aside: Mapping[int, frozenset[int]]


def _about(what: str, case: Any, person: Any, challenge: Any = _NONE, word: Any = _NO_WORD) -> Select[Any]:  # noqa: ANN401 - columns
    return select(literal(what), case, person, challenge, word).where(case.in_(bindparam("cases", expanding=True)))


# A challenge as what its rule looks at: its state, and the day until which its decision can be taken further.
_STANDS = cast(_challenges.c.state, String) + " " + func.coalesce(cast(_challenges.c.escalation_due, String), "")
_OF_CHALLENGE = (_challenges.c.case_id, _views.c.person_id, _views.c.challenge_id, cast(_views.c.stage, String))
_HISTORY = union_all(
    _about("graded", _assessments.c.case_id, _assessments.c.author_id),
    _about("graded", _cases.c.id, _cases.c.auditor_id),
    _about("decided", _decisions.c.case_id, _decisions.c.by_id, word=cast(_decisions.c.kind, String)),
    _about("area", _challenges.c.case_id, _challenges.c.raised_by),
    _about("area", _challenges.c.case_id, _challenges.c.escalated_by),
    _about("area", _returns.c.case_id, _returns.c.reviewed_by),
    _about("challenge", _challenges.c.case_id, _NONE, _challenges.c.id, _STANDS),
    _about("view", *_OF_CHALLENGE).where(_views.c.challenge_id == _challenges.c.id),
    _about("aside", _challenges.c.case_id, _aside.c.person_id, _aside.c.challenge_id).where(
        _aside.c.challenge_id == _challenges.c.id
    ),
)


def _histories(session: Session, cases: Collection[int]) -> dict[int, History]:
    rows = session.connection().execute(_HISTORY, {"cases": list(cases)}).all()
    by_case: dict[int, list[Any]] = {key: [] for key in cases}
    for row in rows:
        by_case[row[1]].append(row)
    return {key: _history(found) for key, found in by_case.items()}


def _history(rows: Sequence[Any]) -> History:
    people: dict[str, set[int]] = {"graded": set(), "decided": set(), "area": set()}
    views: dict[int, set[tuple[int, Stage]]] = defaultdict(set)
    aside: dict[int, set[int]] = defaultdict(set)
    for what, _, person, challenge, word in rows:
        if what == "view":
            views[challenge].add((person, Stage(word)))
        elif what == "aside":
            aside[challenge].add(person)
        elif person is not None:
            people["graded" if what == "decided" and word in AUDITORS_OWN else what].add(person)
    return History(
        PartsKnown(*(frozenset(people[what]) for what in ("graded", "decided", "area"))),
        any(_waits(row[4]) for row in rows if row[0] == "challenge"),
        {key: frozenset(found) for key, found in views.items()},
        {key: frozenset(found) for key, found in aside.items()},
    )


def _waits(stands: str) -> bool:
    state, _, due = stands.partition(" ")
    return is_unsettled(ChallengeState(state), date.fromisoformat(due) if due else None)


# Asked by a case's number.
history = AskedTogether(_histories)
