"""Guards of the making of a report."""

from app.audit.models import Audit
from app.people.enums import Role
from app.report.guards import MAKERS, report_reader
from app.report.publication.rules import WRITERS
from app.web.routing import Guard, only_for
from app.workflow import AnyRow, in_words, roles_of


def _once_finalised(*roles: Role, words: str, refusal: str = "") -> Guard[Audit]:
    return only_for(report_reader, *roles, at=lambda audit: (audit.ref, ""), words=words, refusal=refusal)


def report_for(*roles: Role) -> Guard[Audit]:
    """Return the guard of a route to the report of a finalised audit, for some roles."""
    who = in_words(roles)
    return _once_finalised(*roles, words=f"{who}, once the audit is finalised")


def report_to(*moves: AnyRow) -> Guard[Audit]:
    """Return the guard of a route that makes moves of a report: their rows say who may."""
    return report_for(*roles_of(*moves)).making(*moves)


maker = _once_finalised(
    *MAKERS,
    words="whoever makes the finalised audit’s report",
    refusal="This page is for those who make the report.",
)
writer = report_for(*WRITERS)
