"""Routes before a decision on a challenge: the own view, standing aside, the note, and who may decide what."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.enums import AuditState
from app.audit.grading.draft import Draft
from app.audit.guards import case_in_scope
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.audit.queries import names
from app.audit.standing.rules import StandingJudgement
from app.audit.thresholds.document import Standard, ThresholdDocument
from app.errors import Conflict
from app.moderation.challenges import queries as challenges_queries
from app.moderation.challenges.duties import Duty, duties
from app.moderation.challenges.forms import NoteForm
from app.moderation.challenges.guards import challenge_of_own_grade, challenge_to_view
from app.moderation.challenges.pages import situation_in, stood_before
from app.moderation.challenges.rules import CHALLENGE, why_no_note, without_bars
from app.moderation.enums import STAGES, Stage
from app.moderation.models import Challenge, ChallengeNote
from app.moderation.own_views import actions as deciding
from app.moderation.own_views.forms import AS_A_WHOLE, own_view_points
from app.moderation.pages import ConfirmPage, assessment_of
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()


@dataclass(frozen=True, kw_only=True)
class OwnViewPage(Page):
    """The first of two steps: the contested standards with their descriptors, and nothing of either side."""

    template: ClassVar[str] = "moderation/own_views/own_view.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    standards: Sequence[Standard]
    whole: str
    adjudicates: bool
    form: Filled
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class NotePage(Page):
    """The auditor reads the challenge of their grade and can add a note to it."""

    template: ClassVar[str] = "moderation/own_views/note.html"
    challenge: Challenge
    case: AuditCase
    document: ThresholdDocument
    assessment: Draft | None
    stood: Mapping[str, StandingJudgement]
    standards: Mapping[str, Standard]
    notes: Sequence[ChallengeNote]
    names: Mapping[int, str]
    form: Filled
    refusal: str | None


@dataclass(frozen=True, kw_only=True)
class DutiesPage(Page):
    """Who may decide what on a case, and why not the person who looks."""

    template: ClassVar[str] = "moderation/own_views/duties.html"
    case: AuditCase
    duties: Sequence[Duty]
    # For the national service director.
    may_waive: bool


def _standards(challenge: Challenge) -> list[Standard]:
    document = document_of(challenge.case.audit)
    return [document.standard(p.standard) for p in challenge.points]


def _why_no_view(visit: Visit, challenge: Challenge) -> str | None:
    return deciding.why_no_view(visit.session, challenge, situation_in(visit, challenge))


def _own_view_page(visit: Visit, challenge: Challenge, form: Filled) -> OwnViewPage:
    return OwnViewPage(
        title="Your own view",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        standards=_standards(challenge),
        whole=AS_A_WHOLE,
        adjudicates=STAGES.get(challenge.state) is Stage.ADJUDICATION,
        form=form,
        refusal=_why_no_view(visit, challenge),
    )


@router.get("/challenges/{challenge_id}/view", challenge_to_view)
def own_view_page(visit: Visit, challenge: Challenge) -> Response:
    """Ask for the own view of each contested standard, before either side is shown."""
    return visit.render(_own_view_page(visit, challenge, Filled()))


@router.post("/challenges/{challenge_id}/view", challenge_to_view.making(CHALLENGE["take"]))
def record_own_view(visit: Visit, challenge: Challenge) -> Response:
    """Record the own view, and open both sides."""
    refusal = _why_no_view(visit, challenge)
    if refusal:
        raise Conflict(refusal)
    points, errors = own_view_points(document_of(challenge.case.audit), _standards(challenge), visit.form)
    asked = {f"{point.standard or AS_A_WHOLE}-note": "What you found" for point in points}
    form = look_again(visit, Filled({name: values[0] for name, values in visit.form.items()}), asked, errors)
    if form.errors:
        return visit.render(_own_view_page(visit, challenge, form), status=422)
    deciding.record_own_view(visit.session, challenge, points, by=visit.viewer)
    return visit.redirect(
        f"/challenges/{challenge.id}/{STAGES[challenge.state].verb}",
        "Your own view is recorded. Both sides are open to you now.",
    )


STANDING_ASIDE = (
    "The case, with both sides of the challenge, is opened to you at once.",
    (
        "Somebody else has to decide. You cannot decide this challenge, or adjudicate it, any more: you will have read "
        "both sides without a view of your own."
    ),
)


@router.get("/challenges/{challenge_id}/aside", challenge_to_view)
def aside_page(visit: Visit, challenge: Challenge) -> Response:
    """Say what standing aside means."""
    page = ConfirmPage(
        title="I will not decide this challenge",
        case=challenge.case,
        consequences=STANDING_ASIDE,
        back_to=f"/challenges/{challenge.id}",
        back_text="Go back to the challenge",
        refusal=deciding.why_no_view(visit.session, challenge, without_bars(situation_in(visit, challenge))),
    )
    return visit.render(page)


@router.post("/challenges/{challenge_id}/aside", challenge_to_view.making(CHALLENGE["let_go"]))
def aside(visit: Visit, challenge: Challenge) -> Response:
    """Stand aside."""
    deciding.stand_aside(visit.session, challenge, by=visit.viewer)
    return visit.redirect(
        f"/challenges/{challenge.id}", "You will not decide this challenge. Both sides are open to you now."
    )


def _note_page(visit: Visit, challenge: Challenge, form: Filled) -> NotePage:
    notes = challenges_queries.notes_of(visit.session, challenge)
    return NotePage(
        title="The challenge of your grade",
        challenge=challenge,
        case=challenge.case,
        document=document_of(challenge.case.audit),
        form=form,
        assessment=assessment_of(visit, challenge.case),
        stood=stood_before(visit, challenge),
        standards={s.code: s for s in _standards(challenge)},
        notes=notes,
        names=names(visit.session, frozenset(n.by_id for n in notes)),
        refusal=why_no_note(challenge, visit.viewer),
    )


@router.get("/challenges/{challenge_id}/note", challenge_of_own_grade)
def note_page(visit: Visit, challenge: Challenge) -> Response:
    """Show the challenge to the auditor whose grade it is, and ask for a note."""
    return visit.render(_note_page(visit, challenge, Filled()))


@router.post("/challenges/{challenge_id}/note", challenge_of_own_grade)
def note(visit: Visit, challenge: Challenge) -> Response:
    """Add the auditor's note."""
    refusal = why_no_note(challenge, visit.viewer)
    if refusal:
        raise Conflict(refusal)
    sent, form = fill(NoteForm, visit.form)
    form = look_again(visit, form, ["challenge_note"], {})
    if sent is None or form.errors:
        return visit.render(_note_page(visit, challenge, form), status=422)
    deciding.add_note(visit.session, challenge, sent.challenge_note, by=visit.viewer)
    return visit.redirect(
        f"/challenges/{challenge.id}/note",
        "Your note is added. The area reads it, and whoever decides does once their own view is recorded.",
    )


@router.get("/cases/{case_id}/duties", case_in_scope)
def duties_page(visit: Visit, case: AuditCase) -> Response:
    """Show who may decide what on a case."""
    return visit.render(
        DutiesPage(
            title="Who may decide what on this case",
            case=case,
            duties=duties(visit.session, visit.viewer, case),
            may_waive=visit.viewer.has(Role.DIRECTOR) and case.audit.state is AuditState.FIELDWORK,
        )
    )
