"""Guard of the dataset: who may take it."""

from app.audit.guards import not_while_grading
from app.audit.models import Audit
from app.errors import NotFound
from app.report.guards import TAKERS, report_reader
from app.web.routing import Guard, Visit


def _taken(visit: Visit) -> Audit:
    audit = report_reader.find(visit)
    if not visit.viewer.has(*TAKERS, audit=audit.ref):
        raise NotFound
    return audit


dataset_taker = not_while_grading(Guard("the lead, an analyst or the director of the finalised audit", _taken))
