"""Forms of proposed roles."""

from app.db import Text
from app.web.forms import Form


class DeclineForm(Form):
    """Why a proposed role is declined."""

    reason: Text
    wrong = {"reason": "Say why, for whoever proposed the role"}  # noqa: RUF012
