"""The stages in which the doors are tried: something of every kind has happened in one of them."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pysqlite3
from sqlalchemy import Connection, select

from app.audit.enums import CaseState
from app.audit.grading import actions as grading
from app.audit.models import AuditCase
from app.audit.replacements.actions import ask_for_replacement
from app.moderation.own_reviews import actions as own_reviews
from app.report.actions import finalise
from app.sampling.replacement import Reason
from tests.browser import Browser
from tests.doors.people import holders, settle
from tests.house.test_routes import real
from tests.improvement.conftest import graded, supervised
from tests.moderation.seconds import begun, benchmarked
from tests.report.reading.test_report import finish
from tests.test_who_sees_what import FILES
from tests.work.rehearsal.rehearsing import begun as rehearsed
from tests.world import REF, World, cases, copied, publish, the_audit

Values = dict[str, list[str]]


@dataclass
class Stage:
    """A world at one stage, what may stand in its addresses, and everybody's browser."""

    world: World
    values: Values
    browsers: dict[str, Browser]
    kept: Any

    def keep(self) -> None:
        """Let everything as it is now be what is restored."""
        with self.world.database.engine.connect() as connection:
            _driver(connection).backup(self.kept)

    def restore(self) -> None:
        """Let everything be as it was before somebody was let in and acted."""
        with self.world.database.engine.connect() as connection:
            self.kept.backup(_driver(connection))


def _driver(connection: Connection) -> Any:
    """Return the driver's own connection: the library of another driver would not see its locks."""
    return connection.connection.driver_connection


def staged(world: World, values: Values) -> Stage:
    """Return a world as a stage, with everybody who tries the doors."""
    settle(world)
    browsers = {holder.name: world.browser(holder.name) for holder in holders()}
    stage = Stage(world, values, browsers, pysqlite3.connect(":memory:", check_same_thread=False))
    stage.keep()
    return stage


def in_fieldwork(template: Path, folder: Path) -> Stage:
    """Let the audit be in fieldwork, with whatever happens there."""
    folder.mkdir()
    world = copied(template, folder)
    supervised(world, cases(world, "A1", CaseState.GRADED)[0])
    world.browser("admin").post("/settings", FILES)
    im1 = world.viewer("im1")
    with world.database.reading() as session:
        mine = select(AuditCase.id).where(AuditCase.state == CaseState.ALLOCATED, AuditCase.auditor_id == im1.id)
        drafted, replaced, *_ = session.scalars(mine.order_by(AuditCase.id))
    values: Values = {name: [value] for name, value in real(world).items()}
    second = next(c for c in cases(world, "A1", CaseState.GRADED) if str(c) not in values["case_id"])
    with world.database.writing() as session:
        grading.start_grading(session, session.get_one(AuditCase, drafted), by=im1)
        case = session.get_one(AuditCase, replaced)
        ask_for_replacement(session, case, reason=Reason.SEALED, note="Sealed.", by=im1)
    director = world.browser("director")
    director.post("/thresholds/national-casework/2014-10/new-version", {"version": "2026-11"})
    settle(world)
    benchmarked(world, second, "bench")
    begun(world, second, "good", "bench")
    with world.database.writing() as session:
        own_reviews.start(session, session.get_one(AuditCase, second), by=world.viewer("head2"))
    ref = rehearsed(world)
    values["ref"] += [ref]
    values["person_id"] += [str(im1.id)]
    values["version"] += ["2026-11"]
    values["case_id"] += [str(c) for c in (drafted, replaced, second)]
    values["case_id"] += [str(c) for area in ("A1", "A2") for c in cases(world, area, CaseState.GRADED)]
    values["case_id"] = list(dict.fromkeys(values["case_id"]))
    return staged(world, values)


def ended(template: Path, folder: Path, *, published: bool) -> Stage:
    """Let the audit be finalised, with a practitioner and a service manager who have something to read."""
    folder.mkdir()
    world = copied(template, folder)
    finish(world)
    with world.database.writing() as session:
        finalise(session, the_audit(session), by=world.viewer("lead"))
    own = graded(world, "A1", "good")[0]
    supervised(world, own)
    if published:
        publish(world)
    names = {"ref": REF, "area_code": "A1", "case_id": str(own), "team_id": "1", "number": "1"}
    usual = {
        "format": "html",
        "box": "overall",
        "code": "grades-by-area",
        "improvement_id": "1",
        "area": "safeguarding",
    }
    values = {name: [value] for name, value in (names | usual).items()}
    page = world.browser("lead").get(f"/reports/{REF}" if published else f"/audits/{REF}/report").text
    values["code"] += re.findall(r"/pictures/([a-z-]+)\.svg", page)[:1]
    return staged(world, values)
