"""Forms of notices."""

from app.forms import Form
from app.notices.enums import MailChoice


class MailForm(Form):
    """When a person wants email."""

    choice: MailChoice
    wrong = {"choice": "Choose when you want email"}  # noqa: RUF012
