"""What a browser may send to replace a case, or to add one by hand."""

from datetime import date
from typing import Annotated

from pydantic import Field

from app.audit.forms import Reference
from app.db import Text
from app.sampling.replacement import Reason
from app.web.forms import Form


class ReplacementForm(Form):
    """Why a case cannot be audited."""

    reason: Reason
    note: Text
    wrong = {"reason": "Choose why the case cannot be audited", "note": "Enter what you found"}  # noqa: RUF012


class DeclineForm(Form):
    """Why a case stays in the sample."""

    answer: Text
    wrong = {"answer": "Enter why the case can be audited after all"}  # noqa: RUF012


Code = Annotated[str, Field(min_length=1, max_length=40)]


class AddedForm(Form):
    """A case that was not drawn."""

    case_ref: Reference
    practitioner_id: Reference
    area: Annotated[str, Field(min_length=1)]
    law_type: Code
    # Empty where the audit has no bands.
    performance_band: str = ""
    employment: Code
    filed_on: date
    why: Text
    wrong = {  # noqa: RUF012
        "case_ref": "Enter the case’s reference, in 40 characters or fewer",
        "practitioner_id": "Enter the practitioner’s identifier, in 40 characters or fewer",
        "area": "Choose the service area",
        "law_type": "Choose the law type",
        "performance_band": "Choose the performance band",
        "employment": "Choose how the practitioner is employed",
        "filed_on": "Enter the date on which the work was filed, such as 27 9 2026",
        "why": "Enter why the case is added",
    }
