"""Forms of reception."""

from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.accounts.links.forms import NewPasswordForm
from app.people.enums import SETTINGS, Setting
from app.people.models import LONGEST_ADDRESS, Named
from app.web.forms import Form


class SignInForm(Form):
    """Who wants to sign in."""

    email: Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    wrong = {"email": "Enter your email address", "password": "Enter your password"}  # noqa: RUF012


class OwnPasswordForm(NewPasswordForm):
    """A person's own new password, and the one that they have now."""

    old_password: Annotated[str, Field(min_length=1, max_length=1000)]
    wrong = {"old_password": "Enter the password that you have now", "new_password": "Enter a new password"}  # noqa: RUF012


class DetailsForm(Named, Form):
    """A person's own name and job title; `email` is theirs, and no field of the page."""

    wrong = {"name": "Enter your name", "job_title": "Enter your job title"}  # noqa: RUF012


class SettingForm(Form):
    """How somebody likes the tool from now on, and the page that they were on."""

    key: Setting
    value: str
    back: str = ""

    @field_validator("value")
    @classmethod
    def offered(cls, value: str, info: ValidationInfo) -> str:
        """Refuse what the setting cannot be."""
        if value not in SETTINGS.get(info.data.get("key", ""), ()):
            message = "not offered"
            raise ValueError(message)
        return value
