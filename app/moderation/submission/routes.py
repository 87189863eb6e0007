"""Routes that submit a grade: check your answers, and the correction of what was submitted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from starlette.responses import Response

from app.audit import queries as audit_queries
from app.audit.benchmarks import actions as benchmarking
from app.audit.benchmarks.queries import benchmarks_to_do
from app.audit.benchmarks.rules import BENCHMARK
from app.audit.enums import AssessmentKind
from app.audit.evidence.emptiness import Question
from app.audit.grading import corrections as correcting
from app.audit.grading.fields import Change, changes, prepared_in_words
from app.audit.grading.guards import InHand, benchmark_in_hand, case_in_hand
from app.audit.grading.pages import names_of_prepared
from app.audit.guards import allocated_case, benchmark_of_mine
from app.audit.library.queries import document_of
from app.audit.models import Assessment, AuditCase
from app.audit.rules import CASE, IF_IT_IS_WRONG
from app.clock import day
from app.db import LONGEST_TEXT
from app.errors import NotFound
from app.moderation.pages import CheckPage, ConfirmPage, assessment_of, lacking_in, left_to_ask, shown_by, unseen_in
from app.moderation.returns.queries import return_that_stands
from app.moderation.submission import actions as submission_actions
from app.moderation.submission.forms import CorrectionForm
from app.moderation.submission.queries import recently_submitted, went_to
from app.moderation.submission.rules import past_correcting
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, signed_in

router = Router()


def _submitted_case(visit: Visit) -> AuditCase:
    case = allocated_case.find(visit)
    if case.state not in audit_queries.RETURNED_TO_AREA:
        raise NotFound
    return case


def _correction(visit: Visit) -> Assessment:
    draft = audit_queries.draft_in_hand(visit.session, visit.viewer, _submitted_case(visit))
    if draft is None:
        raise NotFound
    return draft


submitted_case = Guard("the improvement manager who graded the case", _submitted_case)
correction_in_hand = Guard("the improvement manager who has begun to correct the case", _correction)


def _check_page(visit: Visit, held: InHand, form: Filled, questions: Sequence[Question] = ()) -> CheckPage:
    document = held.draft.document
    return CheckPage(
        title="Check your correction" if held.draft.assessment.number > 1 else "Check your answers",
        case=held.case,
        document=document,
        draft=held.draft,
        form=form,
        missing=held.draft.missing,
        questions=questions,
        changes=_changes(visit, held),
        notes=prepared_in_words(held.draft, names_of_prepared(visit, held)),
        shown=shown_by(held.draft),
        returns=not _second(held) and held.draft.assessment.grade == document.lowest.code,
    )


@router.get("/cases/{case_id}/check", case_in_hand)
@router.get("/cases/{case_id}/benchmark/check", benchmark_in_hand)
def check_page(visit: Visit, held: InHand) -> Response:
    """Show all answers before they are submitted."""
    return visit.render(
        _check_page(visit, held, Filled({"correction_reason": held.draft.assessment.correction_reason}))
    )


def _second(held: InHand) -> bool:
    return held.assessment.kind is AssessmentKind.BENCHMARK


def _changes(visit: Visit, held: InHand) -> Sequence[Change]:
    before = assessment_of(visit, held.case) if held.assessment.number > 1 else None
    return changes(before, held.draft) if before else ()


def _correction_faults(visit: Visit, held: InHand) -> tuple[dict[str, str], dict[str, str]]:
    """Keep the reason of a correction; return what is wrong by field, and where that is put right.

    A first assessment has none.
    """
    draft = held.assessment
    if draft.number == 1:
        return {}, {}
    sent, form = fill(CorrectionForm, visit.form)
    draft.correction_reason = sent.correction_reason if sent else visit.sent("correction_reason").strip()[:LONGEST_TEXT]
    if _changes(visit, held):
        return dict(form.errors), {}
    nothing = {"nothing": "Change an answer first, or discard the correction"}
    return {**form.errors, **nothing}, {"nothing": f"{held.base}#parts-1"}


@router.post("/cases/{case_id}/check", case_in_hand.making(CASE["submit"], CASE["correct"]))
@router.post("/cases/{case_id}/benchmark/check", benchmark_in_hand.making(BENCHMARK["submit"]))
def submit(visit: Visit, held: InHand) -> Response:
    """Submit the assessment; the lowest grade goes back to the area in the same transaction."""
    if not _second(held):
        submission_actions.hold(visit.session, held.case)
    missing, (errors, anchors) = held.draft.missing, _correction_faults(visit, held)
    lacking, unseen = lacking_in(missing), unseen_in(held.draft, visit.sent("shown"))
    if missing or errors or unseen.errors:
        form = Filled(
            {"correction_reason": visit.sent("correction_reason")},
            {**errors, **lacking.errors, **unseen.errors},
            {**anchors, **lacking.anchors, **unseen.anchors},
        )
        return visit.render(_check_page(visit, held, form), status=422 if missing or errors else 409)
    questions = left_to_ask(visit, held)
    if questions:
        form = Filled({"correction_reason": visit.sent("correction_reason")})
        return visit.render(_check_page(visit, held, form, questions), status=409)
    return _submitted(visit, held)


def _submitted(visit: Visit, held: InHand) -> Response:
    indicated = held.draft.indicated
    if _second(held):
        benchmarking.submit(
            visit.session, benchmark_of_mine.find(visit), held.assessment, indicated=indicated, by=visit.viewer
        )
        done = f"Your second grade of case {held.case.case_ref} is submitted. Thank you."
        return visit.redirect(_next(visit, held), done)
    submission_actions.submit_grade(visit.session, held.case, held.assessment, indicated=indicated, by=visit.viewer)
    grade = held.draft.document.label(held.case.standing_grade or "")
    after = (
        f" {went_to(visit.session, held.case.area)}"
        if held.case.standing_grade == held.draft.document.lowest.code
        else ""
    )
    what = "is corrected to" if held.draft.assessment.number > 1 else "is submitted as"
    return visit.redirect(_next(visit, held), f"Case {held.case.case_ref} {what} {grade}.{after}")


def _next(visit: Visit, held: InHand) -> str:
    """Return where a person goes from a grade: to their work, or to the next of their own cases, those begun first."""
    tool, audit = held.base.rpartition("/")[2], held.case.audit
    work = f"/audits/{audit.ref}/rehearsal" if audit.rehearsal else "/"
    others = _others(visit, held) if visit.sent("then") == "next" else ()
    return next((f"/cases/{case}/{tool}" for case in others if case != held.case.id), work)


def _others(visit: Visit, held: InHand) -> Sequence[int]:
    """Return what else the person has to grade, in a rehearsal of invented cases and outside of real ones."""
    if _second(held):
        seconds = benchmarks_to_do(visit.session, visit.viewer)
        return [b.case_id for b in seconds if b.case.audit.rehearsal == held.case.audit.rehearsal]
    firsts = audit_queries.cases_to_grade(visit.session, visit.viewer)
    return [c.id for c in firsts if c.rehearsal == held.case.audit.rehearsal]


@dataclass(frozen=True, slots=True)
class Recent:
    """A grade that somebody submitted: of which case, until when it can be corrected, or why it can no longer be."""

    case: AuditCase
    grade: str
    assessment: Assessment
    until: date | None
    refusal: str


@dataclass(frozen=True, kw_only=True)
class RecentPage(Page):
    """The grades that somebody submitted last, and what is said once of those that are no longer theirs to correct."""

    template: ClassVar[str] = "moderation/submission/recent.html"
    recent: Sequence[Recent]
    if_wrong: str


@router.get("/recently-submitted", signed_in)
def recent_page(visit: Visit, viewer: Viewer) -> Response:
    """Show somebody the grades that they submitted last, and which of them can still be corrected."""
    recent = [
        Recent(
            case,
            document_of(case.audit).label(str(assessment.grade)),
            assessment,
            audit_queries.correct_until(visit.session, case),
            (
                past_correcting(case, return_that_stands(visit.session, case))
                or submission_actions.why_not_corrected(visit.session, case, viewer)
                or ""
            ).removesuffix(IF_IT_IS_WRONG),
        )
        for assessment, case in recently_submitted(visit.session, viewer)
    ]
    return visit.render(RecentPage(title="Recently submitted", recent=recent, if_wrong=IF_IT_IS_WRONG))


CORRECTING = (
    (
        "You begin with a copy of what you submitted. Everybody else goes on seeing what you submitted until you "
        "submit the correction, with a reason."
    ),
    "What you submitted first stays visible on the case’s page, with your reason beside it.",
    (
        "You can submit the correction until {until}, unless the area answers the grade or the audit is finalised "
        "before. After that it does not count."
    ),
)


@router.get("/cases/{case_id}/correction", submitted_case)
def correction_page(visit: Visit, case: AuditCase) -> Response:
    """Say what correcting a grade means."""
    until = day(audit_queries.correct_until(visit.session, case))
    page = ConfirmPage(
        title="Correct this assessment",
        case=case,
        consequences=[words.format(until=until) for words in CORRECTING],
        back_to=f"/cases/{case.id}",
        back_text="Go back to the case",
        refusal=submission_actions.why_not_corrected(visit.session, case, visit.viewer),
    )
    return visit.render(page)


@router.post("/cases/{case_id}/correction", submitted_case)
def correct(visit: Visit, case: AuditCase) -> Response:
    """Begin a correction, or go on with the one that is begun."""
    submission_actions.start_correction(visit.session, case, by=visit.viewer)
    return visit.redirect(f"/cases/{case.id}/assess")


@router.get("/cases/{case_id}/correction/discard", correction_in_hand)
def discard_page(visit: Visit, draft: Assessment) -> Response:
    """Say what discarding a correction means."""
    case = audit_queries.case(visit.session, visit.viewer, draft.case_id)
    page = ConfirmPage(
        title="Discard the correction",
        case=case,
        consequences=["What you changed is deleted. What you submitted stands."],
        refusal=None,
        back_to=f"/cases/{case.id}",
        back_text="Go back to the case",
    )
    return visit.render(page)


@router.post("/cases/{case_id}/correction/discard", correction_in_hand)
def discard(visit: Visit, draft: Assessment) -> Response:
    """Discard a correction."""
    correcting.discard_correction(visit.session, draft)
    return visit.redirect(f"/cases/{draft.case_id}", "The correction is discarded. What you submitted stands.")
