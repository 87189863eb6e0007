"""What a viewer may see of audits, cases and assessments; every function takes the viewer."""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, false, func, or_, select, true, tuple_
from sqlalchemy.orm import Session, aliased, contains_eager, defer, joinedload, selectinload

from app.asking import AskedTogether, asked_once, written_once
from app.asking.statements import Statement
from app.audit.bars.queries import everybody
from app.audit.blind import seen_by
from app.audit.enums import AUDITORS_OWN, AssessmentKind, AssessmentState, AuditState, CaseState
from app.audit.models import Assessment, Audit, AuditCase, Benchmark, Decision, ThresholdText
from app.clock import add_working_days, local_date
from app.errors import NotFound
from app.people.enums import Role
from app.people.models import ServiceArea
from app.people.rules import Viewer
from app.sampling import queries as sampling

STAFF = (Role.LEAD, Role.IMPROVEMENT_MANAGER, Role.IMPROVEMENT_ASSISTANT, Role.ANALYST, Role.BENCHMARKER)
OVERSEERS = (Role.DIRECTOR, Role.ASSISTANT_DIRECTOR)
# The roles that see every case of an audit; those who grade see their own, heads of service their area's.
WHOLE_AUDIT = (Role.LEAD, Role.DIRECTOR)
RETURNED_TO_AREA = (CaseState.GRADED, CaseState.FINAL)

# A threshold document is long and read once for all (`library.queries.document`): an audit brings all but its text.
THRESHOLD = joinedload(Audit.threshold).defer(ThresholdText.text)
# A case with the audit and the threshold document that it belongs to. In a list of many cases each would bring the same
# again: there the audit is at hand already.
WHOLE = joinedload(AuditCase.audit).joinedload(Audit.threshold).defer(ThresholdText.text)


@written_once
def audits_visible_to(viewer: Viewer) -> Select[Audit]:
    """Select the audits that a person may know of, rehearsals apart."""
    return select(Audit).where(known_to(viewer)).options(THRESHOLD)


@written_once
def audits_to_open(viewer: Viewer) -> Select[Audit]:
    """Select the same with rehearsals, which open to whoever keeps the service too: nothing in them is confidential."""
    sees = in_sight_of(viewer)
    return select(Audit).where(sees | Audit.rehearsal if viewer.holds(Role.ADMINISTRATOR) else sees).options(THRESHOLD)


@written_once
def known_to(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on audits that they are in a person's sight and no rehearsals, which count nowhere."""
    return in_sight_of(viewer) & Audit.rehearsal.is_(False)


@written_once
def in_sight_of(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on audits that a person may know of them; a draft is one once it was commissioned."""
    audit = (Audit.state != AuditState.DISCARDED) & or_(Audit.state != AuditState.DRAFT, Audit.commissioned_by > 0)
    if viewer.nationwide(*STAFF, *OVERSEERS):
        return audit
    terms: list[ColumnElement[bool]] = [Audit.ref.in_(viewer.audits(*STAFF))]
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    if areas:
        theirs = exists().where(AuditCase.audit_id == Audit.id, AuditCase.area.in_(areas)).correlate(Audit)
        terms.append(Audit.state.in_([AuditState.FIELDWORK, AuditState.FINALISED, AuditState.PUBLISHED]) & theirs)
        # A case that came back to them keeps them in an audit that was withdrawn: the children's safety does not end
        # with it.
        terms.append((Audit.state == AuditState.WITHDRAWN) & theirs.where(AuditCase.state.in_(RETURNED_TO_AREA)))
    if viewer.holds(Role.READER):
        terms.append(Audit.state == AuditState.PUBLISHED)
    return audit & or_(*terms)


@written_once
def _newest_first(viewer: Viewer) -> Select[Audit]:
    # What they are compared with is for reports, and long.
    known = audits_visible_to(viewer).options(defer(Audit.comparators))
    return known.order_by(Audit.window_to.desc(), Audit.id.desc())


@asked_once
def audits(session: Session, viewer: Viewer) -> Sequence[Audit]:
    """Return the audits that the person may know of, newest window first."""
    return session.scalars(_newest_first(viewer)).all()


def audits_after(session: Session, viewer: Viewer, last: tuple[date, int] | None, most: int) -> Sequence[Audit]:
    """Return `most` of the same audits, those that follow one with this end of its window and this number."""
    query = _newest_first(viewer).limit(most)
    if last is not None:
        query = query.where(tuple_(Audit.window_to, Audit.id) < tuple_(*last))
    return session.scalars(query).all()


@written_once
def _by_ref(viewer: Viewer) -> Select[Audit]:
    return audits_to_open(viewer).where(Audit.ref == bindparam("ref"))


def audit(session: Session, viewer: Viewer, ref: str) -> Audit:
    """Return an audit by its reference; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(_by_ref(viewer), {"ref": ref}).one_or_none()
    if found is None:
        raise NotFound
    return found


def is_taken(session: Session, ref: str) -> bool:
    """Say whether an audit has this reference."""
    return session.scalar(select(Audit.id).where(Audit.ref == ref)) is not None


@written_once
def cases_visible_to(viewer: Viewer) -> Select[AuditCase]:
    """Select the cases that a person may open: those in their scope, but for those that they are blind to."""
    return select(AuditCase).join(AuditCase.audit).where(openable_by(viewer))


@written_once
def openable_by(viewer: Viewer) -> ColumnElement[bool]:
    """Return the condition on cases, each joined to its audit, that a person may open them."""
    return and_(in_scope_of(viewer), seen_by(viewer))


@written_once
def cases_in_scope(viewer: Viewer) -> Select[AuditCase]:
    """Select the cases that roles open to a person, blind or not, for what does not tell how a case was graded."""
    return select(AuditCase).join(AuditCase.audit).where(in_scope_of(viewer))


@written_once
def in_scope_of(viewer: Viewer) -> ColumnElement[bool]:
    """Return the same as a condition on cases, each joined to its audit."""
    terms: list[ColumnElement[bool]] = [false()]
    if viewer.nationwide(*WHOLE_AUDIT):
        terms.append(true())
    terms.append(Audit.ref.in_(viewer.audits(*WHOLE_AUDIT)))
    if viewer.holds(Role.IMPROVEMENT_MANAGER):
        # Who was chosen by hand before fieldwork sees the case when it opens.
        terms.append((AuditCase.auditor_id == viewer.id) & (AuditCase.state != CaseState.DRAWN))
    areas = viewer.areas(Role.HEAD_OF_SERVICE)
    if areas:
        terms.append(AuditCase.area.in_(areas) & AuditCase.state.in_(RETURNED_TO_AREA))
    # Their own audited case they read as its practitioner, once its reading opens, and in no other role.
    own = viewer.practitioners
    return and_(or_(*terms), AuditCase.practitioner_id.not_in(own)) if own else or_(*terms)


@written_once
def _by_id(viewer: Viewer) -> Select[AuditCase]:
    return cases_visible_to(viewer).where(AuditCase.id == bindparam("case")).options(WHOLE)


def case(session: Session, viewer: Viewer, case_id: int) -> AuditCase:
    """Return a case; raises NotFound where it lies outside the person's scope."""
    found = session.scalars(_by_id(viewer), {"case": case_id}).one_or_none()
    if found is None:
        raise NotFound
    return found


@written_once
def _areas(viewer: Viewer) -> Select[str]:
    theirs = cases_visible_to(viewer).where(AuditCase.audit_id == bindparam("audit")).with_only_columns(AuditCase.area)
    return select(ServiceArea.code).where(ServiceArea.code.in_(theirs)).order_by(ServiceArea.position)


def areas_of(session: Session, viewer: Viewer, of: Audit) -> Sequence[str]:
    """Return the service areas of an audit's cases that the person may open, in their usual order."""
    return session.scalars(_areas(viewer), {"audit": of.id}).all()


class ListedCase(NamedTuple):
    """What a long list tells of a case: columns, because a row of the table costs ten times as much to make."""

    id: int
    audit_id: int
    case_ref: str
    area: str
    law_type: str
    state: CaseState
    rehearsal: bool

    @classmethod
    def asked(
        cls, session: Session, query: Select[Any], binds: Mapping[str, object] | None = None
    ) -> "Sequence[ListedCase]":
        """Return the cases that a query selects."""
        return [cls(*row) for row in session.connection().execute(query, binds).all()]


def listed(query: Select[AuditCase]) -> Select[Any]:
    """Return a query on cases as it is asked for a long list."""
    columns = (getattr(AuditCase, name) for name in ListedCase._fields if name != "rehearsal")
    return query.with_only_columns(*columns, Audit.rehearsal)


@written_once
def _to_grade(viewer: Viewer) -> Select[AuditCase]:
    query = cases_visible_to(viewer).where(
        AuditCase.auditor_id == viewer.id,
        AuditCase.state.in_([CaseState.ALLOCATED, CaseState.IN_PROGRESS]),
        Audit.state == AuditState.FIELDWORK,
    )
    return listed(query.order_by(AuditCase.state.desc(), AuditCase.ticket, AuditCase.id))


@asked_once
def cases_to_grade(session: Session, viewer: Viewer) -> Sequence[ListedCase]:
    """Return the cases that wait for this person to grade, those begun first."""
    return ListedCase.asked(session, _to_grade(viewer))


def is_grading(session: Session, viewer: Viewer) -> bool:
    """Say whether a case to grade, no invented one, bars the person from what could sway a grade (domain.md 5)."""
    return viewer.holds(Role.IMPROVEMENT_MANAGER) and any(not c.rehearsal for c in cases_to_grade(session, viewer))


@written_once
def assessments_visible_to(viewer: Viewer) -> Select[Assessment]:
    """Select the assessments that a person may read: their own, and what is submitted first on cases they may open."""
    submitted_first = (Assessment.state == AssessmentState.SUBMITTED) & (Assessment.kind == AssessmentKind.FIRST)
    openable = submitted_first & openable_by(viewer)
    query = select(Assessment).join(AuditCase, AuditCase.id == Assessment.case_id).join(AuditCase.audit)
    return query.where((Assessment.author_id == viewer.id) | openable)


@written_once
def _of_case(viewer: Viewer) -> Select[Assessment]:
    query = assessments_visible_to(viewer).where(Assessment.case_id == bindparam("case"))
    # A dozen judgements to an assessment cost less with it than by themselves.
    whole = (joinedload(Assessment.judgements), selectinload(Assessment.facts))
    return query.options(*whole).order_by(Assessment.number.desc())


@asked_once
def assessments_of(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Assessment]:
    """Return every assessment of a case that the person may read, the newest of each kind first."""
    return session.scalars(_of_case(viewer), {"case": of.id}).unique().all()


def draft_in_hand(session: Session, viewer: Viewer, of: AuditCase) -> Assessment | None:
    """Return the draft that the person works on: of the first assessment of a case, or of its correction."""
    drafts = [a for a in assessments_of(session, viewer, of) if a.state is AssessmentState.DRAFT]
    return next((a for a in drafts if a.kind is AssessmentKind.FIRST and a.author_id == viewer.id), None)


def submitted_assessments(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Assessment]:
    """Return what the auditor submitted on a case, as far as the person may read it, the newest first."""
    first = [a for a in assessments_of(session, viewer, of) if a.kind is AssessmentKind.FIRST]
    return [a for a in first if a.state is AssessmentState.SUBMITTED]


def standing() -> ColumnElement[bool]:
    """Say of an assessment that it is the auditor's submitted one that stands: the newest of its case, for figures."""
    later = aliased(Assessment)
    submitted = (Assessment.kind == AssessmentKind.FIRST) & (Assessment.state == AssessmentState.SUBMITTED)
    corrected = exists().where(
        later.case_id == Assessment.case_id,
        later.kind == AssessmentKind.FIRST,
        later.state == AssessmentState.SUBMITTED,
        later.number > Assessment.number,
    )
    return submitted & ~corrected


def uncorrected() -> Select[int]:
    """Select the ids of the assessments that stand."""
    return select(Assessment.id).where(standing())


@written_once
def _corrected(viewer: Viewer) -> Select[AuditCase]:
    begun = exists().where(
        Assessment.case_id == AuditCase.id,
        Assessment.author_id == viewer.id,
        Assessment.state == AssessmentState.DRAFT,
        Assessment.number > 1,
    )
    return cases_visible_to(viewer).where(begun, Audit.state == AuditState.FIELDWORK).order_by(AuditCase.id)


def corrections_in_hand(session: Session, viewer: Viewer) -> Sequence[AuditCase]:
    """Return the cases in fieldwork of which the person has begun a correction."""
    return session.scalars(_corrected(viewer)).all()


_OTHERS = exists().where(Decision.case_id == AuditCase.id, Decision.kind.not_in(AUDITORS_OWN))
_FIRST = (
    select(func.min(Assessment.submitted_at))
    .where(Assessment.case_id == AuditCase.id, Assessment.kind == AssessmentKind.FIRST)
    .scalar_subquery()
)
_SINCE = select(AuditCase.id, _FIRST, _OTHERS).where(AuditCase.id.in_(bindparam("cases", expanding=True)))


def _since(session: Session, cases: Collection[int]) -> dict[int, tuple[datetime | None, bool]]:
    return {key: (at, bool(others)) for key, at, others in session.execute(_SINCE, {"cases": list(cases)})}


# When a case's grade was first submitted, and whether anybody but its auditor decided on it since; by its number.
since_graded = AskedTogether(_since)


def decided_by_others(session: Session, of: AuditCase) -> bool:
    """Say whether anybody but its auditor has decided on a case's grade: for the guards."""
    return since_graded(session, of.id)[1]


def correct_until(session: Session, of: AuditCase) -> date | None:
    """Return, for the guards, the last day to correct a case's grade, counted from its first submission."""
    if not of.audit.correction_days or of.state not in RETURNED_TO_AREA:
        return None
    at = since_graded(session, of.id)[0]
    return at and add_working_days(local_date(at), of.audit.correction_days, told=at)


@written_once
def _decided(viewer: Viewer) -> Select[Decision]:
    query = select(Decision).join(AuditCase, AuditCase.id == Decision.case_id).join(AuditCase.audit)
    return query.where(Decision.case_id == bindparam("case"), openable_by(viewer)).order_by(Decision.id.desc())


@asked_once
def decisions(session: Session, viewer: Viewer, of: AuditCase) -> Sequence[Decision]:
    """Return every decision on a case that the person may open, newest first."""
    return session.scalars(_decided(viewer), {"case": of.id}).all()


_COUNTS = Statement(
    select(AuditCase.area, AuditCase.state, func.count())
    .where(AuditCase.audit_id == bindparam("audit"))
    .group_by(AuditCase.area, AuditCase.state)
)


@asked_once
def counts(session: Session, of: Audit) -> Mapping[tuple[str, CaseState], int]:
    """Return how many cases of an audit there are in each area and state."""
    return {(area, state): count for area, state, count in _COUNTS.rows(session, audit=of.id)}


def counts_by_state(session: Session, of: Audit) -> dict[CaseState, int]:
    """Return how many cases of an audit are in each state, without those that others stand in for."""
    found: Counter[CaseState] = Counter()
    for (_, state), count in counts(session, of).items():
        found[state] += count
    return {state: count for state, count in found.items() if state is not CaseState.REPLACED}


@asked_once
def people_with(session: Session, role: Role, of: Audit) -> Sequence[Viewer]:
    """Return who holds a role on an audit and can sign in, by name."""
    return everybody(session).with_role(role, of.ref)


def heads_of(session: Session, area: str) -> Sequence[Viewer]:
    """Return the heads of a service area who can sign in, by name."""
    return everybody(session).heads_of(area)


def headless_areas(session: Session, of: Audit) -> list[str]:
    """Return, in their usual order, the areas of an audit's list and cases that have no head of service."""
    theirs = {
        *(area for area, _ in counts(session, of)),
        *sampling.areas_of(session, of.frame_id),
    }
    return [code for code in everybody(session).headless if code in theirs]


def assistant_directors(session: Session, area: str) -> Sequence[Viewer]:
    """Return the assistant directors who stand in for an area without a head, by name."""
    return everybody(session).standing_in(area)


@asked_once
def service_areas(session: Session) -> Sequence[ServiceArea]:
    """Return the service areas in their usual order."""
    return session.scalars(select(ServiceArea).order_by(ServiceArea.position)).all()


def names(session: Session, ids: Collection[int]) -> dict[int, str]:
    """Return the names of people by id."""
    return {key: name for key, name in everybody(session).names.items() if key in ids} if ids else {}


def _benchmarks() -> Select[Benchmark]:
    return select(Benchmark).join(Benchmark.case).join(AuditCase.audit).options(contains_eager(Benchmark.case))


def own_benchmark(session: Session, viewer: Viewer, case_id: int) -> Benchmark:
    """Return the person's own second grade of a case; raises NotFound."""
    known = AuditCase.audit_id.in_(audits_to_open(viewer).with_only_columns(Audit.id))
    found = session.scalars(
        _benchmarks().where(known, Benchmark.case_id == case_id, Benchmark.benchmarker_id == viewer.id)
    ).one_or_none()
    if found is None:
        raise NotFound
    return found
