"""Routes on which a head of service writes a claim, checks it and sends it."""

from starlette.responses import JSONResponse, Response

from app.clock import time_of_day
from app.errors import Conflict
from app.moderation.challenges import actions as challenges_actions
from app.moderation.claims.pages import check_page, panel, place_of_nothing, why_not, workspace, workspace_page
from app.moderation.enums import HearingStep
from app.moderation.models import Return
from app.moderation.returns.guards import return_to
from app.moderation.returns.rules import RETURN
from app.moderation.unsent.actions import keep_draft
from app.moderation.unsent.forms import fields_saved, texts_of
from app.web.pages import Filled, part
from app.web.routing import Router, Visit

router = Router()
# Whoever may challenge a grade may write what they would send.
writer = return_to(RETURN["challenge"])


@router.get("/cases/{case_id}/challenge", writer)
def challenge_form_page(visit: Visit, returned: Return) -> Response:
    """Show the levels of each standard, and ask which are claimed instead."""
    of = workspace(visit, returned)
    return visit.render(workspace_page(visit, of, Filled(of.said)))


@router.put("/cases/{case_id}/challenge/draft", writer.making())
def keep_claim(visit: Visit, returned: Return) -> Response:
    """Keep what is typed, whether or not it can still be sent; answer with what it would change."""
    of = workspace(visit, returned)
    kept = keep_draft(visit.session, returned, HearingStep.CLAIM, fields_saved(visit.data, of.names), by=visit.viewer)
    now = part("components/hearing.html", "would", panel(of, of.claimed(kept.fields)))
    refusal = why_not(visit, returned)
    return JSONResponse({"saved": time_of_day(kept.saved_at), "panel": now, "refusal": refusal or ""})


@router.post("/cases/{case_id}/challenge", writer)
def challenge(visit: Visit, returned: Return) -> Response:
    """Work out what a claim would change, go on to its check, or send it."""
    of = workspace(visit, returned)
    said = texts_of(visit.form, of.names)
    if visit.sent("act") in {"work", "check"}:
        keep_draft(visit.session, returned, HearingStep.CLAIM, said, by=visit.viewer)
        on = "/check" if visit.sent("act") == "check" and why_not(visit, returned) is None else "#would"
        return visit.redirect(f"/cases/{returned.case_id}/challenge{on}")
    if refusal := why_not(visit, returned):
        raise Conflict(refusal)
    now = of.claimed(said)
    if now.errors:
        form = Filled(said, now.errors, {"nothing": place_of_nothing(of)})
        return visit.render(workspace_page(visit, of, form), status=422)
    made = challenges_actions.challenge_grade(visit.session, returned, now.claim, by=visit.viewer)
    return visit.redirect(
        f"/challenges/{made.id}", "The grade is challenged. An audit lead who gave none of its grades decides."
    )


@router.get("/cases/{case_id}/challenge/check", writer)
def check_claim_page(visit: Visit, returned: Return) -> Response:
    """Show a claim as whoever decides will read it, and what keeps it from being sent."""
    return visit.render(check_page(visit, workspace(visit, returned)))
