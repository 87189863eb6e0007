"""Forms of setting up with what one proves who one is."""

from typing import Annotated

from pydantic import Field

from app.accounts.proving.forms import LONGEST, LONGEST_ANSWER
from app.db import Line
from app.web.forms import Form


class AppForm(Form):
    """The first code of an app, and the sealed seed that its page had."""

    seed: Annotated[str, Field(min_length=1, max_length=500)]
    proof: Annotated[str, Field(min_length=1, max_length=LONGEST)]
    wrong = {"proof": "Enter the code that the app shows", "seed": "Open this page again"}  # noqa: RUF012


class PasskeyForm(Form):
    """A passkey that a browser made, and what its person calls it."""

    name: Line
    credential: Annotated[str, Field(min_length=1, max_length=LONGEST_ANSWER)]
    wrong = {  # noqa: RUF012
        "name": "Enter a name by which you know this passkey again",
        "credential": "The passkey was not made. Try again, or set up an app in its place",
    }
    anchors = {"credential": "passkey"}  # noqa: RUF012


class NameForm(Form):
    """What somebody calls a passkey."""

    name: Line
    wrong = {"name": "Enter a name by which you know this passkey again"}  # noqa: RUF012
