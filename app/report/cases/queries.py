"""Reads the cases of an audit as the figures want them; the viewer was admitted to the audit's report by the route."""

import json
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime
from functools import lru_cache
from itertools import chain
from typing import Any, NamedTuple

from sqlalchemy import Text, bindparam, cast, func, literal, select, union
from sqlalchemy.orm import Session, aliased

from app.audit import queries as audit_queries
from app.audit.enums import AssessmentKind, AssessmentState, CaseState, DecisionKind, Origin
from app.audit.library.queries import document_of
from app.audit.models import Assessment, Audit, AuditCase, Decision, FactAnswer
from app.audit.shapes.shape import shape_of
from app.audit.thresholds.document import ThresholdDocument
from app.clock import local_date, today, working_days_between
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.moderation.themes.queries import dropped
from app.report.figures.counted_cases import GradedCase, ThemeCounts
from app.report.figures.moderation import Moderated

# The fact that the children-seen figures are made from, and what each answer counts as (thresholds README section 3).
CHILD_SEEN = "child_seen"
SEEN = {
    "seen": ("seen", None),
    "not_seen_reason_recorded": ("not_seen", True),
    "not_seen_no_reason": ("not_seen", False),
    "unclear": ("unclear", None),
    "not_seen": ("not_seen", None),
}
# What imported results say of a case that did not go back to its area; no code of a document has a dot.
REFERRAL = "results.referral_needed"
# Who gives a second grade.
BENCHMARKERS = ("lead", "independent")
# The author of imported results that name no auditor.
UNNAMED = "Auditor"
# Rows that are fetched together.
AT_ONCE = 10_000
# What else there is to a case, by field of GradedCase.
Extra = tuple[tuple[str, Any], ...]


def seen_asked(document: ThresholdDocument, law_types: Sequence[str]) -> tuple[str, ...]:
    """Return the law types of whose cases a document asks, in answers that figures know, if children were seen."""
    fact = next((f for f in document.facts if f.code == CHILD_SEEN and f.kind == "single"), None)
    if fact is None or not {a.code for a in fact.answers} <= SEEN.keys():
        return ()
    return tuple(w for w in law_types if fact.law_types is None or w in fact.law_types)


# Statements are made once, for any audit: to make one takes longer than to count a few hundred cases with it.
_OF_AUDIT = AuditCase.audit_id == bindparam("audit")
# A case counts in an audit's figures once it is graded, unless it was added by hand.
COUNTED = (CaseState.GRADED, CaseState.FINAL)
GRADED = _OF_AUDIT & AuditCase.state.in_(COUNTED) & (AuditCase.origin != Origin.ADDED)
STANDING = audit_queries.standing()
_NUMBER = select(func.count()).select_from(AuditCase).where(GRADED)


def graded(session: Session, of: Audit) -> int:
    """Return how many cases count in an audit's figures."""
    return session.scalars(_NUMBER, {"audit": of.id}).one()


# The cases that went back to their area; withdrawn returns never happened.
_RETURNS = (
    select(Return.case_id, Return.further_action)
    .join(AuditCase, AuditCase.id == Return.case_id)
    .where(_OF_AUDIT, Return.state != ReturnState.WITHDRAWN)
)
_LAST = aliased(Decision)
_CHALLENGES = (
    select(Challenge.case_id, Challenge.outcome, Decision.grade, Challenge.adjudication_outcome, _LAST.grade)
    .join(AuditCase, AuditCase.id == Challenge.case_id)
    .outerjoin(Decision, Decision.id == Challenge.decision_id)
    .outerjoin(_LAST, _LAST.id == Challenge.adjudication_id)
    .where(_OF_AUDIT, Challenge.state != ChallengeState.WITHDRAWN)
    .order_by(Challenge.id)
)
# Second grades as (case, who, grade), each one's newest last. Kinds stand in the statement itself: only so is the index
# of the few of a kind used.
_IS_SECOND = Assessment.kind == literal(AssessmentKind.BENCHMARK, Assessment.kind.type, literal_execute=True)
_SECOND = _IS_SECOND & (Assessment.state == AssessmentState.SUBMITTED) & Assessment.author_label.in_(BENCHMARKERS)
_BENCHMARKS = (
    select(Assessment.case_id, Assessment.author_label, Assessment.grade)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(_OF_AUDIT, _SECOND)
    .order_by(Assessment.id)
)
# The decisions by which benchmarking changed a grade.
_RESOLVED = (
    select(Decision.case_id, Decision.grade)
    .join(AuditCase, AuditCase.id == Decision.case_id)
    .where(
        _OF_AUDIT, Decision.kind == literal(DecisionKind.BENCHMARK_RESOLUTION, Decision.kind.type, literal_execute=True)
    )
    .order_by(Decision.id)
)
# The cases of which imported results say that a referral was needed, besides those that went back to their area.
_REFERRALS = (
    select(Assessment.case_id)
    .join(FactAnswer, FactAnswer.assessment_id == Assessment.id)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(_OF_AUDIT, FactAnswer.fact == REFERRAL)
)
_WITH_MORE = union(
    *(q.with_only_columns(q.selected_columns[0]).order_by(None) for q in (_RETURNS, _BENCHMARKS, _RESOLVED, _REFERRALS))
)
# What is said of every case, in the order of `Common`; the auditor's own grade counts as it was corrected, as does all
# that they submitted.
_SAID = (
    AuditCase.area,
    AuditCase.law_type,
    AuditCase.employment,
    AuditCase.performance_band,
    AuditCase.origin,
    Assessment.grade,
    AuditCase.standing_grade,
    Assessment.author_id,
    Assessment.author_label,
    cast(FactAnswer.answers, Text).label("seen"),
)
_EACH = (
    select(AuditCase.id, *_SAID)
    .select_from(AuditCase)
    .outerjoin(Assessment, (Assessment.case_id == AuditCase.id) & STANDING)
    .outerjoin(FactAnswer, (FactAnswer.assessment_id == Assessment.id) & (FactAnswer.fact == CHILD_SEEN))
    .where(GRADED)
)
_CUBE = _EACH.with_only_columns(*_SAID, func.count()).group_by(*_SAID)
_EACH_WITH_MORE = _EACH.where(AuditCase.id.in_(_WITH_MORE))
# Where practitioners have several cases, it is also said whose each is.
_WHOSE = (*_SAID, AuditCase.practitioner_id)
_CUBE_WHOSE = _EACH.with_only_columns(*_WHOSE, func.count()).group_by(*_WHOSE)
_EACH_WHOSE = _EACH_WITH_MORE.with_only_columns(AuditCase.id, *_WHOSE)


# All are counted by what is said of every case (_CUBE); those with more to them then leave their group for another.


class Common(NamedTuple):
    """What is said of every case; most cases have nothing else to them."""

    area: str
    law_type: str
    employment: str
    band: str
    origin: Origin
    first_grade: str
    standing_grade: str | None
    author_id: int | None
    author_label: str | None
    seen: str | None
    practitioner: str = ""


def _cube(of: Audit) -> Any:  # noqa: ANN401 - a statement of so many columns
    return _CUBE_WHOSE if shape_of(of).cases > 1 else _CUBE


def graded_cases(session: Session, of: Audit) -> list[GradedCase]:
    """Return the graded cases of an audit, those that are alike counted together."""
    audit, extras = {"audit": of.id}, more_of_each(session, of)
    found: Counter[tuple[tuple[Any, ...], Extra]] = Counter()
    # By the connection, and many at a time: rows of plain words take a third as long without the session between.
    connection = session.connection()
    row: Any
    for row in connection.execute(_cube(of), audit).all():
        found[row[:-1], ()] = row[-1]
    each = _EACH_WHOSE if shape_of(of).cases > 1 else _EACH_WITH_MORE
    for row in chain.from_iterable(connection.execute(each, audit).partitions(AT_ONCE)):
        common = row[1:]
        found[common, ()] -= 1
        found[common, tuple(sorted(extras[row[0]].items()))] += 1
    return _groups(of, found)


def first_grades(session: Session, of: Audit) -> list[GradedCase]:
    """Return the same of the first grades alone: without what came of a case after it."""
    rows: Iterable[Any] = session.connection().execute(_cube(of), {"audit": of.id})
    return _groups(of, {(row[:-1], ()): row[-1] for row in rows})


def _groups(of: Audit, found: Mapping[tuple[tuple[Any, ...], Extra], int]) -> list[GradedCase]:
    alike = [(Common(*common), dict(extra), n) for (common, extra), n in found.items() if n]
    names = auditor_names({(c.author_id, c.author_label) for c, _, _ in alike})
    asked = seen_asked(document_of(of), of.law_types)
    return [_group(common, extra, n, asked=asked, names=names) for common, extra, n in alike]


def _seen(of: Common, asked: Sequence[str]) -> tuple[str, bool | None]:
    """Return whether the children of a case were seen, and if not whether a reason is recorded."""
    if of.law_type not in asked:
        return "not_applicable", None
    return SEEN.get(_first_answer(of.seen or "[]"), ("unclear", None))


@lru_cache(maxsize=64)
def _first_answer(answers: str) -> str:
    """Return the first of the answers to a fact, which are few and asked of every case."""
    return str((json.loads(answers) or [""])[0])


def _group(
    common: Common,
    extra: Mapping[str, Any],
    count: int,
    *,
    asked: Sequence[str],
    names: Mapping[tuple[int | None, str | None], str],
) -> GradedCase:
    status, reason = _seen(common, asked)
    return GradedCase(
        service_area=common.area,
        law_type=common.law_type,
        employment=common.employment,
        performance_band=common.band,
        practitioner=common.practitioner,
        first_draw=common.origin is Origin.DRAWN,
        first_grade=common.first_grade,
        final_grade=common.standing_grade or common.first_grade,
        children_seen=status,
        not_seen_reason=reason,
        auditor=names[common.author_id, common.author_label],
        count=count,
        **{**_UNTOUCHED, **extra},
    )


def auditor_names(keys: Collection[tuple[int | None, str | None]]) -> dict[tuple[int | None, str | None], str]:
    """Return what auditors are called where nobody is named: a number, or what imported results call them."""
    numbers = {
        person: f"Auditor {n}" for n, person in enumerate(sorted(person for person, _ in keys if person is not None), 1)
    }
    return {
        (person, label): numbers[person] if person is not None else "" if label in {None, UNNAMED} else label or ""
        for person, label in keys
    }


def auditors_of(session: Session, of: Audit) -> dict[str, int]:
    """Return who each auditor of the figures is, by what they are called there: for those who lead the audit."""
    called = auditor_names({(author, label) for author, label in session.execute(_AUTHORS, {"audit": of.id})})
    return {name: person for (person, _), name in called.items() if person is not None}


_NOTED = cast(Assessment.themes, Text)
_THEMES = (
    select(_NOTED, func.count())
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(GRADED, STANDING)
    .group_by(_NOTED)
)


def themes(session: Session, of: Audit) -> ThemeCounts:
    """Return in how many cases each strength and each learning point was noted."""
    found: Counter[str] = Counter()
    for codes, count in session.execute(_THEMES, {"audit": of.id}):
        for code in set(json.loads(codes)):
            found[code] += count
    gone = dropped(session, AuditCase.audit_id == of.id, AuditCase.state.in_(COUNTED), AuditCase.origin != Origin.ADDED)
    found = +(found - Counter(code for codes in gone.values() for code in codes))
    kinds = {t.code: t.kind for t in document_of(of).learning_themes}
    strengths, learning = (
        {code: n for code, n in found.items() if kinds.get(code) == kind} for kind in ("strength", "learning")
    )
    return ThemeCounts(strengths, learning)


_UNTOUCHED: dict[str, Any] = {
    "returned": False,
    "challenged": False,
    "challenge_outcome": "",
    "challenge_grade": "",
    "adjudicated": False,
    "adjudication_outcome": "",
    "adjudication_grade": "",
    "referral": False,
    "benchmark_lead": "",
    "benchmark_independent": "",
    "benchmarked_grade": "",
}


def more_of_each(session: Session, of: Audit) -> Mapping[int, dict[str, Any]]:
    """Return what else there is to a case: its newest challenge and adjudication, its second grades."""
    found: dict[int, dict[str, Any]] = defaultdict(dict)
    audit, connection = {"audit": of.id}, session.connection()
    for key, action in connection.execute(_RETURNS, audit):
        found[key] = {
            "returned": True,
            "referral": action in {FurtherAction.NEEDED, FurtherAction.DONE} or found[key].get("referral", False),
        }
    for key, outcome, grade, adjudication, adjudicated in connection.execute(_CHALLENGES, audit):
        found[key] |= {"challenged": True, "challenge_outcome": outcome or "", "challenge_grade": grade or ""}
        if adjudication is not None:
            found[key] |= {"adjudicated": True, "adjudication_outcome": adjudication, "adjudication_grade": adjudicated}
    for key in connection.scalars(_REFERRALS, audit):
        found[key]["referral"] = True
    for key, who, second in connection.execute(_BENCHMARKS, audit):
        found[key][f"benchmark_{who}"] = second
    for key, grade in connection.execute(_RESOLVED, audit):
        found[key]["benchmarked_grade"] = grade
    return found


_AUTHORS = (
    select(Assessment.author_id, Assessment.author_label)
    .join(AuditCase, AuditCase.id == Assessment.case_id)
    .where(GRADED, STANDING)
    .distinct()
)
_MODERATED = (
    select(
        AuditCase.area,
        AuditCase.law_type,
        AuditCase.employment,
        Assessment.author_id,
        Assessment.author_label,
        Return.state,
        Return.reviewed_at,
        Return.review_due,
        Return.challenge_due,
        Return.further_action,
        Challenge.state.label("challenge"),
        Challenge.raised_at,
        Challenge.escalated_at,
        Decision.grade.label("decided"),
        Decision.at.label("decided_at"),
        _LAST.grade.label("adjudicated"),
    )
    .select_from(Return)
    .join(AuditCase, AuditCase.id == Return.case_id)
    .outerjoin(Challenge, Challenge.return_id == Return.id)
    .outerjoin(Decision, Decision.id == Challenge.decision_id)
    .outerjoin(_LAST, _LAST.id == Challenge.adjudication_id)
    .outerjoin(Assessment, (Assessment.case_id == AuditCase.id) & STANDING)
    .where(_OF_AUDIT, AuditCase.origin != Origin.ADDED, Return.state != ReturnState.WITHDRAWN)
    .order_by(Return.id)
)


def moderated(session: Session, of: Audit) -> list[Moderated]:
    """Return what became of each grade that went back to its area; auditors by number, as a report names nobody."""
    names = auditor_names({(author, label) for author, label in session.execute(_AUTHORS, {"audit": of.id})})
    lowest, now = document_of(of).lowest.code, today()
    return [
        Moderated(
            area=r.area,
            law_type=r.law_type,
            employment=r.employment,
            auditor=names.get((r.author_id, r.author_label), ""),
            review="not_known" if of.imported else _review(r.reviewed_at, r.review_due),
            action=r.further_action or "",
            answer=_answer(r.state, r.challenge, r.challenge_due, now, known=not of.imported),
            **(_ruled(r, lowest, dated=not of.imported) if r.challenge else {}),
        )
        for r in session.execute(_MODERATED, {"audit": of.id})
    ]


def _review(reviewed_at: datetime | None, due: date) -> str:
    if reviewed_at is None:
        return "not_done"
    return "in_time" if local_date(reviewed_at) <= due else "late"


def _answer(state: ReturnState, challenge: ChallengeState | None, due: date, now: date, *, known: bool) -> str:
    if challenge is not None:
        return "withdrawn" if challenge is ChallengeState.WITHDRAWN else "challenged"
    if not known:
        return "not_known"
    if state is ReturnState.ACCEPTED:
        return "accepted"
    # A case whose review never came was not answered either.
    return "not_answered" if state is ReturnState.LAPSED or due < now else "waiting"


def _ruled(of: Any, lowest: str, *, dated: bool) -> dict[str, Any]:  # noqa: ANN401 - a row of `_MODERATED`
    """Return what was decided on a challenge, and how fast if that is `dated`, as it is not in imported results."""
    stands = of.adjudicated or of.decided
    known = of.decided_at and dated
    ends = (local_date(of.raised_at), local_date(of.decided_at)) if known else None
    days = working_days_between(*ends, told=of.raised_at) if ends else None
    return {
        "escalated": of.escalated_at is not None,
        "adjudicated": of.adjudicated is not None,
        "overturned": stands and stands != lowest,
        "days": days,
    }
