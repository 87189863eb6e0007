"""Routes of the comparison: with which earlier audit a report is compared."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

from starlette.responses import Response

from app.audit.guards import audit_for
from app.audit.models import Audit
from app.clock import day
from app.people.enums import Role
from app.report.comparison import actions as comparison_actions
from app.report.comparison import queries as comparison_queries
from app.web.pages import Filled, Page
from app.web.routing import Router, Visit

router = Router()
chooser = audit_for(Role.LEAD)
NONE = "none"
LEVEL = "level_"


@dataclass(frozen=True, kw_only=True)
class ComparisonPage(Page):
    """The earlier audits, and which of its grades is which where the chosen one has another scale."""

    template: ClassVar[str] = "report/comparison/comparison.html"
    audit: Audit
    form: Filled
    audits: Sequence[tuple[str, str]]
    levels: Sequence[tuple[str, str]]
    grades: Sequence[tuple[str, str]]
    refusal: str | None


def _page(audit: Audit, choices: Sequence[Audit], form: Filled) -> ComparisonPage:
    options = [(a.ref, f"{a.name} ({a.ref}), work filed {day(a.window_from)} to {day(a.window_to)}") for a in choices]
    chosen = next((a for a in choices if a.ref == form.value("earlier")), None)
    mapped = [(f"{LEVEL}{code}", f"‘{label}’ is now") for code, label in _other_scale(audit, chosen)] if chosen else []
    return ComparisonPage(
        title="Compare with an earlier audit",
        audit=audit,
        form=form,
        audits=[*options, (NONE, "No earlier audit")],
        levels=mapped,
        grades=[("", "Choose a grade"), *comparison_queries.scale_of(audit)],
        refusal=comparison_actions.refusal(audit),
    )


def _other_scale(audit: Audit, earlier: Audit) -> Sequence[tuple[str, str]]:
    """Return the grades of an earlier audit where they are not those of this one."""
    theirs = comparison_queries.scale_of(earlier)
    return () if theirs == comparison_queries.scale_of(audit) else theirs


def _wrong(visit: Visit, audit: Audit, earlier: Audit | None) -> Mapping[str, str]:
    """Return what is missing, by field."""
    if earlier is None:
        return (
            {}
            if visit.sent("earlier") == NONE
            else {"earlier": "Choose an audit, or that there is none to compare with"}
        )
    known = dict(comparison_queries.scale_of(audit))
    missing = [
        (code, label) for code, label in _other_scale(audit, earlier) if visit.sent(f"{LEVEL}{code}") not in known
    ]
    return {f"{LEVEL}{code}": f"Choose which grade ‘{label}’ is now" for code, label in missing}


@router.get("/audits/{ref}/report/comparison", chooser)
def comparison_page(visit: Visit, audit: Audit) -> Response:
    """Show the earlier audits, and what is chosen."""
    choices = comparison_queries.earlier_audits(visit.session, visit.viewer, audit)
    kept = comparison_queries.comparison(visit.session, audit)
    chosen = next((a.ref for a in choices if kept and a.id == kept.earlier_id), NONE) if kept else ""
    form = Filled({"earlier": chosen, **({f"{LEVEL}{old}": new for old, new in kept.levels.items()} if kept else {})})
    return visit.render(_page(audit, choices, form))


@router.post("/audits/{ref}/report/comparison", chooser)
def choose_comparison(visit: Visit, audit: Audit) -> Response:
    """Keep the choice; where the scales differ, ask first which grade is which."""
    choices = comparison_queries.earlier_audits(visit.session, visit.viewer, audit)
    earlier = next((a for a in choices if a.ref == visit.sent("earlier")), None)
    wrong = _wrong(visit, audit, earlier)
    if wrong:
        form = Filled({name: values[0] for name, values in visit.form.items() if values}, wrong)
        return visit.render(_page(audit, choices, form), status=422)
    levels = {code: visit.sent(f"{LEVEL}{code}") for code, _ in _other_scale(audit, earlier)} if earlier else {}
    comparison_actions.choose(visit.session, audit, earlier, levels, by=visit.viewer)
    told = (
        f"The report is compared with {earlier.name}." if earlier else "The report is compared with no earlier audit."
    )
    return visit.redirect(f"/audits/{audit.ref}/report/comparison", told)
