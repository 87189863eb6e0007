"""What the service is called on its pages and in what it publishes, as an administrator says it on a page. Pure."""

import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from functools import lru_cache
from typing import Any

from app.clock import count_by, counting_by
from app.people.enums import call_roles
from app.people.working_days import working_days_of
from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """The settings of a service; what is empty is as the environment says."""

    organisation: str = ""
    contact: str = ""
    # What stands on the first page of the internal edition and of packs, and of the public edition.
    marking: str = ""
    public_marking: str = ""
    # What roles are called, by role.
    titles: Mapping[str, str] = field(default_factory=dict)

    @property
    def values(self) -> Mapping[str, Any]:
        """Return them by name."""
        return asdict(self)

    def on(self, settings: Settings) -> Settings:
        """Return the settings of the environment with these in their place."""
        if not self.organisation and not self.contact:
            return settings
        ours = {"organisation": self.organisation, "contact": self.contact}
        return settings.model_copy(update={name: value for name, value in ours.items() if value})


@lru_cache(maxsize=16)
def service_of(kept: str) -> Service:
    """Return the settings of a kept row; what a later version wrote besides is left out."""
    found = json.loads(kept).get("service", {}) if kept else {}
    return Service(**{name: found[name] for name in Service.__slots__ if name in found})


def act_for(kept: str) -> None:
    """Call roles and count working days as a service does, by its kept settings, until this request is answered."""
    call_roles(service_of(kept).titles)
    count_by(working_days_of(kept))


@contextmanager
def acting_for(kept: str) -> Iterator[None]:
    """Call roles and count working days as a service does in what is done inside: in commands and in the background."""
    with counting_by(working_days_of(kept)):
        call_roles(service_of(kept).titles)
        try:
            yield
        finally:
            call_roles({})
