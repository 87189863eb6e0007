"""Forms about people."""

from datetime import date

from pydantic import field_validator

from app.clock import today
from app.db import LineOrEmpty
from app.people.enums import PROPOSED, Role, Scope
from app.people.models import Named
from app.people.rules import Days
from app.web.forms import Form


class PersonForm(Named, Form):
    """Somebody who is added, or edited."""

    wrong = {  # noqa: RUF012
        "name": "Enter the person’s name",
        "job_title": "Enter their job title",
        "email": "Enter an email address in the correct format, like name@example.org",
    }


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
