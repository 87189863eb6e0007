"""A guard for what changes who may come in: whoever is signed in has proved within minutes who they are."""

from dataclasses import replace
from typing import TypeVar

from app.errors import ProofNeeded
from app.people.factors import is_lately
from app.people.rules import LATELY
from app.web.routing import Guard, Visit

T = TypeVar("T")


def lately_proved(guard: Guard[T]) -> Guard[T]:
    """Return the same guard for those who proved within 15 minutes who they are; the others are asked, once.

    What they typed is kept meanwhile. In a demonstration everybody knows every password: there it would prove nothing.
    """

    def find(visit: Visit) -> T:
        found = guard.find(visit)
        if not (visit.settings.demo or is_lately(visit.proved_at)):
            raise ProofNeeded
        return found

    return replace(guard, words=f"{guard.words}{LATELY}", find=find)
