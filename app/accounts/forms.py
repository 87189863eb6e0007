"""Forms of reception."""

from datetime import date
from typing import Annotated

from pydantic import Field, ValidationInfo, field_validator

from app.clock import today
from app.db import LineOrEmpty
from app.people.enums import PROPOSED, SETTINGS, Role, Scope, Setting
from app.people.models import LONGEST_ADDRESS, Named
from app.people.passwords import too_weak
from app.people.rules import Days
from app.web.forms import Form


def _strong_enough(password: str, info: ValidationInfo) -> str:
    """Refuse a password that is too short or part of the address."""
    weakness = too_weak(password, email=info.data.get("email", ""))
    if weakness:
        raise ValueError(weakness)
    return password


class SignInForm(Form):
    """Who wants to sign in."""

    email: Annotated[str, Field(min_length=1, max_length=LONGEST_ADDRESS)]
    password: Annotated[str, Field(min_length=1, max_length=1000)]
    wrong = {"email": "Enter your email address", "password": "Enter your password"}  # noqa: RUF012


class PersonForm(Named, Form):
    """A new person."""

    password: Annotated[str, Field(max_length=1000)]
    wrong = {  # noqa: RUF012
        "name": "Enter the person’s name",
        "job_title": "Enter their job title",
        "email": "Enter an email address in the correct format, like name@example.org",
        "password": "Enter a first password",
    }

    strong_enough = field_validator("password")(_strong_enough)


class FirstPasswordForm(Form):
    """Another first password for somebody; `email` is theirs, and no field of the page."""

    email: str
    password: Annotated[str, Field(max_length=1000)]
    wrong = {"password": "Enter a first password"}  # noqa: RUF012

    strong_enough = field_validator("password")(_strong_enough)


class OwnPasswordForm(Form):
    """A person's own new password; `email` is theirs, and no field of the page."""

    email: str
    old_password: Annotated[str, Field(min_length=1, max_length=1000)]
    new_password: Annotated[str, Field(max_length=1000)]
    wrong = {"old_password": "Enter the password that you have now", "new_password": "Enter a new password"}  # noqa: RUF012

    strong_enough = field_validator("new_password")(_strong_enough)


class RoleForm(Form):
    """A role for a person, with its scope."""

    role: Role
    scope_kind: Scope
    area: LineOrEmpty = ""
    audit: LineOrEmpty = ""
    region: LineOrEmpty = ""
    from_day: date | None = None
    until_day: date | None = None
    wrong = {"role": "Choose a role", "scope_kind": "Choose how far the role reaches"}  # noqa: RUF012

    @field_validator("role")
    @classmethod
    def given_by_one(cls, role: Role) -> Role:
        """Refuse a role that takes two people to give."""
        if role in PROPOSED:
            raise ValueError(f"The head of service proposes a {role.label.lower()}, and you confirm it")
        return role

    @field_validator("scope_kind")
    @classmethod
    def chosen(cls, kind: Scope) -> Scope:
        """Refuse a reach that only those roles have."""
        if kind in {Scope.PRACTITIONER, Scope.TEAM}:
            raise ValueError("Choose how far the role reaches")
        return kind

    @property
    def days(self) -> Days:
        """Return from when until when the role is held."""
        return Days(self.from_day, self.until_day)

    def faults(self) -> dict[str, str]:
        """Return what is wrong with the days."""
        return self.days.faults(today())

    @property
    def scope(self) -> str:
        """Return the code of the area or the region, or the audit's reference; empty for the nation."""
        scopes = {Scope.NATION: "", Scope.AREA: self.area, Scope.AUDIT: self.audit, Scope.REGION: self.region}
        return scopes[self.scope_kind]


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
