"""What a browser may send to correct a grade."""

from app.db import Text
from app.web.forms import Form


class CorrectionForm(Form):
    """Why a submitted grade is corrected."""

    correction_reason: Text
    wrong = {"correction_reason": "Say why you correct it"}  # noqa: RUF012
