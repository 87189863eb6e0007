"""Moves without a database: who acts on what and where, and which sentence refuses it."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from app.audit.enums import AuditState
from app.clock import clock
from app.people.enums import Role, Scope
from app.people.rules import Grant, Viewer
from app.workflow import Situation, Workflow

ME, SOMEBODY = 1, 2
# Wednesday; the days around it.
TODAY, YESTERDAY, TOMORROW = date(2026, 11, 25), date(2026, 11, 24), date(2026, 11, 26)
REF, AREA = "T-2026", "A1"
ENDED = "The audit has been finalised, so its grades can no longer change."


@contextmanager
def stopped() -> Iterator[None]:
    """Let it be the afternoon of that day."""
    clock.set(datetime(2026, 11, 25, 15, tzinfo=UTC))
    yield
    clock.set(None)


def who(*roles: Role, area: str = AREA, number: int = ME) -> Viewer:
    """Return somebody with roles for the nation, as a head of service for an area."""
    grants = (Grant(r, Scope.AREA, area) if r is Role.HEAD_OF_SERVICE else Grant(r, Scope.NATION) for r in roles)
    return Viewer(number, "Somebody", "s@example.test", "", frozenset(grants))


def thing(state: Any, **more: Any) -> Any:
    """Return something with a state, of a case of an audit in fieldwork unless `audit` says otherwise."""
    audit = SimpleNamespace(state=more.pop("audit", AuditState.FIELDWORK), rehearsal=False)
    place = {"area": AREA, "practitioner_id": "P-1", "case_ref": "C-1"}
    case = SimpleNamespace(id=9, audit=audit, auditor_id=SOMEBODY, state=more.pop("of", None), **place)
    return SimpleNamespace(
        **{"id": 7, "state": state, "rehearsal": False, "case": case, "audit": audit, **place, **more}
    )


def refused(workflow: Workflow[Any, Any], name: str, it: Any, viewer: Viewer, known: Any = None) -> str | None:
    """Return the sentence that refuses a move, or None."""
    return workflow.refusal(name, it, Situation(viewer, REF, known, AREA))


def said(found: str | None) -> str:
    """Return a refusal, fail where there is none."""
    assert found is not None
    return found


def guarded(workflow: Workflow[Any, Any]) -> dict[str, tuple[list[str], list[str]]]:
    """Return by each move the guards about the moment and those about the person, by name."""
    return {
        t.name: ([guard.__name__ for guard in t.guards], [guard.__name__ for guard in t.personal])
        for t in workflow.transitions
    }


def unoffered(workflow: Workflow[Any, Any]) -> set[str]:
    """Return the moves that only follow from other acts."""
    return {t.name for t in workflow.transitions if not t.offered}
