"""The command line (interfaces.md section 2): exit 0 done, 1 the answer is no, 2 wrong usage."""

import argparse
import getpass
import json
import logging
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from app.accounts import actions as people
from app.accounts.forms import FirstPasswordForm, PersonForm
from app.accounts.queries import audit_reference
from app.audit.library.actions import keep_threshold
from app.audit.library.queries import document
from app.audit.models import ThresholdText
from app.audit.queries import service_areas
from app.audit.thresholds.yaml_text import DocumentRefused
from app.clock import today
from app.commands import arguments, serving, verify
from app.commands import openapi as openapi_commands
from app.commands import report as report_commands
from app.commands import sample as sample_commands
from app.commands.arguments import Refused, WrongUse, text_of
from app.commands.console import open_file, opened, refuse_problems, say, say_known, told
from app.dates import order_fault
from app.earlier.actions import EarlierAudit, import_results
from app.earlier.reading import read_results
from app.earlier.targets import TargetsRefused, read_targets
from app.earlier.written import Written, WrittenRefused, read_written
from app.errors import Refusal, Unfit
from app.labels import plural
from app.notices.posting import round_of
from app.people.enums import Role, Scope
from app.people.models import Person
from app.sampling.columns import Allowed
from app.sampling.commands import EVER, LAW_TYPES
from app.sampling.reading import FrameReading, read_frame
from app.settings import Settings
from app.web.forms import fill
from app.web.pages import ROOT

# As a shell tells that a program was stopped with Ctrl-C.
UNFIT, STOPPED = 2, 130
THRESHOLD = ROOT / "app" / "data" / "thresholds" / "national-casework-2014-10.yaml"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    options = _parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    settings = Settings.from_environment()
    try:
        options.run(options, settings)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        if options.traceback:
            raise
        words, status = _said(error, settings)
        if words:
            print(words, file=sys.stderr)
        return status
    return 0


def _said(error: BaseException, settings: Settings) -> tuple[str, int]:
    """Return what is said of whatever ended a command, and the status with which it ends."""
    match error:
        case Refused():
            return "\n".join(error.lines), error.status
        case Refusal():
            return error.sentence or "This does not exist.", 1
        case BrokenPipeError():
            return "", 0
        case KeyboardInterrupt():
            return "Stopped.", STOPPED
        case Unfit():
            return str(error), UNFIT
        case _:
            return told(error, settings), UNFIT


def _parser() -> argparse.ArgumentParser:
    parser = arguments.Parser(
        prog="casework-audit", description="Audits the quality of casework for the family courts."
    )
    parser.add_argument("--json", action="store_true", help="print machine-readable output")
    parser.add_argument("--traceback", action="store_true", help="show where in the program a fault happened")
    add = arguments.adder(parser, "command")
    serve = add("serve", serving.run_serve, "run the application")
    demo_ = add("demo", serving.run_demo, "set up and run the demonstration")
    demo_.add_argument("--reset", action="store_true", help="start over")
    for one in (serve, demo_):
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=arguments.whole_number(0, 65535), default=8000)
    serve.add_argument("--workers", type=arguments.whole_number(1, 64), default=1)
    add("migrate", serving.run_migrate, "bring the database to the current schema")
    _user_parser(add("user", _no_command, "people and their scoped roles"))
    sample_commands.add_parsers(add)
    arguments.add_results(
        add("import-results", _import_results, "bring in an earlier audit's case-level results"), THRESHOLD
    )
    report_commands.add_parsers(add)
    openapi_commands.add_parsers(add)
    add("deliver", _deliver, "send the messages that wait, once; `serve` does so by itself")
    verify.add_parser(add)
    return parser


def _user_parser(user: argparse.ArgumentParser) -> None:
    add = arguments.adder(user, "verb")
    new = add("add", _user_add, "add a person; the password is asked for, or read from standard input")
    new.add_argument("email")
    new.add_argument("--name", required=True)
    new.add_argument("--job-title", required=True)
    add("list", _user_list, "list everybody")
    add(
        "password", _user_password, "set a new first password; it is asked for, or read from standard input"
    ).add_argument("email")
    add("disable", _user_disable, "stop a person from signing in").add_argument("email")
    add("enable", _user_enable, "let a disabled person sign in again").add_argument("email")
    role = add("role", _user_role, "give a person a role, or end it")
    role.add_argument("email")
    role.add_argument("role", choices=[r.value for r in Role])
    scope = role.add_mutually_exclusive_group(required=True)
    scope.add_argument("--nation", action="store_true")
    scope.add_argument("--area")
    scope.add_argument("--audit")
    role.add_argument("--end", action="store_true")


def _no_command(
    _options: argparse.Namespace, _settings: Settings
) -> None:  # pragma: no cover - argparse asks for a verb
    raise Refused("Say what to do: add, list, password, disable, enable or role.")


def _person(session: Session, email: str) -> Person:
    person = people.find_person(session, email)
    if person is None:
        raise Refused(f"Nobody has the address {email}.")
    return person


def _first_password() -> str:
    return getpass.getpass("First password: ") if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _user_add(options: argparse.Namespace, settings: Settings) -> None:
    given = {name: [getattr(options, name)] for name in ("email", "name", "job_title")}
    sent, form = fill(PersonForm, {**given, "password": [_first_password()]})
    if sent is None:
        wrong = [f"{sentence}." for sentence in form.errors.values()]
        raise (Refused if set(form.errors) == {"password"} else WrongUse)(*wrong)
    with opened(settings) as database, database.writing() as session:
        person = people.add_person(
            session, email=sent.email, name=sent.name, job_title=sent.job_title, password=sent.password, by=None
        )
        say(options, f"{person.name} can sign in as {person.email}.", {"id": person.id, "email": person.email})


def _user_list(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        everybody = [_told(p) for p in session.scalars(select(Person).order_by(Person.name))]
    lines = [
        f"{p['email']}\t{p['name']}\t{', '.join(_grant_words(g) for g in p['roles'])}"
        f"{' (disabled)' if p['disabled'] else ''}"
        for p in everybody
    ]
    print(json.dumps(everybody, ensure_ascii=False) if options.json else "\n".join(lines))


def _told(of: Person) -> dict[str, Any]:
    return {
        "email": of.email,
        "name": of.name,
        "job_title": of.job_title,
        "disabled": of.disabled_at is not None,
        "roles": [{"role": g.role.value, "scope": g.scope_kind.value, "of": g.scope} for g in of.grants],
    }


def _grant_words(grant: dict[str, str]) -> str:
    return grant["role"] + (f" of {grant['of']}" if grant["of"] else "")


def _user_disable(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        people.disable(session, person, by=None)
        say(options, f"{person.name} can no longer sign in.", {"email": person.email, "disabled": True})


def _user_enable(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        people.enable(session, person, by=None)
        say(options, f"{person.name} can sign in again.", {"email": person.email, "disabled": False})


def _user_password(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        email = _person(session, options.email).email
    sent, form = fill(FirstPasswordForm, {"email": [email], "password": [_first_password()]})
    if sent is None:
        raise Refused(*(f"{wrong}." for wrong in form.errors.values()))
    with opened(settings) as database, database.writing() as session:
        person = _person(session, email)
        people.set_password(session, person, sent.password, by=None)
        say(options, f"{person.name} has a new first password.", {"email": person.email})


def _user_role(options: argparse.Namespace, settings: Settings) -> None:
    kind = Scope.NATION if options.nation else Scope.AREA if options.area is not None else Scope.AUDIT
    scope = options.area or (options.audit or "").strip().upper()
    role = Role(options.role)
    with opened(settings) as database, database.writing() as session:
        person = _person(session, options.email)
        if options.end:
            held = next((g for g in person.grants if (g.role, g.scope_kind, g.scope) == (role, kind, scope)), None)
            if held is None:
                raise Refused(f"{person.name} does not hold this role.")
            people.end_role(session, person, held.id, by=None)
        else:
            scope = audit_reference(session, scope) if kind is Scope.AUDIT else scope
            people.grant_role(session, person, role, kind, scope, by=None)
        done = "no longer" if options.end else "now"
        say(
            options,
            f"{person.name} is {done} {role.label.lower()}.",
            {"email": person.email, "role": role.value, "scope": scope},
        )


def _frame_of_results(path: Path | None, options: argparse.Namespace) -> FrameReading | None:
    if path is None:
        return None
    with open_file(path) as file:
        reading = read_frame(file, Allowed((), LAW_TYPES, (), EVER))
    refuse_problems(options, reading)
    return reading


def _threshold(session: Session, path: Path) -> ThresholdText:
    """Keep the document that results were graded against; it has to be one for cases."""
    try:
        kept = keep_threshold(session, text_of(path), by=None)
    except DocumentRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused
    if kept.subject != "case":
        raise Refused(
            f"{path} is a document about service areas, and results are about cases. Name a document about cases."
        )
    return kept


def _targets(path: Path | None, levels: Sequence[str]) -> dict[str, Any] | None:
    try:
        return read_targets(text_of(path), levels) if path else None
    except TargetsRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused


def _written(path: Path | None) -> Written:
    try:
        return read_written(text_of(path)) if path else Written()
    except WrittenRefused as refused:
        raise Refused(*(f"{path}: {problem}" for problem in refused.problems)) from refused


def _import_results(options: argparse.Namespace, settings: Settings) -> None:
    fault = order_fault(*options.window)
    if not fault and options.window[1] > today():
        fault = "The last day must be today or in the past, as the audit is an earlier one"
    if fault:
        raise WrongUse(f"--window: {fault}.")
    frame = _frame_of_results(options.frame, options)
    with opened(settings) as database, database.writing() as session, open_file(options.file) as file:
        kept = _threshold(session, options.threshold)
        targets = _targets(options.targets, [level.code for level in document(kept).scale])
        reading = read_results(file, document(kept), areas=[area.code for area in service_areas(session)])
        refuse_problems(options, reading)
        say_known(reading.warnings)
        of = EarlierAudit(
            ref=options.ref,
            name=options.name,
            window_from=options.window[0],
            window_to=options.window[1],
            threshold=kept,
            targets=targets,
            written=_written(options.report),
        )
        try:
            import_results(session, of, reading.results, frame=frame)
        except WrittenRefused as refused:
            raise Refused(*(f"{options.report}: {problem}" for problem in refused.problems)) from refused
        said = f"{plural(len(reading.results), 'case is', 'cases are')} brought in as {options.ref}."
        if reading.unused:
            columns = plural(len(reading.unused), "column was", "columns were")
            said += f" {columns} not used: {', '.join(reading.unused)}."
        say(options, said, {"ref": options.ref, "cases": len(reading.results), "unused_columns": list(reading.unused)})


def _deliver(options: argparse.Namespace, settings: Settings) -> None:
    fault = settings.mail.fault() or (
        None if settings.sends_mail else "Email is not set up. docs/administrator.md says what to set."
    )
    if fault:
        raise Refused(fault)
    with opened(settings) as database:
        tally = round_of(database, settings.mail)
    sent = f"{plural(tally.sent, 'message was', 'messages were')} sent"
    if tally.failed:
        raise Refused(f"{sent}, {tally.failed} could not be sent now. ‘Email’ in the application says why.")
    say(options, f"{sent}.", {"sent": tally.sent, "failed": tally.failed})


if __name__ == "__main__":
    sys.exit(main())
