"""Guards of those who write threshold documents; 404 for everybody else."""

from app.audit.library import queries as library_queries
from app.audit.library.rules import EDITORS, why_not_edited
from app.audit.models import ThresholdText
from app.errors import NotFound
from app.people.rules import Viewer
from app.web.routing import Guard, Visit


def _editor(visit: Visit) -> Viewer:
    if not visit.viewer.nationwide(*EDITORS):
        raise NotFound
    return visit.viewer


def _to_copy(visit: Visit) -> ThresholdText:
    return library_queries.version(visit.session, _editor(visit), visit.word("document_id"), visit.word("version"))


def _draft(visit: Visit) -> ThresholdText:
    kept = _to_copy(visit)
    visit.turn_away(why_not_edited(kept), kept.address)
    return kept


editor = Guard("the audit lead for the nation, the assistant director or the national service director", _editor)
any_version = Guard("those who write threshold documents, for a version that exists", _to_copy)
a_draft = Guard("those who write threshold documents, for a draft", _draft)
