"""The cast, and a small audit at each step; built once for each database by the product's own actions."""

import secrets
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from io import BytesIO
from pathlib import Path

from alembic import command
from alembic.config import Config
from fastapi import FastAPI
from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts.actions import add_person, first_areas, grant_role
from app.audit.allocation import actions as allocating
from app.audit.benchmarks import actions as benchmarking
from app.audit.commission import actions as commission_actions
from app.audit.enums import AuditKind, CaseState
from app.audit.filings import actions as filings_actions
from app.audit.filings.actions import allowed_in, import_frame
from app.audit.framework import Commission
from app.audit.grading import actions as grading
from app.audit.grading.draft import draft_of
from app.audit.library import actions as library_actions
from app.audit.library import queries as library_queries
from app.audit.models import Audit, AuditCase
from app.audit.sample.actions import draw_for
from app.audit.thresholds.document import ThresholdDocument
from app.clock import clock
from app.db import Database, migrating
from app.events import EventLog
from app.main import create_app
from app.moderation.challenges import actions as challenges_actions
from app.moderation.enums import FurtherAction
from app.moderation.returns import actions as returns_actions
from app.moderation.returns.queries import return_of
from app.moderation.submission import actions as submission_actions
from app.notices.telling import hear
from app.people.enums import Role, Scope
from app.people.models import Person, SignedIn
from app.people.rules import Grant, Viewer
from app.report.document.assembled import signed_text
from app.report.publication import actions as publishing
from app.sampling.reading import read_frame
from app.sampling.receipt import Seed
from app.settings import Settings
from app.web.sessions import cookie_name, hashed, viewer_of
from tests.browser import Browser
from tests.compiled import sharing

ROOT = Path(__file__).resolve().parent.parent
PASSWORD = "a password for tests"
KEY = b"a key for tests"
REF = "T-2026"
AREAS = ("A1", "A2")
WINDOW = (date(2026, 9, 1), date(2026, 10, 31))
NATION = (Scope.NATION, "")
NATIONAL = ("national-casework", "2014-10")
CAST: Sequence[tuple[str, Sequence[tuple[Role, Scope, str]]]] = (
    ("director", [(Role.DIRECTOR, *NATION)]),
    ("ad", [(Role.ASSISTANT_DIRECTOR, *NATION)]),
    ("analyst", [(Role.ANALYST, Scope.AUDIT, REF)]),
    ("lead", [(Role.LEAD, Scope.AUDIT, REF)]),
    ("second", [(Role.LEAD, Scope.AUDIT, REF)]),
    ("im1", [(Role.IMPROVEMENT_MANAGER, Scope.AUDIT, REF)]),
    ("im2", [(Role.IMPROVEMENT_MANAGER, Scope.AUDIT, REF)]),
    ("assistant", [(Role.IMPROVEMENT_ASSISTANT, Scope.AUDIT, REF)]),
    ("head1", [(Role.HEAD_OF_SERVICE, Scope.AREA, "A1")]),
    ("head2", [(Role.HEAD_OF_SERVICE, Scope.AREA, "A2"), (Role.BENCHMARKER, Scope.AUDIT, REF)]),
    ("reader", [(Role.READER, *NATION)]),
    ("admin", [(Role.ADMINISTRATOR, *NATION)]),
    # From elsewhere: the same roles, but on another audit and another area.
    (
        "stranger",
        [
            (Role.LEAD, Scope.AUDIT, "OTHER"),
            (Role.IMPROVEMENT_MANAGER, Scope.AUDIT, "OTHER"),
            (Role.ANALYST, Scope.AUDIT, "OTHER"),
            (Role.HEAD_OF_SERVICE, Scope.AREA, "A9"),
        ],
    ),
    ("nobody", []),
)
FRAME_HEAD = "case_ref,practitioner_id,service_area,law_type,performance_band,employment,filed_on,document_kind\n"


def frame_csv(people_per_area: int = 10) -> bytes:
    """Return a small clean frame: two areas, three law types, two bands, two filings each."""
    rows = []
    for a in AREAS:
        for n in range(people_per_area):
            law = ("public", "wafh", "wtfh")[n % 3]
            band, employment = ("B1", "B2")[n % 2], "agency" if n == 1 else "employed"
            rows += [
                f"C-{a}-{n}-{f},P-{a}-{n},{a},{law},{band},{employment},2026-{9 + f:02d}-{10 + n:02d},report"
                for f in (0, 1)
            ]
    return (FRAME_HEAD + "\n".join(rows) + "\n").encode()


class _Over(Exception):  # noqa: N818 - no fault
    """A trial has ended."""


@dataclass
class World:
    """A database with the cast, and the application on it."""

    database: Database
    settings: Settings
    app: FastAPI

    def viewer(self, name: str) -> Viewer:
        """Return somebody of the cast, or with another address, as the rules see them."""
        email = name if "@" in name else f"{name}@example.test"
        with self.database.reading() as session:
            person = session.scalars(select(Person).where(Person.email == email)).one()
            return viewer_of(person)

    @contextmanager
    def trial(self) -> Iterator[Session]:
        """Give a session in which everything can be done, and nothing of it stays."""
        with suppress(_Over), self.database.writing() as session:
            yield session
            raise _Over

    def browser(self, name: str = "") -> Browser:
        """Return somebody's browser, signed in by a session in the database: hashing a password takes 50 ms."""
        browser = Browser(self.app)
        if name:
            now, token = clock.now(), secrets.token_urlsafe(32)
            with self.database.writing() as session:
                session.add(
                    SignedIn(
                        token_sha256=hashed(token),
                        person_id=self.viewer(name).id,
                        created_at=now,
                        seen_at=now,
                        ended_at=None,
                    )
                )
            browser.remember(cookie_name(self.settings), token)
        return browser


def settings_for(folder: Path, url: str = "") -> Settings:
    """Return the settings of a test: plain http, its own folder, and nobody needs a second factor."""
    at = url or f"sqlite:///{folder / 'world.sqlite3'}"
    return Settings(data_dir=folder, database_url=at, https=False, second_factor="no")


def migrate(database: Database) -> None:
    """Bring a database to the current schema."""
    config = Config(str(ROOT / "alembic.ini"))
    with migrating(database) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")


def open_world(settings: Settings, *, by_mail: bool = False) -> World:
    """Open a database that is there; with `by_mail` what happens is told by email too."""
    database = Database(sharing(settings.database_url), event_log=EventLog(KEY, partial(hear, by_mail=by_mail)))
    return World(database, settings, create_app(settings, database))


def build(settings: Settings) -> World:
    """Make a database with the cast, the threshold documents, and an audit in fieldwork with a case for each story."""
    world = in_fieldwork(settings)
    _stories(world)
    return world


def in_fieldwork(settings: Settings, document: str = "", named: tuple[str, str] = NATIONAL) -> World:
    """Make the same without stories, and with a threshold document of its own if there is a text of one."""
    world = open_world(settings)
    migrate(world.database)
    _people(world)
    if document:
        with world.database.writing() as session:
            library_actions.keep_threshold(session, document, by=None)
    _audit(world, named)
    return world


def copied(template: Path, folder: Path) -> World:
    """Return a world of its own, copied from the template's file."""
    settings = settings_for(folder)
    shutil.copy(template, folder / "world.sqlite3")
    return open_world(settings)


def _people(world: World) -> None:
    with world.database.writing() as session:
        first_areas(session, (*AREAS, "A9"), by=None)
        first: Person | None = None
        for name, roles in CAST:
            person = add_person(
                session,
                email=f"{name}@example.test",
                name=name.capitalize(),
                job_title=f"The {name}",
                password=PASSWORD,
                by=None,
            )
            first = first or person
            for role, kind, scope in roles:
                grant_role(session, person, role, kind, scope, by=None)
        for path in sorted((ROOT / "app" / "data" / "thresholds").glob("*.yaml")):
            library_actions.keep_threshold(session, path.read_text(encoding="utf-8"), by=None)


def commission(world: World, ref: str = REF, document: tuple[str, str] = NATIONAL) -> None:
    """Commission the small audit and agree its framework."""
    director, ad = world.viewer("director"), world.viewer("ad")
    with world.database.writing() as session:
        kept = library_queries.threshold(session, *document)
        audit = commission_actions.commission(
            session,
            Commission(
                ref=ref,
                name="Test audit",
                kind=AuditKind.NATIONAL,
                purpose="To test.",
                window_from=WINDOW[0],
                window_to=WINDOW[1],
                law_types=["public", "wafh", "wtfh"],
                bands=["B1", "B2"],
                fraction="1/2",
                good_target=60,
                not_met_target=14,
                threshold_id=kept.id,
            ),
            by=director.id,
        )
        commission_actions.agree_framework(session, audit, by=ad)


def the_audit(session: object, ref: str = REF) -> Audit:
    """Return the small audit."""
    return session.scalars(select(Audit).where(Audit.ref == ref)).one()  # type: ignore[attr-defined, no-any-return]


def _audit(world: World, document: tuple[str, str]) -> None:
    commission(world, document=document)
    analyst, lead = world.viewer("analyst"), world.viewer("lead")
    with world.database.writing() as session:
        audit = the_audit(session)
        import_frame(
            session,
            audit,
            read_frame(BytesIO(frame_csv()), allowed_in(session, audit)),
            file_name="frame.csv",
            by=analyst.id,
        )
    with world.database.writing() as session:
        filings_actions.lock_list(session, the_audit(session), by=lead.id)
    with world.database.writing() as session:
        draw_for(session, the_audit(session), seed=Seed("12345678901234567890"), by=lead)
    with world.database.writing() as session:
        allocating.allocate_cases(
            session, the_audit(session), auditors=[world.viewer("im1").id, world.viewer("im2").id], by=lead
        )


def answers_for(document: ThresholdDocument, law_type: str, grade: str) -> dict[str, dict[str, object]]:
    """Return judgements that the rules turn into a grade."""
    level = "met" if grade == "met" else "good"
    result: dict[str, dict[str, object]] = {
        s.code: {
            "judgement": level,
            "degree": "none",
            "evidence": f"Contact log, 3 October, entry {entry}.",
            "set_aside": False,
        }
        for entry, s in enumerate(document.standards_for(law_type), 1)
    }
    if grade == "not_met":
        result["SAF1"] = {
            "judgement": "not_met",
            "degree": "significant",
            "evidence": "No check on file, 12 October.",
            "set_aside": False,
        }
    return result


def grade(world: World, case_id: int, to: str) -> None:
    """Work through the tool on a case and submit it, as its auditor."""
    with world.database.writing() as session:
        case = session.get_one(AuditCase, case_id)
        person = session.get_one(Person, case.auditor_id)
        auditor, document = viewer_of(person), library_queries.document_of(case.audit)
        draft = grading.start_grading(session, case, by=auditor)
        grading.save_judgements(session, draft, answers_for(document, case.law_type, to))
        grading.save_facts(
            session, draft, {f.code: [f.answers[0].code] for f in document.facts_for(case.law_type) if f.kind != "text"}
        )
        grading.save_grade(session, draft, grade=to, departure_reason="")
        found = draft_of(case, draft).indication
        assert found is not None
        assert found.grade == to
        submission_actions.submit_grade(session, case, draft, indicated=(found.grade, found.rule), by=auditor)


def cases(world: World, area: str, state: CaseState = CaseState.ALLOCATED) -> list[int]:
    """Return the ids of an area's cases in a state."""
    with world.database.reading() as session:
        return list(
            session.scalars(
                select(AuditCase.id).where(AuditCase.area == area, AuditCase.state == state).order_by(AuditCase.id)
            )
        )


def _stories(world: World) -> None:
    first, second = cases(world, "A1")[:2]
    grade(world, first, "not_met")
    grade(world, second, "good")
    third = cases(world, "A2")[0]
    grade(world, third, "not_met")
    challenge(world, third, "head2")


def review(world: World, case_id: int, head: str) -> None:
    """Record the immediate review of a returned case."""
    viewer = world.viewer(head)
    with world.database.writing() as session:
        found = returns_actions.Review(
            children_safe=True, note="The children are safe.", further_action=FurtherAction.NONE
        )
        returns_actions.review(session, return_of(session, viewer, case_id), found, by=viewer)


def challenge(world: World, case_id: int, head: str) -> int:
    """Review a returned case, challenge it, and return the challenge's id."""
    review(world, case_id, head)
    viewer = world.viewer(head)
    with world.database.writing() as session:
        points = [challenges_actions.Point("SAF1", "met", "Screening record, 4 September.")]
        returned = return_of(session, viewer, case_id)
        return challenges_actions.challenge_grade(
            session, returned, challenges_actions.Claim("met", "It is on file.", points), by=viewer
        ).id


def no_second_grades(world: World, ref: str = REF, lead: str = "lead") -> None:
    """Say why none of the graded cases of an audit gets a second grade, as finalising asks."""
    by = replace(world.viewer(lead), grants=frozenset({Grant(Role.LEAD, Scope.NATION)}))
    with world.database.writing() as session:
        benchmarking.forgo(session, the_audit(session, ref), reason="Nobody is free to give them.", by=by)


def sign_off(world: World, ref: str = REF) -> None:
    """Sign a report off, as the lead and as the director of whatever audit it is of."""
    with world.database.writing() as session:
        audit = the_audit(session, ref)
        for role, name in ((Role.LEAD, "lead"), (Role.DIRECTOR, "director")):
            signer = replace(world.viewer(name), grants=frozenset({Grant(role, Scope.NATION)}))
            publishing.sign_off(session, audit, role, read=signed_text(session, audit), by=signer)


def publish(world: World, ref: str = REF) -> None:
    """Publish a finalised audit's report, signed off by both."""
    sign_off(world, ref)
    with world.database.writing() as session:
        publishing.publish(session, the_audit(session, ref), by=world.viewer("director"))
