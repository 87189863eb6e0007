"""What the service is called on its pages and in what it publishes, as an administrator says it on a page. Pure."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from functools import lru_cache

from app.settings import Settings


@dataclass(frozen=True, slots=True)
class Service:
    """The settings of a service; what is empty is as the environment says."""

    organisation: str = ""
    contact: str = ""

    @property
    def values(self) -> Mapping[str, str]:
        """Return them by name."""
        return asdict(self)

    def on(self, settings: Settings) -> Settings:
        """Return the settings of the environment with these in their place."""
        return replace(
            settings,
            organisation=self.organisation or settings.organisation,
            contact=self.contact or settings.contact,
        )


@lru_cache(maxsize=16)
def service_of(kept: str) -> Service:
    """Return the settings of a kept row; what a later version wrote besides is left out."""
    found = json.loads(kept).get("service", {}) if kept else {}
    return Service(**{name: found[name] for name in Service.__slots__ if name in found})
