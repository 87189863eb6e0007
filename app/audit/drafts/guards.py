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


def _draft(visit: Visit) -> Audit:
    try:
        return queries.draft(visit.session, visit.viewer, visit.word("ref"))
    except NotFound:
        found = known_audit(visit.session, visit.viewer, visit.word("ref"))
        if AUDIT["save"].is_for(visit.viewer, found.ref) and visit.request.method == "GET":
            raise Elsewhere(f"/audits/{found.ref}/framework", queries.NO_DRAFT) from None
        if AUDIT["save"].is_for(visit.viewer, found.ref):
            return found
        raise


def _template_keeper(visit: Visit) -> Viewer:
    if not visit.viewer.nationwide(Role.DIRECTOR):
        raise NotFound
    return visit.viewer


a_draft = Guard(f"{in_words(AUDIT['save'].roles)}, for a draft in their scope", _draft)
template_keeper = Guard("the national service director", _template_keeper)


def _to_keep(visit: Visit) -> Audit:
    template_keeper.find(visit)
    return known_audit(visit.session, visit.viewer, visit.word("ref"))


audit_to_keep = Guard("the national service director, for an audit to keep as a template", _to_keep)


def draft_to(*moves: AnyRow) -> Guard[Audit]:
    """Return the guard of a route that makes moves of a draft; those who may only write in it get 403."""

    def find(visit: Visit) -> Audit:
        try:
            return _moved(a_draft.find(visit), visit)
        except Elsewhere:
            # Of what is no draft any more only those are told who could have moved it.
            _moved(known_audit(visit.session, visit.viewer, visit.word("ref")), visit)
            raise

    def _moved(found: Audit, visit: Visit) -> Audit:
        if not any(row.is_for(visit.viewer, found.ref) for row in moves):
            raise Forbidden(moves[0].only)
        return found

    return Guard(f"{in_words(roles_of(*moves))}, for a draft in their scope", find, moves)
