"""The form of an administrator whom somebody told that they have lost everything."""

from app.db import Text
from app.web.forms import Form


class IdentifiedForm(Form):
    """How the administrator knows that it is this person who asks."""

    identified: Text
    wrong = {"identified": "Say how you made sure that it is this person who asks"}  # noqa: RUF012
