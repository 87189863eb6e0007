"""Forms of who reads an area's audited cases."""

from app.db import Line
from app.people.models import Named
from app.web.forms import Form


class _Somebody(Named, Form):
    """Somebody for whom a role is proposed; their job title is the administrator's."""

    job_title: str = ""
    wrong = {  # noqa: RUF012
        "name": "Enter the person’s name",
        "email": "Enter an email address in the correct format, like name@example.org",
        "practitioner": "Choose a practitioner",
    }


class PractitionerForm(_Somebody):
    """Who reads as which practitioner."""

    practitioner: Line


class ManagerForm(_Somebody):
    """Who supervises a team."""


class TeamForm(Form):
    """A team: its name, and who is in it."""

    team: Line
    members: tuple[str, ...] = ()
    wrong = {"team": "Enter a name for the team"}  # noqa: RUF012
