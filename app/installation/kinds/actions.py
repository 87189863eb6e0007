"""What happens to the kinds of work: a list is changed, as a new row of settings, with who changed it."""

import json
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

from sqlalchemy.orm import Session

from app.clock import clock
from app.db import lock
from app.errors import Conflict, Refusal
from app.events import Subject, record
from app.installation.kinds.queries import uses
from app.installation.kinds.rules import with_kind, without
from app.installation.log import settings_row
from app.installation.queries import newest
from app.labels import listed
from app.people.kind_lists import list_faults
from app.people.kinds import LISTS, Kind, Kinds, KindsOfWork, kinds_of, plain_kinds
from app.people.models import SettingsKept
from app.people.queries import SETTINGS


def held(session: Session) -> KindsOfWork:
    """Return the kinds of work that stand, and let nobody else change them until the transaction ends."""
    row = newest(session)
    while row is not None:
        lock(session, SettingsKept, row[0].id)
        now = newest(session)
        if now is None or now[0].id == row[0].id:
            break
        row = now
    return kinds_of(row[0].kept if row else "")


def keep_kinds(session: Session, kinds: KindsOfWork, *, by: int | None) -> bool:
    """Keep the lists as a new row that stands from now on, and return whether anything changed.

    Raises Refusal where a list cannot be one, and Conflict where it no longer has a code that something stands in.
    """
    before = held(session)
    faults = [fault for which in LISTS for fault in list_faults(which, kinds.of(which))]
    if faults:
        raise Refusal(" ".join(faults))
    for which in LISTS:
        for code in before.of(which).codes:
            if code not in kinds.of(which).codes and uses(session, which, code):
                raise Conflict(why_not_removed(session, which, before.of(which), code))
    changed = dict(_changed(before, kinds))
    if not changed:
        return False
    row = newest(session)
    kept = json.loads(row[0].kept) if row else {}
    text = json.dumps({**kept, "kinds": plain_kinds(kinds)}, sort_keys=True)
    made = SettingsKept(kept=text, by_id=by, at=clock.now())
    session.add(made)
    session.flush()
    session.info[SETTINGS] = text
    subject = Subject("settings", made.id)
    record(session, "settings_changed", by=by, subject=subject, details={"changed": changed}, rows=[settings_row(made)])
    return True


def _changed(before: KindsOfWork, now: KindsOfWork) -> Iterator[tuple[str, list[Any]]]:
    """Yield what is not as it was: each kind by list and code as old and new, and the order of a list."""
    old, new = plain_kinds(before), plain_kinds(now)
    for which in LISTS:
        was, is_ = ({row["code"]: row for row in of[which]} for of in (old, new))
        for code in dict.fromkeys((*was, *is_)):
            if was.get(code) != is_.get(code):
                yield f"{which}: {code}", [was.get(code), is_.get(code)]
        stayed = [[code for code in of if code in was and code in is_] for of in (was, is_)]
        if stayed[0] != stayed[1]:
            yield f"{which}: order", stayed


def save_kind(session: Session, which: str, kind: Kind, place: int, *, by: int) -> bool:
    """Add a kind to a list, or change what its code is called, at a place from 1."""
    return _keep_list(session, which, with_kind(held(session).of(which), kind, place), by=by)


def close_kind(session: Session, which: str, code: str, *, closed: bool, by: int) -> bool:
    """Close a kind, so that it is not offered for what is new, or open it again."""
    kinds = held(session).of(which)
    changed = (replace(kind, closed=closed) if kind.code == code else kind for kind in kinds)
    return _keep_list(session, which, Kinds(tuple(changed)), by=by)


def remove_kind(session: Session, which: str, code: str, *, by: int) -> bool:
    """Take a kind away that nothing stands in; raises Conflict where something does."""
    return _keep_list(session, which, without(held(session).of(which), code), by=by)


def _keep_list(session: Session, which: str, kinds: Kinds, *, by: int) -> bool:
    return keep_kinds(session, replace(held(session), **{which: kinds}), by=by)


def why_not_removed(session: Session, which: str, kinds: Kinds, code: str) -> str:
    """Return why a code cannot be taken away."""
    return f"{kinds.name(code)} is used in {listed(uses(session, which, code))}, so it can only be closed."


def replace_kinds(session: Session, given: KindsOfWork, *, by: int | None) -> tuple[bool, list[str]]:
    """Put whole lists in the place of those that stand.

    What they leave out is taken away, and closed where something stands in it. Returns whether anything changed, and
    the names of what was closed.
    """
    before, closed, lists = held(session), [], {}
    for which in LISTS:
        there = given.of(which)
        left = [kind for kind in before.of(which) if kind.code not in there.codes and uses(session, which, kind.code)]
        closed += [kind.name for kind in left if not kind.closed]
        lists[which] = Kinds((*there, *(replace(kind, closed=True, usual=False) for kind in left)))
    return keep_kinds(session, KindsOfWork(**lists), by=by), closed
