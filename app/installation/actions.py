"""What happens to the settings: changed, with who changed them."""

import json
from collections.abc import Mapping

from sqlalchemy.orm import Session

from app.clock import clock
from app.errors import Refusal
from app.events import Subject, record
from app.installation.log import settings_row
from app.installation.queries import case_files_now, newest
from app.labels import capital
from app.people.case_files import setting_fault
from app.people.models import SettingsKept

CALLED = {"case_address": "the address of a case’s file", "document_address": "the address of a document"}


def change_settings(session: Session, changes: Mapping[str, str], *, by: int | None) -> bool:
    """Keep changed settings as a new row that stands from now on; raises Refusal where an address cannot be used.

    Returns whether anything changed. Who is last wins: the rows before stay, and the event names old and new.
    """
    for name, value in changes.items():
        fault = setting_fault(name, value)
        if fault:
            raise Refusal(f"{capital(CALLED[name])} {fault}.")
    before = case_files_now(session).values
    changed = {name: [before[name], value] for name, value in changes.items() if before[name] != value}
    if not changed:
        return False
    row = newest(session)
    kept = json.loads(row[0].kept) if row else {}
    made = SettingsKept(kept=json.dumps({**kept, **changes}, sort_keys=True), by_id=by, at=clock.now())
    session.add(made)
    session.flush()
    subject = Subject("settings", made.id)
    record(session, "settings_changed", by=by, subject=subject, details={"changed": changed}, rows=[settings_row(made)])
    return True
