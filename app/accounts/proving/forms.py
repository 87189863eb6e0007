"""Forms of proving who one is."""

from typing import Annotated

from pydantic import Field

from app.web.forms import Form

LONGEST = 100
# What a browser says of a passkey.
LONGEST_ANSWER = 20_000


class ProofForm(Form):
    """One of several ways: a code of an app, a recovery code, what a passkey answers, or a password."""

    proof: Annotated[str, Field(max_length=LONGEST)] = ""
    recovery_code: Annotated[str, Field(max_length=LONGEST)] = ""
    credential: Annotated[str, Field(max_length=LONGEST_ANSWER)] = ""
    password: Annotated[str, Field(max_length=1000)] = ""
    wrong = {"proof": "Enter the code", "recovery_code": "Enter a recovery code"}  # noqa: RUF012
