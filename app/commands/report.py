"""Commands of the report: an audit's report and an area's pack, as files."""

import argparse
from collections.abc import Callable

from sqlalchemy.orm import Session

from app.audit.models import Audit
from app.commands import arguments
from app.commands.arguments import Refused, WrongUse
from app.commands.console import audit_called, opened
from app.report import queries
from app.report.actions import basis_of, current_figures, figures_of, figures_text
from app.report.document import assembled
from app.report.document.imprint import with_imprint
from app.report.enums import Edition, Stage
from app.report.figures import disclosure
from app.report.files.formats import PACK_FORMATS, Format, file_of, picture_svg
from app.report.packs import document as packs
from app.settings import Settings

JSON = "json"


def add_parsers(add: Callable[..., argparse.ArgumentParser]) -> None:
    """Add the commands of the report."""
    report = add("report", _report, "an audit's report as a file; json gives its figures")
    report.add_argument("audit")
    report.add_argument("--format", choices=[JSON, *(kind.value for kind in Format)], default=JSON)
    report.add_argument("--out", type=arguments.new_file, help="the file to write; only json can be printed instead")
    report.add_argument(
        "--as-at",
        choices=[stage.value for stage in Stage],
        default=Stage.FINAL.value,
        help="a stage of the grades; the final one by itself",
    )
    report.add_argument("--edition", choices=[edition.value for edition in Edition], default=Edition.INTERNAL.value)
    _add_pack(add)


def _add_pack(add: Callable[..., argparse.ArgumentParser]) -> None:
    pack = add("area-pack", _area_pack, "one area's pack as a file")
    pack.add_argument("audit")
    pack.add_argument("area")
    pack.add_argument("--format", choices=[kind.value for kind in PACK_FORMATS], default=Format.PDF.value)
    pack.add_argument("--out", type=arguments.new_file, required=True)


def _report(options: argparse.Namespace, settings: Settings) -> None:
    if options.format == JSON:
        _figures(options, settings)
        return
    if options.out is None:
        raise WrongUse(f"--out is missing: name the file that the {Format(options.format).about.label} is written to.")
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        document = assembled.report_document(
            session, audit, edition=Edition(options.edition), as_at=Stage(options.as_at)
        )
        document = with_imprint(session, audit, document, settings)
    _write(options, file_of(document, Format(options.format), picture_svg))


def _figures(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        found = (figures_of if queries.publication(session, audit) else current_figures)(
            session, audit, Stage(options.as_at)
        )
        result = (
            disclosure.public_edition(found, basis_of(session, audit)) if options.edition == Edition.PUBLIC else found
        )
    text = figures_text(result) + "\n"
    if options.out is None:
        print(text, end="")
    else:
        _write(options, text.encode())


def _area_pack(options: argparse.Namespace, settings: Settings) -> None:
    with opened(settings) as database, database.reading() as session:
        audit = audit_called(session, options.audit)
        document = packs.area_pack(session, audit, _area(session, audit, options.area))
        document = with_imprint(session, audit, document, settings)
    _write(options, file_of(document, Format(options.format), picture_svg))


def _area(session: Session, audit: Audit, wanted: str) -> str:
    """Return the code of one of the audit's areas, however it was typed."""
    known = queries.area_order(session, audit)
    found = next((area for area in known if area.casefold() == wanted.strip().casefold()), None)
    if found is None:
        raise Refused(f"{audit.ref} has no area {wanted}. Its areas: {', '.join(known) or 'none yet'}.")
    return found


def _write(options: argparse.Namespace, content: bytes) -> None:
    try:
        options.out.write_bytes(content)
    except OSError as error:
        raise Refused(f"{options.out} cannot be written: {error.strerror}.") from error
