"""The form on which it is said that somebody leaves."""

from datetime import date

from app.web.forms import Form


class LeaveForm(Form):
    """Somebody's last day; who follows in which area comes beside it, by the area's place."""

    last_day: date
    wrong = {"last_day": "Enter their last day"}  # noqa: RUF012
