"""The settings of the installation as they were kept."""

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.events import Row
from app.installation.log import settings_row
from app.people.case_files import CaseFiles, case_files
from app.people.models import Person, SettingsKept


def newest(session: Session) -> tuple[SettingsKept, str] | None:
    """Return the settings that stand and the name of who made them, empty for the command line; None if nobody did."""
    query = select(SettingsKept, Person.name).outerjoin(Person, Person.id == SettingsKept.by_id)
    row = session.execute(query.order_by(SettingsKept.id.desc()).limit(1)).first()
    return (row[0], row[1] or "") if row else None


def case_files_now(session: Session) -> CaseFiles:
    """Return where files are opened, as it stands."""
    row = newest(session)
    return case_files(row[0].kept if row else "")


def rows(session: Session) -> Iterator[Row]:
    """Yield the settings as the event log keeps them."""
    yield from map(settings_row, session.scalars(select(SettingsKept).order_by(SettingsKept.id)))
