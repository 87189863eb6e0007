"""What a browser may send to waive an interest."""

from typing import Annotated

from pydantic import Field

from app.db import Text
from app.web.forms import Form


class WaiverForm(Form):
    """Whose interest is waived, and why."""

    person: Annotated[int, Field(gt=0, lt=1 << 31)]
    waiver_reason: Text
    wrong = {"person": "Choose whose interest is waived", "waiver_reason": "Enter the reason"}  # noqa: RUF012
