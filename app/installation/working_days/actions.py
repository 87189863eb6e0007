"""What happens to the working days: changed, with old and new in the log; no deadline that was told moves."""

import json

from sqlalchemy.orm import Session

from app.clock import WorkingDays, clock
from app.events import Subject, record
from app.installation.kinds.actions import held
from app.installation.log import settings_row
from app.installation.queries import newest
from app.people.models import SettingsKept
from app.people.queries import SETTINGS
from app.people.working_days import KEPT_AS, plain, said, with_standing, working_days_of


def change_working_days(session: Session, wanted: WorkingDays, *, by: int | None) -> bool:
    """Keep the working days that stand from now on; return whether anything changed.

    Those that stood before are kept with them, so that a deadline told under them is worked out as it was. The first
    time it is kept that somebody has said it, even if all is as it comes with the product.
    """
    held(session)
    row = newest(session)
    text = row[0].kept if row else ""
    before, after = plain(working_days_of(text)[-1]), plain(wanted)
    changed = {name: [before[name], value] for name, value in after.items() if before[name] != value}
    if not changed and said(text):
        return False
    at = clock.now()
    stood = with_standing(text, wanted, at) if changed else [after]
    kept = json.dumps({**(json.loads(text) if text else {}), KEPT_AS: stood}, sort_keys=True)
    made = SettingsKept(kept=kept, by_id=by, at=at)
    session.add(made)
    session.flush()
    session.info[SETTINGS] = kept
    told, subject = {"changed": changed or {KEPT_AS: [None, after]}}, Subject("settings", made.id)
    record(session, "settings_changed", by=by, subject=subject, details=told, rows=[settings_row(made)])
    return True
