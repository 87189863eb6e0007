"""Pages that one reader asks for one after the other: CPU of the server for each, and statements."""

import asyncio
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from contextlib import closing
from dataclasses import replace
from functools import partial

import httpx
from app.audit.models import Audit
from app.clock import clock
from app.demo.cast import address
from app.demo.live import LIVE
from app.main import create_app
from app.people.enums import Role, Scope
from app.people.models import Person, RoleGrant, ServiceArea
from sqlalchemy import event, select
from tests.multiplied import multiply

from benchmarks.bench import Bench
from benchmarks.served.demonstration import Demonstration, copy
from benchmarks.served.reader import OK, UNCHANGED, Request, answer, read
from benchmarks.served.server import Both, Server, serve_both
from benchmarks.table import Contest, Measure, Pair, Round

# Seconds of each server's CPU in a round, and the turns that they take in it: what else runs changes from second to
# second.
WHOLE, QUICK, TURNS = 0.7, 0.2, 4
READERS, HEAD = ("manager", "lead", "director"), "head.a10"
# 577 cases and 18 open challenges, so many times over.
TIMES_OVER = 35
# What begins and ends a transaction is no statement of a page.
NO_STATEMENT = ("BEGIN", "PRAGMA", "SAVEPOINT", "RELEASE")


def page(path: str, by: str, *, unchanged: bool = False, large: bool = False) -> Contest:
    """Have somebody read a page, or ask whether the one that they have is `unchanged`, against a bare page of its size.

    `path` may name what the demonstration has: {case}. `large` is the demonstration many times over.
    """

    def prepared(bench: Bench) -> Callable[[int], Round]:
        both, tokens = bench.once(_served_large if large else _served)
        request = Request("GET", path.format(**both.demonstration.facts), tokens[by])
        size = _size(both.ours, request)
        if unchanged:
            request, size = replace(request, headers=(f"If-None-Match: {_tag(both.ours, request)}",)), 0
            _expect_unchanged(both.ours, request)
        bare = Request("GET", f"/quick-page/{both.demonstration.facts['draft']}?size={size}")
        statements = bench.once(_in_process_large if large else _in_process).of(request)
        for server, asked in ((both.ours, request), (both.bare, bare)):
            answer(server.port, asked)

        def one_round(number: int) -> Round:
            sides = [(both.ours, request), (both.bare, bare)]
            took = _cpu(sides[:: 1 if number % 2 == 0 else -1], QUICK if bench.quick else WHOLE)
            return {Measure.CPU: Pair(took[both.ours], took[both.bare]), Measure.STATEMENTS: Pair(statements)}

        return one_round

    return prepared


def _served(bench: Bench) -> tuple[Both, Mapping[str, str]]:
    of = copy(bench, "pages")
    tokens = of.sign_in(*READERS)
    return serve_both(bench, of), tokens


def _served_large(bench: Bench) -> tuple[Both, Mapping[str, str]]:
    """Serve the demonstration with 20,000 cases, some 500 open challenges, and a head of every area."""
    of = copy(bench, "large")
    with closing(of.opened()) as database:
        with database.reading() as session:
            audit = session.scalars(select(Audit.id).where(Audit.ref == LIVE)).one()
        bench.say(f"Making an audit {TIMES_OVER} times over.")
        multiply(database, audit, TIMES_OVER)
        with database.writing() as session:
            head = session.scalars(select(Person.id).where(Person.email == address(HEAD))).one()
            held = set(session.scalars(select(RoleGrant.scope).where(RoleGrant.person_id == head)))
            others = [code for code in session.scalars(select(ServiceArea.code)) if code not in held]
            session.add_all(_headed(head, code) for code in others)
    tokens = of.sign_in(*READERS, HEAD)
    return serve_both(bench, of), tokens


def _headed(person: int, area: str) -> RoleGrant:
    return RoleGrant(
        person_id=person, role=Role.HEAD_OF_SERVICE, scope_kind=Scope.AREA, scope=area, granted_at=clock.now()
    )


def _cpu(sides: Sequence[tuple[Server, Request]], seconds: float) -> Mapping[Server, float]:
    """Return the milliseconds of CPU that each server takes for its request, in so many seconds of its CPU."""
    used, asked = dict.fromkeys((server for server, _ in sides), 0.0), Counter[Server]()
    for _ in range(TURNS):
        for server, request in sides:
            before = server.cpu
            enough = partial(_is_enough, server, before + seconds / TURNS)
            asked[server] += len(read([(server.port, partial(_the_same, request))], enough))
            used[server] += server.cpu - before
    return {server: used[server] * 1000 / asked[server] for server in used}


def _is_enough(server: Server, until: float, done: int) -> bool:
    return done > 0 and server.cpu >= until


def _the_same(request: Request, _turn: int) -> Request:
    return request


def _size(server: Server, request: Request) -> int:
    return len(answer(server.port, replace(request, headers=())).body)


def _tag(server: Server, request: Request) -> str:
    return answer(server.port, request).headers["etag"]


def _expect_unchanged(server: Server, request: Request) -> None:
    if answer(server.port, request).status != UNCHANGED:
        message = f"{request.path} was not answered with 304"
        raise RuntimeError(message)


class InProcess:
    """The application in this process, whose statements can be counted."""

    def __init__(self, of: Demonstration) -> None:
        self.database, self.made = of.opened(), list[str]()
        self.app = create_app(of.settings, self.database)
        event.listen(self.database.engine, "before_cursor_execute", lambda *given: self.made.append(given[2]))

    def of(self, request: Request) -> int:
        """Return how many statements a page makes when it is not the first."""
        asyncio.run(self._ask(request))
        self.made.clear()
        asyncio.run(self._ask(request))
        return sum(not statement.startswith(NO_STATEMENT) for statement in self.made)

    async def _ask(self, request: Request) -> None:
        headers = dict(line.split(": ", 1) for line in request.headers)
        transport, cookies = httpx.ASGITransport(self.app), {"session": request.token}
        async with httpx.AsyncClient(transport=transport, base_url="http://bench", cookies=cookies) as client:
            answered = await client.request(request.method, request.path, headers=headers)
        if answered.status_code not in {OK, UNCHANGED}:
            message = f"{request.path} answered {answered.status_code}"
            raise RuntimeError(message)


def _in_process(bench: Bench) -> InProcess:
    return _on(bench, bench.once(_served)[0])


def _in_process_large(bench: Bench) -> InProcess:
    return _on(bench, bench.once(_served_large)[0])


def _on(bench: Bench, both: Both) -> InProcess:
    found = InProcess(both.demonstration)
    bench.stack.callback(found.database.close)
    return found
