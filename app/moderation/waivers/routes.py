"""Routes of waiving an interest, for the national service director."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import case_in_scope, on_case
from app.audit.models import AuditCase
from app.errors import Conflict
from app.moderation.waivers import actions as waiving
from app.moderation.waivers.forms import WaiverForm
from app.moderation.waivers.queries import Waivable, waivable
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit
from app.web.second_look import look_again

router = Router()
to_waive = on_case(case_in_scope, Role.DIRECTOR, case_of=lambda case: case, noun="case", can="waive an interest")


@dataclass(frozen=True, kw_only=True)
class WaiverPage(Page):
    """Waive a declared interest where nobody else is left: whose, for what, and why."""

    template: ClassVar[str] = "moderation/waivers/waiver.html"
    case: AuditCase
    people: Sequence[Waivable]
    refusal: str
    form: Filled


def _page(visit: Visit, case: AuditCase, form: Filled) -> WaiverPage:
    people = waivable(visit.session, visit.viewer, case)
    return WaiverPage(
        title="Waive a declared interest",
        case=case,
        people=people,
        refusal="" if people else waiving.NOBODY_TO_WAIVE,
        form=form,
    )


@router.get("/cases/{case_id}/waiver", to_waive)
def waiver_page(visit: Visit, case: AuditCase) -> Response:
    """Ask whose interest is waived, and why."""
    return visit.render(_page(visit, case, Filled()))


@router.post("/cases/{case_id}/waiver", to_waive)
def waive(visit: Visit, case: AuditCase) -> Response:
    """Waive an interest."""
    if not waivable(visit.session, visit.viewer, case):
        raise Conflict(waiving.NOBODY_TO_WAIVE)
    sent, form = fill(WaiverForm, visit.form)
    form = look_again(visit, form, ["waiver_reason"], {})
    if sent is None or form.errors:
        return visit.render(_page(visit, case, form), status=422)
    waiving.waive_interest(visit.session, case, sent.person, reason=sent.waiver_reason, by=visit.viewer)
    return visit.redirect(
        f"/cases/{case.id}/duties",
        "The interest is waived for this case alone. The reason stands in the log and in the report.",
    )
