"""What still stands between an audit and its finalising, each with the page where it is settled."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from app.audit.benchmarks.queries import open_benchmarks, to_choose_from
from app.audit.enums import BENCHMARK_STATE_LABELS, CASE_STATE_LABELS, BenchmarkState, CaseState
from app.audit.models import Audit, AuditCase, Benchmark
from app.audit.queries import ListedCase, listed
from app.clock import due_in_words
from app.labels import plural
from app.moderation.challenges.queries import open_challenges
from app.moderation.concerns.queries import open_concerns
from app.moderation.concerns.rules import due_of
from app.moderation.enums import CHALLENGE_STATE_LABELS, CONCERN_STATE_LABELS, ChallengeState, ReturnState
from app.moderation.models import Challenge, Concern, Return
from app.moderation.returns.queries import actions_of_audit, open_returns, overridden
from app.people.enums import Role
from app.people.rules import Viewer

NOT_YET = (CaseState.DRAWN, CaseState.ALLOCATED, CaseState.IN_PROGRESS)


@dataclass(frozen=True, slots=True)
class StillOpen:
    """One thing that is open: on which case, what, and where to look."""

    group: str
    area: str
    case_ref: str
    what: str
    link: str


def still_open(session: Session, viewer: Viewer, audit: Audit) -> Sequence[StillOpen]:
    """Return what keeps an audit from being finalised: what may concern a child's safety, then challenges, then grades.

    What would tell the person about a grade to which they are blind is left out; their own unfinished benchmark keeps
    the audit open all the same.
    """
    ungraded = ListedCase.asked(session, _UNGRADED, {"audit": audit.id})
    return [
        *_in_dispute(session, viewer, audit),
        *(_open("Cases that are not graded", c, CASE_STATE_LABELS[c.state]) for c in ungraded),
        *_unchosen(session, viewer, audit, graded=not ungraded),
    ]


def count_open(session: Session, viewer: Viewer, audit: Audit, ungraded: int) -> int:
    """Return how many things keep an audit from being finalised, where it is known how many cases are not graded."""
    unchosen = list(_unchosen(session, viewer, audit, graded=not ungraded))
    return ungraded + len(unchosen) + sum(1 for _ in _in_dispute(session, viewer, audit))


def _in_dispute(session: Session, viewer: Viewer, audit: Audit) -> Iterator[StillOpen]:
    yield from map(_concern, open_concerns(session, audit))
    yield from map(_returned, open_returns(session, viewer, audit))
    yield from map(_challenge, open_challenges(session, viewer, audit))
    yield from (_benchmark(of, viewer) for of in open_benchmarks(session, audit))


def _open(group: str, case: AuditCase | ListedCase, what: str, link: str = "") -> StillOpen:
    return StillOpen(group, case.area, case.case_ref, what, link or f"/cases/{case.id}")


def _concern(of: Concern) -> StillOpen:
    due = due_of(of)
    what = CONCERN_STATE_LABELS[of.state] + (f", by {due_in_words(due)}" if due else ", to be closed")
    return _open("Urgent safeguarding concerns", of.case, what, f"/concerns/{of.id}")


def _returned(of: Return) -> StillOpen:
    if of.state is ReturnState.OPEN:
        what = f"Immediate review due {due_in_words(of.review_due)}"
    else:
        what = f"Reviewed; the area can accept or challenge until {due_in_words(of.challenge_due)}"
    return _open("Cases back with their area", of.case, what)


def _challenge(of: Challenge) -> StillOpen:
    what = CHALLENGE_STATE_LABELS[of.state]
    if of.state is ChallengeState.DECIDED:
        what = f"Decided; the area can take it further until {due_in_words(of.escalation_due)}"
    return _open("Challenges", of.case, what, f"/challenges/{of.id}")


def _benchmarking(viewer: Viewer, audit: Audit, otherwise: str) -> str:
    # Nobody but the lead opens that page.
    return f"/audits/{audit.ref}/benchmarks" if viewer.has(Role.LEAD, audit=audit.ref) else otherwise


def _benchmark(of: Benchmark, viewer: Viewer) -> StillOpen:
    both_sheets = f"/benchmarks/{of.id}" if of.state is BenchmarkState.DIFFERS else ""
    link = _benchmarking(viewer, of.case.audit, both_sheets)
    return _open("Benchmarks", of.case, BENCHMARK_STATE_LABELS[of.state], link)


_UNGRADED = listed(
    select(AuditCase)
    .join(AuditCase.audit)
    .where(AuditCase.audit_id == bindparam("audit"), AuditCase.state.in_(NOT_YET))
    .order_by(AuditCase.case_ref)
)


def _unchosen(session: Session, viewer: Viewer, audit: Audit, *, graded: bool) -> Iterator[StillOpen]:
    """Yield that the framework has second grades and nobody chose, once every case is graded."""
    count = len(to_choose_from(session, audit)) if graded and not audit.imported else 0
    if count:
        what = (
            f"The framework has second grades, and nobody has chosen among {plural(count, 'graded case')}. The audit "
            "lead chooses them, or records why there are none"
        )
        yield StillOpen(
            "Benchmarking", "", "Choose second grades", what, _benchmarking(viewer, audit, f"/audits/{audit.ref}")
        )


def stays_open(session: Session, viewer: Viewer, audit: Audit) -> Sequence[StillOpen]:
    """Return what goes on after finalising.

    A review that was overridden, and further action, are for a child and do not touch the grade.
    """
    late = overridden(session, audit)
    acting = actions_of_audit(session, viewer, audit)
    return [
        *(_open("Immediate review", r.case, f"Immediate review due {due_in_words(r.review_due)}") for r in late),
        *(
            _open("Further action", r.case, f"{r.action_what}: {r.action_who}, by {due_in_words(r.action_by)}")
            for r in acting
        ),
    ]
