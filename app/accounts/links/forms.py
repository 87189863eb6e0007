"""Forms of links."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.people.models import LONGEST_ADDRESS
from app.people.passwords import too_weak
from app.web.forms import Form


def strong_enough(password: str, info: ValidationInfo) -> str:
    """Refuse a password that is too short or part of the address."""
    weakness = too_weak(password, email=info.data.get("email", ""))
    if weakness:
        raise ValueError(weakness)
    return password


class NewPasswordForm(Form):
    """A person's own new password; `email` is theirs, and no field of the page."""

    email: str
    new_password: Annotated[str, Field(max_length=1000)]
    wrong = {"new_password": "Enter a password"}  # noqa: RUF012

    strong_enough = field_validator("new_password")(strong_enough)


class ForgottenForm(Form):
    """The address of whoever has forgotten their password."""

    email: Annotated[str, Field(pattern=r"^[^@\s]+@[^@\s]+$", max_length=LONGEST_ADDRESS)]
    wrong = {"email": "Enter an email address in the correct format, like name@example.org"}  # noqa: RUF012
