"""What a browser may send to replace a case, or to add one by hand."""

from datetime import date
from typing import Annotated, Literal

from pydantic import Field

from app.audit.enums import LawType
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


class AddedForm(Form):
    """A case that was not drawn."""

    case_ref: Reference
    practitioner_id: Reference
    area: Annotated[str, Field(min_length=1)]
    law_type: LawType
    performance_band: Annotated[str, Field(min_length=1)]
    employment: Literal["employed", "agency"]
    filed_on: date
    why: Text
    wrong = {  # noqa: RUF012
        "case_ref": "Enter the case’s reference, in 40 characters or fewer",
        "practitioner_id": "Enter the practitioner’s identifier, in 40 characters or fewer",
        "area": "Choose the service area",
        "law_type": "Choose the law type",
        "performance_band": "Choose the performance band",
        "employment": "Say whether the practitioner is employed or agency staff",
        "filed_on": "Enter the date on which the work was filed, such as 27 9 2026",
        "why": "Enter why the case is added",
    }
