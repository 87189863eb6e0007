"""What happens to what the service is called: changed, with old and new in the log."""

import json
from dataclasses import asdict

from sqlalchemy.orm import Session

from app.clock import clock
from app.events import Subject, record
from app.installation.log import settings_row
from app.installation.queries import newest
from app.people.models import SettingsKept
from app.people.queries import SETTINGS
from app.people.service import Service, service_of


def change_service(session: Session, wanted: Service, *, by: int | None) -> bool:
    """Keep what is wanted as a new row of settings that stands from now on; return whether anything changed."""
    row = newest(session)
    text = row[0].kept if row else ""
    before = service_of(text).values
    changed = {name: [before[name], value] for name, value in wanted.values.items() if before[name] != value}
    if not changed:
        return False
    kept = json.dumps({**(json.loads(text) if text else {}), "service": asdict(wanted)}, sort_keys=True)
    made = SettingsKept(kept=kept, by_id=by, at=clock.now())
    session.add(made)
    session.flush()
    session.info[SETTINGS] = kept
    subject = Subject("settings", made.id)
    record(session, "settings_changed", by=by, subject=subject, details={"changed": changed}, rows=[settings_row(made)])
    return True
