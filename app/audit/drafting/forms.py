"""What a browser may send to write a threshold document."""

from pydantic import field_validator

from app.audit.thresholds.checks import version_fault
from app.web.forms import Form


class VersionForm(Form):
    """What a new version of a threshold document is called."""

    version: str
    wrong = {"version": "Enter the version, such as 2026-11"}  # noqa: RUF012

    @field_validator("version")
    @classmethod
    def in_an_address(cls, text: str) -> str:
        """Refuse what cannot stand in an address."""
        fault = version_fault(text)
        if fault:
            raise ValueError(fault)
        return text
