"""The command line (interfaces.md section 2): exit 0 done, 1 the answer is no, 2 wrong usage.

What a command does is loaded when it runs: help, and a command that needs little, do not wait for the rest.
"""

import argparse
import gc
import logging
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from inspect import signature
from pathlib import Path
from pkgutil import resolve_name
from typing import TYPE_CHECKING, cast

from app.children import ROOT
from app.commands import arguments
from app.commands.arguments import FIGURES, PROFILE, Refused
from app.commands.audits.arguments import add_audits, add_rehearsals, add_timetable
from app.commands.keeping.arguments import add_keeping
from app.commands.people.arguments import add_areas, add_lists, add_user
from app.errors import Refusal, Unfit
from app.people.kinds import UNBANDED
from app.report.dataset.enums import DatasetEdition
from app.report.enums import Edition, Stage
from app.report.files.formats import PACK_FORMATS, Format
from app.sampling.shapes.wanted import MOST_CASES, MOST_MONTHS, MOST_WANTED

if TYPE_CHECKING:
    from app.settings import Settings

# As a shell tells that a program was stopped with Ctrl-C.
UNFIT, STOPPED = 2, 130
THRESHOLD = ROOT / "app" / "data" / "thresholds" / "national-casework-2014-10.yaml"
# Adds a command: its name, the module of app/commands and the function in it that runs it, and its help.
Add = Callable[[str, str, str], argparse.ArgumentParser]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run a command and return its exit status."""
    options = parser().parse_args(arguments)
    logging.basicConfig(level=logging.WARNING, format="%(asctime)s %(name)s %(message)s")
    settings: list[Settings] = []
    try:
        run = _loaded(options.run)
        if len(signature(run).parameters) > 1:
            settings.append(_settings())
        run(options, *settings)
        sys.stdout.flush()
    except (Exception, KeyboardInterrupt) as error:
        if options.traceback:
            raise
        words, status = _said(error, settings)
        if words:
            print(words, file=sys.stderr)
        return status
    return 0


def _settings() -> "Settings":
    """Return the settings; a command that asks for none does not wait for what reads them."""
    from app.settings import Settings  # noqa: PLC0415 - see above

    return Settings.from_environment()


def _loaded(run: str) -> Callable[..., None]:
    """Return what runs a command, loaded; it takes the options, and the settings where it needs them."""
    # What is loaded stays: nobody need look for garbage in it meanwhile.
    gc.disable()
    try:
        return cast("Callable[..., None]", resolve_name(f"app.commands.{run}"))
    finally:
        gc.enable()


def _said(error: BaseException, settings: "Sequence[Settings]") -> tuple[str, int]:
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
            from app.commands.installation import told  # noqa: PLC0415 - as every command, loaded when it is needed

            return told(error, *settings), UNFIT


def parser() -> argparse.ArgumentParser:
    """Return what reads a command and its arguments."""
    whole = arguments.Parser(prog="casework-audit", description="Audits the quality of casework for the family courts.")
    whole.add_argument("--json", action="store_true", help="print machine-readable output")
    whole.add_argument("--traceback", action="store_true", help="show where in the program a fault happened")
    add = arguments.adder(whole, "command")
    _add_serving(add)
    add("migrate", "serving:run_migrate", "bring the database to the current schema")
    _add_setting(add("setting", "", "the settings of the page ‘Settings’"))
    _add_kinds(add("kinds", "", "the kinds of work: law types, documents, employment, bands"))
    add_user(add("user", "", "people and their scoped roles"))
    add_lists(add("people", "", "lists of people"))
    add_areas(add("area", "", "service areas"), add("region", "", "regions"))
    add_audits(add("audit", "", "audits and their drafts"))
    add_rehearsals(add("rehearsal", "", "try everything out with invented cases"))
    add_timetable(add("timetable", "audits.timetable:run_timetable", "show an audit's timetable, or plan it"))
    _add_filings(add)
    _add_mapping(add)
    _add_sample(add)
    _add_results(add)
    _add_report(add)
    add("openapi", "openapi:run_openapi", "print the API's OpenAPI document")
    add("deliver", "mail:run_deliver", "send the messages that wait, once; `serve` does so by itself")
    said = "check the event log's chain, and that what stands in the tables follows from it"
    add_keeping(add)
    verify = add("verify-log", "verify:run_verify_log", said)
    verify.add_argument("--head", help="a head that this command printed before, which the log must still have")
    return whole


def _add_serving(add: Add) -> None:
    serve = add("serve", "serving:run_serve", "run the application")
    demo = add("demo", "demo:run_demo", "set up and run the demonstration")
    demo.add_argument("--reset", action="store_true", help="start over")
    for one in (serve, demo):
        one.add_argument("--host", default="127.0.0.1")
        one.add_argument("--port", type=arguments.whole_number(0, 65535), default=8000)
    serve.add_argument("--workers", type=arguments.whole_number(1, 64), default=1)


def _add_kinds(kinds: argparse.ArgumentParser) -> None:
    add = arguments.adder(kinds, "verb")
    add("show", "kinds.verbs:run_show_kinds", "every kind of work as it stands")
    add("export", "kinds.verbs:run_export_kinds", "write the lists as YAML").add_argument(
        "file", type=arguments.new_file
    )
    said = (
        "put the lists of a YAML file in the place of those that stand; what they leave out is closed where it is used"
    )
    add("import", "kinds.verbs:run_import_kinds", said).add_argument("file", type=Path)


def _add_setting(setting: argparse.ArgumentParser) -> None:
    add = arguments.adder(setting, "verb")
    add("show", "installation:run_show_settings", "every setting as it stands")
    one = add("set", "installation:run_set_setting", "change a setting; an empty value takes it away")
    one.add_argument("name")
    one.add_argument("value")


def _add_filings(add: Add) -> None:
    filings = add("import-frame", "filings:run_import_frame", "import the list of filings into an audit")
    filings.add_argument("audit")
    filings.add_argument("frame", type=Path)
    filings.add_argument("--sheet", default="", help="the sheet of a spreadsheet, if not the first")
    filings.add_argument("--profile", default="", help=PROFILE)
    said = "do not lock the list yet; another may take its place"
    filings.add_argument("--leave-open", action="store_true", help=said)
    said = "lock an audit's list of filings, so that a seed can be made"
    add("lock-frame", "filings:run_lock_frame", said).add_argument("audit")
    drawing = add("draw", "filings:run_draw", "draw an audit's sample")
    drawing.add_argument("audit")
    drawing.add_argument("--seed", required=True)
    drawing.add_argument("--made-how", default="", help="how the seed was made, for the receipt")
    drawing.add_argument("--witness", action="append", default=[], help="who saw it made; may be repeated")


KINDS = "the kinds of work as `kinds export` writes them, if they are not those that come with the product"


def _add_sample(add: Add) -> None:
    sample = add("sample", "sample:run_sample", "draw a sample from a frame file with no database")
    sample.add_argument("frame", type=Path)
    sample.add_argument("--seed", required=True)
    sample.add_argument(
        "--fraction",
        default=Fraction(1, 2),
        type=arguments.fraction,
        help="share of the practitioners, such as 1/2, 0.35 or 50%%",
    )
    _add_shape(sample)
    sample.add_argument("--law-rule", choices=["share", "latest"], default="share")
    sample.add_argument(
        "--missing-band",
        choices=["reject", UNBANDED, "none"],
        default="reject",
        help="what to do with a blank performance band; none: there are no bands, and the column is not read",
    )
    sample.add_argument("--kinds", type=Path, help=KINDS)
    sample.add_argument("--out", type=arguments.new_file, required=True)
    sample.add_argument("--receipt", type=arguments.new_file, required=True)
    sample.add_argument("--profile", default="", help=PROFILE)
    sample.add_argument("--window", nargs=2, type=arguments.day, metavar=("FROM", "TO"), help="the window of filings")
    sample.add_argument("--reserves", type=arguments.new_file, help="also write who would stand in, in order")
    said = "repeat the draw of a receipt and name the first difference"
    checked = add("verify-sample", "sample:run_verify_sample", said)
    checked.add_argument("frame", type=Path)
    checked.add_argument("receipt", type=Path)
    checked.add_argument("--profile", default="", help=PROFILE)
    checked.add_argument("--kinds", type=Path, help=KINDS)
    checked.add_argument(
        "--without", type=Path, metavar="FILE", help="identifiers that the list leaves out, one a line"
    )


def _add_mapping(add: Add) -> None:
    said = "make a list of filings of an export by a mapping, and say what became of every row"
    one = add("map", "mappings.commands:run_map", said)
    one.add_argument("file", type=Path)
    one.add_argument("--profile", required=True, help=PROFILE)
    one.add_argument("--window", nargs=2, required=True, type=arguments.day, metavar=("FROM", "TO"))
    one.add_argument("--out", type=arguments.new_file, required=True, help="the list in our own columns")
    more = arguments.adder(add("profile", "", "mappings that were kept"), "verb")
    more("list", "mappings.commands:run_list", "list the sources that are known, with their versions")
    given = more("export", "mappings.commands:run_export", "write a mapping as a file")
    given.add_argument("name", help="the source, as the list names it")
    given.add_argument("--version", type=arguments.whole_number(1, 1_000_000), help="the newest by itself")
    given.add_argument("--out", type=arguments.new_file, required=True)
    more("import", "mappings.commands:run_import", "keep a mapping of a file").add_argument("file", type=Path)


def _add_shape(sample: argparse.ArgumentParser) -> None:
    """Add what else than a share of everybody can be wanted."""
    add = sample.add_argument
    add("--total", type=arguments.whole_number(1, MOST_WANTED), metavar="N", help="so many practitioners in all")
    add("--each-area", type=arguments.amount, metavar="N", help="so many of each service area, or a share such as 1/3")
    said = "another number or share of one service area; may be repeated"
    add("--area", type=arguments.amount_of_area, metavar="AREA=N", action="append", default=[], help=said)
    add("--everybody", action="store_true", help="everybody in the list")
    add(
        "--only-area",
        metavar="AREA",
        action="append",
        default=[],
        help="cut the list to this service area; may be repeated",
    )
    said = "cut the list to this kind of document; may be repeated"
    add("--only-document", metavar="KIND", action="append", default=[], help=said)
    add("--why", default="", help="why the list is cut to these areas, for the receipt")
    said = "leave out the practitioners whose identifiers stand in a file, one a line"
    add("--without", type=Path, metavar="FILE", help=said)
    add(
        "--within-months",
        type=arguments.whole_number(1, MOST_MONTHS),
        default=12,
        metavar="N",
        help=("within how many months they were audited, for the receipt"),
    )
    said = "a share of its own for a kind of employment, such as agency=1; may be repeated"
    add(
        "--employment", type=arguments.share_of_employment, metavar="KIND=SHARE", action="append", default=[], help=said
    )
    said = "so many of the latest cases of each practitioner; fewer where there are fewer"
    add("--cases", type=arguments.whole_number(1, MOST_CASES), default=1, metavar="M", help=said)


def _add_results(add: Add) -> None:
    results = add("import-results", "results:run_import_results", "bring in an earlier audit's case-level results")
    results.add_argument("--ref", required=True, type=arguments.reference)
    results.add_argument("--name", required=True, type=arguments.name)
    results.add_argument("--window", nargs=2, required=True, type=arguments.day, metavar=("FROM", "TO"))
    results.add_argument("--profile", default="", help=PROFILE)
    results.add_argument("--frame-profile", default="", help=f"of --frame: {PROFILE}")
    for name in ("file", "--frame", "--targets"):
        results.add_argument(name, type=Path)
    results.add_argument("--report", type=Path, help="what its report says in words: purpose and boxes, as YAML")
    results.add_argument("--threshold", type=Path, default=THRESHOLD, help="the document it was graded against")


def _add_report(add: Add) -> None:
    report = add("report", "report:run_report", "an audit's report as a file; json gives its figures")
    report.add_argument("audit")
    report.add_argument("--format", choices=[FIGURES, *(kind.value for kind in Format)], default=FIGURES)
    report.add_argument("--out", type=arguments.new_file, help="the file to write; only json can be printed instead")
    report.add_argument(
        "--as-at",
        choices=[stage.value for stage in Stage],
        default=Stage.FINAL.value,
        help="a stage of the grades; the final one by itself",
    )
    report.add_argument("--edition", choices=[edition.value for edition in Edition], default=Edition.INTERNAL.value)
    taken = add("dataset", "datasets.commands:run_dataset", "the dataset of a finalised audit, with its codebook")
    taken.add_argument("audit")
    taken.add_argument("--edition", choices=[edition.value for edition in DatasetEdition], required=True)
    taken.add_argument("--out", type=Path, required=True, metavar="DIR", help="the folder to write it to")
    pack = add("area-pack", "report:run_area_pack", "one area's pack as a file")
    pack.add_argument("audit")
    pack.add_argument("area")
    pack.add_argument("--format", choices=[kind.value for kind in PACK_FORMATS], default=Format.PDF.value)
    pack.add_argument("--out", type=arguments.new_file, required=True)


if __name__ == "__main__":
    sys.exit(main())
