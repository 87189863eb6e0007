"""What a browser may send to take a challenge over."""

from app.db import Text
from app.web.forms import Form


class TakeOverForm(Form):
    """Why somebody else takes a challenge over."""

    reason: Text
    wrong = {"reason": "Enter why you take this challenge over"}  # noqa: RUF012
