"""Guards of the report: who may read it, and who makes it."""

from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.errors import NotFound
from app.people.enums import Role
from app.report import queries
from app.web.routing import Guard, Visit

# Who may take the dataset.
TAKERS = (Role.LEAD, Role.ANALYST, Role.DIRECTOR)
MAKERS = (Role.LEAD, Role.DIRECTOR, Role.ASSISTANT_DIRECTOR, Role.ANALYST)


def _reported(visit: Visit) -> Audit:
    return queries.reported_audit(visit.session, visit.viewer, visit.word("ref"))


def _published(visit: Visit) -> Audit:
    assert visit.viewer  # noqa: S101 - any signed-in person; raises SignInNeeded
    found = next((a for a in queries.published(visit.session, visit.viewer) if a.ref == visit.word("ref")), None)
    if found is None:
        raise NotFound
    return found


report_reader = Guard("whoever may read the finalised audit’s report", _reported)


published_reader = Guard("whoever may read the published report", _published)


figures_reader = not_while_grading(report_reader)
