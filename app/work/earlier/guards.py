"""Who may bring in an earlier audit's results."""

from app.errors import NotFound
from app.people.enums import Role
from app.people.rules import Viewer
from app.web.routing import Guard, Visit
from app.work.earlier.sent import Sent, find


def _bringer(visit: Visit) -> Viewer:
    if not visit.viewer.holds(Role.ANALYST, Role.LEAD):
        raise NotFound
    return visit.viewer


def _sent(visit: Visit) -> Sent:
    found = find(visit.settings.data_dir, visit.word("token"), _bringer(visit).id)
    if found is None:
        raise NotFound
    return found


bringer = Guard("an analyst or an audit lead", _bringer)
results_of_sender = Guard("the analyst or lead who sent a file of results, within a day", _sent)
