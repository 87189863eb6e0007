"""The form of the working days."""

from typing import Annotated, ClassVar

from pydantic import Field

from app.clock import Nation
from app.web.forms import Form

LONGEST = 8000


class WorkingDaysForm(Form):
    """Whose bank holidays are none, and the days that the service adds, one a line."""

    wrong: ClassVar = {"nation": "Choose whose bank holidays count"}
    nation: Nation
    added: Annotated[str, Field(max_length=LONGEST)] = ""
