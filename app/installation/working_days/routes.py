"""Routes of the working days."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import ClassVar

from starlette.responses import Response

from app.clock import WorkingDays, holiday, today, working_days
from app.dates import NotADay
from app.installation.working_days.actions import change_working_days
from app.installation.working_days.forms import WorkingDaysForm
from app.people.rules import Viewer
from app.people.working_days import NATIONS, days_typed, in_lines
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit, administrator

router = Router()
# The days off that are shown lie within a year and some weeks: from any day on, each comes once or twice.
SHOWN_DAYS = 400


@dataclass(frozen=True, kw_only=True)
class WorkingDaysPage(Page):
    """Whose bank holidays count, the days that were added, and which days off come of both as it stands."""

    template: ClassVar[str] = "installation/working_days/working_days.html"
    form: Filled
    nations: Sequence[tuple[str, str]]
    coming: Sequence[tuple[date, str]]


def _page(form: Filled) -> WorkingDaysPage:
    days = [today() + timedelta(days=n) for n in range(SHOWN_DAYS)]
    coming = [(on, name) for on in days if (name := holiday(on))]
    nations = [(nation.value, name) for nation, name in NATIONS.items()]
    return WorkingDaysPage(title="Working days", form=form, nations=nations, coming=coming)


@router.get("/settings/working-days", administrator)
def working_days_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show which days are working days."""
    standing = working_days()
    form = Filled({"nation": standing.nation.value, "added": in_lines(standing.added)})
    return visit.render(_page(form))


def _wanted(visit: Visit) -> tuple[WorkingDays | None, Filled]:
    sent, form = fill(WorkingDaysForm, visit.form)
    if sent is None:
        return None, form
    try:
        return WorkingDays(sent.nation, days_typed(sent.added)), form
    except NotADay as fault:
        return None, form.with_errors(added=fault.wrong)


@router.post("/settings/working-days", administrator)
def save_working_days(visit: Visit, viewer: Viewer) -> Response:
    """Keep which days are working days; what is told from now on is counted by them."""
    wanted, form = _wanted(visit)
    if wanted is None:
        return visit.render(_page(form), status=422)
    changed = change_working_days(visit.session, wanted, by=viewer.id)
    said = "Working days saved. Deadlines that were told before stay as they were."
    return visit.redirect("/settings", said if changed else "Nothing was changed.")
