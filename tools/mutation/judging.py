"""Runs tests against a module with one change, in a process of its own that has everything else loaded already."""

import ast
import gc
import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import os
import resource
import select
import signal
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

import coverage
import pytest

# What a session of these tests needs of CPU at most, in seconds, above ten times what it needed without a change.
GRACE = 20
LONGEST = 900
OURS = ("app", "tests", "benchmarks")
# Without what explains a failure to people: only whether there is one is asked for.
WITHOUT = ("cacheprovider", "xdist", "unraisableexception", "threadexception", "randomly")
QUIET = (
    "-q",
    "-x",
    "--tb=no",
    "--assert=plain",
    "-W",
    "ignore",
    *(word for name in WITHOUT for word in ("-p", f"no:{name}")),
)


class Changed(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives a module with a change to whoever imports it, as if its file said so."""

    def __init__(self, path: str, tree: ast.Module) -> None:
        self.path, self.tree = path, tree
        self.name = path.removesuffix(".py").replace("/", ".")

    def find_spec(
        self, fullname: str, _path: Sequence[str] | None, _target: ModuleType | None = None
    ) -> importlib.machinery.ModuleSpec | None:
        """Answer for the one module."""
        return importlib.util.spec_from_loader(fullname, self, origin=self.path) if fullname == self.name else None

    def exec_module(self, module: ModuleType) -> None:
        """Run the changed text."""
        module.__file__ = str(Path(self.path).resolve())
        exec(compile(self.tree, module.__file__, "exec"), module.__dict__)  # noqa: S102 - it is what this is for


@dataclass
class Watch:
    """Which tests ran, for how long, which lines each of them ran, and which was the first to fail."""

    covered: coverage.Coverage | None = None
    order: Sequence[str] = ()
    seconds: dict[str, float] = field(default_factory=dict)
    failed: str = ""

    @pytest.hookimpl(trylast=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Put the quick ones first, and leave out what does not run the change."""
        if self.order:
            rank = {name: i for i, name in enumerate(self.order)}
            items[:] = sorted((i for i in items if i.nodeid in rank), key=lambda item: rank[item.nodeid])

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        """Note what a test takes and runs."""
        if self.covered is not None:
            self.covered.switch_context(item.nodeid)
        began = time.process_time()
        yield
        self.seconds[item.nodeid] = time.process_time() - began

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note the first that fails."""
        if report.failed and not self.failed:
            self.failed = report.nodeid


@dataclass(frozen=True)
class Session:
    """A run of tests as it should be: what each takes, and for each file and line which of them run it."""

    seconds: dict[str, float]
    lines: dict[str, dict[int, list[str]]]

    def tests_of(self, path: str, lines: range | None) -> list[str]:
        """Return the tests that run some lines, the quickest first; all of them for what runs on import."""
        found: set[str] = set(self.seconds)
        if lines is not None:
            of = self.lines.get(path, {})
            ran = {name for line in lines for name in of.get(line, ())}
            found = found if "" in ran else ran & found
        return sorted(found, key=lambda name: self.seconds[name])


def tried(tests: Sequence[str], files: Sequence[str]) -> Session:
    """Run tests without any change; raises RuntimeError where they fail."""
    answer = apart(lambda: _try(tests, files), LONGEST)
    if not answer or answer["code"] != 0:
        message = f"These tests fail without any change: {answer and answer['failed']}"
        raise RuntimeError(message)
    return Session(answer["seconds"], {p: {int(n): c for n, c in of.items()} for p, of in answer["lines"].items()})


def _try(tests: Sequence[str], files: Sequence[str]) -> dict[str, Any]:
    covered = coverage.Coverage(data_file=None, config_file=False, include=[str(Path(f).resolve()) for f in files])
    watch = Watch(covered)
    covered.start()
    code = pytest.main([*QUIET, *tests], plugins=[watch])
    covered.stop()
    data = covered.get_data()
    lines = {f: data.contexts_by_lineno(str(Path(f).resolve())) for f in files}
    return {"code": int(code), "failed": watch.failed, "seconds": watch.seconds, "lines": lines}


def judged(path: str, tree: ast.Module, tests: Sequence[str], session: Session, order: Sequence[str]) -> str:
    """Return the first test that fails where a module is changed, `time` where none ends, or nothing."""
    limit = int(10 * sum(session.seconds[name] for name in order)) + GRACE
    answer = apart(lambda: _judge(path, tree, tests, order), limit)
    if answer is None:
        return "time"
    return "" if answer["code"] == 0 else str(answer["failed"] or "on import")


def _judge(path: str, tree: ast.Module, tests: Sequence[str], order: Sequence[str]) -> dict[str, Any]:
    sys.meta_path.insert(0, Changed(path, tree))
    watch = Watch(order=order)
    code = pytest.main([*QUIET, *tests], plugins=[watch])
    return {"code": int(code), "failed": watch.failed}


def load_what_tests_load(tests: Sequence[str]) -> None:
    """Load every library that some tests load, and nothing of ours, so that each change is met by all of ours."""
    answer = apart(lambda: _loaded(tests), LONGEST)
    for name in answer["names"] if answer else ():
        try:
            importlib.import_module(name)
        except Exception:  # noqa: BLE001, S112 - parts of libraries that are not meant to be imported by name
            continue


def _loaded(tests: Sequence[str]) -> dict[str, Any]:
    pytest.main([*QUIET, "--collect-only", *tests])
    theirs = [n for n in sys.modules if n.split(".")[0] not in {*OURS, "__main__", "conftest"}]
    return {"names": [n for n in theirs if n != "tools" and not n.startswith("tools.")]}


def apart(work: Callable[[], dict[str, Any]], cpu: int) -> dict[str, Any] | None:
    """Do something in a process of its own, and return what came of it, or None where it ends in no time."""
    receiving, sending = os.pipe()
    child = os.fork()
    if child == 0:
        _child(work, sending, cpu)
    os.close(sending)
    try:
        return _answer(receiving, child)
    finally:
        os.close(receiving)
        os.waitpid(child, 0)


def _child(work: Callable[[], dict[str, Any]], sending: int, cpu: int) -> None:
    """Work without a word, within a limit of CPU; never return to what the parent was doing."""
    code = 1
    try:
        os.setpgid(0, 0)
        resource.setrlimit(resource.RLIMIT_CPU, (cpu, cpu + 5))
        nothing = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(nothing, stream)
        _without_memory_of_examples()
        gc.disable()
        os.write(sending, json.dumps(work()).encode())
        code = 0
    finally:
        os._exit(code)


def _without_memory_of_examples() -> None:
    """Let Hypothesis try the same examples each time, keep none, and look for no smaller one."""
    from hypothesis import HealthCheck, Phase, settings  # noqa: PLC0415 - only a child may have it loaded

    phases = (Phase.explicit, Phase.generate)
    quiet = settings(
        database=None, derandomize=True, deadline=None, phases=phases, suppress_health_check=list(HealthCheck)
    )
    settings.register_profile("mutation", quiet)
    settings.load_profile("mutation")


def _answer(receiving: int, child: int) -> dict[str, Any] | None:
    parts: list[bytes] = []
    end = time.monotonic() + LONGEST
    while (left := end - time.monotonic()) > 0:
        ready, _, _ = select.select([receiving], [], [], left)
        part = os.read(receiving, 1 << 16) if ready else b""
        if not part:
            break
        parts.append(part)
    else:
        os.killpg(child, signal.SIGKILL)
    said = b"".join(parts)
    try:
        found: dict[str, Any] = json.loads(said)
    except ValueError:
        return None
    return found
