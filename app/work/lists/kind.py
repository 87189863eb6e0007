"""What a list of people has: its fields, and by which words a column and a role are known. Pure."""

from collections.abc import Mapping

from app.mapping.kinds import CODE, DAY, IDENTIFIER, Field, Kind, plain
from app.mapping.profile import EXCLUDE, Profile
from app.mapping.ways import DAY_FIRST
from app.people.enums import ROLE_LABELS, Role

ROLE = "role"
NEEDED = ("name", "email", "job_title")
# How a page says that a word for a role is left out; a mapping keeps nothing for it.
LEFT_OUT = "leave_out"


def people_kind() -> Kind:
    """Return the kind of a list of people."""
    words = {plain(word): role.value for role in Role for word in (role.value, ROLE_LABELS[role], role.label)}
    roles = {role.value: role.label for role in Role}
    return Kind(
        "people",
        (
            Field("name", "Name", IDENTIFIER, ("full name", "person", "staff name", "employee")),
            Field("email", "Email address", IDENTIFIER, ("address", "email", "e-mail", "mail", "work email")),
            Field("job_title", "Job title", IDENTIFIER, ("title", "position", "post", "job")),
            Field(ROLE, "Role", CODE, ("roles", "role in the audit", "access"), codes=roles, words=words, absent=""),
            Field("scope", "Service area or audit", IDENTIFIER, ("scope", "area", "area code", "audit"), absent=""),
            Field("from_day", "First day", DAY, ("from", "start", "start date", "begins"), absent=""),
            Field("until_day", "Last day", DAY, ("until", "to", "end", "end date", "ends"), absent=""),
        ),
    )


def profile(
    columns: Mapping[str, str], roles: Mapping[str, str | None], dates: str = DAY_FIRST, name: str = ""
) -> Profile:
    """Return a mapping of a list of people; one that has no name is not kept."""
    return Profile("people", name or "People", columns, {ROLE: roles} if roles else {}, dates, EXCLUDE, {})
