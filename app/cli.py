"""The command line (interfaces.md section 2): exit 0 done, 1 the answer is no, 2 wrong usage."""

import argparse
import getpass
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from pathlib import Path

import uvicorn
from alembic import command
from sqlalchemy import select
from sqlalchemy.orm import Session

from app import check, demo, sample_commands
from app.audit.actions import keep_threshold
from app.audit.queries import document
from app.console import Refused, alembic_config, opened
from app.console import audit_called as _audit
from app.console import open_file as _open
from app.console import refuse_problems as _refuse_problems
from app.console import say as _say
from app.db import Database, describe, migrating
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.errors import Refusal
from app.events import EventLog
from app.pages import ROOT
from app.people.enums import Role, Scope
from app.people.models import Person
from app.people.passwords import too_weak
from app.reception import actions as people
from app.report.actions import current_figures, figures_of, figures_text
from app.report.queries import publication
from app.sampling.columns import Allowed
from app.sampling.commands import EVER, LAW_TYPES
from app.sampling.reading import FrameReading, read_frame
from app.settings import Settings

DATA = ROOT / "app" / "data"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    try:
        options.run(options, Settings.from_environment())
    except Refused as refused:
        print("\n".join(refused.lines), file=sys.stderr)
        return 1
    except Refusal as refusal:
        print(refusal.sentence or "This does not exist.", file=sys.stderr)
        return 1
    except BrokenPipeError:
        return 0
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="casework-audit", description="Audits the quality of casework for the family courts.")
    parser.add_argument("--json", action="store_true", help="print machine-readable output")
    commands = parser.add_subparsers(required=True, metavar="command")

    def add(name: str, run: Callable[[argparse.Namespace, Settings], None], text: str) -> argparse.ArgumentParser:
        made = commands.add_parser(name, help=text, description=text)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print machine-readable output")
        made.set_defaults(run=run)
        return made

    serve = add("serve", _serve, "run the application")
    demo_ = add("demo", _demo, "set up and run the demonstration")
    demo_.add_argument("--reset", action="store_true", help="start over")
    for one in (serve, demo_):
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=int, default=8000)
    serve.add_argument("--workers", type=int, default=1)
    add("migrate", _migrate, "bring the database to the current schema")
    _user_parser(add("user", _no_command, "people and their scoped roles"))
    sample_commands.add_parsers(add)
    _results_parser(add("import-results", _import_results, "bring in an earlier audit's case-level results"))
    report = add("report", _report, "an audit's report")
    report.add_argument("audit")
    report.add_argument("--format", choices=["json"], default="json")
    report.add_argument("--out", type=Path)
    verify = add("verify-log", _verify_log, "check the event log's chain, and that what stands in the tables follows from it")
    verify.add_argument("--head", help="a head that this command printed before, which the log must still have")
    return parser


def _user_parser(user: argparse.ArgumentParser) -> None:
    verbs = user.add_subparsers(required=True, metavar="verb")

    def add(name: str, run: Callable[[argparse.Namespace, Settings], None], text: str) -> argparse.ArgumentParser:
        made = verbs.add_parser(name, help=text, description=text)
        made.add_argument("--json", action="store_true", default=argparse.SUPPRESS, help="print machine-readable output")
        made.set_defaults(run=run)
        return made

    new = add("add", _user_add, "add a person; the password is asked for, or read from standard input")
    new.add_argument("email")
    new.add_argument("--name", required=True)
    new.add_argument("--job-title", required=True)
    add("list", _user_list, "list everybody")
    add("disable", _user_disable, "stop a person from signing in").add_argument("email")
    role = add("role", _user_role, "give a person a role, or end it")
    role.add_argument("email")
    role.add_argument("role", choices=[r.value for r in Role])
    scope = role.add_mutually_exclusive_group(required=True)
    scope.add_argument("--nation", action="store_true")
    scope.add_argument("--area")
    scope.add_argument("--audit")
    role.add_argument("--end", action="store_true")


def _results_parser(results: argparse.ArgumentParser) -> None:
    results.add_argument("file", type=Path)
    results.add_argument("--ref", required=True)
    results.add_argument("--name", required=True)
    results.add_argument("--window", nargs=2, required=True, type=date.fromisoformat, metavar=("FROM", "TO"))
    results.add_argument("--frame", type=Path)
    results.add_argument("--targets", type=Path)
    results.add_argument("--threshold", type=Path, default=DATA / "thresholds" / "national-casework-2014-10.yaml", help="the document it was graded against")


def _no_command(_options: argparse.Namespace, _settings: Settings) -> None:  # pragma: no cover - argparse asks for a verb
    raise Refused("Say what to do: add, list, disable or role.")


def migrate(settings: Settings) -> None:
    """Bring the database to the current schema and load the threshold documents that come with the product."""
    EventLog.key = settings.event_key()
    config = alembic_config()
    with closing(Database(settings.database_url)) as database:
        with migrating(database) as connection:
            config.attributes["connection"] = connection
            command.upgrade(config, "head")
        with database.writing() as session:
            for path in sorted((DATA / "thresholds").glob("*.yaml")):
                keep_threshold(session, path.read_text(encoding="utf-8"), by=None)


def _migrate(options: argparse.Namespace, settings: Settings) -> None:
    migrate(settings)
    _say(options, "The database is at the current schema.", {"migrated": True})


def _serve(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database:
        if database.sqlite and options.workers > 1:
            raise Refused("An SQLite database has one writer, so it is served by one worker. Use PostgreSQL for more.")
        print(f"Serving on http://{options.host}:{options.port} with {describe(database)}", flush=True)
    run_server(host=options.host, port=options.port, workers=options.workers)


def run_server(*, host: str, port: int, workers: int = 1) -> None:
    """Run the application until it is stopped, in this process or, for several workers, in processes of their own."""
    logging.getLogger("casework_audit").setLevel(logging.INFO)
    uvicorn.run("app.main:served", factory=True, host=host, port=port, workers=workers, log_level="warning", proxy_headers=False, server_header=False)


def _demo(options: argparse.Namespace, settings: Settings) -> None:
    settings = demo.settings_of(settings)
    if options.reset:
        demo.remove(settings)
    migrate(settings)
    with opened(settings) as database:
        demo.build(database, DATA)
        print(demo.invitation(options.host, options.port), flush=True)
        print(f"Serving on http://{options.host}:{options.port} with {describe(database)}", flush=True)
    os.environ.update(settings.environment())
    run_server(host=options.host, port=options.port)


def _person(session: Session, email: str) -> Person:
    person = people.find_person(session, email)
    if person is None:
        raise Refused(f"Nobody has the address {email}.")
    return person


def _user_add(options: argparse.Namespace, settings: Settings) -> None:
    password = getpass.getpass("First password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")
    weakness = too_weak(password, email=options.email)
    if weakness:
        raise Refused(weakness + ".")
    with opened(settings) as database, database.writing() as session:
        person = people.add_person(session, email=options.email, name=options.name, job_title=options.job_title, password=password, by=None)
        _say(options, f"{person.name} can sign in as {person.email}.", {"id": person.id, "email": person.email})


def _user_list(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        everybody = [
            {"email": p.email, "name": p.name, "job_title": p.job_title, "disabled": p.disabled_at is not None,
             "roles": [{"role": g.role.value, "scope": g.scope_kind.value, "of": g.scope} for g in p.grants]}
            for p in session.scalars(select(Person).order_by(Person.name))
        ]  # fmt: skip
    lines = [f"{p['email']}\t{p['name']}\t{', '.join(_grant_words(g) for g in p['roles'])}{' (disabled)' if p['disabled'] else ''}" for p in everybody]  # type: ignore[attr-defined]
    print(json.dumps(everybody, ensure_ascii=False) if options.json else "\n".join(lines))


def _grant_words(grant: dict[str, str]) -> str:
    return grant["role"] + (f" of {grant['of']}" if grant["of"] else "")


def _user_disable(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        people.disable(session, person, by=None)
        _say(options, f"{person.name} can no longer sign in.", {"email": person.email, "disabled": True})


def _user_role(options: argparse.Namespace, settings: Settings) -> None:
    kind = Scope.NATION if options.nation else Scope.AREA if options.area else Scope.AUDIT
    scope = options.area or options.audit or ""
    role = Role(options.role)
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        if options.end:
            held = next((g for g in person.grants if (g.role, g.scope_kind, g.scope) == (role, kind, scope)), None)
            if held is None:
                raise Refused(f"{person.name} does not hold this role.")
            people.end_role(session, person, held.id, by=None)
        else:
            people.grant_role(session, person, role, kind, scope, by=None)
        done = "no longer" if options.end else "now"
        _say(options, f"{person.name} is {done} {role.label.lower()}.", {"email": person.email, "role": role.value, "scope": scope})


def _frame_of_results(path: Path | None, options: argparse.Namespace) -> FrameReading | None:
    if path is None:
        return None
    with _open(path) as file:
        reading = read_frame(file, Allowed((), LAW_TYPES, (), EVER))
    _refuse_problems(options, reading.problems, reading.total_problems)
    return reading


def _import_results(options: argparse.Namespace, settings: Settings) -> None:
    targets = json.loads(options.targets.read_text(encoding="utf-8")) if options.targets else None
    frame = _frame_of_results(options.frame, options)
    with opened(settings) as database, database.writing() as session, _open(options.file) as file:
        kept = keep_threshold(session, options.threshold.read_text(encoding="utf-8"), by=None)
        graded_against = document(kept)
        scale = [(level.code, level.label) for level in graded_against.scale]
        reading = read_results(file, scale=scale, themes=[t.code for t in graded_against.learning_themes])
        _refuse_problems(options, reading.problems, reading.total_problems)
        of = EarlierAudit(ref=options.ref, name=options.name, window_from=options.window[0], window_to=options.window[1], threshold=kept, targets=targets)
        import_results(session, of, reading.results, frame=frame)
        _say(options, f"{len(reading.results):,} cases are brought in as {options.ref}.", {"ref": options.ref, "cases": len(reading.results)})


def _report(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        audit = _audit(session, options.audit)
        result = figures_of(session, audit) if publication(session, audit) else current_figures(session, audit)
    text = figures_text(result) + "\n"
    if options.out:
        options.out.write_text(text, encoding="utf-8")
    else:
        print(text, end="")


def _verify_log(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.snapshot() as session:
        found = next(check.wrong(session), None)
        if found is None and options.head and not check.leads_to(session, options.head):
            found = f"The log does not have the head {options.head} any more: it was cut off, or replaced by an older one."
        now = check.head(session)
    if found:
        raise Refused(found)
    _say(options, f"The event log is whole, and what stands in the tables follows from it. Head: {now}", {"whole": True, "head": now})


if __name__ == "__main__":
    sys.exit(main())
