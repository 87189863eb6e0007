"""Routes of what is kept, and for how long."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import ClassVar

from starlette.responses import Response

from app.audit.models import Audit
from app.clock import today
from app.errors import Conflict, NotFound
from app.events import newest
from app.keeping.backups.manifest import TAKEN
from app.keeping.retention import actions, queries
from app.keeping.retention.forms import RetentionForm
from app.keeping.retention.queries import Keeping
from app.keeping.retention.rules import LEAST, MOST, refusal, years_of
from app.labels import plural
from app.people.rules import Viewer
from app.web.forms import fill
from app.web.pages import Filled, Page
from app.web.routing import Guard, Router, Visit, administrator

router = Router()
HERE = "/settings/retention"


@dataclass(frozen=True, kw_only=True)
class RetentionPage(Page):
    """How long cases are kept, and until when those of each audit are."""

    template: ClassVar[str] = "keeping/retention/retention.html"
    form: Filled
    audits: Sequence[Keeping]
    years: int | None
    # When the newest copy of the database was made, if one was.
    backup: datetime | None


@dataclass(frozen=True, kw_only=True)
class ForgetPage(Page):
    """Ask whether the cases of an audit are to be forgotten."""

    template: ClassVar[str] = "keeping/retention/forget.html"
    keeping: Keeping
    form: Filled


def _forgettable(visit: Visit) -> Keeping:
    administrator.find(visit)
    ref = visit.word("ref")
    found = next((k for k in queries.audits(visit.session, years_of(visit.kept_settings)) if k.audit.ref == ref), None)
    if found is None:
        raise NotFound
    if fault := refusal(found.audit, years_of(visit.kept_settings), today()):
        raise Conflict(fault)
    return found


forgettable = Guard("administrators, for an audit whose time is over", _forgettable)


def _page(visit: Visit, form: Filled) -> RetentionPage:
    years = years_of(visit.kept_settings)
    audits, backup = queries.audits(visit.session, years), newest(visit.session, "log", 1, [TAKEN])
    return RetentionPage(title="What is kept, and for how long", form=form, audits=audits, years=years, backup=backup)


@router.get(HERE, administrator)
def retention_page(visit: Visit, _viewer: Viewer) -> Response:
    """Show how long cases are kept."""
    return visit.render(_page(visit, Filled({"years": str(years_of(visit.kept_settings) or "")})))


@router.post(HERE, administrator)
def save_retention(visit: Visit, viewer: Viewer) -> Response:
    """Keep after how many years cases are forgotten; nothing is forgotten by it."""
    sent, form = fill(RetentionForm, visit.form)
    if sent is None:
        wrong = {"years": f"Enter a whole number of years from {LEAST} to {MOST}, or nothing"}
        return visit.render(_page(visit, form.with_errors(**wrong)), status=422)
    changed = actions.set_years(visit.session, sent.years, by=viewer.id)
    return visit.redirect(HERE, "Saved. Nothing was erased." if changed else "Nothing was changed.")


@router.get(f"{HERE}/{{ref}}", forgettable)
def forget_page(visit: Visit, keeping: Keeping) -> Response:
    """Say what goes and what stays, and ask for the reference."""
    return visit.render(_forget_page(keeping, Filled()))


def _forget_page(keeping: Keeping, form: Filled) -> ForgetPage:
    return ForgetPage(title="Erase who was audited", keeping=keeping, form=form)


@router.post(f"{HERE}/{{ref}}", forgettable)
def forget(visit: Visit, keeping: Keeping) -> Response:
    """Forget the cases of an audit."""
    audit: Audit = keeping.audit
    if visit.sent("ref").strip().upper() != audit.ref:
        form = Filled({"ref": visit.sent("ref")}, {"ref": f"Enter {audit.ref} to confirm"})
        return visit.render(_forget_page(keeping, form), status=422)
    cases = actions.forget(visit.session, audit, years_of(visit.kept_settings), by=visit.viewer.id)
    return visit.redirect(HERE, f"{plural(cases, 'case')} of {audit.ref} erased. The figures are as they were.")
