"""The rows of the pages for supervision as the event log keeps them."""

from app.events import Row
from app.moderation.sheets.models import CaseSheet


def sheet_row(of: CaseSheet) -> Row:
    """Return the row of what a case's page for supervision keeps."""
    agreed = [of.case_id, of.discussed_by, of.agreed, of.due, of.recorded_by, of.at]
    return Row("case sheet", of.id, {"discussed": of.discussed_on}, {"agreed": agreed}, of.case_id)
