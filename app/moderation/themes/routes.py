"""Routes of the learning points of an audit that rest on a standard which was decided at the best level."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import audit_for
from app.audit.library.queries import document_of
from app.audit.models import Audit
from app.audit.queries import names
from app.audit.thresholds.document import ThresholdDocument
from app.errors import NotFound
from app.moderation.themes import actions
from app.moderation.themes.forms import ChoiceForm
from app.moderation.themes.queries import ToChoose, to_choose
from app.moderation.themes.rules import why_not_chosen
from app.people.enums import Role
from app.web.forms import fill
from app.web.pages import Page
from app.web.routing import Router, Visit

router = Router()
lead = audit_for(Role.LEAD)


@dataclass(frozen=True, kw_only=True)
class ThemesPage(Page):
    """The learning points in doubt, those to be chosen first."""

    template: ClassVar[str] = "moderation/themes/themes.html"
    audit: Audit
    document: ThresholdDocument
    rows: Sequence[ToChoose]
    waiting: int
    names: Mapping[int, str]
    refusal: str | None


@router.get("/audits/{ref}/learning-points", lead)
def themes_page(visit: Visit, audit: Audit) -> Response:
    """List the learning points that rest on a standard which was decided at the best level."""
    rows = to_choose(visit.session, visit.viewer, audit)
    page = ThemesPage(
        title="Learning points to look at again",
        audit=audit,
        document=document_of(audit),
        rows=rows,
        waiting=sum(row.choice is None for row in rows),
        names=names(visit.session, frozenset(row.choice.by_id for row in rows if row.choice)),
        refusal=why_not_chosen(audit),
    )
    return visit.render(page)


@router.post("/audits/{ref}/learning-points", lead)
def choose(visit: Visit, audit: Audit) -> Response:
    """Keep or drop one of them."""
    sent, _ = fill(ChoiceForm, visit.form)
    rows = to_choose(visit.session, visit.viewer, audit)
    found = next((r for r in rows if sent and (r.case.id, r.doubtful.theme.code) == (sent.case, sent.theme)), None)
    if sent is None or found is None:
        raise NotFound
    actions.choose(visit.session, found, keep=sent.choice == "keep", by=visit.viewer)
    done = "kept" if sent.choice == "keep" else "dropped: it is in no count, pack or page for supervision"
    words = f"Case {found.case.case_ref}: the learning point ‘{found.doubtful.theme.label}’ is {done}."
    return visit.redirect(f"/audits/{audit.ref}/learning-points", words)
