"""What an address of a draft is about, for whoever writes in it; 404 for everybody else."""

from app.audit.drafts import queries
from app.audit.models import Audit
from app.audit.queries import audit as known_audit
from app.audit.rules import AUDIT
from app.errors import Elsewhere, Forbidden, NotFound
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.routing import Guard, Visit
from app.workflow import AnyRow, in_words, roles_of

NO_DRAFT = "This audit is no draft any more. What was agreed in it stands here."


def _draft(visit: Visit) -> Audit:
    try:
        return queries.draft(visit.session, visit.viewer, visit.word("ref"))
    except NotFound:
        found = known_audit(visit.session, visit.viewer, visit.word("ref"))
        if AUDIT["save"].is_for(visit.viewer, found.ref) and visit.request.method == "GET":
            raise Elsewhere(f"/audits/{found.ref}/framework", NO_DRAFT) from None
        if AUDIT["save"].is_for(visit.viewer, found.ref):
            return found
        raise


def _template_keeper(visit: Visit) -> Viewer:
    if not visit.viewer.nationwide(Role.DIRECTOR):
        raise NotFound
    return visit.viewer


a_draft = Guard(f"{in_words(AUDIT['save'].roles)}, for a draft in their scope", _draft)
template_keeper = Guard("the national service director", _template_keeper)


def draft_to(*moves: AnyRow) -> Guard[Audit]:
    """Return the guard of a route that makes moves of a draft; those who may only write in it get 403."""

    def find(visit: Visit) -> Audit:
        found = a_draft.find(visit)
        if not any(row.is_for(visit.viewer, found.ref) for row in moves):
            raise Forbidden(moves[0].only)
        return found

    return Guard(f"{in_words(roles_of(*moves))}, for a draft in their scope", find, moves)
