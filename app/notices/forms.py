"""Forms of notices."""

from app.notices.enums import MailChoice
from app.web.forms import Form


class MailForm(Form):
    """When a person wants email."""

    choice: MailChoice
    wrong = {"choice": "Choose when you want email"}  # noqa: RUF012
