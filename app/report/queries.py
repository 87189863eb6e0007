"""Reads the cases of an audit as the figures want them; the viewer was admitted to the audit's report by the door."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased, joinedload

from app.audit import queries as audit_queries
from app.audit import sample_queries
from app.audit.coverage import margins_of_receipt
from app.audit.enums import AUDITORS_OWN, AssessmentKind, AssessmentState, AuditState, CaseState, Origin, ReplacementState
from app.audit.models import Assessment, Audit, AuditCase, Decision, FactAnswer, Replacement
from app.audit.queries import audits_visible_to, document_of
from app.audit.thresholds.document import ThresholdDocument
from app.clock import local_date, today, working_days_between
from app.errors import NotFound
from app.events import Event, Row
from app.moderation.enums import ChallengeState, FurtherAction, ReturnState
from app.moderation.models import Challenge, Return
from app.people.enums import Role
from app.people.models import ServiceArea
from app.people.rules import Viewer
from app.report.figures import GradedCase, SampleFacts
from app.report.models import Publication
from app.report.moderation_figures import Moderated, Stages
from app.report.progress import CaseProgress
from app.sampling import queries as sampling

# The fact that the children-seen figures are made from, and what each answer counts as (thresholds README section 3).
CHILD_SEEN = "child_seen"
SEEN = {"seen": ("seen", None), "not_seen_reason_recorded": ("not_seen", True), "not_seen_no_reason": ("not_seen", False),
        "unclear": ("unclear", None), "not_seen": ("not_seen", None)}  # fmt: skip
# What imported results say of a case that did not go back to its area; no code of a document has a dot.
REFERRAL = "results.referral_needed"
REPORTED = (AuditState.FINALISED, AuditState.PUBLISHED)
BEFORE_PUBLICATION = (Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.ANALYST)


def reported_audit(session: Session, viewer: Viewer, ref: str) -> Audit:
    """Return a finalised audit whose report the person may read; raises NotFound."""
    found = session.scalars(audits_visible_to(viewer).where(Audit.ref == ref, Audit.state.in_(REPORTED))).one_or_none()
    if found is None or not may_read_report(viewer, found):
        raise NotFound
    return found


def may_read_report(viewer: Viewer, of: Audit) -> bool:
    """Say whether somebody who may know of an audit may read its report: until it is published, only those who make it."""
    return of.state is AuditState.PUBLISHED or (of.state is AuditState.FINALISED and viewer.has(*BEFORE_PUBLICATION, audit=of.ref))


def published(session: Session, viewer: Viewer) -> Sequence[Audit]:
    """Return the audits whose published report the person may read, newest first."""
    query = audits_visible_to(viewer).where(Audit.state == AuditState.PUBLISHED)
    return session.scalars(query.order_by(Audit.published_at.desc())).all()


def publication(session: Session, of: Audit) -> Publication | None:
    """Return the frozen figures of an audit."""
    return session.scalars(select(Publication).where(Publication.audit_id == of.id)).one_or_none()


def publications(session: Session) -> Iterator[Publication]:
    """Yield the frozen figures of every audit."""
    yield from session.scalars(select(Publication).order_by(Publication.id))


def area_order(session: Session, of: Audit) -> tuple[str, ...]:
    """Return the codes of the areas that have a case in the audit or a filing in its frame, in their usual order."""
    sampled = select(AuditCase.area).where(AuditCase.audit_id == of.id)
    frame = sampling.frame(session, of.frame_id)
    theirs = ServiceArea.code.in_(sampled) | ServiceArea.code.in_(frame.summary["service_area"] if frame else ())
    return tuple(session.scalars(select(ServiceArea.code).where(theirs).order_by(ServiceArea.position)))


def sample_facts(session: Session, of: Audit) -> SampleFacts | None:
    """Return how an audit's cases were drawn, or None where it was brought in without a draw."""
    frame, draw = sampling.frame(session, of.frame_id), sampling.sample_draw(session, of.draw_id)
    if frame is None or draw is None:
        return None
    made = sample_queries.replacements_of(session, of)
    gone = sample_queries.gone_from(session, of)
    by_area = {m.key[0]: m.drawn or 0 for m in margins_of_receipt(draw.receipt) if m.family == "area"}
    seed: Mapping[str, Any] = draw.receipt["seed"]
    return SampleFacts(
        practitioners=frame.practitioners, filings=frame.rows, fraction=of.fraction, drawn=draw.drawn, drawn_by_area=by_area,
        replaced=Counter(r.reason for r in made if r.new_case_id), lost=sum(g.short for g in gone), added=sample_queries.added_to(session, of),
        missing=Counter(g.area for g in gone),
        receipt={
            "frame_sha256": frame.sha256, "locked_at": draw.receipt["frame"]["locked_at"], "seed": draw.seed, "made_how": seed["made_how"],
            "drawn_at": draw.drawn_at.isoformat(), "selection_sha256": draw.selection_sha256, "receipt_sha256": draw.receipt["receipt_sha256"],
        },
    )  # fmt: skip


def seen_asked(document: ThresholdDocument, law_types: Sequence[str]) -> tuple[str, ...]:
    """Return the law types of whose cases a document asks whether the children were seen, in answers that the figures know."""
    fact = next((f for f in document.facts if f.code == CHILD_SEEN and f.kind == "single"), None)
    if fact is None or not {a.code for a in fact.answers} <= SEEN.keys():
        return ()
    return tuple(w for w in law_types if fact.law_types is None or w in fact.law_types)


def graded_cases(session: Session, of: Audit) -> list[GradedCase]:
    """Return every graded case of an audit, as its figures want it."""
    firsts = _first_grades(session, of)
    assessed = _assessments(session, of)
    seen = _children_seen(session, of)
    moderated = _moderated(session, of)
    referrals = _referrals(session, of)
    asked = seen_asked(document_of(of), of.law_types)
    rows = select(AuditCase).where(AuditCase.audit_id == of.id, AuditCase.state.in_([CaseState.GRADED, CaseState.FINAL]), AuditCase.origin != Origin.ADDED)
    kinds = {t.code: t.kind for t in document_of(of).learning_themes}
    result = []
    for case in session.scalars(rows.order_by(AuditCase.id)):
        themes, auditor, benchmarks = assessed.get(case.id, ([], "", {}))
        status, reason = seen.get(case.id, ("unclear", None)) if case.law_type in asked else ("not_applicable", None)
        after = moderated.get(case.id, _UNTOUCHED)
        result.append(
            GradedCase(
                case_ref=case.case_ref, service_area=case.area, law_type=case.law_type, employment=case.employment,
                first_grade=firsts[case.id], final_grade=case.standing_grade or firsts[case.id],
                children_seen=status, not_seen_reason=reason, auditor=auditor, first_draw=case.origin is Origin.DRAWN,
                strengths=tuple(t for t in themes if kinds.get(t) == "strength"),
                learning_points=tuple(t for t in themes if kinds.get(t) == "learning"),
                benchmark_lead=benchmarks.get("lead", ""), benchmark_independent=benchmarks.get("independent", ""),
                **{**after, "referral": after["referral"] or case.id in referrals},
            )
        )  # fmt: skip
    return result


_UNTOUCHED: dict[str, Any] = {
    "returned": False, "challenged": False, "challenge_outcome": "", "challenge_grade": "",
    "adjudicated": False, "adjudication_outcome": "", "adjudication_grade": "", "referral": False,
}  # fmt: skip


def _first_grades(session: Session, of: Audit) -> dict[int, str]:
    """Return the grade that each auditor gave in the end: a corrected one counts as it was corrected."""
    query = select(Decision.case_id, Decision.grade).join(AuditCase, AuditCase.id == Decision.case_id).where(
        AuditCase.audit_id == of.id, Decision.kind.in_(AUDITORS_OWN)
    ).order_by(Decision.id)  # fmt: skip
    return {case: grade for case, grade in session.execute(query)}


def _assessments(session: Session, of: Audit) -> dict[int, tuple[list[str], str, dict[str, str]]]:
    """Return (themes, auditor, benchmark grades by who gave them) by case."""
    row = Assessment
    query = select(row.case_id, row.kind, row.author_id, row.author_label, row.grade, row.themes).join(
        AuditCase, AuditCase.id == row.case_id
    ).where(AuditCase.audit_id == of.id, row.state == AssessmentState.SUBMITTED).order_by(row.number)  # fmt: skip
    firsts: dict[int, tuple[list[str], str]] = {}
    benchmarks: dict[int, dict[str, str]] = defaultdict(dict)
    for case, kind, author, label, grade, themes in session.execute(query):
        if kind is AssessmentKind.FIRST:
            firsts[case] = (themes, label or f"person {author}")
        elif kind is AssessmentKind.BENCHMARK:
            benchmarks[case][label] = grade or ""
    return {case: (themes, auditor, benchmarks.get(case, {})) for case, (themes, auditor) in firsts.items()}


def _children_seen(session: Session, of: Audit) -> dict[int, tuple[str, bool | None]]:
    query = select(Assessment.case_id, FactAnswer.answers).join(Assessment, Assessment.id == FactAnswer.assessment_id).join(
        AuditCase, AuditCase.id == Assessment.case_id
    ).where(
        AuditCase.audit_id == of.id, FactAnswer.fact == CHILD_SEEN, Assessment.id.in_(audit_queries.uncorrected())
    )  # fmt: skip
    return {case: SEEN[answers[0]] for case, answers in session.execute(query) if answers and answers[0] in SEEN}


def _referrals(session: Session, of: Audit) -> set[int]:
    """Return the cases of which imported results say that a referral was needed, besides those that went back to their area."""
    query = select(Assessment.case_id).join(FactAnswer, FactAnswer.assessment_id == Assessment.id).join(AuditCase, AuditCase.id == Assessment.case_id)
    return set(session.scalars(query.where(AuditCase.audit_id == of.id, FactAnswer.fact == REFERRAL)))


def _moderated(session: Session, of: Audit) -> dict[int, dict[str, Any]]:
    """Return what became of each returned case: the outcome of its newest challenge, and of its newest adjudication if there was one."""
    result: dict[int, dict[str, Any]] = {}
    returns = select(Return.case_id, Return.further_action).join(AuditCase, AuditCase.id == Return.case_id)
    for case, action in session.execute(returns.where(AuditCase.audit_id == of.id, Return.state != ReturnState.WITHDRAWN)):
        referral = action in {FurtherAction.NEEDED, FurtherAction.DONE}
        result[case] = {**_UNTOUCHED, "returned": True, "referral": referral or result.get(case, _UNTOUCHED)["referral"]}
    last = aliased(Decision)
    query = (
        select(Challenge.case_id, Challenge.outcome, Decision.grade, Challenge.adjudication_outcome, last.grade)
        .join(AuditCase, AuditCase.id == Challenge.case_id)
        .outerjoin(Decision, Decision.id == Challenge.decision_id)
        .outerjoin(last, last.id == Challenge.adjudication_id)
        .where(AuditCase.audit_id == of.id, Challenge.state != "withdrawn")
        .order_by(Challenge.id)
    )
    for case, outcome, grade, adjudication, adjudicated in session.execute(query):
        result[case] |= {"challenged": True, "challenge_outcome": outcome or "", "challenge_grade": grade or ""}
        if adjudication is not None:
            result[case] |= {"adjudicated": True, "adjudication_outcome": adjudication, "adjudication_grade": adjudicated}
    return result


def stages(cases: Sequence[GradedCase]) -> Sequence[Stages]:
    """Return the grade of each case at each stage."""
    return [Stages(c.first_grade, c.challenge_grade or c.first_grade, c.final_grade) for c in cases]


def moderated(session: Session, of: Audit) -> list[Moderated]:
    """Return what became of each grade that went back to its area; auditors by number, as a report names nobody."""
    assessed = _assessments(session, of)
    numbers = {name: f"Auditor {n}" for n, name in enumerate(sorted({auditor for _, auditor, _ in assessed.values()}), 1)}
    lowest = document_of(of).lowest.code
    query = select(Return, Challenge).join(Return.case).outerjoin(Challenge, Challenge.return_id == Return.id)
    query = query.where(AuditCase.audit_id == of.id, AuditCase.origin != Origin.ADDED, Return.state != ReturnState.WITHDRAWN)
    options = (joinedload(Return.case), joinedload(Challenge.decision), joinedload(Challenge.adjudication))
    return [
        Moderated(
            area=r.case.area, law_type=r.case.law_type, employment=r.case.employment, auditor=numbers[assessed[r.case_id][1]],
            review=_review(r), action=r.further_action or "", answer=_answer(r, c), **(_ruled(c, lowest) if c else {}),
        )
        for r, c in session.execute(query.options(*options).order_by(Return.id))
    ]  # fmt: skip


def _review(of: Return) -> str:
    if of.reviewed_at is None:
        return "not_done"
    return "in_time" if local_date(of.reviewed_at) <= of.review_due else "late"


def _answer(of: Return, challenge: Challenge | None) -> str:
    if challenge is not None:
        return "withdrawn" if challenge.state is ChallengeState.WITHDRAWN else "challenged"
    if of.state is ReturnState.ACCEPTED:
        return "accepted"
    # A case whose review never came was not answered either.
    return "not_answered" if of.state is ReturnState.LAPSED or of.challenge_due < today() else "waiting"


def _ruled(of: Challenge, lowest: str) -> dict[str, Any]:
    last = of.adjudication or of.decision
    days = working_days_between(local_date(of.raised_at), local_date(of.decision.at)) if of.decision else None
    return {"escalated": of.escalated_at is not None, "adjudicated": of.adjudication is not None, "overturned": last and last.grade != lowest, "days": days}


def publication_row(of: Publication) -> Row:
    """Return frozen figures as the event log keeps them."""
    return Row("publication", of.id, {"sha256": of.sha256}, {"figures": [of.audit_id, of.figures, of.frozen_at]})


def rows(session: Session) -> Iterator[Row]:
    """Yield the room's rows as the event log keeps them."""
    yield from map(publication_row, publications(session))


def progress(session: Session, of: Audit) -> Sequence[CaseProgress]:
    """Return how far each case of an audit is, never how it was graded: in one query, whatever their number."""
    theirs = (Assessment.case_id == AuditCase.id) & (Assessment.kind == AssessmentKind.FIRST) & (Assessment.author_id == AuditCase.auditor_id)
    given = select(func.max(Event.at)).where(Event.case_id == AuditCase.id, Event.name.in_(["case_allocated", "case_moved"])).scalar_subquery()
    query = select(AuditCase.id, AuditCase.case_ref, AuditCase.area, AuditCase.law_type, AuditCase.state, AuditCase.auditor_id,
                   given, Assessment.saved_at, Assessment.submitted_at).outerjoin(Assessment, theirs)  # fmt: skip
    rows = session.execute(query.where(AuditCase.audit_id == of.id, AuditCase.state != CaseState.REPLACED).order_by(AuditCase.case_ref))
    return [CaseProgress(*row[:6], *(moment and local_date(moment) for moment in row[6:])) for row in rows]


def requests_waiting(session: Session, of: Audit) -> Sequence[tuple[int, str, str]]:
    """Return (id, reference, area) of the cases that somebody asked to replace."""
    asked = Replacement.state == ReplacementState.ASKED
    query = select(AuditCase.id, AuditCase.case_ref, AuditCase.area).join(Replacement, Replacement.case_id == AuditCase.id)
    return [(key, ref, area) for key, ref, area in session.execute(query.where(AuditCase.audit_id == of.id, asked).order_by(AuditCase.case_ref))]
