"""The demonstration: invented people, the audit of November 2014, and a live audit with cases in every state."""

import json
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as people
from app.audit.library import queries as library_queries
from app.clock import clock
from app.db import Database
from app.demo.cast import AREAS, CAST, PASSWORD, WINDOW, address
from app.demo.live import LiveAudit
from app.demo.supervision import supervise
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.earlier.written import read_written
from app.errors import Unfit
from app.people.enums import Role
from app.people.models import Person
from app.people.rules import Viewer
from app.report.document.assembled import signed_text
from app.report.publication.actions import publish, sign_off
from app.sampling.columns import Allowed
from app.sampling.reading import read_frame
from app.settings import Settings
from app.web.sessions import viewer_of

# The people are there before the report of 2014, and everything else comes after it: the log is in the order of time.
BEGINNING, REPORTED = datetime(2015, 1, 12, 9, tzinfo=UTC), datetime(2015, 1, 13, 10, tzinfo=UTC)


def settings_of(settings: Settings) -> Settings:
    """Return the settings of a demonstration: plain http on this machine, sign-ins on the sign-in page."""
    return settings.model_copy(update={"demo": True, "https": False, "contact": settings.contact or address("lead")})


def remove(settings: Settings) -> None:
    """Remove the demonstration's data, so that it starts over."""
    if not settings.database_url.startswith("sqlite"):
        raise Unfit("The demonstration keeps its data in SQLite. Unset DATABASE_URL.")
    path = Path(settings.database_url.removeprefix("sqlite:///"))
    for suffix in ("", "-wal", "-shm", "-journal"):
        path.with_name(path.name + suffix).unlink(missing_ok=True)
    shutil.rmtree(settings.data_dir / "uploads", ignore_errors=True)


def is_new(settings: Settings) -> bool:
    """Say whether there is no demonstration yet."""
    return not Path(settings.database_url.removeprefix("sqlite:///")).exists()


def invitation(host: str, port: int) -> str:
    """Return the address and the sign-ins, for the terminal."""
    width = max(len(address(name)) for name, *_ in CAST)
    lines = [f"  {address(name):<{width}}  {full_name}, {job[0].lower()}{job[1:]}" for name, full_name, job, _ in CAST]
    return "\n".join(
        [
            "",
            f"Casework Audit: open http://{host}:{port}",
            "",
            f"Sign in as any of these, password: {PASSWORD}",
            *lines,
            "",
        ]
    )


def build(database: Database, data: Path, *, say: Callable[[str], None]) -> None:
    """Fill an empty database, saying each step; a database that has people is left as it is."""
    with database.reading() as session:
        if session.scalar(select(Person.id).limit(1)):
            return
    try:
        with database.writing() as session:
            say(f"Adding {len(CAST)} invented people and {len(AREAS)} service areas.")
            clock.set(BEGINNING)
            cast = _people(session)
            say("Bringing in the results of the national audit of November 2014.")
            _november_2014(session, cast, data)
            live = LiveAudit(session, cast, data)
            say("Drawing the sample of a new audit and allocating its cases.")
            live.start()
            say("Grading some of its cases, with reviews and challenges, day by day.")
            live.work()
            say("Saying who reads as a practitioner, and who supervises whom.")
            clock.set(None)
            supervise(session, cast)
    finally:
        clock.set(None)


def _people(session: Session) -> dict[str, Viewer]:
    people.first_areas(session, AREAS, by=None)
    cast = {}
    for name, full_name, job, roles in CAST:
        person = people.add_person(
            session, email=address(name), name=full_name, job_title=job, password=PASSWORD, by=None
        )
        for role, kind, scope in roles:
            people.grant_role(session, person, role, kind, scope, by=None)
        cast[name] = viewer_of(person)
    return cast


def _november_2014(session: Session, cast: dict[str, Viewer], data: Path) -> None:
    folder = data / "november-2014"
    kept = library_queries.threshold(session, "national-casework", "2014-10")
    document = library_queries.document(kept)
    with (folder / "audited_cases.csv").open("rb") as file:
        results = read_results(file, document).results
    with (folder / "frame.csv").open("rb") as file:
        frame = read_frame(file, Allowed(tuple(AREAS), ("public", "wafh", "wtfh"), (), WINDOW))
    targets = json.loads((folder / "targets_and_comparators.json").read_text())
    of = EarlierAudit(
        ref="NA-2014-11",
        name="National audit, November 2014",
        window_from=WINDOW[0],
        window_to=WINDOW[1],
        threshold=kept,
        targets=targets,
        written=read_written((folder / "report.yaml").read_text()),
    )
    clock.set(REPORTED)
    audit = import_results(session, of, results, frame=frame)
    for role, name in ((Role.LEAD, "lead"), (Role.DIRECTOR, "director")):
        sign_off(session, audit, role, read=signed_text(session, audit), by=cast[name])
    publish(session, audit, by=cast["director"])
