"""64 people at once who read or save what they grade, against a page and a save that do nothing else."""

import json
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from typing import Protocol

from app.audit.grading import actions as grading
from app.audit.library.queries import document_of
from app.audit.models import AuditCase
from app.people.models import Person
from app.web.merging import digest
from app.web.sessions import viewer_of
from sqlalchemy import select
from sqlalchemy.orm import Session
from tests.world import answers_for

from benchmarks.bench import Bench
from benchmarks.served.demonstration import copy, signed_in
from benchmarks.served.reader import Ask, Request, answer, read
from benchmarks.served.server import Both, Server, serve_both
from benchmarks.table import Contest, Measure, Pair, Round

PEOPLE = 64
# Seconds of each side of a round.
WHOLE, QUICK = 4.0, 1.2
NAMED = "SAF1"


@dataclass(frozen=True, slots=True)
class Desk:
    """Somebody's session, the case that they grade, its draft, and the field of theirs."""

    token: str
    case_id: int
    draft: int = 0
    # The text of the field when it is opened first.
    first: str = ""
    named: str = f"{NAMED}-evidence"


@dataclass
class Typing:
    """What somebody types further at one field; a save says what it was served with, as the tool's script does."""

    desk: Desk
    last: str = ""

    def save(self, _turn: int) -> Request:
        """Return the next save."""
        before, self.last = self.last or self.desk.first, self._sentence()
        change = {"was": digest(before), "own": [], "now": self.last}
        body = json.dumps({"page": "standards/safeguarding", "answers": {self.desk.named: change}})
        return Request("PUT", f"/cases/{self.desk.case_id}/assess/answers", self.desk.token, body.encode())

    def bare_save(self, _turn: int) -> Request:
        """Return the next save without a product around it."""
        return Request("PUT", f"/save/{self.desk.draft}", "", json.dumps({"now": self._sentence()}).encode())

    def page(self, _turn: int) -> Request:
        """Return the page on which they type."""
        return Request("GET", f"/cases/{self.desk.case_id}/assess/standards/safeguarding", self.desk.token)

    def _sentence(self) -> str:
        return f"{self.desk.first[:-1]}, of {self.desk.draft}, {time.monotonic_ns()}."


class Sides(Protocol):
    """What each side of a contest asks for."""

    def __call__(self, of: Typing, size: int) -> tuple[Ask, Ask]:
        """Return what somebody asks of ours and of the bare application; `size` is the page's in bytes."""


def pages(of: Typing, size: int) -> tuple[Ask, Ask]:
    """Have everybody read the page on which they type."""
    return of.page, lambda _: Request("GET", f"/page/{of.desk.draft}?size={size}")


def saves(of: Typing, size: int) -> tuple[Ask, Ask]:  # noqa: ARG001 - as every pair of sides
    """Have everybody save."""
    return of.save, of.bare_save


def at_once(sides: Sides) -> Contest:
    """Have 64 people ask at once."""

    def prepared(bench: Bench) -> Callable[[int], Round]:
        both, typing = bench.once(_served)
        page = typing[0].page(0)
        size = len(answer(both.ours.port, Request("GET", page.path, page.token, headers=())).body)
        asks = [sides(each, size) for each in typing]

        def one_round(number: int) -> Round:
            contestants = [(both.ours, [ours for ours, _ in asks]), (both.bare, [bare for _, bare in asks])]
            took = {server: _took(server, of, bench) for server, of in contestants[:: 1 if number % 2 == 0 else -1]}
            ours, bare = took[both.ours], took[both.bare]
            return {Measure.P95: Pair(ours[0], bare[0]), Measure.CPU: Pair(ours[1], bare[1])}

        return one_round

    return prepared


def _took(server: Server, asks: Sequence[Ask], bench: Bench) -> tuple[float, float]:
    """Return the p95 and the CPU of a request, in milliseconds."""
    before, until = server.cpu, time.monotonic() + (QUICK if bench.quick else WHOLE)
    taken = read([(server.port, ask) for ask in asks], lambda _: time.monotonic() >= until)
    return taken[int(len(taken) * 0.95)], (server.cpu - before) * 1000 / len(taken)


def _served(bench: Bench) -> tuple[Both, Sequence[Typing]]:
    """Let 64 people begin a draft with every standard judged, in a copy of their own, and serve it."""
    of = copy(bench, "at-once")
    query = select(AuditCase).where(AuditCase.state == "allocated", AuditCase.law_type == "public")
    with closing(of.opened()) as database, database.writing() as session:
        cases = session.scalars(query.order_by(AuditCase.id).limit(PEOPLE)).unique().all()
        typing = [Typing(_desk(session, case)) for case in cases]
    return serve_both(bench, of), typing


def _desk(session: Session, case: AuditCase) -> Desk:
    """Sign the auditor of a case in and let them begin it."""
    auditor = session.get_one(Person, case.auditor_id)
    draft = grading.start_grading(session, case, by=viewer_of(auditor))
    answers = answers_for(document_of(case.audit), case.law_type, "good")
    grading.save_judgements(session, draft, answers)
    return Desk(signed_in(session, auditor.email), case.id, draft.id, str(answers[NAMED]["evidence"]))
